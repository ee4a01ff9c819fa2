"""The names that an answer may use: the catalog's, and those of the answer's own making."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from rapidfuzz import fuzz, process

from agent.checker.jinja import Reference
from agent.checker.parsing import Parsed, parse, plain_name
from knowledge.names import Names
from knowledge.values import TABLES, Kind, Node

REFERRED: Mapping[str, frozenset[Kind]] = {
    "ref": frozenset({"model", "seed", "snapshot"}),
    "source": frozenset({"source"}),
    "metric": frozenset({"metric"}),
}
"""What dbt's ``ref()``, ``source()`` and ``metric()`` find."""
ProblemKind = Literal["table", "metric", "column", "undocumented", "elsewhere", "name", "unreadable", "write"]
MOST_PROBLEMS = 20
"""After so many nobody reads on: looking for what is near takes its time in a large catalog."""
_NEAR = 60  # rapidfuzz ratio: below it a name is no help


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing in an answer that the catalog does not bear out. ``name``: as the answer wrote it.

    kind: table, metric and column do not exist; undocumented: a column of a node whose columns in the warehouse are not
    known, and no node documents one of that name; elsewhere: other nodes do; name: in prose; unreadable: SQL that does
    not parse; write: SQL that is not one query.
    """

    kind: ProblemKind
    name: str
    within: str | None = None
    nearest: tuple[str, ...] = ()

    @property
    def breaks_sql(self) -> bool:
        """Whether SQL that has it is withheld."""
        return self.kind in {"table", "metric", "column", "unreadable", "write"}

    @property
    def is_worth_repair(self) -> bool:
        """Whether the model is asked to do better: not over a column that is merely documented elsewhere."""
        return self.kind != "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What is needed to check one answer without asking the database."""

    names: Names
    nodes: Mapping[str, Node]
    """unique_id → node, of every node that the answer may name; others count as unknown in their columns."""
    dialect: str = ""
    """sqlglot's name of the project's SQL; empty: the generic one."""
    words: frozenset[str] = field(default_factory=frozenset[str])
    """Lower-case words that are known for other reasons: values, tests, schemas, groups, the question's own."""
    places: frozenset[str] = field(default_factory=frozenset[str])
    """Those of the words that are databases, schemas and sources: a name that follows one is a table's."""
    parsed: Mapping[str, Parsed | None] = field(default_factory=dict[str, Parsed | None])
    """SQL that was read already, by its text."""

    def read(self, sql: str) -> Parsed | None:
        """Read SQL of the answer; None when it makes no sense."""
        return self.parsed[sql] if sql in self.parsed else parse(sql, self.dialect)

    def tables(self, name: str, reference: Reference | None = None) -> list[Node]:
        """The tables of that name that are at hand: by name, alias, ``schema.name``, ``source.name`` or relation.

        Args: reference: how Jinja calls it, when it does: ``ref()`` finds no source, and ``source()`` nothing else.
        """
        plain = plain_name(name)
        found = self._known(plain, REFERRED[reference.kind] if reference else TABLES)
        if not found and "." in plain and reference is None:
            *schemas, last = plain.split(".")
            found = [node for node in self._known(last, TABLES) if _lies_in(node, schemas)]
        return found

    def has(self, reference: Reference) -> bool:
        """Whether Jinja finds what it calls."""
        return any(found.kind in REFERRED[reference.kind] for found in self.names.exact(reference.name))

    def has_column(self, name: str) -> bool:
        """Whether any node has a column of that name."""
        return self.names.has_column(name)

    def kind_of_missing(self, column: str, *, documented_only: bool) -> ProblemKind:
        """What it means that a node lacks ``column``, depending on whether the warehouse's columns are known."""
        if not documented_only:
            return "column"
        return "elsewhere" if self.has_column(column) else "undocumented"

    def nearest_tables(self, name: str) -> tuple[str, ...]:
        """Names of tables that may have been meant."""
        last = plain_name(name).rpartition(".")[2]
        return tuple(dict.fromkeys(near.name for near in self.names.similar(last) if near.kind in TABLES))

    def nearest_metrics(self, name: str) -> tuple[str, ...]:
        """Names of metrics that may have been meant."""
        return tuple(dict.fromkeys(near.name for near in self.names.similar(name) if near.kind == "metric"))

    def _known(self, name: str, kinds: frozenset[Kind]) -> list[Node]:
        ids = [summary.unique_id for summary in self.names.exact(name) if summary.kind in kinds]
        return [self.nodes[each] for each in ids if each in self.nodes]


def nearest(name: str, among: list[str]) -> tuple[str, ...]:
    """Up to three of ``among`` that resemble ``name``, best first."""
    lower = {each.lower(): each for each in among}
    found = process.extract(name.lower(), list(lower), scorer=fuzz.ratio, limit=3, score_cutoff=_NEAR)
    return tuple(lower[key] for key, _, _ in found)


def _lies_in(node: Node, asked: list[str]) -> bool:
    """Whether a node may be called by that schema, and by that database before it: its own, its source's name, or
    dbt's short ``target`` for ``prefix_target``."""
    schema = (node.schema or "").lower()
    source = (node.source_name or "").lower()
    if schema and not _fits(asked[-1].lower(), schema) and asked[-1].lower() != source:
        return False
    database = (node.database or "").lower()
    return len(asked) < 2 or not database or _fits(asked[-2].lower(), database)


def _fits(asked: str, own: str) -> bool:
    return asked == own or own.endswith(f"_{asked}")
