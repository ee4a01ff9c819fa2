"""Lookups that no phrase covers are read from their words, if every word is one of theirs."""

import pytest

from agent.direct.wordbook import load_wordbook, parse_wordbook

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
    [reading] = BOOK.read(question)
    assert (reading.kind, reading.about) == (kind, about)


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
