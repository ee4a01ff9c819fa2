"""Whether SQL names only tables and columns that exist, read by sqlglot the way a database would read it."""

from collections.abc import Iterable, Iterator, Sequence

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, traverse_scope, walk_in_scope

from agent.checker.columns import Columns
from agent.checker.jinja import Reference, is_jinja
from agent.checker.parsing import Parsed, reference_of, said_as, table_names
from agent.checker.relations import Home, Relations
from agent.checker.vocabulary import MOST_PROBLEMS, Problem, Vocabulary

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


class _Check:
    """One pass over the scopes of one query, inner ones first."""

    def __init__(self, parsed: Parsed, vocabulary: Vocabulary, home: Home | None) -> None:
        self._rendered = parsed.rendered
        self._vocabulary = vocabulary
        self._relations = Relations(parsed.rendered, vocabulary, home)
        self._columns = Columns(parsed, vocabulary, self._relations)

    def scope(self, scope: Scope) -> Iterator[Problem]:
        """The problems of one SELECT, its subqueries apart."""
        for table in scope.tables:
            if (problem := self._table_problem(table, scope)) is not None:
                yield problem
        if scope.expression.args.get("match"):
            return  # the columns of MATCH_RECOGNIZE belong to rows of a pattern
        if isinstance(scope.expression, exp.Query | exp.UDTF):
            for node in walk_in_scope(scope.expression):
                if isinstance(node, exp.Column) and (problem := self._columns.problem(node, scope)) is not None:
                    yield problem
                elif isinstance(node, exp.Join) and node.parent is scope.expression:
                    yield from self._columns.using_problems(node, scope)

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


def _is_system_table(table: exp.Table) -> bool:
    parts = [part for each in table.parts for part in each.name.lower().split(".")]
    return bool({"information_schema", "pg_catalog", "account_usage", "sys"} & set(parts[:-1])) or parts[-1] in {
        "dual", "sqlite_master", "sqlite_schema", "__tables__",
    }  # fmt: skip
