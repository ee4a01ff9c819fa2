"""What the words of a question may stand for."""

import pytest

from knowledge.readings import Reading, corrected_text, read_words, respelled
from knowledge.terms import idle_words
from knowledge.vocabulary import Vocabulary

WORDS = Vocabulary(
    terms=["cust", "amt", "custom", "amount", "ltv", "cost", "good", "sold", "no", "cat"],
    keys=["fct_orders", "customer_amount", "cust_amt", "order_no", "product_cat"],
    right=frozenset({"other"}),
)


def _read(text: str, values: frozenset[str] = frozenset()) -> Reading:
    return read_words(text, WORDS, idle=idle_words(text), values=values)


def test_an_abbreviation_counts_as_its_word_and_the_other_way_round() -> None:
    assert _read("cust amt").alike == {"cust": ("customer",), "amt": ("amount",)}
    assert _read("amounts of customers").alike == {"amounts": ("amt",), "customers": ("cust",)}


def test_an_abbreviation_that_nothing_has_is_explained_by_words_that_the_catalog_has() -> None:
    assert _read("cogs by month").explained == {"cogs": ("cost", "of", "goods", "sold")}
    assert _read("ltv and arr").explained == {}
    both = Vocabulary(keys=["cogs", "cost_of_goods_sold"])
    assert read_words("cogs", both, idle=frozenset()).explained == {}


def test_what_the_catalog_does_not_have_is_not_asked_for() -> None:
    assert _read("quantity per department") == _read("qty by dept") == Reading()


def test_several_words_and_their_abbreviation_are_asked_for_beside_each_other() -> None:
    assert _read("what are the cogs").besides == (("cost", "of", "goods", "sold"),)
    assert _read("customer lifetime values").besides == (("ltv",),)
    assert _read("arr and mrr").besides == ()


@pytest.mark.parametrize("text", ["no cat has a number", "is there no category"])
def test_a_word_of_its_own_is_not_expanded_in_a_sentence(text: str) -> None:
    assert _read(text).alike == {}


def test_within_names_it_is() -> None:
    assert respelled(["order_number", "number"], _read("order number")) == ["order_no"]
    assert respelled(["product_category", "category"], _read("product category")) == ["product_cat"]
    number = Vocabulary(keys=["order_number"])
    assert read_words("order_no", number, idle=frozenset()).alike == {"no": ("number",)}


def test_misspelt_words_are_corrected_in_texts_and_in_names() -> None:
    reading = _read("Which ordrs have a custmer? see fct_ordrs")
    assert reading.corrected == {"ordrs": "orders", "custmer": "customer"}
    assert corrected_text("ORDRS, fct_ordrs, ordrss", reading) == "orders, fct_orders, ordrss"
    assert "fct_orders" in respelled(["fct_ordrs"], reading)
    assert {"customer_amt", "cust_amt"} <= set(respelled(["custmer_amt"], reading))


def test_a_correction_counts_as_the_word_with_its_abbreviations() -> None:
    assert _read("custmer").alike == {"custmer": ("customer", "cust")}


def test_values_right_words_and_abbreviations_are_never_corrected() -> None:
    assert _read("the Ordrs", frozenset({"ordrs"})).corrected == {}
    assert _read("other order txns").corrected == {}


def test_a_text_in_a_language_that_the_catalog_does_not_know_is_left_alone() -> None:
    strange = " ".join(f"ordr{letter}" for letter in "abcdfghik")
    assert _read(strange).corrected == {}
    assert _read("ordrs").corrected


def test_the_keys_of_a_long_question_have_a_bound() -> None:
    reading = _read("customer amount")
    keys = ["_".join(["customer", "amount"] * 20), *(f"customer_amount_{n}" for n in range(1_000))]
    assert len(respelled(keys, reading)) <= 500


def test_a_text_without_slips_stays_as_it_is() -> None:
    assert corrected_text("any (text) [at all", Reading()) == "any (text) [at all"
