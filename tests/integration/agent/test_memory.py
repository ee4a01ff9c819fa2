"""A thread's memory in Postgres: few statements, and a lost database is Unavailable."""

from typing import Any

import psycopg
import pytest
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

from knowledge import Database, Unavailable
from tests.fakes.openai import Says
from tests.integration.agent.asking import Asking

QUESTION = "How do sales develop per channel and week, and which date should I group by?"
MOST_STATEMENTS = 12
"""Of the agent's own in one turn; the rest of the turn's fifteen are the bot's."""


@pytest.fixture
async def remembering(asking: Asking, sample_database: Database) -> Asking:
    """The agent with its memory in the same database."""
    saver = AsyncPostgresSaver(sample_database.pool)
    await saver.setup()
    asking.memory = saver
    return asking


async def test_a_thread_is_remembered_in_postgres(remembering: Asking) -> None:
    await remembering.ask("what is mrr_monthly?")
    assert "`mrr_monthly` is owned by" in (await remembering.ask("who owns it?")).text
    remembering.agent = None  # another process
    assert "`mrr_monthly` is fed by" in (await remembering.ask("what feeds it?")).text


@pytest.mark.parametrize(
    "text", ["what is \x00orders\x00?", "who owns \ud83d orders?", "🙂 who owns `ordérs`?", "\x1b[31m"]
)
async def test_whatever_is_asked_can_be_stored(remembering: Asking, text: str) -> None:
    await remembering.ask(text)
    await remembering.ask("who owns orders?")


@pytest.mark.parametrize("question", ["who owns orders?", "what feeds orders?", "is it fresh?", QUESTION])
async def test_a_turn_takes_few_statements(remembering: Asking, question: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await remembering.script(Says(text="Use `orders`."), Says(text="Use `orders`."))
    await remembering.ask("what is orders?")
    seen: list[Any] = []
    execute = psycopg.AsyncCursor.execute

    async def counting(self: Any, query: Any, *arguments: Any, **options: Any) -> Any:
        seen.append(query)
        return await execute(self, query, *arguments, **options)

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", counting)
    await remembering.ask(question)
    assert 0 < len(seen) <= MOST_STATEMENTS, seen


async def test_a_database_that_is_gone_is_unavailable(remembering: Asking, sample_database: Database) -> None:
    await remembering.ask("what is orders?")
    await sample_database.pool.close()
    with pytest.raises(Unavailable):
        await remembering.ask("who owns orders?")


async def test_what_threads_remember_is_kept_in_the_tables_that_are_emptied_when_something_becomes_hidden(
    database: Database,
) -> None:
    await AsyncPostgresSaver(database.pool).setup()
    rows = await database.fetch("select tablename as name from pg_tables where tablename like 'checkpoint%%'")
    kept = {row["name"] for row in rows} - {"checkpoint_migrations"}
    assert kept == {"checkpoints", "checkpoint_blobs", "checkpoint_writes"}
