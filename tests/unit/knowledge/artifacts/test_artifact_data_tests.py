"""Which node a test belongs to, and what it is called."""

import json
from typing import Any

import pytest
from artifact_factories import attached, entry, manifest

from knowledge.artifacts import parse_artifacts
from knowledge.values import DataTest

DUES = entry("model.harbour.dues", columns={"voyage_id": {"name": "VOYAGE_ID"}})
SHIPS = entry("model.harbour.ships")
CALLS = entry("source.harbour.port.calls", source_name="port")
BOTH = {"nodes": ["model.harbour.ships", "model.harbour.dues"]}


def parsed(**keys: Any) -> DataTest:
    test = entry("test.harbour.checked", **keys)
    return attached(parse_artifacts(manifest=manifest(DUES, SHIPS, CALLS, test)))["test.harbour.checked"]


def called(name: str, model: str = "", **kwargs: Any) -> dict[str, Any]:
    return {
        "name": name,
        "kwargs": {"model": "{{ get_where_subquery(" + model + ") }}", **kwargs},
        "namespace": "dbt_utils",
    }


def test_a_test_is_attached_where_the_manifest_says() -> None:
    test = parsed(attached_node="model.harbour.ships", test_metadata=called("not_null"), depends_on=BOTH)
    assert test.node == "model.harbour.ships"


@pytest.mark.parametrize(
    ("model", "node"),
    [
        ("ref('dues')", "model.harbour.dues"),
        ('ref("ships")', "model.harbour.ships"),
        ("ref('harbour', 'ships', v=2)", "model.harbour.ships"),
        ("source('port', 'calls')", "source.harbour.port.calls"),
    ],
)
def test_before_version_9_the_argument_names_the_tested_table(model: str, node: str) -> None:
    others = {"model.harbour.dues", "source.harbour.port.calls", "model.harbour.ships"} - {node}
    depends_on = {"nodes": [node, *sorted(others)]}
    assert parsed(test_metadata=called("relationships", model), depends_on=depends_on).node == node


@pytest.mark.parametrize(
    ("file_key_name", "node"),
    [
        ("models.ships", "model.harbour.ships"),
        ("sources.port", "source.harbour.port.calls"),
        ("models.x", "model.harbour.dues"),
        (None, "model.harbour.dues"),
    ],
)
def test_failing_that_the_yaml_it_stands_in_or_the_last_parent_does(file_key_name: str | None, node: str) -> None:
    depends_on = {"nodes": ["model.harbour.ships", "source.harbour.port.calls", "model.harbour.dues"]}
    assert (
        parsed(test_metadata={"name": "relationships"}, file_key_name=file_key_name, depends_on=depends_on).node == node
    )


def test_a_singular_test_is_about_the_parent_in_its_name_or_the_first() -> None:
    assert parsed(depends_on=BOTH).node == "model.harbour.ships"
    named = entry("test.harbour.assert_dues_are_paid", depends_on=BOTH)
    assert (
        attached(parse_artifacts(manifest=manifest(DUES, SHIPS, named)))[named["unique_id"]].node
        == "model.harbour.dues"
    )


def test_a_generic_test_has_its_short_name_a_singular_one_its_own() -> None:
    on_dues = {"nodes": ["model.harbour.dues"]}
    assert (
        parsed(test_metadata=called("unique_combination_of_columns"), depends_on=on_dues).name
        == "unique_combination_of_columns"
    )
    assert parsed(depends_on=on_dues).name == "checked"


@pytest.mark.parametrize(
    "keys", [{"column_name": "voyage_id"}, {"test_metadata": called("unique", column_name='"voyage_id"')}]
)
def test_a_tests_column_is_spelled_as_its_node_spells_it(keys: dict[str, Any]) -> None:
    assert parsed(**keys, depends_on={"nodes": ["model.harbour.dues"]}).column == "VOYAGE_ID"


@pytest.mark.parametrize(
    "arguments",
    [
        {"combination_of_columns": ["voyage_id", "line"]},
        {"column_list": ["voyage_id", None, "line"]},
        {"column_names": ["voyage_id", "line"]},
    ],
)
def test_a_test_of_several_columns_together_has_them_all_in_their_order(arguments: dict[str, Any]) -> None:
    test = parsed(test_metadata=called("unique_combination", **arguments), depends_on={"nodes": ["model.harbour.dues"]})
    assert (test.column, test.columns) == ("VOYAGE_ID, line", ("VOYAGE_ID", "line"))
    assert parsed(test_metadata=called("equal", column_list="a"), depends_on=BOTH).columns == ()


def test_a_column_that_the_node_does_not_list_keeps_its_spelling() -> None:
    assert parsed(column_name="Ghost", depends_on={"nodes": ["model.harbour.dues"]}).column == "Ghost"


@pytest.mark.parametrize(
    ("severity", "expected"), [("WARN", "warn"), ("warn", "warn"), ("ERROR", "error"), (None, "error"), (5, "error")]
)
def test_a_test_is_an_error_unless_it_warns(severity: object, expected: str) -> None:
    assert parsed(config={"severity": severity}, depends_on=BOTH).severity == expected


def test_a_test_of_nothing_we_know_is_left_out() -> None:
    gone = "model.harbour.gone"
    tests = [
        entry("test.harbour.of_nothing", depends_on={"nodes": []}),
        entry("test.harbour.of_something_gone", attached_node=gone, depends_on={"nodes": [gone]}),
        entry("test.harbour.of_something_gone_that_refers_to_ships", attached_node=gone, depends_on=BOTH),
        entry("test.harbour.off", config={"enabled": False}, depends_on=BOTH),
    ]
    artifacts = parse_artifacts(manifest=manifest(DUES, SHIPS, *tests))
    assert artifacts.tests == ()
    assert artifacts.oddities == ()


@pytest.mark.parametrize(
    "keys", [{"tested_node_unique_id": "model.harbour.dues"}, {"depends_on": {"nodes": ["model.harbour.dues"]}}]
)
def test_a_unit_test_belongs_to_its_model(keys: dict[str, Any]) -> None:
    units = {"unit_test.harbour.dues.euro": {"name": "euro", "model": "dues", **keys}}
    (test,) = parse_artifacts(manifest=manifest(DUES, unit_tests=units)).tests
    assert (test.name, test.node, test.severity) == ("euro", "model.harbour.dues", "error")


def test_an_odd_test_is_reported_and_costs_no_other() -> None:
    document = json.loads(manifest(DUES, entry("test.harbour.fine", attached_node="model.harbour.dues")))
    document["nodes"]["test.harbour.odd"] = "odd"
    artifacts = parse_artifacts(manifest=json.dumps(document).encode())
    assert [test.unique_id for test in artifacts.tests] == ["test.harbour.fine"]
    assert [oddity.where for oddity in artifacts.oddities] == ["test.harbour.odd"]


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ({"name": None}, "checked"),
        ({"test_metadata": "odd"}, "checked"),
        ({"test_metadata": {"name": [], "kwargs": "odd"}}, "checked"),
        ({"config": [], "column_name": {}}, "checked"),
        ({"test_metadata": {"name": "unique", "kwargs": {"column_name": ["id"]}}}, "unique"),
    ],
)
def test_an_odd_part_of_a_test_costs_only_itself(keys: dict[str, Any], name: str) -> None:
    test = parsed(**{"depends_on": {"nodes": ["model.harbour.dues"]}, **keys})
    assert (test.name, test.node, test.column, test.severity) == (name, "model.harbour.dues", None, "error")


def test_a_tests_name_is_found_in_its_id_without_the_hash() -> None:
    on_dues = {"nodes": ["model.harbour.dues"]}
    test = {"unique_id": "test.harbour.dues_are_paid.0a1b2c3d4e", "depends_on": on_dues}
    units = {"unit_test.harbour.dues.euro": {"depends_on": on_dues}}
    tests = parse_artifacts(manifest=manifest(DUES, test, unit_tests=units)).tests
    assert [test.name for test in tests] == ["dues_are_paid", "euro"]


def test_a_test_knows_all_that_it_reads_and_the_tested_node_among_that() -> None:
    parents = {"nodes": ["source.harbour.port.ships", "macro.harbour.m", "model.harbour.gone"]}
    test = parsed(attached_node="model.harbour.dues", depends_on=parents)
    assert test.parents == (
        "macro.harbour.m",
        "model.harbour.dues",
        "model.harbour.gone",
        "source.harbour.port.ships",
    )
