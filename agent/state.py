"""What the graph carries: a thread's memory, which is kept, and the work on one question, which is not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from langchain_core.messages import AnyMessage, BaseMessage, RemoveMessage
from langgraph.channels import UntrackedValue
from langgraph.graph.message import add_messages

from agent.direct.phrasebook import Reading
from agent.direct.subject import Missing
from agent.draft import Draft
from agent.errors import Reason
from agent.model.replies import Reply
from agent.reading.release import Release
from agent.values import Answer, Question
from knowledge import Health, Hit, Names, Node

Failure = Reason | Literal["limit"]
"""Why there is no reply: the endpoint's fault, or the budget's end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """What was looked up before thinking. ``nodes``: best first."""

    nodes: tuple[Node, ...] = ()
    hits: Mapping[str, Hit] = field(default_factory=dict[str, Hit])
    health: Mapping[str, Health] = field(default_factory=dict[str, Health])
    known_at: datetime | None = None
    """As of when."""
    adapter: str | None = None
    is_nothing: bool = False
    """Whether the search says that nothing in the catalog answers the question, and the question names nothing."""
    unheard: tuple[str, ...] = ()
    """What the question asks for that nothing in the catalog mentions, as it was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What the model has cost so far. ``tokens`` is None once a reply came without a count."""

    calls: int = 0
    tokens: int | None = 0
    cost_usd: float | None = 0.0
    """None once the tokens or the price of a reply are not known."""
    model: str = ""
    """Which one gave the last reply."""
    estimated_tokens: int = 0
    """Counted where the endpoint counts, else four characters a token."""

    def plus(self, reply: Reply, *, asked_chars: int) -> "Spent":
        """The same with one more reply."""
        estimate = (asked_chars + len(reply.text)) // 4
        return Spent(
            calls=self.calls + reply.requests,
            tokens=None if self.tokens is None or reply.tokens is None else self.tokens + reply.tokens,
            cost_usd=None if self.cost_usd is None or reply.cost_usd is None else self.cost_usd + reply.cost_usd,
            model=reply.model,
            estimated_tokens=self.estimated_tokens + (reply.tokens or estimate),
        )

    def plus_failed(self, requests: int, *, begun: bool) -> "Spent":
        """The same with requests that brought nothing; what had ``begun`` to come costs something that nobody told."""
        return replace(
            self,
            calls=self.calls + requests,
            tokens=None if begun else self.tokens,
            cost_usd=None if begun else self.cost_usd,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One question on its way to an answer."""

    question: Question
    text: str
    """What was read of the question."""
    started_s: float
    """On the event loop's clock."""
    names: Names
    readings: tuple[Reading, ...] = ()
    tried_directly: bool = False
    missing: Missing | None = None
    """A name that the question needs and the catalog does not have."""
    recalled: Recalled | None = None
    release: Release | None = None
    dialogue: tuple[BaseMessage, ...] = ()
    """What was said to and by the model after the question."""
    reply: Reply | None = None
    spent: Spent = Spent()
    rejected: Reply | None = None
    """The reply that was sent back to be corrected; that happens once."""
    may_ask_back: bool = True
    """Not after a turn that has done so."""
    prodded: bool = False
    """An empty reply was asked for again."""
    failure: Failure | None = None
    remedy: str = ""
    """What an admin does about the failure, where that is known."""
    notices: tuple[str, ...] = ()
    caveat: str | None = None
    """What is said of the catalog as a whole, under every answer that rests on it."""
    draft: Draft | None = None
    answer: Answer | None = None


class Update(TypedDict, total=False):
    """What a step changes of the state."""

    messages: Sequence[AnyMessage | RemoveMessage]
    focus: list[str]
    asked: str
    told: dict[str, Any]
    earlier: list[str]
    offered: dict[str, str]
    offered_for: str
    asked_back: bool
    column: str
    work: Work


class State(TypedDict):
    """All but ``work`` is the thread's memory."""

    messages: NotRequired[Annotated[list[AnyMessage], add_messages]]
    focus: NotRequired[list[str]]
    """unique_ids of what the last answer was about, most important first."""
    column: NotRequired[str]
    """The column of the first of them that it was about, if it was about one."""
    asked: NotRequired[str]
    """What the last direct answer told of its subject."""
    told: NotRequired[dict[str, Any]]
    """What the last answer rested on (agent.direct.recounting)."""
    earlier: NotRequired[list[str]]
    """Old turns in a line each, oldest first: their messages are no longer remembered."""
    offered: NotRequired[dict[str, str]]
    """Names → unique_ids of the nodes that the last turn asked to choose from; empty when it did not ask back."""
    offered_for: NotRequired[str]
    """The question that was asked back about."""
    asked_back: NotRequired[bool]
    """Whether the last turn asked back."""
    work: Annotated[Work, UntrackedValue]
