"""How a node's documented columns and the warehouse's become one list."""

from typing import Any

import pytest
from artifact_factories import artifact, columns_of, entry, manifest

from knowledge.artifacts import parse_artifacts
from knowledge.values import Node

HIDE = {"marty": {"hide": True}}


def joined(documented: Any, warehouse: dict[str, Any] | None, *, dbt: str = "1.12.6", **keys: Any) -> Node:
    node = entry("model.harbour.dues", columns=documented, **keys)
    tables = {"model.harbour.dues": {"metadata": {"comment": "From the warehouse."}, "columns": warehouse}}
    artifacts = parse_artifacts(
        manifest=manifest(node, metadata={"dbt_version": dbt}),
        catalog=None if warehouse is None else artifact("catalog", 1, nodes=tables, sources={}),
    )
    assert artifacts.oddities == ()
    return artifacts.nodes[0]


def found(*names: str, **keys: Any) -> dict[str, Any]:
    return {name: {"name": name, "index": index, "type": "TEXT", **keys} for index, name in enumerate(names)}


def test_columns_match_without_regard_to_case_and_keep_the_warehouses_spelling_and_order() -> None:
    documented = {"amount": {"name": "amount", "description": "Euro."}, "id": {"name": "id", "data_type": "int"}}
    node = joined(documented, {**found("ID", "Amount")})
    assert [(column.name, column.data_type) for column in node.columns] == [("ID", "TEXT"), ("Amount", "TEXT")]
    assert columns_of(node)["Amount"].description == "Euro."
    assert all(column.documented and not column.missing for column in node.columns)
    assert node.columns_known


def test_the_position_and_not_the_order_in_the_file_counts_from_zero_or_from_one_or_as_text() -> None:
    warehouse = {name: {"name": name, "index": index} for name, index in (("c", "2"), ("a", 0), ("b", 1), ("d", None))}
    assert [column.name for column in joined({}, warehouse).columns] == ["a", "b", "c", "d"]


def test_columns_that_differ_in_case_alone_each_get_their_own_text() -> None:
    documented = {"id": {"name": "id", "description": "ours"}, "ID": {"name": "ID", "description": "theirs"}}
    node = joined(documented, found("ID", "id"))
    assert [(column.name, column.description) for column in node.columns] == [("ID", "theirs"), ("id", "ours")]


def test_of_columns_that_differ_in_case_alone_the_exact_one_gets_the_text() -> None:
    node = joined({"id": {"name": "id", "description": "ours"}}, found("ID", "id"))
    assert [(column.name, column.documented) for column in node.columns] == [("ID", False), ("id", True)]


def test_a_documented_column_that_the_warehouse_lacks_comes_last_and_is_called_missing() -> None:
    node = joined({"ghost": {"name": "ghost", "description": "Gone."}, "id": {"name": "id"}}, found("id"))
    assert [(column.name, column.missing) for column in node.columns] == [("id", False), ("ghost", True)]


def test_without_the_warehouses_list_nothing_is_known_to_be_missing() -> None:
    node = joined({"ghost": {"name": "ghost"}}, None)
    assert [(column.name, column.missing) for column in node.columns] == [("ghost", False)]
    assert not node.columns_known


def test_a_table_without_columns_in_the_catalog_has_none_known() -> None:
    assert not joined({"id": {"name": "id"}}, {}).columns_known


def test_a_comment_stands_in_for_a_description_that_is_missing() -> None:
    node = joined({"id": {"name": "id", "description": " "}}, found("id", "other", comment="Commented."))
    assert [column.description for column in node.columns] == ["Commented.", "Commented."]
    assert node.description == "From the warehouse."
    assert joined({}, found("id"), description="Ours.").description == "Ours."
    of_source = joined({}, found("id"), source_description="All of the port.")
    assert of_source.description == "From the warehouse.\n\nAll of the port."


def test_a_quoted_name_in_the_yaml_is_the_same_column() -> None:
    node = joined({'"Order Id"': {"name": '"Order Id"', "description": "Key."}}, found("Order Id"))
    assert [(column.name, column.description) for column in node.columns] == [("Order Id", "Key.")]


def test_a_primary_key_is_known_by_the_columns_own_constraint_or_by_the_nodes() -> None:
    own = {
        "id": {"name": "ID", "constraints": [{"type": "not_null"}, {"type": "primary_key"}]},
        "line": {"name": "line"},
    }
    assert [(column.name, column.key) for column in joined(own, found("id", "line")).columns] == [
        ("id", True),
        ("line", False),
    ]
    together = [{"type": "primary_key", "columns": ["id", "LINE"]}, {"type": "check", "columns": ["x"]}, None]
    documented = {"id": {"name": "id"}, "line": {"name": "line"}, "x": {"name": "x", "constraints": "odd"}}
    node = joined(documented, None, constraints=together)
    assert [column.name for column in node.columns if column.key] == ["id", "line"]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("id", ("id",)),
        ('"Id"', ("Id",)),
        (["id", None, "line"], ("id", "line")),
        ("id, line", ("id", "line")),
        ("concat(id, line)", ("concat(id, line)",)),
        ("id || '-' || line", ("id || '-' || line",)),
        (None, ()),
        ("", ()),
    ],
)
def test_the_unique_key_of_what_dbt_merges_is_known(written: object, key: tuple[str, ...]) -> None:
    assert joined({}, None, config={"materialized": "incremental", "unique_key": written}).unique_key == key
    assert joined({}, None, config={"materialized": "table", "unique_key": written}).unique_key == ()


def test_columns_may_be_a_list_lack_a_name_or_be_null() -> None:
    assert [column.name for column in joined([{"name": "a"}, {"name": "b"}], None).columns] == ["a", "b"]
    assert [column.name for column in joined({"a": {}, "b": None, "": None}, None).columns] == ["a", "b"]


def test_dbt_2_copies_a_nodes_tags_to_its_columns_and_they_are_taken_away_again() -> None:
    documented = {"id": {"name": "id", "tags": ["finance", "key"], "config": {"tags": ["pii"]}}}
    assert joined(documented, None, tags=["finance"], dbt="2.0.1").columns[0].tags == ("key", "pii")
    assert joined(documented, None, tags=["finance"], dbt="1.12.6").columns[0].tags == ("finance", "key", "pii")


def test_two_thousand_columns_are_no_trouble() -> None:
    names = [f"column_{number}" for number in range(2_500)]
    node = joined({name: {"name": name} for name in names}, found(*(name.upper() for name in names)))
    assert [column.name for column in node.columns] == [name.upper() for name in names]
    assert all(column.documented for column in node.columns)


@pytest.mark.parametrize("keys", [{"meta": HIDE}, {"config": {"meta": HIDE}}])
@pytest.mark.parametrize("warehouse", [None, found("ID", "PAY"), found("id", "pay", "PAY")])
def test_a_column_that_asks_to_be_hidden_is_marked_in_every_spelling(
    keys: dict[str, Any], warehouse: dict[str, Any] | None
) -> None:
    node = joined({"id": {"name": "id"}, "Pay": {"name": "Pay", **keys}}, warehouse)
    assert {column.name: column.hidden for column in node.columns} == {
        column.name: column.name.lower() == "pay" for column in node.columns
    }


def test_of_two_entries_of_one_column_the_one_that_hides_it_counts() -> None:
    assert joined([{"name": "pay", "meta": HIDE}, {"name": "pay"}], None).columns[0].hidden
    assert joined([{"name": "pay"}, {"name": "PAY", "meta": HIDE}], None).columns[0].hidden


def test_a_semantic_models_element_may_ask_to_be_hidden() -> None:
    dimensions = [{"name": "pay", "config": {"meta": HIDE}}, {"name": "day", "config": {}}]
    models = {"semantic_model.harbour.dues": entry("semantic_model.harbour.dues", dimensions=dimensions)}
    [node] = parse_artifacts(manifest=manifest(semantic_models=models)).nodes
    assert [column.hidden for column in node.columns] == [True, False]
