"""Reads from a model's compiled SQL what each of its columns is made of (pure)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope, find_all_in_scope
from sqlglot.schema import MappingSchema

from knowledge.column_lineage.quoting import note_expressions
from knowledge.column_lineage.tracing import Leaf, Tracer

EPHEMERAL = "__dbt__cte__"
"""What dbt calls the CTE that it puts in for an ephemeral model, followed by that one's name."""
_MOST_CHARACTERS = 400
"""Of one expression."""

Tables = Mapping[str, Sequence[str] | None]
"""A table's full name in lower case, parts joined by dots → its columns; None where they are not known."""


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


def extract(sql: str, dialect: str, tables: Tables, own_columns: Sequence[str] = ()) -> Extract:
    """Follow each column of the query to the tables that it reads.

    Args:    dialect: sqlglot's name for it; empty: the generic one.
             tables: those that it is known to read. Names are compared without regard to case.
             own_columns: what the query is known to make: a star over a table of unknown columns stands for these.
    Raises:  Unreadable.
    """
    try:
        tree = _parsed(sql, dialect)
        names = _Names(tree, tables)
        columns = {name: names.columns(name) for name in names.found}
        root, query = _root(tree, columns, dialect)
        tracer = Tracer(columns, dialect)
        made, is_complete = _made(query, own_columns)
        traces = {name: tracer.output(root, name) for name in made}
        read = frozenset(leaf for trace in traces.values() for leaf in trace.leaves)
        uses = tracer.used(root.traverse()) - read
    except SqlglotError as error:
        raise Unreadable(type(error).__name__) from error
    except RecursionError as error:
        raise Unreadable("it is nested too deeply") from error
    return Extract(
        columns=tuple(
            Made(name, names.leaves(trace.leaves), tuple(map(_cut, trace.steps)), trace.is_known)
            for name, trace in traces.items()
        ),
        is_complete=is_complete,
        uses=names.leaves(uses),
    )


def _root(tree: exp.Query, columns: Tables, dialect: str) -> tuple[Scope, exp.Query]:
    """The query with each column's table resolved and stars spelled out, as far as columns are known."""
    known = {**columns, **_inferred(tree, columns)}
    schema: dict[str, Any] = {name: dict.fromkeys(each, "UNKNOWN") for name, each in known.items() if each}
    qualified = qualify(
        tree,
        dialect=dialect or None,
        schema=MappingSchema(schema, dialect=dialect or None, normalize=False),
        allow_partial_qualification=True,
        validate_qualify_columns=False,
        quote_identifiers=False,
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
    note_expressions(tree, sql, tokens)
    for each in list(tree.find_all(exp.Identifier, exp.Column)):
        if isinstance(each, exp.Identifier):
            each.set("this", each.name.lower())
            each.set("quoted", True)  # so that no dialect makes capitals of it again
        elif each.args.get("db") is not None:
            each.set("db", None)
            each.set("catalog", None)
    return tree  # type: ignore[return-value]


class _Names:
    """Gives each table of a query a name of one part, and takes CTEs that stand for ephemeral models for tables."""

    def __init__(self, tree: exp.Query, tables: Tables) -> None:
        self.found: list[str] = []
        self._tables = tables
        self._full: dict[str, str] = {}
        own = _drop_ephemeral(tree)
        for table in list(tree.find_all(exp.Table)):
            parts = [part.name for part in table.parts]
            if not isinstance(table.this, exp.Identifier) or (len(parts) == 1 and parts[0] in own):
                continue
            name = self._named(".".join(parts))
            if not table.alias and not table.args.get("pivots"):
                table.set("alias", exp.TableAlias(this=exp.to_identifier(parts[-1], quoted=True)))
            table.set("this", exp.to_identifier(name, quoted=True))
            table.set("db", None)
            table.set("catalog", None)

    def columns(self, name: str) -> Sequence[str] | None:
        return self._tables.get(self._full[name])

    def leaves(self, leaves: frozenset[Leaf] | set[Leaf]) -> tuple[Leaf, ...]:
        return tuple(sorted((self._full[table], column) for table, column in leaves))

    def _named(self, said: str) -> str:
        ending = f".{said}"
        like = [said] if said in self._tables else [each for each in self._tables if each.endswith(ending)]
        full = like[0] if len(like) == 1 else said
        for name in self.found:
            if self._full[name] == full:
                return name
        name = f"#{len(self.found)}"
        self.found.append(name)
        self._full[name] = full
        return name


def _drop_ephemeral(tree: exp.Query) -> frozenset[str]:
    """Take out the CTEs that stand for ephemeral models; the names of all others."""
    own: set[str] = set()
    for clause in list(tree.find_all(exp.With)):
        kept = [cte for cte in clause.expressions if not cte.alias.startswith(EPHEMERAL)]
        own |= {cte.alias for cte in kept}
        if not kept:
            clause.pop()
        elif len(kept) < len(clause.expressions):
            clause.set("expressions", kept)
    return frozenset(own)


def _inferred(tree: exp.Query, columns: Tables) -> dict[str, Sequence[str]]:
    """What a table of unknown columns must have: what is asked of it by name, where no star asks for the rest."""
    found: dict[str, dict[str, None]] = {}
    open_ended: set[str] = set()
    if all(known is not None for known in columns.values()):
        return {}
    for select in tree.find_all(exp.Select):
        sources = _direct_sources(select)
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


def _direct_sources(select: exp.Select) -> dict[str, str]:
    """Alias → name of the tables behind FROM and JOIN; of anything else only the alias."""
    clause = select.args.get("from_")
    joined = [join.this for join in select.args.get("joins") or ()]
    sources = [each for each in [clause.this if clause else None, *joined] if each is not None]
    return {each.alias_or_name: each.name if isinstance(each, exp.Table) else "" for each in sources}


def _made(query: exp.Query, own_columns: Sequence[str]) -> tuple[list[str], bool]:
    """Names of the columns that a query makes, and whether those are all."""
    named = [each.alias_or_name for each in query.selects if not each.is_star]
    has_star = any(each.is_star for each in query.selects)
    beyond = [column.lower() for column in own_columns if column.lower() not in named] if has_star else []
    return list(dict.fromkeys([*filter(None, named), *beyond])), not has_star or bool(beyond)


def _cut(step: tuple[str, str]) -> tuple[str, str]:
    name, text = step
    return name, text if len(text) <= _MOST_CHARACTERS else f"{text[: _MOST_CHARACTERS - 1]}…"
