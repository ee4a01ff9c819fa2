"""What goes into the agent and what comes out."""

from dataclasses import dataclass
from typing import Literal

Confidence = Literal["verified", "checked", "inferred"]
Status = Literal["healthy", "warning", "unhealthy", "unknown"]
Path = Literal["direct", "model", "fallback"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something that was said in the thread before the question."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question, in plain text: no Slack markup.

    ``thread_id`` names the conversation whose memory is used; ``turn_id`` makes a repeated run of the same question
    the same memory. ``history`` is what stood in the thread beyond what the agent itself remembers.
    """

    text: str
    thread_id: str
    turn_id: str
    history: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """How far one node can be relied on right now, from the catalog alone."""

    unique_id: str
    status: Status
    line: str
    """One line of plain text, the node's name first. Mentions nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A node the answer rests on, as it is shown."""

    unique_id: str
    name: str
    kind: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the agent returns: a value, not a Slack message."""

    text: str
    """Markdown, the answer first. SQL is not in it, but in ``sql``."""
    nodes: tuple[str, ...] = ()
    """unique_ids of the nodes it rests on, most important first."""
    sql: str | None = None
    confidence: Confidence | None = None
    trust: tuple[Trust, ...] = ()
    citations: tuple[Citation, ...] = ()
    refused: bool = False
    path: Path = "direct"
    model_calls: int = 0
    tokens: int | None = None
    seconds: float = 0.0
    notices: tuple[str, ...] = ()
    """Sentences that qualify the answer: no model configured, a name that could not be found, a limit reached."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What the agent is doing now, in a few words."""

    text: str


@dataclass(frozen=True, slots=True)
class Delta:
    """More text of the answer, already checked; the Answered that follows has the whole text and may differ."""

    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The last event."""

    answer: Answer


Event = Progress | Delta | Answered
