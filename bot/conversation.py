"""One turn, whatever its entry point: its question to the agent, what comes back to the asker, both kept."""

import logging
import time
from contextlib import AsyncExitStack
from dataclasses import replace

from agent import Agent
from agent.values import Answer, Answered, Delta, Message, Question
from bot.attaching import Pictures
from bot.ending import ending_of
from bot.errors import BotError, SlackRefused, SlackUnreachable, failure_text, new_reference
from bot.log import bound
from bot.metrics import Metrics
from bot.posting import PrivateAnswer, ThreadAnswer
from bot.recovery import Unstored, find_question
from bot.reply import (
    QUESTION_EVENT,
    TURN_EVENT,
    Reply,
    render_answer,
    render_help,
    render_question,
    render_text,
)
from bot.slack import Slack
from bot.status import Status
from bot.stream import Pace
from bot.thread import history_of, wants_help
from knowledge.turns import Ending, Turns
from knowledge.values import Turn

logger = logging.getLogger(__name__)

THINKING = "is reading the catalog…"
_NO_ENTRY = frozenset({"not_in_channel", "channel_not_found"})
_HISTORY_SCOPES = frozenset({"channels:history", "groups:history", "mpim:history"})
_THREAD_LIMIT = 200

Place = ThreadAnswer | PrivateAnswer


class Conversation:
    """Answers turns. A turn may be tried again, here or elsewhere: what was done before is found and finished."""

    def __init__(self, *, agent: Agent, turns: Turns, slack: Slack, pace: Pace, metrics: Metrics | None = None) -> None:
        self._metrics = metrics
        self._agent = agent
        self._turns = turns
        self._slack = slack
        self._pace = pace
        self._unstored = Unstored()
        self._pictures = Pictures(slack)

    async def answer(self, turn_id: str, *, attempt: int) -> None:
        """Answer a turn unless it is answered; ``attempt`` counts from 0.

        Raises: what may be different at the next attempt. A turn that nobody will ever see is closed as failed.
        """
        turn = await self._open_turn(turn_id)
        if turn is None:
            return
        with bound(turn_id=turn.turn_id, channel=turn.channel, surface=turn.surface):
            try:
                turn, place = await self._place(turn, attempt=attempt)
                await self._answer_in(place, turn)
            except SlackRefused as refused:
                logger.warning("answer cannot be shown", extra={"method": refused.method, "code": refused.code})
                ending = Ending(outcome="failed", answer="")
                await self._turns.finish(turn_id, ending)
                self._note(ending, None)

    async def give_up(self, turn_id: str, error: BaseException) -> None:
        """Close a turn that failed too often, with an honest sentence to its asker."""
        turn = await self._open_turn(turn_id)
        if turn is None:
            return
        reference = new_reference(turn_id)
        reply = render_text(failure_text(error, reference))
        with bound(turn_id=turn_id, channel=turn.channel, surface=turn.surface):
            logger.error("turn given up", exc_info=error, extra={"reference": reference})
            place = self._place_of(turn, maybe_begun=True, why_private="")
            try:
                await place.finish(reply)
            except BotError as unseen:
                logger.warning("failure cannot be shown", extra={"error": str(unseen)})
            ending = Ending(outcome="failed", answer=reply.markdown, answer_ts=place.ts)
            await self._turns.finish(turn_id, ending)
            self._note(ending, None)

    async def _open_turn(self, turn_id: str) -> Turn | None:
        """A turn that still wants an answer, with the message that an earlier try here began but could not store."""
        turn = await self._turns.load(turn_id)
        if turn is None or turn.finished_at is not None:
            return None
        return replace(turn, answer_ts=turn.answer_ts or self._unstored.recall(turn_id, TURN_EVENT))

    async def _answer_in(self, place: Place, turn: Turn) -> None:
        started_s = time.monotonic()
        try:
            async with AsyncExitStack() as stack:
                status = None
                if isinstance(place, ThreadAnswer):
                    status = await stack.enter_async_context(Status(self._slack, turn.channel, turn.thread_ts or ""))
                    status.show(THINKING)
                answer, reply = await self._made(place, turn, status)
                if status is not None:
                    await status.begun()
                await place.finish(reply)
                ending = _ending(answer, reply, place.ts, time.monotonic() - started_s)
                closing = await self._turns.finish(turn.turn_id, ending)
                await place.settle(closing.answer_ts)
                self._unstored.forget(turn.turn_id)
        except BaseException:
            if place.ts is not None:
                self._unstored.keep(turn.turn_id, TURN_EVENT, place.ts)
            raise
        finally:
            place.cancel()
        self._note(ending, answer)
        # whoever closed the turn attaches, and whatever happens to that, nobody else does
        if closing.was_open and isinstance(place, ThreadAnswer) and answer is not None and answer.graph is not None:
            await self._pictures.attach(turn, answer.graph)

    def _note(self, ending: Ending, answer: Answer | None) -> None:
        """The one line that ends a turn, and its numbers."""
        path = answer.path if answer else None
        cost_usd = answer.cost_usd if answer else 0.0 if ending.outcome == "help" else None
        facts = {
            "outcome": ending.outcome,
            "path": path,
            "model": answer.model if answer else "",
            "model_calls": ending.model_calls,
            "tokens": ending.tokens,
            "cost_usd": cost_usd,
        }
        logger.info("turn ended", extra={"duration_ms": round(ending.seconds * 1000), **facts})
        if self._metrics is not None:
            self._metrics.turn_ended(
                outcome=ending.outcome, path=path, seconds=ending.seconds, tokens=ending.tokens, cost_usd=cost_usd
            )

    async def _made(self, place: Place, turn: Turn, status: Status | None) -> tuple[Answer | None, Reply]:
        """What to show: help where it is wanted, else the agent's answer, which grows in ``place`` meanwhile."""
        if wants_help(turn.question):
            return None, render_help()
        question = Question(
            text=turn.question,
            thread_id=f"{turn.team}:{turn.channel}:{turn.thread_ts or turn.trigger_id}",
            turn_id=turn.turn_id,
            history=await self._history(turn),
        )
        answer: Answer | None = None
        async for event in self._agent.ask(question):
            if isinstance(event, Answered):
                answer = event.answer
            elif isinstance(event, Delta):
                place.add(event.text)
            elif status is not None:
                status.show(event.text)
        if answer is None:
            raise RuntimeError("the agent ended without an answer")
        return answer, render_answer(answer, turn.turn_id)

    async def _history(self, turn: Turn) -> tuple[Message, ...]:
        """What people said in the thread before Marty was first mentioned in it, where Slack lets us read that."""
        scopes = self._slack.identity.scopes
        if turn.surface != "mention" or turn.follows or turn.thread_ts in {None, turn.ts}:
            return ()
        if scopes and scopes.isdisjoint(_HISTORY_SCOPES):
            return ()
        try:
            messages = await self._slack.read_thread(turn.channel, turn.thread_ts or "", limit=_THREAD_LIMIT)
        except BotError as error:
            logger.info("thread not readable", extra={"error": str(error)})
            return ()
        identity = self._slack.identity
        return history_of(messages, bot_user=identity.user, bot_id=identity.bot, before_ts=turn.ts or "0")

    async def _place(self, turn: Turn, *, attempt: int) -> tuple[Turn, Place]:
        """Where the answer goes. A command's question is posted first; where that is refused, the answer is private."""
        if turn.surface != "command" or turn.ts is not None:
            return turn, self._place_of(turn, maybe_begun=attempt > 0)
        try:
            ts = await self._post_question(turn, attempt=attempt)
        except SlackRefused as refused:
            logger.info("question not posted", extra={"code": refused.code})
            return turn, self._place_of(turn, maybe_begun=False, why_private=refused.code)
        self._unstored.keep(turn.turn_id, QUESTION_EVENT, ts)
        await self._turns.question_posted(turn.turn_id, ts)
        turn = replace(turn, ts=ts, thread_ts=ts)
        return turn, self._place_of(turn, maybe_begun=attempt > 0)

    async def _post_question(self, turn: Turn, *, attempt: int) -> str:
        found = self._unstored.recall(turn.turn_id, QUESTION_EVENT)
        if found is None and attempt > 0:
            found = await find_question(self._slack, turn)
        if found is not None:
            return found
        try:
            return await self._slack.post(turn.channel, **render_question(turn.asker, turn.question, turn.turn_id))
        except SlackUnreachable as error:
            found = await find_question(self._slack, turn) if error.maybe_done else None
            if not found:
                raise
            return found

    def _place_of(self, turn: Turn, *, maybe_begun: bool, why_private: str = "") -> Place:
        if turn.thread_ts is not None:
            return ThreadAnswer(self._slack, self._pace, self._turns, turn, maybe_begun=maybe_begun)
        return PrivateAnswer(self._slack, turn, invitation=self._invitation(why_private))

    def _invitation(self, why_private: str) -> str:
        if why_private in _NO_ENTRY:
            name = self._slack.identity.user_name or "marty"
            return f"Only you see this, since I am not in this conversation. To have answers here: `/invite @{name}`"
        return "Only you see this: I may not write here." if why_private else "Only you see this."


def _ending(answer: Answer | None, reply: Reply, ts: str | None, seconds: float) -> Ending:
    if answer is None:
        return Ending(outcome="help", answer=reply.markdown, answer_ts=ts, seconds=round(seconds, 3))
    return ending_of(answer, shown=reply.markdown, answer_ts=ts, seconds=seconds)
