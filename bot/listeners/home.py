"""Somebody opens the direct conversation with Marty: questions to begin with."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.reply import EXAMPLES
from bot.services import Services

_TITLE = "Ask me about the dbt project"


def register(app: AsyncApp, services: Services) -> None:
    """Offer prompts when the messages tab is opened."""

    @app.event("app_home_opened")
    async def handle_home_opened(event: dict[str, Any]) -> None:
        channel = event.get("channel")
        if event.get("tab") == "messages" and channel:
            prompts = [{"title": title, "message": message} for title, message in EXAMPLES]
            services.background.start("prompts", services.slack.set_prompts(channel, prompts, title=_TITLE))
