"""What a refresh changes is told field by field, and a node under another name is still the same one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from knowledge.changes import Changes, Definitions, definitions
from knowledge.history.differences import changes_between, moved, node_changes
from knowledge.history.fields import LONGEST
from knowledge.values import Change, Column, DataTest, Node, Owner
from tests.fakes.artifacts import FakeSource, data_test, model, other, source_table

ORDERS = model("orders", "One row per order.", columns=["order_id", "amount"], depends_on=["stg_orders"])


def _told(before: Node, after: Node, **facts: Any) -> list[tuple[str | None, str | None, str | None, str | None]]:
    return [(each.field, each.item, each.before, each.after) for each in node_changes(before, (), after, (), **facts)]


def _between(old: Sequence[Node], new: Sequence[Node], **facts: Any) -> list[Change]:
    before, after = (definitions(FakeSource(nodes).load()) for nodes in (old, new))
    return changes_between(before, after, _changes(before, after), **facts)


def _changes(before: Definitions, after: Definitions) -> Changes:
    stay = before.nodes.keys() & after.nodes.keys()
    return Changes(
        added=frozenset(after.nodes.keys() - before.nodes.keys()),
        changed=frozenset(stay),
        differing=frozenset(stay),
        removed=frozenset(before.nodes.keys() - after.nodes.keys()),
        hidden=frozenset(),
        hidden_columns={},
        hashes={},
    )


def _whats(changes: Sequence[Change]) -> list[tuple[str, str]]:
    return [(change.name, change.what) for change in changes]


def test_equal_definitions_differ_in_nothing() -> None:
    assert node_changes(ORDERS, [data_test("orders")], ORDERS, [data_test("orders")]) == []


def test_every_field_of_which_there_is_one_is_told_with_before_and_after() -> None:
    after = replace(
        ORDERS,
        description="One row per paid order.",
        label="Orders",
        materialized="table",
        owner=Owner(name="Finance", email="finance@shop.example"),
        group="finance",
        access="public",
        contract=True,
        deprecated_on=date(2027, 1, 31),
        expression="sum(amount)",
        latest_version="2",
        relation="shop.orders",
        tags=("b", "a"),
    )
    assert _told(ORDERS, after) == [
        ("description", None, "One row per order.", "One row per paid order."),
        ("label", None, None, "Orders"),
        ("materialisation", None, None, "table"),
        ("owner", None, None, "Finance"),
        ("group", None, None, "finance"),
        ("access", None, None, "public"),
        ("contract", None, None, "enforced"),
        ("deprecation", None, None, "2027-01-31"),
        ("expression", None, None, "sum(amount)"),
        ("latest version", None, None, "2"),
        ("relation", None, None, "shop.orders"),
        ("tags", None, None, "a, b"),
    ]


def test_columns_come_go_and_change_whatever_their_case() -> None:
    before = model("o", columns=[Column(name="id", data_type="int"), "gone", Column(name="note", description="Free.")])
    after = model("o", columns=["new", Column(name="ID", data_type="BIGINT"), Column(name="note", description="Text.")])
    assert _told(before, after) == [
        ("column", "gone", "gone", None),
        ("column", "new", None, "new"),
        ("column type", "ID", "int", "BIGINT"),
        ("column description", "note", "Free.", "Text."),
    ]


def test_a_column_with_the_same_description_under_another_name_is_renamed() -> None:
    before = model("o", columns=[Column(name="amt", description="Money paid."), "x"])
    after = model("o", columns=[Column(name="amount", description="Money paid."), "y"])
    assert _told(before, after) == [
        ("column", "amount", "amt", "amount"),
        ("column", "x", "x", None),
        ("column", "y", None, "y"),
    ]


def test_two_columns_of_one_description_are_not_taken_for_renamed() -> None:
    before = model("o", columns=[Column(name="a", description="Key."), Column(name="b", description="Key.")])
    after = model("o", columns=[Column(name="c", description="Key."), Column(name="d", description="Key.")])
    assert [told[2:] for told in _told(before, after)] == [("a", None), ("b", None), (None, "c"), (None, "d")]


def test_without_the_warehouses_list_a_column_that_only_it_told_of_has_not_gone() -> None:
    known = model(
        "o", columns=[Column(name="id", data_type="int"), Column(name="x", documented=False)], columns_known=True
    )
    unknown = model("o", columns=[Column(name="id")])
    assert _told(known, unknown) == []
    assert _told(unknown, known) == []


def test_a_documented_column_that_leaves_the_warehouse_is_told() -> None:
    before = model("o", columns=["id", "x"], columns_known=True)
    after = model("o", columns=["id", Column(name="x", missing=True)], columns_known=True)
    assert _told(before, after) == [("column", "x", "x", None)]


def test_tests_come_go_and_change_their_severity() -> None:
    stricter = DataTest(unique_id="test.shop.u", name="unique", node="model.shop.orders", column="id")
    before = [data_test("orders"), replace(stricter, severity="warn")]
    after = [data_test("orders", "relationships"), stricter]
    assert [
        (each.field, each.item, each.before, each.after) for each in node_changes(ORDERS, before, ORDERS, after)
    ] == [
        ("test", "not_null(id)", "not_null(id)", None),
        ("test", "relationships(id)", None, "relationships(id)"),
        ("test severity", "unique(id)", "warn", "error"),
    ]


def test_a_test_that_dbt_calls_otherwise_is_the_same_test() -> None:
    renamed = replace(data_test("orders"), unique_id="test.shop.another_hash")
    assert node_changes(ORDERS, [data_test("orders")], ORDERS, [renamed]) == []


def test_parents_come_and_go_by_the_names_people_use() -> None:
    after = replace(ORDERS, depends_on=("source.shop.erp.orders", "model.shop.orders_base.v2"))
    assert _told(ORDERS, after) == [
        ("upstream", "model.shop.stg_orders", "stg_orders", None),
        ("upstream", "model.shop.orders_base.v2", None, "orders_base.v2"),
        ("upstream", "source.shop.erp.orders", None, "erp.orders"),
    ]


def test_hidden_parents_have_no_names() -> None:
    two = replace(ORDERS, depends_on=("hidden.a1b2", "hidden.c3d4", "model.shop.stg_orders"))
    assert _told(ORDERS, two) == [("upstream", "hidden.", None, "a hidden model")]
    assert _told(two, ORDERS) == [("upstream", "hidden.", "a hidden model", None)]


def test_long_texts_are_kept_around_their_first_difference() -> None:
    same = "word " * 100
    told = _told(
        replace(ORDERS, description=f"{same}before {same}"), replace(ORDERS, description=f"{same}after {same}")
    )
    [(_, _, before, after)] = told
    assert before is not None
    assert after is not None
    assert before.startswith("…")
    assert "before" in before
    assert "after" in after
    assert max(len(before), len(after)) <= LONGEST


def test_long_texts_that_differ_at_once_are_kept_from_their_beginning() -> None:
    [(_, _, before, after)] = _told(replace(ORDERS, description="a" * 1000), replace(ORDERS, description="b" * 1000))
    assert before == "a" * (LONGEST - 1) + "…"
    assert after == "b" * (LONGEST - 1) + "…"


def test_a_node_of_the_same_text_under_another_name_has_moved() -> None:
    assert moved([ORDERS], [replace(ORDERS, unique_id="model.shop.sales", name="sales")]) == {
        "model.shop.orders": "model.shop.sales"
    }


def test_rivals_other_kinds_and_empty_nodes_never_move() -> None:
    twins = [model("a", "Same."), model("b", "Same.")]
    assert moved(twins, [model("c", "Same.")]) == {}
    assert moved([model("a", "Same.")], [model("c", "Same."), model("d", "Same.")]) == {}
    assert moved([model("a", "Same.")], [other("exposure", "a", "Same.")]) == {}
    assert moved([model("a")], [model("b")]) == {}
    assert moved([model("a", columns=["id"])], [model("b", columns=["id"])]) == {}
    assert moved([model("a", columns=["id", "x"])], [model("b", columns=["id", "x"])]) == {
        "model.shop.a": "model.shop.b"
    }


def test_a_refresh_tells_what_went_came_and_changed() -> None:
    told = _between(
        [ORDERS, model("customers", "People.")], [replace(ORDERS, group="finance"), model("shipments", "Parcels.")]
    )
    assert _whats(told) == [("customers", "removed"), ("orders", "changed"), ("shipments", "added")]


def test_a_renamed_node_is_told_once_and_its_children_have_the_same_parent() -> None:
    staging = model("stg_orders", "Orders as they arrive.", relation="shop.stg_orders")
    renamed = replace(
        staging, unique_id="model.shop.stg_erp__orders", name="stg_erp__orders", relation="shop.stg_erp__orders"
    )
    child = replace(ORDERS, depends_on=(renamed.unique_id,))
    [told] = _between([staging, ORDERS], [renamed, child])
    assert (told.what, told.unique_id, told.name) == ("renamed", renamed.unique_id, "stg_erp__orders")
    assert (told.item, told.before, told.after) == (staging.unique_id, "stg_orders", "stg_erp__orders")


def test_a_node_that_moves_to_another_package_is_told_with_the_package() -> None:
    [told] = _between([ORDERS], [replace(ORDERS, unique_id="model.core.orders", package="core")])
    assert (told.before, told.after) == ("shop.orders", "core.orders")


def test_a_source_is_called_by_its_source_and_an_old_version_by_its_number() -> None:
    told = _between([], [source_table("erp", "orders"), model("orders", version="1", latest_version="2")])
    assert {change.name for change in told} == {"erp.orders", "orders.v1"}


def test_where_a_node_stood_is_kept_with_what_became_of_it() -> None:
    old = model("old", "Old.", layer="mart")
    [removed, changed] = _between([ORDERS, old], [replace(ORDERS, description="Other.", layer="staging")])
    assert {removed.layer, changed.layer} == {"mart", "staging"}
