"""Somebody writes to Marty directly. What is said elsewhere arrives here too, and is left alone."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.listeners.question import question_in
from bot.services import Services


def register(app: AsyncApp, services: Services) -> None:
    """Take every message of a direct conversation as a question."""

    @app.event("message")
    async def handle_message(body: dict[str, Any], event: dict[str, Any]) -> None:
        new = question_in(body, event, bot_user=services.slack.identity.user)
        if new is not None:
            await services.intake.take(new)
