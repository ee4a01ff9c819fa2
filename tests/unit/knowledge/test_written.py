"""Names that a question writes as names."""

import pytest

from knowledge.readings import Reading
from knowledge.written import asked_columns, asked_keys, is_name_alone, written_names


def _asked(text: str, *named: str, reading: Reading = Reading()) -> set[str]:  # noqa: B008
    return asked_keys(written_names(text, reading), named)


@pytest.mark.parametrize(
    ("text", "named", "asked"),
    [
        ("orders", {"orders"}, {"orders"}),
        ("order items", {"order_items", "items"}, {"order_items"}),
        ("what do orders hold", {"orders"}, set[str]()),
        ("is fct_orders better than `orders`?", {"fct_orders", "orders"}, {"fct_orders", "orders"}),
        ("what is in refunds?", {"refunds"}, {"refunds"}),
        ("which columns does refunds have", {"refunds"}, {"refunds"}),
        ("stg_orders.order_id", {"stg_orders", "order_id"}, {"stg_orders"}),
        ("orders.revenue", {"orders", "revenue"}, {"orders"}),
        ("what does shop.revenue mean", {"revenue"}, {"revenue"}),
        ("raw_shop.orders", {"raw.shop.orders", "orders"}, {"raw.shop.orders"}),
        ('"raw"."raw_shop"."orders"', {"raw.raw.shop.orders", "raw.shop.orders"}, {"raw.raw.shop.orders"}),
        ("`raw_shop`.`orders`.id", {"raw.shop.orders", "orders", "id"}, {"raw.shop.orders"}),
        ("erp.orders", {"erp_orders", "orders"}, {"erp_orders"}),
        ("mail ana@shop.orders", {"shop.orders", "orders"}, set[str]()),
    ],
)
def test_the_most_exact_name_that_some_node_has_is_asked_for(text: str, named: set[str], asked: set[str]) -> None:
    assert _asked(text, *named) == asked


def test_a_misspelt_name_is_asked_for_as_it_was_to_be() -> None:
    reading = Reading(corrected={"ordrs": "orders"}, spelled={"ordrs": ("orders",)}, alike={"ordrs": ("orders",)})
    assert _asked("stg_ordrs.id", "stg_orders", reading=reading) == {"stg_orders"}


def test_what_stands_last_behind_a_dot_may_be_a_column() -> None:
    assert asked_columns("compare orders.is_gift with raw.shop.orderId, not total") == {"is_gift", "order_id"}


def test_a_text_is_a_name_alone_or_it_is_not() -> None:
    assert is_name_alone("raw_shop.orders", {"raw.shop.orders"})
    assert is_name_alone("Order Items", {"order_items"})
    assert not is_name_alone("stg_orders.shoe_size", {"stg_orders"})


@pytest.mark.parametrize("text", ["", ".", "a.b.c." * 2_000, "_" * 5_000, "`" * 500, "x" * 5_000, "what is in " * 300])
def test_any_text_is_read_and_names_are_few(text: str) -> None:
    assert sum(map(len, written_names(text, Reading()))) < 2_000
