"""dbt's artifacts as the bytes that dbt writes, and what a source delivers of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.sources.source import Cursor, Delivery, Source
from knowledge.values import Artifacts, Oddity, RunState

_SCHEMA = "https://schemas.getdbt.com/dbt/{}.json"


def manifest(*names: str, generated_at: str = "2026-11-20T12:00:00Z") -> bytes:
    """A manifest of the project ``harbour`` with models of these names."""
    nodes = {f"model.harbour.{name}": {"name": name, "package_name": "harbour"} for name in names}
    metadata = {
        "dbt_schema_version": _SCHEMA.format("manifest/v12"),
        "generated_at": generated_at,
        "project_name": "harbour",
    }
    return json.dumps({"metadata": metadata, "nodes": nodes, "sources": {}}).encode()


def catalog(name: str, *columns: str) -> bytes:
    """A catalog with one model."""
    found = {column: {"name": column, "index": index} for index, column in enumerate(columns)}
    return json.dumps({"nodes": {f"model.harbour.{name}": {"columns": found}}, "sources": {}}).encode()


def run_results(name: str, *, command: str = "build", status: str = "success") -> bytes:
    """The results of a run of one model."""
    results = [{"unique_id": f"model.harbour.{name}", "status": status, "timing": [], "message": "OK"}]
    metadata = {"dbt_schema_version": _SCHEMA.format("run-results/v6")}
    return json.dumps({"metadata": metadata, "results": results, "args": {"which": command}}).encode()


@dataclass(frozen=True)
class Fetched:
    """A delivery, read."""

    delivery: Delivery
    found: Artifacts | RunState

    @property
    def cursor(self) -> dict[str, Any]:
        """As it comes back from the database."""
        return json.loads(json.dumps(self.delivery.cursor))

    @property
    def names(self) -> list[str]:
        """The models; none where no definition is new."""
        return [node.name for node in self.found.nodes] if isinstance(self.found, Artifacts) else []

    @property
    def columns(self) -> list[str]:
        """The warehouse's columns of the first model."""
        return [column.name for column in self.found.nodes[0].columns] if isinstance(self.found, Artifacts) else []

    @property
    def parts(self) -> set[str]:
        """What was delivered."""
        given = {
            "manifest": self.delivery.manifest,
            "catalog": self.delivery.catalog,
            "run_results": self.delivery.run_results,
            "freshness": self.delivery.freshness,
        }
        return {name for name, files in given.items() if files}

    @property
    def oddities(self) -> Sequence[Oddity]:
        return self.found.oddities


async def fetch(source: Source, cursor: Cursor | None = None, *, anew: bool = False) -> Fetched | None:
    """What the source delivers; None when nothing is new."""
    async with source.fetch(cursor, anew=anew) as delivery:
        return delivery and Fetched(delivery, delivery.read())


async def must_fetch(source: Source, cursor: Cursor | None = None, *, anew: bool = False) -> Fetched:
    """The same where something must be new."""
    fetched = await fetch(source, cursor, anew=anew)
    assert fetched is not None, "nothing was delivered"
    return fetched
