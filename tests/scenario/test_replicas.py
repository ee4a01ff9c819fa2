"""Several processes share the work; one that dies or stops leaves nothing undone and nothing done twice."""

import asyncio
import signal
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest
from running import Place, StartMarty, process_in
from threads import replies

from bot.playground import Channel, Message, User, Workspace
from knowledge import Database, Turns
from tests.fakes.openai import FakeOpenAI, Hangs, Says, fake_openai

EASY = "@marty who owns the model orders?"
HARD = "@marty how would you explain the growth of our shop to the board, step by step?"
BEGINNING = "Revenue is counted when an order ships. "
WHOLE = BEGINNING + "The finance team looks at it every month."


@pytest.fixture
async def model() -> AsyncGenerator[FakeOpenAI]:
    """A chat endpoint that falls silent in the middle of its first answer and is well from the second on."""
    async with fake_openai(Hangs(text=BEGINNING + "The "), Says(text=WHOLE), repeat_last=True) as model:
        yield model


async def _ended(ws: Workspace, shop: Database, *, turns: int) -> list[str]:
    """How the turns ended, once that many have."""

    async def outcomes() -> list[str]:
        rows = [row["outcome"] async for row in Turns(shop).export() if row["outcome"]]
        return rows if len(rows) == turns else []

    return await ws.wait_for(outcomes, timeout_s=40)


async def _stored(ws: Workspace, shop: Database, channel: Channel, ts: str) -> Message:
    """The answer that grows under a question, once Postgres knows of it."""

    async def growing() -> Message | None:
        for message in replies(ws, channel, ts):
            if await Turns(shop).by_answer(channel.id, message.ts):
                return message
        return None

    message = await ws.wait_for(growing, timeout_s=20)
    assert message is not None
    assert message.streaming
    return message


async def test_two_processes_on_one_database_answer_every_question_once(
    ws: Workspace, ana: User, general: Channel, shop: Database, start_marty: StartMarty
) -> None:
    await start_marty()
    await start_marty()
    await ws.wait_for(lambda: len(ws.sockets.connections) == 2)
    asked = [await ws.post(ana, general, EASY) for _ in range(20)]
    await ws.settled()
    await ws.redeliver(20)
    assert await _ended(ws, shop, turns=20) == ["answered"] * 20
    await ws.settled()
    assert [len(replies(ws, general, ts)) for ts in asked] == [1] * 20


async def test_an_answer_whose_process_is_killed_is_finished_by_another_in_the_same_message(
    ws: Workspace, ana: User, general: Channel, shop: Database, place: Place, start_marty: StartMarty, model: FakeOpenAI
) -> None:
    async with process_in(replace(place, model_url=model.base_url)) as process:
        await ws.connected()
        ts = await ws.post(ana, general, HARD)
        begun = await _stored(ws, shop, general, ts)
        process.send_signal(signal.SIGKILL)
        await process.wait()
    await start_marty(model_url=model.base_url)
    assert await _ended(ws, shop, turns=1) == ["answered"]
    [answer] = replies(ws, general, ts)
    assert answer.ts == begun.ts
    assert not answer.streaming
    assert WHOLE in answer.shown


async def test_questions_of_a_thread_keep_their_order_when_their_process_is_killed(
    ws: Workspace, ana: User, general: Channel, shop: Database, place: Place, start_marty: StartMarty, model: FakeOpenAI
) -> None:
    async with process_in(replace(place, model_url=model.base_url)) as process:
        await ws.connected()
        ts = await ws.post(ana, general, HARD)
        await _stored(ws, shop, general, ts)
        await ws.post(ana, general, EASY, ts)
        await ws.settled()
        process.send_signal(signal.SIGKILL)
        await process.wait()
    await start_marty(model_url=model.base_url)
    await _ended(ws, shop, turns=2)
    first, second = replies(ws, general, ts)
    assert WHOLE in first.shown
    assert "orders" in second.shown


async def test_a_process_that_is_told_to_stop_hands_its_answer_back_and_ends_in_seconds(
    ws: Workspace, ana: User, general: Channel, shop: Database, place: Place, start_marty: StartMarty, model: FakeOpenAI
) -> None:
    async with process_in(replace(place, model_url=model.base_url)) as process:
        await ws.connected()
        ts = await ws.post(ana, general, HARD)
        begun = await _stored(ws, shop, general, ts)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0
    [job] = await shop.fetch("select status::text from procrastinate_jobs")
    assert job["status"] == "todo"
    await start_marty(model_url=model.base_url)
    assert await _ended(ws, shop, turns=1) == ["answered"]
    [answer] = replies(ws, general, ts)
    assert answer.ts == begun.ts
    assert WHOLE in answer.shown


async def test_an_answer_that_is_nearly_there_is_given_before_the_process_stops(
    ws: Workspace, ana: User, general: Channel, shop: Database, place: Place
) -> None:
    ws.faults.hang("chat.postMessage", 1.0)
    async with process_in(place) as process:
        await ws.connected()
        ts = await ws.post(ana, general, EASY)
        await ws.wait_for(lambda: ws.calls_of("assistant.threads.setStatus"))
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 20) == 0
    assert await _ended(ws, shop, turns=1) == ["answered"]
    assert len(replies(ws, general, ts)) == 1


async def test_a_fault_of_ours_is_tried_once_more_and_then_admitted(
    ws: Workspace, ana: User, general: Channel, shop: Database, start_marty: StartMarty
) -> None:
    await start_marty()
    await shop.execute("alter table node rename to node_gone")
    ts = await ws.post(ana, general, EASY)
    answer = await ws.answer_to(general, ts)
    assert "Something went wrong on my side" in answer.shown
    assert "reference" in answer.shown
    assert await _ended(ws, shop, turns=1) == ["failed"]
    await shop.execute("alter table node_gone rename to node")
    again = await ws.post(ana, general, EASY)
    assert "orders" in (await ws.answer_to(general, again)).shown


async def test_a_question_that_ended_too_many_processes_is_given_up_with_a_sentence(
    ws: Workspace, ana: User, general: Channel, shop: Database, start_marty: StartMarty, place: Place, model: FakeOpenAI
) -> None:
    async with process_in(replace(place, model_url=model.base_url)) as process:
        await ws.connected()
        ts = await ws.post(ana, general, HARD)
        await _stored(ws, shop, general, ts)
        await shop.execute("update procrastinate_jobs set attempts = 8")
        process.send_signal(signal.SIGKILL)
        await process.wait()
    await start_marty(model_url=model.base_url)
    assert await _ended(ws, shop, turns=1) == ["failed"]
    [answer] = replies(ws, general, ts)
    assert "reference" in answer.shown


async def test_finished_work_leaves_no_jobs_behind(
    ws: Workspace, ana: User, general: Channel, shop: Database, start_marty: StartMarty
) -> None:
    await start_marty()
    for _ in range(3):
        await ws.answer_to(general, await ws.post(ana, general, EASY))

    async def none_left() -> bool:
        return await shop.fetch("select 1 from procrastinate_jobs") == []

    await ws.wait_for(none_left)
