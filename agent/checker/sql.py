"""Whether SQL names only tables and columns that exist, read by sqlglot the way a database would read it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, ScopeType, traverse_scope, walk_in_scope

from agent.checker.jinja import VALUE, Rendered
from agent.checker.parsing import Parsed, parse, said_as, table_names
from agent.checker.vocabulary import Problem, Vocabulary, nearest
from knowledge.values import Node

_PSEUDO_COLUMN_WORDS = """
rowid _rowid_ oid ctid xmin tableoid rownum rownumber level current_date current_time current_timestamp sysdate
systimestamp localtime localtimestamp getdate user current_user session_user _partitiontime _partitiondate
_table_suffix metadata$filename metadata$action metadata$isupdate true false null default value values year
quarter month week day hour minute second millisecond microsecond dow doy epoch isoyear isoweek dayofweek
dayofyear weekday
"""
_PSEUDO_COLUMNS = frozenset(_PSEUDO_COLUMN_WORDS.split())


_SEES_OUT = frozenset({ScopeType.SUBQUERY, ScopeType.UDTF, ScopeType.SET_OPERATION})
"""Kinds of scope that may use the columns of the scope around them."""

Home = tuple[str | None, str | None]
"""A database and a schema."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What can be selected from one source of a query. ``open``: it may have more columns than are listed."""

    columns: frozenset[str]
    open: bool
    name: str = ""
    documented_only: bool = False


def check_sql(sql: str, vocabulary: Vocabulary) -> list[Problem]:
    """Everything in ``sql`` that the catalog does not bear out; an empty list when all is well."""
    parsed = parse(sql, vocabulary.dialect)
    if parsed is None:
        return [Problem(kind="unreadable", name=sql.strip()[:60])]
    if not parsed.is_one_query:
        return [Problem(kind="write", name=sql.strip()[:60])]
    try:
        return min(
            (_check(parsed, vocabulary, home) for home in _homes(parsed, vocabulary)),
            key=len,
        )
    except (SqlglotError, RecursionError):
        return [Problem(kind="unreadable", name=sql.strip()[:60])]


def _homes(parsed: Parsed, vocabulary: Vocabulary) -> Sequence[Home | None]:
    """The (database, schema) pairs that its tables may be taken from when names are shared; None: from anywhere."""
    candidates = [vocabulary.tables(name) for name in table_names(parsed)]
    shared = [nodes for nodes in candidates if len(nodes) > 1]
    homes = dict.fromkeys((node.database, node.schema) for nodes in shared for node in nodes)
    return list(homes)[:200] if shared else [None]


def _check(parsed: Parsed, vocabulary: Vocabulary, home: Home | None) -> list[Problem]:
    check = _Check(parsed.rendered, vocabulary, home)
    problems: dict[Problem, None] = {}
    for statement in parsed.statements:
        for scope in traverse_scope(statement):
            for problem in check.scope(scope):
                problems.setdefault(problem)
    return list(problems)


class _Check:
    """One pass over the scopes of one query, inner ones first, with what each of them offers to the outer ones."""

    def __init__(self, rendered: Rendered, vocabulary: Vocabulary, home: Home | None) -> None:
        self._rendered = rendered
        self._vocabulary = vocabulary
        self._home = home
        self._relations: dict[int, Relation] = {}

    def scope(self, scope: Scope) -> Iterator[Problem]:
        """The problems of one SELECT, its subqueries apart."""
        for table in scope.tables:
            if (problem := self._table_problem(table, scope)) is not None:
                yield problem
        if isinstance(scope.expression, exp.Query):
            for node in walk_in_scope(scope.expression):
                if isinstance(node, exp.Column) and (problem := self._column_problem(node, scope)) is not None:
                    yield problem

    def _table_problem(self, table: exp.Table, scope: Scope) -> Problem | None:
        if not isinstance(table.this, exp.Identifier) or table.name == VALUE or VALUE in {table.db, table.catalog}:
            return None
        if not table.db and isinstance(scope.sources.get(table.alias_or_name), Scope):
            return None
        if not table.db and table.name.lower() in {name.lower() for name in scope.cte_sources}:
            return None
        said = said_as(table, self._rendered)
        if self._vocabulary.tables(said) or _is_system_table(table):
            return None
        return Problem(kind="table", name=said, nearest=self._vocabulary.nearest_tables(said))

    def _column_problem(self, column: exp.Column, scope: Scope) -> Problem | None:
        if isinstance(column.this, exp.Star) or self._is_no_column(column):
            return None
        return self._qualified(column, scope) if column.table else self._unqualified(column, scope)

    def _is_no_column(self, column: exp.Column) -> bool:
        """Whether it only looks like a column: a value of Jinja, a keyword without brackets, a part of a date."""
        if column.name == VALUE or column.table == VALUE:
            return True
        if not column.table and (column.name.lower() in _PSEUDO_COLUMNS or column.name.startswith(("$", "@", ":"))):
            return True
        return isinstance(column.parent, exp.Kwarg | exp.PropertyEQ) and column.arg_key == "this"

    def _qualified(self, column: exp.Column, scope: Scope) -> Problem | None:
        for level in _levels(scope):
            for alias, relation in self._selected(level).items():
                if alias.lower() in {column.table.lower(), column.db.lower()} and alias:
                    inner = column.table if column.db and alias.lower() == column.db.lower() else column.name
                    return self._lacks(relation, inner, f"{column.table}.{column.name}")
        for level in _levels(scope):
            relations = list(self._selected(level).values())
            if any(column.table.lower() in relation.columns for relation in relations):
                return None  # a field of a struct
        if self._vocabulary.tables(column.table):
            return Problem(kind="table", name=column.table, within="FROM")
        return Problem(kind="table", name=column.table, nearest=self._vocabulary.nearest_tables(column.table))

    def _unqualified(self, column: exp.Column, scope: Scope) -> Problem | None:
        name = column.name.lower()
        seen: list[Relation] = [self._of_scope(scope)] if isinstance(scope.expression, exp.SetOperation) else []
        for level in _levels(scope):
            if _is_alias(column, level) and not (level is not scope and isinstance(level.expression, exp.SetOperation)):
                return None
            seen += self._selected(level).values()
        if any(name in relation.columns for relation in seen) or not seen:
            return None
        if self._is_text(column) or any(relation.open and not relation.documented_only for relation in seen):
            return None
        kind = self._vocabulary.kind_of_missing(
            column.name, documented_only=any(relation.documented_only for relation in seen)
        )
        near = nearest(column.name, [each for relation in seen for each in relation.columns])
        return Problem(kind=kind, name=column.name, within=_names(seen), nearest=near)

    def _is_text(self, column: exp.Column) -> bool:
        """SQLite reads a double-quoted word that is no column as a text."""
        return self._vocabulary.dialect == "sqlite" and bool(column.this.args.get("quoted"))

    def _lacks(self, relation: Relation, column: str, said: str) -> Problem | None:
        if column.lower() in relation.columns or (relation.open and not relation.documented_only):
            return None
        if column.lower() in _PSEUDO_COLUMNS:
            return None
        kind = self._vocabulary.kind_of_missing(column, documented_only=relation.documented_only)
        return Problem(kind=kind, name=said, within=relation.name, nearest=nearest(column, list(relation.columns)))

    def _selected(self, scope: Scope) -> Mapping[str, Relation]:
        return {alias: self._relation(source, node) for alias, (node, source) in scope.selected_sources.items()}

    def _relation(self, source: exp.Table | Scope, node: exp.Expr) -> Relation:
        if node.args.get("pivots"):
            return Relation(frozenset(), open=True)
        key = id(source)
        if key not in self._relations:
            self._relations[key] = Relation(
                frozenset(), open=True
            )  # a recursive query finds this when it asks for itself
            self._relations[key] = self._of_scope(source) if isinstance(source, Scope) else self._of_table(source)
        return self._relations[key]

    def _of_table(self, table: exp.Table) -> Relation:
        if not isinstance(table.this, exp.Identifier):
            return Relation(frozenset(), open=True)
        nodes = self._vocabulary.tables(said_as(table, self._rendered))
        at_home = [node for node in nodes if (node.database, node.schema) == self._home]
        return relation_of(at_home or nodes)

    def _of_scope(self, scope: Scope) -> Relation:
        query = scope.expression
        if scope.outer_columns:
            return Relation(frozenset(name.lower() for name in scope.outer_columns), open=False, name=_alias(scope))
        if not isinstance(query, exp.Query):
            return Relation(frozenset(), open=True)
        if isinstance(query, exp.SetOperation):
            parts = [self._of_scope(part) for part in scope.set_operation_scopes[:1]]
            return parts[0] if parts else Relation(frozenset(), open=True)
        columns = {name.lower() for name in query.named_selects if name and name != "*"}
        is_open = False
        for star in (each for each in query.selects if each.is_star):
            for alias, relation in self._selected(scope).items():
                if star.text("table").lower() in {"", alias.lower()} or not isinstance(star, exp.Column):
                    columns |= relation.columns
                    is_open |= relation.open
        columns |= {name for each in query.selects if not each.output_name for name in _given_names(each)}
        return Relation(frozenset(columns), open=is_open, name=_alias(scope))


def relation_of(nodes: Sequence[Node]) -> Relation:
    """What the nodes that a table name may mean offer together."""
    columns = frozenset(column.name.lower() for node in nodes for column in node.columns)
    known = bool(nodes) and all(node.columns_known and node.columns for node in nodes)
    documented_only = not known and bool(nodes) and all(node.columns for node in nodes)
    return Relation(columns, open=not known, name=nodes[0].name if nodes else "", documented_only=documented_only)


def _levels(scope: Scope) -> Iterator[Scope]:
    """The scope and those around it whose columns it can see."""
    level: Scope | None = scope
    while level is not None:
        yield level
        visible = level.can_be_correlated or level.scope_type in _SEES_OUT
        level = level.parent if visible else None


def _is_alias(column: exp.Column, scope: Scope) -> bool:
    """Whether a column's name was given by the same SELECT, elsewhere than where it stands."""
    query = scope.expression
    if isinstance(query, exp.SetOperation):
        return column.name.lower() in {name.lower() for name in query.named_selects}
    if not isinstance(query, exp.Select):
        return False
    same = [each for each in query.selects if isinstance(each, exp.Alias) and each.alias.lower() == column.name.lower()]
    return any(all(node is not column for node in each.find_all(exp.Column)) for each in same)


def _given_names(unnamed: exp.Expr) -> set[str]:
    """Names that databases give to a column without one: the function's, or the expression itself."""
    return {unnamed.key.lower(), unnamed.name.lower(), unnamed.sql().lower(), "?column?", "f0_", "_col0"}


def _is_system_table(table: exp.Table) -> bool:
    return table.db.lower() in {"information_schema", "pg_catalog"} or table.name.lower() in {"dual", "sqlite_master"}


def _alias(scope: Scope) -> str:
    parent = scope.expression.parent
    return parent.alias if isinstance(parent, exp.Expr) else ""


def _names(relations: Sequence[Relation]) -> str:
    return ", ".join(dict.fromkeys(relation.name for relation in relations if relation.name))
