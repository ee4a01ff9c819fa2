"""The other side of the workspace: a manifest, an app that only listens, and how a refusal is read."""

import json
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.playground import Playground

Json = dict[str, Any]

MANIFEST: Json = {
    "display_information": {"name": "Marty"},
    "features": {
        "app_home": {"messages_tab_enabled": True},
        "bot_user": {"display_name": "marty"},
        "agent_view": {"suggested_prompts": [{"title": "Try", "message": "What feeds orders?"}]},
        "slash_commands": [
            {"command": "/ask", "description": "Ask", "usage_hint": "[question]", "should_escape": True},
            {"command": "/plain", "description": "Ask, unescaped"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "app_mentions:read",
                "assistant:write",
                "channels:read",
                "chat:write",
                "commands",
                "files:write",
                "im:history",
                "im:read",
                "im:write",
                "reactions:read",
                "reactions:write",
                "users:read",
            ],
            "bot_optional": ["channels:history", "groups:history", "mpim:history"],
        }
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "agent_session_stopped",
                "app_home_opened",
                "app_mention",
                "member_joined_channel",
                "message.channels",
                "message.groups",
                "message.im",
                "reaction_added",
                "reaction_removed",
            ]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Listener:
    """An app without a framework: keeps what arrives, acknowledges it unless told not to."""

    socket: aiohttp.ClientWebSocketResponse
    envelopes: list[Json] = field(default_factory=list)
    frames: list[Json] = field(default_factory=list)
    acknowledges: bool = True
    ack_payload: Json | None = None

    async def listen(self) -> None:
        async for frame in self.socket:
            message = json.loads(frame.data)
            self.frames.append(message)
            if "envelope_id" in message:
                self.envelopes.append(message)
                if self.acknowledges:
                    await self.acknowledge(message)

    async def acknowledge(self, envelope: Json) -> None:
        ack = {"envelope_id": envelope["envelope_id"]}
        if self.ack_payload is not None and envelope["accepts_response_payload"]:
            ack["payload"] = self.ack_payload
        await self.socket.send_json(ack)

    @property
    def events(self) -> list[Json]:
        """What the envelopes of events held, in the order of arrival."""
        return [each["payload"]["event"] for each in self.envelopes if each["type"] == "events_api"]

    def events_of(self, kind: str, subtype: str | None = None) -> list[Json]:
        return [each for each in self.events if each["type"] == kind and each.get("subtype") == subtype]


async def open_socket(playground: Playground, http: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    """Connect as an app does: ask for an address, then open it."""
    headers = {"Authorization": f"Bearer {playground.app_token}"}
    async with http.post(f"{playground.api_url}apps.connections.open", headers=headers) as response:
        opened = await response.json()
    return await http.ws_connect(opened["url"])


async def answer_of(call: Awaitable[AsyncSlackResponse]) -> Json:
    """What the workspace answered."""
    return cast("Json", (await call).data)


async def refusal_of(call: Awaitable[AsyncSlackResponse]) -> Json:
    """What the workspace said no with."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return cast("Json", caught.value.response.data)


async def error_of(call: Awaitable[AsyncSlackResponse]) -> str:
    """The word it said no with."""
    return (await refusal_of(call))["error"]
