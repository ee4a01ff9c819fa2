"""The buttons under an answer: the same vote as a reaction, thanked for where only the voter sees it."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.intake import at_once
from bot.listeners.reaction import timestamp_of
from bot.reply import FEEDBACK_ACTION, feedback_of
from bot.services import Services
from knowledge.values import Verdict

_THANKS: Mapping[Verdict, str] = {
    "up": "Thank you. Noted: this answer helped.",
    "down": "Thank you. Noted: this answer did not help.",
}
_UNKNOWN = "I do not know this answer any more, so I could not note that."


def register(app: AsyncApp, services: Services) -> None:
    """Store the vote, acknowledge, then say thanks."""

    @app.action(FEEDBACK_ACTION)
    async def handle_feedback(body: dict[str, Any], action: dict[str, Any], ack: AsyncAck) -> None:
        feedback = feedback_of(str(action.get("value") or ""))
        event_ts = timestamp_of(action.get("action_ts"))
        voter = (body.get("user") or {}).get("id")
        if feedback is not None and event_ts is not None and voter:
            verdict, turn_id = feedback
            async with at_once():
                found = await services.votes.cast(turn_id, voter, verdict, event_ts)
            text = _THANKS[verdict] if found else _UNKNOWN
            services.background.start("thanks", tell_clicker(services, body, text))
        await ack()


async def tell_clicker(services: Services, body: Mapping[str, Any], text: str) -> None:
    """Say something to whoever clicked, in the thread of the message; under a private answer, privately as well."""
    message, container = body.get("message") or {}, body.get("container") or {}
    thread_ts = message.get("thread_ts") or container.get("thread_ts")
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id")
    if channel and thread_ts and not container.get("is_ephemeral"):
        await services.slack.whisper(channel, body["user"]["id"], text, thread_ts=thread_ts)
    elif body.get("response_url"):
        await services.slack.respond(body["response_url"], {"text": text})
