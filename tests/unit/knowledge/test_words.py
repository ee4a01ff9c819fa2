"""Text made fit for comparing."""

import pytest

from knowledge.words import key_of, phrase_keys, split_words, spoken, storable


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fct_orderItems", ["fct", "order", "Items"]),
        ("HTTPServerLog", ["HTTP", "Server", "Log"]),
        ("customerIDs", ["customer", "IDs"]),
        ("stg_stripe__payments", ["stg", "stripe", "payments"]),
        ("net-revenue (in €), Q3!", ["net", "revenue", "in", "Q3"]),
        ("größe_übergang 注文", ["größe", "übergang", "注文"]),
        ("fct_ordersの粒度は？売上2023", ["fct", "orders", "の粒度は", "売上", "2023"]),
        ("orders의 고객", ["orders", "의", "고객"]),
        ("ＡＢＣ ﾃﾞｰﾀ", ["ABC", "データ"]),
        ("donne\u0301es बिक्री ลูกค้า", ["données", "बिक्री", "ลูกค้า"]),
        ("😀 -- ''", []),
        ("", []),
    ],
)
def test_a_text_falls_into_the_words_that_people_would_say(text: str, words: list[str]) -> None:
    assert split_words(text) == words


def test_a_word_longer_than_any_word_is_cut() -> None:
    [word] = split_words("x" * 5_000)
    assert len(word) == 100


def test_a_long_run_of_a_script_without_spaces_is_text_and_loses_nothing() -> None:
    assert "".join(split_words("注文" * 300)) == "注文" * 300
    assert max(map(len, split_words("注文" * 300))) == 100


def test_names_that_are_said_alike_share_their_key() -> None:
    assert {key_of(name) for name in ("OrderItems", "order_items", "Order Items", "order.items")} == {"order_items"}
    assert spoken("dim_customerOrders") == "dim customer Orders"


def test_phrase_keys_are_all_runs_of_words_once() -> None:
    assert phrase_keys(["Net", "net", "revenue"], longest=2) == ["net", "revenue", "net_net", "net_revenue"]
    assert phrase_keys([]) == []


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "\udfff", "plain", "größe 注文 😀"])
def test_what_is_storable_survives_utf8_and_holds_no_nul(text: str) -> None:
    stored = storable(text)
    assert stored.encode("utf-8").decode("utf-8") == stored
    assert "\x00" not in stored


def test_texts_without_anything_odd_stay_as_they_are() -> None:
    assert storable("größe 注文 😀\n") == "größe 注文 😀\n"
