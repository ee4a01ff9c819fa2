"""Lookups that no phrase covers are read from their words, if every word is one of theirs."""

import pytest

from agent.direct.wordbook import load_wordbook, parse_wordbook, stem

BOOK = load_wordbook()


@pytest.mark.parametrize(
    ("question", "kind", "about"),
    [
        ("orders: who owns it", "owner", "orders"),
        ("is there someone who owns the orders model", "owner", "the orders model"),
        ("if I drop orders what breaks", "downstream", "orders"),
        ("daily sales lineage", "lineage", "daily sales"),
        ("can net_amount in orders be trusted", "health", "net_amount in orders"),
        ("list columns orders", "columns", "orders"),
        ("and the sql for it", "sql", ""),
    ],
)
def test_words_in_any_order_are_a_lookup(question: str, kind: str, about: str) -> None:
    reading, *_ = BOOK.read(question)
    assert (reading.kind, reading.about) == (kind, about)


@pytest.mark.parametrize(
    ("question", "kind", "about"),
    [
        ("unit of spend_amount in acquisition_cost", "describe", "spend_amount in acquisition_cost"),
        ("which models break if customer_id is removed from orders", "downstream", "customer_id in orders"),
        ("who's maintaining order_items", "owner", "order_items"),
        ("stg_products usage", "downstream", "stg_products"),
        ("which dashboard would be affected if mrr_movements is late", "dashboards", "mrr_movements"),
        ("whom does stg_orders belong to", "owner", "stg_orders"),
    ],
)
def test_beside_a_written_name_other_words_do_no_harm_and_more_words_are_keys(
    question: str, kind: str, about: str
) -> None:
    assert (kind, about) in [(each.kind, each.about) for each in BOOK.read(question)]


@pytest.mark.parametrize(
    "question",
    [
        "how many rows does order_items have",
        "why did net_amount drop",
        "which orders have net_amount above 100",
        "how do I join orders_daily and revenue_monthly on order_date",
        "who owns stg_orders and is it late",
    ],
)
def test_a_written_name_beside_words_of_figures_is_no_lookup(question: str) -> None:
    assert list(BOOK.read(question)) == []


@pytest.mark.parametrize(
    ("one", "other"), [("maintain", "maintaining"), ("uses", "used"), ("drop", "dropped"), ("value", "values")]
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    "question",
    [
        "who most often owns orders",  # other words beside the name
        "which owners of big friendly dogs live far away in Virginia",  # no name is that long
        "how fresh is the lineage of orders",  # two kinds
        "orders and refunds lineage",  # two names
        "lineage",  # no name
        "which query ran longest",  # about the last answer, but for a word
        "",
    ],
)
def test_what_is_more_than_a_lookup_is_none(question: str) -> None:
    assert list(BOOK.read(question)) == []


def test_a_kind_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no kind of lookup called nonsense"):
        parse_wordbook("filler = a\n\n== nonsense\nkey = x\nalso = y")
