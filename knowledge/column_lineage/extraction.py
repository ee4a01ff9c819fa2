"""Reads from a model's compiled SQL what each of its columns is made of (pure)."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify_columns import qualify_columns
from sqlglot.optimizer.qualify_tables import qualify_tables
from sqlglot.optimizer.scope import Scope, build_scope, find_all_in_scope
from sqlglot.schema import MappingSchema

from knowledge.column_lineage.naming import (
    TableNames,
    Tables,
    lose_columns,
    place_unnested,
    sources_of,
)
from knowledge.column_lineage.quoting import note_expressions
from knowledge.column_lineage.steps import ANY
from knowledge.column_lineage.trace import Leaf, is_unnamed
from knowledge.column_lineage.tracing import Tracer
from knowledge.column_lineage.tree import all_of, nodes

_MOST_CHARACTERS = 400
"""Of one expression."""
_CANNOT_TELL = re.compile(r"Cannot resolve '(?P<name>[^']+)' due to missing source schemas")
"""What sqlglot says of a subquery's column that may be of several tables."""
_MOST_LOST = 20


class Unreadable(Exception):
    """SQL that cannot be understood. ``str(error)`` says what kind of trouble it is, and quotes nothing of the SQL."""


class Made(msgspec.Struct, frozen=True):
    """One column that a query makes."""

    name: str
    sources: tuple[Leaf, ...] = ()
    """(table, column) of the tables that were given, or of others by the name that the query has for them."""
    steps: tuple[tuple[str, str], ...] = ()
    """(column, expression) inside the query, the outermost first; none where it is handed on as it is."""
    is_known: bool = True
    """Whether all of its sources could be found."""


class Extract(msgspec.Struct, frozen=True):
    """What a query makes, and what it reads besides."""

    columns: tuple[Made, ...] = ()
    is_complete: bool = True
    """Whether these are all columns: a star over a table whose columns are not known may stand for more."""
    uses: tuple[Leaf, ...] = ()
    """(table, column) that it filters, joins or groups by, or reads in vain: no column is made of them."""
    lost: tuple[str, ...] = ()
    """Columns that it names without telling of which table, where that may be several of unknown columns; ``*`` for all
    that there may be."""


def extract(sql: str, dialect: str, tables: Tables, own_columns: Sequence[str] = ()) -> Extract:
    """Follow each column of the query to the tables that it reads.

    Args:    dialect: sqlglot's name for it; empty: the generic one.
             tables: those that it is known to read. Names are compared without regard to case.
             own_columns: what the query is known to make: a star over a table of unknown columns stands for these.
    Raises:  Unreadable.
    """
    lost: set[str] = set()
    while True:
        try:
            return _extract(sql, dialect, tables, own_columns, frozenset(lost))
        except SqlglotError as error:
            found = _CANNOT_TELL.search(str(error))
            if found is None or found["name"] in lost or len(lost) >= _MOST_LOST:
                raise Unreadable(type(error).__name__) from error
            lost.add(found["name"])
        except RecursionError as error:
            raise Unreadable("it is nested too deeply") from error


def _extract(sql: str, dialect: str, tables: Tables, own_columns: Sequence[str], lost: frozenset[str]) -> Extract:
    tree = _parsed(sql, dialect)
    names = TableNames(tree, tables)
    columns = {name: names.columns(name) for name in names.found}
    place_unnested(tree, columns)
    lose_columns(tree, lost)
    root, query = _root(tree, columns, dialect)
    tracer = Tracer(root, columns)
    made, is_complete = _made(query, own_columns)
    traces = {name: tracer.output(root, name) for name in made}
    read = frozenset(leaf for trace in traces.values() for leaf in trace.leaves)
    uses = tracer.used() - read
    return Extract(
        columns=tuple(
            Made(name, names.leaves(trace.leaves), tuple(map(_cut, trace.steps)), trace.is_known)
            for name, trace in traces.items()
        ),
        is_complete=is_complete,
        uses=names.leaves(uses),
        lost=tuple(sorted(tracer.lost if is_complete or not query.is_star else {*tracer.lost, ANY})),
    )


def _root(tree: exp.Query, columns: Tables, dialect: str) -> tuple[Scope, exp.Query]:
    """The query with each column's table resolved and stars spelled out, as far as columns are known."""
    known = {**columns, **_inferred(tree, columns)}
    schema: dict[str, Any] = {name: dict.fromkeys(each, "UNKNOWN") for name, each in known.items() if each}
    qualified = qualify_columns(  # sqlglot's ``qualify`` without what is done to names: all of them are in lower case
        qualify_tables(tree, dialect=dialect or None),
        MappingSchema(schema, dialect=dialect or None, normalize=False),
        allow_partial_qualification=True,
    )
    root = build_scope(qualified)
    if root is None or not isinstance(root.expression, exp.Query):
        raise Unreadable("it is no query")
    return root, root.expression


def _parsed(sql: str, dialect: str) -> exp.Query:
    """The query, all names in lower case, its expressions noted as they are written."""
    reader = Dialect.get_or_raise(dialect or None)
    tokens = reader.tokenize(sql)
    queries = [each for each in reader.parser().parse(tokens, sql) if isinstance(each, exp.Query)]
    if not queries:
        raise Unreadable("it is no query")
    tree = queries[-1].unnest() if isinstance(queries[-1], exp.Subquery) else queries[-1]
    found = nodes(tree)
    if any(isinstance(each, exp.MatchRecognize) for each in found):
        raise Unreadable("it matches patterns of rows")
    note_expressions([each for each in found if isinstance(each, exp.Select)], sql, tokens, dialect)
    for each in found:
        if isinstance(each, exp.Identifier):
            each.set("this", each.name.lower())
            each.set("quoted", True)  # so that no dialect makes capitals of it again
    return tree  # type: ignore[return-value]


def _inferred(tree: exp.Query, columns: Tables) -> dict[str, Sequence[str]]:
    """What a table of unknown columns must have: what is asked of it by name, where no star asks for the rest."""
    found: dict[str, dict[str, None]] = {}
    open_ended: set[str] = set()
    if all(known is not None for known in columns.values()):
        return {}
    for select in all_of(exp.Select, tree):
        sources = {
            alias: each.name if isinstance(each, exp.Table) else "" for alias, each in sources_of(select).items()
        }
        unknown = {alias: name for alias, name in sources.items() if name in columns and columns[name] is None}
        if not unknown:
            continue
        if any(each.is_star for each in select.expressions):
            open_ended.update(unknown.values())
        for column in find_all_in_scope(select, exp.Column):
            alias = column.table or (next(iter(sources)) if len(sources) == 1 else "")
            if alias in unknown and not column.is_star:
                found.setdefault(unknown[alias], {})[column.name] = None
    return {name: list(known) for name, known in found.items() if name not in open_ended}


def _made(query: exp.Query, own_columns: Sequence[str]) -> tuple[list[str], bool]:
    """Names of the columns that a query makes, and whether those are all."""
    named = [each.alias_or_name for each in query.selects if not each.is_star and not is_unnamed(each)]
    has_star = any(each.is_star for each in query.selects)
    beyond = [column.lower() for column in own_columns if column.lower() not in named] if has_star else []
    is_complete = not any(map(is_unnamed, query.selects)) and (not has_star or bool(beyond))
    return list(dict.fromkeys([*filter(None, named), *beyond])), is_complete


def _cut(step: tuple[str, str]) -> tuple[str, str]:
    name, text = step
    return name, text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 1]}…"
