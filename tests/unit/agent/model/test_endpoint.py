"""Addresses as people write them, and what an endpoint's faults mean."""

import httpx2
import openai
import pytest

from agent.model.endpoint import OPENAI, Manner, normal_base_url, read_fault

MANNER = Manner(base_url="http://x.example/v1")


def _status(status: int, message: str = "no", *, headers: dict[str, str] | None = None) -> openai.APIStatusError:
    response = httpx2.Response(status, headers=headers, request=httpx2.Request("POST", "http://x.example"))
    return openai.APIStatusError(message, response=response, body=None)


@pytest.mark.parametrize(
    ("given", "base"),
    [
        (None, OPENAI),
        ("", OPENAI),
        ("http://h:1/v1", "http://h:1/v1"),
        ("http://h:1/v1/", "http://h:1/v1"),
        (" http://h:1/v1// ", "http://h:1/v1"),
        ("http://h:1/v1/chat/completions", "http://h:1/v1"),
        ("http://h:1", "http://h:1"),
    ],
)
def test_an_address_is_taken_however_it_ends(given: str | None, base: str) -> None:
    assert normal_base_url(given) == base


@pytest.mark.parametrize(
    ("complaint", "feature"),
    [
        ("Unrecognized request argument: stream_options", "usage"),
        ("tool_choice is not supported", "choice"),
        ("`tools` is not supported by this model", "tools"),
        ("streaming is not supported", "stream"),
        ("System role not supported", "system"),
        ("Developer instruction is not enabled for this model", "system"),
        ("extra fields not permitted", "usage"),
    ],
)
def test_what_an_endpoint_complains_of_is_left_out(complaint: str, feature: str) -> None:
    fault = read_fault(_status(400, complaint), MANNER)
    assert fault.manner is not None
    left_out = [name for name in ("usage", "choice", "tools", "stream", "system") if not getattr(fault.manner, name)]
    assert left_out == [feature]


def test_a_prompt_that_is_too_long_is_not_sent_again() -> None:
    assert read_fault(_status(400, "maximum context length is 4096 tokens"), MANNER).manner is None


@pytest.mark.parametrize(("wait", "again"), [("0", True), ("3", True), ("60", False), ("soon", True)])
def test_an_endpoint_may_ask_for_a_little_patience(wait: str, again: bool) -> None:
    fault = read_fault(_status(429, headers={"retry-after": wait}), MANNER)
    assert (fault.reason, fault.manner is not None) == ("busy", again)


def test_a_key_that_was_rejected_is_not_tried_again() -> None:
    assert read_fault(_status(401), MANNER).manner is None


def test_an_address_without_a_path_may_want_its_v1() -> None:
    fault = read_fault(_status(404), Manner(base_url="http://h:1"))
    assert fault.manner is not None
    assert fault.manner.base_url == "http://h:1/v1"
    assert read_fault(_status(404), Manner(base_url="http://h:1/v1", usage=False)).manner is None


def test_nonsense_is_asked_for_once_more_without_streaming() -> None:
    fault = read_fault(TypeError("null choices"), MANNER)
    assert fault.manner is not None
    assert not fault.manner.stream
    assert read_fault(TypeError("null choices"), fault.manner).manner is None
