"""Judges a node and says on what that rests."""

from collections.abc import Sequence
from datetime import datetime

from agent.trust.facts import Fact, run_facts, standing_facts
from agent.trust.naming import shown_name, some
from agent.trust.rules import Case, deciding
from agent.trust.words import WORDS
from agent.values import Status, Trust
from knowledge.values import Health, Node

_WORST_FIRST: tuple[Status, ...] = ("unhealthy", "warning", "unknown", "healthy")
_REASONS = 2
"""So many of the reasons of what is worst: what happened, and the trouble above that explains it."""


def assess(
    node: Node,
    health: Health | None,
    now: datetime,
    *,
    known_at: datetime | None = None,
    successor: str | None = None,
) -> Trust:
    """Judge ``node``, and say on what that rests.

    Args:    health: its run state; None when nothing is known of it.
             now: aware; ages are counted from it.
             known_at: until when its builds are known; None: until now.
             successor: what to use instead, where the node is deprecated.
    """
    case = Case(node, health or Health(unique_id=node.unique_id), known_at or now)
    status = deciding(case).status
    runs = list(run_facts(case, now))
    if status == "unknown" and not runs:
        runs.append(Fact("nothing is known of its runs"))
    return _trust(node, status, [*runs, *standing_facts(node, now, successor)])


def assess_resting(
    node: Node, under: Sequence[tuple[Node, Trust]], now: datetime, *, successor: str | None = None
) -> Trust:
    """Judge a node that is not built itself by the tables that it rests on."""
    worst_first = sorted(under, key=lambda pair: _WORST_FIRST.index(pair[1].status))
    status: Status = worst_first[0][1].status if worst_first else "unknown"
    facts: list[Fact] = []
    if worst_first:
        names = [f"{shown_name(table)} ({WORDS[trust.status]})" for table, trust in worst_first]
        facts.append(Fact(f"rests on {some(names)}", is_reason=status != "healthy"))
        table, trust = worst_first[0]
        if trust.reasons:
            facts.append(Fact(f"{shown_name(table)}: {'; '.join(trust.reasons[:_REASONS])}", is_reason=True))
    else:
        facts.append(Fact("rests on no table that is known"))
    return _trust(node, status, [*facts, *standing_facts(node, now, successor)])


def _trust(node: Node, status: Status, facts: Sequence[Fact]) -> Trust:
    name, word = shown_name(node), WORDS[status]
    texts = tuple(fact.text for fact in facts)
    return Trust(
        unique_id=node.unique_id,
        status=status,
        line=f"{name}: {' · '.join([word, *texts])}",
        name=name,
        word=word,
        facts=texts,
        reasons=tuple(fact.text for fact in facts if fact.is_reason),
    )
