"""Postgres for tests: one embedded server per worker, a prepared template in it, a fresh copy of that per test.

And the people of a local Slack workspace.
"""

import asyncio
import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AsyncExitStack
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from bot.playground import Channel, Playground, User, Workspace
from knowledge.database import Database, open_database
from knowledge.server import open_server
from knowledge.server.locks import FileLock

CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
"""Settings for data that nobody will miss."""
IN_MEMORY = Path("/dev/shm")
"""A database is hundreds of small files: made here in 15 ms, on a busy disk in 200."""
PREFIX = "marty-tests-"

NewDatabase = Callable[..., str]
"""Makes a database, empty unless ``template`` names another one to copy, and returns how to connect to it."""


@pytest.fixture(scope="session")
def server_conninfo() -> Generator[str]:
    """How a superuser connects to this worker's own embedded server."""
    roomy = IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > 1_000_000_000
    place = IN_MEMORY if roomy else Path(tempfile.gettempdir())
    _remove_leftovers(place)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=place) as home, asyncio.Runner() as runner:
        stack = AsyncExitStack()
        server = runner.run(stack.enter_async_context(open_server(Path(home), CARELESS)))
        yield server.conninfo
        runner.run(stack.aclose())


def _remove_leftovers(place: Path) -> None:
    """Remove what runs that were killed left behind: homes of ours whose server has no keeper any more."""
    for lock_file in place.glob(f"{PREFIX}*/postgres/keeper.lock"):
        if not os.access(lock_file, os.W_OK):
            continue
        with FileLock(lock_file, owner=os.geteuid()) as lock:
            abandoned = lock.take()
        if abandoned:
            shutil.rmtree(lock_file.parent.parent, ignore_errors=True)


@pytest.fixture(scope="session")
def admin(server_conninfo: str) -> Generator[psycopg.Connection]:
    """A superuser's connection to that server, in autocommit: makes and drops databases and users."""
    with psycopg.connect(server_conninfo, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def template(admin: psycopg.Connection, server_conninfo: str) -> str:
    """The name of a database that Marty has prepared and that nobody is connected to."""
    admin.execute("create database template_marty")

    async def prepare() -> None:
        async with open_database(make_conninfo(server_conninfo, dbname="template_marty"), Path()):
            pass

    asyncio.run(prepare())
    return "template_marty"


@pytest.fixture(scope="session")
def past_databases() -> list[str]:
    """Databases of tests that are over. A server needs a moment to see a client off, so they are dropped late."""
    return []


@pytest.fixture
def new_database(admin: psycopg.Connection, server_conninfo: str, past_databases: list[str]) -> NewDatabase:
    """Makes databases of this test's own; a new one has nothing in it, pgvector included."""
    while past_databases:
        name = sql.Identifier(past_databases.pop())
        admin.execute(sql.SQL("drop database if exists {} with (force)").format(name))

    def make(template: str = "template1") -> str:
        name = f"test_{uuid.uuid4().hex}"
        statement = sql.SQL("create database {} template {} strategy file_copy")
        admin.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        past_databases.append(name)
        return make_conninfo(server_conninfo, dbname=name)

    return make


@pytest.fixture
def database_url(new_database: NewDatabase, template: str) -> str:
    """A fresh, prepared database of this test's own, as DATABASE_URL would name it: for a second process, say."""
    return new_database(template)


@pytest.fixture
async def database(database_url: str, tmp_path: Path) -> AsyncGenerator[Database]:
    """A fresh, prepared database of this test's own."""
    async with open_database(database_url, tmp_path) as database:
        yield database


# People and a channel of a local Slack workspace: the folder's own `playground` says which kind of workspace.


@pytest.fixture
def ws(playground: Playground) -> Workspace:
    return playground.workspace


@pytest.fixture
def ana(ws: Workspace) -> User:
    return ws.add_user("ana", "Ana Ruiz")


@pytest.fixture
def ben(ws: Workspace) -> User:
    return ws.add_user("ben", "Ben Okafor")


@pytest.fixture
def general(ws: Workspace, ana: User, ben: User) -> Channel:
    return ws.add_channel("general", members=[ana, ben])
