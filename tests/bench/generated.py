"""Artifacts of a project of any size, and the same artifacts a little later: `python -m tests.bench.generated …`.

A process of its own makes them, so that the memory it takes is not taken for that of a refresh.
"""

import argparse
import gzip
import json
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.bench.compiled import cleaning_sql, joining_sql, summing_sql

_COLUMNS = 12
_TESTED = 2
"""Tests a model."""
_WORDS = (
    "customer", "order", "payment", "refund", "invoice", "product", "shipment", "session", "event", "campaign",
    "account", "subscription", "ticket", "region", "employee", "margin", "revenue", "cost", "budget", "forecast",
)  # fmt: skip
_LAYERS = ("staging", "intermediate", "marts")
_PARTS = ("nodes", "sources")


def write_project(folder: Path, models: int) -> None:
    """A project of ``models`` models in three layers, a third as many sources, two tests a model, all built."""
    nodes = dict(_models(models)) | dict(_tests(models))
    sources = dict(_sources(models // 3))
    at = datetime(2026, 11, 20, 6, tzinfo=UTC)
    head = {"dbt_version": "1.12.6", "generated_at": at.isoformat(), "project_name": "big", "adapter_type": "duckdb"}
    schema = "https://schemas.getdbt.com/dbt/{}/v{}.json"
    manifest = {"metadata": head | {"dbt_schema_version": schema.format("manifest", 12)}}
    _write(folder / "manifest.json", manifest | {"nodes": nodes, "sources": sources})
    results = [_result(unique_id, at) for unique_id in nodes]
    run = {"metadata": head | {"dbt_schema_version": schema.format("run-results", 6)}, "args": {"which": "build"}}
    _write(folder / "run_results.json", run | {"results": results})
    columns = [each for _, each in _columns()]
    tables = {unique_id: _table(node) for unique_id, node in nodes.items() if unique_id.startswith("model.")}
    catalog = {"metadata": head | {"dbt_schema_version": schema.format("catalog", 1)}}
    raw = {unique_id: _table(node | {"columns": columns}) for unique_id, node in sources.items()}
    _write(folder / "catalog.json", catalog | {"nodes": tables, "sources": raw})


def write_changed(source: Path, folder: Path, *, share: float) -> None:
    """The artifacts of ``source`` an hour later, parsed anew: that share of its nodes has another description."""
    manifest = _read(source, "manifest")
    every = round(1 / share)
    for part in _PARTS:
        for node in (manifest.get(part) or {}).values():
            node["created_at"] = node.get("created_at", 0) + 3600.5
        for node in [node for node in (manifest.get(part) or {}).values() if "columns" in node][::every]:
            node["description"] = f"{node.get('description') or ''} Described anew."
    manifest["metadata"]["generated_at"] = _later(manifest["metadata"].get("generated_at"))
    _write(folder / "manifest.json", manifest)
    for name in ("catalog", "run_results", "sources"):
        for path in source.glob(f"{name}.json*"):
            shutil.copy(path, folder)


def write_rerun(source: Path, folder: Path) -> None:
    """The artifacts of ``source`` after one more run of everything that is a model."""
    for path in source.glob("*.json*"):
        shutil.copy2(path, folder)
    found = _read(source, "run_results") if list(source.glob("run_results.json*")) else None
    ids = [each["unique_id"] for each in found["results"]] if found else _model_ids(source)
    at = datetime(2030, 1, 1, tzinfo=UTC)
    (folder / "run_results.json.gz").unlink(missing_ok=True)
    schema = "https://schemas.getdbt.com/dbt/run-results/v6.json"
    run = {"metadata": {"dbt_schema_version": schema}, "args": {"which": "build"}}
    _write(folder / "run_results.json", run | {"results": [_result(unique_id, at) for unique_id in ids]})


def _models(count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(count):
        layer = _LAYERS[min(2, number * 3 // count)]
        name = f"{layer[:3]}_{_words(number, 2, '_')}_{number}"
        unique_id = _model_id(number, count)
        parents = _parents(number, count)
        yield (
            unique_id,
            {
                "unique_id": unique_id,
                "resource_type": "model",
                "name": name,
                "package_name": "big",
                "original_file_path": f"models/{layer}/{name}.sql",
                "path": f"{layer}/{name}.sql",
                "schema": layer,
                "database": "prod",
                "alias": name,
                "relation_name": _relation(unique_id),
                "description": f"One row per {_words(number, 6)}. " * 3,
                "columns": {
                    each: {"name": each, "description": f"The {_words(number + n, 5)}."} for n, each in _columns()
                },
                "config": {"materialized": "table", "tags": [layer]},
                "tags": [layer],
                "depends_on": {"nodes": parents},
                "raw_code": f"select {', '.join(each for _, each in _columns())} from somewhere -- {number}\n" * 20,
                "compiled_code": _compiled(layer, [_relation(each) for each in parents]),
            },
        )


def _tests(count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(count):
        for n, column in list(_columns())[:_TESTED]:
            unique_id = f"test.big.not_null_{number}_{n}.abc{number}{n}"
            yield (
                unique_id,
                {
                    "unique_id": unique_id,
                    "resource_type": "test",
                    "name": f"not_null_{number}_{n}",
                    "package_name": "big",
                    "column_name": column,
                    "attached_node": _model_id(number, count),
                    "test_metadata": {"name": "not_null", "kwargs": {"column_name": column}},
                    "depends_on": {"nodes": [_model_id(number, count)]},
                    "config": {"severity": "ERROR"},
                },
            )


def _sources(count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    for number in range(max(1, count)):
        name = f"table_{number}"
        yield (
            f"source.big.raw.{name}",
            {
                "resource_type": "source",
                "name": name,
                "package_name": "big",
                "source_name": "raw",
                "identifier": name,
                "schema": "raw",
                "database": "prod",
                "relation_name": _relation(f"source.big.raw.{name}"),
                "description": f"Raw {_words(number, 4)}.",
                "columns": {},
            },
        )


def _parents(number: int, count: int) -> list[str]:
    """Two of the layer below, of staging models one source; unique_ids."""
    third = max(1, count // 3)
    if number < third:
        return [f"source.big.raw.table_{number % third}"]
    below = (number // third - 1) * third
    return list(dict.fromkeys(_model_id(below + (number + step) % third, count) for step in (0, 1)))


def _relation(unique_id: str) -> str:
    """As the warehouse calls it; the name of a model says its layer."""
    name = unique_id.rpartition(".")[2]
    schemas = {layer[:3]: layer for layer in _LAYERS}
    return f'"prod"."{schemas.get(name[:3], "raw")}"."{name}"'


def _compiled(layer: str, parents: Sequence[str]) -> str:
    columns = [each for _, each in _columns()]
    if layer == "staging":
        return cleaning_sql(parents[0], columns)
    return joining_sql(parents, columns) if layer == "intermediate" else summing_sql(parents, columns)


def _model_id(number: int, count: int) -> str:
    return f"model.big.{_LAYERS[min(2, number * 3 // count)][:3]}_{_words(number, 2, '_')}_{number}"


def _columns() -> Iterator[tuple[int, str]]:
    for number in range(_COLUMNS):
        yield number, f"{_WORDS[number]}_{('id', 'amount', 'at')[number % 3]}"


def _table(node: dict[str, Any]) -> dict[str, Any]:
    columns = {each: {"name": each, "type": "VARCHAR", "index": n} for n, each in enumerate(node["columns"])}
    return {"metadata": {"type": "BASE TABLE", "name": node["name"]}, "columns": columns, "stats": {}}


def _result(unique_id: str, at: datetime) -> dict[str, Any]:
    ended = (at + timedelta(minutes=1)).isoformat()
    status = "pass" if unique_id.startswith(("test.", "unit_test.")) else "success"
    timing = [{"name": "execute", "started_at": at.isoformat(), "completed_at": ended}]
    return {"unique_id": unique_id, "status": status, "timing": timing, "execution_time": 60.0}


def _words(number: int, count: int, between: str = " ") -> str:
    return between.join(_WORDS[(number * 7 + n * (number % 11 + 3)) % len(_WORDS)] for n in range(count))


def _model_ids(folder: Path) -> list[str]:
    return [unique_id for unique_id in _read(folder, "manifest")["nodes"] if unique_id.startswith("model.")]


def _later(generated_at: str | None) -> str:
    at = datetime.fromisoformat(generated_at) if generated_at else datetime(2026, 11, 20, tzinfo=UTC)
    return (at + timedelta(hours=1)).isoformat()


def _read(folder: Path, name: str) -> Any:
    packed = folder / f"{name}.json.gz"
    return json.loads(
        gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / f"{name}.json").read_bytes()
    )


def _write(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, separators=(",", ":")), "utf-8")  # to the byte what dbt writes


def main() -> None:
    """`project FOLDER MODELS`, `changed SOURCE FOLDER` or `rerun SOURCE FOLDER`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["project", "changed", "rerun"])
    parser.add_argument("first", type=Path)
    parser.add_argument("second")
    arguments = parser.parse_args()
    if arguments.what == "project":
        write_project(arguments.first, int(arguments.second))
        return
    folder = Path(arguments.second)
    folder.mkdir(parents=True, exist_ok=True)
    if arguments.what == "changed":
        write_changed(arguments.first, folder, share=0.01)
    else:
        write_rerun(arguments.first, folder)


if __name__ == "__main__":
    main()
