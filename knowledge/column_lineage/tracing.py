"""Follows the columns of a query whose names are resolved down to the tables that it reads (pure)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, find_all_in_scope

from knowledge.column_lineage.quoting import said

Leaf = tuple[str, str]
"""A table, as the query's tables were named before, and a column of it."""

_UNNAMED = "_col_"
"""What sqlglot calls columns without a name, such as a subquery's that stands in an expression."""
_MOST_STEPS = 6
"""Expressions that are kept of one column, the outermost first."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What one column is made of."""

    leaves: frozenset[Leaf] = frozenset()
    steps: tuple[tuple[str, str], ...] = ()
    """(column, expression) along the way inside the query; none where a column is handed on as it is."""
    is_known: bool = True
    """Whether all that it is made of could be found."""


_LOST = Trace(is_known=False)


class Tracer:
    """Knows each column of each part of the query once it was asked for."""

    def __init__(self, columns: Mapping[str, Sequence[str] | None], dialect: str) -> None:
        """``columns``: table → its columns, None where they are not known."""
        self._columns = columns
        self._dialect = dialect
        self._known: dict[tuple[int, str], Trace] = {}
        self._selects: dict[int, dict[str, exp.Expr]] = {}
        self._within: dict[int, list[exp.Column]] = {}

    def output(self, scope: Scope, name: str) -> Trace:
        """What the column ``name`` of a query, or of a part of it, is made of."""
        key = id(scope), name
        if key not in self._known:
            self._known[key] = Trace()  # a recursive query finds itself: that adds nothing
            self._known[key] = self._output(scope, name)
        return self._known[key]

    def used(self, scopes: Iterable[Scope]) -> set[Leaf]:
        """What is read by name, or decides which rows there are: without it the query would fail."""
        found: set[Leaf] = set()
        for scope in scopes:
            handed_on = {id(column) for column in self._projected(scope)}
            for column in scope.find_all(exp.Column):
                if id(column) not in handed_on:
                    found |= self._column(scope, column).leaves
                elif column.this.meta_get("start") is not None and isinstance(self._source(scope, column), exp.Table):
                    found |= self._column(scope, column).leaves  # written out; what a star stands for is not
        return found

    def _output(self, scope: Scope, name: str) -> Trace:
        expression = scope.expression
        if isinstance(expression, exp.Select):
            projection = self._projections(scope).get(name)
            return self._projection(scope, projection, name) if projection is not None else self._starred(scope, name)
        if isinstance(expression, exp.SetOperation):
            return self._union(scope, name)
        if isinstance(expression, exp.Subquery) and scope.subquery_scopes:
            return self.output(scope.subquery_scopes[0], name)
        return _merged(self._column(scope, column) for column in expression.find_all(exp.Column))

    def _projections(self, scope: Scope) -> dict[str, exp.Expr]:
        if id(scope) not in self._selects:
            assert isinstance(scope.expression, exp.Select)  # noqa: S101 (whoever calls this has looked)
            self._selects[id(scope)] = {each.alias_or_name: each for each in reversed(scope.expression.selects)}
        return self._selects[id(scope)]

    def _projection(self, scope: Scope, projection: exp.Expr, name: str) -> Trace:
        inner = projection.unalias()
        if isinstance(inner, exp.Column) and not inner.is_star:
            return self._column(scope, inner)
        traces = [self._column(scope, column) for column in self._columns_in(inner)]
        below = {id(each.expression): each for each in scope.subquery_scopes}
        for query in find_all_in_scope(inner, *exp.UNWRAPPED_QUERIES) if below else ():
            if (found := below.get(id(query))) is not None and isinstance(query, exp.Query):
                traces += [self.output(found, column) for column in query.named_selects]
        made_of = _merged(traces)
        nested = (step for step in made_of.steps if not step[0].startswith(_UNNAMED))
        steps = dict.fromkeys([(name, said(inner, self._dialect)), *nested])
        return Trace(made_of.leaves, tuple(steps)[:_MOST_STEPS], made_of.is_known)

    def _projected(self, scope: Scope) -> Iterator[exp.Column]:
        if isinstance(scope.expression, exp.Select):
            for projection in scope.expression.selects:
                yield from self._columns_in(projection.unalias())

    def _columns_in(self, expression: exp.Expr) -> list[exp.Column]:
        """The columns that an expression is made of, those of subqueries in it apart."""
        if isinstance(expression, exp.Column):
            return [expression]
        if id(expression) not in self._within:
            self._within[id(expression)] = list(find_all_in_scope(expression, exp.Column))
        return self._within[id(expression)]

    def _starred(self, scope: Scope, name: str) -> Trace:
        """A column that only a star can have brought: of the one source whose columns are not known."""
        assert isinstance(scope.expression, exp.Select)  # noqa: S101
        stars = [each for each in scope.expression.selects if each.is_star]
        if len(stars) != 1:
            return _LOST
        table = stars[0].table if isinstance(stars[0], exp.Column) else ""
        source = scope.sources.get(table) if table else self._only_unknown(scope)
        return self._of(source, name) if source is not None else _LOST

    def _union(self, scope: Scope, name: str) -> Trace:
        """Columns of a union correspond by their place; where a star hides places, by name."""
        traces: list[Trace] = []
        assert isinstance(scope.expression, exp.SetOperation)  # noqa: S101
        names = scope.expression.named_selects
        by_name = bool(scope.expression.args.get("by_name")) or "*" in names or name not in names
        for part in scope.set_operation_scopes:
            assert isinstance(part.expression, exp.Query)  # noqa: S101
            theirs = part.expression.named_selects
            at = -1 if by_name or "*" in theirs else names.index(name)
            traces.append(self.output(part, theirs[at] if 0 <= at < len(theirs) else name))
        return _merged(traces)

    def _column(self, scope: Scope, column: exp.Column) -> Trace:
        source = self._source(scope, column)
        return self._of(source, column.name) if source is not None else _LOST

    def _of(self, source: exp.Table | Scope, name: str) -> Trace:
        if isinstance(source, Scope):
            return self.output(source, name)
        if pivots := source.args.get("pivots"):
            return self._pivoted(source, pivots, name)
        return Trace(frozenset({(source.name, name)})) if source.name in self._columns else _LOST

    def _pivoted(self, table: exp.Table, pivots: Sequence[exp.Expr], name: str) -> Trace:
        """A column that a pivot makes is made of all that the pivot reads."""
        if name in (self._columns.get(table.name) or ()):
            return Trace(frozenset({(table.name, name)}))
        read = {column.name for pivot in pivots for column in pivot.find_all(exp.Column)}
        return Trace(frozenset((table.name, column) for column in read if table.name in self._columns))

    def _source(self, scope: Scope, column: exp.Column) -> exp.Table | Scope | None:
        """Where a column is from: a subquery may use columns of the queries around it."""
        if not column.table:
            return self._only_unknown(scope)
        within: Scope | None = scope
        while within is not None:
            if (source := within.sources.get(column.table)) is not None:
                return source
            within = within.parent
        return None

    def _only_unknown(self, scope: Scope) -> exp.Table | Scope | None:
        """The one source that may have any column; a query that reads but one table needs to know nothing of it."""
        sources = [source for _, source in scope.selected_sources.values()]
        unknown = [source for source in sources if self._may_have_any(source)]
        if len(unknown) == 1:
            return unknown[0]
        return sources[0] if len(sources) == 1 else None

    def _may_have_any(self, source: exp.Table | Scope) -> bool:
        if isinstance(source, exp.Table):
            return self._columns.get(source.name) is None
        return isinstance(source.expression, exp.Query) and source.expression.is_star


def _merged(traces: Iterable[Trace]) -> Trace:
    leaves: set[Leaf] = set()
    steps: dict[tuple[str, str], None] = {}
    is_known = True
    for trace in traces:
        leaves |= trace.leaves
        steps |= dict.fromkeys(trace.steps)
        is_known = is_known and trace.is_known
    return Trace(frozenset(leaves), tuple(steps)[:_MOST_STEPS], is_known)
