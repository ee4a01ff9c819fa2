"""A refresh: makes the catalog equal to the newest artifacts, all or nothing, one process at a time."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import msgspec

from knowledge.changes import Changes, Definitions, compare, definitions, require_most, require_newer
from knowledge.database import Database
from knowledge.embedding import Embedder
from knowledge.errors import KnowledgeError, Refused
from knowledge.passages import RECIPE
from knowledge.queries import load_queries
from knowledge.storing import Progress, Store
from knowledge.values import Artifacts, Oddity
from knowledge.vectors import fill_vectors

Status = Literal["changed", "unchanged", "refused", "failed"]
_GRAVITY: tuple[Status, ...] = ("unchanged", "changed", "refused", "failed")


class Source(Protocol):
    """Where artifacts come from. Both methods may take long and run in a thread; both raise KnowledgeError."""

    def stamp(self) -> str:
        """What changes when any artifact does; cheap to ask for."""
        ...

    def load(self) -> Artifacts:
        """The artifacts, parsed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshOutcome:
    """How a refresh ended. After ``refused`` and ``failed`` the old catalog serves on, and ``reason`` is a sentence."""

    status: Status
    reason: str | None = None
    added: int = 0
    changed: int = 0
    removed: int = 0
    results: int = 0
    """Outcomes of builds, tests and freshness checks that were newer than the known ones."""
    oddities: tuple[Oddity, ...] = ()
    duration_s: float = 0.0

    @property
    def is_current(self) -> bool:
        """Whether the catalog equals the newest artifacts."""
        return self.status in ("changed", "unchanged")


@dataclass(frozen=True, slots=True)
class _Options:
    full: bool
    accept_shrink: bool
    progress: Progress


class Refresher:
    def __init__(self, database: Database, embedder: Embedder) -> None:
        self._database = database
        self._embedder = embedder
        self._queries = load_queries("refresh")

    async def refresh(
        self, *sources: Source, full: bool = False, accept_shrink: bool = False, on_progress: Progress | None = None
    ) -> RefreshOutcome:
        """Make the catalog equal to what the sources, one per project and environment, hold now.

        Waits for a running refresh of any process first. Projects of other sources leave the catalog, unless a source
        fails or is refused: that one's project then stays as it is, and so do those nobody speaks for.

        Args:    full: look at everything anew, whatever stamps and fingerprints say; guards stay.
                 accept_shrink: let more than half of a project's nodes go.
        Raises:  Unavailable when the database goes away; the old catalog then stands.
        """
        options = _Options(full, accept_shrink, on_progress or _silent)
        started = time.monotonic()
        async with self._database.lock("refresh"):
            row = await self._database.fetch_one(self._queries["begin_refresh"])
            outcome = await self._refresh(sources, options)
            await self._database.execute(
                self._queries["finish_refresh"],
                refresh_id=row and row["refresh_id"],
                outcome=outcome.status,
                reason=outcome.reason,
                added=outcome.added,
                changed=outcome.changed,
                removed=outcome.removed,
                oddities=msgspec.json.encode(outcome.oddities).decode(),
            )
        return replace(outcome, duration_s=time.monotonic() - started)

    async def fill_vectors(self, *, on_progress: Progress | None = None) -> int:
        """Embed every passage that has no vector yet, most useful nodes first; returns how many texts that were.

        Several processes may ask at once: one works, the others wait and then find nothing left.

        Raises:  Unavailable when the embedder or the database is; what is stored until then stays.
        """
        return await fill_vectors(self._database, self._embedder, on_progress or _silent)

    async def _refresh(self, sources: Sequence[Source], options: _Options) -> RefreshOutcome:
        outcomes: list[RefreshOutcome] = []
        served: list[int] = []
        for source in sources:
            project_id, outcome = await self._refresh_source(source, options)
            outcomes.append(outcome)
            served.append(project_id)
        total = _total(outcomes)
        if total.is_current and sources:
            total = await self._drop_others(served, total)
        return total

    async def _refresh_source(self, source: Source, options: _Options) -> tuple[int, RefreshOutcome]:
        """The project's id (0: unknown) and what became of it."""
        try:
            options.progress("looking", 0, None)
            # What an older recipe made of the same artifacts is not what this one makes of them.
            stamp = f"{RECIPE} {await asyncio.to_thread(source.stamp)}"
            known = await self._database.fetch_one(self._queries["project_by_stamp"], stamp=stamp)
            if known and not options.full:
                return known["project_id"], RefreshOutcome(status="unchanged")
            options.progress("reading", 0, None)
            artifacts = await asyncio.to_thread(source.load)
        except KnowledgeError as error:
            return 0, RefreshOutcome(status="failed", reason=str(error))
        try:
            return await self._store(artifacts, stamp, options)
        except Refused as refusal:
            return 0, RefreshOutcome(status="refused", reason=str(refusal), oddities=artifacts.oddities)

    async def _store(self, artifacts: Artifacts, stamp: str, options: _Options) -> tuple[int, RefreshOutcome]:
        options.progress("comparing", 0, len(artifacts.nodes))
        new = await asyncio.to_thread(definitions, artifacts)
        changes = await self._changes(artifacts, new, options)
        async with self._database.transaction() as connection:
            project_id, results = await Store(connection).write(
                artifacts, new, changes, stamp=stamp, progress=options.progress
            )
        outcome = RefreshOutcome(
            status="changed" if changes else "unchanged",
            added=len(changes.added),
            changed=len(changes.changed),
            removed=len(changes.removed),
            results=results,
            oddities=artifacts.oddities,
        )
        return project_id, outcome

    async def _changes(self, artifacts: Artifacts, new: Definitions, options: _Options) -> Changes:
        """Raises: Refused by a guard."""
        project = artifacts.project
        known = await self._database.fetch_one(
            self._queries["project_by_name"], name=project.name, environment=project.environment
        )
        stored: dict[str, bytes] = {}
        if known:
            require_newer(known["generated_at"], project.generated_at)
            rows = await self._database.fetch(self._queries["definition_hashes"], project_id=known["project_id"])
            stored = {row["unique_id"]: row["definition_hash"] for row in rows}
        changes = await asyncio.to_thread(compare, stored, new, full=options.full)
        if not options.accept_shrink:
            require_most(len(stored), changes)
        return changes

    async def _drop_others(self, served: list[int], outcome: RefreshOutcome) -> RefreshOutcome:
        """Forget the projects that no source speaks for any more."""
        others = await self._database.fetch(self._queries["other_projects"], project_ids=served)
        removed = 0
        for row in others:
            async with self._database.transaction() as connection:
                removed += await Store(connection).drop(row["project_id"])
        if not others:
            return outcome
        return replace(outcome, status="changed", removed=outcome.removed + removed)


def _total(outcomes: Sequence[RefreshOutcome]) -> RefreshOutcome:
    """One outcome for all sources: the gravest status, the sums of the counts."""
    return RefreshOutcome(
        status=_GRAVITY[max((_GRAVITY.index(outcome.status) for outcome in outcomes), default=0)],
        reason=" ".join(outcome.reason for outcome in outcomes if outcome.reason) or None,
        added=sum(outcome.added for outcome in outcomes),
        changed=sum(outcome.changed for outcome in outcomes),
        removed=sum(outcome.removed for outcome in outcomes),
        results=sum(outcome.results for outcome in outcomes),
        oddities=tuple(oddity for outcome in outcomes for oddity in outcome.oddities),
    )


def _silent(_stage: str, _done: int, _total: int | None) -> None:
    pass
