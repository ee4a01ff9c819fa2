"""Jobs that somebody waits for: answering a turn, and a vote that came before its answer was stored.

Jobs of one thread run one after the other.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import procrastinate
from procrastinate import exceptions, jobs, retry

from bot.conversation import Conversation
from bot.errors import BotError
from bot.worker import OUTAGE_RETRIES_S, TURNS, Waits, wait_before_retry_s
from knowledge.errors import KnowledgeError, Unavailable
from knowledge.values import Verdict
from knowledge.votes import Votes

logger = logging.getLogger(__name__)

ANSWER, VOTE = "answer", "vote"
"""The tasks."""
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


class TurnQueue:
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
            await self._app.configure_task(VOTE, queue=TURNS, schedule_in=wait).defer_async(**fields)
        except exceptions.ConnectorException as error:
            raise Unavailable("The database takes no new work: see that it runs and may be written to.") from error


def register_turn_tasks(
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

    app.task(name=ANSWER, queue=TURNS, pass_context=True, retry=Waits())(answer)
    app.task(name=VOTE, queue=TURNS, pass_context=True, retry=_VoteWaits())(vote)


class _NoAnswerYetError(Exception):
    """No answer stands in the message that was voted on."""


class _VoteWaits(retry.BaseRetryStrategy):
    """When a late vote is tried again."""

    def get_retry_decision(self, *, exception: BaseException, job: jobs.Job) -> retry.RetryDecision | None:
        if job.attempts + 1 >= len(_VOTE_RETRIES_S):
            return None
        return retry.RetryDecision(retry_in={"seconds": _VOTE_RETRIES_S[job.attempts + 1]})
