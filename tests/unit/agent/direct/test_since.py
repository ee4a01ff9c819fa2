"""People name stretches of time in many ways; each is counted in UTC from now."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest

from agent.direct.since import TIMES, read_period, time_last

NOW = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)
"""A Saturday."""
OPEN = [
    ("since Monday", "2026-11-16 00:00"),
    ("since mon", "2026-11-16 00:00"),
    ("since saturday", "2026-11-14 00:00"),
    ("since last Friday", "2026-11-20 00:00"),
    ("since yesterday", "2026-11-20 00:00"),
    ("since yesterday 9am", "2026-11-20 09:00"),
    ("since monday at 14:30", "2026-11-16 14:30"),
    ("today", "2026-11-21 00:00"),
    ("this morning", "2026-11-21 00:00"),
    ("since 6am", "2026-11-21 06:00"),
    ("since 6:15 am utc", "2026-11-21 06:15"),
    ("since 9am", "2026-11-20 09:00"),
    ("since noon", "2026-11-20 12:00"),
    ("since 12am", "2026-11-21 00:00"),
    ("since last night", "2026-11-20 18:00"),
    ("this week", "2026-11-16 00:00"),
    ("since last week", "2026-11-09 00:00"),
    ("this month", "2026-11-01 00:00"),
    ("this quarter", "2026-10-01 00:00"),
    ("this year", "2026-01-01 00:00"),
    ("since 2026-11-20", "2026-11-20 00:00"),
    ("since 2026-11-20 16:00", "2026-11-20 16:00"),
    ("since november 3rd", "2026-11-03 00:00"),
    ("since 3 nov", "2026-11-03 00:00"),
    ("since the 3rd of november 2025", "2025-11-03 00:00"),
    ("since december", "2025-12-01 00:00"),
    ("since 24 december", "2025-12-24 00:00"),
    ("since 3 days ago", "2026-11-18 00:00"),
    ("since two hours ago", "2026-11-21 05:30"),
    ("in the last 3 days", "2026-11-18 07:30"),
    ("in the last 24h", "2026-11-20 07:30"),
    ("over the past two weeks", "2026-11-07 07:30"),
    ("in the past week", "2026-11-14 07:30"),
    ("past week", "2026-11-14 07:30"),
    ("last 7 days", "2026-11-14 07:30"),
    ("in the last few days", "2026-11-18 07:30"),
    ("recently", "2026-11-14 07:30"),
    ("lately", "2026-11-14 07:30"),
    ("in the last 5 minutes", "2026-11-21 07:25"),
    ("last 30 min", "2026-11-21 07:00"),
    ("since 10 minutes ago", "2026-11-21 07:20"),
    ("since 20.11.2026", "2026-11-20 00:00"),
    ("since 11/20/2026", "2026-11-20 00:00"),
    ("since 20/11/2026", "2026-11-20 00:00"),
    ("since 11/11/2026", "2026-11-11 00:00"),
    ("between monday and now", "2026-11-16 00:00"),
]
CLOSED = [
    ("yesterday", "2026-11-20 00:00", "2026-11-21 00:00"),
    ("the day before yesterday", "2026-11-19 00:00", "2026-11-20 00:00"),
    ("on monday", "2026-11-16 00:00", "2026-11-17 00:00"),
    ("last tuesday", "2026-11-17 00:00", "2026-11-18 00:00"),
    ("last week", "2026-11-09 00:00", "2026-11-16 00:00"),
    ("last month", "2026-10-01 00:00", "2026-11-01 00:00"),
    ("last quarter", "2026-07-01 00:00", "2026-10-01 00:00"),
    ("last year", "2025-01-01 00:00", "2026-01-01 00:00"),
    ("in october", "2026-10-01 00:00", "2026-11-01 00:00"),
    ("on 2026-11-18", "2026-11-18 00:00", "2026-11-19 00:00"),
    ("3 days ago", "2026-11-18 00:00", "2026-11-19 00:00"),
    ("between monday and wednesday", "2026-11-16 00:00", "2026-11-19 00:00"),
    ("from november 3 to 2026-11-05", "2026-11-03 00:00", "2026-11-06 00:00"),
]
NONE = [
    "",
    "soon",
    "since the release",
    "monday morning",
    "2026-13-01",
    "since 31 february",
    "since 25:00",
    "since 14pm",
    "since 10/11/2026",
    "since tomorrow",
    "since my vacation",
    "between friday and 2026-11-02",
]


def _at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


@pytest.mark.parametrize(("said", "since"), OPEN)
def test_a_stretch_that_lasts_begins_where_it_is_said_to(said: str, since: str) -> None:
    period = read_period(said, NOW)
    assert period is not None
    assert (period.since, period.until) == (_at(since), None)


@pytest.mark.parametrize(("said", "since", "until"), CLOSED)
def test_a_stretch_that_is_over_has_an_end(said: str, since: str, until: str) -> None:
    period = read_period(said, NOW)
    assert period is not None
    assert (period.since, period.until) == (_at(since), _at(until))


@pytest.mark.parametrize("said", NONE)
def test_other_words_mean_no_time(said: str) -> None:
    assert read_period(said, NOW) is None


def test_what_has_yet_to_come_is_no_stretch() -> None:
    assert read_period("since 2027-01-01", NOW) is None


def test_now_may_be_told_in_any_zone() -> None:
    east = NOW.astimezone(timezone(timedelta(hours=20)))
    assert read_period("yesterday", east) == read_period("yesterday", NOW)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("since monday", "since Monday, 2026-11-16 (UTC)"),
        ("since 6am", "since Saturday, 2026-11-21 06:00 (UTC)"),
        ("yesterday", "yesterday (Friday, 2026-11-20, UTC)"),
        ("today", "today (since Saturday, 2026-11-21, UTC)"),
        ("since yesterday", "since Friday, 2026-11-20 (UTC)"),
        ("on monday", "on Monday, 2026-11-16 (UTC)"),
        ("in the last 30 minutes", "in the last 30 minutes"),
        ("last week", "last week (Monday, 2026-11-09 to Sunday, 2026-11-15, UTC)"),
        ("last 24h", "in the last 24 hours"),
        ("past week", "in the last week"),
        ("last night", "last night (since Friday, 2026-11-20 18:00, UTC)"),
    ],
)
def test_it_is_said_back_as_it_was_understood(said: str, words: str) -> None:
    period = read_period(said, NOW)
    assert period is not None
    assert period.words == words


def test_a_stretch_of_hours_that_is_over_is_said_with_both() -> None:
    period = read_period("last night", NOW.replace(hour=12))
    assert period is not None
    assert period.words == "last night (Friday, 2026-11-20 18:00 to Saturday, 2026-11-21 08:00, UTC)"


def test_all_of_it_is_found_by_one_pattern() -> None:
    assert all(re.fullmatch(TIMES, said.lower()) for said, *_ in [*OPEN, *CLOSED])


def test_days_of_a_week_are_in_their_order() -> None:
    period = read_period("between monday and wednesday", NOW - timedelta(days=4))
    assert period is not None
    assert (period.since, period.until) == (_at("2026-11-09 00:00"), _at("2026-11-12 00:00"))


def test_a_time_may_come_first() -> None:
    assert time_last("since yesterday what changed") == "what changed since yesterday"
    assert time_last("Today, what changed") == "what changed Today"
    assert time_last("what changed today") == "what changed today"
