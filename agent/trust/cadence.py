"""A node's own rhythm, learned from when it was built, and whether it is late by that (pure).

The usual pause is the median of the pauses between builds, each counted by its length: the pause in which any moment
of the history lies. So a rerun minutes later, or many builds by day and none at night, do not shorten it, and one long
outage does not stretch it. Of what is built daily or oftener, days of the week on which it rests do not count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

FEWEST_BUILDS = 3
SHORTEST_HISTORY = timedelta(days=1)
"""Fewer builds, or all of them within a shorter time, are no rhythm."""
TIMES_USUAL = 1.5
TIMES_LONGEST = 1.25
"""Of the second longest pause: one that it made at least twice is part of the rhythm."""
GRACE = timedelta(hours=1)
"""A run takes its time, and so does news of it."""
_NEARLY_DAILY = timedelta(hours=36)
_WEEKEND = frozenset({5, 6})
_OTHER_RESTS = tuple(map(frozenset, ((6, 0), (4, 5), (6,), (5,))))
"""Weekends elsewhere, or as UTC sees them."""
_TWO_WEEKS = timedelta(days=14)
_EXACT = 12
"""So many of the newest builds are all known; of the days before only the first and the last (knowledge.Health)."""
_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often a node is built."""

    usual: timedelta
    longest: timedelta
    """The longest pause that is no surprise: after it, the node is late."""
    last: datetime
    rests: frozenset[int] = frozenset()
    """Days of the week, Monday 0, on which it is not built."""

    def is_late(self, at: datetime) -> bool:
        """Whether it had to be built again before ``at``."""
        return _elapsed(self.last, at, self.rests) > self.longest


def cadence_of(builds: Sequence[datetime]) -> Cadence | None:
    """The rhythm of a node's builds; None as long as too few are known.

    Args: builds: as ``knowledge.Health`` has them.
    """
    times = sorted({at.astimezone(UTC) for at in builds})
    if len(times) < FEWEST_BUILDS or times[-1] - times[0] < SHORTEST_HISTORY:
        return None
    pauses = _pauses(times)
    rests = _rests(times)
    usual = _usual([_elapsed(*pause, rests) for pause in pauses])
    if usual > _NEARLY_DAILY:  # of what is built weekly every day counts
        rests = frozenset()
        usual = _usual([_elapsed(*pause, rests) for pause in pauses])
    longest = sorted(_elapsed(*pause, rests) for pause in pauses)[-2:][0]
    return Cadence(usual, max(TIMES_USUAL * usual, TIMES_LONGEST * longest) + GRACE, times[-1], rests)


def _pauses(times: Sequence[datetime]) -> list[tuple[datetime, datetime]]:
    """From one build to the next, where no other can have been between them."""
    pairs = list(pairwise(times))
    exact = max(0, len(pairs) - (_EXACT - 1))
    return [pair for place, pair in enumerate(pairs) if place >= exact or pair[0].date() != pair[1].date()]


def _usual(pauses: Sequence[timedelta]) -> timedelta:
    half, passed = sum(pauses, timedelta()) / 2, timedelta()
    for pause in sorted(pauses):
        passed += pause
        if passed >= half:
            return pause
    raise ValueError("no pauses")


def _rests(times: Sequence[datetime]) -> frozenset[int]:
    """The weekend, unless something was built then; another one once the history is long enough to show it."""
    seen = {at.weekday() for at in times}
    if seen.isdisjoint(_WEEKEND):
        return _WEEKEND
    others = _OTHER_RESTS if times[-1] - times[0] >= _TWO_WEEKS else ()
    return next((rests for rests in others if seen.isdisjoint(rests)), frozenset())


def _elapsed(start: datetime, end: datetime, rests: frozenset[int]) -> timedelta:
    """The time from ``start`` to ``end``, without the days of the week in ``rests``."""
    return _counted(end, rests) - _counted(start, rests) if rests else end - start


def _counted(at: datetime, rests: frozenset[int]) -> timedelta:
    """The time that counts, from a Monday long ago to ``at``."""
    since = at.astimezone(UTC) - _MONDAY
    weeks, day = divmod(since.days, 7)
    whole = weeks * (7 - len(rests)) + sum(each not in rests for each in range(day))
    return timedelta(days=whole) + (timedelta() if day in rests else since - timedelta(days=since.days))
