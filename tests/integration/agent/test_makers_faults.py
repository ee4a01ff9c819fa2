"""One model of another maker, through its own library: each fault is repaired or named, whatever form it has."""

from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from agent import ModelOptions, ModelUnavailable, build_model, probe_model
from agent.errors import Reason
from agent.model.chat import Ask
from agent.model.price_list import Price
from agent.model.replies import Reply
from tests.fakes.anthropic import overloaded_in_stream
from tests.fakes.openai import Breaks, Fails, Hangs, Raw, Says, Step
from tests.integration.agent.makers import ANTHROPIC, AZURE, BEDROCK, GEMINI, MAKERS, THEIR_WARNINGS, TriedMaker

ANSWER = "Use it."
SOON = {"retry-after": "0.01"}

pytestmark = pytest.mark.filterwarnings(*THEIR_WARNINGS)
every_maker = pytest.mark.parametrize("maker", MAKERS, ids=str)


async def call(maker: TriedMaker, *, silence_s: float = 20, price: Price | None = None) -> Reply:
    """Ask the maker's model once, as it is set up."""
    model = build_model(ModelOptions(model=maker.model, silence_s=silence_s, call_s=30, price=price))
    try:
        return await model.call(Ask(messages=[SystemMessage("Be short."), HumanMessage("Which one?")]))
    finally:
        await model.aclose()


@every_maker
@pytest.mark.parametrize(
    "step",
    [
        Fails(status=429, headers=SOON),
        Fails(status=503, headers=SOON),
        Breaks(),
        Breaks(text="Use x. And"),
        Says(text="Use x. And then", finish=None, done=False),
    ],
    ids=str,
)
async def test_a_passing_fault_is_repaired(
    maker: TriedMaker, step: Step, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with maker.serve(monkeypatch, tmp_path, step, Says(text=ANSWER)):
        reply = await call(maker)
    assert (reply.text, reply.requests) == (ANSWER, 2)


@every_maker
async def test_a_reply_that_broke_off_leaves_tokens_and_cost_unknown(
    maker: TriedMaker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with maker.serve(monkeypatch, tmp_path, Breaks(text="Use x. And"), Says(text=ANSWER)):
        reply = await call(maker, price=Price(input=1, output=1))
    assert (reply.tokens, reply.cost_usd) == (None, None)


@every_maker
@pytest.mark.parametrize(
    ("step", "reason", "status"),
    [
        (Fails(status=401), "rejected_key", 401),
        (Fails(status=403), "rejected_key", 403),
        (Fails(status=404, message="no such model"), "refused", 404),
        (Fails(status=400, message="prompt is too long"), "refused", 400),
        (Fails(status=429, headers={"retry-after": "3600"}), "busy", 429),
        (Fails(status=503, headers=SOON), "unreachable", 503),
        (Breaks(), "unreachable", None),
    ],
    ids=str,
)
async def test_a_lasting_fault_is_named(
    maker: TriedMaker, step: Step, reason: Reason, status: int | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with maker.serve(monkeypatch, tmp_path, step, repeat_last=True) as fake:
        with pytest.raises(ModelUnavailable) as raised:
            await call(maker)
    assert (raised.value.reason, raised.value.status) == (reason, status)
    assert raised.value.requests == len(fake.requests) <= 3
    assert raised.value.retry_after_s == (3600 if reason == "busy" else 0.01 if status == 503 else None)


@every_maker
async def test_a_page_in_place_of_a_reply_is_no_answer(
    maker: TriedMaker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with maker.serve(monkeypatch, tmp_path, Raw(body="<html><body>Welcome</body></html>"), repeat_last=True):
        with pytest.raises(ModelUnavailable) as raised:
            await call(maker)
    assert raised.value.reason in {"nonsense", "unreachable"}  # AWS's library takes it for a stream without an end


@every_maker
@pytest.mark.parametrize("step", [Hangs(), Hangs(text="Use the model that")], ids=str)
async def test_a_maker_that_hangs_is_given_up(
    maker: TriedMaker, step: Hangs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with maker.serve(monkeypatch, tmp_path, step):
        with pytest.raises(ModelUnavailable) as raised:
            await call(maker, silence_s=2)
    assert raised.value.reason == "timeout"


@every_maker
async def test_an_answer_that_was_cut_off_is_known_as_such(
    maker: TriedMaker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with maker.serve(monkeypatch, tmp_path, Says(text="Use it. It", finish="length")):
        assert (await call(maker)).cut_off


@every_maker
async def test_prices_of_the_maker_do_not_hold_for_another_address(
    maker: TriedMaker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with maker.serve(monkeypatch, tmp_path, Says(text=ANSWER)):
        reply = await call(maker)
    assert (reply.tokens, reply.cost_usd) == (120, None)


@pytest.mark.parametrize("maker", [ANTHROPIC, GEMINI], ids=str)
async def test_what_a_cache_held_has_a_price_of_its_own(
    maker: TriedMaker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with maker.serve(monkeypatch, tmp_path, Says(text=ANSWER)):
        reply = await call(maker, price=Price(input=1, cached=0.1, output=10))
    assert reply.cost_usd == pytest.approx((60 * 1 + 40 * 0.1 + 20 * 10) / 1e6)


async def test_an_error_within_a_stream_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    event = Raw(body=overloaded_in_stream().decode(), content_type="text/event-stream")
    async with ANTHROPIC.serve(monkeypatch, tmp_path, event, repeat_last=True):
        with pytest.raises(ModelUnavailable) as raised:
            await call(ANTHROPIC)
    assert raised.value.reason == "busy"


async def test_anthropic_being_overloaded_is_busy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with ANTHROPIC.serve(monkeypatch, tmp_path, Fails(status=529, headers=SOON), repeat_last=True):
        with pytest.raises(ModelUnavailable) as raised:
            await call(ANTHROPIC)
    assert (raised.value.reason, raised.value.requests) == ("busy", 3)


async def test_google_refuses_a_wrong_key_as_a_bad_request(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    step = Fails(status=400, message="API key not valid. Please pass a valid API key.")
    async with GEMINI.serve(monkeypatch, tmp_path, step):
        with pytest.raises(ModelUnavailable) as raised:
            await call(GEMINI)
    assert raised.value.reason == "rejected_key"


@pytest.mark.parametrize("maker", [AZURE, ANTHROPIC, GEMINI, BEDROCK], ids=str)
async def test_without_credentials_the_fault_says_which_to_set(
    maker: TriedMaker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with maker.serve(monkeypatch, tmp_path, Says(text=ANSWER)):
        for name in ("AZURE_OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "AWS_ACCESS_KEY_ID"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)
        with pytest.raises(ModelUnavailable) as raised:
            await call(maker)
    assert raised.value.reason == "no_credentials"
    assert "_KEY" in raised.value.remedy


@every_maker
async def test_a_probe_tells_of_a_wrong_key(maker: TriedMaker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async with maker.serve(monkeypatch, tmp_path, Fails(status=401), repeat_last=True):
        with pytest.raises(ModelUnavailable) as raised:
            await probe_model(ModelOptions(model=maker.model))
    assert raised.value.reason == "rejected_key"
