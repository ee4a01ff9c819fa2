"""Fills in the vectors that passages lack, beside whatever else the process does."""

from knowledge.database import Database
from knowledge.embedding import Embedder
from knowledge.queries import load_queries
from knowledge.storing import Progress

_LISTED_AT_ONCE = 1_024
_EMBEDDED_AT_ONCE = 64
"""What is lost when the process dies: half a second of work."""


async def fill_vectors(database: Database, embedder: Embedder, progress: Progress) -> int:
    """Embed the texts that have no vector of this embedder's model, most useful first; returns how many.

    One process at a time does it, so that no text is embedded twice; whoever waited then finds nothing missing.
    """
    queries = load_queries("vectors")
    done = 0
    async with database.lock("vectors"):
        row = await database.fetch_one(queries["count_missing"], model=embedder.model)
        total = row["texts"] if row else 0
        while missing := await database.fetch(queries["missing_texts"], model=embedder.model, limit=_LISTED_AT_ONCE):
            for start in range(0, len(missing), _EMBEDDED_AT_ONCE):
                part = missing[start : start + _EMBEDDED_AT_ONCE]
                vectors = await embedder.embed([row["text"] for row in part])
                await database.execute(
                    queries["store_vectors"],
                    model=embedder.model,
                    text_hashes=[row["text_hash"] for row in part],
                    vectors=[str(vector.tolist()) for vector in vectors],
                )
                done += len(part)
                progress("embedding", done, max(total, done))
            await database.execute(queries["analyze_vectors"])
    return done
