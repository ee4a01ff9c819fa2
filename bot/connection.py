"""The socket to Slack: opened or loudly refused at the start, kept open, drained at the end."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import proxy_for
from bot.slack_access import SlackAccessError, check_app_token

_CONNECT_S, _DRAIN_S, _PING_S, _WATCH_S = 20.0, 2.0, 5.0, 2.0


class Socket(AsyncSocketModeHandler):
    """Bolt's handler, which also knows what it is handling."""

    def __init__(self, app: AsyncApp, client: AsyncWebClient, app_token: str) -> None:
        super().__init__(app, app_token, web_client=client, ping_interval=_PING_S)
        self.client.proxy = proxy_for(client.base_url)
        self._handling: set[asyncio.Task[None]] = set()

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 (a coroutine runs in one)
        self._handling.add(task)
        try:
            await super().handle(client, req)  # pyright: ignore[reportArgumentType]
        finally:
            self._handling.discard(task)

    async def is_connected(self) -> bool:
        """Whether Slack can reach us now."""
        return await self.client.is_connected()

    async def drain(self) -> None:
        """Acknowledge what has arrived, then close; Slack delivers the rest to another process or later."""
        if self._handling:
            await asyncio.wait(self._handling, timeout=_DRAIN_S)
        with contextlib.suppress(ConnectionError):
            await self.close_async()
        client = self.client
        tasks = [client.message_processor, client.current_session_monitor, client.message_receiver]
        await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)


@asynccontextmanager
async def open_socket(app: AsyncApp, client: AsyncWebClient, app_token: str) -> AsyncGenerator[Socket]:
    """A connected socket.

    Raises: SlackAccessError when Slack refuses the app token or no connection comes about: the SDK would go on trying
    without a word.
    """
    await check_app_token(client, app_token)
    socket = Socket(app, client, app_token)
    watch = asyncio.create_task(_keep_fresh(socket), name="socket watch")
    try:
        try:
            await asyncio.wait_for(socket.connect_async(), _CONNECT_S)
        except TimeoutError as error:
            raise SlackAccessError("Slack gave an address for the socket, but no connection came about.") from error
        yield socket
    finally:
        watch.cancel()
        await socket.drain()
        await asyncio.gather(watch, return_exceptions=True)


async def _keep_fresh(socket: Socket) -> None:
    """Have the SDK ask for a new address while it has no connection: it tries a dead one again and again."""
    while True:
        await asyncio.sleep(_WATCH_S)
        if not await socket.is_connected():
            socket.client.wss_uri = None
