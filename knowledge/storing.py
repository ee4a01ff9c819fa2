"""Writes what a refresh changes, on a connection whose transaction the caller commits."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec

from knowledge.changes import Changes, Definitions
from knowledge.connection import Connection
from knowledge.queries import load_queries
from knowledge.records import record
from knowledge.values import Artifacts, Project

Progress = Callable[[str, int, int | None], None]
"""Told the stage, how much of it is done, and of how much (None: unknown)."""

_NODES_AT_ONCE = 250
_RESULTS_AT_ONCE = 5_000
_ANALYZE_SHARE = 0.1
"""When more of the nodes than this are new or changed, the planner's statistics are renewed with them."""

_T = TypeVar("_T")


class Store:
    """The written side of the catalog within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._queries = load_queries("refresh")

    async def write(
        self, artifacts: Artifacts, new: Definitions, changes: Changes, *, stamp: str, progress: Progress
    ) -> tuple[int, int]:
        """Bring one project to what its artifacts say: its id, and how many results were newer than the known ones."""
        [row] = await self._fetch("store_project", **_described(artifacts.project), stamp=stamp)
        project_id: int = row["project_id"]
        if changes:
            await self._write_nodes(project_id, new, changes, progress)
        results = await self._write_results(project_id, artifacts, new.results_of)
        if changes:
            await self._execute("forget_lost_results", project_id=project_id)
            await self._execute("store_statistics", project_id=project_id)
            if len(changes.added) + len(changes.changed) > _ANALYZE_SHARE * len(new.nodes):
                await self._execute("analyze_catalog")
        return project_id, results

    async def drop(self, project_id: int) -> int:
        """Forget a project; returns how many nodes it had."""
        rows = await self._fetch("definition_hashes", project_id=project_id)
        await self._execute("clear_nodes", project_id=project_id, unique_ids=[row["unique_id"] for row in rows])
        await self._execute("drop_project", project_id=project_id)
        return len(rows)

    async def _write_nodes(self, project_id: int, new: Definitions, changes: Changes, progress: Progress) -> None:
        gone = sorted(changes.changed | changes.removed)
        await self._execute("clear_nodes", project_id=project_id, unique_ids=gone)
        due = sorted(changes.added | changes.changed)
        progress("storing", 0, len(due))
        for done, part in _parts(due, _NODES_AT_ONCE):
            nodes = await asyncio.to_thread(_nodes_json, part, new, changes)
            await self._execute("store_nodes", project_id=project_id, nodes=nodes)
            progress("storing", done, len(due))

    async def _write_results(self, project_id: int, artifacts: Artifacts, known: frozenset[str]) -> int:
        results = {result.unique_id: result for result in artifacts.results if result.unique_id in known}
        checks = {check.unique_id: check for check in artifacts.freshness if check.unique_id in known}
        newer = 0
        for _, part in _parts(list(results.values()), _RESULTS_AT_ONCE):
            newer += await self._execute("store_results", project_id=project_id, results=_json(part))
        for _, part in _parts(list(checks.values()), _RESULTS_AT_ONCE):
            newer += await self._execute("store_freshness", project_id=project_id, checks=_json(part))
        return newer

    async def _execute(self, query: str, **parameters: Any) -> int:
        return (await self._connection.execute(self._queries[query], parameters)).rowcount

    async def _fetch(self, query: str, **parameters: Any) -> list[dict[str, Any]]:
        return await (await self._connection.execute(self._queries[query], parameters)).fetchall()


def _nodes_json(unique_ids: Sequence[str], new: Definitions, changes: Changes) -> str:
    return _json(
        [record(new.nodes[each], new.tests.get(each, ()), changes.hashes[each]) for each in unique_ids],
    )


def _described(project: Project) -> dict[str, Any]:
    return {
        "name": project.name,
        "environment": project.environment,
        "adapter": project.adapter,
        "dbt_version": project.dbt_version,
        "generated_at": project.generated_at,
        "catalog_generated_at": project.catalog_generated_at,
    }


def _parts(items: Sequence[_T], size: int) -> Iterator[tuple[int, Sequence[_T]]]:
    """Slices of up to ``size``, each with how many items are done after it."""
    for start in range(0, len(items), size):
        yield min(start + size, len(items)), items[start : start + size]


def _json(values: object) -> str:
    return msgspec.json.encode(values).decode()
