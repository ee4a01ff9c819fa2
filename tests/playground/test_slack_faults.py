"""Trouble on demand: what the caller sees, and whether the thing was done."""

import asyncio

import aiohttp
import pytest
from slack_app import error_of
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import Channel, Workspace


async def test_a_failing_method_fails_as_often_as_told(ws: Workspace, client: AsyncWebClient, general: Channel) -> None:
    ws.faults.fail("chat.postMessage", error="fatal_error", times=2)
    for _ in range(2):
        assert await error_of(client.chat_postMessage(channel=general.id, text="x")) == "fatal_error"
    await client.chat_postMessage(channel=general.id, text="x")
    assert len(ws.messages(general)) == 1


async def test_a_rate_limit_says_when_to_come_back(ws: Workspace, client: AsyncWebClient, general: Channel) -> None:
    ws.faults.fail("chat.postMessage", error="ratelimited", retry_after_s=7)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=general.id, text="x")
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "7")
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    ws.faults.fail("chat.postMessage", error="ratelimited", retry_after_s=0)
    await client.chat_postMessage(channel=general.id, text="x")


async def test_a_limit_counts_calls(ws: Workspace, client: AsyncWebClient) -> None:
    ws.faults.limit("auth.test", per_minute=2)
    await client.auth_test()
    await client.auth_test()
    assert await error_of(client.auth_test()) == "ratelimited"
    ws.faults.clear()
    await client.auth_test()


async def test_slacks_own_limits_can_be_turned_on(ws: Workspace, client: AsyncWebClient) -> None:
    ws.faults.limit_like_slack()
    for _ in range(20):
        await client.conversations_list()
    assert await error_of(client.conversations_list()) == "ratelimited"


async def test_a_broken_front_door_answers_without_json(ws: Workspace, client: AsyncWebClient) -> None:
    ws.faults.http(status=503)
    with pytest.raises(SlackApiError) as caught:
        await client.auth_test()
    assert caught.value.response.status_code == 503


async def test_a_lost_reply_leaves_the_message_posted(ws: Workspace, client: AsyncWebClient, general: Channel) -> None:
    ws.faults.lose_reply("chat.postMessage")
    client.retry_handlers.clear()
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=general.id, text="x")
    assert len(ws.messages(general)) == 1


async def test_a_cut_connection_leaves_nothing_done(ws: Workspace, client: AsyncWebClient, general: Channel) -> None:
    ws.faults.cut("chat.postMessage")
    client.retry_handlers.clear()
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=general.id, text="x")
    assert ws.messages(general) == []


async def test_a_hanging_method_does_it_in_the_end(ws: Workspace, client: AsyncWebClient, general: Channel) -> None:
    ws.faults.hang("chat.postMessage", 1.0)
    assert ws.faults.is_due("chat.postMessage")
    call = asyncio.create_task(client.chat_postMessage(channel=general.id, text="x"))
    await ws.wait_for(lambda: not ws.faults.is_due("chat.postMessage"))
    assert ws.messages(general) == []
    await call
    assert len(ws.messages(general)) == 1
