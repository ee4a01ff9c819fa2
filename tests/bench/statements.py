"""How many statements the database runs for one turn, counted by the server itself."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import psycopg

from knowledge.server import open_server
from tests.bench.conversation import Waits

_SETTLE_S = 1.0
# What runs whether or not anybody asks: the queue's polling, heartbeats and sweeps.
_IDLE_S = 4.0


async def per_turn(home: Path, ask: Callable[[], Awaitable[Waits]]) -> float:
    """Statements per question of ``ask``, those that an idle process runs in the same time taken off."""
    async with (
        open_server(home) as server,
        await psycopg.AsyncConnection.connect(server.conninfo, autocommit=True) as connection,
    ):
        await connection.execute("alter system set log_min_duration_statement = 0")
        await connection.execute("select pg_reload_conf()")
        await asyncio.sleep(_SETTLE_S)
        start = _count(home)
        await asyncio.sleep(_IDLE_S)
        idle_per_s = (_count(home) - start) / _IDLE_S
        start, began = _count(home), asyncio.get_running_loop().time()
        waits = await ask()
        await asyncio.sleep(_SETTLE_S)
        took_s = asyncio.get_running_loop().time() - began
        counted = _count(home) - start - idle_per_s * took_s
        await connection.execute("alter system reset log_min_duration_statement")
        await connection.execute("select pg_reload_conf()")
    return counted / len(waits.answer)


def _count(home: Path) -> int:
    """Statements in the server's log so far; an extended query counts once, as it is executed."""
    total = 0
    for path in (home / "postgres").glob("log*"):
        for line in path.read_text("utf-8", "replace").splitlines():
            total += "duration:" in line and (" execute " in line or " statement: " in line)
    return total
