"""What a deprecated node's project says is to be used instead."""

from typing import Any

import pytest

from agent.trust import find_successor
from knowledge import Names
from knowledge.names import Named
from knowledge.values import Node, Summary
from tests.fakes.artifacts import model, other, source_table

OLD = "orders_old"


def names(*nodes: Node) -> Names:
    return Names([_named(node) for node in nodes], ())


def _named(node: Node) -> Named:
    facts = {field: getattr(node, field) for field in ("unique_id", "name", "kind", "package", "version", "is_latest")}
    return Named(summary=Summary(**facts), keys=(node.name,), source_name=node.source_name)


KNOWN = names(
    model(OLD),
    model("orders"),
    model("orders_v9"),
    model("fct_orders"),
    source_table("erp", "orders"),
    other("metric", "order_count"),
    other("exposure", "board"),
    model("people", version="1", latest_version="2"),
    model("people", version="2", latest_version="2"),
)


@pytest.mark.parametrize(
    ("meta", "successor"),
    [
        ({"replaced_by": "orders"}, "orders"),
        ({"Replaced-By": "`fct_orders`"}, "fct_orders"),
        ({"successor": "ref('fct_orders')"}, "fct_orders"),
        ({"successor": "{{ ref('shop', 'fct_orders') }}"}, "fct_orders"),
        ({"replacement": "ref('people', v=2)"}, "people"),
        ({"replacement": "model.shop.fct_orders"}, "fct_orders"),
        ({"superseded_by": ["gone", "orders"]}, "orders"),
        ({"deprecation": {"replacement": {"model": "orders"}}}, "orders"),
        ({"successor": "metric order_count", "replaced_by": "order_count"}, "order_count"),
        ({"successor": "source('erp', 'orders')"}, "erp.orders"),
        ({"successor": "gone"}, None),
        ({"successor": OLD}, None),
        ({"successor": "board"}, None),
        ({"successor": None, "replaced_by": 7, "use": [3]}, None),
        ({"see_also": "orders"}, None),
    ],
)
def test_meta_names_what_replaces_a_node(meta: dict[str, Any], successor: str | None) -> None:
    assert find_successor(model(OLD, meta=meta), KNOWN) == successor


@pytest.mark.parametrize(
    ("description", "successor"),
    [
        ("Deprecated. Use `orders` instead.", "orders"),
        ("DEPRECATED: please use fct_orders.", "fct_orders"),
        ("Use the orders model instead!", "orders"),
        ("Old. Instead, use orders.", "orders"),
        ("Replaced by `fct_orders`, which counts properly.", "fct_orders"),
        ("Superseded by the new fct_orders table", "fct_orders"),
        ("Kept for finance, in favour of {{ ref('fct_orders') }}.", "fct_orders"),
        ("Everybody migrates to fct_orders", "fct_orders"),
        ("See shop.fct_orders", "fct_orders"),
        ("Use **fct_orders**, or ask.", "fct_orders"),
        ("Replaced by [orders](#!/model/model.shop.orders).", "orders"),
        ("Use orders that were placed before 2020.", None),
        ("Use with care. Replaced by something better.", None),
        ("Use `gone` instead.", None),
        ("Use `gone` instead, or use `orders_v9`.", "orders_v9"),
        ("The orders of old.", None),
        ("", None),
    ],
)
def test_a_description_names_what_replaces_a_node(description: str, successor: str | None) -> None:
    assert find_successor(model(OLD, description), KNOWN) == successor


def test_an_old_version_is_replaced_by_the_latest_one_if_that_is_there() -> None:
    old = model("people", version="1", latest_version="2")
    assert find_successor(old, KNOWN) == "people.v2"
    assert find_successor(model("people", version="1", latest_version="3"), KNOWN) is None


def test_meta_counts_before_the_description() -> None:
    assert find_successor(model(OLD, "Use `orders` instead.", meta={"successor": "fct_orders"}), KNOWN) == "fct_orders"


def test_a_description_of_a_million_characters_is_read_in_no_time() -> None:
    assert find_successor(model(OLD, "use the new " * 90_000), KNOWN) is None
