"""Questions from a terminal, asked and answered as turns like those in Slack."""

import asyncio
import getpass
import uuid
from collections.abc import Callable
from contextlib import suppress

from agent import Agent, Answer, Answered, Event, Question, full_text
from bot.ending import ending_of
from knowledge import Database, Ending, KnowledgeError, NewTurn, NotFound, StoredTurn, Turns

_CHANNEL = "terminal"
"""What stands for team and channel in the turns of this surface."""
STOPPED = "The answer was stopped."


class TerminalTurns:
    """Asks the agent, and stores what was asked and answered."""

    def __init__(self, database: Database, agent: Agent) -> None:
        self._database = database
        self._turns = Turns(database)
        self._agent = agent

    async def ask(
        self, text: str, *, thread: str | None = None, on_event: Callable[[Event], None] = lambda _: None
    ) -> Answer:
        """Answer ``text``; a turn whose answer is cut short is closed as one that failed.

        Args:    thread: the conversation that it belongs to, as ``new_thread`` names it; None: one of its own.
                 on_event: hears what the agent does meanwhile.
        Raises:  what the agent and the database raise.
        """
        stored = await self._store(text, thread)
        try:
            answer = await self._answer(text, stored, on_event)
        except BaseException as error:
            said = STOPPED if isinstance(error, asyncio.CancelledError) else ""
            with suppress(KnowledgeError):  # the turn's own error is the one to tell
                await asyncio.shield(self._turns.finish(stored.turn_id, Ending(outcome="failed", answer=said)))
            raise
        await self._turns.finish(stored.turn_id, ending_of(answer, shown=full_text(answer)))
        return answer

    async def _store(self, text: str, thread: str | None) -> StoredTurn:
        new = NewTurn(
            team=_CHANNEL,
            channel=_CHANNEL,
            asker=_user(),
            surface="terminal",
            question=text,
            ts=uuid.uuid4().hex,
            thread_ts=thread,
        )
        async with self._database.transaction() as connection:
            stored = await self._turns.store(connection, new)
        if stored is None:
            raise NotFound("The question could not be stored.")
        return stored

    async def _answer(self, text: str, stored: StoredTurn, on_event: Callable[[Event], None]) -> Answer:
        answer: Answer | None = None
        question = Question(text=text, thread_id=stored.thread_key, turn_id=stored.turn_id)
        async for event in self._agent.ask(question):
            on_event(event)
            if isinstance(event, Answered):
                answer = event.answer
        if answer is None:
            raise AssertionError("the agent ended without an answer")
        return answer


def new_thread() -> str:
    """Names a conversation that nobody has begun."""
    return uuid.uuid4().hex


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
