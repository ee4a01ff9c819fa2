"""Statuses, prompts, titles and sessions."""

from datetime import timedelta

import pytest
from slack_app import MANIFEST, Clock, answer_of, error_of
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import Channel, User, Workspace, open_playground

PROMPTS = [{"title": "Try", "message": "What feeds orders?"}]


@pytest.fixture
async def root(ws: Workspace, ana: User, general: Channel) -> str:
    return await ws.post(ana, general, "a question")


async def test_a_status_stands_until_the_app_posts(
    ws: Workspace, client: AsyncWebClient, general: Channel, root: str
) -> None:
    await client.assistant_threads_setStatus(channel_id=general.id, thread_ts=root, status="is reading…")
    assert ws.statuses.current(general.id, root) == "is reading…"
    await client.chat_postMessage(channel=general.id, text="elsewhere")
    assert ws.statuses.current(general.id, root) == "is reading…"
    await client.chat_postMessage(channel=general.id, text="here", thread_ts=root)
    assert ws.statuses.current(general.id, root) == ""
    assert [(each.status, each.because) for each in ws.statuses.history] == [("is reading…", "set"), ("", "posted")]


async def test_a_status_ends_with_a_stream_or_an_empty_one_or_two_minutes(
    ws: Workspace, client: AsyncWebClient, ana: User, general: Channel, root: str, clock: Clock
) -> None:
    async def set_status(status: str) -> None:
        await client.assistant_threads_setStatus(channel_id=general.id, thread_ts=root, status=status)

    await set_status("a")
    await client.chat_startStream(
        channel=general.id, thread_ts=root, recipient_user_id=ana.id, recipient_team_id="T", markdown_text="x"
    )
    assert ws.statuses.current(general.id, root) == ""
    await set_status("b")
    await set_status("")
    assert ws.statuses.current(general.id, root) == ""
    await set_status("c")
    clock.at += timedelta(seconds=119)
    assert [each.status for each in ws.statuses.standing()] == ["c"]
    clock.at += timedelta(seconds=2)
    assert ws.statuses.standing() == []
    assert ws.statuses.history[-1].because == "timeout"


async def test_a_status_belongs_to_a_root(
    ws: Workspace, client: AsyncWebClient, ana: User, general: Channel, root: str
) -> None:
    reply = await ws.post(ana, general, "more", thread_ts=root)
    for ts in (reply, "1700000000.000001", "x"):
        call = client.assistant_threads_setStatus(channel_id=general.id, thread_ts=ts, status="x")
        assert await error_of(call) == "invalid_thread_ts"
    call = client.assistant_threads_setStatus(channel_id="C404", thread_ts=root, status="x")
    assert await error_of(call) == "channel_not_found"


async def test_at_most_ten_loading_messages(ws: Workspace, client: AsyncWebClient, general: Channel, root: str) -> None:
    ten = {"channel_id": general.id, "thread_ts": root, "status": "x", "loading_messages": ["…"] * 10}
    await client.api_call("assistant.threads.setStatus", json=ten)
    assert len(ws.statuses.history[-1].loading_messages) == 10
    eleven = ten | {"loading_messages": ["…"] * 11}
    assert await error_of(client.api_call("assistant.threads.setStatus", json=eleven)) == "invalid_arguments"


async def test_prompts_stand_in_direct_messages_only(
    ws: Workspace, client: AsyncWebClient, ana: User, general: Channel, root: str
) -> None:
    dm = ws.open_dm(ana)
    await client.assistant_threads_setSuggestedPrompts(channel_id=dm.id, prompts=PROMPTS, title="Ask me")
    assert ws.assistant.prompts[dm.id, ""] == {"title": "Ask me", "prompts": PROMPTS}
    in_channel = client.assistant_threads_setSuggestedPrompts(channel_id=general.id, thread_ts=root, prompts=PROMPTS)
    assert await error_of(in_channel) == "channel_not_found"
    for prompts in ([], PROMPTS * 5, [{"title": "no message"}]):
        call = client.assistant_threads_setSuggestedPrompts(channel_id=dm.id, prompts=prompts)
        assert await error_of(call) == "invalid_arguments"


async def test_a_thread_gets_a_title(ws: Workspace, client: AsyncWebClient, general: Channel, root: str) -> None:
    await client.assistant_threads_setTitle(channel_id=general.id, thread_ts=root, title="Orders")
    assert ws.assistant.titles[general.id, root] == "Orders"


async def test_a_session_has_a_state_that_slack_knows(
    ws: Workspace, client: AsyncWebClient, general: Channel, root: str
) -> None:
    await client.agents_sessions_setStatus(channel_id=general.id, thread_ts=root, status="processing")
    assert ws.assistant.sessions[general.id, root] == "processing"
    call = client.agents_sessions_setStatus(channel_id=general.id, thread_ts=root, status="busy")
    assert await error_of(call) == "invalid_arguments"


async def test_a_stop_button_without_its_event_is_warned_of() -> None:
    manifest = {**MANIFEST, "settings": {"event_subscriptions": {"bot_events": ["message.channels"]}}}
    async with open_playground(manifest) as playground:
        ws = playground.workspace
        channel = ws.add_channel("general", members=[ana := ws.add_user("ana")])
        root = await ws.post(ana, channel, "x")
        client = AsyncWebClient(playground.bot_token, base_url=playground.api_url)
        answer = await answer_of(
            client.agents_sessions_setStatus(channel_id=channel.id, thread_ts=root, status="processing")
        )
        assert answer["warning"] == "missing_agent_session_stopped_event_subscription"


async def test_sessions_are_for_agents_only() -> None:
    manifest = {**MANIFEST, "features": {"bot_user": {"display_name": "marty"}}}
    async with open_playground(manifest) as playground:
        ws = playground.workspace
        channel = ws.add_channel("general", members=[ana := ws.add_user("ana")])
        root = await ws.post(ana, channel, "x")
        client = AsyncWebClient(playground.bot_token, base_url=playground.api_url)
        call = client.agents_sessions_setStatus(channel_id=channel.id, thread_ts=root, status="active")
        assert await error_of(call) == "app_not_agent"
