"""What an odd part of a manifest costs: itself, and nothing beside it."""

import json
from typing import Any

import pytest
from artifact_factories import entry, manifest

from knowledge.artifacts import parse_artifacts

GOOD = entry("model.harbour.dues")
WHOLE = entry(
    "model.harbour.dues",
    label="Dues",
    description="What ships owe.",
    columns={"id": {"name": "id", "description": "Key."}, "amount": {"name": "amount"}},
    config={"tags": ["finance"], "materialized": "table"},
    depends_on={"nodes": ["model.harbour.ships"]},
)
ODD_TYPES: tuple[Any, ...] = (None, 5, 2.5, True, "x", [], {}, [5, None, ["x"]], {"x": {"y": 1}})


@pytest.mark.parametrize("odd", [None, 5, True, "text", [], [{"name": "odd"}]])
def test_an_odd_node_is_reported_and_left_out_and_nothing_else_is(odd: object) -> None:
    document = json.loads(manifest(GOOD, entry("model.harbour.ships", depends_on={"nodes": ["model.harbour.odd"]})))
    document["nodes"]["model.harbour.odd"] = odd
    artifacts = parse_artifacts(manifest=json.dumps(document).encode())
    assert [node.name for node in artifacts.nodes] == ["dues", "ships"]
    assert artifacts.nodes[1].depends_on == ()
    (oddity,) = artifacts.oddities
    assert oddity.where == "model.harbour.odd"
    assert "is not what dbt writes" in oddity.reason


@pytest.mark.parametrize(
    "key",
    ["name", "package_name", *list(WHOLE)[3:], "fqn", "meta", "tags", "group", "path", "version", "contract", "access"],
)
@pytest.mark.parametrize("odd", ODD_TYPES)
def test_a_key_of_the_wrong_type_costs_no_more_than_itself(key: str, odd: Any) -> None:
    ships = entry("model.harbour.ships")
    whole, odd_one = (parse_artifacts(manifest=manifest(node, ships)).nodes[0] for node in (WHOLE, {**WHOLE, key: odd}))
    kept = ["label", "description", "columns", "tags", "materialized", "depends_on"]
    lost = {"config": ["tags", "materialized"], "columns": ["columns"], "depends_on": ["depends_on"]}.get(key, [key])
    assert odd_one.unique_id == "model.harbour.dues"
    for field in set(kept) - set(lost):
        assert getattr(odd_one, field) == getattr(whole, field)


@pytest.mark.parametrize(
    ("key", "odd"), [("config", 1), ("columns", "none"), ("columns", {"b": 5}), ("columns", [5]), ("depends_on", "b")]
)
def test_an_odd_part_of_a_node_is_reported(key: str, odd: Any) -> None:
    artifacts = parse_artifacts(manifest=manifest({**WHOLE, key: odd}))
    assert [node.description for node in artifacts.nodes] == ["What ships owe."]
    (oddity,) = artifacts.oddities
    assert oddity.where == "model.harbour.dues"
    assert f"`$.{key}" in oddity.reason


def test_an_odd_column_costs_its_details_and_in_a_list_itself() -> None:
    good = {"name": "id", "description": "Key."}
    for columns, names in (({"id": good, "amount": "odd"}, ["id", "amount"]), ([5, good, "odd"], ["id"])):
        (node,) = parse_artifacts(manifest=manifest(entry("model.harbour.dues", columns=columns))).nodes
        assert [column.name for column in node.columns] == names
        assert node.columns[0].description == "Key."


def test_nesting_without_end_costs_only_what_is_nested() -> None:
    deep = b"[" * 50_000 + b'"]}"' + b"]" * 50_000
    data = manifest(GOOD, entry("model.harbour.ships", description="Ships [of {all", meta={"x": "X", "y": 1}))
    artifacts = parse_artifacts(manifest=data.replace(b'"X"', deep))
    assert artifacts.oddities == ()
    assert [node.name for node in artifacts.nodes] == ["dues", "ships"]
    assert artifacts.nodes[1].description == "Ships [of {all"
    assert artifacts.nodes[1].meta["y"] == 1


def test_nesting_without_end_beside_what_is_no_json_costs_no_node() -> None:
    deep = b'{"a":' * 5_000 + b"NaN" + b"}" * 5_000
    data = manifest(entry("model.harbour.ships", meta={"x": "X", "y": "Y"})).replace(b'"X"', b"NaN")
    (node,) = parse_artifacts(manifest=data.replace(b'"Y"', deep)).nodes
    assert node.meta["x"] is None


@pytest.mark.parametrize("part", ["sources", "exposures", "metrics", "groups", "semantic_models", "unit_tests"])
def test_an_odd_part_is_reported_and_the_models_stay(part: str) -> None:
    document = json.loads(manifest(GOOD))
    document[part] = "odd"
    artifacts = parse_artifacts(manifest=json.dumps(document).encode())
    assert [node.name for node in artifacts.nodes] == ["dues"]
    assert [oddity.where for oddity in artifacts.oddities] == [part]


def test_a_part_holds_its_own_kind_only() -> None:
    exposures = {"model.harbour.dues": {"name": "impostor"}, "exposure.harbour.board": {}}
    artifacts = parse_artifacts(manifest=manifest(GOOD, exposures=exposures))
    assert [(node.kind, node.name) for node in artifacts.nodes] == [("exposure", "board"), ("model", "dues")]


def test_of_two_entries_with_one_id_the_later_counts() -> None:
    data = manifest(entry("model.harbour.dues", label="first"), entry("model.harbour.ghost", label="second"))
    (node,) = parse_artifacts(manifest=data.replace(b"ghost", b"dues")).nodes
    assert node.label == "second"


def test_unpaired_surrogates_nan_and_huge_numbers_cost_no_more_than_themselves() -> None:
    data = manifest(
        GOOD, entry("model.harbour.ships", label=0, description="lone \ud800 half", meta={"x": "X", "y": "Y", "z": 1})
    )
    data = data.replace(b'"X"', b"NaN").replace(b'"Y"', b"-1e999").replace(b'"label": 0', b'"label": ' + b"9" * 5_000)
    artifacts = parse_artifacts(manifest=data)
    assert artifacts.oddities == ()
    assert (artifacts.nodes[1].label, artifacts.nodes[1].description) == (None, "lone ? half")
    assert artifacts.nodes[1].meta == {"x": None, "y": None, "z": 1}


def test_broken_utf8_and_a_byte_order_mark_are_tolerated() -> None:
    data = b"\xef\xbb\xbf" + manifest(entry("model.harbour.dues", description="caf?")).replace(b"?", b"\xe9")
    artifacts = parse_artifacts(manifest=data)
    assert artifacts.nodes[0].description == "caf\ufffd"
    assert artifacts.oddities == ()
