"""Fills in the vectors that passages lack, beside whatever else the process does."""

from collections.abc import Callable
from typing import Literal

from knowledge.database import Database
from knowledge.embedding import Embedder
from knowledge.queries import load_queries
from knowledge.storing import Progress

Filling = Literal["more", "busy", "done"]

_LISTED_AT_ONCE = 256
"""A batch: some seconds of work for the offline embedder, so that whichever process is free takes the next one."""
_EMBEDDED_AT_ONCE = 64
"""What is lost when the process dies: half a second of work."""
_INDEXED_FROM = 5_000
"""Fewer vectors of a model are all looked at within some milliseconds."""
_KEPT_UNUSED_DAYS = 30
"""A node that comes back, or a model that is chosen again, finds its vectors until then."""


async def fill_vectors(
    database: Database, embedder: Embedder, progress: Progress, *, indexed_from: int = _INDEXED_FROM
) -> int:
    """Embed the texts that have no vector of this embedder's model, most useful first; returns how many.

    From ``indexed_from`` vectors on they are found by an index, whose making may take a minute.
    One process at a time does it, so that no text is embedded twice; whoever waited then finds nothing missing.
    """
    done = 0
    async with database.lock("vectors"):
        row = await database.fetch_one(load_queries("vectors")["count_missing"], model=embedder.model)
        total = row["texts"] if row else 0

        def embedded(texts: int) -> None:
            nonlocal done
            done += texts
            progress("embedding", done, max(total, done))

        while await _fill_batch(database, embedder, embedded):
            pass
        await _serve(database, embedder.model, indexed_from)
    return done


async def fill_batch(database: Database, embedder: Embedder) -> Filling:
    """Embed one batch of texts that have no vector; ``busy`` when another process is filling."""
    async with database.lock("vectors", wait=False) as is_mine:
        if not is_mine:
            return "busy"
        if await _fill_batch(database, embedder, lambda _: None):
            return "more"
        await _serve(database, embedder.model, _INDEXED_FROM)
        return "done"


async def _fill_batch(database: Database, embedder: Embedder, embedded: Callable[[int], None]) -> bool:
    """Whether there was anything to embed."""
    queries = load_queries("vectors")
    missing = await database.fetch(queries["missing_texts"], model=embedder.model, limit=_LISTED_AT_ONCE)
    for start in range(0, len(missing), _EMBEDDED_AT_ONCE):
        part = missing[start : start + _EMBEDDED_AT_ONCE]
        vectors = await embedder.embed([row["text"] for row in part])
        await database.execute(
            queries["store_vectors"],
            model=embedder.model,
            text_hashes=[row["text_hash"] for row in part],
            of_columns=[row["of_column"] for row in part],
            vectors=[str(vector.tolist()) for vector in vectors],
        )
        embedded(len(part))
    return bool(missing)


async def _serve(database: Database, model: str, indexed_from: int) -> None:
    """Search this model's vectors from now on, since none is missing; forget what has been of no use for long."""
    queries = load_queries("vectors")
    async with database.transaction() as connection:  # the old model's are searched until the new one's are indexed
        await connection.execute(queries["without_timeout"])
        await connection.execute(queries["index_vectors"], {"model": model, "least": indexed_from})
    await database.execute(queries["serve_model"], model=model)
    await database.execute(queries["drop_vector_indexes"], model=model)
    if await database.fetch_one(queries["begin_sweep"], model=model):
        await database.execute(queries["mark_unused"], model=model)
        await database.execute(queries["sweep_unused"], days=_KEPT_UNUSED_DAYS)
