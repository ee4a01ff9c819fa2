"""How many statements the database runs, counted by the server itself."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg

from knowledge.server import open_server
from tests.bench.conversation import Waits

_SETTLE_S = 1.0
# What runs whether or not anybody asks: the queue's polling, heartbeats and sweeps.
_IDLE_S = 4.0


async def per_turn(home: Path, ask: Callable[[], Awaitable[Waits]]) -> float:
    """Statements per question of ``ask``, those that an idle process runs in the same time taken off."""
    async with counting(home) as count:
        start = count()
        await asyncio.sleep(_IDLE_S)
        idle_per_s = (count() - start) / _IDLE_S
        start, began = count(), asyncio.get_running_loop().time()
        waits = await ask()
        await asyncio.sleep(_SETTLE_S)
        took_s = asyncio.get_running_loop().time() - began
        counted = count() - start - idle_per_s * took_s
    return counted / len(waits.answer)


@asynccontextmanager
async def counting(home: Path) -> AsyncGenerator[Callable[[], int]]:
    """Let the server of ``home`` count; yields what tells how many statements it has run so far."""
    async with (
        open_server(home) as server,
        await psycopg.AsyncConnection.connect(server.conninfo, autocommit=True) as connection,
    ):
        await connection.execute("alter system set log_min_duration_statement = 0")
        await connection.execute("alter system set log_parameter_max_length = 0")
        await connection.execute("select pg_reload_conf()")
        await asyncio.sleep(_SETTLE_S)
        yield lambda: _count(home)
        await connection.execute("alter system reset log_min_duration_statement")
        await connection.execute("alter system reset log_parameter_max_length")
        await connection.execute("select pg_reload_conf()")


def _count(home: Path) -> int:
    """Statements in the server's log so far; an extended query counts once, as it is executed."""
    total = 0
    for path in (home / "postgres").glob("log*"):
        for line in path.read_text("utf-8", "replace").splitlines():
            total += "duration:" in line and (" execute " in line or " statement: " in line)
    return total
