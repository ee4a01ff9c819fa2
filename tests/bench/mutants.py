"""Plants wrong names in SQL that is right: one column, table or qualifier renamed to something that is not there."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import sqlglot
from sqlglot import exp

from knowledge.names import Names

What = Literal["column", "table", "qualifier"]
_CLAUSES: tuple[tuple[type[exp.Expr], str], ...] = (
    (exp.Window, "window"), (exp.Having, "having"), (exp.Qualify, "qualify"), (exp.Group, "group by"),
    (exp.Order, "order by"), (exp.Join, "join"), (exp.Where, "where"), (exp.From, "from"),
)  # fmt: skip
_WITHIN: tuple[tuple[type[exp.Expr], str], ...] = (
    (exp.CTE, "in a CTE"), (exp.Subquery, "in a subquery"), (exp.SetOperation, "in a union"),
    (exp.Case, "in a case"), (exp.Func, "in a function"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A statement with one wrong name. ``places``: the clause in which it stands, and what is around that."""

    sql: str
    what: What
    old: str
    new: str
    places: tuple[str, ...]


def mutants(sql: str, dialect: str, names: Names, *, most: int, seed: int = 0) -> Iterator[Mutant]:
    """Up to ``most`` statements of each kind, each with one name wrong; nothing else of the text changes.

    Only names that the catalog has to bear out are renamed: none that the statement itself brings in.
    """
    rng = random.Random(f"{seed} {sql}")
    for what, found in _targets(sqlglot.parse_one(sql, read=dialect or None), dialect).items():
        for identifier in rng.sample(found, min(most, len(found))):
            new = _absent(identifier.name, names, rng)
            start, end = identifier.meta["start"], identifier.meta["end"] + 1
            quote = (sql[start], sql[end - 1]) if identifier.args.get("quoted") else ("", "")
            yield Mutant(
                sql=sql[:start] + quote[0] + new + quote[1] + sql[end:],
                what=what,
                old=identifier.name,
                new=new,
                places=tuple(_places(identifier)),
            )


def _targets(tree: exp.Expr, dialect: str) -> dict[What, Sequence[exp.Identifier]]:
    """What may be renamed, the same name in the same place once."""
    own = {node.alias.lower() for node in tree.find_all(exp.CTE, exp.Alias, exp.TableAlias, exp.Subquery)}
    own |= {name.name.lower() for alias in tree.find_all(exp.TableAlias) for name in alias.columns}
    own |= {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    columns = [
        column
        for column in tree.find_all(exp.Column)
        if isinstance(column.this, exp.Identifier) and column.name.lower() not in own
        # a double-quoted word that is no column is a text to SQLite
        and not (dialect == "sqlite" and column.this.args.get("quoted"))
    ]  # fmt: skip
    tables = [table for table in tree.find_all(exp.Table) if table.db or table.name.lower() not in own]
    used = [name for join in tree.find_all(exp.Join) for name in join.args.get("using") or []]
    return {
        "column": _distinct([*(column.this for column in columns), *used]),
        "table": _distinct(table.this for table in tables),
        "qualifier": _distinct(column.args["table"] for column in columns if column.table),
    }


def _distinct(identifiers: Iterable[exp.Expr]) -> list[exp.Identifier]:
    found: dict[tuple[object, ...], exp.Identifier] = {}
    for each in identifiers:
        if isinstance(each, exp.Identifier) and "start" in each.meta:
            found.setdefault((each.name, *_places(each)), each)
    return list(found.values())


def _places(identifier: exp.Expr) -> Iterator[str]:
    around = [type(node) for node in _ancestors(identifier)]
    select = next((at for at, kind in enumerate(around) if issubclass(kind, exp.Query)), len(around))
    yield next((name for kind, name in _CLAUSES if any(issubclass(each, kind) for each in around[:select])), "select")
    for kind, name in _WITHIN:
        if any(issubclass(each, kind) for each in around):
            yield name


def _ancestors(node: exp.Expr) -> Iterator[exp.Expr]:
    while isinstance(node.parent, exp.Expr):
        node = node.parent
        yield node


def _absent(name: str, names: Names, rng: random.Random) -> str:
    """A name like ``name`` that nothing in the catalog has: a slip, another ending, another word."""
    middle = len(name) // 2
    ways = [
        f"{name}_x", f"{name}_id", f"total_{name}", f"{name[:middle]}q{name[middle:]}", f"{name}s_v9", "zz_nowhere",
        name[:middle] + name[middle + 1 :] or "zq",
    ]  # fmt: skip
    rng.shuffle(ways)
    return next(way for way in [*ways, f"zz_{name}_qq"] if not (names.exact(way) or names.has_column(way)))
