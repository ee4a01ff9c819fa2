"""The app's websockets: tickets that open them, hello and goodbye, and whose turn it is."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from bot.playground.state import APP_ID, new_secret

Json = dict[str, Any]

MAX_CONNECTIONS = 10  # Source: Slack's Socket Mode guide
_DEBUG_INFO = {"host": "playground", "build_number": 1, "approximate_connection_time": 18060}


@dataclass(kw_only=True, eq=False)
class Connection:
    """One websocket; ``leaving`` when it may not be given anything any more."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport | None
    lost: asyncio.Event = field(default_factory=asyncio.Event)
    leaving: bool = False


class Connections:
    """All open websockets. ``on_text`` hears every text frame that arrives on any of them."""

    def __init__(self, *, is_enabled: bool, on_text: Callable[[str], None]) -> None:
        self._is_enabled = is_enabled
        self._on_text = on_text
        self._row: list[Connection] = []
        self._tickets: set[str] = set()
        self._somebody = asyncio.Event()

    def __len__(self) -> int:
        """How many can be given a payload now."""
        return sum(not each.leaving for each in self._row)

    def new_ticket(self) -> str:
        """A word that opens one connection."""
        ticket = new_secret("ticket")
        self._tickets.add(ticket)
        return ticket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from hello to goodbye."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401, text="an address opens one connection; ask for another")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        if not self._is_enabled or len(self._row) >= MAX_CONNECTIONS:
            await socket.send_json(_goodbye("too_many_websockets" if self._is_enabled else "link_disabled"))
            await socket.close()
        else:
            await self._talk(Connection(socket=socket, transport=request.transport))
        return socket

    def next(self) -> Connection | None:
        """The connection whose turn it is, which then goes to the end of the row; None when nobody is there."""
        for connection in self._row:
            if not connection.leaving:
                self._row.remove(connection)
                self._row.append(connection)
                return connection
        return None

    async def wait(self) -> Connection:
        """The connection whose turn it is, once somebody is there; who waits longest is served first."""
        while (connection := self.next()) is None:
            await self._somebody.wait()
        return connection

    async def disconnect(self, reason: str) -> None:
        """Ask everybody to reconnect; nobody is given a payload any more."""
        for connection in list(self._row):
            connection.leaving = True
            await connection.socket.send_json(_goodbye(reason))
        self._note_who_is_there()

    def cut(self) -> None:
        """Break every connection without a word, as a network does."""
        for connection in self._row:
            connection.leaving = True
            connection.lost.set()
            if connection.transport:
                connection.transport.abort()
        self._note_who_is_there()

    async def close(self) -> None:
        for connection in list(self._row):
            await connection.socket.close(code=1001)

    async def _talk(self, connection: Connection) -> None:
        hello: Json = {"type": "hello", "num_connections": len(self._row) + 1, "connection_info": {"app_id": APP_ID}}
        await connection.socket.send_json(hello | {"debug_info": _DEBUG_INFO})
        self._row.append(connection)
        self._note_who_is_there()
        try:
            async for frame in connection.socket:
                if frame.type is WSMsgType.TEXT:
                    self._on_text(frame.data)
        finally:
            connection.lost.set()
            self._row.remove(connection)
            self._note_who_is_there()

    def _note_who_is_there(self) -> None:
        if len(self):
            self._somebody.set()
        else:
            self._somebody.clear()


def _goodbye(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}}
