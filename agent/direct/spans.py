"""Days, weeks, dates and clock times in the words that people use for them, counted from now (pure)."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

Span = tuple[datetime, datetime | None]
"""Where a stretch begins, and where it ends; None: it lasts."""

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTHS_A_YEAR = 12
NUMBERS = {"a": 1, "an": 1, "one": 1, "a couple of": 2, "two": 2, "couple of": 2, "three": 3, "few": 3, "a few": 3}
HOURS: dict[str, float] = {
    "minute": 1 / 60,
    "min": 1 / 60,
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
SHORT = {"min": "minute", "h": "hour", "hr": "hour", "d": "day"}

_DAY = "(mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
_MONTH = (
    "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?)"
)
_CLOCK = r"(\d{1,2}:\d{2}(?: ?[ap]m)?|\d{1,2} ?[ap]m|noon|midnight)(?: utc)?"
NUMBER = rf"(\d{{1,3}}|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
UNIT = f"({'|'.join(sorted(HOURS, key=len, reverse=True))})s?"


def span_of(words: str, now: datetime) -> Span | None:
    """The stretch that the words mean; None when they mean none."""
    for pattern, span in SPANS:
        if found := re.fullmatch(pattern, words):
            try:
                return span(found.groups(), now)
            except ValueError:  # there is no such day
                return None
    return None


def _today(_said: Sequence[str], now: datetime) -> Span:
    return _midnight(now), None


def _yesterday(_said: Sequence[str], now: datetime) -> Span:
    return _day(_midnight(now) - timedelta(days=1))


def _day_before(_said: Sequence[str], now: datetime) -> Span:
    return _day(_midnight(now) - timedelta(days=2))


def _night(_said: Sequence[str], now: datetime) -> Span:
    return _midnight(now) - timedelta(hours=6), _midnight(now) + timedelta(hours=8)


def _weekday(said: Sequence[str], now: datetime) -> Span:
    """The last one before today: who means today says so."""
    number = next(place for place, day in enumerate(_DAYS) if day.startswith(said[0][:3]))
    return _day(_midnight(now) - timedelta(days=(now.weekday() - number - 1) % 7 + 1))


def _calendar(said: Sequence[str], now: datetime) -> Span:
    """This or the last week, month, quarter or year."""
    which, unit = said
    start = _start_of(unit, _midnight(now))
    return (start, None) if which == "this" else (_start_of(unit, start - timedelta(days=1)), start)


def _iso_date(said: Sequence[str], _now: datetime) -> Span:
    return _day(datetime.fromisoformat(f"{said[0]}T00:00:00+00:00"))


def _day_first(said: Sequence[str], now: datetime) -> Span:
    day, month, year = map(int, said)
    return _day(_midnight(now).replace(year=year, month=month, day=day))


def _slashed(said: Sequence[str], now: datetime) -> Span:
    """Month first or day first; where it may be either, nobody knows.

    Raises: ValueError when it may be either.
    """
    first, second, year = said
    if int(first) <= _MONTHS_A_YEAR and int(second) <= _MONTHS_A_YEAR and first != second:
        raise ValueError(said)
    return _day_first((second, first, year) if int(first) <= _MONTHS_A_YEAR else said, now)


def _date(said: Sequence[str], now: datetime) -> Span:
    """A day of a month, before or after the month's name, the last one there was unless it has a year."""
    day, month, year = said if said[0].isdigit() else (said[1], said[0], said[2])
    start = _midnight(now).replace(year=int(year or now.year), month=_month_number(month), day=int(day))
    return _day(start if year or start < now else start.replace(year=now.year - 1))


def _month(said: Sequence[str], now: datetime) -> Span:
    month, year = said
    start = _midnight(now).replace(year=int(year or now.year), month=_month_number(month), day=1)
    start = start if year or start < now else start.replace(year=now.year - 1)
    return start, _start_of("month", start + timedelta(days=32))


def _ago(said: Sequence[str], now: datetime) -> Span:
    number, unit = said
    start = now - timedelta(hours=number_of(number) * HOURS[unit])
    return (start, None) if HOURS[unit] <= 1 else _day(_midnight(start))


def _clock(said: Sequence[str], now: datetime) -> Span:
    """That time today, or yesterday when it has yet to come."""
    at = _midnight(now) + _time_of_day(said[0])
    return (at if at < now else at - timedelta(days=1)), None


def _day_and_clock(said: Sequence[str], now: datetime) -> Span | None:
    day = span_of(said[0], now)
    return (day[0] + _time_of_day(said[-1]), None) if day else None


_ON_DAY = rf"(today|yesterday|(?:last )?{_DAY}|\d{{4}}-\d{{2}}-\d{{2}})"
SPANS: tuple[tuple[str, Callable[[Sequence[str], datetime], Span | None]], ...] = (
    ("today|this morning", _today),
    ("yesterday", _yesterday),
    ("the day before yesterday", _day_before),
    ("last night|overnight", _night),
    (rf"(?:last )?{_DAY}", _weekday),
    ("(this|last) (week|month|quarter|year)", _calendar),
    (r"(\d{4}-\d{2}-\d{2})", _iso_date),
    (r"(\d{1,2})\.(\d{1,2})\.(\d{4})", _day_first),
    (r"(\d{1,2})/(\d{1,2})/(\d{4})", _slashed),
    (rf"(?:the )?(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?: (\d{{4}}))?", _date),
    (rf"{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?", _date),
    (rf"{_MONTH}(?: (\d{{4}}))?", _month),
    (rf"{NUMBER} {UNIT} ago", _ago),
    (_CLOCK, _clock),
    (rf"{_ON_DAY}(?: at)? {_CLOCK}", _day_and_clock),
)


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def is_midnight(at: datetime) -> bool:
    return at == _midnight(at)


def _day(start: datetime) -> Span:
    return start, start + timedelta(days=1)


def _start_of(unit: str, day: datetime) -> datetime:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def _month_number(said: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, 1) if month.startswith(said[:3]))


def number_of(said: str) -> int:
    return int(said) if said.isdigit() else NUMBERS[said]


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
