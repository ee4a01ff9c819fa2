"""Whatever the model's endpoint does, there is one answer: repaired, or from the catalog and saying so."""

import asyncio
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from agent import ModelOptions, ModelUnavailable, probe_model
from knowledge import Unavailable
from tests.fakes.openai import Breaks, Fails, Hangs, Raw, Says, Step, fake_openai
from tests.integration.agent.asking import Asking

QUESTION = "How do sales develop per channel and week, and which date should I group by?"
ANSWER = "Use `orders_daily`."
SSE = "text/event-stream"
JSON = "application/json"


@pytest.mark.parametrize(
    ("step", "notice"),
    [
        (Fails(status=401), "The language model rejected its key"),
        (Fails(status=403), "The language model rejected its key"),
        (Fails(status=404, message="no such model"), "The language model refused the request"),
        (Fails(status=400, message="maximum context length exceeded"), "The language model refused the request"),
        (Fails(status=429, headers={"retry-after": "0.01"}), "The language model is busy"),
        (Fails(status=429, headers={"retry-after": "3600"}), "The language model is busy"),
        (Fails(status=429, code="insufficient_quota"), "The language model is busy"),
        (Fails(status=500, headers={"retry-after": "0.01"}), "The language model could not be reached"),
        (Fails(status=503, headers={"retry-after": "0.01"}), "The language model could not be reached"),
        (Raw(body="<html><body>Welcome to nginx</body></html>"), "The language model gave no usable answer"),
        (Raw(body="", content_type=JSON), "The language model gave no usable answer"),
        (Raw(body='{"choices": null}', content_type=JSON), "The language model gave no usable answer"),
        (Raw(body="[1, 2", content_type=JSON), "The language model gave no usable answer"),
        (Raw(body="data: hello\n\n", content_type=SSE), "The language model gave no usable answer"),
        (Says(text=""), "The language model gave no usable answer"),
        (Says(text="<!DOCTYPE html><html><body>oops</body></html>"), "The language model gave no usable answer"),
        (Breaks(), "The language model could not be reached"),
        (Breaks(text="Use the"), "The language model could not be reached"),
    ],
    ids=str,
)
async def test_an_endpoint_that_fails_for_good_leaves_the_catalogs_answer(
    asking: Asking, step: Step, notice: str
) -> None:
    model = await asking.script(step, repeat_last=True)
    asked = await asking.ask(QUESTION)
    assert f"{notice}, so this is from the catalog alone." in asked.text
    assert (asked.answer.path, asked.answer.refused) == ("fallback", False)
    assert asked.answer.nodes
    assert len(model.requests) == asked.answer.model_calls <= 6


@pytest.mark.parametrize("step", [Hangs(), Hangs(text="Use the model that")], ids=str)
async def test_an_endpoint_that_hangs_is_given_up(asking: Asking, step: Step) -> None:
    await asking.script(step, silence_s=0.2)
    asked = await asking.ask(QUESTION)
    assert "The language model did not answer in time, so this is from the catalog alone." in asked.text


async def test_an_endpoint_that_trickles_for_ever_is_given_up(asking: Asking) -> None:
    await asking.script(Hangs(text="la " * 50), silence_s=5, call_s=0.4)
    assert "did not answer in time" in (await asking.ask(QUESTION)).text


async def test_nobody_listening_is_told(asking: Asking) -> None:
    await asking.script(base_url="http://127.0.0.1:9/v1")
    assert "The language model could not be reached" in (await asking.ask(QUESTION)).text


@pytest.mark.parametrize(
    "step",
    [
        Fails(status=429, headers={"retry-after": "0.01"}),
        Fails(status=500, headers={"retry-after": "0.01"}),
        Fails(status=400, message="Unrecognized request argument supplied: stream_options"),
        Fails(status=400, message="this model does not support tools"),
        Fails(status=422, message="extra fields not permitted"),
        Breaks(),
        Breaks(text="Use `orders_daily`. And"),
        Says(text="Use `orders_daily`. And then", finish=None, done=False),
        Says(text=""),
    ],
    ids=str,
)
async def test_a_passing_fault_is_repaired(asking: Asking, step: Step) -> None:
    await asking.script(step, Says(text=ANSWER))
    asked = await asking.ask(QUESTION)
    assert (asked.answer.text, asked.answer.path, asked.answer.model_calls) == (ANSWER, "model", 2)


async def test_an_endpoint_that_cannot_stream_is_asked_without(asking: Asking) -> None:
    whole = (
        '{"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [{"index": 0, '
        '"finish_reason": "stop", "message": {"role": "assistant", "content": "Use `orders_daily`."}}]}'
    )
    model = await asking.script(Raw(body=whole, content_type=JSON), repeat_last=True)
    asked = await asking.ask(QUESTION)
    assert (asked.answer.text, asked.answer.tokens) == (ANSWER, None)
    await asking.ask(QUESTION)
    assert [bool(request.get("stream")) for request in model.requests] == [True, False, False]


async def test_what_an_endpoint_does_not_understand_is_not_sent_again(asking: Asking) -> None:
    model = await asking.script(
        Fails(status=400, message="unknown field stream_options"), Says(text=ANSWER), Says(text=ANSWER)
    )
    await asking.ask(QUESTION)
    await asking.ask(QUESTION)
    assert ["stream_options" in request for request in model.requests] == [True, False, False]


async def test_a_stream_that_ends_without_a_word_of_why_is_taken_when_it_looks_whole(asking: Asking) -> None:
    await asking.script(Says(text=ANSWER, finish=None, done=False))
    assert (await asking.ask(QUESTION)).answer.text == ANSWER


async def test_an_answer_that_was_cut_off_says_so(asking: Asking) -> None:
    await asking.script(Says(text="Use `orders_daily`. It has", finish="length"))
    asked = await asking.ask(QUESTION)
    assert "The language model stopped before its answer was complete." in asked.text
    assert asked.answer.confidence == "inferred"


@pytest.mark.parametrize("ending", ["", "/", "/chat/completions", "/chat/completions/"])
async def test_the_address_may_be_written_as_people_write_it(asking: Asking, ending: str) -> None:
    async with fake_openai(Says(text=ANSWER)) as model:
        await asking.script(base_url=model.base_url + ending)
        assert (await asking.ask(QUESTION)).answer.text == ANSWER


async def test_an_address_without_its_v1_is_completed(asking: Asking) -> None:
    async with fake_openai(Says(text=ANSWER)) as model:
        await asking.script(base_url=model.base_url.removesuffix("/v1"))
        assert (await asking.ask(QUESTION)).answer.text == ANSWER


async def test_an_endpoint_without_a_key_gets_a_placeholder(asking: Asking) -> None:
    model = await asking.script(Says(text=ANSWER), api_key=None)
    await asking.ask(QUESTION)
    assert model.headers[0]["Authorization"] == "Bearer not-needed"


async def test_a_direct_question_does_not_wait_for_a_model_that_hangs(asking: Asking) -> None:
    model = await asking.script(Hangs(), repeat_last=True)
    assert (await asking.ask("who owns orders?")).answer.path == "direct"
    assert not model.requests


async def test_whoever_stops_listening_stops_the_work(asking: Asking) -> None:
    await asking.script(Hangs(text="Use `orders_daily`. And"), silence_s=60)
    asyncio.get_running_loop().call_later(0.5, asyncio.current_task().cancel)  # pyright: ignore[reportOptionalMemberAccess]
    with pytest.raises(asyncio.CancelledError):
        await asking.ask(QUESTION)


async def test_the_environment_cannot_turn_tracing_on(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    async with fake_openai(path="") as spy:
        monkeypatch.setenv("LANGSMITH_TRACING", "true")
        for prefix in ("LANGSMITH", "LANGCHAIN"):
            monkeypatch.setenv(f"{prefix}_TRACING_V2", "true")
            monkeypatch.setenv(f"{prefix}_ENDPOINT", spy.base_url)
            monkeypatch.setenv(f"{prefix}_API_KEY", "lsv2_secret")
        await asking.script(Says(text=ANSWER))
        await asking.ask(QUESTION)
        await asyncio.sleep(0.3)
        assert spy.seen == []


class LostMemory(InMemorySaver):
    async def aget_tuple(self, config: Any) -> Any:
        raise OSError("the server closed the connection unexpectedly")


class FullMemory(InMemorySaver):
    async def aput(self, config: Any, checkpoint: Any, metadata: Any, new_versions: Any) -> Any:
        raise OSError("no space left on device")


@pytest.mark.parametrize("memory", [LostMemory, FullMemory])
async def test_a_memory_that_fails_is_unavailable_whatever_its_driver_raises(asking: Asking, memory: Any) -> None:
    asking.memory = memory()
    with pytest.raises(Unavailable):
        await asking.ask("who owns orders?")


async def test_an_agent_without_a_memory_answers_each_question_by_itself(asking: Asking) -> None:
    asking.memory = None
    assert (await asking.ask("who owns orders?")).answer.path == "direct"


@pytest.mark.parametrize(
    ("step", "reason", "status"),
    [
        (Fails(status=401), "rejected_key", 401),
        (Fails(status=404), "refused", 404),
        (Raw(body="<html>"), "nonsense", None),
        (Says(text=""), "nonsense", None),
    ],
    ids=str,
)
async def test_a_probe_says_why_a_model_cannot_be_used(step: Step, reason: str, status: int | None) -> None:
    async with fake_openai(step, repeat_last=True) as model:
        with pytest.raises(ModelUnavailable) as raised:
            await probe_model(ModelOptions(model="m", base_url=model.base_url))
    assert (raised.value.reason, raised.value.status) == (reason, status)


async def test_a_probe_of_a_model_that_works_says_nothing() -> None:
    async with fake_openai(Says(text="OK")) as model:
        await probe_model(ModelOptions(model="m", base_url=model.base_url))
