"""A dbt project with compiled SQL, written as the artifacts that dbt writes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_HIDE = {"marty": {"hide": True}}


@dataclass
class CompiledProject:
    """The project ``shop`` in DuckDB; a model's parents are the tables that its SQL names, its relation `db.main.…`."""

    name: str = "shop"
    adapter: str = "duckdb"
    minutes: int = 0
    nodes: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    sources: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    exposures: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    warehouse: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """unique_id → the columns that catalog.json has."""

    def source(self, name: str, columns: Sequence[str], *, hidden: bool = False) -> None:
        """A table `db.raw.…` of the source ``raw``."""
        unique_id = f"source.{self.name}.raw.{name}"
        relation = f'"db"."raw"."{name}"'
        self.sources[unique_id] = {
            "name": name,
            "source_name": "raw",
            "identifier": name,
            "relation_name": relation,
            "config": {"enabled": True, "meta": _HIDE if hidden else {}},
        }
        self.warehouse[unique_id] = list(columns)

    def model(
        self,
        name: str,
        sql: str | None,
        *,
        parents: Sequence[str],
        columns: Sequence[str] = (),
        hidden: bool = False,
        hidden_columns: Sequence[str] = (),
        materialized: str = "table",
        owner: str | None = None,
        language: str = "sql",
    ) -> None:
        """``parents``: names of models, or of source tables as ``raw.…``; ``columns``: those the warehouse has."""
        unique_id = f"model.{self.name}.{name}"
        meta: dict[str, Any] = {**(_HIDE if hidden else {}), **({"owner": owner} if owner else {})}
        self.nodes[unique_id] = {
            "name": name,
            "alias": name,
            "language": language,
            "relation_name": None if materialized == "ephemeral" else f'"db"."main"."{name}"',
            "compiled_code": sql,
            "config": {"materialized": materialized, "meta": meta},
            "columns": {column: {"name": column, "meta": _HIDE} for column in hidden_columns},
            "depends_on": {"nodes": [self._id(parent) for parent in parents]},
        }
        if columns:
            self.warehouse[unique_id] = list(columns)

    def exposure(self, name: str, *, parents: Sequence[str], owner: str) -> None:
        """A dashboard."""
        self.exposures[f"exposure.{self.name}.{name}"] = {
            "name": name,
            "type": "dashboard",
            "owner": {"name": owner},
            "depends_on": {"nodes": [self._id(parent) for parent in parents]},
        }

    def write(self, folder: Path) -> Path:
        """The artifacts, each time as of a minute later."""
        self.minutes += 1
        folder.mkdir(parents=True, exist_ok=True)
        head: Mapping[str, Any] = {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
            "generated_at": f"2026-11-20T12:{self.minutes:02}:00Z",
            "project_name": self.name,
            "adapter_type": self.adapter,
            "dbt_version": "1.12.6",
        }
        manifest = {"metadata": head, "nodes": self.nodes, "sources": self.sources, "exposures": self.exposures}
        tables = {
            unique_id: {"columns": {each: {"name": each, "index": at} for at, each in enumerate(columns)}}
            for unique_id, columns in self.warehouse.items()
        }
        (folder / "manifest.json").write_text(json.dumps(manifest))
        if tables:
            (folder / "catalog.json").write_text(json.dumps({"metadata": {}, "nodes": tables, "sources": {}}))
        return folder

    def _id(self, parent: str) -> str:
        return f"source.{self.name}.{parent}" if parent.startswith("raw.") else f"model.{self.name}.{parent}"


def small_shop() -> CompiledProject:
    """Customers with what they spent, made of orders, made of a source."""
    shop = CompiledProject()
    shop.source("orders", ["id", "customer", "cents", "state"])
    shop.model(
        "stg_orders",
        "select id as order_id, customer as customer_id, cents / 100 as amount, state as status\nfrom db.raw.orders",
        parents=["raw.orders"],
        columns=["order_id", "customer_id", "amount", "status"],
    )
    shop.model(
        "orders",
        'select * from "db"."main"."stg_orders" where order_id is not null',
        parents=["stg_orders"],
        columns=["order_id", "customer_id", "amount", "status"],
        owner="Ana Ruiz",
    )
    shop.model(
        "customers",
        "with spent as (\n    -- paid ones only\n    select customer_id, sum(amount) as total\n"
        "    from db.main.orders\n    where status = 'paid'\n    group by customer_id\n)\n"
        "select customer_id, coalesce(total, 0) as lifetime_value from spent",
        parents=["orders"],
        columns=["customer_id", "lifetime_value"],
        owner="Ben Okafor",
    )
    shop.exposure("board", parents=["customers"], owner="Marijke de Wit")
    return shop
