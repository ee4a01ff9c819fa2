"""When somebody means, who says "since Monday" or "last week": a stretch of time in UTC (pure)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agent.direct.spans import HOURS, NUMBER, SHORT, SPANS, UNIT, is_midnight, number_of, span_of

RECENTLY = timedelta(days=7)

_ROLLING = rf"(?:(?:in|over|during|within|for|of|from) )?(?:the )?(?:last|past|previous) {NUMBER} ?{UNIT}"
_ROLLING_ONE = rf"(?:(?:in|over|during|within|for|of|from) )?(?:the (?:last|past|previous)|past) {UNIT}"
_LATELY = "recently|lately|of late"
_BEFORE = "(since|after|on|in|during|at|from) "
_OWN_WORDS = re.compile(
    "(?:since )?(?:today|this morning|yesterday|the day before yesterday|last night|overnight"
    "|(?:this|last) (?:week|month|quarter|year))"
)
"""Times that are said back as they were said, with what they mean."""
_SOME = "|".join(pattern for pattern, _ in SPANS)
_BETWEEN = rf"(?:between|from) (?P<first>{_SOME}) (?:and|to|until|till) (?P<last>{_SOME}|now)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stretch of time; without an end it lasts until now."""

    since: datetime
    until: datetime | None = None
    rolling: str = ""
    """What it is called when it has no round beginning: ``in the last 3 days``."""
    said: str = ""
    """The asker's own words for it, when they say more than the dates do: ``today``."""

    @property
    def words(self) -> str:
        """As part of a sentence."""
        if self.rolling:
            return self.rolling
        since = _spoken(self.since)
        if self.until is None:
            return f"{self.said} (since {since}, UTC)" if self.said else f"since {since} (UTC)"
        if self.until - self.since == timedelta(days=1):
            return f"{self.said} ({since}, UTC)" if self.said else f"on {since} (UTC)"
        last = _spoken(self.until - timedelta(days=1) if is_midnight(self.until) else self.until)
        return f"{self.said} ({since} to {last}, UTC)" if self.said else f"from {since} to {last} (UTC)"


def read_period(said: str, now: datetime) -> Period | None:
    """The stretch that the words mean, counted from ``now``; None when they mean none, or one that has yet to come."""
    words, now = " ".join(said.lower().split()), now.astimezone(UTC)
    if re.fullmatch(_LATELY, words):
        return Period(since=now - RECENTLY, rolling="in the last 7 days")
    if found := re.fullmatch(_ROLLING, words) or re.fullmatch(_ROLLING_ONE, words):
        *many, unit = found.groups()
        number = number_of(many[0]) if many else 1
        spoken = f"{number} {SHORT.get(unit, unit)}s" if number > 1 else SHORT.get(unit, unit)
        return Period(since=now - timedelta(hours=number * HOURS[unit]), rolling=f"in the last {spoken}")
    if found := re.fullmatch(_BETWEEN, words):
        return _between(found["first"], found["last"], now)
    before = re.match(_BEFORE, words)
    span = span_of(words[before.end() :] if before else words, now)
    if span is None or span[0] >= now:
        return None
    is_open = before is not None and before[1] in {"since", "after", "from"}
    until = None if is_open or span[1] is None or span[1] >= now else span[1]
    said = words.removeprefix("on ") if _OWN_WORDS.fullmatch(words.removeprefix("on ")) else ""
    return Period(since=span[0], until=until, said=said if not said.startswith("since ") else "")


def time_last(words: str) -> str:
    """``words`` with the time that they begin with moved to their end: ``what changed today``."""
    found = _TIME_FIRST.fullmatch(words)
    return f"{found['rest']} {found['time']}" if found else words


def _between(first: str, last: str, now: datetime) -> Period | None:
    """From the beginning of the one to the end of the other, both days included."""
    start, end = span_of(first, now), (now, None) if last == "now" else span_of(last, now)
    if start is None or end is None:
        return None
    since, until = start[0], end[1] or end[0]
    if until <= since and first[:3] in _WEEKDAYS:  # on a Tuesday: Monday of the week before
        since -= timedelta(days=7)
    if since >= min(until, now):
        return None
    return Period(since=since, until=until if until < now else None)


TIMES = (
    rf"(?:{_LATELY}|{_ROLLING}|{_ROLLING_ONE}|(?:between|from) (?:{_SOME}) (?:and|to|until|till) (?:{_SOME}|now)"
    rf"|(?:{_BEFORE})?(?:{_SOME}))"
)
"""A pattern of all that may mean a stretch of time, in lower case."""
_TIME_FIRST = re.compile(rf"(?P<time>{TIMES}) ?,? (?P<rest>.+)", re.IGNORECASE)
_WEEKDAYS = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun"})


def _spoken(at: datetime) -> str:
    return f"{at:%A, %Y-%m-%d}" if is_midnight(at) else f"{at:%A, %Y-%m-%d %H:%M}"
