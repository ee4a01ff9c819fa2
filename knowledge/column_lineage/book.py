"""One project's models in the order in which their SQL is read, and what is kept of what that says (pure)."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from hashlib import blake2b
from importlib.metadata import version
from typing import Any

import msgspec

from knowledge.artifacts.compiled import Compiled, CompiledTable
from knowledge.column_lineage.extraction import Extract
from knowledge.column_lineage.messages import Reply, Request
from knowledge.column_lineage.naming import EPHEMERAL
from knowledge.column_lineage.steps import ADDED_TO_SNAPSHOTS, ANY

RECIPE = f"2 sqlglot {version('sqlglot')}"
"""What reads SQL, and how: another one may understand more. To be counted up when what is kept changes."""
_MOST_SQL_BYTES = 300_000

Shown = Callable[[str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the catalog has of a project."""

    columns: Mapping[str, Sequence[str]]
    """unique_id → the columns, in lower case, of each table whose columns the warehouse told."""
    shown: Shown
    """unique_id → under which it may be spoken of: itself, a hash if it is hidden, None if there is no such node."""
    readings: Mapping[str, tuple[bytes, Sequence[str] | None]]
    """That → what its SQL was read from, and all columns that it makes where those are known."""
    scrub: Callable[[str], str] | None = None
    """Takes the names of what is hidden out of an expression; None where nothing is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A model whose SQL is to be read."""

    unique_id: str
    basis: bytes
    request: Request | None
    """None: its SQL is too long."""


class Book:
    """Goes through the models, parents first; of those that were read from the same before nothing is due."""

    def __init__(self, compiled: Compiled, known: Known, dialect: str) -> None:
        self._compiled = compiled
        self._tables = compiled.tables
        self._known = known
        self._dialect = dialect
        self._made: dict[str, Sequence[str]] = {}
        """unique_id → all columns that its SQL makes."""
        self._by_relation = {table.relation: table.unique_id for table in self._tables.values() if table.relation}
        self.seen: list[str] = []
        """The models that have SQL so far, as they may be spoken of."""

    def due(self) -> Iterator[Due]:
        """Each model that is to be read, once ``take`` was given what the one before said."""
        for unique_id in _in_order(self._tables):
            shown = self._known.shown(unique_id)
            table = self._tables[unique_id]
            sql = self._compiled.sql(unique_id) if shown and table.has_sql else None
            if sql is None or shown is None:
                continue
            self.seen.append(shown)
            basis, request = self._request(table, sql)
            before = self._known.readings.get(shown)
            if before is not None and before[0] == basis:
                self._keep(unique_id, before[1])
            else:
                is_too_long = len(sql) > _MOST_SQL_BYTES
                yield Due(unique_id=unique_id, basis=basis, request=None if is_too_long else request)

    def take(self, due: Due, reply: Reply) -> dict[str, Any]:
        """What is stored of a model: JSON values only."""
        shown = self._known.shown(due.unique_id)
        row: dict[str, Any] = {"unique_id": shown, "basis": due.basis.hex(), "fault": reply.fault}
        if reply.extract is None:
            return row
        if shown != due.unique_id:
            return row | {"edges": self._needs(due.unique_id, _all_leaves(reply.extract))}
        own = self._tables[due.unique_id].hidden_columns
        made = [column.name for column in reply.extract.columns if column.name not in own]
        columns = made if reply.extract.is_complete else None
        self._keep(due.unique_id, [column.name for column in reply.extract.columns] if columns is not None else None)
        return row | {"columns": columns} | self._origins(due.unique_id, reply.extract, own)

    def _keep(self, unique_id: str, columns: Sequence[str] | None) -> None:
        if columns is not None:
            hidden = sorted(self._tables[unique_id].hidden_columns - {*columns})
            self._made[unique_id] = [*columns, *hidden]

    def _request(self, table: CompiledTable, sql: str) -> tuple[bytes, Request]:
        """The question, and a hash of all on which the answer depends."""
        parents = [self._tables[each] for each in table.parents if each in self._tables]
        tables = {name: self._columns(parent.unique_id) for parent in parents for name in _names(parent)}
        own = self._known.columns.get(table.unique_id, ())
        own = [
            column for column in own if not (table.unique_id.startswith("snapshot.") and column in ADDED_TO_SNAPSHOTS)
        ]
        treated = [[self._known.shown(each.unique_id), sorted(each.hidden_columns)] for each in (table, *parents)]
        basis = msgspec.json.encode([RECIPE, self._dialect, sql, sorted(tables.items()), own, treated])
        request = Request(sql=sql, dialect=self._dialect, tables=tables, own_columns=own)
        return blake2b(basis, digest_size=16).digest(), request

    def _columns(self, unique_id: str) -> Sequence[str] | None:
        """A table's columns if all are known: the warehouse's, else what its SQL makes; of a hidden one nothing."""
        if self._known.shown(unique_id) != unique_id:
            return None
        told = self._known.columns.get(unique_id)
        if told is None:
            return self._made.get(unique_id)
        return [*told, *sorted(self._tables[unique_id].hidden_columns - {*told})]

    def _origins(self, unique_id: str, extract: Extract, own: Collection[str]) -> dict[str, Any]:
        origins: list[dict[str, Any]] = []
        edges: list[dict[str, Any]] = []
        needed = set(extract.uses)
        for column in extract.columns:
            if column.name in own:
                needed.update(column.sources)
                continue
            parents, is_whole = self._parents(unique_id, column.sources)
            edges += [{"parent": node, "parent_column": of, "child_column": column.name} for node, of in parents]
            hides = any(of is None for _, of in parents)
            steps = [] if hides else [(name, self._clean(text)) for name, text in column.steps]
            is_whole = is_whole and column.is_known and not hides
            origins.append({"column_name": column.name, "steps": steps, "is_whole": is_whole})
        edges += [*self._needs(unique_id, needed), *self._lost(unique_id, extract.lost)]
        return {"origins": origins, "edges": edges}

    def _lost(self, unique_id: str, names: Sequence[str]) -> list[dict[str, Any]]:
        """Columns of which it cannot be told whose they are; where they may be hidden ones, all that there may be."""
        parents = [self._tables[each] for each in self._tables[unique_id].parents if each in self._tables]
        may_hide = any(each.hidden_columns or self._known.shown(each.unique_id) != each.unique_id for each in parents)
        told = [None if may_hide or name == ANY else name for name in names]
        return [{"parent": "", "parent_column": name, "child_column": None} for name in dict.fromkeys(told)]

    def _needs(self, unique_id: str, leaves: Collection[tuple[str, str]]) -> list[dict[str, Any]]:
        parents, _ = self._parents(unique_id, leaves)
        return [{"parent": node, "parent_column": of, "child_column": None} for node, of in parents]

    def _parents(self, child: str, leaves: Iterable[tuple[str, str]]) -> tuple[list[tuple[str, str | None]], bool]:
        """(node, column) as they may be spoken of, column None where it is hidden; and whether all are nodes."""
        found: dict[tuple[str, str | None], None] = {}
        is_whole = True
        for table, column in leaves:
            unique_id = self._node(child, table)
            shown = self._known.shown(unique_id) if unique_id else None
            if unique_id is None or shown is None:
                is_whole = False
            elif unique_id != child:  # an incremental model looks at what it has made before
                hides = shown != unique_id or column in self._tables[unique_id].hidden_columns
                found[shown, None if hides else column] = None
        return list(found), is_whole

    def _node(self, child: str, name: str) -> str | None:
        """The node that a table in the child's SQL is: one of its parents, else any whose relation it is."""
        for parent in self._tables[child].parents:
            if parent in self._tables and name in _names(self._tables[parent]):
                return parent
        return self._by_relation.get(name)

    def _clean(self, text: str) -> str:
        return self._known.scrub(text) if self._known.scrub else text


def _in_order(tables: Mapping[str, CompiledTable]) -> Iterable[str]:
    """Parents before children; as they stand where they go in circles."""
    graph = {unique_id: [each for each in table.parents if each in tables] for unique_id, table in tables.items()}
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError:
        return list(tables)


def _names(table: CompiledTable) -> list[str]:
    return [table.relation] if table.relation else [f"{EPHEMERAL}{name}" for name in table.names]


def _all_leaves(extract: Extract) -> set[tuple[str, str]]:
    return {*extract.uses, *(leaf for column in extract.columns for leaf in column.sources)}
