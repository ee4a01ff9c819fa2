"""Questions are turned into the order in which most people ask, and taken apart where several are asked in one."""

import pytest

from agent.direct.turning import asks_twice, split_questions, split_unmarked, turn_round


@pytest.mark.parametrize(
    ("said", "turned"),
    [
        ("orders, who owns it", "who owns orders"),
        ("cup score - what is that", "what is cup score"),
        ("stg_orders: what are its columns", "what are stg_orders 's columns"),
        ("paused mrr?? what is that supposed to be", "what is paused mrr supposed to be"),
        ("if we delete stg_orders what happens", "what happens if we delete stg_orders"),
        ("if orders goes away, what is affected", "what is affected if orders goes away"),
        ("I am about to rename calendar - whats affected", "what is affected if I rename calendar"),
        ("planning to drop stg_tickets. What would break", "What would break if we drop stg_tickets"),
        ("orders looks old, when was it last built", "when was orders last built"),
        ("heard daily_sales is going away, what should i use instead", "what should i use instead of daily_sales"),
        ("stg orders whats that one for", "what is stg orders for"),
        ("planning to drop orders next sprint, what breaks", "what breaks if we drop orders"),
        ("what is first_channel (customers)", "what is first_channel in customers"),
        ("what is churned subscriptions (the metric)", "what is churned subscriptions metric"),
        ("is customers deprecated (v1)", "is customers deprecated"),
        ("in orders, what is status", "what is status in orders"),
        ("if stg_orders is late, is orders affected", "is orders affected if stg_orders is late"),
    ],
)
def test_a_topic_a_condition_and_a_bracket_go_where_they_usually_stand(said: str, turned: str) -> None:
    assert turned in list(turn_round(said))


def test_a_topic_is_joined_to_a_question_that_does_not_point_at_it() -> None:
    assert "who is responsible for product margins" in list(turn_round("product margins - who is responsible"))


@pytest.mark.parametrize("said", ["who owns orders", "what breaks if I drop orders", "orders", ""])
def test_what_stands_in_the_usual_order_is_left_alone(said: str) -> None:
    assert list(turn_round(said)) == []


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        ("who owns orders and is it healthy", ["who owns orders", "is it healthy"]),
        ("Is orders fresh? And who owns it", ["Is orders fresh", "who owns it"]),
        ("who owns orders, what feeds it and is it ok", ["who owns orders", "what feeds it", "is it ok"]),
        ("are products and supplies fresh", ["are products fresh", "are supplies fresh"]),
        ("owner of a, b and c", ["owner of a", "owner of b", "owner of c"]),
        ("who owns orders", []),
        ("what is a? what is b? what is c? what is d", []),
    ],
)
def test_several_questions_are_taken_apart(said: str, parts: list[str]) -> None:
    assert split_questions(said) == parts


def test_questions_that_run_into_one_another_are_taken_apart_where_the_second_may_begin() -> None:
    assert list(split_unmarked("who owns orders where does it come from")) == [
        ["who owns orders", "where does it come from"],
        ["who owns orders where", "does it come from"],
    ]
    assert list(split_unmarked("who owns orders")) == []


@pytest.mark.parametrize(
    ("said", "twice"),
    [
        ("is orders fresh and who owns it", True),
        ("hi all. is orders fresh? who owns it", True),
        ("can i trust orders? board meeting in an hour", False),
        ("who owns orders and customers", False),
        ("who owns orders", False),
    ],
)
def test_a_text_that_asks_twice_is_known(said: str, twice: bool) -> None:
    assert asks_twice(said) is twice
