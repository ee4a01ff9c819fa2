"""What a picture says in words."""

from urllib.parse import quote

import pytest

from agent.values import Graph, GraphNode
from bot.picture.words import LONGEST_ALT, LONGEST_IN_URL, caption, describe, title

ORDERS = GraphNode(key="x", name="orders", layer="mart")


def _graph(*feeding: GraphNode, fed: tuple[GraphNode, ...] = (), asked: GraphNode = ORDERS) -> Graph:
    edges = [(node.key, asked.key) for node in feeding] + [(asked.key, node.key) for node in fed]
    return Graph(nodes=(asked, *feeding, *fed), edges=tuple(edges), asked=asked.key)


def test_it_names_both_sides_and_what_ails_whom() -> None:
    late = GraphNode(key="a", name="shop.orders", layer="source", state="late")
    rest = GraphNode(key="b", name="+12 more", more=12)
    shown = GraphNode(key="c", name="weekly", layer="exposure")
    assert describe(_graph(rest, late, fed=(shown,))) == (
        "Lineage of orders. Fed by: shop.orders (late), +12 more. Feeds: weekly."
    )


def test_columns_are_named_with_their_nodes() -> None:
    column = GraphNode(key="x", name="customers", layer="mart", column="lifetime_value")
    source = GraphNode(key="a", name="orders", layer="mart", column="amount")
    assert title(_graph(asked=column)) == "Lineage of customers.lifetime_value"
    assert describe(_graph(source, asked=column)).endswith("Fed by: orders.amount.")


def test_it_never_grows_longer_than_slack_takes() -> None:
    many = [GraphNode(key=str(number), name=f"a_rather_long_model_name_{number}") for number in range(100)]
    text = describe(_graph(*many))
    assert 900 < len(text) <= LONGEST_ALT
    assert text.endswith("…")
    strange = [GraphNode(key=str(number), name="注文明細" * 5) for number in range(100)]
    assert len(quote(describe(_graph(*strange)))) <= LONGEST_IN_URL
    endless = GraphNode(key="x", name="x" * 5_000)
    assert len(describe(_graph(asked=endless))) <= LONGEST_ALT


def test_a_box_says_what_it_is_and_a_count_only_counts() -> None:
    assert caption(GraphNode(key="a", name="orders", layer="mart", state="failing")) == "mart · failing"
    assert caption(GraphNode(key="a", name="orders", layer="mart", column="status")) == "status · mart"
    assert caption(GraphNode(key="a", name="+3 more", more=3)) == ""
    assert caption(GraphNode(key="a", name="hidden model", layer="hidden")) == ""


@pytest.mark.parametrize(
    ("node", "said"),
    [
        (GraphNode(key="a", name="orders", layer="metric", kind="semantic model"), "semantic model"),
        (GraphNode(key="a", name="orders", layer="metric", kind="saved query"), "saved query"),
        (GraphNode(key="a", name="countries", layer="source", kind="seed"), "seed"),
        (GraphNode(key="a", name="history", layer="other", kind="snapshot"), "snapshot"),
        (GraphNode(key="a", name="raw_orders", layer="source", kind="model"), "model"),
        (GraphNode(key="a", name="orders", layer="mart", kind="model"), "mart"),
    ],
)
def test_what_a_box_stands_for_is_told_in_words_and_not_by_its_colour_alone(node: GraphNode, said: str) -> None:
    assert caption(node) == said
