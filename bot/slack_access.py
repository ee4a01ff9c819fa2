"""Whether Slack lets us in: both tokens and the scopes behind them, each fault a sentence that says what to do."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError

_PATIENCE_S = 15


class SlackAccessError(BotError):
    """Slack refused us or could not be reached; ``str(error)`` says what to do, without secrets."""


@dataclass(frozen=True, slots=True)
class BotIdentity:
    """Who we are in Slack."""

    team: str
    team_name: str
    user: str
    user_name: str
    bot: str
    scopes: frozenset[str]
    """What the token may do; empty when Slack did not say."""


async def check_bot_token(client: AsyncWebClient) -> BotIdentity:
    """Ask Slack who the bot token belongs to.

    Raises: SlackAccessError.
    """
    reply = await _asked(
        client.auth_test(), "SLACK_BOT_TOKEN", "the Bot User OAuth Token (xoxb-…) from OAuth & Permissions"
    )
    header = next((value for name, value in reply.headers.items() if name.lower() == "x-oauth-scopes"), "")
    return BotIdentity(
        team=reply.get("team_id") or "",
        team_name=reply.get("team") or "",
        user=reply.get("user_id") or "",
        user_name=reply.get("user") or "",
        bot=reply.get("bot_id") or "",
        scopes=frozenset(scope.strip() for scope in str(header).split(",") if scope.strip()),
    )


async def check_app_token(client: AsyncWebClient, app_token: str) -> None:
    """Ask Slack for a Socket Mode address, as the socket itself would; the address is not used.

    Raises: SlackAccessError.
    """
    await _asked(
        client.apps_connections_open(app_token=app_token),
        "SLACK_APP_TOKEN",
        "an app-level token (xapp-…) with the scope connections:write from Basic Information",
    )


async def _asked(call: Awaitable[Any], setting: str, remedy: str) -> Any:
    try:
        return await asyncio.wait_for(call, _PATIENCE_S)
    except SlackApiError as error:
        code = error.response.get("error") if error.response is not None else None
        raise SlackAccessError(f"Slack refuses {setting} ({code or 'no reason given'}): set {remedy}.") from error
    except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        raise SlackAccessError(
            f"Slack cannot be reached ({type(error).__name__}): check SLACK_API_URL, the network and any proxy."
        ) from error
