"""How old the catalog is, in words, and when that has to be said. Pure."""

import re
from datetime import datetime, timedelta

from apscheduler.triggers.cron import CronTrigger

from knowledge.values import Age

_INTERVALS = 3
"""After so many refreshes that were due, the catalog counts as old."""
_OLD_BY_HAND = timedelta(days=2)
"""After which the age of a catalog that is refreshed by hand is told."""
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_REASON_LIMIT = 300
_PLACE = re.compile(
    r"\w://|[/\\][\w.~]|[\w.~][/\\]"  # an address, a path of any system
    r"|\w@[\w.-]|\b[A-Za-z][\w-]*:\d{2,5}\b|\b\d+(?:\.\d+){3}\b|::"  # an account, a port that is no time of day, an IP
    r"|\b[\w-]+(?:\.[\w-]+)*\.(?!(?:json|gz|zip|ya?ml)\b)[A-Za-z]{2,}\b"  # a host
)
"""What shows where something lies."""
_AT_HOST = re.compile(r" at [\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}(?::\d+)?(?=[\s,:.]|$)")


def is_late(trigger: CronTrigger, refreshed_at: datetime, now: datetime) -> bool:
    """Whether the third refresh after ``refreshed_at`` is overdue."""
    due: datetime | None = refreshed_at
    for _ in range(_INTERVALS):
        due = trigger.get_next_fire_time(due, due)
        if due is None:  # no refresh is due any more
            return False
    return due < now


def caveat(trigger: CronTrigger, age: Age, now: datetime) -> str | None:
    """What an answer has to say about the catalog's age; None when it is as fresh as it should be."""
    if age.failure is not None:
        return _failed(age.failure, age.refreshed_at, now)
    if age.refreshed_at is not None and is_late(trigger, age.refreshed_at, now):
        return f"{_last_current(age.refreshed_at, now)}: refreshes are overdue."
    return None


def caveat_by_hand(age: Age, now: datetime, *, artifacts_at: datetime | None) -> str | None:
    """The same where nobody promised to refresh on time: that there is something newer, or that nobody looked for long.

    Args: artifacts_at: when the newest artifact was written; None where that cannot be told at once.
    """
    if age.failure is not None:
        return _failed(age.failure, age.refreshed_at, now)
    if age.refreshed_at is None:
        return None
    if artifacts_at is not None:
        newer = f"{_last_current(age.refreshed_at, now)}, and dbt's artifacts are newer: `marty refresh` reads them."
        return newer if artifacts_at > age.refreshed_at else None
    is_old = now - age.refreshed_at > _OLD_BY_HAND
    return f"{_last_current(age.refreshed_at, now)}." if is_old else None


def _failed(reason: str, refreshed_at: datetime | None, now: datetime) -> str:
    since = _last_current(refreshed_at, now) if refreshed_at else "The catalog is not complete yet"
    return f"{since}: the newest refresh did not succeed. {cause(reason)}".strip()


def _last_current(at: datetime, now: datetime) -> str:
    return f"The catalog was last current {ago(at, now)}"


def cause(reason: str) -> str:
    """Why a refresh did not succeed, for whoever asks: in plain words, no path or address of ours among them."""
    sentence = _AT_HOST.sub("", first_sentence(reason))
    if not _PLACE.search(sentence):
        return sentence
    if re.search("database|Postgres", sentence):
        return "The database could not be used."
    return "The artifacts could not be read."


def first_sentence(reason: str) -> str:
    """Why a refresh did not succeed, without what an admin could do about it."""
    sentence = _SENTENCE_END.split(reason.strip(), maxsplit=1)[0]
    return sentence if len(sentence) <= _REASON_LIMIT else sentence[: _REASON_LIMIT - 1].rstrip() + "…"


def ago(at: datetime, now: datetime) -> str:
    """A time as people say it, with the time itself in UTC."""
    minutes = max(0, int((now - at).total_seconds() // 60))
    if minutes < 1:
        spoken = "just now"
    elif minutes < 120:
        spoken = f"{minutes} min ago"
    elif minutes < 48 * 60:
        spoken = f"{minutes // 60} h ago"
    else:
        spoken = f"{minutes // (24 * 60)} days ago"
    return f"{spoken} ({at:%Y-%m-%d %H:%M} UTC)"
