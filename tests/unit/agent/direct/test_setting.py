"""A question is read alone when people also say why they ask; what narrows it down is never left out."""

import pytest

from agent.direct.setting import without_setting


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("building a deck on churn and need to know if customers is trustworthy", "if customers is trustworthy"),
        ("before i send this to the cfo - is orders good to use", "is orders good to use"),
        ("can i rely on subscriptions today? board meeting in 1h", "can i rely on subscriptions"),
        ("doing a data dictionary, can u tell me what mrr is in orders", "what mrr is in orders"),
        ("i keep seeing stg_orders in queries, what is it", "what is it"),
        ("is orders fresh before i send it out", "is orders fresh"),
        ("stg_orders is off. can you help me? who owns it", "who owns it"),
        ("does orders come from the shop, from which system", "does orders come from the shop"),
        ("parents of orders please, we are moving its key", "parents of orders"),
    ],
)
def test_what_is_said_around_a_question_is_left_out(said: str, asked: str) -> None:
    assert asked in [each for each, _ in without_setting(said)]


def test_the_words_around_it_are_kept_for_the_name_that_it_points_at() -> None:
    assert ("what is it", "i keep seeing stg_orders in queries") in list(
        without_setting("i keep seeing stg_orders in queries, what is it")
    )


@pytest.mark.parametrize(
    "said",
    [
        "who owns orders",
        "of all customers in germany, who owns the most orders",
        "for orders shipped late, what is the status",
        "how many orders were late, who is responsible",
        "among the refunds, is status ok",
        "list the late orders. is it fresh",
        "web vs wholesale in may, what are they",
    ],
)
def test_what_narrows_a_question_down_or_asks_too_is_never_left_out(said: str) -> None:
    assert list(without_setting(said)) == []
