"""Which dialect of SQL a project is written in: sqlglot's name for that of dbt's adapter."""

from collections.abc import Mapping

import sqlglot

_ADAPTERS: Mapping[str, str] = {
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


def dialect_of(adapter: str | None) -> str:
    """sqlglot's dialect for dbt's adapter; empty when there is none of that name."""
    name = _ADAPTERS.get(adapter or "", adapter or "").lower()
    return name if name in sqlglot.Dialects.__members__.values() else ""
