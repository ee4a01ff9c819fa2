"""The names that a SELECT gives to what it selects, and where in it they are seen."""

from collections.abc import Mapping, Sequence

from sqlglot import exp

_SEEN_IN: Mapping[str, frozenset[str]] = {
    "postgres": frozenset({"group", "order"}),
    "tsql": frozenset({"order"}),
    "fabric": frozenset({"order"}),
    "trino": frozenset({"order"}),
    "presto": frozenset({"order"}),
    "athena": frozenset({"order"}),
    "bigquery": frozenset({"group", "having", "qualify", "order"}),
    "mysql": frozenset({"group", "having", "order"}),
}
"""Clauses that see the aliases of their own SELECT, where that is not all of them. ``order by`` is always seen."""


class Aliases:
    """The names that the SELECTs of one query give, each worked out once."""

    def __init__(self, dialect: str) -> None:
        self._seen_in = _SEEN_IN.get(dialect)
        self._given: dict[int, dict[str, list[exp.Expr]]] = {}

    def has(self, query: exp.Expr, name: str) -> bool:
        """Whether a SELECT gives that lower-case name, wherever it is seen."""
        return isinstance(query, exp.Select) and name in self._of(query)

    def is_seen(self, column: exp.Column, query: exp.Expr) -> bool:
        """Whether a column's name was given by the same SELECT, elsewhere than where it stands, and is seen there."""
        name = column.name.lower()
        if isinstance(query, exp.SetOperation):
            return name in {given.lower() for given in query.named_selects}
        if not isinstance(query, exp.Select):
            return False
        given = self._of(query).get(name, [])
        if not any(all(node is not column for node in each.find_all(exp.Column)) for each in given):
            return False
        return self._seen_in is None or _clause_of(column, query) in self._seen_in

    def _of(self, query: exp.Select) -> Mapping[str, Sequence[exp.Expr]]:
        """Lower-case alias → what a SELECT gives that name."""
        if id(query) not in self._given:
            found = self._given[id(query)] = {}
            for each in query.selects:
                if isinstance(each, exp.Alias):
                    found.setdefault(each.alias.lower(), []).append(each)
        return self._given[id(query)]


def _clause_of(column: exp.Column, query: exp.Select) -> str:
    """The clause of ``query`` in which a column stands."""
    node: exp.Expr = column
    while isinstance(node.parent, exp.Expr) and node.parent is not query:
        node = node.parent
    return (node.arg_key or "").rstrip("_")
