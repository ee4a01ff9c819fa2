"""Slack's messages → plain text and history."""

from typing import Any

import pytest

from agent.values import Message
from bot.thread import HISTORY_CHARS, HISTORY_MESSAGES, history_of, is_empty, is_person, plain_text, wants_help

BOT = "UBOT"


@pytest.mark.parametrize(
    ("sent", "plain"),
    [
        ("<@UBOT> where is revenue?", "where is revenue?"),
        ("<@UBOT>, where is revenue?", "where is revenue?"),
        ("<@UBOT>: where is revenue?", "where is revenue?"),
        ("<@UBOT> :wave: where?", ":wave: where?"),
        ("hey <@UBOT> where is revenue?", "hey where is revenue?"),
        ("<@UBOT|marty> where?", "where?"),
        ("<@UBOT> what did <@U2|dana> build for <@U3>?", "what did @dana build for @U3?"),
        ("see <#C1|general> and <#C2>", "see #general and #C2"),
        ("<https://a.b/c?d=1&amp;e=2> or <https://a.b|the docs>", "https://a.b/c?d=1&e=2 or the docs (https://a.b)"),
        ("<mailto:a@b.c|a@b.c>", "a@b.c"),
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("<!here> and <!subteam^S1|@data> and <!date^1^{date}|today>", "@here and @data and today"),
        ("line one\nline two", "line one\nline two"),
        ("&lt;@UBOT&gt; is how a mention looks", "<@UBOT> is how a mention looks"),
        ("", ""),
    ],
)
def test_slack_notation_becomes_what_a_person_reads(sent: str, plain: str) -> None:
    assert plain_text(sent, bot_user=BOT) == plain


def test_what_a_database_cannot_store_is_dropped() -> None:
    assert plain_text("a\x00b \ud800 c", bot_user=BOT) == "ab ? c"


@pytest.mark.parametrize("question", ["", "  ", "👋", "👍🏽 ❤️", ":wave: :+1::skin-tone-3:", "?!", "…", ":tada:", "_"])
def test_emoji_and_punctuation_ask_nothing(question: str) -> None:
    assert is_empty(question)


@pytest.mark.parametrize("question", ["orders", ":wave: orders?", "2", "收入在哪里", "a::int"])
def test_words_ask_something(question: str) -> None:
    assert not is_empty(question)


@pytest.mark.parametrize(
    ("question", "wanted"), [("help", True), ("HELP?", True), ("👋", True), ("help me with orders", False)]
)
def test_help_is_for_whoever_asks_for_it_or_asks_nothing(question: str, wanted: bool) -> None:
    assert wants_help(question) is wanted


@pytest.mark.parametrize(
    "event",
    [
        {"user": "U1", "bot_id": "B2"},
        {"subtype": "bot_message", "bot_id": "B2"},
        {"user": "USLACKBOT"},
        {"user": "U1", "bot_profile": {"name": "Workflow"}},
        {},
    ],
)
def test_apps_workflows_and_slack_itself_are_no_people(event: dict[str, Any]) -> None:
    assert not is_person(event)


def _say(ts: str, text: str, user: str = "U1", **more: Any) -> dict[str, Any]:
    return {"type": "message", "ts": ts, "user": user, "text": text, **more}


def test_history_has_people_and_marty_but_no_other_apps_and_nothing_from_the_question_on() -> None:
    messages = [
        _say("1.0", "revenue looks odd"),
        _say("2.0", "build failed", user="UCI", bot_id="B9"),
        _say("3.0", "it is in `orders`", user=BOT, bot_id="B1"),
        _say("4.0", ""),
        _say("5.0", "<@UBOT> why?"),
        _say("6.0", "later"),
    ]
    history = history_of(messages, bot_user=BOT, bot_id="B1", before_ts="5.0")
    assert history == (
        Message(role="user", text="revenue looks odd"),
        Message(role="assistant", text="it is in `orders`"),
    )


def test_history_keeps_the_newest_messages_and_their_beginnings() -> None:
    messages = [_say(f"{number}.0", f"{number} " + "x" * 5_000) for number in range(1, 100)]
    history = history_of(messages, bot_user=BOT, bot_id=None, before_ts="1000.0")
    assert len(history) == HISTORY_MESSAGES
    assert history[-1].text.startswith("99 ")
    assert len(history[-1].text) == HISTORY_CHARS
