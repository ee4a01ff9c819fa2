"""Questions on their way into Postgres, alone and in crowds."""

import asyncio
import secrets

import psycopg
import pytest

from bot.errors import QuestionNotTaken
from bot.intake import Intake
from knowledge import Database, NewTurn, Turns


def _question(ts: str) -> NewTurn:
    return NewTurn(team="T1", channel="C1", asker="U1", surface="mention", question="where?", ts=ts, thread_ts="1.0")


async def _asked(database: Database) -> list[str]:
    """The questions in the order in which they will be answered."""
    query = "select ts from turn join procrastinate_jobs on args ->> 'turn_id' = turn_id::text order by id"
    return [row["ts"] for row in await database.fetch(query)]


async def test_a_crowd_is_stored_in_the_order_in_which_it_came(database: Database) -> None:
    intake = Intake(Turns(database))
    times = [f"{number}.0" for number in range(300, 0, -1)]
    assert await asyncio.gather(*(intake.take(_question(ts)) for ts in times)) == [True] * 300
    assert await _asked(database) == times


async def test_what_is_there_already_is_not_taken_again(database: Database) -> None:
    intake = Intake(Turns(database))
    assert await intake.take(_question("1.0"))
    assert await asyncio.gather(*(intake.take(_question(ts)) for ts in ("1.0", "2.0", "2.0"))) == [False, True, False]


async def test_one_question_that_cannot_be_stored_does_not_keep_others_out(database: Database) -> None:
    intake = Intake(Turns(database))
    endless = secrets.token_hex(20_000)  # no index takes that
    first, good, bad, better = await asyncio.gather(
        *(intake.take(_question(ts)) for ts in ("1.0", "2.0", endless, "3.0")), return_exceptions=True
    )
    assert (first, good, better) == (True, True, True)
    assert isinstance(bad, psycopg.Error)
    assert await _asked(database) == ["1.0", "2.0", "3.0"]


async def test_without_the_database_nobody_is_told_that_a_question_was_taken(database: Database) -> None:
    intake = Intake(Turns(database))
    await database.pool.close()
    outcomes = await asyncio.gather(*(intake.take(_question(ts)) for ts in ("1.0", "2.0")), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [QuestionNotTaken] * 2


async def test_a_database_that_does_not_answer_in_time_counts_as_gone(database: Database) -> None:
    intake = Intake(Turns(database))
    async with database.transaction() as connection:
        await connection.execute("lock table turn in access exclusive mode")
        with pytest.raises(QuestionNotTaken):
            await intake.take(_question("1.0"))
    assert await intake.take(_question("2.0"))


async def test_answering_waits_for_storing_and_not_for_nothing(database: Database) -> None:
    intake = Intake(Turns(database))
    await intake.calm()
    taking = asyncio.gather(*(intake.take(_question(f"{number}.0")) for number in range(1, 120)))
    await asyncio.sleep(0)
    await intake.calm()
    await asyncio.sleep(0)
    assert taking.done()
