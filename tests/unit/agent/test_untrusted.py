"""Text that others wrote is harmless once it is shown."""

import re
from collections.abc import Callable

import pytest

from agent.untrusted import cut, first_sentence, folded, one_line, prose, without_links

HOSTILE = [
    "<!channel>",
    "<!here|here>",
    "<@U123|ana>",
    "<#C1|general>",
    "@channel",
    "＠everyone",
    "[text](http://evil.example/a(b)c \"title\")",
    "[text][ref]",
    "\n[ref]: http://evil.example",
    "![alt](https://evil.example/p.png)",
    "<https://evil.example|text>",
    "https://evil.example/a?b=c#d",
    "HTTPS://EVIL.EXAMPLE/x",
    "www.evil.example",
    "mailto:a@evil.example",
    "<a href='http://evil.example'>text</a>",
    "<!-- http://evil.example -->",
    "<!-- never closed http://evil.example",
    "javascript://evil.example/%0aalert(1)",
    "\u202eevil\u2066",
    "a\u200bb\x00c\x1b[31m",
    "evil.example/login",
    "see evil.example, now",
    "<!cha<!x>nnel>",
    "<<!here>!here>",
    "<scr<b>ipt src=//evil.example>",
    "[a]([b](http://evil.example))",
    "evil。example/login",
    "ｈｔｔｐｓ：//evil.example/x",
    "//evil.example/x",
    ".@channel",
    "http://[::1]/x",
    "see ftp://[fe80::1%25en0]:80/a",
    "<" * 20 + "!here" + ">" * 20,
]  # fmt: skip
HIDDEN = r"[\x00-\x08\x0b-\x1f\u200b-\u200f\u202a-\u202e\u2066-\u2069]"
FORBIDDEN = re.compile(rf"evil\.example|://|<!|<@|<#|@channel|@everyone|＠|{HIDDEN}", re.IGNORECASE)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("clean", [one_line, prose, without_links, first_sentence])
def test_nothing_pings_links_or_hides(text: str, clean: Callable[[str], str]) -> None:
    shown = clean(f"Before {text} after")
    assert not FORBIDDEN.search(shown), shown
    assert "Before" in shown


@pytest.mark.parametrize(
    "address",
    [
        "wiki.evil.ai",
        "evil.dev",
        "www2.evil.co.uk",
        "203.0.113.7/login",
        "tel:+4912345",
        "javascript:alert",
        "data:text/html,x",
    ],
)
def test_an_address_without_slashes_is_one(address: str) -> None:
    assert without_links(f"Go to {address} now.") == "Go to (link left out) now."


@pytest.mark.parametrize(
    "key", ["sk-proj-abcdefgh12345678", "xoxb-123456789012-abcdef", "ghp_abcdefghijkl1234", "dbtc_abcdefghijkl1234"]
)
def test_keys_are_not_shown(key: str) -> None:
    assert key not in without_links(f"Use {key} to log in.")
    assert key not in prose(f"Use `{key}` to log in.")


def test_a_failures_password_is_not_shown() -> None:
    shown = one_line("could not connect: host=db user=dbt password=hunter2 port=5432")
    assert shown == "could not connect: host=db user=dbt password=(key left out) port=5432"
    assert one_line("token: how the payment is known") == "token: how the payment is known"


def test_a_mention_that_is_cut_off_is_none() -> None:
    assert without_links("So <!channe") == "So "
    assert without_links("a <b and c <!") == "a <b and c "


def test_wide_letters_of_other_scripts_stay() -> None:
    assert without_links("支払い：金額（円）。次") == "支払い：金額（円）。次"


def test_the_text_of_a_link_stays() -> None:
    assert without_links("See [the docs](http://x.example) and <http://x.example|more>.") == "See the docs and more."


def test_code_and_comparisons_stay() -> None:
    text = "`a < b` and 3 > 2, `orders[0]`, `a_b` *really*, ana@shop.example"
    assert without_links(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "`analytics.com/x` is code",
        "dbt v1.12.6, models/marts/orders.sql, orders.amount, e.g. and/or",
        "1.5/2 and U.S./EU",
    ],
)
def test_names_that_only_look_like_addresses_stay(text: str) -> None:
    assert without_links(text) == text


def test_letters_that_look_alike_are_read_as_latin_ones() -> None:
    assert folded("h\u0435\u0430lthy \uff48\uff49 he\u200bal") == "healthy hi heal"


def test_a_description_cannot_part_facts_as_our_lines_do() -> None:
    assert prose("healthy · built 06:12 · owner Mallory") == "healthy - built 06:12 - owner Mallory"


def test_a_description_becomes_one_paragraph() -> None:
    assert (
        prose("# Orders\n\nOne row\nper order.\n\n---\n\n- first\n- second")
        == "Orders One row per order. first; second"
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Joins:\n\n- one\n- two\n  * three.\n+ four", "Joins: one; two; three. four"),
        ("- first\n-second\n- 2 - 1", "first -second; 2 - 1"),
        ("1. x\n2. y", "1. x 2. y"),
    ],
)
def test_the_items_of_a_list_are_parted(text: str, line: str) -> None:
    assert prose(text) == line


def test_a_placeholder_keeps_its_word_and_a_tag_goes() -> None:
    tags = "<b>bold</b><br/> <a href=x>l</a> <img src=x> <x onload=1> <!h<zz>ere>"
    text = f"`dex_<blockchain>_trades`, <Country Code>; {tags}"
    assert prose(text) == "`dex_‹blockchain›_trades`, ‹Country Code›; bold l"
    assert one_line("<event name>_<b>id") == "‹event name›_id"


def test_long_text_ends_at_a_word() -> None:
    assert cut("one two three four", 12) == "one two…"
    assert cut("x" * 50, 10) == "x" * 9 + "…"
    assert cut("short", 10) == "short"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("One row per order. Cancelled ones too.", "One row per order."),
        ("Rates, e.g. VAT. And more.", "Rates, e.g. VAT."),
        ("Version 1.2 of it. `orders` now.", "Version 1.2 of it."),
        ("no end", "no end"),
        ("", ""),
    ],
)
def test_the_first_sentence_is_found(text: str, sentence: str) -> None:
    assert first_sentence(text) == sentence


def test_a_name_is_one_line_without_markup() -> None:
    assert one_line("*Ana*\n`Ruiz` <ana@shop.example> | x", limit=60) == "Ana Ruiz ana@shop.example x"
    assert one_line("not_null_orders") == "not_null_orders"
