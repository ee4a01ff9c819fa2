"""When somebody means, who says "since Monday" or "last week": a stretch of time in UTC (pure)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_Span = tuple[datetime, datetime | None]
"""Where a stretch begins, and where it ends; None: it lasts."""

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_NUMBERS = {"a": 1, "an": 1, "one": 1, "a couple of": 2, "two": 2, "couple of": 2, "three": 3, "few": 3, "a few": 3}
_HOURS = {
    "hour": 1,
    "hr": 1,
    "h": 1,
    "day": 24,
    "d": 24,
    "week": 7 * 24,
    "month": 30 * 24,
    "quarter": 91 * 24,
    "year": 365 * 24,
}
_SHORT = {"h": "hour", "hr": "hour", "d": "day"}
RECENTLY = timedelta(days=7)

_DAY = "(mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
_MONTH = (
    "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?)"
)
_CLOCK = r"(\d{1,2}:\d{2}(?: ?[ap]m)?|\d{1,2} ?[ap]m|noon|midnight)(?: utc)?"
_NUMBER = rf"(\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_UNIT = f"({'|'.join(sorted(_HOURS, key=len, reverse=True))})s?"
_ROLLING = rf"(?:(?:in|over|during|within|for) )?(?:the )?(?:last|past|previous) {_NUMBER} ?{_UNIT}"
_ROLLING_ONE = rf"(?:(?:in|over|during|within|for) )?(?:the (?:last|past|previous)|past) {_UNIT}"
_LATELY = "recently|lately|of late"
_BEFORE = "(since|after|on|in|during|at|from) "


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stretch of time; without an end it lasts until now."""

    since: datetime
    until: datetime | None = None
    rolling: str = ""
    """What it is called when it has no round beginning: ``in the last 3 days``."""

    @property
    def words(self) -> str:
        """As part of a sentence."""
        if self.rolling:
            return self.rolling
        if self.until is None:
            return f"since {_spoken(self.since)} (UTC)"
        if self.until - self.since == timedelta(days=1):
            return f"on {_spoken(self.since)} (UTC)"
        last = self.until - timedelta(days=1) if _is_midnight(self.until) else self.until
        return f"from {_spoken(self.since)} to {_spoken(last)} (UTC)"


def read_period(said: str, now: datetime) -> Period | None:
    """The stretch that the words mean, counted from ``now``; None when they mean none, or one that has yet to come."""
    words, now = " ".join(said.lower().split()), now.astimezone(UTC)
    if re.fullmatch(_LATELY, words):
        return Period(since=now - RECENTLY, rolling="in the last 7 days")
    if found := re.fullmatch(_ROLLING, words) or re.fullmatch(_ROLLING_ONE, words):
        *many, unit = found.groups()
        number = _number(many[0]) if many else 1
        spoken = f"{number} {_SHORT.get(unit, unit)}s" if number > 1 else _SHORT.get(unit, unit)
        return Period(since=now - timedelta(hours=number * _HOURS[unit]), rolling=f"in the last {spoken}")
    before = re.match(_BEFORE, words)
    span = _span(words[before.end() :] if before else words, now)
    if span is None or span[0] >= now:
        return None
    is_open = before is not None and before[1] in {"since", "after", "from"}
    until = None if is_open or span[1] is None or span[1] >= now else span[1]
    return Period(since=span[0], until=until)


def _span(words: str, now: datetime) -> _Span | None:
    for pattern, span in _SPANS:
        if found := re.fullmatch(pattern, words):
            try:
                return span(found.groups(), now)
            except ValueError:  # there is no such day
                return None
    return None


def _today(_said: Sequence[str], now: datetime) -> _Span:
    return _midnight(now), None


def _yesterday(_said: Sequence[str], now: datetime) -> _Span:
    return _day(_midnight(now) - timedelta(days=1))


def _day_before(_said: Sequence[str], now: datetime) -> _Span:
    return _day(_midnight(now) - timedelta(days=2))


def _night(_said: Sequence[str], now: datetime) -> _Span:
    return _midnight(now) - timedelta(hours=6), _midnight(now) + timedelta(hours=8)


def _weekday(said: Sequence[str], now: datetime) -> _Span:
    """The last one before today: who means today says so."""
    number = next(place for place, day in enumerate(_DAYS) if day.startswith(said[0][:3]))
    return _day(_midnight(now) - timedelta(days=(now.weekday() - number - 1) % 7 + 1))


def _calendar(said: Sequence[str], now: datetime) -> _Span:
    """This or the last week, month, quarter or year."""
    which, unit = said
    start = _start_of(unit, _midnight(now))
    return (start, None) if which == "this" else (_start_of(unit, start - timedelta(days=1)), start)


def _iso_date(said: Sequence[str], _now: datetime) -> _Span:
    return _day(datetime.fromisoformat(f"{said[0]}T00:00:00+00:00"))


def _date(said: Sequence[str], now: datetime) -> _Span:
    """A day of a month, before or after the month's name, the last one there was unless it has a year."""
    day, month, year = said if said[0].isdigit() else (said[1], said[0], said[2])
    start = _midnight(now).replace(year=int(year or now.year), month=_month_number(month), day=int(day))
    return _day(start if year or start < now else start.replace(year=now.year - 1))


def _month(said: Sequence[str], now: datetime) -> _Span:
    month, year = said
    start = _midnight(now).replace(year=int(year or now.year), month=_month_number(month), day=1)
    start = start if year or start < now else start.replace(year=now.year - 1)
    return start, _start_of("month", start + timedelta(days=32))


def _ago(said: Sequence[str], now: datetime) -> _Span:
    number, unit = said
    start = now - timedelta(hours=_number(number) * _HOURS[unit])
    return (start, None) if _HOURS[unit] == 1 else _day(_midnight(start))


def _clock(said: Sequence[str], now: datetime) -> _Span:
    """That time today, or yesterday when it has yet to come."""
    at = _midnight(now) + _time_of_day(said[0])
    return (at if at < now else at - timedelta(days=1)), None


def _day_and_clock(said: Sequence[str], now: datetime) -> _Span | None:
    day = _span(said[0], now)
    return (day[0] + _time_of_day(said[-1]), None) if day else None


_ON_DAY = rf"(today|yesterday|(?:last )?{_DAY}|\d{{4}}-\d{{2}}-\d{{2}})"
_SPANS: tuple[tuple[str, Callable[[Sequence[str], datetime], _Span | None]], ...] = (
    ("today|this morning", _today),
    ("yesterday", _yesterday),
    ("the day before yesterday", _day_before),
    ("last night|overnight", _night),
    (rf"(?:last )?{_DAY}", _weekday),
    ("(this|last) (week|month|quarter|year)", _calendar),
    (r"(\d{4}-\d{2}-\d{2})", _iso_date),
    (rf"(?:the )?(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?: (\d{{4}}))?", _date),
    (rf"{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?", _date),
    (rf"{_MONTH}(?: (\d{{4}}))?", _month),
    (rf"{_NUMBER} {_UNIT} ago", _ago),
    (_CLOCK, _clock),
    (rf"{_ON_DAY}(?: at)? {_CLOCK}", _day_and_clock),
)
TIMES = rf"(?:{_LATELY}|{_ROLLING}|{_ROLLING_ONE}|(?:{_BEFORE})?(?:{'|'.join(pattern for pattern, _ in _SPANS)}))"
"""A pattern of all that may mean a stretch of time, in lower case."""


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _is_midnight(at: datetime) -> bool:
    return at == _midnight(at)


def _day(start: datetime) -> _Span:
    return start, start + timedelta(days=1)


def _start_of(unit: str, day: datetime) -> datetime:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def _month_number(said: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, 1) if month.startswith(said[:3]))


def _number(said: str) -> int:
    return int(said) if said.isdigit() else _NUMBERS[said]


def _time_of_day(said: str) -> timedelta:
    """Raises: ValueError when there is no such time."""
    if said in {"noon", "midnight"}:
        return timedelta(hours=12 if said == "noon" else 0)
    half = said[-2:] if said.endswith("m") else ""
    hour, _, minute = said.removesuffix(half).strip().partition(":")
    hours = int(hour) % 12 + (12 if half == "pm" else 0) if half else int(hour)
    if hours > 23 or int(minute or 0) > 59 or (half and int(hour) > 12):
        raise ValueError(said)
    return timedelta(hours=hours, minutes=int(minute or 0))


def _spoken(at: datetime) -> str:
    return f"{at:%A, %Y-%m-%d}" if _is_midnight(at) else f"{at:%A, %Y-%m-%d %H:%M}"
