"""Writes what a refresh changes, on a connection whose transaction the caller commits."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from knowledge.changes import Changes, Definitions
from knowledge.connection import Connection
from knowledge.history.differences import BAD, GOOD, changes_between
from knowledge.history.history import record_changes
from knowledge.language import DEFAULT, language_of, most_common
from knowledge.passages import node_prose
from knowledge.queries import load_queries
from knowledge.records import record
from knowledge.sources.source import Cursor
from knowledge.terms import Lexicon
from knowledge.values import Artifacts, Change, DataTest, Freshness, Node, Project, RunResult, RunState

Progress = Callable[[str, int, int | None], None]
"""Told the stage, how much of it is done, and of how much (None: unknown)."""

_NODES_AT_ONCE = 250
_RESULTS_AT_ONCE = 5_000
_ANALYZE_SHARE = 0.1
"""When more of the nodes than this are new or changed, the planner's statistics are renewed with them."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Which source artifacts come from, how far it has been read with them, and by what rules they were taken in."""

    source: str
    cursor: Cursor
    made_with: str
    hides: bool = False
    """Whether something of them was kept out: the words of later runs may name it."""
    keys: Set[bytes] = frozenset()
    """By which the next reading knows what is the same; none where something was kept out."""


class Store:
    """The written side of the catalog within one transaction."""

    def __init__(self, connection: Connection, *, refresh_id: int = 0, progress: Progress | None = None) -> None:
        """``refresh_id``: under which changes are recorded."""
        self._connection = connection
        self._refresh_id = refresh_id
        self._progress = progress or (lambda _stage, _done, _total: None)
        self._queries = load_queries("refresh")

    async def write(
        self, artifacts: Artifacts, new: Definitions, changes: Changes, origin: Origin, *, is_new: bool
    ) -> tuple[int, int]:
        """Bring one project to what its artifacts say: its id, and how many results were newer than the known ones.

        What changed is recorded, unless the project ``is_new``: then everything would be.
        """
        [row] = await self._fetch("store_project", **_described(artifacts.project), **_origin(origin))
        project_id: int = row["project_id"]
        told: list[Change] = []
        if changes:
            old = await self._definitions(project_id, changes.differing | changes.removed)
            await self._write_nodes(project_id, new, changes)
            if _hides_more(old, changes):
                await self._forget_told(project_id)  # and tell nothing: the difference is what must not be told
            else:
                told += await asyncio.to_thread(changes_between, old, new, changes)
        await self._execute("store_hidden", project_id=project_id, hidden=_json(artifacts.hidden))
        if changes.hidden_columns:
            hidden = {unique_id: sorted(names) for unique_id, names in changes.hidden_columns.items()}
            await self._execute("forget_lineage_of_hidden", project_id=project_id, columns=_json(hidden))
        newer, flips = await self._write_results(project_id, artifacts.results, artifacts.freshness)
        if changes:
            await self._execute("forget_lost_results", project_id=project_id)
            await self._execute("store_statistics", project_id=project_id)
            await self._execute("count_frequent_terms")
            if len(changes.added) + len(changes.changed) > _ANALYZE_SHARE * (len(new.nodes) + len(artifacts.same)):
                await self._execute("analyze_catalog")
        if not is_new:
            await record_changes(self._connection, self._refresh_id, project_id, [*told, *flips])
        return project_id, newer

    async def write_results(self, project_id: int, state: RunState, origin: Origin) -> int:
        """Keep what runs found where definitions stay as they are; how many outcomes were newer than the known ones."""
        newer, flips = await self._write_results(project_id, state.results, state.freshness)
        await record_changes(self._connection, self._refresh_id, project_id, flips)
        await self._execute("store_cursor", project_id=project_id, cursor=_json(origin.cursor))
        return newer

    async def drop(self, project_id: int) -> int:
        """Forget a project; returns how many nodes it had."""
        rows = await self._fetch("definition_hashes", project_id=project_id, besides="[]")
        await self._execute("clear_nodes", project_id=project_id, unique_ids=[row["unique_id"] for row in rows])
        await self._execute("drop_project", project_id=project_id)
        await self._execute("count_frequent_terms")
        return len(rows)

    async def _definitions(self, project_id: int, unique_ids: Collection[str]) -> Definitions:
        """Nodes as they are stored, each with its tests."""
        nodes: dict[str, Node] = {}
        tests: dict[str, tuple[DataTest, ...]] = {}
        for _, part in _parts(sorted(unique_ids), _NODES_AT_ONCE):
            for row in await self._fetch("stored_definitions", project_id=project_id, unique_ids=list(part)):
                nodes[row["unique_id"]] = msgspec.convert(row["definition"] | {"columns": row["columns"]}, Node)
                tests[row["unique_id"]] = msgspec.convert(row["tests"], tuple[DataTest, ...])
        return Definitions(nodes=nodes, tests=tests)

    async def _forget_told(self, project_id: int) -> None:
        """Take away all that was kept in words, remembered in threads or embedded, and may name what is now hidden."""
        await self._execute("forget_told", project_id=project_id)
        await self._execute("forget_vectors")
        await self._execute("forget_threads")

    async def _write_nodes(self, project_id: int, new: Definitions, changes: Changes) -> None:
        gone = sorted(changes.changed | changes.removed)
        await self._execute("clear_nodes", project_id=project_id, unique_ids=gone)
        due = sorted(changes.added | changes.changed)
        self._progress("storing", 0, len(due))
        known = {row["language"]: row["nodes"] for row in await self._fetch("told_languages", project_id=project_id)}
        lexicons = await asyncio.to_thread(_lexicons, [new.nodes[each] for each in due], known)
        for done, part in _parts(due, _NODES_AT_ONCE):
            nodes = await asyncio.to_thread(_nodes_json, part, new, changes, lexicons)
            await self._execute("store_nodes", project_id=project_id, nodes=nodes)
            self._progress("storing", done, len(due))

    async def _write_results(
        self, project_id: int, results: Sequence[RunResult], checks: Sequence[Freshness]
    ) -> tuple[int, list[Change]]:
        """How many outcomes were newer than the known ones, and what broke or recovered with them."""
        rows: list[dict[str, Any]] = []
        for _, part in _parts(results, _RESULTS_AT_ONCE):
            rows += await self._fetch("store_results", project_id=project_id, results=_judged(part))
        for _, part in _parts(checks, _RESULTS_AT_ONCE):
            rows += await self._fetch("store_freshness", project_id=project_id, checks=_judged(part))
        return sum(row["newer"] for row in rows), [_flip(**flip) for row in rows for flip in row["flips"]]

    async def _execute(self, query: str, **parameters: Any) -> int:
        return (await self._connection.execute(self._queries[query], parameters)).rowcount

    async def _fetch(self, query: str, **parameters: Any) -> list[dict[str, Any]]:
        return await (await self._connection.execute(self._queries[query], parameters)).fetchall()


def _hides_more(old: Definitions, changes: Changes) -> bool:
    """Whether a node or a column has become hidden that was known until now."""
    return bool(changes.hidden) or any(
        column.name.lower() in names
        for unique_id, names in changes.hidden_columns.items()
        if unique_id in old.nodes
        for column in old.nodes[unique_id].columns
    )


@dataclass(frozen=True, slots=True)
class _Lexicons:
    """In which language each node is to be taken."""

    told: Mapping[str, Lexicon]
    """By unique_id, of nodes that tell it themselves."""
    usual: Lexicon
    """For all others: the one that most of the project's nodes tell."""


def _lexicons(nodes: Sequence[Node], known: Mapping[str, int]) -> _Lexicons:
    """``known``: how many of the project's other nodes tell which language."""
    told = {node.unique_id: language for node in nodes if (language := language_of(node_prose(node)))}
    languages = Counter(known) + Counter(told.values())
    usual = most_common(languages) if languages else language_of("\n".join(map(node_prose, nodes))) or DEFAULT
    lexicons = {language: Lexicon(language) for language in {usual, *told.values()}}
    return _Lexicons({unique_id: lexicons[language] for unique_id, language in told.items()}, lexicons[usual])


def _nodes_json(unique_ids: Sequence[str], new: Definitions, changes: Changes, lexicons: _Lexicons) -> str:
    return _json(
        [
            record(
                new.nodes[each],
                new.tests.get(each, ()),
                changes.hashes[each],
                lexicons.told.get(each, lexicons.usual),
                tells_language=each in lexicons.told,
            )
            for each in unique_ids
        ],
    )


def _described(project: Project) -> dict[str, Any]:
    return {
        "name": project.name,
        "environment": project.environment,
        "environment_name": project.environment_name,
        "adapter": project.adapter,
        "dbt_version": project.dbt_version,
        "generated_at": project.generated_at,
        "catalog_generated_at": project.catalog_generated_at,
        "node_link": project.node_link,
        "code_link": project.code_link,
        "hidden": project.hidden,
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {
        "source": origin.source,
        "cursor": _json(origin.cursor),
        "made_with": origin.made_with,
        "hides": origin.hides,
        "keys": b"".join(sorted(origin.keys)),
    }


def _judged(outcomes: Sequence[RunResult] | Sequence[Freshness]) -> str:
    """Outcomes as JSON, each with whether it is good: a skipped one does not say."""
    verdicts = dict.fromkeys(GOOD, True) | dict.fromkeys(BAD, False)
    return _json([_row(each) | {"good": verdicts.get(each.status)} for each in outcomes])


def _row(outcome: RunResult | Freshness) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.to_builtins(outcome)
    return row | {"builds": outcome.builds} if isinstance(outcome, RunResult) else row


def _flip(*, good: bool, **facts: Any) -> Change:
    return Change(what="recovered" if good else "broke", **facts)


def _parts(items: Sequence[_T], size: int) -> Iterator[tuple[int, Sequence[_T]]]:
    """Slices of up to ``size``, each with how many items are done after it."""
    for start in range(0, len(items), size):
        yield min(start + size, len(items)), items[start : start + size]


def _json(values: object) -> str:
    return msgspec.json.encode(values).decode()
