"""Of what several runs say about the same thing, the latest word (pure)."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from knowledge.values import Freshness, RunResult

T = TypeVar("T", RunResult, Freshness)


def newest_by_id(items: Iterable[T], at: Callable[[T], datetime | None]) -> tuple[T, ...]:
    """One a unique_id, sorted by it: the latest; one without a time is the oldest, of equals the last counts."""
    newest: dict[str, T] = {}
    for item in items:
        other = newest.get(item.unique_id)
        if other is None or _seconds(at(item)) >= _seconds(at(other)):
            newest[item.unique_id] = item
    return tuple(newest[unique_id] for unique_id in sorted(newest))


def _seconds(at: datetime | None) -> float:
    return at.timestamp() if at else float("-inf")
