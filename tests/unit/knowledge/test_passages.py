"""A node as texts to be searched."""

from knowledge.passages import node_fields, node_passage
from knowledge.values import Column
from tests.fakes.artifacts import model, other, source_table

ORDERS = model(
    "fct_orderItems",
    "One row per item.",
    columns=[Column(name="order_id", description="Key of the order."), Column(name="netAmount")],
    identifier="order_items_tbl",
)


def test_a_passage_holds_names_in_words_description_and_column_names_but_no_column_descriptions() -> None:
    assert node_passage(ORDERS) == "fct order Items. One row per item.. order id, net Amount"


def test_a_passage_of_a_source_begins_with_the_source() -> None:
    assert node_passage(source_table("stripe", "charges")).startswith("stripe charges")


def test_a_passage_of_a_metric_holds_its_label_and_expression() -> None:
    metric = other("metric", "mrr", "Per month.", label="Recurring revenue", expression="sum(amount)")
    assert node_passage(metric) == "mrr. Recurring revenue. Per month.. sum(amount)"


def test_a_passage_is_cut() -> None:
    assert len(node_passage(model("wide", columns=[f"column_{n}" for n in range(2_000)]))) == 1_200


def test_every_word_is_searched_in_the_field_it_stands_in() -> None:
    fields = node_fields(ORDERS)
    assert fields.name == "fct order Items order items tbl"
    assert fields.description == "One row per item"
    assert fields.columns == "order id net Amount"
    assert fields.column_descriptions == "Key of the order"


def test_a_table_name_that_says_nothing_new_counts_once() -> None:
    assert node_fields(model("orders", identifier="ORDERS")).name == "orders"


def test_fields_are_cut() -> None:
    huge = model("huge", "日本 " * 100_000, columns=[Column(name=f"c{n}", description="x" * 500) for n in range(2_000)])
    fields = node_fields(huge)
    texts = (fields.name, fields.description, fields.columns, fields.column_descriptions)
    assert sum(len(text.encode()) for text in texts) < 500_000
