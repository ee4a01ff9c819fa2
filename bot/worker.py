"""The queue: turns and late votes as jobs in Postgres, worked off by whichever process is free.

Jobs of one thread run one after the other. A process that dies stops its heartbeat, and within seconds another one
takes its jobs over; one that stops hands them back.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import procrastinate
from procrastinate import exceptions, jobs, retry

from bot.conversation import Conversation
from bot.errors import BotError
from knowledge.database import Database
from knowledge.errors import KnowledgeError, Unavailable
from knowledge.values import Verdict
from knowledge.votes import Votes

logger = logging.getLogger(__name__)

QUEUE, ANSWER, VOTE = "turns", "answer", "vote"
"""The queue and its tasks."""
CONCURRENCY = 24
GRACE_S = 5.0
"""How long a stopping process lets answers finish before it hands them back."""
_POLL_S = 0.3
"""A job that is deferred at the very moment the worker falls asleep is found by the next poll."""
_HEARTBEAT_S, _STALLED_AFTER_S, _SWEEP_S = 1.0, 5.0, 1.5
_RESTART_S = 1.0

OUTAGE_RETRIES_S: Sequence[int] = (1, 4, 15, 30, 60, 120, 240)
"""Waits between attempts while Slack or the database is away."""
FAULT_RETRIES_S: Sequence[int] = (1,)
"""The same for anything else: a fault of ours seldom goes away."""
_VOTE_RETRIES_S: Sequence[int] = (2, 10, 60)


@dataclass(frozen=True, slots=True)
class LateVote:
    """A thumb given or taken back on a message that no answer is stored for, yet."""

    channel: str
    message_ts: str
    voter: str
    verdict: Verdict
    event_ts: str
    given: bool


class Queue:
    """Where listeners leave work; questions get their job where they are stored."""

    def __init__(self, app: procrastinate.App) -> None:
        self._app = app

    async def defer_vote(self, vote: LateVote) -> None:
        """Look once more for the answer that a vote is for, a little later.

        Raises: Unavailable.
        """
        fields = {name: getattr(vote, name) for name in LateVote.__slots__}
        wait = {"seconds": _VOTE_RETRIES_S[0]}
        try:
            await self._app.configure_task(VOTE, queue=QUEUE, schedule_in=wait).defer_async(**fields)
        except exceptions.ConnectorException as error:
            raise Unavailable("The database takes no new work: see that it runs and may be written to.") from error


class _Waits(retry.BaseRetryStrategy):
    """When a job that ended early is tried again: at once when it was handed back, else after longer and longer."""

    def get_retry_decision(self, *, exception: BaseException, job: jobs.Job) -> retry.RetryDecision | None:
        if isinstance(exception, asyncio.CancelledError):
            return retry.RetryDecision(retry_in={"seconds": 0})
        wait_s = wait_before_retry_s(exception, job.attempts)
        return None if wait_s is None else retry.RetryDecision(retry_in={"seconds": wait_s})


def wait_before_retry_s(error: BaseException, attempt: int) -> int | None:
    """How long to wait after attempt number ``attempt`` (0 is the first) failed; None: give up."""
    waits = OUTAGE_RETRIES_S if isinstance(error, KnowledgeError | BotError) else FAULT_RETRIES_S
    return waits[attempt] if attempt < len(waits) else None


@asynccontextmanager
async def open_queue(database: Database) -> AsyncGenerator[procrastinate.App]:
    """The queue inside ``database``; its tasks come with ``register_tasks``."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector())
    async with app.open_async(pool=database.pool):
        yield app


def register_tasks(
    app: procrastinate.App, conversation: Conversation, votes: Votes, *, ready: Callable[[], Awaitable[None]]
) -> None:
    """Say how jobs are worked off; an answer is begun when ``ready`` returns."""

    async def answer(context: procrastinate.JobContext, turn_id: str) -> None:
        attempt = context.job.attempts
        await ready()
        try:
            if attempt > len(OUTAGE_RETRIES_S):
                raise BotError("This turn has ended too many processes.")
            await conversation.answer(turn_id, attempt=attempt)
        except Exception as error:  # the job runner's boundary
            if wait_before_retry_s(error, attempt) is not None:
                facts = {"turn_id": turn_id, "attempt": attempt, "error": type(error).__name__}
                is_outage = isinstance(error, KnowledgeError | BotError)
                logger.warning("turn will be tried again", extra=facts, exc_info=not is_outage)
                raise
            await conversation.give_up(turn_id, error)

    async def vote(context: procrastinate.JobContext, **fields: Any) -> None:
        late = LateVote(**fields)
        change = votes.cast_on if late.given else votes.withdraw_on
        found = await change(late.channel, late.message_ts, late.voter, late.verdict, Decimal(late.event_ts))
        if not found and context.job.attempts + 1 < len(_VOTE_RETRIES_S):
            raise _NoAnswerYetError

    app.task(name=ANSWER, queue=QUEUE, pass_context=True, retry=_Waits())(answer)
    app.task(name=VOTE, queue=QUEUE, pass_context=True, retry=_VoteWaits())(vote)


@asynccontextmanager
async def run_worker(app: procrastinate.App) -> AsyncGenerator[None]:
    """Work off jobs while the block runs; at its end, finish what finishes soon and hand the rest back."""
    stop = asyncio.Event()
    tasks = [
        asyncio.create_task(_keep_working(app, stop), name="worker"),
        asyncio.create_task(_keep_sweeping(app, stop), name="sweep"),
    ]
    try:
        yield
    finally:
        stop.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _keep_working(app: procrastinate.App, stop: asyncio.Event) -> None:
    """Run the worker; it ends by itself when the database goes away, and begins again when that is back."""
    while not stop.is_set():  # a worker that is cancelled without its database swallows the cancellation
        try:
            await app.run_worker_async(
                queues=[QUEUE],
                name="marty",
                concurrency=CONCURRENCY,
                fetch_job_polling_interval=_POLL_S,
                update_heartbeat_interval=_HEARTBEAT_S,
                stalled_worker_timeout=_STALLED_AFTER_S,
                shutdown_graceful_timeout=GRACE_S,
                install_signal_handlers=False,
                delete_jobs="successful",
            )
        except Exception as error:  # the job runner's boundary
            logger.warning("worker stopped", extra={"error": type(error).__name__})
        if not stop.is_set():
            await asyncio.sleep(_RESTART_S)


async def _keep_sweeping(app: procrastinate.App, stop: asyncio.Event) -> None:
    """Put the jobs of dead processes back into the queue."""
    while not stop.is_set():
        await asyncio.sleep(_SWEEP_S)
        try:
            await sweep(app)
        except exceptions.ProcrastinateException as error:
            logger.debug("sweep failed", extra={"error": type(error).__name__})


async def sweep(app: procrastinate.App) -> int:
    """Put the jobs of dead processes back into the queue, once; returns how many."""
    count = 0
    for job in await app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=_STALLED_AFTER_S):
        try:
            await app.job_manager.retry_job(job)
        except exceptions.ConnectorException:
            continue  # another process was quicker
        count += 1
        logger.warning("job taken over", extra={"job_id": job.id})
    return count


class _NoAnswerYetError(Exception):
    """No answer stands in the message that was voted on."""


class _VoteWaits(retry.BaseRetryStrategy):
    """When a late vote is tried again."""

    def get_retry_decision(self, *, exception: BaseException, job: jobs.Job) -> retry.RetryDecision | None:
        if job.attempts + 1 >= len(_VOTE_RETRIES_S):
            return None
        return retry.RetryDecision(retry_in={"seconds": _VOTE_RETRIES_S[job.attempts + 1]})
