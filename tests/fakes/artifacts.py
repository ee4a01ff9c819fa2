"""Artifacts as a source hands them out, without dbt: nodes from a name and what matters to a test."""

from collections.abc import AsyncGenerator, Sequence, Set
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from knowledge.sources.source import Cursor, Delivery
from knowledge.values import Artifacts, Column, DataTest, Freshness, Node, Oddity, Project, RunResult, RunState

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def model(name: str, description: str = "", *, columns: Sequence[str | Column] = (), **facts: Any) -> Node:
    """A model of the project ``shop``; ``depends_on`` may name models of it."""
    return _node("model", f"model.shop.{name}", name, description, columns, {"identifier": name, **facts})


def source_table(source: str, name: str, description: str = "", *, columns: Sequence[str] = (), **facts: Any) -> Node:
    """A table of a source."""
    given = {"layer": "raw", "source_name": source, "identifier": name, **facts}
    return _node("source", f"source.shop.{source}.{name}", name, description, columns, given)


def other(kind: Any, name: str, description: str = "", *, columns: Sequence[str | Column] = (), **facts: Any) -> Node:
    """A node of another kind: a metric, an exposure, …"""
    return _node(kind, f"{kind}.shop.{name}", name, description, columns, facts)


def data_test(node: str, name: str = "not_null", column: str | None = "id", **facts: Any) -> DataTest:
    """A test of a model."""
    return DataTest(unique_id=f"test.shop.{name}_{node}_{column}", name=name, node=_id(node), column=column, **facts)


def result(name: str, status: str = "success", *, minutes: float = 0, **facts: Any) -> RunResult:
    """A result ``minutes`` after noon."""
    return RunResult(unique_id=_id(name), status=status, completed_at=NOON + timedelta(minutes=minutes), **facts)


def check(source: str, table: str, status: str = "pass", *, minutes: float = 0) -> Freshness:
    """A freshness check ``minutes`` after noon, of data loaded at noon."""
    return Freshness(
        unique_id=f"source.shop.{source}.{table}",
        status=status,
        max_loaded_at=NOON,
        checked_at=NOON + timedelta(minutes=minutes),
    )


def _node(kind: Any, unique_id: str, name: str, description: str, columns: Any, facts: dict[str, Any]) -> Node:
    facts = {"package": "shop", **facts}
    facts["depends_on"] = tuple(_id(parent) for parent in facts.get("depends_on", ()))
    version = facts.get("version")
    facts.setdefault("unique_id", f"{unique_id}.v{version}" if version else unique_id)
    return Node(
        kind=kind,
        name=name,
        description=description,
        columns=tuple(column if isinstance(column, Column) else Column(name=column) for column in columns),
        **facts,
    )


def _id(name: str) -> str:
    return name if "." in name else f"model.shop.{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeDelivery(Delivery):
    """A delivery whose artifacts are parsed already."""

    artifacts: Artifacts | RunState

    def read(self, known: Set[bytes] = frozenset()) -> Artifacts | RunState:
        return self.artifacts


@dataclass
class FakeSource:
    """A source whose artifacts a test replaces; ``minutes`` after noon is when its manifest was made."""

    nodes: Sequence[Node] = ()
    tests: Sequence[DataTest] = ()
    results: Sequence[RunResult] = ()
    freshness: Sequence[Freshness] = ()
    oddities: Sequence[Oddity] = ()
    name: str = "shop"
    environment: str = ""
    minutes: float = 0
    dbt_version: str = "1.12.6"
    stamped: str | None = None
    """A stamp that stays whatever the artifacts are."""
    results_only: bool = False
    """Delivers what runs found and no definitions, as long as nobody asks for them."""
    older_is_normal: bool = False
    keyed: str | None = None
    """Where it pretends to be."""
    catalog_fault: str | None = None
    fails: Exception | None = None
    loads: int = field(default=0, init=False)
    cursors: list[Any] = field(default_factory=list[Any], init=False)
    """With what cursor it was asked each time."""

    @property
    def key(self) -> str:
        return self.keyed or f"fake {self.name} {self.environment}"

    def stamp(self) -> str:
        return self.stamped or repr((self.nodes, self.tests, self.results, self.freshness, self.minutes))

    @asynccontextmanager
    async def fetch(self, cursor: Cursor | None, *, anew: bool = False) -> AsyncGenerator[Delivery | None]:
        """Everything, unless the stamp is the one that the cursor holds."""
        self.cursors.append(cursor)
        new = {"stamp": self.stamp()}
        if cursor == new and not anew:
            yield None
            return
        self.loads += 1
        if self.fails:
            raise self.fails
        if self.results_only and not anew:
            state = RunState(results=tuple(self.results), freshness=tuple(self.freshness), oddities=())
            yield FakeDelivery(cursor=new, artifacts=state)
            return
        yield FakeDelivery(
            cursor=new, manifest=Path("manifest.json"), artifacts=self.load(), older_is_normal=self.older_is_normal
        )

    def load(self) -> Artifacts:
        """What it holds now."""
        project = Project(
            name=self.name,
            environment=self.environment,
            adapter="duckdb",
            dbt_version=self.dbt_version,
            generated_at=NOON + timedelta(minutes=self.minutes),
        )
        return Artifacts(
            project=project,
            nodes=tuple(self.nodes),
            tests=tuple(self.tests),
            results=tuple(self.results),
            freshness=tuple(self.freshness),
            oddities=tuple(self.oddities),
            catalog_fault=self.catalog_fault,
        )
