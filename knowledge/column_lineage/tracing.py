"""Follows the columns of a query whose names are resolved down to the tables that it reads (pure)."""

from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, find_all_in_scope

from knowledge.column_lineage.quoting import said
from knowledge.column_lineage.sources import Source, Sources, made_by, pivoted_by, pivots_behind
from knowledge.column_lineage.steps import ANY, NOWHERE
from knowledge.column_lineage.trace import LOST, MOST_STEPS, Leaf, Trace, besides, either, merged


class Tracer:
    """Knows each column of each part of the query once it was asked for."""

    def __init__(self, root: Scope, columns: Mapping[str, Sequence[str] | None]) -> None:
        """``columns``: table → its columns, None where they are not known."""
        self._scopes = {id(scope.expression): scope for scope in root.traverse()}
        """By what they are of: a recursive query is read through one of which sqlglot has filled in nothing."""
        self.lost: set[str] = set()
        """Names of columns that were met, and may be of several tables."""
        self._sources = Sources(columns)
        self._known: dict[tuple[int, str], Trace] = {}
        self._selects: dict[int, dict[str, exp.Expr]] = {}
        self._names: dict[int, Sequence[str]] = {}
        self._within: dict[int, list[exp.Column]] = {}

    def output(self, scope: Scope, name: str) -> Trace:
        """What the column ``name`` of a query, or of a part of it, is made of."""
        scope = self._scopes.get(id(scope.expression), scope)
        key = id(scope), name
        if key not in self._known:
            self._known[key] = Trace()  # a recursive query finds itself: that adds nothing
            self._known[key] = self._output(scope, name)
        return self._known[key]

    def used(self) -> set[Leaf]:
        """What is read by name, or decides which rows there are: without it the query would fail."""
        found: set[Leaf] = set()
        for scope in self._scopes.values():
            for column in self._projected(scope):
                is_written = not column.is_star and column.this.meta_get("start") is not None  # else a star stood there
                if is_written and isinstance(self._sources.of(scope, column), exp.Table):
                    found |= self._column(scope, column).leaves
            for column in self._not_projected(scope):
                if not column.is_star and not self._is_own(scope, column):
                    found |= self._column(scope, column).leaves
        return found

    def _output(self, scope: Scope, name: str) -> Trace:
        expression = scope.expression
        if isinstance(expression, exp.Select):
            projection = self._projections(scope).get(name)
            return self._projection(scope, projection, name) if projection is not None else self._starred(scope, name)
        if isinstance(expression, exp.SetOperation):
            return self._union(scope, name)
        if isinstance(expression, exp.Subquery | exp.Lateral) and scope.subquery_scopes:
            inner = expression.this.unnest() if isinstance(expression.this, exp.Subquery) else expression.this
            if isinstance(expression, exp.Subquery) or isinstance(inner, exp.Query):
                return self.output(scope.subquery_scopes[0], name)
        return merged(self._column(scope, column) for column in expression.find_all(exp.Column))

    def _is_own(self, scope: Scope, column: exp.Column) -> bool:
        """Whether a query means, to sort or group by it, a column that it makes itself."""
        return (
            not column.table
            and isinstance(scope.expression, exp.Query)
            and column.name in self._named(scope.expression)
        )

    def _named(self, query: exp.Query) -> Sequence[str]:
        """The names of a query's columns: sqlglot goes through all of it for them, a union is asked for each column."""
        if id(query) not in self._names:
            self._names[id(query)] = query.named_selects
        return self._names[id(query)]

    def _projections(self, scope: Scope) -> dict[str, exp.Expr]:
        if id(scope) not in self._selects:
            assert isinstance(scope.expression, exp.Select)  # noqa: S101 (whoever calls this has looked)
            self._selects[id(scope)] = {each.alias_or_name: each for each in reversed(scope.expression.selects)}
        return self._selects[id(scope)]

    def _projection(self, scope: Scope, projection: exp.Expr, name: str) -> Trace:
        inner = projection.unalias()
        if isinstance(inner, exp.Column) and not inner.is_star:
            return self._column(scope, inner)
        made_of = merged([*self._named_in(scope, inner), *self._rows_in(scope, inner), *self._below(scope, inner)])
        if _is_joined(inner):
            return Trace(made_of.leaves, (), made_of.is_known)
        own = said(projection)
        steps = dict.fromkeys([(name, own), *besides(own, made_of.steps)])
        return Trace(made_of.leaves, tuple(steps)[:MOST_STEPS], made_of.is_known)

    def _named_in(self, scope: Scope, expression: exp.Expr) -> Iterator[Trace]:
        for column in self._columns_in(expression):
            if not column.is_star:
                yield self._column(scope, column)

    def _rows_in(self, scope: Scope, expression: exp.Expr) -> Iterator[Trace]:
        """What an expression takes whole rows of: ``to_json(orders)``, ``hash(*)``, but not ``count(*)``."""
        for row in find_all_in_scope(expression, exp.TableColumn, exp.Star):
            column = row.parent if isinstance(row.parent, exp.Column) else None
            if isinstance(row, exp.Star) and isinstance((column or row).parent, exp.Count):
                continue
            name = row.name if isinstance(row, exp.TableColumn) else column.table if column else ""
            chosen = [scope.sources.get(name)] if name else [each for _, each in scope.selected_sources.values()]
            for source in chosen:
                yield self._row(source)

    def _row(self, source: Source | None) -> Trace:
        """All columns of a source."""
        if isinstance(source, exp.Table):
            known = self._sources.names(source)
            return Trace(frozenset((source.name, each) for each in known)) if known else self._give_up(ANY)
        query = source.expression if source else None
        if source is None or not isinstance(query, exp.Query) or query.is_star:
            return self._give_up(ANY)
        return merged(self.output(source, each) for each in query.named_selects)

    def _below(self, scope: Scope, expression: exp.Expr) -> Iterator[Trace]:
        """What queries in an expression yield; of those that only look for rows, what decides whether there are any."""
        below = {id(each.expression): each for each in scope.subquery_scopes}
        for query in find_all_in_scope(expression, *exp.UNWRAPPED_QUERIES) if below else ():
            if (found := below.get(id(query))) is None or not isinstance(query, exp.Query):
                continue
            trace = merged(self.output(found, column) for column in query.named_selects)
            if not trace.leaves:
                trace = merged(self._column(found, column) for column in found.find_all(exp.Column))
            is_looked_into = not isinstance(query.parent, exp.Exists)
            yield trace if is_looked_into else Trace(trace.leaves, (), trace.is_known)

    def _projected(self, scope: Scope) -> Iterator[exp.Column]:
        if isinstance(scope.expression, exp.Select):
            for projection in scope.expression.selects:
                yield from self._columns_in(projection.unalias())

    def _not_projected(self, scope: Scope) -> Iterator[exp.Column]:
        if not isinstance(scope.expression, exp.Select):
            yield from scope.find_all(exp.Column)
            return
        for key, value in scope.expression.args.items():
            for clause in value if isinstance(value, list) else [value]:
                if key != "expressions" and isinstance(clause, exp.Expr):
                    yield from find_all_in_scope(clause, exp.Column)

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
            return self._give_up(name)
        table = stars[0].table if isinstance(stars[0], exp.Column) else ""
        source = scope.sources.get(table) if table else self._sources.only_unknown(scope)
        return self._of(source, name) if source is not None else self._give_up(name)

    def _union(self, scope: Scope, name: str) -> Trace:
        """Columns of a union correspond by their place; where a star hides places, by name."""
        traces: list[Trace] = []
        assert isinstance(scope.expression, exp.SetOperation)  # noqa: S101
        names = self._named(scope.expression)
        by_name = bool(scope.expression.args.get("by_name")) or "*" in names or name not in names
        for part in scope.set_operation_scopes:
            assert isinstance(part.expression, exp.Query)  # noqa: S101
            theirs = self._named(part.expression)
            at = -1 if by_name or "*" in theirs else names.index(name)
            traces.append(self.output(part, theirs[at] if 0 <= at < len(theirs) else name))
        return either(name, traces)

    def _column(self, scope: Scope, column: exp.Column) -> Trace:
        if NOWHERE in (column.table, column.name):
            field = column.parent.expression.name if isinstance(column.parent, exp.Dot) else ""
            return self._give_up(field if column.name == NOWHERE else column.name)
        if scope.pivots and (pivot := column.find_ancestor(exp.Pivot)) is not None:
            source = pivoted_by(scope, pivot)
            return self._bare(source, column.name) if source is not None else self._give_up(column.name)
        source = self._sources.of(scope, column)
        if source is not None:
            return self._of(source, column.name)
        if pivots := [each for each in scope.pivots if each.alias == column.table]:
            return self._behind_pivots(scope, pivots[-1], column.name)
        return self._give_up(
            column.parts[0].name
        )  # what stands before the name may be a column, and that a field in it

    def _give_up(self, name: str) -> Trace:
        self.lost.add(name)
        return LOST

    def _of(self, source: Source, name: str) -> Trace:
        pivots = pivots_behind(source)
        return self._pivoted(source, pivots, name) if pivots else self._bare(source, name)

    def _behind_pivots(self, scope: Scope, pivot: exp.Expr, name: str) -> Trace:
        """A column by the name that what was pivoted has behind it."""
        source = pivoted_by(scope, pivot)
        return self._of(source, name) if source is not None else self._give_up(name)

    def _pivoted(self, source: Source, pivots: Sequence[exp.Expr], name: str) -> Trace:
        """A column that a pivot makes is made of all that the pivots read; any other was there before."""
        before = self._sources.names(source)
        made = {each for pivot in pivots if isinstance(pivot, exp.Pivot) for each in made_by(pivot, before or ())}
        if name not in (before or ()) and (name in made or before is not None):
            read = {column.name for pivot in pivots for column in pivot.find_all(exp.Column)}
            return merged(self._bare(source, column) for column in sorted(read))
        if before is None and not any(isinstance(pivot, exp.Pivot) and pivot.unpivot for pivot in pivots):
            return self._give_up(name)  # what a pivot calls its columns is for each warehouse to decide
        return self._bare(source, name)

    def _bare(self, source: Source, name: str) -> Trace:
        if isinstance(source, Scope):
            return self.output(source, name)
        return Trace(frozenset({(source.name, name)})) if self._sources.has(source) else LOST


def _is_joined(expression: exp.Expr) -> bool:
    """Whether sqlglot has put it there for a column that ``join … using`` makes of two of the same name."""
    parts = [expression.this, *expression.expressions] if isinstance(expression, exp.Coalesce) else []
    return bool(parts) and all(isinstance(each, exp.Column) and each.this.meta_get("start") is None for each in parts)
