"""A bot on Slack's own framework, unaware that this is not Slack."""

from collections.abc import AsyncIterator

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond, AsyncSetStatus
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import Channel, Playground, User, Workspace


@pytest.fixture
async def handler(playground: Playground, client: AsyncWebClient) -> AsyncIterator[AsyncSocketModeHandler]:
    app = AsyncApp(client=client)

    @app.event("app_mention")
    async def answer(event: dict[str, str], set_status: AsyncSetStatus, client: AsyncWebClient) -> None:
        await set_status("is thinking…")
        place = {"channel": event["channel"], "thread_ts": event["ts"], "recipient_user_id": event["user"]}
        stream = await client.chat_stream(buffer_size=5, recipient_team_id=event["team"], **place)
        await stream.append(markdown_text="**Revenue** is in ")
        await stream.stop(markdown_text="`fct_orders`")

    @app.command("/ask")
    async def ask(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack(response_type="ephemeral", text="Looking…")
        await respond(text="Found it")

    handler = AsyncSocketModeHandler(app, app_token=playground.app_token, ping_interval=1)
    await handler.connect_async()
    await playground.workspace.connected()
    yield handler
    await handler.close_async()


@pytest.mark.usefixtures("handler")
async def test_a_mention_is_answered_in_its_thread(ws: Workspace, ana: User, general: Channel) -> None:
    ts = await ws.post(ana, general, "@marty where is revenue?")
    answer = await ws.answer_to(general, ts)
    assert (answer.shown, answer.thread_ts) == ("Revenue is in fct_orders", ts)
    assert [each.status for each in ws.statuses.history] == ["is thinking…", ""]


@pytest.mark.usefixtures("handler")
async def test_a_command_is_acknowledged_and_answered(ws: Workspace, ana: User, general: Channel) -> None:
    result = await ws.command(ana, general, "/ask", "x")
    assert result.shown == "Looking…"
    await ws.wait_for(lambda: len(ws.ephemerals(ana, general)) == 2)
    assert {each.shown for each in ws.ephemerals(ana, general)} == {"Looking…", "Found it"}


async def test_the_framework_comes_back_after_a_goodbye(
    handler: AsyncSocketModeHandler, ws: Workspace, ana: User, general: Channel
) -> None:
    await ws.disconnect_sockets()
    ts = await ws.post(ana, general, "@marty where is revenue?")
    assert (await ws.answer_to(general, ts)).shown
    assert len(ws.calls_of("apps.connections.open")) == 2
