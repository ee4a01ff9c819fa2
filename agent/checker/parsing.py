"""Reads SQL: the dialect of the project's adapter, statements, the tables they name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from agent.checker.jinja import VALUE, Rendered, render

DIALECTS: Mapping[str, str] = {
    "fabric": "fabric",
    "glue": "spark",
    "maxcompute": "spark",
    "sqlserver": "tsql",
    "synapse": "tsql",
    "starburst": "trino",
    "athena": "athena",
    "materialize": "postgres",
    "alloydb": "postgres",
    "greenplum": "postgres",
    "sparksql": "spark",
}
"""dbt's adapter → sqlglot's dialect, where the two differ; unknown adapters are read in the generic one."""
_OTHER_DIALECTS = ("", "postgres", "snowflake", "bigquery", "duckdb")
_LONGEST_SQL = 50_000
_WRITES = (
    exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Drop, exp.Alter, exp.TruncateTable, exp.Command,
    exp.Into, exp.Copy, exp.Grant, exp.Set, exp.Use, exp.Kill, exp.Pragma, exp.LoadData, exp.Attach, exp.Detach,
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
        return isinstance(only, exp.Query) and only.find(*_WRITES) is None


def dialect_of(adapter: str | None) -> str:
    """sqlglot's dialect for dbt's adapter; empty when there is none of that name."""
    name = DIALECTS.get(adapter or "", adapter or "").lower()
    return name if name in sqlglot.Dialects.__members__.values() else ""


def parse(sql: str, dialect: str) -> Parsed | None:
    """Read ``sql``; None when no dialect we know makes sense of it."""
    rendered = render(sql)
    if len(rendered.sql) > _LONGEST_SQL:
        return None
    for tried in dict.fromkeys((dialect, *_OTHER_DIALECTS)):
        try:
            found = [
                each
                for each in sqlglot.parse(rendered.sql, read=tried or None)
                if each is not None and not isinstance(each, exp.Semicolon)
            ]
        except (SqlglotError, RecursionError):
            continue
        if found and not (tried != dialect and any(isinstance(each, exp.Command) for each in found)):
            return Parsed(rendered, tuple(found))
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


def own_names(parsed: Parsed) -> frozenset[str]:
    """Lower-case names that the SQL itself brings in: CTEs and aliases."""
    found: set[str] = set()
    for statement in parsed.statements:
        for node in statement.find_all(exp.CTE, exp.Alias, exp.TableAlias, exp.Subquery, exp.Table):
            found.add(node.alias.lower())
            if isinstance(node, exp.TableAlias):
                found.update(column.name.lower() for column in node.columns)
                found.add(node.name.lower())
    return frozenset(found - {""})


def said_as(table: exp.Table, rendered: Rendered) -> str:
    """A table's name as the SQL says it, Jinja's stand-ins turned back."""
    if table.name in rendered.tables:
        return rendered.tables[table.name]
    return plain_name(".".join(part.name for part in table.parts if part.name and part.name != VALUE))
