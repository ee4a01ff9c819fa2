"""What is no manifest, what is odd in one, and what is left out of one."""

import gzip
import json
from typing import Any

import pytest
from artifact_factories import artifact, entry, manifest, only_node, schema

from knowledge.artifacts import parse_artifacts
from knowledge.errors import NotFound

GOOD = entry("model.harbour.dues")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"<!doctype html><title>Sign in</title>", "is a web page"),
        (b'{"metadata": {}, "nodes": {"model.harbour.dues": {"na', "is not a complete JSON object"),
        (b"[]", "is not a complete JSON object"),
        (b'{"nodes": {"a": }}', "is not JSON"),
        (b"{}", "is not a dbt manifest"),
        (b'{"project_configuration": {}, "semantic_models": []}', "is not a dbt manifest"),
        (b'{"nodes": {}, "sources": {}, "errors": null}', "is a dbt catalog, not a manifest"),
        (artifact("catalog", 1, nodes={}, sources={}), "is a dbt catalog, not a manifest"),
        (artifact("run-results", 6, results=[]), "is a dbt run-results, not a manifest"),
        (artifact("manifest", 12, nodes=["model.harbour.dues"]), r"is not what dbt writes: .*`\$\.nodes`"),
        (gzip.compress(b'{"nodes": {}}', mtime=0)[:20], "is a damaged gzip file"),
        (b"\x1f\x8b\x08 no gzip after all", "is a damaged gzip file"),
        (b'{"nodes": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", r"is not what dbt writes: .*`\$\.nodes`"),
        (b'{"nodes": ' + b"[" * 100_000 + b"}", "is not JSON"),
    ],
)
def test_what_is_no_manifest_is_refused_with_a_sentence(data: bytes, reason: str) -> None:
    with pytest.raises(NotFound, match=f"^manifest.json {reason}.*dbt parse"):
        parse_artifacts(manifest=data)


@pytest.mark.parametrize("part", ["nodes", "sources", "groups", "exposures", "metrics", "unit_tests", "saved_queries"])
def test_a_part_may_be_null_or_absent(part: str) -> None:
    document = json.loads(manifest(exposures={}, metrics={}, groups={}, unit_tests={}, saved_queries={}))
    document[part] = None
    assert parse_artifacts(manifest=json.dumps(document).encode()).oddities == ()
    del document[part]
    assert parse_artifacts(manifest=json.dumps(document).encode()).oddities == ()


@pytest.mark.parametrize("version", [11, 20, 99])
def test_the_number_of_the_schema_does_not_matter(version: int) -> None:
    data = manifest(GOOD, metadata={"dbt_schema_version": schema("manifest", version)})
    assert len(parse_artifacts(manifest=data).nodes) == 1


def test_a_manifest_without_metadata_still_parses() -> None:
    document = json.loads(manifest(GOOD))
    for metadata in (None, "none", {}):
        document["metadata"] = metadata
        artifacts = parse_artifacts(manifest=json.dumps(document).encode())
        assert [node.name for node in artifacts.nodes] == ["dues"]
        assert artifacts.project.generated_at is None


def test_what_dbt_did_not_enable_is_left_out() -> None:
    off = {"enabled": False}
    nodes = [entry("model.harbour.off", config=off), entry("source.harbour.port.off", config=off), GOOD]
    exposures = {"exposure.harbour.off": entry("exposure.harbour.off", config=off)}
    disabled = {"model.harbour.gone": [entry("model.harbour.gone")]}
    artifacts = parse_artifacts(manifest=manifest(*nodes, exposures=exposures, disabled=disabled))
    assert [node.unique_id for node in artifacts.nodes] == ["model.harbour.dues"]
    assert artifacts.oddities == ()


def test_only_our_kinds_become_nodes_and_parents() -> None:
    kinds = ("analysis", "operation", "sql_operation", "rpc", "function", "macro")
    others = [entry(f"{kind}.harbour.other") for kind in kinds]
    parents = [*(other["unique_id"] for other in others), "model.harbour.dues", "model.harbour.absent", None, 5]
    child = entry("model.harbour.child", depends_on={"nodes": parents})
    artifacts = parse_artifacts(manifest=manifest(GOOD, child, *others))
    assert [node.name for node in artifacts.nodes] == ["child", "dues"]
    assert artifacts.nodes[0].depends_on == ("model.harbour.dues",)


def test_a_name_comes_from_its_key_and_not_from_the_id() -> None:
    node = only_node({"unique_id": "model.harbour.a.b.v2", "name": "a.b", "package_name": "port"})
    assert (node.name, node.package) == ("a.b", "port")


@pytest.mark.parametrize("name", [{}, {"name": None}, {"name": ""}, {"name": ["a"]}, {"name": {}, "package_name": []}])
@pytest.mark.parametrize(
    ("unique_id", "expected"),
    [
        ("model.harbour.dues", "dues"),
        ("model.harbour.dues.v2", "dues"),
        ("model.harbour.dues.v2.1", "dues"),
        ("seed.harbour.vessels", "vessels"),
        ("source.harbour.port.ships", "ships"),
        ("source.harbour.ships", "ships"),
    ],
)
def test_without_a_name_the_id_tells_it_and_the_package(name: dict[str, Any], unique_id: str, expected: str) -> None:
    node = only_node({"unique_id": unique_id, **name})
    assert (node.name, node.package) == (expected, "harbour")


@pytest.mark.parametrize("unique_id", ["model.", "model..", "model.harbour"])
def test_an_id_that_tells_no_name_is_one_itself(unique_id: str) -> None:
    assert only_node({"unique_id": unique_id}).name == unique_id


@pytest.mark.parametrize(
    ("version", "latest", "expected"),
    [
        (2, 2, ("2", "2", True)),
        (2.0, 2, ("2.0", "2.0", True)),
        ("2", 2, ("2", "2", True)),
        (1, "2", ("1", "2", False)),
        (1.5, 2, ("1.5", "2", False)),
        ("spring", "autumn", ("spring", "autumn", False)),
        (None, None, (None, None, True)),
        ([2], [[2]], (None, None, True)),
    ],
)
def test_a_version_is_a_number_or_a_text_and_equal_ones_are_the_latest(
    version: Any, latest: Any, expected: Any
) -> None:
    node = only_node(entry("model.harbour.dues", version=version, latest_version=latest))
    assert (node.version, node.latest_version, node.is_latest) == expected


def test_no_text_keeps_control_characters() -> None:
    dirty = "a\x00b\x1b[31mc\x07\u0085"
    node = only_node(
        entry(
            "model.harbour.dues",
            description=f"{dirty}\r\nsecond line\t!",
            tags=[dirty],
            meta={dirty: [dirty], "owner": dirty},
            columns={"x": {"name": dirty, "description": dirty}},
        )
    )
    assert node.description == "abc\nsecond line\t!"
    assert (node.tags, node.meta) == (("abc",), {"abc": ["abc"], "owner": "abc"})
    assert (node.columns[0].name, node.columns[0].description) == ("abc", "abc")


def test_a_long_description_is_kept_whole() -> None:
    assert len(only_node(entry("model.harbour.dues", description="word " * 4_000 + "end")).description) == 20_003


def test_meta_and_tags_stand_in_the_config_beside_it_or_both() -> None:
    node = only_node(
        entry(
            "model.harbour.dues",
            tags="daily",
            meta={"tier": 1, "sla": "4h"},
            config={"tags": ["finance", "daily", None], "meta": {"tier": 2}},
        )
    )
    assert node.tags == ("daily", "finance")
    assert node.meta == {"sla": "4h", "tier": 2}


def test_group_access_and_contract_stand_in_the_config_or_beside_it() -> None:
    config = {"group": "finance", "access": "private", "contract": {"enforced": True}}
    for keys in (config, {"config": config}):
        node = only_node(entry("model.harbour.dues", **keys))
        assert (node.group, node.access, node.contract) == ("finance", "private", True)


@pytest.mark.parametrize("written", ["2030-01-31", "2030-01-31T00:00:00+00:00", "2030-01-31 00:00:00"])
def test_a_deprecation_date_has_several_forms(written: str) -> None:
    deprecated_on = only_node(entry("model.harbour.dues", deprecation_date=written)).deprecated_on
    assert deprecated_on is not None
    assert deprecated_on.isoformat() == "2030-01-31"


def test_a_relation_without_a_name_is_put_together_from_what_there_is() -> None:
    parts = {"schema": "main", "alias": "DUES", "database": None}
    assert only_node(entry("model.harbour.dues", **parts)).relation == "main.DUES"
    ephemeral = only_node(entry("model.harbour.dues", **parts, config={"materialized": "ephemeral"}))
    assert (ephemeral.relation, ephemeral.identifier) == (None, "DUES")


def test_a_source_is_described_by_its_table_and_by_the_source_as_a_whole() -> None:
    both = {"source_name": "port", "source_description": "All of the port."}
    assert only_node(entry("source.harbour.port.ships", **both)).description == "All of the port."
    described = only_node(entry("source.harbour.port.ships", **both, description="Ships.", loader="Fivetran"))
    assert described.description == "Ships.\n\nAll of the port."
    assert (described.name, described.source_name, described.loader) == ("ships", "port", "Fivetran")


def test_a_model_is_sql_unless_it_or_its_file_says_otherwise() -> None:
    assert only_node(entry("model.harbour.dues", path="marts/dues.sql")).language == "sql"
    assert only_node(entry("model.harbour.dues", path="marts/dues.py")).language == "python"
    assert only_node(entry("model.harbour.dues", path="marts/dues.py", language="sql")).language == "sql"
    assert only_node(entry("seed.harbour.dues", path="dues.csv")).language is None


def test_fully_qualified_names_are_kept_where_the_manifest_has_them() -> None:
    fqn = ["harbour", "marts", "dues"]
    nodes = [entry("model.harbour.dues", fqn=fqn), entry("model.harbour.odd", fqn="odd"), entry("model.harbour.none")]
    metrics = {"metric.harbour.paid": entry("metric.harbour.paid", fqn=["harbour", "paid"])}
    off = entry("model.harbour.off", fqn=fqn, config={"enabled": False})
    assert parse_artifacts(manifest=manifest(*nodes, off, metrics=metrics)).fqns == {
        "model.harbour.dues": ("harbour", "marts", "dues"),
        "metric.harbour.paid": ("harbour", "paid"),
    }


def test_what_a_source_asks_to_be_hidden_stays_so_whatever_else_its_table_says_to_marty() -> None:
    table = entry(
        "source.harbour.port.calls", source_meta={"marty": {"hide": True}}, meta={"marty": {"colour": "blue"}, "a": 1}
    )
    assert only_node(table).meta == {"a": 1, "marty": {"hide": True}}
