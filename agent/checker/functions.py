"""The columns that a database gives to what has none of its own: table functions, VALUES (pure)."""

from collections.abc import Iterator

from sqlglot import exp

_FLATTENED = ("seq", "key", "path", "index", "value", "this")
_OF_JSON = ("key", "value", "type", "atom", "id", "parent", "fullkey", "path", "json", "root", "ordinality")
_YIELDED = {
    **dict.fromkeys(("split_to_table", "strtok_split_to_table"), ("seq", "index", "value")),
    **dict.fromkeys(("json_each", "json_tree", "jsonb_each", "json_each_text", "jsonb_each_text"), _OF_JSON),
    **dict.fromkeys(("json_array_elements", "jsonb_array_elements"), ("value", "ordinality")),
    **dict.fromkeys(("json_array_elements_text", "jsonb_array_elements_text"), ("value", "ordinality")),
    "string_split": ("value", "ordinal"),
    "openjson": ("key", "value", "type"),
}
"""What table functions yield, whichever database has them. Source: the manuals of Snowflake, PostgreSQL, SQLite,
DuckDB and SQL Server, of each function."""


def yielded(source: exp.Expr | None) -> frozenset[str] | None:
    """Lower-case names of the columns of what stands in FROM; None where they are not known."""
    names = list(_names_of(source))
    if not names:
        return None
    own = [source.name.lower()] if isinstance(source, exp.Anonymous) else []  # one column: named by the function, too
    return frozenset([*names, *own])


def _names_of(source: exp.Expr | None) -> Iterator[str]:
    if isinstance(source, exp.Values):
        width = max((len(row.expressions) for row in source.expressions if isinstance(row, exp.Tuple)), default=1)
        for place in range(width):
            yield from (f"column{place + 1}", f"col{place}", f"col{place + 1}", f"_col{place}", f"column_{place}")
    elif isinstance(source, exp.JSONTable):
        yield from (each.name.lower() for each in source.find_all(exp.JSONColumnDef) if each.name)
    elif isinstance(source, exp.OpenJSON):
        defined = [each.name.lower() for each in source.expressions]
        yield from defined or _YIELDED["openjson"]
    elif isinstance(source, exp.Explode):
        yield from _FLATTENED
    elif isinstance(source, exp.Func):
        name = source.name if isinstance(source, exp.Anonymous) else source.sql_name()
        yield from _YIELDED.get(name.lower(), ())
