"""Whether the columns of a query are columns of what it selects from, as a database would resolve them."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, ScopeType

from agent.checker.aliases import Aliases
from agent.checker.column_words import PSEUDO_COLUMNS, is_date_part, is_pseudo_column
from agent.checker.jinja import is_jinja
from agent.checker.parsing import Parsed
from agent.checker.relations import Relations
from agent.checker.sources import Relation, Source
from agent.checker.vocabulary import Problem, Vocabulary, nearest

_SEES_OUT = frozenset({ScopeType.SUBQUERY, ScopeType.UDTF, ScopeType.SET_OPERATION})
"""Kinds of scope that may use the columns of the scope around them."""
NO_STRUCTS = frozenset({"postgres", "mysql", "sqlite", "tsql", "fabric", "snowflake", "materialize"})
"""Dialects in which no dot leads into a column."""
_WHOLE_ROWS = frozenset({"", "postgres", "duckdb", "bigquery", "materialize", "redshift"})
"""Dialects in which a table's alias alone means its row: ``count(o)``, ``to_json(o)``."""
_UNFOLDING = (exp.Unnest, exp.Lateral, exp.TableFromRows, exp.Table)
"""What makes rows of its arguments: those are columns of something else, never its own."""
_RARE = (exp.Pivot, exp.Comprehension, *_UNFOLDING)
_Around = TypeVar("_Around", bound=exp.Expr)


class Columns:
    """The columns of one query, looked up among what its scopes can see."""

    def __init__(self, parsed: Parsed, vocabulary: Vocabulary, relations: Relations) -> None:
        self._vocabulary = vocabulary
        self._relations = relations
        self._aliases = Aliases(vocabulary.dialect)
        # Looking for what is around each column takes long in deep SQL, so it is only looked for where it is at all.
        self._rare = frozenset(
            type(node)
            for each in parsed.statements
            for node in each.find_all(*_RARE)
            if not (isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier))
        )

    def problem(self, column: exp.Column, scope: Scope) -> Problem | None:
        """What is wrong with a column; None when its scope can see it, or nobody can tell."""
        if isinstance(column.this, exp.Star) or self._is_no_column(column, scope):
            return None
        if pivot := self._around(column, exp.Pivot):
            return self._pivoted(column, pivot, scope)
        return self._qualified(column, scope) if column.table else self._unqualified(column, scope)

    def _is_no_column(self, column: exp.Column, scope: Scope) -> bool:
        """Whether it only looks like a column: a value of Jinja, a keyword without brackets, a part of a date."""
        if any(is_jinja(part.name) for part in column.parts):
            return True
        name = column.name.lower()
        if not column.table:
            if is_pseudo_column(column) or is_date_part(column):
                return True
            if name == "level" and scope.expression.args.get("connect"):
                return True
        inside = self._around(column, exp.Comprehension)
        if inside and column.parts[0].name.lower() == inside.expression.name.lower():
            return True
        return isinstance(column.parent, exp.Kwarg | exp.PropertyEQ) and column.arg_key == "this"

    def _around(self, column: exp.Column, kind: type[_Around]) -> _Around | None:
        """What of that kind a column stands in, within its SELECT."""
        found = column.find_ancestor(kind, exp.Query) if kind in self._rare else None
        return found if isinstance(found, kind) else None

    def _pivoted(self, column: exp.Column, pivot: exp.Pivot, scope: Scope) -> Problem | None:
        """A column within PIVOT is one of the table before it; UNPIVOT brings in some of its own."""
        field = column.find_ancestor(exp.In, exp.Pivot)
        is_listed = isinstance(field, exp.In) and not (column.arg_key == "this" and column.parent is field)
        if is_listed != bool(pivot.args.get("unpivot")) or not isinstance(pivot.parent, exp.Expr):
            return None
        relation = self._relations.before_pivot(pivot.parent, scope)
        return self._lacks(relation, column.name, column.name)

    def using_problems(self, join: exp.Join, scope: Scope) -> Iterator[Problem]:
        """Columns of USING that one of the two sides lacks."""
        sources = self._relations.sources(scope)
        at = next(
            (at for at, source in enumerate(sources) if source.node is join.this or _within(source.node, join)), 0
        )
        for name in join.args.get("using") or []:
            wanted = name.name.lower()
            before = [source.relation for source in sources[:at]]
            if is_jinja(wanted) or not at:
                continue
            if not any(relation.may_have(wanted) for relation in before):
                yield self._missing(name.name, before)
            elif (problem := self._lacks(sources[at].relation, name.name, name.name)) is not None:
                yield problem

    def _qualified(self, column: exp.Column, scope: Scope) -> Problem | None:
        parts = [part.name.lower() for part in column.parts]
        seen = self._seen(column, scope)
        for source in seen:
            if rest := source.rest_of(parts):
                at = len(parts) - len(rest)
                said = ".".join(part.name for part in column.parts[at - 1 : at + 1])
                return self._lacks(source.relation, column.parts[at].name, said)
        first = column.parts[0].name
        if self._may_be_struct(first, seen, scope):
            return None
        if self._vocabulary.tables(".".join(parts[:-1])):
            return Problem(kind="table", name=".".join(part.name for part in column.parts[:-1]), within="FROM")
        near = [alias for source in seen for alias in source.aliases]
        return Problem(kind="table", name=first, nearest=nearest(first, near) or self._vocabulary.nearest_tables(first))

    def _seen(self, column: exp.Column, scope: Scope) -> list[Source]:
        """All that a column may be of, the nearest first; what unfolds it, or is a query around it, is not."""
        levels = list(_levels(scope))
        around = [*(self._around(column, kind) for kind in _UNFOLDING), *(level.expression for level in levels)]
        found = [source for level in levels for source in self._relations.sources(level)]
        return [source for source in found if all(source.node is not each for each in around)]

    def _may_be_struct(self, first: str, seen: Sequence[Source], scope: Scope) -> bool:
        """Whether a name before a dot may be a column that has fields, or an alias for one."""
        if self._vocabulary.dialect in NO_STRUCTS:
            return False
        if any(source.relation.may_have(first.lower()) for source in seen):
            return True
        return self._aliases.has(scope.expression, first.lower())

    def _unqualified(self, column: exp.Column, scope: Scope) -> Problem | None:
        name = column.name.lower()
        is_union = isinstance(scope.expression, exp.SetOperation)
        seen: list[Relation] = [self._relations.offered(scope)] if is_union else []
        for level in _levels(scope):
            is_around = level is not scope and isinstance(level.expression, exp.SetOperation)
            if not is_around and self._aliases.is_seen(column, level.expression):
                return None
        seen += [source.relation for source in self._seen(column, scope)]
        if not seen or any(name in relation.columns for relation in seen):
            return None
        if (
            self._is_whole_row(name, scope)
            or self._is_text(column)
            or any(relation.may_have(name) for relation in seen)
        ):
            return None
        return self._missing(column.name, seen)

    def _is_whole_row(self, name: str, scope: Scope) -> bool:
        return self._vocabulary.dialect in _WHOLE_ROWS and any(
            name in source.aliases for level in _levels(scope) for source in self._relations.sources(level)
        )

    def _is_text(self, column: exp.Column) -> bool:
        """SQLite reads a double-quoted word that is no column as a text."""
        return self._vocabulary.dialect == "sqlite" and bool(column.this.args.get("quoted"))

    def _lacks(self, relation: Relation, column: str, said: str) -> Problem | None:
        if relation.may_have(column.lower()) or column.lower() in PSEUDO_COLUMNS:
            return None
        problem = self._missing(column, [relation])
        return Problem(kind=problem.kind, name=said, within=problem.within, nearest=problem.nearest)

    def _missing(self, column: str, seen: Sequence[Relation]) -> Problem:
        documented_only = any(relation.documented_only for relation in seen)
        return Problem(
            kind=self._vocabulary.kind_of_missing(column, documented_only=documented_only),
            name=column,
            within=", ".join(dict.fromkeys(relation.name for relation in seen if relation.name)),
            nearest=nearest(column, [each for relation in seen for each in relation.columns]),
        )


def _levels(scope: Scope) -> Iterator[Scope]:
    """The scope and those around it whose columns it can see."""
    level: Scope | None = scope
    while level is not None:
        yield level
        visible = level.can_be_correlated or level.scope_type in _SEES_OUT
        level = level.parent if visible else None


def _within(node: exp.Expr, join: exp.Join) -> bool:
    """Whether a source is what is joined, or the query in its brackets."""
    return isinstance(join.this, exp.Subquery) and join.this.unnest() is node
