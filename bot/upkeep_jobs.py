"""Jobs that nobody waits for in an answer: refreshes, a batch of vectors, a word to an admin."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import procrastinate

from bot.errors import BotError, SlackRefused, failure_text, new_reference
from bot.replay import Replayer
from bot.reply import render_text
from bot.slack import Slack
from bot.upkeep import Upkeep
from bot.upkeep_queue import (
    COLUMN_LINEAGE,
    REFRESH,
    REPLAY,
    TELL,
    TELL_LOSS,
    VECTORS,
    RefreshJob,
    UpkeepQueue,
)
from bot.upkeep_texts import ASKED_ALREADY, BEGUN, DONE, GIVEN_UP, NOT_BEGUN, NOT_DONE, WAITS, news, report
from bot.worker import BACKGROUND, Waits
from knowledge.errors import KnowledgeError
from knowledge.refresh_outcome import RefreshOutcome

logger = logging.getLogger(__name__)

VECTOR_WAITS_S: Sequence[int] = (5, 15, 60, 300, 600)
"""Waits while the embedder is away; the last one again and again."""
_BUSY_S = 10
_MOST_ATTEMPTS = 3
"""A job that has ended so many processes is given up."""


def register_upkeep_tasks(
    app: procrastinate.App, upkeep: Upkeep, queue: UpkeepQueue, slack: Slack, replayer: Replayer | None = None
) -> None:
    """Say how jobs are worked off. Without a ``replayer`` there is no set of questions to be asked again."""
    refreshes = _Refreshes(upkeep, queue, slack)

    async def refresh(context: procrastinate.JobContext, **fields: Any) -> None:
        await refreshes.work(RefreshJob(**fields), attempt=context.job.attempts)

    async def vectors(context: procrastinate.JobContext, failures: int) -> None:
        if context.job.attempts > _MOST_ATTEMPTS:
            logger.error("vectors given up until the next refresh")
            return
        if await _fill(upkeep, queue, failures) and replayer is not None:
            await queue.replay()

    async def column_lineage(context: procrastinate.JobContext) -> None:
        if context.job.attempts <= _MOST_ATTEMPTS:
            await _fill_column_lineage(upkeep)

    async def replay(context: procrastinate.JobContext) -> None:
        if replayer is not None and context.job.attempts <= _MOST_ATTEMPTS:
            await _replay(replayer)

    async def tell(admin: str, outcome: str, reason: str | None) -> None:
        await _tell(slack, admin, news(outcome, reason))

    async def tell_loss(admin: str, markdown: str) -> None:
        await _tell(slack, admin, markdown)

    app.task(name=REFRESH, queue=BACKGROUND, pass_context=True, retry=Waits())(refresh)
    app.task(name=VECTORS, queue=BACKGROUND, pass_context=True, retry=Waits())(vectors)
    app.task(name=COLUMN_LINEAGE, queue=BACKGROUND, pass_context=True, retry=Waits())(column_lineage)
    app.task(name=TELL, queue=BACKGROUND, retry=Waits())(tell)
    app.task(name=REPLAY, queue=BACKGROUND, pass_context=True, retry=Waits())(replay)
    app.task(name=TELL_LOSS, queue=BACKGROUND, retry=Waits())(tell_loss)


async def _tell(slack: Slack, admin: str, markdown: str) -> None:
    reply = render_text(markdown)
    try:
        await slack.post(admin, text=reply.text, blocks=reply.blocks)
    except SlackRefused as refused:
        logger.warning("admin not told", extra={"admin": admin, "code": refused.code})


async def _replay(replayer: Replayer) -> None:
    """Ask the set; a fault of ours in it is logged and tried again after the next refresh, not now."""
    try:
        await replayer.replay()
    except Exception:  # the job runner's boundary
        logger.exception("EVAL_SET not asked")


async def _fill(upkeep: Upkeep, queue: UpkeepQueue, failures: int) -> bool:
    """One batch, then leave the next one; while the embedder is away, after longer and longer.

    Returns: whether no text lacks its vector.
    """
    try:
        filling = await upkeep.fill_batch()
    except KnowledgeError as error:
        wait_s = VECTOR_WAITS_S[min(failures, len(VECTOR_WAITS_S) - 1)]
        logger.warning("vectors not filled", extra={"reason": str(error), "again_in_s": wait_s})
        await queue.fill_vectors(failures=failures + 1, wait_s=wait_s)
        return False
    if filling != "done":
        await queue.fill_vectors(wait_s=_BUSY_S if filling == "busy" else 0)
    return filling == "done"


async def _fill_column_lineage(upkeep: Upkeep) -> None:
    """What cannot be read now is read after the next refresh; the catalog serves without it."""
    try:
        await upkeep.fill_column_lineage()
    except KnowledgeError as error:
        logger.warning("column lineage not read", extra={"reason": str(error)})
    except Exception:  # the job runner's boundary
        logger.exception("column lineage not read")


class _Refreshes:
    """Refreshes that dbt told of, and those that a person asked for."""

    def __init__(self, upkeep: Upkeep, queue: UpkeepQueue, slack: Slack) -> None:
        self._upkeep = upkeep
        self._queue = queue
        self._slack = slack

    async def work(self, job: RefreshJob, *, attempt: int) -> None:
        """Do what the job says; whoever asked is told how it went, whatever happens."""
        if attempt > _MOST_ATTEMPTS:
            logger.error("refresh given up", extra={"run_id": job.run_id})
            await self._say(job, GIVEN_UP)
            await self._close(job, NOT_DONE)
        elif job.channel is None:
            await self._for_run(job)
        elif not job.begun:
            await self._begin(job)
        else:
            said, done = await self._asked(job)
            await self._say(job, said)
            await self._close(job, DONE if done else NOT_DONE)

    async def _for_run(self, job: RefreshJob) -> None:
        """Refresh since a run has ended; when nothing of it is there yet, look again later."""
        try:
            outcome = await self._upkeep.refresh()
        except KnowledgeError as error:
            logger.warning("catalog not refreshed", extra={"run_id": job.run_id, "reason": str(error)})
            outcome = None
        if (outcome is None or _may_come_later(outcome)) and not await self._queue.look_later(job):
            logger.info("nothing new of the run", extra={"run_id": job.run_id})

    async def _begin(self, job: RefreshJob) -> None:
        """Say in the channel that it begins; where that is not possible, to the person alone."""
        begun = replace(job, begun=True)
        try:
            begun = replace(begun, thread_ts=await self._slack.post(job.channel or "", text=BEGUN))
        except BotError as error:
            logger.info("refresh is reported privately", extra={"error": str(error)})
            await self._say(begun, BEGUN)
        if not await self._queue.begin(begun):
            await self._say(begun, ASKED_ALREADY)
            await self._close(begun, NOT_BEGUN)

    async def _asked(self, job: RefreshJob) -> tuple[str, bool]:
        """Refresh; how that went, and whether the catalog is current."""
        wish = {"full": job.full, "accept_shrink": job.accept_shrink, "tell_admins": False}
        try:
            outcome = await self._upkeep.refresh_unless_running(**wish)
            if outcome is None:
                await self._say(job, WAITS)
                outcome = await self._upkeep.refresh(**wish)
        except KnowledgeError as error:
            logger.warning("catalog not refreshed", extra={"reason": str(error)})
            return str(error), False
        except Exception as error:  # the job runner's boundary
            reference = new_reference()
            logger.exception("refresh failed", extra={"reference": reference})
            return failure_text(error, reference), False
        return report(outcome), outcome.is_current

    async def _say(self, job: RefreshJob, markdown: str) -> None:
        """Tell the person who asked, if one did."""
        reply = render_text(markdown)
        try:
            if job.channel and job.thread_ts:
                await self._slack.post(job.channel, text=reply.text, thread_ts=job.thread_ts, blocks=reply.blocks)
            elif job.response_url:
                await self._slack.respond(job.response_url, {"text": reply.text, "blocks": list(reply.blocks)})
        except BotError as error:
            logger.warning("refresh not reported", extra={"error": str(error)})

    async def _close(self, job: RefreshJob, text: str) -> None:
        """Make the message in the channel say that it is over."""
        if not (job.channel and job.thread_ts):
            return
        try:
            await self._slack.update(job.channel, job.thread_ts, text=text)
        except BotError as error:
            logger.warning("refresh not closed", extra={"error": str(error)})


def _may_come_later(outcome: RefreshOutcome) -> bool:
    """Whether nothing was there, or nothing could be had."""
    return outcome.status == "failed" or (outcome.status == "unchanged" and not outcome.results)
