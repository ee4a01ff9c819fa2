"""A long answer is parted into what answers and the rest; nothing is lost."""

import pytest

from agent.reading.brevity import SHORT, in_two

SENTENCE = "The model `orders` has one row per order, with its amount and status. "
ROWS = "| name | meaning |\n| --- | --- |\n" + "| `orders.status` | where it stands |\n" * 30


def test_a_short_answer_stays_whole() -> None:
    assert in_two("Use `orders`.") == ("Use `orders`.", "")
    assert in_two("") == ("", "")


def test_a_little_more_than_short_is_not_folded() -> None:
    text = ("a" * 9 + " ") * (SHORT // 10) + "And a few words."
    assert in_two(text) == (text, "")


def test_a_long_answer_is_parted_between_sentences() -> None:
    short, more = in_two(SENTENCE * 20)
    assert short.endswith("status.")
    assert len(short) <= SHORT
    assert f"{short} {more}" == (SENTENCE * 20).strip()


@pytest.mark.parametrize("text", ["a" * 2_000, "`" + "a " * 999 + "a", "a " * 999 + "a"])
def test_what_has_no_end_of_a_sentence_stays_whole(text: str) -> None:
    assert in_two(text) == (text, "")


def test_a_list_is_parted_between_its_items() -> None:
    short, more = in_two("These:\n" + "- `orders.status`: where it stands in its life\n" * 40)
    assert short.endswith("in its life")
    assert more.startswith("- `orders.status`")


def test_a_table_is_never_parted() -> None:
    short, more = in_two(f"These are its columns:\n\n{ROWS}")
    assert (short, more) == ("These are its columns:", ROWS.strip())
    alone, none = in_two(ROWS.strip())
    assert (alone, none) == (ROWS.strip(), "")
