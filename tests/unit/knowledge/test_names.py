"""All names of the catalog in memory."""

from typing import Any

import pytest

from knowledge.names import Named, Names
from knowledge.values import Summary
from knowledge.words import key_of


def _named(unique_id: str, name: str | None = None, **facts: Any) -> Named:
    kind, package, *rest = unique_id.split(".")
    about = {field: facts.pop(field) for field in ("layer", "version", "is_latest") if field in facts}
    summary = Summary(unique_id=unique_id, name=name or rest[-1], kind=kind, package=package, **about)  # pyright: ignore[reportArgumentType]
    said = [summary.name, facts.get("identifier"), facts.get("label")]
    said += [f"{facts['source_name']} {summary.name}"] if "source_name" in facts else []
    said += [f"{summary.name} v{summary.version}"] if summary.version else []
    spellings = [spelling for text in said if text for spelling in (text, text.lower())]
    return Named(summary=summary, keys=tuple(sorted({key_of(text) for text in spellings})), **facts)


NAMES = Names(
    [
        _named("seed.shop.orders", layer="raw"),
        _named("model.shop.orders", layer="mart", relation='"Prod"."Sales"."ORDERS"', identifier="orders"),
        _named("model.shop.stg_orders", layer="staging"),
        _named("model.shop.order_items", layer="mart", relation="`my-project`.`sales`.`order_items`"),
        _named("model.shop.dim_customers", layer="mart"),
        _named("model.tools.orders", is_own=False),
        _named("model.shop.payments.v1", "payments", version="1", is_latest=False, identifier="payments_v1"),
        _named("model.shop.payments.v2", "payments", version="2", identifier="payments"),
        _named("source.shop.stripe.charges", source_name="stripe", identifier="TBL_CHARGES", layer="raw"),
        _named("exposure.shop.weekly_board", label="Weekly Board"),
        _named("source.shop.erp.CustomerOrders", source_name="erp", layer="raw"),
        _named("model.shop.date", layer="mart"),
    ],
    ["order_id", "ORDER_ID", "customer_id", "lifetime_value"],
)


def _ids(summaries: list[Summary]) -> list[str]:
    return [summary.unique_id for summary in summaries]


@pytest.mark.parametrize(
    ("name", "unique_id"),
    [
        ("order_items", "model.shop.order_items"),
        ("ORDER_ITEMS", "model.shop.order_items"),
        ("model.shop.order_items", "model.shop.order_items"),
        ("shop.order_items", "model.shop.order_items"),
        ("`my-project`.`sales`.`order_items`", "model.shop.order_items"),
        ("sales.order_items", "model.shop.order_items"),
        ("prod.sales.orders", "model.shop.orders"),
        ("stripe.charges", "source.shop.stripe.charges"),
        ("stripe.tbl_charges", "source.shop.stripe.charges"),
        ("tbl_charges", "source.shop.stripe.charges"),
        ("weekly board", "exposure.shop.weekly_board"),
        ("payments_v1", "model.shop.payments.v1"),
        ("payments.v1", "model.shop.payments.v1"),
        ("payments_v2", "model.shop.payments.v2"),
        (" customerorders ", "source.shop.erp.CustomerOrders"),
    ],
)
def test_a_node_is_found_by_everything_it_may_be_called(name: str, unique_id: str) -> None:
    assert _ids(NAMES.exact(name)) == [unique_id]


def test_of_one_name_the_own_model_comes_first_then_what_feeds_it_then_packages() -> None:
    assert _ids(NAMES.exact("orders")) == ["model.shop.orders", "seed.shop.orders", "model.tools.orders"]


def test_of_one_model_the_latest_version_comes_first() -> None:
    assert _ids(NAMES.exact("payments")) == ["model.shop.payments.v2", "model.shop.payments.v1"]


@pytest.mark.parametrize("name", ["", " ", "order items", "orderitems", "v1", "x" * 100_000, "a\x00b", "\ud800", "😀"])
def test_what_nobody_is_called_is_not_found(name: str) -> None:
    assert NAMES.exact(name) == []


@pytest.mark.parametrize(
    ("name", "unique_id"),
    [
        ("oders", "model.shop.orders"),
        ("order_itmes", "model.shop.order_items"),
        ("orderitems", "model.shop.order_items"),
        ("stg_order", "model.shop.stg_orders"),
        ("customers", "model.shop.dim_customers"),
        ("paymets", "model.shop.payments.v2"),
        ("weekly bord", "exposure.shop.weekly_board"),
    ],
)
def test_a_misspelt_name_finds_the_node_that_was_meant(name: str, unique_id: str) -> None:
    assert _ids(NAMES.similar(name))[0] == unique_id


@pytest.mark.parametrize("name", ["", "revenue", "xyz", "😀", "the", "x" * 100_000, "\x00", "\ud800"])
def test_nothing_implausible_is_suggested(name: str) -> None:
    assert NAMES.similar(name) == []


def test_suggestions_are_few_and_name_the_latest_version_once() -> None:
    assert len(NAMES.similar("orders", limit=2)) == 2
    assert _ids(NAMES.similar("payment", limit=5)).count("model.shop.payments.v2") == 1
    assert "model.shop.payments.v1" not in _ids(NAMES.similar("payment", limit=5))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("How fresh is `stg_orders`?", ["model.shop.stg_orders"]),
        ("what feeds order items and dim_customers", ["model.shop.dim_customers", "model.shop.order_items"]),
        ("select * from sales.order_items;", ["model.shop.order_items"]),
        ("model.shop.orders, please", ["model.shop.orders"]),
        ('what is in "Prod"."Sales"."ORDERS"?', ["model.shop.orders"]),
        ("See stg_orders.", ["model.shop.stg_orders"]),
        ("is stripe.charges late?", ["source.shop.stripe.charges"]),
        ("who owns CustomerOrders", ["source.shop.erp.CustomerOrders"]),
        ("who owns customerorders", ["source.shop.erp.CustomerOrders"]),
        ("payments_v1 or payments.v1", ["model.shop.payments.v1"]),
        ("nothing to see here", []),
        ("", []),
        ("😀 '; drop table x; --", []),
    ],
)
def test_names_in_a_text_are_found_as_identifiers_and_in_words(text: str, found: list[str]) -> None:
    assert _ids(NAMES.mentioned(text)) == found


def test_a_name_within_a_longer_one_does_not_count() -> None:
    assert "model.shop.orders" not in _ids(NAMES.mentioned("what is stg_orders"))


def test_longer_names_come_first_wherever_they_stand() -> None:
    assert _ids(NAMES.mentioned("date of stg_orders"))[0] == "model.shop.stg_orders"


def test_a_huge_text_is_read_as_far_as_anybody_would() -> None:
    assert _ids(NAMES.mentioned("order items " * 10_000)) == ["model.shop.order_items"]


def test_columns_are_known_whatever_their_case() -> None:
    assert NAMES.has_column('"Order_ID"')
    assert not NAMES.has_column("order")
    assert not NAMES.has_column("")


def test_a_misspelt_column_finds_the_one_that_was_meant() -> None:
    assert NAMES.similar_columns("lifetme_value") == ["lifetime_value"]
    assert NAMES.similar_columns("Ordr_Id") == ["order_id"]
    assert NAMES.similar_columns("zebra") == []
    assert NAMES.similar_columns("") == []


def test_an_empty_catalog_knows_no_names() -> None:
    empty = Names((), ())
    assert empty.exact("a") == empty.similar("a") == empty.mentioned("a") == empty.similar_columns("a") == []
    assert not empty.has_column("a")


def test_the_nodes_of_a_kind_or_a_layer_are_each_named_once() -> None:
    assert [each.name for each in NAMES.of(kinds=["model"], layer="mart")] == [
        "date",
        "dim_customers",
        "order_items",
        "orders",
    ]
    assert [each.unique_id for each in NAMES.of(kinds=["exposure"])] == ["exposure.shop.weekly_board"]
    assert len(NAMES.of()) == 12
