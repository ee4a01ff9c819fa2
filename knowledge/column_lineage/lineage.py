"""Tells which columns a column is made of, and what is made of it or needs it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from knowledge.database import Database
from knowledge.lineage import in_steps
from knowledge.queries import load_queries
from knowledge.values import DESCRIBERS, Direction, Kind, Summary
from knowledge.words import storable

_SUMMARY = tuple(Summary.__dataclass_fields__)

State = Literal["read", "begins", "due", "no sql", "python", "unreadable", "unplaced", "open"]
"""How it stands with a node's SQL: it was read; the node has none by its nature; it is still to be read; the artifacts
have none; the node is written in Python; it could not be read; it names a column without telling of which table; it
takes all columns of tables whose columns are not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnStep:
    """One column of a lineage, ``depth`` steps away; 0 is the column itself."""

    node: Summary | None
    """None: a node that must not be known."""
    kind: Kind
    column: str | None
    """None: upstream a column that must not be known; downstream the node needs the column and makes none of it."""
    depth: int
    steps: tuple[tuple[str, str], ...] = ()
    """(column, expression) as the node's SQL has them, the column's own first; none where it is handed on as it is."""
    is_whole: bool = True
    """Whether all that it is made of is known."""
    nearer: tuple[int, ...] = ()
    """Places in the list of the columns it leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resting:
    """What rests on tables without being one: an exposure, a metric, a semantic model or a saved query."""

    node: Summary | None
    kind: Kind


class ColumnLineage:
    """All methods raise Unavailable when the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load_queries("column_lineage")

    async def state(self, unique_id: str) -> State:
        """How it stands with the SQL that tells of a node's columns."""
        row = await self._database.fetch_one(self._queries["column_state"], unique_id=storable(unique_id))
        return "begins" if row is None or row["kind"] not in ("model", "snapshot") else _state(row)

    async def unread_children(self, unique_id: str, column: str) -> list[tuple[Summary, State]]:
        """Models made of the node of which it is not known whether they use the column, each with the reason."""
        rows = await self._database.fetch(
            self._queries["unread_children"], unique_id=storable(unique_id), column=storable(column.lower())
        )
        return [(Summary(**{field: row[field] for field in _SUMMARY}), _state(row)) for row in rows]

    async def follow(self, unique_id: str, column: str, direction: Direction, *, limit: int = 500) -> list[ColumnStep]:
        """The column itself and all that it is made of, or that is made of it: the nearest first.

        It does not go through hidden nodes: of those nothing more is told than that they are there.
        """
        rows = await self._database.fetch(
            self._queries["followed_columns"],
            unique_id=storable(unique_id),
            column=storable(column.lower()),
            upstream=direction == "upstream",
        )
        by_key = {_key(row["unique_id"], row["key"]): row for row in rows}
        start = _key(unique_id, column.lower())
        if start not in by_key:
            return []
        nearer = {key: [_key(*each) for each in row["nearer"]] for key, row in by_key.items() if key != start}
        found = [(start, 0), *in_steps(start, nearer)][:limit]
        places = {key: place for place, (key, _) in enumerate(found)}
        return [_step(by_key[key], depth, nearer.get(key, ()), places) for key, depth in found]

    async def resting_on(self, unique_ids: Sequence[str]) -> list[Resting]:
        """Exposures, metrics and the like that rest on any of the nodes, at any depth."""
        rows = await self._database.fetch(
            self._queries["resting_on"],
            unique_ids=[storable(each) for each in unique_ids],
            describers=list(DESCRIBERS),
        )
        return [Resting(node=_summary(row), kind=row["kind"]) for row in rows]


def _state(row: Mapping[str, Any]) -> State:
    if row["is_read"] and not row["fault"] and (is_any := row.get("is_any")) is not None:
        return "open" if is_any else "unplaced"
    if row["is_read"]:
        return "unreadable" if row["fault"] else "read"
    if row["language"] == "python":
        return "python"
    return "due" if row["is_due"] else "no sql"


def _key(unique_id: str, column: str | None) -> str:
    return f"{unique_id}\n{column or ''}"


def _step(row: Mapping[str, Any], depth: int, nearer: Sequence[str], places: Mapping[str, int]) -> ColumnStep:
    return ColumnStep(
        node=_summary(row),
        kind=row["kind"],
        column=row["column_name"],
        depth=depth,
        steps=tuple((name, expression) for name, expression in row["steps"]),
        is_whole=row["is_whole"],
        nearer=tuple(sorted(places[each] for each in nearer if each in places)),
    )


def _summary(row: Mapping[str, Any]) -> Summary | None:
    return None if row["hidden"] else Summary(**{field: row[field] for field in _SUMMARY})
