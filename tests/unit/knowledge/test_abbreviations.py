"""What words of data models may be short for, and may be shortened to."""

import re

import pytest

from knowledge import abbreviations
from knowledge.abbreviations import LONGEST, is_abbreviation, long_forms, short_forms


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("cust", "customer"),
        ("amt", "amount"),
        ("txns", "transaction"),
        ("addr", "address"),
        ("curr", "currency"),
        ("ltv", "lifetime value"),
        ("mrr", "monthly recurring revenue"),
        ("slas", "service level agreement"),
    ],
)
def test_an_abbreviation_and_what_it_is_short_for_lead_to_each_other(short: str, long: str) -> None:
    words = tuple(long.split())
    assert words in long_forms(short, in_identifier=False)
    assert short.removesuffix("s") in short_forms(words, in_identifier=False)
    assert is_abbreviation(short)


def test_several_words_are_shortened_in_the_plural_too() -> None:
    assert "amt" in short_forms(("amounts",), in_identifier=False)
    assert "clv" in short_forms(("customers", "lifetime", "values"), in_identifier=False)


@pytest.mark.parametrize(("short", "long"), [("cat", "category"), ("no", "number"), ("desc", "description")])
def test_a_word_of_its_own_is_an_abbreviation_within_identifiers_only(short: str, long: str) -> None:
    assert long_forms(short, in_identifier=False) == ()
    assert (long,) in long_forms(short, in_identifier=True)
    assert short not in short_forms((long,), in_identifier=False)
    assert short in short_forms((long,), in_identifier=True)


@pytest.mark.parametrize("word", ["customer", "orders", "s", "", "is", "the", "größe"])
def test_other_words_are_no_abbreviations(word: str) -> None:
    assert not is_abbreviation(word)
    assert long_forms(word, in_identifier=True) == ()


def test_the_list_is_in_order_without_repeats_and_no_longer_than_said() -> None:
    with open(abbreviations.__file__, encoding="utf-8") as source:
        found = re.search(r'_USUAL = """\n(.*?)\n"""', source.read(), re.DOTALL)
    assert found
    lines = found[1].split("\n")
    shorts = [line.split()[0].removeprefix("~") for line in lines]
    assert shorts == sorted(set(shorts))
    longs = [long.split() for line in lines for long in line.partition(" ")[2].split("|")]
    assert max(map(len, longs)) == LONGEST
    assert all(word.isalpha() and word.islower() for long in longs for word in long)
