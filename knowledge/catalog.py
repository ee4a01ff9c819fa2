"""Reads the catalog: nodes, columns, lineage, health, names."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from knowledge.column_lineage.lineage import ColumnLineage
from knowledge.database import Database
from knowledge.history.history import History
from knowledge.lineage import in_steps
from knowledge.links import node_page
from knowledge.names import Named, Names
from knowledge.queries import load_queries
from knowledge.values import (
    Age,
    Broken,
    Column,
    Direction,
    Freshness,
    Health,
    Kind,
    LineageStep,
    Node,
    Overview,
    Project,
    RunResult,
    SourceState,
    Summary,
    TestState,
    Timing,
    UpstreamFault,
)
from knowledge.words import storable

_SUMMARY = tuple(Summary.__dataclass_fields__)
_Row = Mapping[str, Any]


class Catalog:
    """All methods raise Unavailable when the database does not answer; what does not exist is simply not returned."""

    history: History
    """What became of all that."""
    columns: ColumnLineage
    """Which columns are made of which."""

    def __init__(self, database: Database) -> None:
        self.history = History(database)
        self.columns = ColumnLineage(database)
        self._database = database
        self._queries = load_queries("catalog")
        self._names = Names((), ())
        self._generation = ""
        self._adapter: str | None = None
        self._age = Age()
        self._loading = asyncio.Lock()

    async def overview(self) -> Overview:
        """The catalog as a whole: projects, counts, age."""
        [row] = await self._fetch("overview")
        projects = await self._fetch("projects")
        return Overview(projects=tuple(Project(**project) for project in projects), **row)

    async def nodes(self, unique_ids: Sequence[str]) -> list[Node]:
        """Nodes with their columns, in the order asked for, each once."""
        rows = await self._fetch("nodes", unique_ids=_storable(unique_ids))
        found = {row["unique_id"]: _node(row) for row in rows}
        return [found[unique_id] for unique_id in dict.fromkeys(unique_ids) if unique_id in found]

    async def summaries(self, unique_ids: Sequence[str]) -> list[Summary]:
        """Nodes in one line each, in the order asked for, each once."""
        rows = await self._fetch("summaries", unique_ids=_storable(unique_ids))
        found = {row["unique_id"]: _summary(row) for row in rows}
        return [found[unique_id] for unique_id in dict.fromkeys(unique_ids) if unique_id in found]

    async def health(self, unique_ids: Sequence[str]) -> dict[str, Health]:
        """How nodes are doing, with the sources that feed them at any depth (a source's own check included), and with
        what fails above them.

        A node of which nothing is known has an empty Health.
        """
        parts: dict[str, list[_Row]] = {unique_id: [] for unique_id in unique_ids}
        for row in await self._fetch("health", unique_ids=_storable(unique_ids)):
            parts[row["asked"]].append(row)
        return {unique_id: _health(unique_id, rows) for unique_id, rows in parts.items()}

    async def broken(
        self, *, kinds: Sequence[Kind] = (), only_tests: bool = False, limit: int = 10
    ) -> tuple[list[Broken], int]:
        """Nodes whose newest build, or a test of severity error, failed: the most important ones, and how many."""
        rows = await self._fetch("broken", kinds=list(kinds), only_tests=only_tests, limit=limit)
        found = [Broken(node=_summary(row), build=row["build"], tests=tuple(row["tests"])) for row in rows]
        return found, rows[0]["number"] if rows else 0

    async def timings(self, kinds: Sequence[Kind]) -> list[Timing]:
        """When every node of those kinds was built or checked, sources first, then the most important ones."""
        return [_timing(row) for row in await self._fetch("timings", kinds=list(kinds))]

    async def lineage(
        self, unique_id: str, direction: Direction, *, depth: int | None = None, limit: int = 500
    ) -> list[LineageStep]:
        """What feeds a node, or what it feeds: the nearest first, at most ``limit`` nodes and ``depth`` steps away.

        It goes through hidden nodes, which have neither a name nor a unique_id.
        """
        query = "lineage_upstream" if direction == "upstream" else "lineage_downstream"
        rows = {row["unique_id"]: row for row in await self._fetch(query, unique_id=storable(unique_id))}
        steps = in_steps(unique_id, {found: row["nearer"] for found, row in rows.items()})
        steps = [step for step in steps[:limit] if depth is None or step[1] <= depth]
        places = {unique_id: 0} | {found: place for place, (found, _) in enumerate(steps, start=1)}
        return [_step(rows[found], distance, places) for found, distance in steps]

    async def columns_named(self, name: str, *, limit: int = 1_000) -> list[tuple[Summary, Column]]:
        """Every node that has a column of this name, whatever its case: latest, own and final ones first."""
        rows = await self._fetch("columns_named", name=storable(name), limit=limit)
        return [(_summary(row), msgspec.convert(row["column"], Column)) for row in rows]

    async def adapter(self) -> str | None:
        """dbt's name of the warehouse (snowflake, duckdb, …), if the artifacts told it; as of the last ``names()``."""
        if not self._generation:
            await self.names()
        return self._adapter

    def age(self) -> Age:
        """How fresh the catalog was at the last ``names()``."""
        return self._age

    async def names(self) -> Names:
        """All names, from memory unless a definition has changed since the last call (one cheap statement)."""
        [row] = await self._fetch("generation")
        self._adapter = row["adapter"]
        self._age = Age(refreshed_at=row["refreshed_at"], failure=row["failure"])
        if row["generation"] == self._generation:
            return self._names
        async with self._loading:
            # Whoever waited finds it loaded; what was loaded may be newer than what was seen, never older.
            if row["generation"] != self._generation:
                await self._load_names(row["generation"])
            return self._names

    async def _load_names(self, generation: str) -> None:
        [row] = await self._fetch("all_names")
        # Thousands of nodes: read in a thread, out of two texts, so that the event loop goes on.
        self._names = await asyncio.to_thread(_names, row["nodes"], row["columns"])
        self._generation = generation

    async def _fetch(self, query: str, **parameters: Any) -> list[dict[str, Any]]:
        return await self._database.fetch(self._queries[query], **parameters)


def _storable(unique_ids: Iterable[str]) -> list[str]:
    return [storable(unique_id) for unique_id in unique_ids]


def _node(row: _Row) -> Node:
    node = msgspec.convert(row["definition"] | {"columns": row["columns"]}, Node)
    return replace(node, page=node_page(node, row["node_link"], row["code_link"]))


def _summary(row: _Row) -> Summary:
    return Summary(**{field: row[field] for field in _SUMMARY})


def _step(row: _Row, depth: int, places: Mapping[str, int]) -> LineageStep:
    """``places``: where each node stands in the list; a hidden one is told of by nothing else."""
    nearer = sorted({places[neighbour] for neighbour in row["nearer"] if neighbour in places})
    node = None if row["hidden"] else _summary(row)
    return LineageStep(node=node, kind=row["kind"], depth=depth, nearer=tuple(nearer))


def _names(nodes: str, columns: str) -> Names:
    return Names(msgspec.json.decode(nodes, type=list[Named]), msgspec.json.decode(columns, type=list[str]))


def _health(unique_id: str, rows: Iterable[_Row]) -> Health:
    parts: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        parts[row["part"]].append(row)
    return Health(
        unique_id=unique_id,
        built=next((_built(row) for row in parts["built"]), None),
        builds=next((tuple(row["builds"]) for row in parts["built"]), ()),
        tests=tuple(_test(row) for row in parts["test"]),
        sources=tuple(_source(row) for row in parts["source"]),
        upstream=tuple(_fault(row) for row in parts["upstream"]),
    )


def _built(row: _Row) -> RunResult:
    fields = ("unique_id", "status", "completed_at", "duration_s", "failures", "message")
    return RunResult(**{field: row[field] for field in fields})


def _test(row: _Row) -> TestState:
    fields = ("name", "severity", "status", "completed_at", "failures", "message")
    return TestState(column=row["column_name"], **{field: row[field] for field in fields})


def _timing(row: _Row) -> Timing:
    return Timing(
        node=_summary(row),
        materialized=row["materialized"],
        builds=tuple(row["builds"] or ()),
        freshness=_freshness(row),
    )


def _freshness(row: _Row) -> Freshness | None:
    fields = ("unique_id", "status", "max_loaded_at", "checked_at")
    return Freshness(**{field: row[field] for field in fields}) if row["status"] else None


def _source(row: _Row) -> SourceState:
    return SourceState(unique_id=row["unique_id"], name=row["name"], freshness=_freshness(row))


def _fault(row: _Row) -> UpstreamFault:
    summary = msgspec.convert(row["summary"], Summary)
    facts = {field: row[field] for field in ("depth", "status", "completed_at", "message")}
    return UpstreamFault(node=summary, tests=tuple(row["tests"]), **facts)
