"""When a server wants to be asked again."""

from datetime import timedelta
from email.utils import format_datetime

import pytest

from knowledge.retry_after import retry_after_s
from tests.fakes.artifacts import NOON


@pytest.mark.parametrize(
    ("value", "wait_s"),
    [
        ("12", 12),
        ("-5", 0),
        (format_datetime(NOON + timedelta(seconds=90)), 90),
        (format_datetime(NOON - timedelta(seconds=90)), 0),
        ("1e9", 3_600),
        ("soon", None),
        ("nan", None),
        ("inf", 3_600),
        ("", None),
    ],
)
def test_how_long_to_wait_is_said_in_seconds_or_as_a_date(value: str, wait_s: float | None) -> None:
    assert retry_after_s({"Retry-After": value}, NOON) == wait_s
