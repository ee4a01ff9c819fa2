"""What goes into the agent and what comes out."""

from dataclasses import dataclass
from typing import Literal

from knowledge.values import Kind

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
    name: str = ""
    """The parts of the line: the node's name, …"""
    word: str = ""
    """… the status in a word or two, …"""
    facts: tuple[str, ...] = ()
    """… and on what it rests."""
    reasons: tuple[str, ...] = ()
    """Those of the facts that speak against the node; none where all is well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A node the answer rests on, as it is shown."""

    unique_id: str
    name: str
    kind: Kind
    url: str | None = None
    definition: str = ""
    """How a metric is computed, on one line."""
    what: str = ""
    """What an exposure is, in its owner's word: ``dashboard``, ``notebook``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which node to use where several could be meant. The sentences are checked like the answer's text."""

    use: str
    """unique_id."""
    why: str = ""
    runner_up: str | None = None
    """unique_id."""
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """On what reading of the question the answer rests: what the asker did not say."""

    date_column: str = ""
    """A column that exists, as ``node.column`` or bare."""
    grain: str = ""
    filters: tuple[str, ...] = ()


GraphLayer = Literal["source", "staging", "intermediate", "mart", "other", "metric", "exposure", "hidden"]
"""What a node is built for; ``hidden``: it must not be known."""
GraphState = Literal["ok", "failing", "late"]
"""What is marked of how a node is doing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphNode:
    """One box of a graph."""

    key: str
    """Names it within its graph and nowhere else."""
    name: str
    """As it is shown; for what has no name, what it is: ``hidden model``, ``+12 more``."""
    layer: GraphLayer = "other"
    kind: str = ""
    """What it is in a word: ``model``, ``saved query``; empty for what only its layer is known of."""
    column: str | None = None
    """The column of it that is meant, where columns are."""
    state: GraphState = "ok"
    more: int = 0
    """How many nodes it stands for; 0: for itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """A lineage small enough to be seen at once, as data: the surfaces draw it."""

    nodes: tuple[GraphNode, ...]
    edges: tuple[tuple[str, str], ...]
    """Keys: what feeds, what is fed."""
    asked: str
    """The key of the node that was asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the agent returns: a value, not a Slack message."""

    text: str
    """Markdown, the answer first. SQL is not in it, but in ``sql``."""
    more: str = ""
    """What else is said, Markdown as well: to be folded where a surface can."""
    nodes: tuple[str, ...] = ()
    """unique_ids of the nodes it rests on, most important first."""
    sql: str | None = None
    sql_withheld: bool = False
    """There was SQL, and it does not hold: a notice says why."""
    confidence: Confidence | None = None
    trust: tuple[Trust, ...] = ()
    citations: tuple[Citation, ...] = ()
    shown_in: tuple[Citation, ...] = ()
    """Dashboards and metrics that show already what was asked for: what people trust comes first, before the text."""
    choice: Choice | None = None
    assumed: Assumed | None = None
    options: tuple[Citation, ...] = ()
    """Where the text asks back: which node may be meant, to be named or numbered."""
    whom: tuple[str, ...] = ()
    """Who could know what the catalog does not: owners in plain text, and where questions are asked."""
    refused: bool = False
    is_question: bool = False
    """It asks back, in place of an answer."""
    path: Path = "direct"
    model_calls: int = 0
    tokens: int | None = None
    cost_usd: float | None = None
    """US dollars; None where tokens or their price are not known. Answers from the catalog alone cost nothing."""
    model: str = ""
    """Which language model gave it, as the settings name it; empty for what the catalog alone answers."""
    seconds: float = 0.0
    graph: Graph | None = None
    """The lineage that was asked for, to be drawn."""
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
