"""When a job that failed is tried again."""

from bot.errors import SlackBusy, SlackUnreachable
from bot.worker import FAULT_RETRIES_S, OUTAGE_RETRIES_S, wait_before_retry_s
from knowledge.errors import Unavailable


def test_an_outage_is_waited_out_for_minutes_longer_and_longer() -> None:
    for error in (Unavailable("x"), SlackUnreachable("chat.postMessage", maybe_done=True), SlackBusy("x", 60)):
        waits = [wait_before_retry_s(error, attempt) for attempt in range(len(OUTAGE_RETRIES_S) + 1)]
        assert waits == [*OUTAGE_RETRIES_S, None]
    assert sum(OUTAGE_RETRIES_S) > 300
    assert list(OUTAGE_RETRIES_S) == sorted(OUTAGE_RETRIES_S)


def test_a_fault_of_ours_is_tried_once_more() -> None:
    assert [wait_before_retry_s(ValueError(), attempt) for attempt in range(3)] == [*FAULT_RETRIES_S, None, None]
