"""👍 and 👎 on an answer, given and taken back, in any spelling and skin tone: that person's vote on it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.intake import at_once
from bot.services import Services
from bot.turn_jobs import LateVote
from knowledge.values import Verdict

_SKIN_TONES = re.compile("[\U0001f3fb-\U0001f3ff\ufe0f]|_tone[1-6]$")
_VERDICTS: Mapping[str, Verdict] = {
    "+1": "up", "thumbsup": "up", "thumbs_up": "up", "👍": "up",
    "-1": "down", "thumbsdown": "down", "thumbs_down": "down", "👎": "down",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumb:
    """A thumb on a message, given or taken back."""

    channel: str
    message_ts: str
    voter: str
    verdict: Verdict
    event_ts: Decimal


def register(app: AsyncApp, services: Services) -> None:
    """Store the vote. On a message of ours that no answer is stored for yet, it is looked for again a little later."""

    @app.event("reaction_added")
    async def handle_reaction_added(event: dict[str, Any]) -> None:
        await _vote(services, event, given=True)

    @app.event("reaction_removed")
    async def handle_reaction_removed(event: dict[str, Any]) -> None:
        await _vote(services, event, given=False)


def thumb_in(event: Mapping[str, Any], *, bot_user: str) -> Thumb | None:
    """The thumb that an event tells of; None for other reactions, apps' reactions and other people's messages."""
    item = event.get("item") or {}
    verdict = verdict_of(str(event.get("reaction") or ""))
    voter = event.get("user")
    if verdict is None or item.get("type") != "message" or event.get("item_user") not in {None, "", bot_user}:
        return None
    if not voter or voter in {bot_user, "USLACKBOT"} or event.get("bot_id"):
        return None
    event_ts = timestamp_of(event.get("event_ts"))
    channel, message_ts = item.get("channel"), item.get("ts")
    if event_ts is None or not channel or not message_ts:
        return None
    return Thumb(channel=channel, message_ts=message_ts, voter=voter, verdict=verdict, event_ts=event_ts)


def verdict_of(reaction: str) -> Verdict | None:
    """Slack's name of a reaction → what it says about an answer, if anything."""
    return _VERDICTS.get(_SKIN_TONES.sub("", reaction.strip(":").split("::", 1)[0]))


def timestamp_of(value: object) -> Decimal | None:
    """A time of Slack's, exactly; None when it is none."""
    try:
        at = Decimal(str(value))
    except InvalidOperation:
        return None
    return at if at.is_finite() and at > 0 else None


async def _vote(services: Services, event: Mapping[str, Any], *, given: bool) -> None:
    bot_user = services.slack.identity.user
    thumb = thumb_in(event, bot_user=bot_user)
    if thumb is None:
        return
    change = services.votes.cast_on if given else services.votes.withdraw_on
    async with at_once():
        found = await change(thumb.channel, thumb.message_ts, thumb.voter, thumb.verdict, thumb.event_ts)
        if not found and event.get("item_user") == bot_user:
            await services.turn_queue.defer_vote(
                LateVote(thumb.channel, thumb.message_ts, thumb.voter, thumb.verdict, str(thumb.event_ts), given)
            )
