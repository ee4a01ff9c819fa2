"""Somebody mentions Marty in a channel or a thread. An edit that adds the forgotten mention arrives here as well."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.listeners.question import question_in
from bot.services import Services


def register(app: AsyncApp, services: Services) -> None:
    """Take a mention as a question; its twin, a second delivery and an edit find the turn already there."""

    @app.event("app_mention")
    async def handle_mention(body: dict[str, Any], event: dict[str, Any]) -> None:
        new = question_in(body, event, bot_user=services.slack.identity.user)
        if new is not None:
            await services.intake.take(new)
