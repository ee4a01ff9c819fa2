"""Taking questions in: stored together with the jobs to answer them, before anybody is told that they arrived."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from bot.errors import QuestionNotTaken
from bot.turn_jobs import ANSWER
from bot.worker import TURNS
from knowledge.errors import Unavailable
from knowledge.turns import NewTurn, Turns

STORE_TIMEOUT_S = 2.0
"""Slack waits three seconds for an acknowledgement, and nothing is acknowledged before it is stored."""
_TOGETHER, _CALM_S = 50, 0.5

Waiting = tuple[NewTurn, asyncio.Future[bool]]


@asynccontextmanager
async def at_once() -> AsyncGenerator[None]:
    """What happens inside must be over before Slack loses patience.

    Raises: Unavailable when it is not.
    """
    try:
        async with asyncio.timeout(STORE_TIMEOUT_S):
            yield
    except TimeoutError as error:
        raise Unavailable("The database takes too long.") from error


class Intake:
    """The one way in for questions.

    What arrives while a statement is under way is stored by the next one, all of it together and in the order in which
    it came: a burst costs a few statements, and the queue keeps a thread's order from there on.
    """

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._waiting: list[Waiting] = []
        self._storing: asyncio.Task[None] | None = None

    async def take(self, new: NewTurn) -> bool:
        """Store a question and the job to answer it; False when it has its turn already.

        Raises: QuestionNotTaken when the database is not there, or too slow for Slack.
        """
        taken: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((new, taken))
        if self._storing is None:
            self._storing = asyncio.create_task(self._store(), name="intake")
        try:
            async with at_once():
                return await taken
        except Unavailable as error:
            raise QuestionNotTaken from error

    async def calm(self) -> None:
        """Wait until nothing waits to be stored, but not for long: answering may take its time, storing may not."""
        if self._storing is not None:
            await asyncio.wait([self._storing], timeout=_CALM_S)

    async def _store(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:_TOGETHER], self._waiting[_TOGETHER:]
                batch = [(new, taken) for new, taken in batch if not taken.done()]  # for the others nobody waits now
                if batch and not await self._store_together(batch):
                    for each in batch:  # one of them cannot be stored, whatever the database does
                        await self._store_together([each])
        finally:
            self._storing = None

    async def _store_together(self, batch: Sequence[Waiting]) -> bool:
        """Store a batch and tell who waits how it went; False, telling nobody, when smaller batches may do better."""
        [outcome] = await asyncio.gather(self._stored([new for new, _ in batch]), return_exceptions=True)
        if isinstance(outcome, Exception) and not isinstance(outcome, Unavailable) and len(batch) > 1:
            return False
        for place, (_, taken) in enumerate(batch):
            if taken.done():
                continue
            if isinstance(outcome, BaseException):
                taken.set_exception(outcome)
            else:
                taken.set_result(outcome[place])
        return True

    async def _stored(self, news: Sequence[NewTurn]) -> list[bool]:
        async with at_once():
            return [each is not None for each in await self._turns.take(news, queue=TURNS, task=ANSWER)]
