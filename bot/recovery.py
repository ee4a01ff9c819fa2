"""Finding a message again that went out although nobody stored it: by the turn's id in its metadata."""

import logging
from collections import OrderedDict
from typing import Any

from bot.errors import BotError
from bot.reply import QUESTION_EVENT, TURN_EVENT
from bot.slack import Message, Slack
from knowledge.turns import Turns
from knowledge.values import Turn

logger = logging.getLogger(__name__)

_THREAD_MESSAGES, _CHANNEL_MESSAGES, _KEPT_AT_MOST = 200, 100, 1_000


class Unstored:
    """Messages that went out but could not be stored, since the database was away: what this process alone knows."""

    def __init__(self) -> None:
        self._ts: OrderedDict[tuple[str, str], str] = OrderedDict()

    def keep(self, turn_id: str, event_type: str, ts: str) -> None:
        """Remember the message ``ts`` of a turn, its ``event_type`` being that of its metadata."""
        self._ts[turn_id, event_type] = ts
        if len(self._ts) > _KEPT_AT_MOST:
            self._ts.popitem(last=False)

    def recall(self, turn_id: str, event_type: str) -> str | None:
        """The message of a turn, if one was kept."""
        return self._ts.get((turn_id, event_type))

    def forget(self, turn_id: str) -> None:
        """The turn is closed."""
        for event_type in (TURN_EVENT, QUESTION_EVENT):
            self._ts.pop((turn_id, event_type), None)


async def find_answer(slack: Slack, turns: Turns, turn: Turn) -> str | None:
    """The ts of the message in which a turn's answer was begun; None when there is none, or none to be seen.

    A finished answer carries the turn's id. One that still grew carries nothing: since a thread's answers grow one at
    a time, a message of ours that came after the question, carries nothing and answers no other turn is it.
    """
    try:
        messages = await slack.read_thread(turn.channel, turn.thread_ts or "", limit=_THREAD_MESSAGES)
    except BotError as error:
        logger.info("thread not readable", extra={"error": str(error)})
        return None
    after = float(turn.ts or 0)
    ours = [each for each in messages if _is_ours(slack, each) and float(each.get("ts") or 0) > after]
    ours = [each for each in ours if not each.get("files")]  # the picture below the answer before
    for message in ours:
        if _payload(message, TURN_EVENT).get("turn_id") == turn.turn_id:
            return str(message["ts"])
    for message in reversed(ours):
        if not message.get("metadata") and await turns.by_answer(turn.channel, str(message["ts"])) is None:
            return str(message["ts"])
    return None


async def find_question(slack: Slack, turn: Turn) -> str | None:
    """The ts of the message in which a command's question was posted; None when there is none, or none to be seen."""
    oldest = f"{turn.asked_at.timestamp() - 1:.6f}"
    try:
        messages = await slack.read_channel(turn.channel, oldest=oldest, limit=_CHANNEL_MESSAGES)
    except BotError as error:
        logger.info("channel not readable", extra={"error": str(error)})
        return None
    tagged = (each for each in messages if _payload(each, QUESTION_EVENT).get("turn_id") == turn.turn_id)
    return next((str(each["ts"]) for each in tagged if _is_ours(slack, each)), None)


def _is_ours(slack: Slack, message: Message) -> bool:
    return slack.identity.bot == message.get("bot_id") or slack.identity.user == message.get("user")


def _payload(message: Message, event_type: str) -> dict[str, Any]:
    metadata = message.get("metadata") or {}
    return metadata.get("event_payload") or {} if metadata.get("event_type") == event_type else {}
