"""Outcomes and runs, as tests of what is counted and printed need them."""

from datetime import UTC, datetime
from typing import Any

from agent.evaluation import Outcome, Ranking, Run

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def outcome(name: str, ranks: dict[str, int | None], found: tuple[str, ...] = (), **more: Any) -> Outcome:
    """Of an answerable question that was answered, unless ``more`` says otherwise."""
    given = {"set_name": "shop", "is_answerable": True, "is_answered": True, **more}
    return Outcome(id=name, question=f"{name}?", searched=Ranking(ranks=ranks, found=found), **given)


def run(*outcomes: Outcome, **more: Any) -> Run:
    return Run(made_at=NOON, outcomes=outcomes, **more)
