"""Which words a catalog knows, and which of them a misspelt one was to be."""

import pytest

from knowledge.vocabulary import Vocabulary

WORDS = Vocabulary(
    terms=["order", "custom", "warehous", "reactor", "cost", "case", "invent"],
    keys=["fct_orders", "order_id", "order_items", "customer_id", "lifetime_value", "cost_usd", "case", "case_id"],
    briefs=["How many items lie in each warehouse.", "Größe der Länder."],
    right=frozenset({"coast"}),
)


@pytest.mark.parametrize("word", ["orders", "order", "ordering", "customers", "warehouses", "inventing", "länder"])
def test_every_form_of_a_word_that_finds_something_is_right(word: str) -> None:
    assert word in WORDS
    assert WORDS.is_right(word)


def test_other_words_may_be_right_although_the_catalog_does_not_have_them() -> None:
    assert "coast" not in WORDS
    assert WORDS.is_right("coast")
    assert not WORDS.is_right("coasst")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("ordrs", "orders"),
        ("orderss", "orders"),
        ("odrers", "orders"),
        ("custmer", "customer"),
        ("ustomer", "customer"),
        ("custommmer", "customer"),
        ("wharehosue", "warehouse"),
        ("lifetmie", "lifetime"),
        ("lander", "länder"),
    ],
)
def test_a_misspelt_word_is_taken_for_the_nearest(said: str, meant: str) -> None:
    assert WORDS.nearest(said)[0] == meant


@pytest.mark.parametrize(
    "word",
    ["zyxtrophobia", "abc", "csut", "cstmr", "order2", "ordr1s", "o" * 5_000, "注文金額", "xxstomer", "", "id"],
)
def test_short_strange_and_far_words_and_numbers_are_taken_for_nothing(word: str) -> None:
    assert WORDS.nearest(word) == ()


def test_of_several_that_are_as_near_two_are_taken_the_more_frequent_first() -> None:
    assert WORDS.nearest("cose") == ("case", "cost")
    assert WORDS.nearest("caste") == ("case",)
    many = Vocabulary(keys=["bast", "cast", "fast"])
    assert len(many.nearest("last")) == 2


def test_the_first_letter_is_seldom_the_wrong_one() -> None:
    assert Vocabulary(keys=["bate", "bate_a", "rats"]).nearest("rate") == ("rats",)
