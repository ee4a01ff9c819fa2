"""A bot without a framework that answers from a script: what the page has to show."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import Playground

Json = dict[str, Any]

MANIFEST: Json = {
    "display_information": {"name": "Marty"},
    "features": {
        "app_home": {"messages_tab_enabled": True},
        "bot_user": {"display_name": "marty"},
        "agent_view": {"suggested_prompts": [{"title": "Find revenue", "message": "Where is revenue?"}]},
        "slash_commands": [{"command": "/ask", "description": "Ask about the dbt project", "usage_hint": "[question]"}],
    },
    "oauth_config": {
        "scopes": {
            "bot": ["app_mentions:read", "assistant:write", "chat:write", "commands", "files:write", "im:history"]
        }
    },
    "settings": {
        "event_subscriptions": {"bot_events": ["app_mention", "message.im", "agent_session_stopped"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


SQL = "select order_date, sum(net_amount) as revenue\nfrom fct_orders\nwhere status <> 'returned'\ngroup by 1"
ANSWER = """Use **`fct_orders`**: one row per order, `net_amount` is revenue after discounts and returns.

| column | meaning |
|---|--:|
| `net_amount` | revenue in EUR |
| `order_date` | day of the order |

- built today, 06:12
- owned by *Finance*, see [the docs](https://docs.example/fct_orders)"""
TRUST: Json = {
    "type": "context",
    "elements": [{"type": "mrkdwn", "text": "*fct_orders* built 2 h ago · 14 tests pass"}],
}
MORE: Json = {
    "type": "container",
    "block_id": "more",
    "title": plain("SQL and sources"),
    "is_collapsible": True,
    "default_collapsed": True,
    "child_blocks": [{"type": "markdown", "text": f"```sql\n{SQL}\n```"}],
}
FEEDBACK: Json = {
    "type": "context_actions",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "feedback",
            "positive_button": {"text": plain("Helpful"), "value": "good"},
            "negative_button": {"text": plain("Not helpful"), "value": "bad"},
        }
    ],
}
WHY: Json = {
    "type": "modal",
    "title": plain("What went wrong?"),
    "submit": plain("Send"),
    "blocks": [
        {
            "type": "input",
            "block_id": "reason",
            "label": plain("In your words"),
            "element": {"type": "plain_text_input", "action_id": "why", "multiline": True},
        }
    ],
}


class ScriptedBot:
    """Answers mentions, direct messages, ``/ask`` and feedback. ``go`` lets a stream that was begun go on."""

    def __init__(self, playground: Playground, client: AsyncWebClient) -> None:
        self.client = client
        self.app_token = playground.app_token
        self.go = asyncio.Event()
        self.go.set()
        self.reasons: list[str] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in socket:
            envelope = json.loads(frame.data)
            if "envelope_id" not in envelope:
                continue
            ack: Json = {"envelope_id": envelope["envelope_id"]}
            if envelope["type"] == "slash_commands":
                ack["payload"] = {"text": f"Looking into “{envelope['payload']['text']}”…"}
            await socket.send_json(ack)
            task = asyncio.create_task(self._handle(envelope["type"], envelope["payload"]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _handle(self, kind: str, payload: Json) -> None:
        if kind == "events_api":
            await self._hear(payload)
        elif kind == "slash_commands":
            text = f"<@{payload['user_id']}> asked: {payload['text']}"
            root = await self.client.chat_postMessage(channel=payload["channel_id"], text=text)
            await self._answer(payload["channel_id"], str(root["ts"]), payload["user_id"], payload["team_id"])
        elif payload["type"] == "block_actions":
            await self._take_feedback(payload)
        elif payload["type"] == "view_submission":
            self.reasons.append(payload["view"]["state"]["values"]["reason"]["why"]["value"])

    async def _hear(self, payload: Json) -> None:
        event = payload["event"]
        if "bot_id" in event or event.get("subtype") or "user" not in event or event["type"] == "agent_session_stopped":
            return
        await self._answer(event["channel"], event.get("thread_ts", event["ts"]), event["user"], payload["team_id"])

    async def _answer(self, channel: str, root: str, user: str, team: str) -> None:
        status = "is reading the catalog…"
        await self.client.assistant_threads_setStatus(channel_id=channel, thread_ts=root, status=status)
        await self.go.wait()
        stream = await self.client.chat_stream(
            buffer_size=1, channel=channel, thread_ts=root, recipient_user_id=user, recipient_team_id=team
        )
        first, rest = ANSWER.split("\n\n", 1)
        for word in first.split(" "):
            await stream.append(markdown_text=f"{word} ")
        await self.go.wait()
        await stream.append(markdown_text="\n\n" + rest)
        await stream.stop(blocks=[TRUST, MORE, FEEDBACK])

    async def _take_feedback(self, payload: Json) -> None:
        thread_ts = payload["message"]["thread_ts"]
        if payload["actions"][0]["value"] == "bad":
            await self.client.views_open(trigger_id=payload["trigger_id"], view=WHY)
            return
        await self.client.chat_postEphemeral(
            channel=payload["channel"]["id"], user=payload["user"]["id"], thread_ts=thread_ts, text="Thanks, noted."
        )


@asynccontextmanager
async def scripted_bot(playground: Playground) -> AsyncGenerator[ScriptedBot]:
    """A bot that is connected for as long as the block runs."""
    client = AsyncWebClient(playground.bot_token, base_url=playground.api_url)
    bot = ScriptedBot(playground, client)
    opened = await client.apps_connections_open(app_token=playground.app_token)
    async with aiohttp.ClientSession() as http, http.ws_connect(str(opened["url"])) as socket:
        listening = asyncio.create_task(bot.listen(socket))
        await playground.workspace.connected()
        yield bot
        await socket.close()
        await listening
