"""Markdown made safe for Slack and short enough for it."""

import pytest

from bot.markdown import (
    MARKDOWN_LIMIT,
    cut_markdown,
    cut_text,
    escape_mrkdwn,
    markdown_to_mrkdwn,
    mrkdwn_link,
    safe_markdown,
    settled_length,
)

PINGS = [
    "<!channel>",
    "<!here|here>",
    "<!everyone>",
    "<@U123ABC>",
    "<@W1|dana>",
    "<!subteam^S1|@data>",
    "<#C1|general>",
]


@pytest.mark.parametrize("ping", PINGS)
@pytest.mark.parametrize("frame", ["{}", "**{}**", "`{}`", "```\n{}\n```", "> {}", "[{}](https://a.b)", "a&{}"])
def test_no_control_sequence_survives_in_markdown(ping: str, frame: str) -> None:
    assert "<" not in safe_markdown(frame.format(ping))


@pytest.mark.parametrize("ping", PINGS)
def test_no_control_sequence_survives_in_mrkdwn(ping: str) -> None:
    assert "<" not in markdown_to_mrkdwn(f"**{ping}** and {ping}")


@pytest.mark.parametrize("name", ["channel", "here", "everyone", "HERE"])
def test_a_broadcast_typed_as_plain_words_is_broken_up(name: str) -> None:
    assert f"@{name}" not in safe_markdown(f"ask @{name} now")
    assert f"@{name}" not in escape_mrkdwn(f"ask @{name} now")


def test_an_address_of_a_person_at_a_host_called_here_is_left_alone_when_it_only_begins_so() -> None:
    assert safe_markdown("dana@herefordshire.example") == "dana@herefordshire.example"


def test_escaped_text_is_not_unescaped_by_slack_into_a_ping() -> None:
    assert safe_markdown("&lt;!channel&gt;") == "&amp;lt;!channel&amp;gt;"


@pytest.mark.parametrize("code", ["a < b", "a <= b and c > d", "a <> b", "x && y", "AT&T", "1<2"])
def test_comparisons_in_code_stay_as_they_are(code: str) -> None:
    assert safe_markdown(code) == code


@pytest.mark.parametrize("target", ["javascript:alert(1)", "slack://user?id=U1", "/etc/passwd", "mailto:a@b.c"])
def test_only_web_addresses_are_links(target: str) -> None:
    assert "](" not in safe_markdown(f"[click]({target})")


def test_a_web_link_stays_a_link() -> None:
    assert safe_markdown("[docs](https://a.b/c?d=1&e=2)") == "[docs](https://a.b/c?d=1&e=2)"
    assert safe_markdown("<https://a.b>") == "https://a.b"


def test_mrkdwn_translates_bold_headings_and_links() -> None:
    text = markdown_to_mrkdwn("# Orders\n**orders** < `raw` see [docs](https://a.b?x=1&y=2)")
    assert text == "*Orders*\n*orders* &lt; `raw` see <https://a.b?x=1&amp;y=2|docs>"


def test_a_link_that_is_no_web_address_is_only_its_label() -> None:
    assert mrkdwn_link("javascript:alert(1)", "a<b") == "a&lt;b"
    assert mrkdwn_link("https://a.b/|x>", "c|d") == "<https://a.b/%7Cx%3E|c¦d>"


@pytest.mark.parametrize(
    "text", ["one two <!channel> &lt; [x](javascript:a) @here <https://a.b> end", "`a <b` c\n\nd <@U1>"]
)
def test_the_safe_form_of_settled_text_begins_the_safe_form_of_the_whole(text: str) -> None:
    whole = safe_markdown(text)
    for end in range(len(text) + 1):
        settled = text[: settled_length(text[:end])]
        assert whole.startswith(safe_markdown(settled))


def test_a_word_is_settled_when_white_space_follows_it() -> None:
    assert settled_length("one tw") == len("one ")
    assert settled_length("one two\n") == len("one two\n")
    assert settled_length("one") == 0


def test_short_markdown_is_not_cut() -> None:
    assert cut_markdown("short") == ("short", False)


def test_long_markdown_is_cut_between_paragraphs() -> None:
    text = "\n\n".join(["word " * 40] * 200)
    cut, was_cut = cut_markdown(text)
    assert was_cut
    assert len(cut) <= MARKDOWN_LIMIT
    assert cut.endswith("word")
    assert text.startswith(cut)


def test_a_cut_inside_a_code_fence_closes_it() -> None:
    cut, _ = cut_markdown("Look:\n\n```sql\n" + "select 1\n" * 3000 + "```\n")
    assert cut.count("```") == 2
    assert cut.endswith("```")


def test_the_limit_counts_what_is_sent_not_what_was_written() -> None:
    cut, was_cut = cut_markdown("<!channel> " * 1_100)
    assert was_cut
    assert len(safe_markdown(cut)) <= MARKDOWN_LIMIT


def test_a_text_without_any_place_to_cut_is_cut_anyway() -> None:
    cut, was_cut = cut_markdown("x" * 50_000)
    assert was_cut
    assert 0 < len(cut) <= MARKDOWN_LIMIT


def test_cut_text_tells_that_there_was_more() -> None:
    assert cut_text("abcdef", 4) == "abc…"
    assert cut_text("abcd", 4) == "abcd"
