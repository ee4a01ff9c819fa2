"""A refresh: makes the catalog equal to the newest artifacts, all or nothing, one process at a time."""

import asyncio
import gc
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from mmap import mmap

import msgspec

from knowledge.artifacts import split_keys
from knowledge.changes import definitions, is_older
from knowledge.column_lineage.filling import DueProject, fill_column_lineage
from knowledge.column_lineage.reader import SqlReader
from knowledge.database import Database
from knowledge.embedding import Embedder
from knowledge.errors import KnowledgeError, Refused
from knowledge.hiding.hide import hide, is_asked_to_hide
from knowledge.hiding.selection import parse_selection
from knowledge.queries import load_queries
from knowledge.recipe import made_with
from knowledge.refresh_guards import Served, guarded_changes
from knowledge.refresh_outcome import RefreshOutcome, total_of
from knowledge.sources.source import Delivery, Source
from knowledge.storing import Origin, Progress, Store
from knowledge.values import Artifacts, RunState
from knowledge.vectors import Filling, fill_batch, fill_vectors

_HIDDEN_KEY = "hidden"
_OURS = "A fault of Marty's own stopped the refresh: its log has the details."


@dataclass(frozen=True, slots=True)
class _Options:
    full: bool
    accept_shrink: bool
    progress: Progress
    refresh_id: int


class Refresher:
    def __init__(self, database: Database, embedder: Embedder, *, exclude: str = "") -> None:
        """``exclude``: what stays hidden, in dbt's selection grammar. Raises ValueError when it cannot be read."""
        self._database = database
        self._embedder = embedder
        self._selection = parse_selection(exclude)
        self._made_with = made_with(exclude)
        self._queries = load_queries("refresh")
        self._manifests: dict[int, bytes | mmap] = {}
        """project_id → the manifest that was stored last, until the lineage of columns was read from it."""

    async def refresh(
        self, *sources: Source, full: bool = False, accept_shrink: bool = False, on_progress: Progress | None = None
    ) -> RefreshOutcome:
        """Make the catalog equal to what the sources, one per project and environment, hold now.

        Waits for a running refresh of any process first. Projects of other sources leave the catalog, unless a source
        fails or is refused: that one's project then stays as it is, and so do those nobody speaks for.

        Args:    full: look at everything anew, whatever cursors and fingerprints say; guards stay.
                 accept_shrink: let more than half of a project's nodes go, or all its metrics.
        Raises:  Unavailable when the database goes away and stays away; the old catalog then stands.
        """
        progress = on_progress or _silent
        async with self._database.lock("refresh", wait=False) as is_mine:
            if is_mine:
                return await self._recorded(sources, full, accept_shrink, progress)
        progress("waiting", 0, None)
        async with self._database.lock("refresh"):
            return await self._recorded(sources, full, accept_shrink, progress)

    async def refresh_unless_running(
        self, *sources: Source, full: bool = False, accept_shrink: bool = False
    ) -> RefreshOutcome | None:
        """The same, but None at once when a refresh is running in any process."""
        async with self._database.lock("refresh", wait=False) as is_mine:
            return await self._recorded(sources, full, accept_shrink, _silent) if is_mine else None

    async def fill_vectors(self, *, on_progress: Progress | None = None) -> int:
        """Embed every passage that has no vector yet, most useful nodes first; returns how many texts that were.

        Several processes may ask at once: one works, the others wait and then find nothing left.

        Raises:  Unavailable when the embedder or the database is; what is stored until then stays.
        """
        return await fill_vectors(self._database, self._embedder, on_progress or _silent)

    async def fill_batch(self) -> Filling:
        """Embed the most useful texts that have no vector yet, some seconds of work.

        Returns: ``more`` when others may be left, ``busy`` when another process is at it, ``done``.
        Raises:  Unavailable when the embedder or the database is.
        """
        return await fill_batch(self._database, self._embedder)

    async def fill_column_lineage(
        self, *sources: Source, wait: bool = True, on_progress: Progress | None = None
    ) -> int:
        """Read from compiled SQL which columns are made of which, where that is not known; returns of how many models.

        What a refresh of this object brought is at hand; for the rest the ``sources`` are asked for their manifests.

        Args:    wait: for another process that is at it; else it is left to that one.
        Raises:  KnowledgeError when a source, the database or a process to read with cannot be had.
        """

        @asynccontextmanager
        async def find(project: DueProject) -> AsyncGenerator[bytes | mmap | None]:
            if (kept := self._manifests.pop(project.project_id, None)) is not None:
                yield kept
                return
            source = next((each for each in sources if each.key == project.source), None)
            if source is None:
                yield None
                return
            async with source.fetch((await self._known(source)).cursor, anew=True) as delivery:
                yield delivery.keep_manifest() if delivery else None

        async with SqlReader() as reader:
            return await fill_column_lineage(self._database, find, reader, on_progress or _silent, wait=wait)

    async def _recorded(
        self, sources: Sequence[Source], full: bool, accept_shrink: bool, progress: Progress
    ) -> RefreshOutcome:
        """Refresh, and record how it ended. Only whoever holds the lock may."""
        started = time.monotonic()
        row = await self._database.fetch_one(self._queries["begin_refresh"])
        options = _Options(full, accept_shrink, progress, refresh_id=row["refresh_id"] if row else 0)
        try:
            outcome = await self._refresh(sources, options)
        except KnowledgeError as error:  # the database or its disk; when that is back, the reason is kept
            outcome = RefreshOutcome(status="failed", reason=str(error))
        except Exception:  # a fault of ours: whoever runs the refresh logs it
            await self._finish(options.refresh_id, RefreshOutcome(status="failed", reason=_OURS))
            raise
        await self._finish(options.refresh_id, outcome)
        return replace(outcome, refresh_id=options.refresh_id, duration_s=time.monotonic() - started)

    async def _finish(self, refresh_id: int, outcome: RefreshOutcome) -> None:
        await self._database.execute(
            self._queries["finish_refresh"],
            refresh_id=refresh_id,
            outcome=outcome.status,
            reason=outcome.reason,
            added=outcome.added,
            changed=outcome.changed,
            removed=outcome.removed,
            oddities=msgspec.json.encode(outcome.oddities).decode(),
        )

    async def _refresh(self, sources: Sequence[Source], options: _Options) -> RefreshOutcome:
        outcomes: list[RefreshOutcome] = []
        served: list[int] = []
        for source in sources:
            project_id, outcome = await self._refresh_source(source, options)
            if outcome.reason and len(sources) > 1:
                outcome = replace(outcome, reason=f"{source.key}: {outcome.reason}")
            outcomes.append(outcome)
            served.append(project_id)
        total = total_of(outcomes)
        if total.is_current and sources:
            total = await self._drop_others(served, total)
        return total

    async def _refresh_source(self, source: Source, options: _Options) -> tuple[int, RefreshOutcome]:
        """The project's id (0: unknown) and what became of it."""
        options.progress("looking", 0, None)
        known = await self._known(source)
        try:
            async with self._delivery(source, known, options) as delivery:
                if delivery is None:
                    return known.project_id, RefreshOutcome(status="unchanged")
                options.progress("reading", 0, None)
                manifest = delivery.keep_manifest()
                found = await asyncio.to_thread(_read, delivery, await self._keys(known, options))
                if isinstance(found, Artifacts) and found.same and is_asked_to_hide(found):
                    found = await asyncio.to_thread(_read, delivery)  # what is the same may speak of what is hidden
        except KnowledgeError as error:
            return 0, RefreshOutcome(status="failed", reason=str(error))
        origin = Origin(source=source.key, cursor=delivery.cursor, made_with=self._made_with)
        try:
            if isinstance(found, RunState):
                return known.project_id, await self._store_results(known.project_id, found, origin, options)
            project_id, outcome = await self._store(
                found, known, origin, options, older_is_normal=delivery.older_is_normal
            )
            if manifest is not None:
                self._manifests[project_id] = manifest
            return project_id, outcome
        except Refused as refusal:
            return 0, RefreshOutcome(status="refused", reason=str(refusal), oddities=found.oddities)

    async def _known(self, source: Source) -> Served:
        row = await self._database.fetch_one(self._queries["project_by_source"], source=source.key)
        return Served(**row) if row else Served()

    async def _keys(self, known: Served, options: _Options) -> frozenset[bytes]:
        """Of what the catalog has as the artifacts say it by the rules of today."""
        if options.full or known.made_with != self._made_with:
            return frozenset()
        row = await self._database.fetch_one(self._queries["reading_keys"], project_id=known.project_id)
        return split_keys(row["keys"] or b"") if row else frozenset()

    @asynccontextmanager
    async def _delivery(self, source: Source, known: Served, options: _Options) -> AsyncGenerator[Delivery | None]:
        """What is new at the source; with the definitions where they are due for another reason."""
        cursor = None if options.full else known.cursor
        anew = options.full or known.made_with != self._made_with
        async with source.fetch(cursor, anew=anew) as delivery:
            if delivery is None or delivery.manifest is not None or not known.hides:
                yield delivery
                return
        # Words of a run may name what is hidden: only the definitions tell what that is.
        async with source.fetch(cursor, anew=True) as delivery:
            yield delivery

    async def _store(
        self, artifacts: Artifacts, served: Served, origin: Origin, options: _Options, *, older_is_normal: bool
    ) -> tuple[int, RefreshOutcome]:
        """Store what the artifacts say; ``served`` is what the same source brought until now.

        Raises: Refused by a guard.
        """
        options.progress("comparing", 0, len(artifacts.nodes))
        visible = await asyncio.to_thread(hide, artifacts, self._selection, await self._hidden_key())
        known = await self._database.fetch_one(
            self._queries["project_by_name"], name=visible.project.name, environment=visible.project.environment
        )
        if known and older_is_normal and is_older(visible.project.generated_at, known["generated_at"]):
            state = RunState(results=visible.results, freshness=visible.freshness, oddities=visible.oddities)
            return known["project_id"], await self._store_results(known["project_id"], state, origin, options)
        hides = visible is not artifacts
        origin = replace(origin, hides=hides, keys=frozenset() if hides else artifacts.keys)
        new = await asyncio.to_thread(definitions, visible)
        changes = await guarded_changes(
            self._database, artifacts, new, served, known, full=options.full, accept_shrink=options.accept_shrink
        )
        async with self._database.transaction() as connection:
            store = Store(connection, refresh_id=options.refresh_id, progress=options.progress)
            project_id, results = await store.write(visible, new, changes, origin, is_new=known is None)
        outcome = RefreshOutcome(
            status="changed" if changes.added or changes.differing or changes.removed else "unchanged",
            added=len(changes.added),
            changed=len(changes.differing),
            removed=len(changes.removed),
            results=results,
            oddities=visible.oddities,
        )
        return project_id, outcome

    async def _store_results(
        self, project_id: int, state: RunState, origin: Origin, options: _Options
    ) -> RefreshOutcome:
        async with self._database.transaction() as connection:
            store = Store(connection, refresh_id=options.refresh_id, progress=options.progress)
            results = await store.write_results(project_id, state, origin)
        return RefreshOutcome(status="unchanged", results=results, oddities=state.oddities)

    async def _hidden_key(self) -> bytes:
        row = await self._database.fetch_one(self._queries["secret"], name=_HIDDEN_KEY)
        if row is None:
            raise AssertionError("a statement that makes the key did not return it")
        return row["value"]

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


def _read(delivery: Delivery, known: frozenset[bytes] = frozenset()) -> Artifacts | RunState:
    """Parse without the garbage collector: it would look through all that is being built, again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        return delivery.read(known)
    finally:
        if was_on:
            gc.enable()


def _silent(_stage: str, _done: int, _total: int | None) -> None:
    pass
