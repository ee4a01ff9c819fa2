"""A node's own rhythm, learned from when it was built, and whether it is late by that."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.trust import cadence
from agent.trust.cadence import cadence_of
from agent.trust.moments import rhythm

MONDAY = datetime(2026, 11, 2, 6, tzinfo=UTC)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
PAGE = Path(__file__).parents[4] / "docs" / "trust.md"


def every(pause: timedelta, number: int, start: datetime = MONDAY) -> list[datetime]:
    return [start + pause * place for place in range(number)]


def working_days(number: int, start: datetime = MONDAY) -> list[datetime]:
    """Mondays to Fridays."""
    return [start + DAY * (place % 5) + WEEK * (place // 5) for place in range(number)]


def kept(builds: Iterable[datetime]) -> list[datetime]:
    """As the catalog remembers them: the newest twelve, and of the days before the first and the last."""
    times = sorted(builds, reverse=True)
    older = [at for at in times[12:] if at in ends([each for each in times if each.date() == at.date()])]
    return [*times[:12], *older][:40]


def ends(times: list[datetime]) -> tuple[datetime, datetime]:
    return min(times), max(times)


def is_late(builds: list[datetime], at: datetime) -> bool:
    found = cadence_of(kept(builds))
    return found is not None and found.is_late(at)


def test_a_daily_model_is_late_when_it_has_not_been_built_for_three_days() -> None:
    builds = every(DAY, 7)
    assert not is_late(builds, builds[-1] + DAY + 2 * HOUR)
    assert is_late(builds, builds[-1] + 3 * DAY)


def test_a_weekly_model_is_not_late_on_tuesday_but_when_a_week_is_left_out() -> None:
    builds = every(WEEK, 6)
    found = cadence_of(builds)
    assert found
    assert found.usual == WEEK
    assert not is_late(builds, builds[-1] + DAY)
    assert not is_late(builds, builds[-1] + WEEK + DAY)
    assert is_late(builds, builds[-1] + 2 * WEEK)


def test_a_monthly_model_is_not_late_in_the_middle_of_the_month() -> None:
    builds = [datetime(2026, month, 1, 6, tzinfo=UTC) for month in range(1, 12)]
    assert not is_late(builds, datetime(2026, 12, 2, tzinfo=UTC))
    assert is_late(builds, datetime(2026, 12, 29, tzinfo=UTC))


@pytest.mark.parametrize("weeks", [1, 2, 6])
def test_what_is_built_on_weekdays_is_not_late_on_sunday_nor_early_on_monday(weeks: int) -> None:
    builds = working_days(5 * weeks)
    sunday = builds[-1] + 2 * DAY
    assert sunday.weekday() == 6
    assert not is_late(builds, sunday)
    assert not is_late(builds, sunday + DAY)
    assert is_late(builds, sunday + 2 * DAY + 3 * HOUR), "all of Monday went by"


@pytest.mark.parametrize("start", range(5))
def test_a_history_that_begins_in_the_middle_of_a_week_shows_the_same(start: int) -> None:
    builds = working_days(15)[start:]
    assert not is_late(builds, builds[-1] + 2 * DAY)


@pytest.mark.parametrize("weekday", [2, 5])
def test_a_daily_model_that_is_built_at_weekends_too_is_late_at_weekends_too(weekday: int) -> None:
    builds = every(DAY, 20 + weekday)
    assert is_late(builds, builds[-1] + 2 * DAY)


def test_a_weekend_elsewhere_shows_after_two_weeks() -> None:
    sundays_to_thursdays = working_days(20, MONDAY - DAY)
    thursday = sundays_to_thursdays[-1]
    assert thursday.weekday() == 3
    assert not is_late(sundays_to_thursdays, thursday + 3 * DAY)
    assert is_late(sundays_to_thursdays, thursday + 3 * DAY + 18 * HOUR), "all of Sunday went by"


def test_a_second_run_minutes_later_makes_no_daily_model_an_hourly_one() -> None:
    builds = sorted([*every(DAY, 10), *every(DAY, 10, MONDAY + timedelta(minutes=7))])
    found = cadence_of(kept(builds))
    assert found
    assert rhythm(found.usual) == "every day"
    assert not is_late(builds, builds[-1] + DAY)


def test_an_hourly_model_is_late_after_half_a_day() -> None:
    builds = every(HOUR, 24 * 20)
    assert not is_late(builds, builds[-1] + 2 * HOUR)
    assert is_late(builds, builds[-1] + 12 * HOUR)


@pytest.mark.parametrize("pause", [timedelta(minutes=15), HOUR, 2 * HOUR])
def test_what_rests_at_night_is_not_late_in_the_morning(pause: timedelta) -> None:
    hours = int(12 * HOUR / pause)
    builds = [day + pause * place for day in every(DAY, 14) for place in range(hours)]
    assert not is_late(builds, builds[-1] + 12 * HOUR)
    assert is_late(builds, builds[-1] + 30 * HOUR)


def test_one_long_outage_is_not_the_rule() -> None:
    builds = [*every(DAY, 8), *every(DAY, 8, MONDAY + 20 * DAY)]
    assert is_late(builds, builds[-1] + 3 * DAY)


def test_a_pause_that_was_made_twice_is_part_of_the_rhythm() -> None:
    """Each Friday's run ends after midnight, so that Saturday looks like a day on which it is built."""
    builds = [
        at + 18 * HOUR + (timedelta(minutes=5) if at.weekday() == 4 else -timedelta(minutes=5))
        for at in working_days(15)
    ]
    assert builds[-1].weekday() == 5
    assert not is_late(builds, builds[-1] + 3 * DAY)
    assert is_late(builds, builds[-1] + 5 * DAY)


@pytest.mark.parametrize(
    "builds", [[], every(DAY, 1), every(DAY, 2), [MONDAY] * 5, every(timedelta(minutes=5), 12), every(WEEK, 2)]
)
def test_few_builds_or_some_of_one_afternoon_are_no_rhythm(builds: list[datetime]) -> None:
    assert cadence_of(builds) is None


def test_three_builds_are_a_rhythm() -> None:
    assert is_late(every(DAY, 3), MONDAY + 7 * DAY)


@pytest.mark.parametrize(
    ("usual", "said"),
    [
        (timedelta(seconds=20), "every minute"),
        (timedelta(minutes=15), "every 15 min"),
        (timedelta(minutes=58), "every hour"),
        (6 * HOUR, "every 6 h"),
        (23 * HOUR, "every day"),
        (3 * DAY, "every 3 days"),
        (WEEK + HOUR, "every week"),
        (2 * WEEK, "every two weeks"),
        (30 * DAY, "every month"),
    ],
)
def test_a_rhythm_is_told_as_people_say_it(usual: timedelta, said: str) -> None:
    assert rhythm(usual) == said


def test_the_documented_numbers_are_the_ones_that_are_applied() -> None:
    rows = dict(re.findall(r"^\| ([\w ]+) \| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE))
    grace, shortest = (f"{each / HOUR:g} h" for each in (cadence.GRACE, cadence.SHORTEST_HISTORY))
    assert rows["fewest builds for a judgement"] == str(cadence.FEWEST_BUILDS)
    assert rows["over at least"] == shortest
    assert rows["late after"] == (
        f"{cadence.TIMES_USUAL} times the usual pause, or {cadence.TIMES_LONGEST} times the second longest one "
        f"if that is more, and {grace}"
    )
