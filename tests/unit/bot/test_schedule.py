"""Scheduled work is done when its cron line says, at the start only when wanted, and never after the end."""

import asyncio

from bot.schedule import Job, open_schedule

SELDOM = "0 0 1 1 *"


async def test_only_what_is_wanted_at_once_is_done_at_the_start() -> None:
    done: list[str] = []
    first = asyncio.Event()

    async def refresh() -> None:
        done.append("refresh")
        first.set()

    async def digest() -> None:
        done.append("digest")

    async with open_schedule(
        Job(name="refresh", cron=SELDOM, work=refresh, at_once=True), Job(name="digest", cron=SELDOM, work=digest)
    ):
        await asyncio.wait_for(first.wait(), 5)
        await asyncio.sleep(0)
    assert done == ["refresh"]


async def test_work_that_the_end_cuts_short_is_cancelled() -> None:
    begun, cancelled = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async with open_schedule(Job(name="refresh", cron=SELDOM, work=work, at_once=True)):
        await asyncio.wait_for(begun.wait(), 5)
    await asyncio.wait_for(cancelled.wait(), 5)
