"""Reads the named queries of ``knowledge/sql``: all SQL lives there, a name and a purpose above each query."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import LiteralString, cast

_SQL = Path(__file__).parent / "sql"
_MARK = "-- name:"


def load_queries(area: str) -> Mapping[str, LiteralString]:
    """The queries of ``knowledge/sql/<area>.sql`` by name.

    Raises: ValueError for a file that ``parse_queries`` refuses.
    """
    try:
        return parse_queries((_SQL / f"{area}.sql").read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{area}.sql: {error}") from error


def parse_queries(text: str) -> Mapping[str, LiteralString]:
    """The queries in ``text`` by name.

    A query starts with a line ``-- name: store_turn`` and a line ``-- what it is for``; then comes SQL with
    ``%(turn_id)s`` for values, a literal per cent sign being ``%%``, up to the next name or the end. Comments may
    stand before the first name.

    Raises: ValueError when a name is none or stands twice, when a purpose or the SQL is missing.
    """
    preamble, *sections = f"\n{text}".split(f"\n{_MARK}")
    if any(line and not line.startswith("--") for line in preamble.splitlines()):
        raise ValueError("SQL stands before the first name")
    queries: dict[str, LiteralString] = {}
    for section in sections:
        name, _, body = (part.strip() for part in section.partition("\n"))
        purpose, _, sql = body.partition("\n")
        if not name.isidentifier() or name in queries:
            raise ValueError(f"{name!r} is no name, or one that stands twice")
        if not purpose.startswith("-- ") or not sql.strip():
            raise ValueError(f"{name} has no purpose or no SQL")
        # Files of this package are as trustworthy as its code: to the type checker they are literals.
        queries[name] = cast("LiteralString", body)
    return MappingProxyType(queries)
