"""What others keep in our database through our pool: LangGraph its checkpoints, procrastinate its jobs."""

import asyncio
from pathlib import Path

import psycopg
import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import empty_checkpoint
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from procrastinate import App, PsycopgConnector

from knowledge.database import Database, open_database


class TestLangGraph:
    async def test_langgraph_sets_its_tables_up_in_many_processes_at_once(
        self, database: Database, database_url: str, tmp_path: Path
    ) -> None:
        async def set_up(database: Database) -> None:
            async with database.lock("checkpoints"):
                await AsyncPostgresSaver(database.pool).setup()

        async with open_database(database_url, tmp_path) as other:
            await asyncio.gather(*(set_up(each) for each in (database, other, database, other)))
        assert await database.fetch_one("select count(*) > 5 as all from checkpoint_migrations") == {"all": True}

    async def test_langgraph_keeps_and_finds_a_checkpoint(self, database: Database) -> None:
        saver = AsyncPostgresSaver(database.pool)
        await saver.setup()
        thread: RunnableConfig = {"configurable": {"thread_id": "C1:1.0", "checkpoint_ns": ""}}
        checkpoint = empty_checkpoint()
        checkpoint["channel_values"] = {"topic": "orders"}
        checkpoint["channel_versions"] = {"topic": "1"}
        await saver.aput(thread, checkpoint, {}, {"topic": "1"})
        found = await saver.aget_tuple(thread)
        assert found is not None
        assert found.checkpoint["channel_values"] == {"topic": "orders"}


class TestProcrastinate:
    async def test_a_job_deferred_within_a_transaction_shares_its_fate(self, database: Database) -> None:
        app = App(connector=PsycopgConnector())

        async def defer(text: str, *, then: int) -> None:
            async with database.transaction() as connection:
                await app.configure_task("note", connection=connection).defer_async(text=text)
                await connection.execute("select 1 / %s", [then])

        async with app.open_async(database.pool):
            with pytest.raises(psycopg.errors.DivisionByZero):
                await defer("rolled back", then=0)
            await defer("committed", then=1)
        assert await database.fetch("select args ->> 'text' as text from procrastinate_jobs") == [{"text": "committed"}]

    async def test_a_worker_on_our_pool_does_the_jobs(self, database: Database) -> None:
        app = App(connector=PsycopgConnector())
        done: list[str] = []

        @app.task(name="note")
        async def note(text: str) -> None:
            done.append(text)

        async with app.open_async(database.pool):
            await note.defer_async(text="first")
            await app.run_worker_async(wait=False, install_signal_handlers=False)
        assert done == ["first"]
