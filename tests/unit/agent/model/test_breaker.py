"""A model that is down is left alone for a while, and tried again by one call only."""

import pytest

from agent.errors import ModelUnavailable, Reason
from agent.model.breaker import LONGEST_REST_S, REST_S, Breaker


def test_a_model_rests_after_as_many_failures_in_a_row_as_are_tolerated() -> None:
    breaker = Breaker(tolerated=2)
    breaker.failed(ModelUnavailable("timeout"), 0)
    assert breaker.may_ask(1)
    breaker.failed(ModelUnavailable("timeout"), 2)
    assert not breaker.may_ask(2 + REST_S - 1)


def test_a_success_between_them_forgives_everything() -> None:
    breaker = Breaker(tolerated=2)
    breaker.failed(ModelUnavailable("timeout"), 0)
    breaker.worked()
    breaker.failed(ModelUnavailable("timeout"), 1)
    assert breaker.may_ask(2)


def test_after_its_rest_one_call_tries_it_and_the_others_wait_for_that() -> None:
    breaker = Breaker(tolerated=1)
    breaker.failed(ModelUnavailable("unreachable"), 0)
    assert breaker.may_ask(REST_S)
    assert not breaker.may_ask(REST_S + 1)
    breaker.worked()
    assert breaker.may_ask(REST_S + 2)
    assert breaker.why is None


@pytest.mark.parametrize(("asked_s", "rest_s"), [(5, REST_S), (300, 300), (86_400, LONGEST_REST_S)])
def test_an_endpoint_that_asks_for_patience_gets_it_within_reason(asked_s: float, rest_s: float) -> None:
    breaker = Breaker(tolerated=1)
    breaker.failed(ModelUnavailable("busy", retry_after_s=asked_s), 0)
    assert not breaker.may_ask(rest_s - 1)
    assert breaker.may_ask(rest_s)


@pytest.mark.parametrize("reason", ["refused", "nonsense"])
def test_what_may_be_owed_to_the_question_is_not_held_against_the_model(reason: Reason) -> None:
    breaker = Breaker(tolerated=1)
    breaker.failed(ModelUnavailable(reason), 0)
    assert breaker.may_ask(1)
