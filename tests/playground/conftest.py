"""A workspace, a client of Slack's own SDK, and an app that only listens."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_app import MANIFEST, Clock, Listener, open_socket
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import Playground, open_playground


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ack_timeout_s() -> float:
    """As long as Slack's; a test of what happens after it says how long it is."""
    return 3.0


@pytest.fixture
async def playground(clock: Clock, ack_timeout_s: float) -> AsyncIterator[Playground]:
    optional = ("channels:history", "groups:history", "mpim:history")
    async with open_playground(
        MANIFEST, granted_optional=optional, retry_delays_s=(0.0, 0.05), ack_timeout_s=ack_timeout_s, now=clock
    ) as running:
        yield running


@pytest.fixture
def client(playground: Playground) -> AsyncWebClient:
    return AsyncWebClient(playground.bot_token, base_url=playground.api_url)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def listener(playground: Playground, http: aiohttp.ClientSession) -> AsyncIterator[Listener]:
    listening = Listener(socket=await open_socket(playground, http))
    task = asyncio.create_task(listening.listen())
    await playground.workspace.connected()
    yield listening
    await listening.socket.close()
    await task
