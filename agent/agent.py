"""Answers one question: events while it works, the answer at the end."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langsmith import tracing_context

from agent.equipment import Budget, build_equipment
from agent.graph import build_graph
from agent.library import Library
from agent.memory import GuardedMemory
from agent.model.chat import ChatModel
from agent.state import State, Work
from agent.untrusted import without_controls
from agent.values import Answered, Event, Question
from knowledge import Age, Catalog, Searcher

Caveat = Callable[[Age, datetime], str | None]
"""What to add to every answer, given how fresh the catalog is and what time it is."""

LONGEST_QUESTION = 4_000
"""Characters that are read of a question; what is asked stands at its beginning."""
_MOST_STEPS = 60
"""Above what a turn can take within any budget: langgraph's guard against a graph that goes round in circles."""


class Agent:
    """One agent serves any number of questions at once; what belongs to a question travels with it."""

    def __init__(
        self,
        catalog: Catalog,
        searcher: Searcher,
        *,
        model: ChatModel | None,
        memory: BaseCheckpointSaver[Any] | None,
        budget: Budget | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        caveat: Caveat = lambda age, now: None,
        help_channel: str = "",
        link_hosts: tuple[str, ...] = (),
    ) -> None:
        """``model`` None: answers from the catalog alone. ``memory`` None: every question stands for itself.

        ``help_channel``: where people may ask what the catalog does not hold, as a surface shows it.
        ``link_hosts``: hosts that an exposure's own address may be linked to; empty: any.
        """
        self._library = Library(catalog, searcher, now)
        self._caveat = caveat
        self._has_memory = memory is not None
        equipment = build_equipment(
            self._library, model, budget or Budget(), help_channel=help_channel, link_hosts=link_hosts
        )
        self._graph = build_graph(equipment, GuardedMemory(memory) if memory is not None else None)

    async def ask(self, question: Question) -> AsyncGenerator[Event]:
        """Answer ``question``: progress and text as they come, then one Answered.

        Whatever the model does ends in an answer. To stop early, close the iterator.

        Raises: Unavailable when the database does not answer.
        """
        events: asyncio.Queue[Event | None] = asyncio.Queue()
        # A task of its own: tracing stays off in its context, whoever iterates and however they stop.
        run = asyncio.create_task(self._run(question, events))
        try:
            while (event := await events.get()) is not None:
                yield event
            await run
        finally:
            run.cancel()
            with suppress(asyncio.CancelledError):
                await run

    async def _run(self, question: Question, events: asyncio.Queue[Event | None]) -> None:
        try:
            with tracing_context(enabled=False):  # the environment alone must not send questions to a tracing service
                await self._walk(question, events)
        finally:
            events.put_nowait(None)

    async def _walk(self, question: Question, events: asyncio.Queue[Event | None]) -> None:
        started_s = asyncio.get_running_loop().time()
        names = await self._library.catalog.names()
        work = Work(
            question=question,
            text=without_controls(question.text)[:LONGEST_QUESTION],
            started_s=started_s,
            names=names,
            notices=_notices(question),
            caveat=self._caveat(self._library.catalog.age(), self._library.now()),
        )
        config = RunnableConfig(configurable={"thread_id": question.thread_id}, recursion_limit=_MOST_STEPS)
        stream = self._graph.astream(
            State(work=work),
            config,
            stream_mode=["custom", "values"],
            durability="exit" if self._has_memory else None,  # one write a turn: a turn that dies begins anew
        )
        async with aclosing(cast("AsyncGenerator[Any]", stream)) as steps:
            async for mode, payload in steps:
                if mode == "custom":
                    events.put_nowait(payload)
                else:
                    work = payload["work"]
        if work.answer is None:
            raise AssertionError("the graph ended without an answer")
        events.put_nowait(Answered(work.answer))


def _notices(question: Question) -> tuple[str, ...]:
    if len(question.text) <= LONGEST_QUESTION:
        return ()
    return (f"Your question has {len(question.text):,} characters; I read the first {LONGEST_QUESTION:,}.",)
