"""What the model is told: the standing prompt, the thread, the question with the candidates for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from agent.memory import in_short
from agent.state import Recalled
from agent.told import node_details, node_line
from agent.trust import judge
from agent.untrusted import cut, one_line, without_links
from agent.values import Message
from knowledge import Node
from knowledge.dialects import dialect_of
from knowledge.values import TABLES

DETAILED = 3
"""How many candidates are shown with their columns: most questions then need no tool."""
DETAILED_COLUMNS = 40
LONGEST_DETAILS = 4_000
LONGEST_MEMORY = 6_000
LONGEST_REMEMBERED = 1_500
LONGEST_QUOTED = 3_000
LONGEST_EARLIER = 1_500
NOT_CLOSE = "The search found nothing close; say so, unless one of these really answers the question:"
HINT = "(If the catalog text above answers this, answer now; a tool is for what it lacks.)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """What was said before: by turns that are remembered, by older ones in a line each, by others before Marty came."""

    remembered: Sequence[BaseMessage] = ()
    earlier: Sequence[str] = ()
    history: Sequence[Message] = ()


def brief(
    system: str,
    thread: Thread,
    question: str,
    recalled: Recalled,
) -> list[BaseMessage]:
    """The messages of the first call. What never changes stands first, so that an endpoint's cache can hold it."""
    kept = within_budget(thread.remembered)
    dropped = thread.remembered[: len(thread.remembered) - len(kept)]
    earlier = _in_short([*thread.earlier, *in_short(dropped)])
    parts = [earlier, _catalog(recalled), _quoted(thread.history), f"Question: {question}", HINT]
    return [
        SystemMessage(system),
        *kept,
        HumanMessage("\n\n".join(part for part in parts if part)),
    ]


def _in_short(lines: Sequence[str]) -> str:
    """Old turns as far as they fit, the newest of them."""
    kept: list[str] = []
    left = LONGEST_EARLIER
    for line in reversed(lines):
        if (left := left - len(line)) < 0:
            break
        kept.insert(0, f"> {line}")
    return "\n".join(["Older turns of this thread, in short:", *kept]) if kept else ""


def within_budget(remembered: Sequence[BaseMessage]) -> list[BaseMessage]:
    """The newest messages of the thread that fit, each cut to a bearable length."""
    kept: list[BaseMessage] = []
    left = LONGEST_MEMORY
    for message in reversed(remembered):
        text = cut(message.text, LONGEST_REMEMBERED)
        if len(text) > left:
            break
        left -= len(text)
        kept.append(AIMessage(text) if isinstance(message, AIMessage) else HumanMessage(text))
    return kept[::-1]


def _catalog(recalled: Recalled) -> str:
    """The candidates: one line each, and the first few in full."""
    if not recalled.nodes:
        return "<catalog>\nThe search found nothing.\n</catalog>"
    lines = [
        f"SQL dialect: {dialect_of(recalled.adapter) or recalled.adapter or 'unknown'}",
        NOT_CLOSE if recalled.is_nothing else "Best matches:",
    ]
    lines += [f"- {_line(node, recalled)}" for node in recalled.nodes]
    if recalled.unheard:
        lines.append(f"Nothing in the catalog mentions: {', '.join(map(one_line, recalled.unheard))}.")
    details: list[str] = []
    for node in recalled.nodes[:DETAILED]:
        more = node_details(node, columns=DETAILED_COLUMNS, column_words=70)
        if sum(map(len, details)) + sum(map(len, more)) > LONGEST_DETAILS and details:
            break
        details += more
    return "\n".join(["<catalog>", *lines, "", "The first of them in full:", *details, "</catalog>"])


def _line(node: Node, recalled: Recalled) -> str:
    health = recalled.health.get(node.unique_id)
    status = judge(node, health, recalled.known_at) if health and node.kind in TABLES else None
    hit = recalled.hits.get(node.unique_id)
    return node_line(node, status=status) + (f" (matches column {hit.column})" if hit and hit.column else "")


def _quoted(history: Sequence[Message]) -> str:
    """What others said in the thread before Marty was in it."""
    lines: list[str] = []
    left = LONGEST_QUOTED
    for message in reversed(history):
        line = f"> {message.role}: {' '.join(without_links(message.text).split())}"[:600]
        if (left := left - len(line)) < 0:
            break
        lines.insert(0, line)
    return "\n".join(["Earlier in this thread, quoted:", *lines]) if lines else ""
