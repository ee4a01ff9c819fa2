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


SHAPES = {
    "a fence within": SENTENCE * 9 + "\n```yaml\n" + "a: 1. b: 2.\n" * 99 + "```\n" + SENTENCE * 3,
    "a fence of tildes": SENTENCE * 9 + "\n~~~\n" + "a. b\n" * 99 + "~~~\n" + SENTENCE * 3,
    "a fence first": "```yaml\n" + "a: 1\n" * 300 + "```\n" + SENTENCE * 8,
    "a fence that is announced": SENTENCE * 9 + "\nLike this:\n```yaml\n" + "a: 1. b: 2.\n" * 99 + "```",
    "a table with sentences in it": SENTENCE + "\n\n| a | b |\n|---|---|\n" + "| x. y | z |\n" * 99 + "\n" + SENTENCE,
    "a table that stands in": SENTENCE * 9 + "\n\n  | a | b |\n  |---|---|\n" + "  | x. y | z |\n" * 99,
    "a table without edges": SENTENCE * 8 + "\n\na | b\n---|---\n" + "x. y | z\n" * 99,
    "a list in a list": SENTENCE * 2 + "\n" + "- a b c\n  - d e. f\n    - g\n" * 60,
    "a list of paragraphs": "Columns:\n\n" + "- `a`: x y z\n  more of it. And more\n" * 60,
    "numbers": "Steps:\n" + "".join(f"{number}. Do `x` now.\n" for number in range(1, 60)),
    "headings": SENTENCE * 9 + "\n\n## Why\n\n" + SENTENCE * 9,
    "headings in bold": SENTENCE * 9 + "\n\n**Why**\n\n" + SENTENCE * 9,
    "abbreviations": "Use it, e.g. for x vs. y, as no. 5 of the U.S. says. " * 30,
    "Chinese": "订单模型每个订单一行。" * 150,
    "Chinese with blanks": "订单模型每个订单一行。 " * 150,
    "Hindi": "ऑर्डर मॉडल में प्रति ऑर्डर एक पंक्ति है। " * 60,
    "one bold paragraph": SENTENCE + "**" + SENTENCE * 12 + "**",
}


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_whatever_its_shape_nothing_is_lost_or_cut_through(text: str) -> None:
    short, more = in_two(text.strip())
    assert more
    assert "".join((short + more).split()) == "".join(text.split())
    last, first = short.split("\n")[-1], more.split("\n")[0]
    assert not (last.count("|") and first.count("|")), "a table"
    for part in (short, more):
        assert part.count("```") % 2 == part.count("~~~") % 2 == part.count("`") % 2 == part.count("**") % 2 == 0
    assert not last.startswith(("#", "**")), "a heading stays with what it heads"
    assert not last.endswith((" vs.", "e.g.", " no.", "U.S."))
    assert not last.rstrip(".").isdigit(), "a number stays with its item"


def test_what_announces_a_fence_stays_with_it() -> None:
    assert in_two(SHAPES["a fence that is announced"])[1].startswith("Like this:\n```yaml")


def test_very_many_blank_lines_are_parted_too() -> None:
    short, more = in_two(SENTENCE + "\n" * 40_000 + SENTENCE * 12)
    assert (short, more) == (SENTENCE.strip(), (SENTENCE * 12).strip())
