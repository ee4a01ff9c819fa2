"""Whether SQL names only tables and columns that exist, read by sqlglot the way a database would read it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, ScopeType, traverse_scope, walk_in_scope

from agent.checker.jinja import Reference
from agent.checker.parsing import Parsed, reference_of, said_as, table_names
from agent.checker.relations import Home, Relation, Relations, Source, is_jinja
from agent.checker.vocabulary import MOST_PROBLEMS, Problem, Vocabulary, nearest

_PSEUDO_COLUMN_WORDS = """
rowid _rowid_ ctid xmin xmax cmin cmax tableoid rownum current_date current_time current_timestamp current_user
session_user sysdate systimestamp localtime localtimestamp getdate user _partitiontime _partitiondate _table_suffix
_file_name _metadata metadata$filename metadata$file_row_number metadata$action metadata$isupdate metadata$row_id
connect_by_isleaf connect_by_iscycle true false null default all
"""
_PSEUDO_COLUMNS = frozenset(_PSEUDO_COLUMN_WORDS.split())
_DATE_PART_WORDS = """
microsecond microseconds millisecond milliseconds second seconds minute minutes hour hours day days week weeks month
months quarter quarters year years decade century millennium epoch epoch_second epoch_millisecond dow doy isodow
isoyear isoweek dayofweek dayofweekiso dayofyear dayofmonth weekday weekofyear weekiso yearofweek yearofweekiso
timezone timezone_hour timezone_minute yy yyyy qq mm dy dd wk dw hh mi ss ms mcs us ns
"""
_DATE_PARTS = frozenset(_DATE_PART_WORDS.split())
"""What functions take for a unit, written like a column."""

_SEES_OUT = frozenset({ScopeType.SUBQUERY, ScopeType.UDTF, ScopeType.SET_OPERATION})
"""Kinds of scope that may use the columns of the scope around them."""
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
_NO_STRUCTS = frozenset({"postgres", "mysql", "sqlite", "tsql", "fabric", "snowflake", "materialize"})
"""Dialects in which no dot leads into a column."""
_WHOLE_ROWS = frozenset({"", "postgres", "duckdb", "bigquery", "materialize", "redshift"})
"""Dialects in which a table's alias alone means its row: ``count(o)``, ``to_json(o)``."""
_MOST_HOMES = 40


def check_sql(sql: str, vocabulary: Vocabulary) -> list[Problem]:
    """Everything in ``sql`` that the catalog does not bear out; an empty list when all is well."""
    parsed = vocabulary.read(sql)
    if parsed is None:
        return [Problem(kind="unreadable", name=sql.strip()[:60])]
    if not parsed.is_one_query:
        return [Problem(kind="write", name=sql.strip()[:60])]
    try:
        scopes = [scope for statement in parsed.statements for scope in traverse_scope(statement)]
        found = _check_at_best_home(parsed, scopes, vocabulary)
    except (SqlglotError, RecursionError):
        return [Problem(kind="unreadable", name=sql.strip()[:60])]
    return list(dict.fromkeys([*_check_macros(parsed.rendered.others, vocabulary), *found]))


def _check_at_best_home(parsed: Parsed, scopes: Sequence[Scope], vocabulary: Vocabulary) -> list[Problem]:
    """The problems that remain when tables of shared names are taken from the schema that fits best."""
    best: list[Problem] | None = None
    for home in _homes(parsed, vocabulary):
        check = _Check(parsed, vocabulary, home)
        problems = list(_first(problem for scope in scopes for problem in check.scope(scope)))
        if best is None or len(problems) < len(best):
            best = problems
        if not best:
            break
    return best or []


def _first(problems: Iterable[Problem]) -> Iterable[Problem]:
    """The first problems that differ."""
    found: dict[Problem, None] = {}
    for problem in problems:
        found[problem] = None
        if len(found) == MOST_PROBLEMS:
            break
    return found


def _homes(parsed: Parsed, vocabulary: Vocabulary) -> Sequence[Home | None]:
    """The (database, schema) pairs that its tables may be taken from when names are shared, those that have most of
    them first; None: from anywhere."""
    candidates = [vocabulary.tables(name) for name in table_names(parsed)]
    if all(len(nodes) < 2 for nodes in candidates):
        return [None]
    homes: dict[Home, int] = {}
    for nodes in candidates:
        for home in {(node.database, node.schema): None for node in nodes}:
            homes[home] = homes.get(home, 0) + 1
    return sorted(homes, key=lambda home: -homes[home])[:_MOST_HOMES]


def _check_macros(called: Iterable[Reference], vocabulary: Vocabulary) -> Iterator[Problem]:
    for reference in called:
        if not vocabulary.has(reference):
            kind = "metric" if reference.kind == "metric" else "table"
            near = vocabulary.nearest_metrics if kind == "metric" else vocabulary.nearest_tables
            yield Problem(kind=kind, name=reference.name, nearest=near(reference.name))


_UNFOLDING = (exp.Unnest, exp.Lateral, exp.TableFromRows, exp.Table)
"""What makes rows of its arguments: those are columns of something else, never its own."""
_RARE = (exp.Pivot, exp.Comprehension, *_UNFOLDING)
_Around = TypeVar("_Around", bound=exp.Expr)


class _Check:
    """One pass over the scopes of one query, inner ones first."""

    def __init__(self, parsed: Parsed, vocabulary: Vocabulary, home: Home | None) -> None:
        self._rendered = parsed.rendered
        self._vocabulary = vocabulary
        self._relations = Relations(parsed.rendered, vocabulary, home)
        self._aliased: dict[int, dict[str, list[exp.Expr]]] = {}
        # Looking for what is around each column takes long in deep SQL, so it is only looked for where it is at all.
        self._rare = frozenset(
            type(node)
            for each in parsed.statements
            for node in each.find_all(*_RARE)
            if not (isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier))
        )

    def scope(self, scope: Scope) -> Iterator[Problem]:
        """The problems of one SELECT, its subqueries apart."""
        for table in scope.tables:
            if (problem := self._table_problem(table, scope)) is not None:
                yield problem
        if scope.expression.args.get("match"):
            return  # the columns of MATCH_RECOGNIZE belong to rows of a pattern
        if isinstance(scope.expression, exp.Query | exp.UDTF):
            for node in walk_in_scope(scope.expression):
                if isinstance(node, exp.Column) and (problem := self._column_problem(node, scope)) is not None:
                    yield problem
                elif isinstance(node, exp.Join) and node.parent is scope.expression:
                    yield from self._using_problems(node, scope)

    def _table_problem(self, table: exp.Table, scope: Scope) -> Problem | None:
        if isinstance(table.this, exp.Literal | exp.Var):
            return Problem(kind="table", name=table.this.name)  # a file, a stage
        if not isinstance(table.this, exp.Identifier) or any(is_jinja(part.name) for part in table.parts):
            return None
        if not table.db and isinstance(scope.sources.get(table.name), Scope):
            return None
        said = said_as(table, self._rendered)
        if self._vocabulary.tables(said, reference_of(table, self._rendered)) or _is_system_table(table):
            return None
        if self._is_array(table, scope):
            return None
        return Problem(kind="table", name=said, nearest=self._vocabulary.nearest_tables(said))

    def _is_array(self, table: exp.Table, scope: Scope) -> bool:
        """Whether what looks like a table is a column of one: ``from orders o, o.items``."""
        parts = [part.name.lower() for part in table.parts]
        others = [source for source in self._relations.sources(scope) if source.node is not table]
        return any((rest := source.rest_of(parts)) and source.relation.may_have(rest[0]) for source in others)

    def _column_problem(self, column: exp.Column, scope: Scope) -> Problem | None:
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
            if (name in _PSEUDO_COLUMNS and not column.this.args.get("quoted")) or name.startswith(("$", "@", ":")):
                return True
            if _is_date_part(column) or (name == "level" and scope.expression.args.get("connect")):
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

    def _using_problems(self, join: exp.Join, scope: Scope) -> Iterator[Problem]:
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
        """All that a column may be of, the nearest first; what unfolds it is not among that."""
        unfolding = [self._around(column, kind) for kind in _UNFOLDING]
        found = [source for level in _levels(scope) for source in self._relations.sources(level)]
        return [source for source in found if all(source.node is not each for each in unfolding)]

    def _may_be_struct(self, first: str, seen: Sequence[Source], scope: Scope) -> bool:
        """Whether a name before a dot may be a column that has fields, or an alias for one."""
        if self._vocabulary.dialect in _NO_STRUCTS:
            return False
        if any(source.relation.may_have(first.lower()) for source in seen):
            return True
        return isinstance(scope.expression, exp.Select) and first.lower() in self._aliases(scope.expression)

    def _unqualified(self, column: exp.Column, scope: Scope) -> Problem | None:
        name = column.name.lower()
        is_union = isinstance(scope.expression, exp.SetOperation)
        seen: list[Relation] = [self._relations.offered(scope)] if is_union else []
        for level in _levels(scope):
            is_around = level is not scope and isinstance(level.expression, exp.SetOperation)
            if not is_around and self._is_alias(column, level):
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

    def _is_alias(self, column: exp.Column, scope: Scope) -> bool:
        """Whether a column's name was given by the same SELECT, elsewhere than where it stands, and is seen there."""
        query, name = scope.expression, column.name.lower()
        if isinstance(query, exp.SetOperation):
            return name in {given.lower() for given in query.named_selects}
        if not isinstance(query, exp.Select):
            return False
        given = self._aliases(query).get(name, [])
        if not any(all(node is not column for node in each.find_all(exp.Column)) for each in given):
            return False
        seen_in = _SEEN_IN.get(self._vocabulary.dialect)
        return seen_in is None or _clause_of(column, query) in seen_in

    def _aliases(self, query: exp.Select) -> Mapping[str, Sequence[exp.Expr]]:
        """Lower-case alias → what a SELECT gives that name."""
        if id(query) not in self._aliased:
            found = self._aliased[id(query)] = {}
            for each in query.selects:
                if isinstance(each, exp.Alias):
                    found.setdefault(each.alias.lower(), []).append(each)
        return self._aliased[id(query)]

    def _is_text(self, column: exp.Column) -> bool:
        """SQLite reads a double-quoted word that is no column as a text."""
        return self._vocabulary.dialect == "sqlite" and bool(column.this.args.get("quoted"))

    def _lacks(self, relation: Relation, column: str, said: str) -> Problem | None:
        if relation.may_have(column.lower()) or column.lower() in _PSEUDO_COLUMNS:
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


def _is_date_part(column: exp.Column) -> bool:
    """Whether a word is what a function takes for its unit, which the function does not have otherwise."""
    function = column.parent
    if column.name.lower() not in _DATE_PARTS or not isinstance(function, exp.Func):
        return False
    others = [each for each in function.iter_expressions() if id(each) != id(column)]
    return bool(others) and not any(isinstance(each, exp.Var) or each.name.lower() in _DATE_PARTS for each in others)


def _clause_of(column: exp.Column, query: exp.Select) -> str:
    """The clause of ``query`` in which a column stands."""
    node: exp.Expr = column
    while isinstance(node.parent, exp.Expr) and node.parent is not query:
        node = node.parent
    return (node.arg_key or "").rstrip("_")


def _within(node: exp.Expr, join: exp.Join) -> bool:
    """Whether a source is what is joined, or the query in its brackets."""
    return isinstance(join.this, exp.Subquery) and join.this.unnest() is node


def _is_system_table(table: exp.Table) -> bool:
    parts = [part for each in table.parts for part in each.name.lower().split(".")]
    return bool({"information_schema", "pg_catalog", "account_usage", "sys"} & set(parts[:-1])) or parts[-1] in {
        "dual", "sqlite_master", "sqlite_schema",
    }  # fmt: skip
