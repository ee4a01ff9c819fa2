"""The database as the rest of Marty sees it: statements, transactions, locks, and restarts in between."""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import LiteralString

import numpy as np
import psycopg
import pytest
from homes import parent, postmaster
from pgvector import HalfVector
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from knowledge.database import Database, open_database
from knowledge.errors import Unavailable
from knowledge.server import open_server


class TestStatements:
    async def test_rows_come_as_dictionaries(self, database: Database) -> None:
        query = "select number, number * %(factor)s as product from generate_series(1, 2) as number"
        assert await database.fetch(query, factor=10) == [
            {"number": 1, "product": 10},
            {"number": 2, "product": 20},
        ]
        assert await database.fetch_one(query, factor=10) == {"number": 1, "product": 10}
        assert await database.fetch_one("select 1 where false") is None

    async def test_execute_counts_the_rows_it_touched(self, database: Database) -> None:
        await database.execute("create table item (number int)")
        assert await database.execute("insert into item select generate_series(1, %(count)s)", count=3) == 3
        assert await database.execute("delete from item where number > 1") == 2

    async def test_a_transaction_is_all_or_nothing(self, database: Database) -> None:
        await database.execute("create table item (number int)")

        async def insert(number: int, *, then: int) -> None:
            async with database.transaction() as connection:
                await connection.execute("insert into item values (%s)", [number])
                await connection.execute("select 1 / %s", [then])

        with pytest.raises(psycopg.errors.DivisionByZero):
            await insert(1, then=0)
        await insert(2, then=1)
        assert await database.fetch("select number from item") == [{"number": 2}]

    async def test_vectors_come_and_go_as_arrays(self, database: Database) -> None:
        vector = np.array([1, 2.5, -3], dtype=np.float32)
        query = "select %(vector)s::halfvec as half, %(vector)s <-> '[1,2.5,0]' as far"
        row = await database.fetch_one(query, vector=vector)
        assert row == {"half": HalfVector(vector), "far": 3.0}

    async def test_a_wrong_statement_is_not_mistaken_for_an_absent_database(self, database: Database) -> None:
        with pytest.raises(psycopg.errors.UndefinedTable):
            await database.fetch("select * from nowhere")
        with pytest.raises(psycopg.errors.QueryCanceled):
            await database.fetch("select pg_cancel_backend(pg_backend_pid()), pg_sleep(10)")

    async def test_borrowing_a_connection_costs_no_statement(self, database_url: str, tmp_path: Path) -> None:
        trace = tmp_path / "trace"
        async with open_database(database_url, tmp_path, pool_size=1) as database:
            file = os.open(trace, os.O_WRONLY | os.O_CREAT)
            async with database.pool.connection() as connection:
                connection.pgconn.trace(file)
            for _ in range(3):
                await database.fetch("select 1")
            async with database.pool.connection() as connection:
                connection.pgconn.untrace()
            os.close(file)
        sent = [line.split("\t")[3] for line in trace.read_text().splitlines() if line.split("\t")[1] == "F"]
        assert sent.count("Execute") + sent.count("Query") == 3


class TestLocks:
    async def test_one_holder_at_a_time(self, database: Database) -> None:
        async with database.lock("refresh") as got:
            assert got
            async with database.lock("refresh", wait=False) as second:
                assert not second
            async with database.lock("another", wait=False) as other:
                assert other
        async with database.lock("refresh", wait=False) as again:
            assert again

    async def test_who_waits_gets_it_when_it_is_given_back(self, database: Database) -> None:
        order: list[str] = []

        async def hold(name: str) -> None:
            async with database.lock("refresh"):
                order.append(f"{name} in")
                await asyncio.sleep(0)
                order.append(f"{name} out")

        await asyncio.gather(*(hold(name) for name in "abc"))
        assert [step.split()[1] for step in order] == ["in", "out"] * 3

    async def test_it_comes_free_when_the_block_fails_or_its_session_dies(self, database: Database) -> None:
        with pytest.raises(ZeroDivisionError):
            async with database.lock("refresh"):
                raise ZeroDivisionError
        async with database.lock("refresh"):
            _end_sessions(database)
            async with database.lock("refresh") as got:
                assert got

    async def test_it_takes_no_connection_from_the_pool(self, database_url: str, tmp_path: Path) -> None:
        async with open_database(database_url, tmp_path, pool_size=1) as database, database.lock("refresh"):
            async with database.transaction(), database.lock("another"):
                pass
            assert await database.fetch("select 1 as one") == [{"one": 1}]

    async def test_who_waits_does_not_block_an_index_built_concurrently_under_it(self, database: Database) -> None:
        await database.execute("create table item (number int)")

        async def wait() -> None:
            async with database.lock("schema"):
                pass

        async with database.lock("schema"):
            waiting = asyncio.create_task(wait())
            await asyncio.sleep(0.2)
            await database.execute("create index concurrently on item (number)")
            assert not waiting.done()
        await waiting


class TestRestarts:
    async def test_connections_that_the_server_ended_are_replaced_unnoticed(self, database: Database) -> None:
        await asyncio.gather(*(database.fetch("select pg_sleep(0.05)") for _ in range(5)))
        _end_sessions(database)
        assert await database.fetch("select 1 as one") == [{"one": 1}]
        results = await asyncio.gather(*(database.fetch("select 1 as one") for _ in range(20)))
        assert results == [[{"one": 1}]] * 20

    async def test_a_session_ended_during_a_statement_is_an_absent_database(self, database: Database) -> None:
        with pytest.raises(Unavailable):
            await database.execute("select pg_terminate_backend(pg_backend_pid())")
        with pytest.raises(Unavailable):
            async with database.transaction() as connection:
                await connection.execute("select pg_terminate_backend(pg_backend_pid())")
        assert await database.fetch("select 1 as one") == [{"one": 1}]

    async def test_a_database_that_went_away_is_absent_until_it_comes_back(self, home: Path) -> None:
        async with AsyncExitStack() as stack:
            async with open_server(home) as server:
                database = await stack.enter_async_context(open_database(server.conninfo, home, wait_s=0.5))
            with pytest.raises(Unavailable, match="does not answer"):
                await database.fetch("select 1 as one")
            with pytest.raises(Unavailable, match="No database answers at "):
                await stack.enter_async_context(database.lock("refresh"))
            await stack.enter_async_context(open_server(home))
            assert await _sooner_or_later(database, "select 1 as one") == [{"one": 1}]

    async def test_the_embedded_server_may_be_killed_under_a_running_marty(self, home: Path) -> None:
        async with open_database("", home) as database:
            await database.execute("create table kept as select 42 as it")
            os.kill(postmaster(home), signal.SIGKILL)
            assert await _sooner_or_later(database, "select it from kept") == [{"it": 42}]
            async with database.lock("refresh") as got:
                assert got

    async def test_the_whole_embedded_server_and_its_keeper_may_be_killed_under_a_running_marty(
        self, home: Path
    ) -> None:
        async with open_database("", home) as database:
            await database.execute("create table kept as select 42 as it")
            pid = postmaster(home)
            os.kill(parent(pid), signal.SIGKILL)
            os.kill(pid, signal.SIGKILL)
            assert await _sooner_or_later(database, "select it from kept") == [{"it": 42}]

    async def test_many_processes_may_open_a_new_home_at_once(self, home: Path) -> None:
        async def visit() -> int:
            async with open_database("", home) as database:
                return len(await database.fetch("select name from marty_migration"))

        assert len(set(await asyncio.gather(*(visit() for _ in range(4))))) == 1


def _end_sessions(database: Database) -> None:
    """End all sessions of the database, as an administrator would, and wait until they have ended."""
    with psycopg.connect(database.conninfo, autocommit=True) as connection:
        connection.execute("""
            select pg_terminate_backend(pid, 10000) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
        """)


async def _sooner_or_later(database: Database, query: LiteralString) -> object:
    for _ in range(200):
        try:
            return await database.fetch(query)
        except Unavailable:
            await asyncio.sleep(0.1)
    pytest.fail("the database did not come back")


async def test_times_come_in_utc_whatever_the_zone_of_the_server_is(
    new_database: Callable[[str], str], template: str, admin: psycopg.Connection, tmp_path: Path
) -> None:
    url = new_database(template)
    name = conninfo_to_dict(url)["dbname"]
    admin.execute(sql.SQL("alter database {} set timezone to 'Asia/Tokyo'").format(sql.Identifier(str(name))))
    async with open_database(url, tmp_path) as database:
        row = await database.fetch_one("select now() as now")
    assert row is not None
    assert row["now"].utcoffset() == timedelta(0)
