"""What one source in the FROM of a query has: its columns, and the names that these may be qualified with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from knowledge.values import Node


@dataclass(frozen=True, slots=True)
class Relation:
    """What can be selected from one source of a query. ``open``: it may have more columns than are listed."""

    columns: frozenset[str]
    open: bool
    name: str = ""
    documented_only: bool = False

    def may_have(self, column: str) -> bool:
        """Whether nothing can be said against a lower-case column: it is there, or nobody wrote the columns down."""
        return column in self.columns or (self.open and not self.documented_only)


UNKNOWN = Relation(frozenset(), open=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One thing in FROM. ``aliases``: lower-case names that its columns may be qualified with."""

    aliases: frozenset[str]
    schema: str
    relation: Relation
    node: exp.Expr
    in_star: bool = True
    """False for the right side of a semi join, whose columns are not selected."""

    def rest_of(self, parts: Sequence[str]) -> Sequence[str]:
        """What remains of a dotted lower-case name after this source's own; nothing when it is not meant."""
        for at in range(min(3, len(parts) - 1)):
            if parts[at] in self.aliases and (at == 0 or parts[at - 1] == self.schema):
                return parts[at + 1 :]
        return ()


def relation_of(nodes: Sequence[Node]) -> Relation:
    """What the nodes that a table name may mean offer together."""
    columns = frozenset(column.name.lower() for node in nodes for column in node.columns)
    known = bool(nodes) and all(node.columns_known and node.columns for node in nodes)
    documented_only = not known and bool(nodes) and all(node.columns for node in nodes)
    return Relation(columns, open=not known, name=nodes[0].name if nodes else "", documented_only=documented_only)


def together(relations: Sequence[Relation]) -> Relation:
    """All columns of several relations. It is open when one of them is, and only documented when all open ones are."""
    if not relations:
        return UNKNOWN
    opened = [relation for relation in relations if relation.open]
    return Relation(
        frozenset[str]().union(*(relation.columns for relation in relations)),
        open=bool(opened),
        documented_only=bool(opened) and all(relation.documented_only for relation in opened),
    )


def unfolded(query: exp.Expr) -> Iterable[Source]:
    """What ClickHouse's ARRAY JOIN, and Redshift's ``items as item at place``, bring in: elements under a name."""
    for join in query.args.get("joins") or []:
        unfolding = join.this.this if isinstance(join.this, exp.Pivot) else join.this
        place = unfolding.args.get("expression") if isinstance(unfolding, exp.AtIndex) else None
        element = unfolding.this if isinstance(unfolding, exp.AtIndex) else unfolding
        if isinstance(element, exp.Alias):
            names = {element.alias.lower(), *([place.name.lower()] if isinstance(place, exp.Identifier) else [])}
            relation = Relation(frozenset(names), open=False)
            yield Source(aliases=frozenset(), schema="", relation=relation, node=join.this)


def pivoted(relation: Relation, pivots: Sequence[exp.Expr]) -> Relation:
    """What is there after PIVOT (whose columns' names rest on data) or UNPIVOT."""
    for pivot in pivots:
        if not pivot.args.get("unpivot"):
            return Relation(relation.columns, open=True)
        fields = [each for each in pivot.args.get("fields") or [] if isinstance(each, exp.In)]
        gone = {name for each in fields for part in each.expressions for name in _named_in(part)}
        new = {name for each in (*pivot.expressions, *(each.this for each in fields)) for name in _named_in(each)}
        relation = replace(relation, columns=relation.columns - gone | new)
    return relation


def _named_in(node: exp.Expr) -> Iterable[str]:
    return (each.name.lower() for each in node.find_all(exp.Identifier))
