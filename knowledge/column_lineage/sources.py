"""What the parts of a query read: of which source a column is, and what that one has (pure)."""

from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp
from sqlglot.optimizer.scope import Scope

Source = exp.Table | Scope
"""A table, or a part of the query."""


class Sources:
    """Knows the columns of each source, as far as anybody does."""

    def __init__(self, columns: Mapping[str, Sequence[str] | None]) -> None:
        """``columns``: table → its columns, None where they are not known."""
        self._columns = columns

    def has(self, table: exp.Table) -> bool:
        """Whether it is one of the tables that the query reads, not an array or the like."""
        return table.name in self._columns

    def names(self, source: Source) -> Sequence[str] | None:
        """All columns of a source, as far as they are known."""
        if isinstance(source, exp.Table):
            return self._columns.get(source.name)
        query = source.expression
        return query.named_selects if isinstance(query, exp.Query) and not query.is_star else None

    def of(self, scope: Scope, column: exp.Column) -> Source | None:
        """Where a column is from: a subquery may use columns of the queries around it."""
        if not column.table:
            return self.only_unknown(scope)
        within: Scope | None = scope
        while within is not None:
            if (source := within.sources.get(column.table)) is not None:
                return source
            within = within.parent
        return None

    def only_unknown(self, scope: Scope) -> Source | None:
        """The one source that may have any column; a query that reads but one table needs to know nothing of it."""
        sources = [source for _, source in scope.selected_sources.values()]
        unknown = [source for source in sources if self._may_have_any(source)]
        if len(unknown) == 1:
            return unknown[0]
        return sources[0] if len(sources) == 1 else None

    def _may_have_any(self, source: Source) -> bool:
        if isinstance(source, exp.Table):
            return self._columns.get(source.name) is None
        if isinstance(source.expression, exp.Unnest):
            alias = source.expression.args.get("alias")
            is_named = isinstance(alias, exp.TableAlias) and alias.columns
            return not is_named  # its elements' fields may be called anything
        return isinstance(source.expression, exp.Query) and source.expression.is_star


def pivots_behind(source: Source) -> Sequence[exp.Expr]:
    """The pivots that stand right behind a source."""
    row = _row_of(source)
    return row.args.get("pivots") or [] if isinstance(row, exp.Subquery | exp.Table) else []


def pivoted_by(scope: Scope, pivot: exp.Expr) -> Source | None:
    """The source that a pivot stands behind."""
    sources = (source for _, source in scope.selected_sources.values())
    return next((source for source in sources if _row_of(source) is pivot.parent), None)


def made_by(pivot: exp.Pivot, before: Sequence[str]) -> Iterator[str]:
    """Names of the columns that a pivot makes."""
    if pivot.unpivot:
        values = [each for value in pivot.expressions for each in (value.expressions or [value])]
        names = [field.this for field in pivot.fields if isinstance(field, exp.In)]
        yield from (each.name for each in (*values, *names))
    else:
        yield from set(pivot.output_columns(before)) - {*before}


def _row_of(source: Source) -> exp.Expr | None:
    """What stands in FROM for a source."""
    return source.expression.parent if isinstance(source, Scope) else source
