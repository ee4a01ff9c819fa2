"""Which name a question's words say, and how surely they say one."""

import pytest

from agent.direct.naming import (
    is_pronoun,
    kinds_of,
    layers_of,
    place_of,
    read_name,
    split_column,
    split_dotted,
    splits_of_column,
)


@pytest.mark.parametrize(
    ("words", "name", "noun", "article", "written"),
    [
        ("orders", "orders", None, False, False),
        ("the orders model", "orders", "model", True, False),
        ("model orders", "orders", "model", False, False),
        ("the dbt model called stg_orders", "stg_orders", "model", True, True),
        ("`orders`", "orders", None, False, True),
        ('"orders"', "orders", None, False, True),
        ("order items", "order_items", None, False, False),
        ("the net amount column", "net_amount", "column", True, False),
        ("erp.orders", "erp.orders", None, False, True),
        ("weekly sales dashboard", "weekly_sales", "dashboard", False, False),
        ("http://x.example/a_b", "http://x.example/a_b", None, False, False),
    ],
)
def test_a_name_is_read(words: str, name: str, noun: str | None, article: bool, written: bool) -> None:
    named = read_name(words)
    assert named is not None
    assert (named.name, named.noun, named.article, named.written) == (name, noun, article, written)


@pytest.mark.parametrize("words", ["", "the", "everything", "a b c d e f g h", "the price of eggs", "who is it"])
def test_words_that_are_no_name_are_none(words: str) -> None:
    assert read_name(words) is None


@pytest.mark.parametrize(
    ("words", "column", "node"),
    [
        ("net_amount in orders", "net_amount", "orders"),
        ("the status column of the orders model", "status", "orders"),
        ("orders 's status", "status", "orders"),
    ],
)
def test_a_column_is_told_from_its_node(words: str, column: str, node: str) -> None:
    pair = split_column(words)
    assert pair is not None
    assert (pair[0].name, pair[1].name) == (column, node)


def test_an_of_may_be_part_of_a_column() -> None:
    assert ("length_of_stay", "encounters") in [
        (column.name, node.name) for column, node in splits_of_column("length of stay in encounters")
    ]


@pytest.mark.parametrize(
    ("words", "place"), [("the second one", 1), ("first model", 0), ("third of them", 2), ("second", None)]
)
def test_a_place_points_at_what_was_named_there(words: str, place: int | None) -> None:
    assert place_of(words) == place


def test_a_dotted_name_is_a_column_of_a_node() -> None:
    named = read_name("orders.status")
    assert named is not None
    pair = split_dotted(named)
    assert pair is not None
    assert (pair[0].name, pair[1].name) == ("status", "orders")


@pytest.mark.parametrize("words", ["it", "its", "that model", "`it`", "This one"])
def test_pronouns_point_at_the_thread(words: str) -> None:
    assert is_pronoun(words)


def test_nouns_stand_for_kinds_in_singular_and_plural() -> None:
    assert kinds_of("dashboards") == kinds_of("dashboard") == ("exposure",)
    assert kinds_of("dbt models") == kinds_of("model")
    assert kinds_of("things") == ()


def test_a_noun_tells_the_layer_where_it_names_one() -> None:
    assert [layers_of(noun) for noun in ("mart", "sources", "seed", "table")] == [("mart",), ("raw",), ("raw",), ()]
