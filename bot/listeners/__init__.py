"""Everything that people can do in Slack, an entry point a file."""

from slack_bolt.async_app import AsyncApp

from bot.listeners import command, feedback, home, mention, message, reaction
from bot.services import Services


def register(app: AsyncApp, services: Services) -> None:
    """Register every listener."""
    for listener in (mention, message, command, reaction, feedback, home):
        listener.register(app, services)
