"""What the runs of an environment have brought since the last time, and what is to be remembered of them."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from knowledge.errors import NotFound
from knowledge.sources.platform.run_files import RunFiles
from knowledge.sources.platform.run_list import RunList
from knowledge.sources.platform.runs import Run, first_choice
from knowledge.sources.platform.watermark import Origin, Watermark, with_taken
from knowledge.values import Oddity

_MOST_MANIFESTS = 20
"""Runs that are asked for a manifest before the search is given up."""
_MOST_CATALOGS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Files lie in the folder that ``RunFiles`` was given."""

    watermark: Watermark
    manifest: Path | None
    catalog: Path | None


class Harvest:
    """One reading of one environment. Of runs that were never seen before, ``known`` None, not all are read."""

    def __init__(self, runs: RunList, files: RunFiles, known: Watermark | None, *, now: datetime, anew: bool) -> None:
        self._list = runs
        self._files = files
        self._known = known or Watermark()
        self._is_first = known is None
        self._is_full = anew or known is None
        self._now = now
        self._young: set[int] = set()
        self._late: set[int] = set()
        """Of the young runs those whose artifacts may still come: they are looked at again."""

    async def gather(self) -> Gathered | None:
        """None when there is no finished run at all. Raises NotFound when a manifest is needed and there is none."""
        runs = [run.not_after(self._now) for run in await self._list.fetch(self._known)]
        if not runs:
            return None
        fresh = [run for run in runs if not self._known.knows(run)]
        self._young = {run.id for run in fresh if run.is_young(self._now)}
        self._late = {run.id for run in fresh if not run.has_artifacts} & self._young
        ready = await self._list.own(run for run in fresh if run.has_artifacts)
        manifest = await self._fetch_manifest(await self._list.own(runs) if self._is_full else ready)
        if manifest is None and self._has_newer_catalog(ready):
            manifest = await self._fetch_last_manifest()
        await self._fetch_results(first_choice(ready) if self._is_first else ready)
        catalog = await self._fetch_catalog(manifest[1], runs) if manifest else None
        return Gathered(
            watermark=await self._remember(fresh, ready, manifest and manifest[1], catalog and catalog[1]),
            manifest=manifest and manifest[0],
            catalog=catalog and catalog[0],
        )

    async def _fetch_manifest(self, runs: Sequence[Run]) -> tuple[Path, Origin] | None:
        """That of the run that began last, if it began after the one whose manifest was delivered."""
        last = self._known.manifest
        origins = [Origin.of(run) for run in runs if run.has_artifacts]
        if self._is_full:
            origins += [last] if last else []
        elif last:
            origins = [origin for origin in origins if origin.started_at > last.started_at]
        for origin in _newest_first(origins)[:_MOST_MANIFESTS]:
            if path := await self._files.fetch_manifest(origin.run_id):
                return path, origin
            self._late |= {origin.run_id} & self._young
        if self._is_full:
            raise NotFound("None of the environment's finished runs has a manifest.json, or none has it yet.")
        return None

    def _has_newer_catalog(self, runs: Iterable[Run]) -> bool:
        """Whether one of the runs made a catalog after the one that was delivered: docs jobs may outlast others."""
        last = self._known.catalog
        return any(run.has_catalog and (last is None or run.started_at > last.started_at) for run in runs)

    async def _fetch_last_manifest(self) -> tuple[Path, Origin] | None:
        """The one that was delivered, again: a catalog says nothing without it. None when it is gone."""
        last = self._known.manifest
        path = await self._files.fetch_manifest(last.run_id) if last else None
        return (path, last) if path and last else None

    async def _fetch_results(self, runs: Sequence[Run]) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                tasks = {run.id: group.create_task(self._files.fetch_results(run)) for run in runs}
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        self._late |= {run_id for run_id, task in tasks.items() if not task.result()} & self._young

    async def _fetch_catalog(self, manifest: Origin, runs: Sequence[Run]) -> tuple[Path, Origin] | None:
        """The newest of those that the manifest's run may have, that runs tell of, or that was delivered last."""
        known = [Origin.of(run) for run in await self._list.own(runs) if run.has_catalog]
        found = await self._first_catalog([*filter(None, [self._known.catalog]), *known, manifest])
        if found is None:
            tried = {origin.run_id for origin in known}
            listed = [run.not_after(self._now) for run in await self._list.fetch_with_catalog()]
            others = [run for run in listed if run.id not in tried]
            found = await self._first_catalog([Origin.of(run) for run in await self._list.own(others)])
        if found is None:
            self._files.require_no_fault()
            reason = "has been written by no run of the environment: let a job generate docs"
            self._files.oddities.append(Oddity(where="catalog.json", reason=reason))
        return found

    async def _first_catalog(self, origins: Sequence[Origin]) -> tuple[Path, Origin] | None:
        by_run = {origin.run_id: origin for origin in reversed(origins)}
        for origin in _newest_first(by_run.values())[:_MOST_CATALOGS]:
            if found := await self._files.fetch_catalog(origin):
                return found
        return None

    async def _remember(
        self, fresh: Sequence[Run], ready: Sequence[Run], manifest: Origin | None, catalog: Origin | None
    ) -> Watermark:
        done = [run for run in fresh if run.id not in self._late]
        described = manifest.run_id if manifest else next((run.id for run in ready), None)
        environment = (await self._files.detail(described)).environment if described is not None else None
        return Watermark(
            taken=with_taken(self._known.taken, done),
            newest_finished_at=max(
                filter(None, [self._known.newest_finished_at, *(run.finished_at for run in done)]), default=None
            ),
            manifest=manifest or self._known.manifest,
            catalog=catalog or self._known.catalog,
            environment=environment or self._known.environment,
        )


def _newest_first(origins: Iterable[Origin]) -> list[Origin]:
    return sorted(dict.fromkeys(origins), key=lambda origin: (origin.started_at, origin.run_id), reverse=True)
