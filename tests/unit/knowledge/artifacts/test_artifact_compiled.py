"""The manifest's compiled SQL is read a table at a time."""

import json
from typing import Any

import pytest

from knowledge.artifacts.compiled import read_compiled, relation_key


def compiled(**entry: Any) -> Any:
    nodes = {"model.shop.orders": {"name": "orders", "database": "DB", "schema": "main", **entry}}
    head = {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"}
    return read_compiled(json.dumps({"metadata": head, "nodes": nodes}).encode())


@pytest.mark.parametrize("key", ["compiled_code", "compiled_sql"])
def test_sql_is_found_under_both_of_its_names_line_breaks_and_all(key: str) -> None:
    assert compiled(**{key: "select 1 -- one\nas a"}).sql("model.shop.orders") == "select 1 -- one\nas a"


@pytest.mark.parametrize("entry", [{}, {"compiled_code": None}, {"compiled_code": " \n"}, {"compiled_code": 7}])
def test_a_project_that_was_only_parsed_has_none(entry: dict[str, Any]) -> None:
    assert compiled(**entry).sql("model.shop.orders") is None


@pytest.mark.parametrize(
    ("relation", "key"),
    [
        ('"DB"."Main"."Orders"', "db.main.orders"),
        ("`my-project`.`set`.`Orders`", "my-project.set.orders"),
        ("[db].[dbo].[Orders]", "db.dbo.orders"),
        ("db.main.orders", "db.main.orders"),
        ('"a.b".orders', "a.b.orders"),
    ],
)
def test_relations_compare_without_case_and_quotes(relation: str, key: str) -> None:
    assert relation_key(relation) == key


def test_a_relation_without_a_name_is_made_of_its_parts() -> None:
    assert compiled().tables["model.shop.orders"].relation == "db.main.orders"


def test_ephemeral_models_have_no_relation_but_names() -> None:
    table = compiled(config={"materialized": "ephemeral"}, alias="O").tables["model.shop.orders"]
    assert (table.relation, table.names) == (None, ("o", "orders"))


def test_hidden_columns_are_known_by_their_meta() -> None:
    columns = {"Pay": {"name": "Pay", "meta": {"marty": {"hide": True}}}, "id": {"name": "id"}}
    assert compiled(columns=columns).tables["model.shop.orders"].hidden_columns == {"pay"}


def test_python_and_disabled_models_are_not_read() -> None:
    assert not compiled(language="python").tables["model.shop.orders"].has_sql
    assert not compiled(config={"enabled": False}).tables


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"<html>"])
def test_what_is_no_manifest_is_none(data: bytes) -> None:
    assert read_compiled(data) is None
