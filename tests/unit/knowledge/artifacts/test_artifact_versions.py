"""Manifests of each generation, written by hand, and what they must parse to."""

import gzip
import json
from pathlib import Path

import pytest
from artifact_factories import entry, manifest, plain

from knowledge.artifacts import parse_artifacts
from knowledge.values import Artifacts

DATA = Path(__file__).parents[3] / "data" / "artifacts"
GENERATIONS = ("v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "dbt2")


def read(generation: str, name: str) -> bytes | None:
    file = DATA / generation / f"{name}.json"
    return file.read_bytes() if file.exists() else None


def parse(generation: str, *, zipped: bool = False) -> Artifacts:
    found = {name: read(generation, name) for name in ("manifest", "catalog", "run_results", "sources")}
    files = {name: gzip.compress(data, mtime=0) if zipped and data else data for name, data in found.items()}
    manifest, run_results = files["manifest"], files["run_results"]
    assert manifest
    return parse_artifacts(
        manifest=manifest,
        catalog=files["catalog"],
        run_results=[run_results] if run_results else [],
        freshness=[files["sources"]] if files["sources"] else [],
    )


@pytest.mark.parametrize("generation", GENERATIONS)
def test_each_generation_parses_to_what_was_written_down_for_it(generation: str) -> None:
    expected = json.loads((DATA / generation / "parsed.json").read_text(encoding="utf-8"))
    assert plain(parse(generation)) == expected


@pytest.mark.parametrize("generation", GENERATIONS)
def test_gzipped_artifacts_parse_to_the_same(generation: str) -> None:
    assert parse(generation, zipped=True) == parse(generation)


def test_the_order_in_the_manifest_does_not_matter() -> None:
    data = read("v12", "manifest")
    assert data
    document = json.loads(data)
    for part in ("nodes", "metrics", "semantic_models"):
        document[part] = dict(reversed(document[part].items()))
    for node in document["nodes"].values():
        if node and isinstance(node.get("depends_on"), dict):
            node["depends_on"]["nodes"] = list(reversed(node["depends_on"].get("nodes") or []))
    shuffled = parse_artifacts(manifest=json.dumps(document).encode())
    assert shuffled.nodes == parse_artifacts(manifest=data).nodes
    assert shuffled.tests == parse_artifacts(manifest=data).tests


def test_the_project_of_a_manifest_without_its_name_is_the_package_whose_digest_it_has() -> None:
    nodes = [entry("model.buoys.a"), entry("model.buoys.b"), entry("model.harbour.a")]
    harbour = "08609bcf387d13162a529fbc0edff508"
    data = manifest(*nodes, metadata={"project_name": None, "project_id": harbour})
    assert parse_artifacts(manifest=data).project.name == "harbour"


def test_where_no_package_has_that_digest_the_project_is_the_largest_package() -> None:
    artifacts = parse("v7")
    assert {node.package for node in artifacts.nodes} == {"harbour", "buoys"}
    assert artifacts.project.name == "harbour"


def test_the_environment_is_the_callers() -> None:
    data = read("v4", "manifest")
    assert data
    assert parse_artifacts(manifest=data, environment="production").project.environment == "production"
