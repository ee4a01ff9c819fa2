"""Work that nobody waits for."""

import asyncio

import pytest

from bot.background import Background


async def test_what_runs_is_waited_for_at_the_end() -> None:
    background, done = Background(), asyncio.Event()

    async def work() -> None:
        await asyncio.sleep(0.01)
        done.set()

    background.start("work", work())
    await background.drain(5)
    assert done.is_set()


async def test_what_does_not_end_is_cancelled() -> None:
    background = Background()
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    background.start("work", work())
    await asyncio.sleep(0)
    await background.drain(0.01)
    assert ended.is_set()


async def test_a_failure_is_logged_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    background = Background()

    async def work() -> None:
        raise ValueError("a secret")

    background.start("thanks", work())
    await background.drain(5)
    [record] = caplog.records
    assert (record.message, vars(record)["what"], vars(record)["error"]) == (
        "background work failed",
        "thanks",
        "ValueError",
    )
    assert "secret" not in str(vars(record))
