"""Gives the tables of a query names of one part, and says of its columns what they are columns of (pure)."""

from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp

from knowledge.column_lineage.steps import NOWHERE
from knowledge.column_lineage.trace import Leaf
from knowledge.column_lineage.tree import all_of, nodes

EPHEMERAL = "__dbt__cte__"
"""What dbt calls the CTE that it puts in for an ephemeral model, followed by that one's name."""

Tables = Mapping[str, Sequence[str] | None]
"""A table's full name in lower case, parts joined by dots → its columns; None where they are not known."""


class TableNames:
    """The tables of a query, CTEs that stand for ephemeral models among them, each renamed to one part."""

    def __init__(self, tree: exp.Query, tables: Tables) -> None:
        self.found: list[str] = []
        self._tables = tables
        self._full: dict[str, str] = {}
        self._said: dict[int, Sequence[str]] = {}
        """Of each table of the tree: the parts of its name as the query has them."""
        own = _drop_ephemeral(tree)
        found = nodes(tree)
        for table in (each for each in found if isinstance(each, exp.Table)):
            parts = [part.name for part in table.parts]
            if isinstance(table.this, exp.Identifier) and (len(parts) > 1 or parts[0] not in own):
                self._rename(table, parts)
        for column in (each for each in found if isinstance(each, exp.Column)):
            if column.args.get("db") is not None:
                self._shorten(column)

    def columns(self, name: str) -> Sequence[str] | None:
        """Of a table by its new name; None where they are not known."""
        return self._tables.get(self._full[name])

    def leaves(self, leaves: frozenset[Leaf] | set[Leaf]) -> tuple[Leaf, ...]:
        """By the tables' full names."""
        return tuple(sorted((self._full[table], column) for table, column in leaves))

    def _rename(self, table: exp.Table, parts: Sequence[str]) -> None:
        self._said[id(table)] = parts
        if not table.alias and not table.args.get("pivots"):
            select = table.find_ancestor(exp.Select)
            others = [each.alias_or_name for each in _sources(select) if each is not table] if select else []
            is_taken = parts[-1] in others
            alias = f"{parts[-1]}#{len(self._said)}" if is_taken else parts[-1]
            table.set("alias", exp.TableAlias(this=exp.to_identifier(alias, quoted=True)))
        table.set("this", exp.to_identifier(self._named(".".join(parts)), quoted=True))
        table.set("db", None)
        table.set("catalog", None)

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

    def _shorten(self, column: exp.Column) -> None:
        """Make ``schema.table.column`` a column of the table, and ``column.field.field`` a path into the column."""
        parts = column.parts
        names = [part.name for part in parts]
        table, first = None, 0
        for select in _around(column):
            sources = sources_of(select)
            for alias, source in sources.items():
                said = self._said.get(id(source), ())
                is_said = [at for at in range(1, len(parts)) if names[:at] in (list(said[-at:]), [alias])]
                if is_said and is_said[-1] > first:
                    table, first = alias, is_said[-1]
            if table:
                break
        column.replace(_path(parts[first:], table))


def place_unnested(tree: exp.Query, columns: Tables) -> None:
    """Say what names are columns of in a subquery that unnests an array of the row around it.

    The array is of that row. Other names are fields of its elements, which nobody knows, unless the row is known to
    have them. Without that sqlglot can resolve nothing of the whole query.
    """
    for unnest in all_of(exp.Unnest, tree):
        select = unnest.find_ancestor(exp.Select)
        if select is None or unnest.args.get("alias") or unnest not in _sources(select):
            continue
        is_alone = len(_sources(select)) == 1
        row = select.find_ancestor(exp.Select) if is_alone and not isinstance(select.parent, exp.CTE) else select
        if row is not None:
            unnest.set("alias", exp.TableAlias(this=exp.to_identifier(f"#unnest{id(unnest)}", quoted=True)))
            _place(unnest, select, row, columns)


def _place(unnest: exp.Unnest, select: exp.Select, row: exp.Select, columns: Tables) -> None:
    """``row``: the query whose rows have the array."""
    for column in _of_no_source(select):
        first = column.parts[0].name
        owner = _known_owner(row, first, columns)
        if owner is None and column.find_ancestor(exp.Unnest) is unnest:
            owner = _only_table(row)
        elif owner is None and (row is not select or _are_known(select, unnest, columns)):
            owner = unnest.alias
        if owner is not None:
            column.replace(_path(column.parts, owner))


def lose_columns(tree: exp.Query, names: frozenset[str]) -> None:
    """Give up columns of subqueries that might be of several tables."""
    for column in all_of(exp.Column, tree) if names else ():
        select = column.find_ancestor(exp.Select)
        if not column.table and column.name in names and select is not None and select.find_ancestor(exp.Select):
            column.set("table", exp.to_identifier(NOWHERE, quoted=True))


def sources_of(select: exp.Select) -> dict[str, exp.Expr]:
    """Alias → what stands behind FROM and JOIN."""
    return {each.alias_or_name: each for each in _sources(select)}


def _sources(select: exp.Select) -> list[exp.Expr]:
    clause = select.args.get("from_")
    joined = [join.this for join in select.args.get("joins") or ()]
    return [each for each in [clause.this if clause else None, *joined] if each is not None]


def _around(column: exp.Expr) -> Iterator[exp.Select]:
    """The queries that a column stands in, the innermost first."""
    select = column.find_ancestor(exp.Select)
    while select is not None:
        yield select
        select = select.find_ancestor(exp.Select)


def _path(parts: Sequence[exp.Expr], table: str | None) -> exp.Expr:
    """The first part as a column of the table, the others as fields in it."""
    column = exp.Column(this=parts[0], table=exp.to_identifier(table, quoted=True) if table else None)
    return exp.Dot.build([column, *parts[1:]]) if len(parts) > 1 else column


def _of_no_source(select: exp.Select) -> list[exp.Column]:
    """The columns that stand in a query itself without saying of which source, paths into structs among them."""
    found = [each for each in select.find_all(exp.Column) if each.find_ancestor(exp.Select) is select]
    around = {alias for each in found[:1] for query in _around(each) for alias in sources_of(query)}
    return [each for each in found if not each.is_star and each.table not in around]


def _are_known(select: exp.Select, unnest: exp.Unnest, columns: Tables) -> bool:
    """Whether the columns of all other sources of the query are known."""
    others = [each for each in _sources(select) if each is not unnest]
    return all(isinstance(each, exp.Table) and columns.get(each.name) for each in others)


def _only_table(select: exp.Select) -> str | None:
    """The one source of a query that is no array itself."""
    tables = [alias for alias, each in sources_of(select).items() if not isinstance(each, exp.UDTF)]
    return tables[0] if len(tables) == 1 else None


def _known_owner(select: exp.Select, name: str, columns: Tables) -> str | None:
    sources = sources_of(select).items()
    having = [
        alias for alias, each in sources if isinstance(each, exp.Table) and name in (columns.get(each.name) or ())
    ]
    return having[0] if len(having) == 1 else None


def _drop_ephemeral(tree: exp.Query) -> frozenset[str]:
    """Take out the CTEs that stand for ephemeral models; the names of all others."""
    own: set[str] = set()
    for clause in all_of(exp.With, tree):
        kept = [cte for cte in clause.expressions if not cte.alias.startswith(EPHEMERAL)]
        own |= {cte.alias for cte in kept}
        if not kept:
            clause.pop()
        elif len(kept) < len(clause.expressions):
            clause.set("expressions", kept)
    return frozenset(own)
