"""Slack's event about a message → the question in it. Pure."""

from collections.abc import Mapping
from typing import Any

from bot.thread import is_person, plain_text
from knowledge.turns import NewTurn

_SAID = frozenset({None, "file_share", "thread_broadcast"})
"""Subtypes of messages that somebody wrote; all others tell of edits, deletions, joins and the like."""


def is_direct(event: Mapping[str, Any]) -> bool:
    """Whether a message stands in the direct conversation of one person with Marty."""
    kind = event.get("channel_type")
    return kind == "im" if kind else str(event.get("channel") or "").startswith("D")


def question_in(body: Mapping[str, Any], event: Mapping[str, Any], *, bot_user: str) -> NewTurn | None:
    """The question a person put: a mention, or what they wrote directly; None for everything else.

    An edited mention counts, since it may be the edit that added the mention; an edited direct message does not.
    """
    if event.get("type") != "app_mention" and (not is_direct(event) or event.get("edited")):
        return None
    if event.get("subtype") not in _SAID:
        return None
    channel, ts = event.get("channel"), event.get("ts")
    if not is_person(event) or not isinstance(channel, str) or not isinstance(ts, str):
        return None
    return NewTurn(
        team=str(body.get("team_id") or event.get("team") or ""),
        channel=channel,
        asker=str(event["user"]),
        surface="dm" if is_direct(event) else "mention",
        question=plain_text(str(event.get("text") or ""), bot_user=bot_user),
        ts=ts,
        thread_ts=str(event.get("thread_ts") or ts),
    )
