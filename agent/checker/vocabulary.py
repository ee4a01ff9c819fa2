"""The names that an answer may use: the catalog's, and those of the answer's own making."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from rapidfuzz import fuzz, process

from agent.checker.parsing import plain_name
from knowledge.names import Names
from knowledge.values import Kind, Node

TABLES: frozenset[Kind] = frozenset({"model", "source", "seed", "snapshot"})
"""What SQL can select from."""
ProblemKind = Literal["table", "column", "undocumented", "elsewhere", "name", "unreadable", "write"]
_NEAR = 60  # rapidfuzz ratio: below it a name is no help


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing in an answer that the catalog does not bear out. ``name``: as the answer wrote it.

    kind: table and column do not exist; undocumented: a column of a node whose columns in the warehouse are not known,
    and no node documents one of that name; elsewhere: other nodes do; name: in prose; unreadable: SQL that does not
    parse; write: SQL that is not one query.
    """

    kind: ProblemKind
    name: str
    within: str | None = None
    nearest: tuple[str, ...] = ()

    @property
    def breaks_sql(self) -> bool:
        """Whether SQL that has it is withheld."""
        return self.kind in {"table", "column", "unreadable", "write"}

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

    def tables(self, name: str) -> list[Node]:
        """The tables of that name that are at hand: by name, alias, ``schema.name``, ``source.name`` or relation."""
        plain = plain_name(name)
        found = self._known(plain)
        if not found and "." in plain:
            schemas, _, last = plain.rpartition(".")
            found = [node for node in self._known(last) if _lies_in(node, schemas.split(".")[-1])]
        return found

    def columns(self, name: str) -> bool:
        """Whether any node has a column of that name."""
        return self.names.has_column(name)

    def kind_of_missing(self, column: str, *, documented_only: bool) -> ProblemKind:
        """What it means that a node lacks ``column``, depending on whether the warehouse's columns are known."""
        if not documented_only:
            return "column"
        return "elsewhere" if self.columns(column) else "undocumented"

    def nearest_tables(self, name: str) -> tuple[str, ...]:
        """Names of tables that may have been meant."""
        last = plain_name(name).rpartition(".")[2]
        return tuple(dict.fromkeys(near.name for near in self.names.similar(last) if near.kind in TABLES))

    def _known(self, name: str) -> list[Node]:
        ids = [summary.unique_id for summary in self.names.exact(name) if summary.kind in TABLES]
        return [self.nodes[each] for each in ids if each in self.nodes]


def nearest(name: str, among: list[str]) -> tuple[str, ...]:
    """Up to three of ``among`` that resemble ``name``, best first."""
    lower = {each.lower(): each for each in among}
    found = process.extract(name.lower(), list(lower), scorer=fuzz.ratio, limit=3, score_cutoff=_NEAR)
    return tuple(lower[key] for key, _, _ in found)


def _lies_in(node: Node, schema: str) -> bool:
    """Whether a node may be called by that schema: its own, its source's name, or dbt's ``target_schema``."""
    own = (node.schema or "").lower()
    asked = schema.lower()
    return not own or asked in {own, (node.source_name or "").lower()} or own.endswith(f"_{asked}")
