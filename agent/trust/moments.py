"""Times and intervals as people say them."""

from datetime import UTC, datetime, timedelta

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def moment(at: datetime, now: datetime) -> str:
    """A time and its age: ``06:12 UTC (2 h ago)``, with the date when it is not today's."""
    at, now = at.astimezone(UTC), now.astimezone(UTC)
    clock = at.strftime("%H:%M UTC") if at.date() == now.date() else at.strftime("%Y-%m-%d %H:%M UTC")
    return f"{clock} ({_age(now - at)})"


def rhythm(usual: timedelta) -> str:
    """How often something happens: ``every 15 min``, ``every hour``, ``every day``, ``every week``."""
    if usual < timedelta(minutes=50):
        minutes = round(usual / timedelta(minutes=1))
        return f"every {minutes} min" if minutes > 1 else "every minute"
    if usual < timedelta(hours=20):
        return "every hour" if usual < timedelta(minutes=90) else f"every {round(usual / _HOUR)} h"
    days = max(1, round(usual / _DAY))
    names = {1: "every day", 7: "every week", 14: "every two weeks"}
    return "every month" if 28 <= days <= 31 else names.get(days, f"every {days} days")


def _age(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d ago"
