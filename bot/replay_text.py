"""What admins read when a refresh made questions of their set lose what answers them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.changes import told_of_node
from agent.evaluation import GATE
from agent.evaluation.replay import Drift, Lost
from agent.shown import code, count, listed
from agent.untrusted import one_line
from bot.markdown import TEXT_LIMIT, cut_text
from knowledge import Change

TOLD = 10
"""How many questions a message names."""
_QUESTION = 120
_NODES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of a node since it was last found."""

    name: str = ""
    """Empty: it is not in the catalog, and it may be hidden, so that it has no name here."""
    is_there: bool = True
    renamed_to: str = ""
    changes: Sequence[Change] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a question lost its nodes."""

    lost: Lost
    fates: Mapping[str, Fate]
    """Of each node that it lost."""
    first: str = ""
    """What stands first now."""
    first_is_new: bool = False


def loss_text(drift: Drift, causes: Sequence[Cause], *, file: str) -> str:
    """The message, in Markdown."""
    number = len(drift.lost)
    head = (
        f"Since the catalog has changed, recall@{GATE} of EVAL_SET is {drift.after:.2f}; it was {drift.before:.2f}. "
        f"What answers {number:,} of its {count(drift.questions, 'question')} has left the first {GATE} results. The "
        "catalog serves all the same."
    )
    lines = [f"- {_cause_line(cause)}" for cause in causes]
    more = [f"- … and {number - len(causes):,} more"] if number > len(causes) else []
    advice = f"`marty eval {one_line(file)}` shows every question."
    return cut_text("\n".join([head, *lines, *more, "", advice]), TEXT_LIMIT)


def _cause_line(cause: Cause) -> str:
    fates = [_fate(unique_id, fate, cause.lost) for unique_id, fate in cause.fates.items()]
    question = one_line(cause.lost.outcome.question, limit=_QUESTION)
    first = f"; first now: {code(cause.first)}" if cause.first else ""
    return f"“{question}”: {listed(fates, limit=_NODES)}{first}{', which is new' if cause.first_is_new else ''}"


def _fate(unique_id: str, fate: Fate, lost: Lost) -> str:
    before, now = lost.before.ranks[unique_id], lost.outcome.searched.ranks.get(unique_id)
    if not fate.name:
        return f"what stood at place {before} is no longer in the catalog: removed, or hidden"
    if fate.renamed_to:
        return f"{code(fate.name)} (place {before} before) is called {code(fate.renamed_to)} now: correct the set"
    if not fate.is_there:
        return f"{code(fate.name)} (place {before} before) was removed"
    place = "out of sight" if now is None else f"to place {now}"
    changed = f" (changed: {told_of_node(fate.changes)})" if fate.changes else ""
    return f"{code(fate.name)} fell from place {before} {place}{changed}"
