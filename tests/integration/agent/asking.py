"""How the agent's tests ask: a question in, the answer and what was seen of it meanwhile out."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver

from agent import (
    Agent,
    Answer,
    Answered,
    Budget,
    Delta,
    Event,
    Message,
    ModelOptions,
    Progress,
    Question,
    build_model,
    full_text,
)
from knowledge import Catalog, Refresher, Searcher
from tests.fakes.artifacts import FakeSource
from tests.fakes.openai import FakeOpenAI, Scripted, fake_openai

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
"""Two hours after the sample project was built."""


@dataclass
class Shelf:
    """What an agent knows by."""

    catalog: Catalog
    searcher: Searcher


@dataclass
class Asked:
    """One question's events."""

    answer: Answer
    events: Sequence[Event]

    @property
    def text(self) -> str:
        """What is said, notices included."""
        return full_text(self.answer)

    @property
    def streamed(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, Delta))

    @property
    def progress(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Progress)]


@dataclass
class Asking:
    """One agent, its model's script, and a thread that goes on from question to question."""

    shelf: Shelf
    stack: AsyncExitStack
    refresher: Refresher | None = None
    memory: BaseCheckpointSaver[Any] | None = field(default_factory=InMemorySaver)
    model: FakeOpenAI | None = None
    agent: Agent | None = None
    link_hosts: tuple[str, ...] = ()
    turns: int = 0

    async def use(self, *options: ModelOptions, budget: Budget | None = None) -> None:
        """Give the agent models of any maker, in the order in which they are asked."""
        chat = build_model(*options)
        self.stack.push_async_callback(chat.aclose)
        self.agent = Agent(
            self.shelf.catalog,
            self.shelf.searcher,
            model=chat,
            memory=self.memory,
            budget=budget,
            now=lambda: NOW,
            link_hosts=self.link_hosts,
        )

    async def load(self, *sources: FakeSource) -> None:
        """Make the catalog hold what the sources have."""
        assert self.refresher is not None
        await self.refresher.refresh(*sources)

    async def script(
        self,
        *steps: Scripted,
        repeat_last: bool = False,
        budget: Budget | None = None,
        silence_s: float = 5,
        call_s: float = 10,
        base_url: str | None = None,
        api_key: str | None = "key",
    ) -> FakeOpenAI:
        """Give the agent a model that follows ``steps``."""
        self.model = await self.stack.enter_async_context(fake_openai(*steps, repeat_last=repeat_last))
        options = ModelOptions(
            model="scripted",
            api_key=api_key,
            base_url=base_url or self.model.base_url,
            silence_s=silence_s,
            call_s=call_s,
        )
        await self.use(options, budget=budget)
        return self.model

    async def ask(
        self, text: str, *, thread: str = "thread", turn: str | None = None, history: Sequence[Message] = ()
    ) -> Asked:
        """Ask, and see the answer come."""
        if self.agent is None:
            self.agent = Agent(self.shelf.catalog, self.shelf.searcher, model=None, memory=self.memory, now=lambda: NOW)
        self.turns += 1
        question = Question(text=text, thread_id=thread, turn_id=turn or f"turn-{self.turns}", history=tuple(history))
        events = [event async for event in self.agent.ask(question)]
        answers = [event.answer for event in events if isinstance(event, Answered)]
        assert len(answers) == 1, "every question gets exactly one answer"
        assert isinstance(events[-1], Answered), "the answer is the last event"
        assert self.model is None or not self.model.rejected, "the endpoint found every request well formed"
        return Asked(answers[0], events)
