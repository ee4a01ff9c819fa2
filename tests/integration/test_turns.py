"""Questions and answers in Postgres: stored once, begun once, finished once."""

import asyncio
from decimal import Decimal
from typing import Any

from knowledge.database import Database
from knowledge.turns import Closing, Ending, NewTurn, StoredTurn, Turns
from knowledge.votes import Votes


def _question(**facts: Any) -> NewTurn:
    defaults: dict[str, Any] = {
        "team": "T1",
        "channel": "C1",
        "asker": "U1",
        "surface": "mention",
        "question": "where?",
        "ts": "1.0",
    }
    defaults["thread_ts"] = facts.get("ts", "1.0")
    return NewTurn(**(defaults | facts))


def _command(**facts: Any) -> NewTurn:
    given: dict[str, Any] = {"surface": "command", "ts": None, "thread_ts": None, "trigger_id": "t.1"}
    return _question(**(given | {"response_url": "https://hooks.example/1"} | facts))


async def _store(database: Database, new: NewTurn) -> StoredTurn | None:
    async with database.transaction() as connection:
        return await Turns(database).store(connection, new)


async def _stored(database: Database, new: NewTurn) -> StoredTurn:
    stored = await _store(database, new)
    assert stored is not None
    return stored


async def test_a_message_has_one_turn_however_often_and_by_however_many_it_is_stored(database: Database) -> None:
    results = await asyncio.gather(*(_store(database, _question()) for _ in range(8)))
    assert sum(result is not None for result in results) == 1


async def test_a_question_and_its_job_are_there_together_and_once(database: Database) -> None:
    turns = Turns(database)
    results = await asyncio.gather(*(turns.take([_question(), _question()], queue="q", task="t") for _ in range(8)))
    [stored] = [each for result in results for each in result if each is not None]
    jobs = await database.fetch("select queue_name, task_name, lock, args, status::text from procrastinate_jobs")
    assert jobs == [
        {"queue_name": "q", "task_name": "t", "lock": stored.thread_key, "args": {"turn_id": stored.turn_id},
         "status": "todo"}
    ]  # fmt: skip


async def test_questions_taken_together_keep_their_order_whatever_was_there_before(database: Database) -> None:
    turns = Turns(database)
    await turns.take([_question(ts="3.0")], queue="q", task="t")
    news = [_question(ts=f"{number}.0") for number in (9, 3, 7, 1, 8, 7)] + [_command(), _command()]
    taken = await turns.take(news, queue="q", task="t")
    assert [each is not None for each in taken] == [True, False, True, True, True, False, True, False]
    jobs = await database.fetch("select args ->> 'turn_id' as turn_id from procrastinate_jobs order by id offset 1")
    assert [job["turn_id"] for job in jobs] == [each.turn_id for each in taken if each is not None]
    for new, stored in zip(news, taken, strict=True):
        turn = await turns.load(stored.turn_id) if stored else None
        assert turn is None or (turn.ts, turn.trigger_id) == (new.ts, new.trigger_id)


async def test_nothing_to_take_takes_nothing(database: Database) -> None:
    assert await Turns(database).take([], queue="q", task="t") == []


async def test_a_question_that_its_asker_waits_for_has_no_job(database: Database) -> None:
    assert await _store(database, _question()) is not None
    assert await database.fetch("select 1 from procrastinate_jobs") == []


async def test_a_command_has_one_turn_by_its_trigger(database: Database) -> None:
    assert await _store(database, _command()) is not None
    assert await _store(database, _command(question="another text")) is None
    assert await _store(database, _command(trigger_id="t.2")) is not None


async def test_a_turn_that_is_not_committed_was_never_there(database: Database) -> None:
    try:
        async with database.transaction() as connection:
            assert await Turns(database).store(connection, _question()) is not None
            raise KeyError
    except KeyError:
        pass
    assert await _store(database, _question()) is not None


async def test_turns_of_one_thread_have_one_key_and_others_another(database: Database) -> None:
    first = await _stored(database, _question(ts="1.0", thread_ts="1.0"))
    reply = await _stored(database, _question(ts="2.0", thread_ts="1.0"))
    elsewhere = await _stored(database, _question(ts="3.0", channel="C2", thread_ts="1.0"))
    assert first.thread_key == reply.thread_key != elsewhere.thread_key


async def test_a_reply_under_a_commands_question_waits_for_the_command(database: Database) -> None:
    command = await _stored(database, _command())
    await Turns(database).question_posted(command.turn_id, "5.0")
    reply = await _stored(database, _question(ts="6.0", thread_ts="5.0"))
    assert reply.thread_key == command.thread_key


async def test_a_posted_question_is_the_root_of_its_thread(database: Database) -> None:
    turns, command = Turns(database), await _stored(database, _command())
    await turns.question_posted(command.turn_id, "5.0")
    await turns.question_posted(command.turn_id, "6.0")
    turn = await turns.load(command.turn_id)
    assert turn is not None
    assert (turn.ts, turn.thread_ts) == ("5.0", "5.0")


async def test_a_turn_knows_whether_its_thread_had_one_before(database: Database) -> None:
    turns = Turns(database)
    first = await turns.load((await _stored(database, _question(ts="1.0", thread_ts="0.5"))).turn_id)
    second = await turns.load((await _stored(database, _question(ts="2.0", thread_ts="0.5"))).turn_id)
    assert first is not None
    assert second is not None
    assert (first.follows, second.follows) == (False, True)


async def test_the_first_message_in_which_an_answer_is_begun_counts(database: Database) -> None:
    turns, stored = Turns(database), await _stored(database, _question())
    assert await turns.begin(stored.turn_id, "7.0") == "7.0"
    assert await turns.begin(stored.turn_id, "8.0") == "7.0"
    assert await turns.by_answer("C1", "7.0") == stored.turn_id
    assert await turns.by_answer("C1", "8.0") is None


async def test_a_turn_is_finished_once_and_says_which_message_counts(database: Database) -> None:
    turns, stored = Turns(database), await _stored(database, _command())
    first = await turns.finish(stored.turn_id, Ending(outcome="answered", answer="one", answer_ts="7.0"))
    second = await turns.finish(stored.turn_id, Ending(outcome="failed", answer="two", answer_ts="8.0"))
    assert first == Closing(answer_ts="7.0", was_open=True)
    assert second == Closing(answer_ts="7.0", was_open=False)
    turn = await turns.load(stored.turn_id)
    assert turn is not None
    assert turn.finished_at is not None
    assert turn.response_url is None
    [row] = [row async for row in turns.export()]
    assert (row["outcome"], row["answer"], row["answer_ts"]) == ("answered", "one", "7.0")


async def test_who_waited_for_another_to_finish_a_turn_learns_which_message_counts(database: Database) -> None:
    turns, stored = Turns(database), await _stored(database, _question())
    async with database.transaction() as first:
        await first.execute(
            "update turn set finished_at = now(), answer_ts = '7.0' where turn_id = %(turn_id)s",
            {"turn_id": stored.turn_id},
        )
        second = asyncio.create_task(turns.finish(stored.turn_id, Ending(outcome="answered", answer="", answer_ts="8")))
        while not await database.fetch("select from pg_locks where not granted"):  # noqa: ASYNC110 (the server knows)
            await asyncio.sleep(0.01)
    assert await second == Closing(answer_ts="7.0", was_open=False)


async def test_an_answer_with_characters_that_postgres_cannot_store_is_stored_without_them(database: Database) -> None:
    turns, stored = Turns(database), await _stored(database, _question())
    evil = {"text": "a\x00b\ud800", "nodes": ("model.a\x00",)}
    await turns.finish(stored.turn_id, Ending(outcome="answered", answer="a\x00b\ud800", answer_json=evil))
    [row] = [row async for row in turns.export()]
    assert row["answer"] == "ab?"
    assert row["nodes"] == ["model.a"]


async def test_the_export_has_a_row_a_turn_oldest_first_the_unanswered_included(database: Database) -> None:
    turns = Turns(database)
    open_turn = await _stored(database, _question(ts="1.0"))
    done = await _stored(database, _question(ts="2.0"))
    ending = Ending(
        outcome="answered", answer="orders", answer_ts="3.0", model_calls=2, tokens=50, seconds=0.25,
        answer_json={"nodes": ["model.shop.orders"], "confidence": "checked"},
    )  # fmt: skip
    await turns.finish(done.turn_id, ending)
    first, second = [row async for row in turns.export()]
    assert (first["turn_id"], first["outcome"], first["nodes"], first["votes"]) == (open_turn.turn_id, None, [], [])
    assert second | {"asked_at": "", "finished_at": ""} == {
        "turn_id": done.turn_id, "asked_at": "", "team": "T1", "channel": "C1", "user": "U1", "surface": "mention",
        "ts": "2.0", "thread_ts": "2.0", "answer_ts": "3.0", "question": "where?", "answer": "orders",
        "outcome": "answered", "nodes": ["model.shop.orders"], "confidence": "checked", "votes": [],
        "model_calls": 2, "tokens": 50, "cost_usd": None, "model": None, "seconds": 0.25, "finished_at": "",
    }  # fmt: skip
    assert second["asked_at"].endswith("+00:00")


async def test_the_export_goes_on_page_after_page(database: Database) -> None:
    statement = (
        "insert into turn (team, channel, asker, surface, question, ts, asked_at)"
        " select 'T', 'C', 'U', 'dm', n::text, n::text, to_timestamp(n / 7) from generate_series(1, 1203) n"
    )
    await database.execute(statement)
    rows = [row async for row in Turns(database).export()]
    assert len({row["question"] for row in rows}) == len(rows) == 1203
    assert [row["asked_at"] for row in rows] == sorted(row["asked_at"] for row in rows)


async def test_a_withdrawn_vote_is_absent_from_the_export(database: Database) -> None:
    turns, votes, stored = Turns(database), Votes(database), await _stored(database, _question())
    await turns.finish(stored.turn_id, Ending(outcome="answered", answer="x", answer_ts="3.0"))
    await votes.cast(stored.turn_id, "U1", "up", Decimal("1767225600.000100"))
    await votes.cast(stored.turn_id, "U2", "down", Decimal("1767225600.000200"))
    await votes.withdraw_on("C1", "3.0", "U2", "down", Decimal("1767225600.000300"))
    [row] = [row async for row in turns.export()]
    assert row["votes"] == [{"user": "U1", "verdict": "up", "reason": None, "at": "2026-01-01T00:00:00.000100+00:00"}]
