"""What a query can select from: the columns of its tables, subqueries, table functions and pivots."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

from agent.checker.functions import yielded
from agent.checker.jinja import Rendered, is_jinja
from agent.checker.parsing import reference_of, said_as
from agent.checker.sources import UNKNOWN, Relation, Source, pivoted, relation_of, together, unfolded
from agent.checker.vocabulary import Vocabulary

Home = tuple[str | None, str | None]
"""A database and a schema."""
_SERIES = (exp.GenerateSeries, exp.GenerateDateArray, exp.GenerateTimestampArray)
_UNFOLDS_FIELDS = frozenset({"bigquery", "redshift"})
"""Dialects in which the fields of what an array holds are columns when it is unfolded."""
_SERIES_NAMES = frozenset({"generate_series", "range", "unnest", "value", "generate_date_array"})


class Relations:
    """What the scopes of one query offer, each worked out once."""

    def __init__(self, rendered: Rendered, vocabulary: Vocabulary, home: Home | None) -> None:
        self._rendered = rendered
        self._vocabulary = vocabulary
        self._home = home
        self._sources: dict[int, list[Source]] = {}
        self._offered: dict[int, Relation] = {}

    def sources(self, scope: Scope) -> list[Source]:
        """What a SELECT has in its FROM and joins."""
        if id(scope) not in self._sources:
            found = [self._source(name, node, scope) for name, node in scope.references]
            self._sources[id(scope)] = found + list(unfolded(scope.expression))
        return self._sources[id(scope)]

    def offered(self, scope: Scope) -> Relation:
        """What a subquery or CTE gives to the query around it."""
        if id(scope) not in self._offered:
            self._offered[id(scope)] = UNKNOWN  # a recursive query finds this when it asks for itself
            self._offered[id(scope)] = replace(self._of_scope(scope), name=_alias(scope))
        return self._offered[id(scope)]

    def of_table(self, table: exp.Table) -> Relation:
        """What a table offers, before any pivot."""
        own = {name.lower() for name in table.alias_column_names}
        if not isinstance(table.this, exp.Identifier):
            if own:
                return Relation(frozenset(own), open=False)
            known = _SERIES_NAMES if isinstance(table.this, _SERIES) else yielded(table.this)
            return Relation(known | {table.alias.lower()}, open=False) if known else UNKNOWN
        if is_jinja(table.name):
            return UNKNOWN
        nodes = self._vocabulary.tables(said_as(table, self._rendered), reference_of(table, self._rendered))
        at_home = [node for node in nodes if (node.database, node.schema) == self._home]
        relation = relation_of(at_home or nodes)
        return replace(relation, columns=relation.columns | own) if own else relation

    def before_pivot(self, node: exp.Expr, scope: Scope) -> Relation:
        """What the table or subquery offers to its own pivot."""
        if isinstance(node, exp.Table):
            inner = scope.sources.get(node.name)
            return self.offered(inner) if isinstance(inner, Scope) and not node.db else self.of_table(node)
        inner = scope.sources.get(node.alias)
        return self.offered(inner) if isinstance(inner, Scope) else UNKNOWN

    def _source(self, name: str, node: exp.Expr, scope: Scope) -> Source:
        pivots: Sequence[exp.Expr] = node.args.get("pivots") or []
        found = scope.sources.get(name)
        if pivots:
            relation = pivoted(self.before_pivot(node, scope), pivots)
        elif isinstance(found, Scope) and not (isinstance(node, exp.Table) and node.db):
            relation = self.offered(found)
        else:
            relation = self.of_table(node) if isinstance(node, exp.Table) else UNKNOWN
        aliases = {name.lower(), *(pivot.alias.lower() for pivot in pivots)}
        if isinstance(node, exp.Table) and not node.alias and (called := reference_of(node, self._rendered)):
            nodes = self._vocabulary.tables(called.name, called)
            aliases |= {called.alias.lower(), *(each.identifier.lower() for each in nodes if each.identifier)}
        if isinstance(node, exp.Table) and not node.alias and isinstance(node.this, exp.Anonymous):
            aliases.add(node.this.name.lower())
        return Source(
            aliases=frozenset(aliases - {""}),
            schema=node.db.lower() if isinstance(node, exp.Table) else "",
            relation=relation,
            node=node,
            in_star=name not in scope.semi_or_anti_join_tables,
        )

    def _of_scope(self, scope: Scope) -> Relation:
        query = scope.expression
        if names := scope.outer_columns or _names_of_recursion(query):
            is_open = (
                self._vocabulary.dialect in _UNFOLDS_FIELDS
                and isinstance(query, exp.Unnest)
                and not _yields_values(query)
            )
            return Relation(frozenset(name.lower() for name in (*names, *_counted(query))), open=is_open)
        if isinstance(query, exp.SetOperation):
            parts = [self.offered(part) for part in scope.set_operation_scopes]
            return together(parts if query.args.get("by_name") else parts[:1])
        if isinstance(query, exp.Lateral | exp.Subquery) and isinstance(query.this, exp.Query):
            inner = scope.subquery_scopes or scope.derived_table_scopes
            return self.offered(inner[-1]) if inner else UNKNOWN
        if not isinstance(query, exp.Select):
            is_called = isinstance(query, exp.Lateral | exp.TableFromRows)
            known = yielded(query.this if is_called else query)
            return Relation(known | {query.alias.lower()}, open=False) if known else UNKNOWN
        relations = [_closed(query)]
        for selected in query.selects:
            if selected.is_star or isinstance(selected, exp.Columns):
                relations += self._starred(selected, scope)
            elif is_jinja(selected.output_name) or selected.find(exp.Columns) or self._spreads(selected):
                relations.append(UNKNOWN)
        return together(relations)

    def _spreads(self, selected: exp.Expr) -> bool:
        """Whether it becomes several columns, since it has no name."""
        if isinstance(selected, exp.Explode):
            return self._vocabulary.dialect == "duckdb"  # whose ``unnest`` of a struct are its fields
        return isinstance(selected, exp.Inline | exp.Stack) or (
            isinstance(selected, exp.Anonymous) and selected.name.lower() == "json_tuple"
        )

    def _starred(self, star: exp.Expr, scope: Scope) -> Iterable[Relation]:
        """What ``*``, ``t.*`` and ``* except (…)`` select."""
        if isinstance(star, exp.Dot | exp.Columns):
            return [UNKNOWN]  # the fields of a struct, the columns that fit a pattern
        owner = star.text("table").lower() if isinstance(star, exp.Column) else ""
        sources = [
            source for source in self.sources(scope) if (owner in source.aliases if owner else source.in_star)
        ]  # fmt: skip
        rules = star.this if isinstance(star, exp.Column) else star
        gone = {each.name.lower() for each in rules.args.get("except_") or []}
        renamed = {each.this.name.lower(): each.alias.lower() for each in rules.args.get("rename") or []}
        for source in sources or [None]:
            relation = source.relation if source else UNKNOWN
            kept = relation.columns - gone - renamed.keys() | {renamed[old] for old in renamed}
            yield replace(relation, columns=kept)


def _closed(query: exp.Select) -> Relation:
    """The columns that a SELECT names itself."""
    named = {name.lower() for name in query.named_selects if name and name != "*"}
    given = {name for each in query.selects if not each.output_name for name in _given_names(each)}
    return Relation(frozenset(named | given), open=False)


def _yields_values(unnest: exp.Unnest) -> bool:
    """Whether what it unfolds has no fields, or none that could be selected without its name."""
    return all(
        isinstance(each, _SERIES) or (isinstance(each, exp.Array) and not each.find(exp.Struct, exp.Column))
        for each in unnest.expressions
    )


def _counted(query: exp.Expr) -> Sequence[str]:
    """The name under which UNNEST counts what it unfolds."""
    offset = query.args.get("offset") if isinstance(query, exp.Unnest) else None
    return [offset.name] if isinstance(offset, exp.Identifier) else []


def _names_of_recursion(query: exp.Expr) -> Sequence[str]:
    """The columns that a recursive CTE gives itself, asked from within."""
    parent = query.parent
    while isinstance(parent, exp.SetOperation | exp.Subquery):
        parent = parent.parent
    return parent.alias_column_names if isinstance(parent, exp.CTE) else ()


def _given_names(unnamed: exp.Expr) -> set[str]:
    """Names that databases give to a column without one: the function's, or the expression itself."""
    given = {unnamed.key.lower(), unnamed.name.lower(), unnamed.sql().lower(), "?column?", "f0_", "_col0"}
    return given | {"col", "pos", "key", "value", "unnest"} if isinstance(unnamed, exp.Explode) else given


def _alias(scope: Scope) -> str:
    parent = scope.expression.parent
    return parent.alias if isinstance(parent, exp.Expr) else ""
