"""A reply to a question back is a number, a place or a name, and nothing else is."""

import pytest

from agent.asking_back import offers, picked
from agent.values import Citation

OFFERED = {
    "orders": "model.shop.orders",
    "order_items": "model.shop.order_items",
    "Weekly Sales": "exposure.shop.weekly",
}


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("1", "orders"),
        ("#2", "order_items"),
        ("the second", "order_items"),
        ("option 3 please", "Weekly Sales"),
        ("the last one", "Weekly Sales"),
        ("ORDER_ITEMS", "order_items"),
        ("`orders`", "orders"),
        ("I mean the orders table", "orders"),
        ("weekly sales dashboard", "Weekly Sales"),
    ],
)
def test_it_picks_one(said: str, name: str) -> None:
    assert picked(said, OFFERED) == name


@pytest.mark.parametrize(
    "said", ["4", "0", "", "?", "both", "orders and order_items", "who owns orders?", "no", "1 or 2"]
)
def test_it_picks_none(said: str) -> None:
    assert picked(said, OFFERED) is None


def test_nothing_is_picked_where_nothing_was_offered() -> None:
    assert picked("1", {}) is None


def test_of_two_with_one_name_the_id_tells_them_apart() -> None:
    same = [Citation(unique_id=f"model.{package}.orders", name="orders", kind="model") for package in ("a", "b")]
    assert list(offers(same)) == ["model.a.orders", "model.b.orders"]
