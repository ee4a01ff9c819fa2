"""How a set of questions went whenever it was asked: stored together with the jobs that tell what was lost."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime

import msgspec

from knowledge.database import Database
from knowledge.queries import load_queries

Ranks = Mapping[str, Sequence[int | None]]
"""Digest of a question → where its nodes stood, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogState:
    """What a search depends on."""

    definitions: str
    """Another one whenever a definition changes."""
    missing_vectors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One time that the set was asked."""

    made_at: datetime
    definitions: str
    questions: str
    """Digest of the set."""
    ranks: Ranks


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Who is told what, by which task."""

    admins: Sequence[str]
    markdown: str
    queue: str
    task: str


class Evaluations:
    """All methods raise Unavailable when the database is not there."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load_queries("evaluation")

    def alone(self) -> AbstractAsyncContextManager[bool]:
        """Whether no other process is asking the set, as long as the block runs."""
        return self._database.lock("replay", wait=False)

    async def state(self) -> CatalogState:
        """What the catalog is now."""
        [row] = await self._database.fetch(self._queries["state"])
        return CatalogState(**row)

    async def newest(self) -> Evaluation | None:
        """The last one."""
        return await self._one("newest")

    async def reference(self) -> Evaluation | None:
        """The one that later ones are compared with."""
        return await self._one("reference")

    async def record(
        self, state: CatalogState, *, questions: str, ranks: Ranks, is_reference: bool, telling: Telling | None = None
    ) -> None:
        """Store how it went, and have the admins told in the same transaction. They get ``admin`` and ``markdown``."""
        facts = {
            "definitions": state.definitions,
            "questions": questions,
            "is_reference": is_reference,
            "ranks": msgspec.json.encode(ranks).decode(),
        }
        async with self._database.transaction() as connection:
            await connection.execute(self._queries["record"], facts)
            if telling is not None:
                told = {name: getattr(telling, name) for name in ("markdown", "queue", "task")}
                await connection.execute(self._queries["tell"], {**told, "admins": list(telling.admins)})

    async def _one(self, query: str) -> Evaluation | None:
        row = await self._database.fetch_one(self._queries[query])
        return Evaluation(**row) if row else None
