"""Artifacts as dbt would write them, from the few keys that a test is about; and parsed ones as plain JSON."""

import dataclasses
import json
from datetime import date, datetime
from typing import Any

from knowledge.artifacts import parse_artifacts
from knowledge.values import Artifacts, Column, DataTest, Node


def schema(artifact: str, version: int) -> str:
    return f"https://schemas.getdbt.com/dbt/{artifact}/v{version}.json"


def manifest(*nodes: dict[str, Any], metadata: dict[str, Any] | None = None, **parts: Any) -> bytes:
    """A manifest of version 12 whose ``nodes`` are entries with a ``unique_id``; sources go where they belong."""
    found: dict[str, dict[str, Any]] = {"nodes": {}, "sources": {}}
    for node in nodes:
        part = "sources" if node["unique_id"].startswith("source.") else "nodes"
        found[part][node["unique_id"]] = node
    head = {"dbt_schema_version": schema("manifest", 12), "dbt_version": "1.12.6", "project_name": "harbour"}
    return json.dumps({"metadata": head | (metadata or {}), **found, **parts}).encode()


def entry(unique_id: str, **keys: Any) -> dict[str, Any]:
    """A node's entry; name and package are taken from the id."""
    _, package, *names = unique_id.split(".")
    return {"unique_id": unique_id, "name": names[-1], "package_name": package, **keys}


def artifact(kind: str, version: int, **parts: Any) -> bytes:
    """Another artifact with the usual metadata."""
    head = {"dbt_schema_version": schema(kind, version), "generated_at": "2026-11-20T04:00:00Z"}
    return json.dumps({"metadata": head, **parts}).encode()


def only_node(*nodes: dict[str, Any], **parts: Any) -> Node:
    """The one node of a manifest made of ``nodes``."""
    (node,) = parse_artifacts(manifest=manifest(*nodes, **parts)).nodes
    return node


def plain(artifacts: Artifacts) -> dict[str, Any]:
    """Everything in ``artifacts`` that is not a default, fit to be compared with a file."""
    return {
        "project": _without_defaults(artifacts.project),
        "nodes": [_without_defaults(node) for node in artifacts.nodes],
        "tests": [_without_defaults(test) for test in artifacts.tests],
        "results": [_without_defaults(result) for result in artifacts.results],
        "freshness": [_without_defaults(check) for check in artifacts.freshness],
        "oddities": [f"{oddity.where} {oddity.reason}" for oddity in artifacts.oddities],
    }


def columns_of(node: Node) -> dict[str, Column]:
    return {column.name: column for column in node.columns}


def attached(artifacts: Artifacts) -> dict[str, DataTest]:
    return {test.unique_id: test for test in artifacts.tests}


def _without_defaults(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_without_defaults(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        kept = {field.name: getattr(value, field.name) for field in dataclasses.fields(value) if _is_set(field, value)}
        return {name: _without_defaults(item) for name, item in kept.items()}
    return value


def _is_set(field: dataclasses.Field[Any], value: Any) -> bool:
    found = getattr(value, field.name)
    return found != field.default and not (field.default_factory is not dataclasses.MISSING and not found)
