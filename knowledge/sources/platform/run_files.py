"""Artifacts of runs of the dbt platform, brought into a folder; what cannot be had is noted."""

import asyncio
from datetime import datetime
from pathlib import Path

from knowledge.errors import Unavailable
from knowledge.sources.platform.api import DbtApi
from knowledge.sources.platform.files import has_relations
from knowledge.sources.platform.replies import Fault
from knowledge.sources.platform.run_steps import RunDetail, parse_detail
from knowledge.sources.platform.runs import Run
from knowledge.sources.platform.watermark import Origin
from knowledge.values import Oddity

_MANIFEST = "manifest.json"
_CATALOG = "catalog.json"
_RUN_RESULTS = "run_results.json"
_SOURCES = "sources.json"
_RELATED = '["run_steps","environment"]'


class RunFiles:
    """The files stay in ``folder``, which is somebody else's."""

    def __init__(self, api: DbtApi, folder: Path, now: datetime) -> None:
        self._api = api
        self._folder = folder
        self._now = now
        self._details: dict[int, RunDetail] = {}
        self.run_results: list[Path] = []
        self.freshness: list[Path] = []
        self.oddities: list[Oddity] = []
        self._catalog_fault: Unavailable | None = None

    async def detail(self, run_id: int) -> RunDetail:
        """Steps and environment of a run, asked for once; empty when the run is gone."""
        if run_id not in self._details:
            reply = await self._api.fetch(f"runs/{run_id}/", {"include_related": _RELATED})
            self._details[run_id] = parse_detail(reply.data) if reply else RunDetail()
        return self._details[run_id]

    async def fetch_manifest(self, run_id: int) -> Path | None:
        """None when the run has none. Raises Unavailable when it has one that cannot be had."""
        if found := await self._fetch_manifest(run_id, None):
            return found
        # The last step may be one that writes nothing.
        steps = [step.index for step in (await self.detail(run_id)).steps if step.kind in ("results", "docs")]
        for step in reversed(steps):
            if found := await self._fetch_manifest(run_id, step):
                return found
        return None

    async def fetch_catalog(self, origin: Origin) -> tuple[Path, Origin] | None:
        """The catalog of a run, and the step that wrote it; None when it has none with anything in it.

        One that cannot be had is noted, so that another run's may do.
        """
        if found := await self._fetch_catalog(origin, origin.step):
            return found
        steps = [step.index for step in (await self.detail(origin.run_id)).steps if step.kind == "docs"]
        for step in reversed(steps):
            if step != origin.step and (found := await self._fetch_catalog(origin, step)):
                return found
        return None

    def require_no_fault(self) -> None:
        """Raises: Unavailable when a catalog could not be had although it is there: it must not seem to be gone."""
        if self._catalog_fault is not None:
            raise self._catalog_fault

    async def fetch_results(self, run: Run) -> bool:
        """Add what a run says of outcomes and of freshness. False when it should have said something and did not."""
        steps = (await self.detail(run.id)).steps
        wanted: list[tuple[str, int | None]] = []
        wanted += [(_RUN_RESULTS, step.index) for step in steps if step.kind == "results"]
        checks = [(_SOURCES, step.index) for step in steps if step.kind == "freshness"]
        wanted += checks or ([(_SOURCES, None)] if run.has_freshness else [])
        found = [await self._fetch_result(run, name, step) for name, step in wanted]
        return any(found) or not found

    async def _fetch_result(self, run: Run, name: str, step: int | None) -> bool:
        """Raises: Unavailable when the platform fails and the run is young enough to be asked for again."""
        path = self._path(name, run.id, step)
        found = await self._download(name, run.id, path, step)
        if isinstance(found, Fault):
            if not found.is_damage and run.is_young(self._now):
                raise _unavailable(name, run.id, found)
            self._note(name, run.id, found)
            return True
        if found:
            (self.run_results if name == _RUN_RESULTS else self.freshness).append(path)
        return found

    async def _fetch_manifest(self, run_id: int, step: int | None) -> Path | None:
        path = self._path(_MANIFEST, run_id, step)
        found = await self._download(_MANIFEST, run_id, path, step)
        if isinstance(found, Fault):
            raise _unavailable(_MANIFEST, run_id, found)
        return path if found else None

    async def _fetch_catalog(self, origin: Origin, step: int | None) -> tuple[Path, Origin] | None:
        path = self._path(_CATALOG, origin.run_id, step)
        found = await self._download(_CATALOG, origin.run_id, path, step)
        if isinstance(found, Fault):
            if not found.is_damage:
                self._catalog_fault = _unavailable(_CATALOG, origin.run_id, found)
            self._note(_CATALOG, origin.run_id, found)
        elif found and await asyncio.to_thread(has_relations, path):
            return path, Origin(run_id=origin.run_id, started_at=origin.started_at, step=step)
        return None

    async def _download(self, name: str, run_id: int, path: Path, step: int | None = None) -> bool | Fault:
        return await self._api.download(f"runs/{run_id}/artifacts/{name}", path, step=step)

    def _path(self, name: str, run_id: int, step: int | None = None) -> Path:
        return self._folder / f"{run_id}-{step or 'last'}-{name}"

    def _note(self, name: str, run_id: int, fault: Fault) -> None:
        self.oddities.append(
            Oddity(where=f"{name} of run {run_id}", reason=f"cannot be had: the dbt platform {fault.reason}")
        )


def _unavailable(name: str, run_id: int, fault: Fault) -> Unavailable:
    return Unavailable(
        f"The dbt platform {fault.reason} ({name} of run {run_id}). It is tried again with the next refresh."
    )
