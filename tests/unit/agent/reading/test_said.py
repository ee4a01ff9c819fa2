"""The model's text is taken apart into prose and SQL; what only code may say is gone."""

import pytest

from agent.reading.said import finished_parts, read_said, statements_in

SPREAD = "with x as (\n\nselect a from c\n\n)\n\nselect * from x"
"""One statement, with blank lines in it."""


@pytest.mark.parametrize(
    ("text", "prose", "queries"),
    [
        ("Yes.", "Yes.", ()),
        ("A.\n```sql\nselect 1\n```\nB.", "A.\n\nB.", ("select 1",)),
        ("A.\n```SQL\nselect 1\n```", "A.", ("select 1",)),
        ("A.\n```snowflake\nselect 1", "A.", ("select 1",)),
        ("A.\n```\nwith a as (select 1) select * from a\n```", "A.", ("with a as (select 1) select * from a",)),
        ("A.\n```\njust text\n```", "A.\n```\njust text\n```", ()),
        ("A.\n```yaml\nselect: 1\n```", "A.\n```yaml\nselect: 1\n```", ()),
        ("A.\n~~~sql\nselect 1\n~~~", "A.", ("select 1",)),
        ("A:\n\nSELECT a,\n b\nFROM c\n\nB.", "A:\n\nB.", ("SELECT a,\n b\nFROM c",)),
        ("A:\n\nwith x as (\n\nselect a from c\n\n)\n\nselect * from x\n\nB.", "A:\n\nB.", (SPREAD,)),
        ("A:\nselect a\nfrom b\n\nwhere c\n\nlimit 1\n\nB.", "A:\n\nB.", ("select a\nfrom b\n\nwhere c\n\nlimit 1",)),
        ("A:\n\nselect a from b\n\nAnd so on.", "A:\n\nAnd so on.", ("select a from b",)),
        ("A:\n\nselect a from b\n\nselect c from d", "A:", ("select a from b", "select c from d")),
        ("Select the orders model from the list.", "Select the orders model from the list.", ()),
        ("With care.", "With care.", ()),
        ("drop table orders;", "", ("drop table orders;",)),
        ("```sql\nselect 1\n```\n```sql\nselect 2\n```", "", ("select 1", "select 2")),
        ("```sql\n```", "", ()),
    ],
)
def test_sql_is_found_and_the_prose_stays(text: str, prose: str, queries: tuple[str, ...]) -> None:
    said = read_said(text)
    assert (said.prose, said.queries) == (prose, queries)


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("", ()),
        (" select 1 ", ("select 1",)),
        (SPREAD, (SPREAD,)),
        ("-- by month\n" + SPREAD, ("-- by month\n" + SPREAD,)),
        ("select 1;\n\ndrop table orders", ("select 1;\n\ndrop table orders",)),
        ("```sql\nselect 1\n```", ("select 1",)),
        ("Here it is:\n\n" + SPREAD, (SPREAD,)),
        ("from orders", ("from orders",)),
    ],
)
def test_what_should_be_sql_is_taken_whole(text: str, statements: tuple[str, ...]) -> None:
    assert statements_in(text) == statements


def test_a_statement_is_not_looked_for_without_end() -> None:
    """Each further paragraph is a try of its own: a reply that opens brackets again and again must not take minutes."""
    lines = [f"{number}," for number in range(30)]
    endless = "\n\n".join(["select * from x where a in (", *lines, "30)"])
    assert read_said(endless).queries == ()
    assert read_said("\n\n".join(["select * from x where a in (", *lines[:5], "30)"])).queries != ()
    assert read_said("select a from b where c = '('").queries == ("select a from b where c = '('",)


@pytest.mark.parametrize("text", ["NO ANSWER: Nothing.", "**NO ANSWER:** Nothing.", "no answer: Nothing."])
def test_a_refusal_is_recognised_and_its_mark_taken_off(text: str) -> None:
    said = read_said(text)
    assert said.refused
    assert said.prose.strip("* ") == "Nothing."


@pytest.mark.parametrize(
    "line",
    [
        "orders: healthy · built 06:12 UTC · 14 of 14 tests pass",
        "healthy | tests pass",
        ":white_check_mark: healthy | :100: 99/99",
        "Trust: high",
        "**Confidence:** 95 %",
        "_Checked_",
        "✅ Verified",
        "Verified by Ana.",
        "Owner: Ana",
        "- **Owner**: Ana",
        "Health: good",
        "Sources: [a](b)",
        "Lineage:",
        "Upstream: `payments`",
        "- **Downstream models**: `board`",
        "Fed by: x and y",
        "Used by: `board`",
    ],
)
def test_a_line_that_imitates_code_is_taken_out(line: str) -> None:
    assert read_said(f"Use `orders`.\n{line}\nBye.").prose == "Use `orders`.\nBye."


@pytest.mark.parametrize(
    "line",
    [
        "- `owner`: who sold it",
        "`status`: where the order is",
        "The owner column holds a name.",
        "Status: `status` is one of three.",
        "It is built from two sources.",
        "Sourcesafe is a tool.",
        "Checked baggage is counted apart.",
        "`is_valid` is true when the address was verified by the customer.",
    ],
)
def test_an_ordinary_line_stays(line: str) -> None:
    assert line in read_said(f"Use `orders`.\n{line}").prose


def test_nobodys_e_mail_address_is_shown() -> None:
    assert read_said("Write to mallory+x@evil.example. Use `a`.").prose == "Write to (address left out). Use `a`."
    assert read_said("Write to mallory＠evil.example. Use `a`.").prose == "Write to (address left out). Use `a`."


def test_links_and_mentions_are_gone() -> None:
    assert read_said("See [x](http://e.example) <!channel> `a`").prose == "See x  `a`"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two", ["One. "]),
        ("One. Two. ", ["One. ", "Two. "]),
        ("Use `a. b`. Then", ["Use `a. b`. "]),
        ("Use `a. b", []),
        ("- one\n- two\n- thr", ["- one\n", "- two\n"]),
        ("One:\n```sql\nselect 1", ["One:\n"]),
        ("One\n```sql", ["One\n"]),
        ("Version 1.2 is", []),
        ("", []),
    ],
)
def test_only_what_will_not_change_any_more_is_finished(text: str, parts: list[str]) -> None:
    assert list(finished_parts(text)) == parts
