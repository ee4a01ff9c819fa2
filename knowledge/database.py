"""The database as the rest of Marty sees it: statements, transactions, locks, on a pool that outlives restarts."""

import asyncio
import select
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from pgvector.psycopg.halfvec import register_halfvec_info
from pgvector.psycopg.vector import register_vector_info
from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg.types import TypeInfo
from psycopg_pool import AsyncConnectionPool

from knowledge.compatibility import require_server, require_vector
from knowledge.connection import Connection, complete_conninfo, connect, gone, is_gone
from knowledge.errors import Unavailable
from knowledge.migrations import migrate
from knowledge.queries import load_queries
from knowledge.server import open_server

_RECONNECT_S = 3.0
"""How long the pool tries by itself; after that the next statement starts a new try at once, without a long backoff."""
_LOCK_POLL_S = 0.05
_LOCK_POLL_MAX_S = 0.25


class Database:
    """Postgres behind a pool. All of its methods raise Unavailable when the database is not there.

    Behind a PgBouncer, its pool mode must be `session`: locks, prepared statements and the queue's LISTEN belong to
    one server connection.
    """

    conninfo: str
    """How to connect, in libpq's form, password included: never log it."""
    pool: AsyncConnectionPool[Connection]
    """Connections in autocommit with dictionary rows, as LangGraph's saver and procrastinate want them."""

    def __init__(self, locate: Callable[[], Awaitable[str]], *, pool_size: int, wait_s: float) -> None:
        """A database that ``locate`` finds, as conninfo; asked for each new connection, so that it may mend things."""
        self._locate = locate
        self._queries = load_queries("database")
        self._types: list[TypeInfo] = []
        self.conninfo = ""
        self.pool = AsyncConnectionPool(
            self._find,
            # Autocommit is not set here: procrastinate adds it to these when it opens a connection of its own.
            kwargs={"row_factory": dict_row},
            connection_class=AsyncConnection[dict[str, Any]],
            configure=self._configure,
            check=self._check,
            min_size=min(2, pool_size),
            max_size=pool_size,
            timeout=wait_s,
            reconnect_timeout=_RECONNECT_S,
            name="marty",
            open=False,
        )

    async def fetch(self, query: LiteralString, /, **params: Any) -> list[dict[str, Any]]:
        with _faults():
            async with self.pool.connection() as connection:
                return await (await connection.execute(query, params)).fetchall()

    async def fetch_one(self, query: LiteralString, /, **params: Any) -> dict[str, Any] | None:
        with _faults():
            async with self.pool.connection() as connection:
                return await (await connection.execute(query, params)).fetchone()

    async def execute(self, query: LiteralString, /, **params: Any) -> int:
        """Run ``query`` and return how many rows it touched."""
        with _faults():
            async with self.pool.connection() as connection:
                return (await connection.execute(query, params)).rowcount

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Connection]:
        """A connection inside a transaction: committed at the end of the block, rolled back by an exception."""
        with _faults():
            async with self.pool.connection() as connection, connection.transaction():
                yield connection

    @asynccontextmanager
    async def lock(self, name: str, *, wait: bool = True) -> AsyncGenerator[bool]:
        """Hold the lock ``name``, which one session of this database can hold at a time; yields whether it was got.

        It has a connection of its own, outside the pool, and ends with it: when the process dies, the lock is free.
        """
        connection = await connect(await self._find())
        try:
            with _faults():
                await connection.execute(self._queries["notice_dead_peers"])
                taken = await self._take(connection, name, wait=wait)
            yield taken
            with suppress(psycopg.Error):
                await connection.execute(self._queries["unlock"], {"name": name})
        finally:
            await connection.close()

    async def prepare(self) -> None:
        """Bring the database to what this version expects, while other processes may be about the same.

        Raises: Unavailable when the server is no place for Marty, saying what to do.
        """
        connection = await connect(await self._find())
        try:
            with _faults():
                await require_server(connection)
                await self._take(connection, "migrations", wait=True)
                await require_vector(connection)
                await migrate(connection)
                types = await (await connection.execute(self._queries["vector_types"])).fetchall()
                await connection.execute(self._queries["unlock"], {"name": "migrations"})
        except psycopg.errors.InsufficientPrivilege as error:
            raise Unavailable(
                "The database's user may not use all of Marty's tables; connect as the user who made them."
            ) from error
        finally:
            await connection.close()
        self._types = [TypeInfo(row["name"], row["oid"], row["array_oid"]) for row in types]

    async def _find(self) -> str:
        self.conninfo = complete_conninfo(await self._locate())
        return self.conninfo

    async def _take(self, connection: Connection, name: str, *, wait: bool) -> bool:
        # Asked for again and again rather than waited for in the server: a waiting statement holds a snapshot, and
        # CREATE INDEX CONCURRENTLY under the lock would wait for that in turn, forever.
        pause_s = _LOCK_POLL_S
        while True:
            [row] = await (await connection.execute(self._queries["try_lock"], {"name": name})).fetchall()
            if row["taken"] or not wait:
                return row["taken"]
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 1.5, _LOCK_POLL_MAX_S)

    async def _configure(self, connection: Connection) -> None:
        await connection.set_autocommit(True)
        await connection.execute(self._queries["in_utc"])
        for info in self._types:
            {"vector": register_vector_info, "halfvec": register_halfvec_info}[info.name](connection, info)

    async def _check(self, connection: Connection) -> None:
        """Refuse a connection that the server has closed meanwhile. Costs a system call, no statement."""
        try:
            while _readable(connection):  # a goodbye, or something harmless: reading it tells
                connection.pgconn.consume_input()
        except psycopg.OperationalError:
            await self.pool.check()  # its neighbours are probably dead too, and each would cost a wait
            raise


@asynccontextmanager
async def open_database(url: str, home: Path, *, pool_size: int = 10, wait_s: float = 10.0) -> AsyncGenerator[Database]:
    """The database at ``url``, or the embedded one below ``home`` when ``url`` is empty, ready for use.

    Args:    wait_s: how long a statement waits for a connection before the database counts as gone.
    Raises:  Unavailable with one sentence that says what to do and holds no secret.
    """
    async with AsyncExitStack() as stack:
        locate = _fixed(url) if url else (await stack.enter_async_context(open_server(home))).ensure
        database = Database(locate, pool_size=pool_size, wait_s=wait_s)
        await database.prepare()
        stack.push_async_callback(database.pool.close)
        with _faults():
            await database.pool.open(wait=True, timeout=wait_s)
        yield database


def _fixed(url: str) -> Callable[[], Awaitable[str]]:
    async def locate() -> str:
        return url

    return locate


def _readable(connection: Connection) -> bool:
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


@contextmanager
def _faults() -> Generator[None]:
    try:
        yield
    except psycopg.Error as error:
        if is_gone(error):
            raise gone(error) from error
        raise
