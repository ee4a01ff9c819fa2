"""What an event says, before anything is done about it."""

from decimal import Decimal
from typing import Any

import pytest

from bot.listeners.question import question_in
from bot.listeners.reaction import thumb_in, timestamp_of, verdict_of

BOT = "UBOT"
BODY = {"team_id": "T1"}


def _mention(**more: Any) -> dict[str, Any]:
    return {"type": "app_mention", "user": "U1", "text": "<@UBOT> hi there", "ts": "10.1", "channel": "C1", **more}


def _direct(**more: Any) -> dict[str, Any]:
    return {"type": "message", "channel_type": "im", "user": "U1", "text": "hi", "ts": "10.1", "channel": "D1", **more}


def test_a_mention_opens_a_thread_under_itself() -> None:
    new = question_in(BODY, _mention(), bot_user=BOT)
    assert new is not None
    assert (new.team, new.channel, new.asker, new.surface) == ("T1", "C1", "U1", "mention")
    assert (new.ts, new.thread_ts, new.question) == ("10.1", "10.1", "hi there")


def test_a_mention_in_a_thread_stays_in_it() -> None:
    new = question_in(BODY, _mention(thread_ts="9.0"), bot_user=BOT)
    assert new is not None
    assert new.thread_ts == "9.0"


def test_an_edit_that_adds_the_mention_is_a_question() -> None:
    assert question_in(BODY, _mention(edited={"user": "U1", "ts": "11.0"}), bot_user=BOT) is not None


@pytest.mark.parametrize("subtype", [None, "file_share", "thread_broadcast"])
def test_what_a_person_writes_directly_is_a_question(subtype: str | None) -> None:
    event = _direct() | ({"subtype": subtype} if subtype else {})
    new = question_in(BODY, event, bot_user=BOT)
    assert new is not None
    assert new.surface == "dm"


@pytest.mark.parametrize(
    "event",
    [
        _direct(channel_type="channel", channel="C1"),
        _direct(channel_type="group", channel="G1"),
        _direct(channel_type="mpim", channel="G1"),
        _direct(subtype="message_changed"),
        _direct(subtype="message_deleted"),
        _direct(subtype="channel_join"),
        _direct(subtype="bot_message"),
        _direct(edited={"ts": "11.0"}),
        _direct(bot_id="B2"),
        _direct(user=None),
        _direct(ts=None),
        _direct(channel=None),
        _mention(bot_id="B2"),
        _mention(user="USLACKBOT"),
        {"type": "app_mention"},
        {},
    ],
)
def test_everything_else_is_left_alone(event: dict[str, Any]) -> None:
    assert question_in(BODY, event, bot_user=BOT) is None


def test_a_message_without_text_is_an_empty_question() -> None:
    new = question_in(BODY, _direct(text=None), bot_user=BOT)
    assert new is not None
    assert new.question == ""


@pytest.mark.parametrize("name", ["+1", "thumbsup", "+1::skin-tone-2", "thumbsup::skin-tone-6", "👍", "👍🏽", ":+1:"])
def test_thumbs_up_in_every_spelling(name: str) -> None:
    assert verdict_of(name) == "up"


@pytest.mark.parametrize("name", ["-1", "thumbsdown", "-1::skin-tone-5", "thumbsdown::skin-tone-3", "👎", "👎🏿"])
def test_thumbs_down_in_every_spelling(name: str) -> None:
    assert verdict_of(name) == "down"


@pytest.mark.parametrize("name", ["heart", "", "+100", "eyes::skin-tone-2", "point_up", "1"])
def test_other_reactions_are_no_votes(name: str) -> None:
    assert verdict_of(name) is None


def _reaction(**more: Any) -> dict[str, Any]:
    item = {"type": "message", "channel": "C1", "ts": "10.2"}
    return {"type": "reaction_added", "user": "U1", "reaction": "+1", "item_user": BOT, "item": item,
            "event_ts": "12.000003", **more}  # fmt: skip


def test_a_thumb_names_voter_message_and_time_exactly() -> None:
    thumb = thumb_in(_reaction(), bot_user=BOT)
    assert thumb is not None
    assert (thumb.voter, thumb.message_ts, thumb.event_ts) == ("U1", "10.2", Decimal("12.000003"))


def test_a_thumb_on_a_message_whose_author_slack_does_not_name_may_be_one_on_an_answer() -> None:
    event = _reaction()
    del event["item_user"]
    assert thumb_in(event, bot_user=BOT) is not None


@pytest.mark.parametrize(
    "event",
    [
        _reaction(item_user="U9"),
        _reaction(item={"type": "file", "file": "F1"}),
        _reaction(user=BOT),
        _reaction(bot_id="B2"),
        _reaction(user=None),
        _reaction(event_ts="soon"),
        _reaction(event_ts=None),
        {"type": "reaction_added"},
    ],
)
def test_a_thumb_that_is_no_vote(event: dict[str, Any]) -> None:
    assert thumb_in(event, bot_user=BOT) is None


@pytest.mark.parametrize("value", ["NaN", "Infinity", "", None, "x", "-1"])
def test_a_time_that_is_none_is_not_taken_for_one(value: object) -> None:
    assert timestamp_of(value) is None
