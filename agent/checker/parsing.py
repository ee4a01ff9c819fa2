"""Reads SQL: statements, the tables they name, the names they bring in."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from agent.checker.acting import acts
from agent.checker.jinja import VALUE, Reference, Rendered, render

_OTHER_DIALECTS = ("", "postgres", "snowflake", "bigquery", "duckdb")
_LONGEST_SQL = 30_000
_LONG_SQL = 8_000
"""Longer SQL is tried in the project's own dialect and the generic one alone: each try takes its time."""
_DEEPEST = 100
"""Brackets within brackets: no query that anybody reads has more, and reading them takes long before it fails."""
_RECURSIVE = frozenset({"snowflake", "tsql", "fabric", "oracle"})
"""Dialects in which a CTE may ask for itself without being called recursive."""
_WRITES = (
    exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Drop, exp.Alter, exp.TruncateTable, exp.Command,
    exp.Into, exp.Copy, exp.Grant, exp.Set, exp.Use, exp.Kill, exp.Pragma, exp.LoadData, exp.Attach, exp.Detach,
    exp.Lock,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parsed:
    """SQL that could be read: a single query, or statements that are something else."""

    rendered: Rendered
    statements: tuple[exp.Expr, ...]

    @property
    def is_one_query(self) -> bool:
        """Whether it is one SELECT that changes nothing."""
        only = self.statements[0] if len(self.statements) == 1 else None
        reads = isinstance(only, exp.Query) and only.find(*_WRITES) is None and not acts(only)
        return reads and not self.rendered.acts


def parse(sql: str, dialect: str) -> Parsed | None:
    """Read ``sql``; None when no dialect we know makes sense of it."""
    if len(sql) > _LONGEST_SQL:
        return None
    rendered = render(sql)
    if len(rendered.sql) > _LONGEST_SQL or _depth(rendered.sql) > _DEEPEST:
        return None
    others = _OTHER_DIALECTS if len(rendered.sql) <= _LONG_SQL else _OTHER_DIALECTS[:1]
    for tried in dict.fromkeys((dialect, *others)):
        try:
            found = [
                each
                for each in sqlglot.parse(rendered.sql, read=tried or None)
                if each is not None and not isinstance(each, exp.Semicolon)
            ]
        except (SqlglotError, RecursionError):
            continue
        if found and not (tried != dialect and any(isinstance(each, exp.Command) for each in found)):
            return Parsed(rendered, tuple(_tidied(each, tried) for each in found))
    return None


def plain_name(name: str) -> str:
    """A name without quotes of any kind."""
    return re.sub(r"[`\"\[\]]", "", name).strip()


def table_names(parsed: Parsed) -> list[str]:
    """The tables it selects from, as it calls them, in order; names of its own CTEs are not among them."""
    names: dict[str, None] = {}
    for statement in parsed.statements:
        own = {cte.alias.lower() for cte in statement.find_all(exp.CTE)}
        for table in statement.find_all(exp.Table):
            if isinstance(table.this, exp.Identifier) and not (table.name.lower() in own and not table.db):
                names.setdefault(said_as(table, parsed.rendered))
    return list(names)


def named(parsed: Parsed) -> list[str]:
    """All tables and metrics it names, those within macros among them."""
    return list(dict.fromkeys([*table_names(parsed), *(each.name for each in parsed.rendered.others)]))


def own_names(parsed: Parsed) -> frozenset[str]:
    """Lower-case names that the SQL itself brings in: CTEs and aliases."""
    found: set[str] = set()
    for statement in parsed.statements:
        for node in statement.find_all(exp.CTE, exp.Alias, exp.TableAlias, exp.Subquery, exp.Table):
            found.add(node.alias.lower())
            if isinstance(node, exp.TableAlias):
                found.update(column.name.lower() for column in node.columns)
                found.add(node.name.lower())
    return frozenset(name for name in found if name and not name.startswith(_ANONYMOUS))


def said_as(table: exp.Table, rendered: Rendered) -> str:
    """A table's name as the SQL says it, Jinja's stand-ins turned back."""
    if reference := reference_of(table, rendered):
        return reference.name
    return plain_name(".".join(part.name for part in table.parts if part.name and part.name != VALUE))


def reference_of(table: exp.Table, rendered: Rendered) -> Reference | None:
    """What a stand-in stands for."""
    return rendered.tables.get(table.name)


_ANONYMOUS = "anonymous "


def _tidied(statement: exp.Expr, dialect: str) -> exp.Expr:
    """The statement as sqlglot's scopes can tell its parts apart: one spelling for a CTE, a name for every subquery.

    A CTE that is all Jinja becomes a query of unknown columns, and DuckDB's PIVOT without SELECT gets one.
    """
    if isinstance(statement, exp.Pivot):
        statement = _queried(statement)
    for pivot in list(statement.find_all(exp.Pivot)):
        if isinstance(pivot.parent, exp.Subquery | exp.CTE) and pivot.arg_key == "this":
            pivot.replace(_queried(pivot))
    spelling: dict[str, str] = {}
    for cte in statement.find_all(exp.CTE):
        spelling.setdefault(cte.alias.lower(), cte.alias)
        if isinstance(cte.this, exp.Column | exp.Paren | exp.Alias | exp.Anonymous):
            cte.set("this", exp.select("*").from_(VALUE))
        if dialect in _RECURSIVE and isinstance(cte.this, exp.SetOperation) and isinstance(cte.parent, exp.With):
            own = (table for table in cte.this.find_all(exp.Table) if not table.db)
            if any(table.name.lower() == cte.alias.lower() for table in own):
                cte.parent.set("recursive", True)
    number = count()
    for node in list(statement.find_all(exp.Table, exp.Subquery, exp.Unnest, exp.Lateral, exp.Values)):
        if isinstance(node, exp.Table):
            own = spelling.get(node.name.lower())
            if own and own != node.name and not node.db and isinstance(node.this, exp.Identifier):
                node.this.set("this", own)
        elif isinstance(node.parent, exp.From | exp.Join | exp.Select) and _is_nameless(node):
            node.set("alias", exp.TableAlias(this=exp.to_identifier(f"{_ANONYMOUS}{next(number)}")))
    return statement


def _queried(pivot: exp.Pivot) -> exp.Expr:
    """DuckDB's PIVOT and UNPIVOT as a query of what they turn: the columns that they name, and others."""
    turned = [each.copy() for each in pivot.expressions if isinstance(each, exp.Column)]
    if pivot.args.get("unpivot") and len(turned) == len(pivot.expressions):
        return _unpivoted(pivot, turned)
    named = [*pivot.expressions, *(pivot.args.get("using") or [])]
    if isinstance(group := pivot.args.get("group"), exp.Group):
        named += group.expressions
    columns = [column.copy() for each in named for column in each.find_all(exp.Column)]
    return exp.select(*columns, exp.column(VALUE)).from_(pivot.this)


def _unpivoted(pivot: exp.Pivot, turned: Sequence[exp.Column]) -> exp.Expr:
    """UNPIVOT of columns that are named: the others, and the two or more that it brings in."""
    into = pivot.args.get("into")
    brought = [into.this.name, *(each.name for each in into.expressions)] if into else ["name", "value"]
    others = exp.Star(except_=[exp.to_identifier(column.name) for column in turned])
    query = exp.select(others, *(exp.alias_(exp.null(), name) for name in brought)).from_(pivot.this)
    return query.where(*(column.is_(exp.null()) for column in turned))


def _is_nameless(node: exp.Expr) -> bool:
    """Whether something that is selected from lacks a name. Tables joined in brackets are no thing of their own."""
    alias = node.args.get("alias")
    if isinstance(alias, exp.TableAlias) and (alias.this or alias.columns):
        return False
    if not isinstance(node.parent, exp.From | exp.Join) and not isinstance(node, exp.Lateral):
        return False
    return not isinstance(node, exp.Subquery) or isinstance(node.this, exp.Query)


def _depth(sql: str) -> int:
    deepest = depth = 0
    for bracket in _brackets(sql):
        depth += 1 if bracket in "([{" else -1
        deepest = max(deepest, depth)
    return deepest


def _brackets(sql: str) -> Iterable[str]:
    return re.findall(r"[()\[\]{}]", sql)
