"""Cron lines as cron reads them, for APScheduler, whose day numbers differ."""

from datetime import UTC

from apscheduler.triggers.cron import CronTrigger

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")


def parse_cron(expression: str) -> CronTrigger:
    """Read ``minute hour day month weekday`` in UTC.

    Weekdays count as in cron (0 and 7 are Sunday) or are names; APScheduler itself counts from Monday.

    Raises: ValueError with a sentence.
    Source:  crontab(5); APScheduler 3, ``CronTrigger.from_crontab`` (its note on day_of_week).
    """
    fields = expression.split()
    if len(fields) != 5:
        raise ValueError("must have five fields: minute, hour, day of month, month, day of week")
    minute, hour, day, month, weekday = fields
    try:
        return CronTrigger(
            minute=minute, hour=hour, day=day, month=month, day_of_week=_named_days(weekday), timezone=UTC
        )
    except ValueError as error:
        raise ValueError(f"is not a cron line that can be read ({error})") from None


def _named_days(field: str) -> str:
    """Cron's weekday field with every day by name, ranges written out."""
    return ",".join(_days_of(part) for part in field.lower().split(","))


def _days_of(part: str) -> str:
    span, _, step = part.partition("/")
    if span == "*":
        return part if not step else ",".join(_DAYS[: 7 : _number(step)])
    first, _, last = span.partition("-")
    start = _day_number(first)
    end = _day_number(last) if last else (6 if step else start)
    if end < start:
        end += 7
    return ",".join(_DAYS[number % 7] for number in range(start, end + 1, _number(step) if step else 1))


def _number(text: str) -> int:
    if not text.isdigit() or int(text) == 0:
        raise ValueError(f"{text!r} is not a step")
    return int(text)


def _day_number(text: str) -> int:
    if text in _DAYS:
        return _DAYS.index(text)
    if not text.isdigit() or int(text) > 7:
        raise ValueError(f"{text!r} is not a day of the week")
    return int(text)
