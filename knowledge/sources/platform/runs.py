"""Runs of the dbt platform: which of them tell of the environment itself."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from knowledge.artifacts.reading import Odd, read
from knowledge.artifacts.scalars import count, moment, text

ARTIFACTS_WITHIN = timedelta(hours=1)
"""So long after its end a run's artifacts are waited for."""
FINISHED = frozenset({10, 20})
"""Success, error. Source: Admin API v2, statuses of runs and steps (30 is cancelled, below 10 is not over)."""
_IN_FULL_AT_FIRST = 50
_FOREIGN_JOBS = frozenset({"ci", "merge", "exposure_sync"})
_FOREIGN_CAUSES = frozenset({"ci", "merge"})
_REQUEST_ID = re.compile(r"(pull|merge)_request_id$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A finished run."""

    id: int
    started_at: datetime
    finished_at: datetime
    project_id: int | None = None
    job_id: int | None = None
    is_own: bool | None = None
    """Whether it built the environment's own tables, not a pull request's; None: only its job could tell."""
    has_artifacts: bool = True
    has_catalog: bool = False
    has_freshness: bool = False

    def not_after(self, now: datetime) -> "Run":
        """The same run, none of its times in the future: one that is must not outshine all that come."""
        if self.finished_at <= now and self.started_at <= now:
            return self
        return replace(self, started_at=min(self.started_at, now), finished_at=min(self.finished_at, now))

    def is_young(self, now: datetime) -> bool:
        """Whether artifacts that are not there may still come."""
        return now - self.finished_at < ARTIFACTS_WITHIN


class _Job(msgspec.Struct):
    id: Any = None
    job_type: Any = None
    is_system: Any = None


class _RunRow(msgspec.Struct):
    id: int
    status: Any = None
    environment_id: Any = None
    project_id: Any = None
    job_definition_id: Any = None
    created_at: Any = None
    started_at: Any = None
    finished_at: Any = None
    artifacts_saved: Any = None
    has_docs_generated: Any = None
    has_sources_generated: Any = None
    trigger: Any = None
    job: _Job | None = None


def parse_runs(rows: Iterable[msgspec.Raw], environment_id: int) -> list[Run]:
    """The environment's finished runs, newest end first, each once."""
    runs: dict[int, Run] = {}
    for raw in rows:
        try:
            run = _run(read(raw, _RunRow), environment_id)
        except Odd:
            continue
        if run:
            runs[run.id] = run
    return sorted(runs.values(), key=lambda run: (run.finished_at, run.id), reverse=True)


def parse_jobs(rows: Iterable[msgspec.Raw]) -> dict[int, bool]:
    """Job → whether its runs build the environment's own tables."""
    jobs: dict[int, bool] = {}
    for raw in rows:
        try:
            job = read(raw, _Job)
        except Odd:
            continue
        if job_id := count(job.id):
            jobs[job_id] = _is_own_job(job)
    return jobs


def own_runs(runs: Iterable[Run], jobs: Mapping[int, bool]) -> list[Run]:
    """The runs that count; one whose job is gone counts, for its trigger had nothing against it."""
    return [run for run in runs if (run.is_own if run.is_own is not None else jobs.get(run.job_id or 0, True))]


def first_choice(runs: Sequence[Run]) -> list[Run]:
    """Of the runs seen at first those whose results are taken: the newest fifty, then the newest of each other job.

    Args:    runs: newest first.
    """
    chosen = list(runs[:_IN_FULL_AT_FIRST])
    jobs = {run.job_id for run in chosen}
    for run in runs[_IN_FULL_AT_FIRST:]:
        if run.job_id not in jobs:
            jobs.add(run.job_id)
            chosen.append(run)
    return chosen


def _run(row: _RunRow, environment_id: int) -> Run | None:
    finished_at = moment(row.finished_at)
    is_elsewhere = count(row.environment_id) not in {None, environment_id}
    if finished_at is None or count(row.status) not in FINISHED or is_elsewhere:
        return None
    return Run(
        id=row.id,
        started_at=moment(row.started_at) or moment(row.created_at) or finished_at,
        finished_at=finished_at,
        project_id=count(row.project_id),
        job_id=count(row.job_definition_id),
        is_own=_is_own(row),
        has_artifacts=row.artifacts_saved is not False,
        has_catalog=row.has_docs_generated is True,
        has_freshness=row.has_sources_generated is True,
    )


def _is_own(row: _RunRow) -> bool | None:
    trigger: dict[str, Any] = row.trigger if isinstance(row.trigger, dict) else {}
    is_moved = bool(trigger.get("schema_override") or trigger.get("target_name_override"))
    is_request = any(value for name, value in trigger.items() if _REQUEST_ID.search(name))
    if is_moved or is_request or text(trigger.get("cause_category")).lower() in _FOREIGN_CAUSES:
        return False
    if row.job is not None:
        return _is_own_job(row.job)
    return None if row.job_definition_id is not None else True


def _is_own_job(job: _Job) -> bool:
    return text(job.job_type).lower() not in _FOREIGN_JOBS and job.is_system is not True
