"""A cron line means what cron means by it."""

from datetime import UTC, datetime

import pytest

from bot.cron import parse_cron

SATURDAY = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def next_day(expression: str) -> str:
    following = parse_cron(expression).get_next_fire_time(None, SATURDAY)
    assert following is not None
    return following.strftime("%a %H:%M")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0 0 * * 0", "Sun 00:00"),
        ("0 0 * * 7", "Sun 00:00"),
        ("0 0 * * 1", "Mon 00:00"),
        ("30 9 * * 1-5", "Mon 09:30"),
        ("0 0 * * 5-7", "Sun 00:00"),
        ("0 0 * * sun", "Sun 00:00"),
        ("0 0 * * tue,thu", "Tue 00:00"),
        ("*/10 * * * *", "Sat 12:00"),
        ("0 13 * * */2", "Sat 13:00"),
    ],
)
def test_weekdays_count_as_cron_counts_them(expression: str, expected: str) -> None:
    assert next_day(expression) == expected


@pytest.mark.parametrize(
    "expression", ["", "* * * *", "* * * * * *", "61 * * * *", "* * * * 8", "* * * * */0", "a b c d e", "@daily"]
)
def test_what_is_not_a_cron_line_is_refused_with_a_sentence(expression: str) -> None:
    with pytest.raises(ValueError, match=r"must have five fields|is not a"):
        parse_cron(expression)
