"""The queues: jobs in Postgres, worked off by whichever process is free.

A process that dies stops its heartbeat, and within seconds another one takes its jobs over; one that stops hands them
back. Each queue has workers of its own, so that an answer never waits behind what nobody waits for.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager

import procrastinate
from procrastinate import exceptions, jobs, retry

from bot.errors import BotError
from knowledge.database import Database
from knowledge.errors import KnowledgeError

logger = logging.getLogger(__name__)

TURNS, BACKGROUND = "turns", "background"
"""The queues: what people wait for, and everything else."""
CONCURRENCY: Mapping[str, int] = {TURNS: 24, BACKGROUND: 2}
GRACE_S = 5.0
"""How long a stopping process lets jobs finish before it hands them back."""
_POLL_S: Mapping[str, float] = {TURNS: 0.3, BACKGROUND: 2.0}
"""A job that is deferred at the very moment the worker falls asleep is found by the next poll."""
_HEARTBEAT_S, _STALLED_AFTER_S, _SWEEP_S = 1.0, 5.0, 1.5
_RESTART_S = 1.0

OUTAGE_RETRIES_S: Sequence[int] = (1, 4, 15, 30, 60, 120, 240)
"""Waits between attempts while Slack or the database is away."""
FAULT_RETRIES_S: Sequence[int] = (1,)
"""The same for anything else: a fault of ours seldom goes away."""


class Waits(retry.BaseRetryStrategy):
    """When a job that ended early is tried again: at once when it was handed back, else after longer and longer.

    One that may wait only once is not: another may wait by now, and the queue could put it nowhere.
    """

    def get_retry_decision(self, *, exception: BaseException, job: jobs.Job) -> retry.RetryDecision | None:
        if isinstance(exception, asyncio.CancelledError):
            return retry.RetryDecision(retry_in={"seconds": 0})
        wait_s = wait_before_retry_s(exception, job.attempts) if job.queueing_lock is None else None
        return None if wait_s is None else retry.RetryDecision(retry_in={"seconds": wait_s})


def wait_before_retry_s(error: BaseException, attempt: int) -> int | None:
    """How long to wait after attempt number ``attempt`` (0 is the first) failed; None: give up."""
    waits = OUTAGE_RETRIES_S if isinstance(error, KnowledgeError | BotError) else FAULT_RETRIES_S
    return waits[attempt] if attempt < len(waits) else None


@asynccontextmanager
async def open_queue(database: Database) -> AsyncGenerator[procrastinate.App]:
    """The queues inside ``database``; their tasks are still to be registered."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector())
    async with app.open_async(pool=database.pool):
        yield app


@asynccontextmanager
async def run_workers(app: procrastinate.App) -> AsyncGenerator[None]:
    """Work off jobs while the block runs; at its end, finish what finishes soon and hand the rest back."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(_keep_working(app, queue, stop), name=f"{queue} worker") for queue in CONCURRENCY]
    tasks.append(asyncio.create_task(_keep_sweeping(app, stop), name="sweep"))
    try:
        yield
    finally:
        stop.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _keep_working(app: procrastinate.App, queue: str, stop: asyncio.Event) -> None:
    """Run a queue's worker; it ends by itself when the database goes away, and begins again when that is back."""
    while not stop.is_set():  # a worker that is cancelled without its database swallows the cancellation
        try:
            await app.run_worker_async(
                queues=[queue],
                name=queue,
                concurrency=CONCURRENCY[queue],
                fetch_job_polling_interval=_POLL_S[queue],
                update_heartbeat_interval=_HEARTBEAT_S,
                stalled_worker_timeout=_STALLED_AFTER_S,
                shutdown_graceful_timeout=GRACE_S,
                install_signal_handlers=False,
                delete_jobs="successful",
            )
        except Exception as error:  # the job runner's boundary
            logger.warning("worker stopped", extra={"queue": queue, "error": type(error).__name__})
        if not stop.is_set():
            await asyncio.sleep(_RESTART_S)


async def _keep_sweeping(app: procrastinate.App, stop: asyncio.Event) -> None:
    """Put the jobs of dead processes back into their queues."""
    while not stop.is_set():
        await asyncio.sleep(_SWEEP_S)
        try:
            await sweep(app)
        except exceptions.ProcrastinateException as error:
            logger.debug("sweep failed", extra={"error": type(error).__name__})


async def sweep(app: procrastinate.App) -> int:
    """Put the jobs of dead processes back into their queues, once; returns how many.

    One of a kind that may wait only once, and waits already, is dropped: the waiting one does its work.
    """
    manager, count = app.job_manager, 0
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_AFTER_S):
        try:
            await manager.retry_job(job)
        except exceptions.UniqueViolation:
            await manager.finish_job(job, status=jobs.Status.FAILED, delete_job=True)
        except exceptions.ConnectorException:
            continue  # another process was quicker
        count += 1
        logger.warning("job taken over", extra={"job_id": job.id, "task": job.task_name})
    return count
