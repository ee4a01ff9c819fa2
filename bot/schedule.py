"""When things happen by themselves: the refresh of the catalog, the digest of what changed."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.cron import parse_cron

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something to be done again and again; it deals with its own failures."""

    name: str
    cron: str
    work: Callable[[], Awaitable[None]]
    at_once: bool = False
    """Whether it is also done at the start."""


@asynccontextmanager
async def open_schedule(*jobs: Job) -> AsyncGenerator[None]:
    """Do each job whenever its ``cron`` says; none twice at once, none after the block ends."""
    stopping = asyncio.Event()
    scheduler = AsyncIOScheduler(timezone=UTC)
    for job in jobs:
        added = scheduler.add_job(
            _until(stopping, job),
            parse_cron(job.cron),
            id=job.name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        if job.at_once:
            added.modify(next_run_time=datetime.now(UTC))
    scheduler.start()
    try:
        yield
    finally:
        stopping.set()
        scheduler.shutdown(wait=False)


def _until(stopping: asyncio.Event, job: Job) -> Callable[[], Awaitable[None]]:
    """The job's work; that the end of the process cuts it short is no failure."""

    async def work() -> None:  # APScheduler awaits only what it can see to be a coroutine function
        try:
            await job.work()
        except asyncio.CancelledError:
            if not stopping.is_set():
                raise
            logger.info("scheduled work ended early, the process stops", extra={"job": job.name})

    return work
