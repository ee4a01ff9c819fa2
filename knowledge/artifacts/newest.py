"""Of what several runs say about the same thing, the latest word (pure)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
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


def newest_results(results: Iterable[RunResult]) -> tuple[RunResult, ...]:
    """The newest outcome of each node and test, with the times of all builds that any of them tells of."""
    builds: dict[str, set[datetime]] = defaultdict(set)

    def noted() -> Iterator[RunResult]:
        for result in results:
            builds[result.unique_id].update(result.builds)
            yield result

    newest = newest_by_id(noted(), lambda result: result.completed_at)
    return tuple(_with_earlier(result, builds[result.unique_id] - set(result.builds)) for result in newest)


def _with_earlier(result: RunResult, others: set[datetime]) -> RunResult:
    return replace(result, earlier=tuple(sorted({*result.earlier, *others}, reverse=True))) if others else result


def _seconds(at: datetime | None) -> float:
    return at.timestamp() if at else float("-inf")
