"""When things happen by themselves: the refresh of the catalog."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.cron import parse_cron

logger = logging.getLogger(__name__)


@asynccontextmanager
async def open_schedule(refresh_cron: str, refresh: Callable[[], Awaitable[None]]) -> AsyncGenerator[None]:
    """Run ``refresh`` now and then whenever ``refresh_cron`` says; never twice at once, never after the block ends."""

    stopping = False

    async def job() -> None:  # APScheduler awaits only what it can see to be a coroutine function
        try:
            await refresh()
        except asyncio.CancelledError:
            if not stopping:
                raise
            logger.info("refresh ended early, the process stops")

    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_job(
        job,
        parse_cron(refresh_cron),
        id="refresh",
        next_run_time=datetime.now(UTC),
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )
    scheduler.start()
    try:
        yield
    finally:
        stopping = True
        scheduler.shutdown(wait=False)
