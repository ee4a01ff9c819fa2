"""What is stored of a node, and how a change is told."""

import json
from dataclasses import replace
from datetime import date

import msgspec

from knowledge.records import fingerprint, record
from knowledge.terms import Lexicon
from knowledge.values import Column, Node, Owner
from tests.fakes.artifacts import data_test, model, source_table

NODE = model(
    "orders",
    "One row per order.",
    columns=[Column(name="id", data_type="bigint", documented=False)],
    meta={"b": 1, "a": {"d": [1, None], "c": True}},
    owner=Owner(name="Finance"),
    deprecated_on=date(2027, 1, 1),
    depends_on=["stg_orders", "stg_orders"],
)
ENGLISH = Lexicon("english")
FIELDS = ("name", "description", "column", "column_description")
TESTS = [data_test("orders"), data_test("orders", "unique")]


def test_a_node_comes_back_from_json_as_it_went() -> None:
    stored = json.loads(msgspec.json.encode(record(NODE, TESTS, b"hash", ENGLISH)))
    columns = [column["definition"] for column in stored["columns"]]
    assert msgspec.convert(stored["definition"] | {"columns": columns}, Node) == NODE


def test_what_says_nothing_is_not_stored() -> None:
    assert set(record(model("bare"), (), b"", ENGLISH)["definition"]) >= {"unique_id", "kind", "name"}
    assert "description" in record(NODE, (), b"", ENGLISH)["definition"]
    assert "url" not in record(NODE, (), b"", ENGLISH)["definition"]


def test_any_change_of_a_definition_changes_the_fingerprint() -> None:
    changed = [
        replace(NODE, description="One row per order"),
        replace(NODE, columns=(Column(name="id", data_type="text", documented=False),)),
        replace(NODE, meta={}),
        replace(NODE, owner=Owner(name="Sales")),
        replace(NODE, depends_on=()),
    ]
    prints = {fingerprint(node, TESTS) for node in (NODE, *changed)}
    assert len(prints) == 6
    assert fingerprint(NODE, TESTS[:1]) != fingerprint(NODE, TESTS)


def test_neither_the_order_of_tests_nor_of_meta_changes_the_fingerprint() -> None:
    shuffled = replace(NODE, meta={"a": {"c": True, "d": [1, None]}, "b": 1})
    assert fingerprint(shuffled, TESTS[::-1]) == fingerprint(NODE, TESTS)


def test_a_node_is_found_by_all_it_may_be_called() -> None:
    keys = record(source_table("erp", "OrderLines", identifier="tbl_lines"), (), b"", ENGLISH)["name_keys"]
    assert [key for key in keys if "." not in key] == [
        "erp_order_lines",
        "erp_orderlines",
        "order_lines",
        "orderlines",
        "tbl_lines",
    ]
    assert "orders_v2" in record(model("orders", version="2", identifier="orders"), (), b"", ENGLISH)["name_keys"]


def test_a_node_is_found_by_where_it_belongs_in_dbt_and_in_the_warehouse() -> None:
    node = source_table("erp", "Lines", identifier="tbl_lines", relation='"raw"."raw_Shop"."tbl_lines"')
    keys = {key for key in record(node, (), b"", ENGLISH)["name_keys"] if "." in key}
    assert keys == {
        "source.shop.erp.lines",
        "shop.lines",
        "erp.lines",
        "erp.tbl.lines",
        "raw.shop.tbl.lines",
        "raw.raw.shop.tbl.lines",
    }


def test_what_a_test_reads_is_neither_stored_nor_a_change() -> None:
    reading = [replace(test, parents=("model.shop.orders", "model.shop.people")) for test in TESTS]
    assert fingerprint(NODE, reading) == fingerprint(NODE, TESTS)
    assert record(NODE, reading, b"", ENGLISH) == record(NODE, TESTS, b"", ENGLISH)


def test_terms_are_counted_field_by_field() -> None:
    node = model("orders", "Orders and orders.", columns=[Column(name="is_order", description="Whether it is one.")])
    stored = record(node, (), b"", Lexicon("french"), tells_language=True)
    counts = dict(zip(stored["terms"], zip(*(stored[f"{field}_tfs"] for field in FIELDS), strict=True), strict=True))
    assert counts["order"] == (1, 2, 1, 0)
    assert counts["is"] == (0, 0, 1, 1)
    assert [stored[f"{field}_words"] for field in FIELDS] == [1, 3, 2, 4]
    assert (stored["language"], stored["tells_language"]) == ("french", True)


def test_what_is_counted_fits_into_a_smallint() -> None:
    node = model("huge", "注" * 50_000, columns=[Column(name=f"a{n}", description="x " * 100) for n in range(2_000)])
    stored = record(node, (), b"", ENGLISH)
    assert max(max(stored[f"{field}_tfs"]) for field in FIELDS) <= 32_767
    assert max(stored[f"{field}_words"] for field in FIELDS) <= 32_767
