"""The whole agent with models of other makers, through their own libraries, against fakes that are strict."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from agent import ModelOptions
from tests.fakes.openai import Calls, Fails, Says, Scripted
from tests.integration.agent.asking import Asking
from tests.integration.agent.makers import ANTHROPIC, AZURE, MAKERS, THEIR_WARNINGS, Fake, TriedMaker

QUESTION = "How do sales develop per channel and week, and which date should I group by?"
ANSWER = "Use `orders_daily`."
LONGER = f"{ANSWER} It has a row for every channel and day. Sum that up by week."

pytestmark = pytest.mark.filterwarnings(*THEIR_WARNINGS)
Serve = Callable[..., Awaitable[Fake]]


@pytest.fixture
async def serve(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, asking: Asking) -> AsyncGenerator[Serve]:
    """Gives the agent a model of a maker, which follows a script."""
    async with AsyncExitStack() as stack:

        async def start(maker: TriedMaker, *script: Scripted, repeat_last: bool = False, silence_s: float = 5) -> Fake:
            fake = await stack.enter_async_context(maker.serve(monkeypatch, tmp_path, *script, repeat_last=repeat_last))
            await asking.use(ModelOptions(model=maker.model))
            return fake

        yield start


def every_maker(test: Callable[..., object]) -> Callable[..., object]:
    return pytest.mark.parametrize("maker", MAKERS, ids=str)(test)


@every_maker
async def test_a_tool_is_used_and_the_answer_streams(serve: Serve, asking: Asking, maker: TriedMaker) -> None:
    fake = await serve(
        maker, Calls(calls=[("get_nodes", {"names": ["orders_daily"]})], text="Let me look."), Says(text=LONGER)
    )
    asked = await asking.ask(QUESTION)
    assert fake.rejected == []
    assert (asked.answer.text, asked.answer.path, asked.answer.model_calls) == (LONGER, "model", 2)
    assert asked.answer.tokens == 240
    assert asked.answer.model == maker.model
    assert asked.streamed.startswith("Use `orders_daily`")


@every_maker
async def test_a_thread_goes_on(serve: Serve, asking: Asking, maker: TriedMaker) -> None:
    fake = await serve(maker, Says(text=ANSWER), repeat_last=True)
    await asking.ask(QUESTION)
    assert (await asking.ask("And which of them has the refunds of last month in it?")).answer.path == "model"
    assert fake.rejected == []


@every_maker
async def test_names_that_do_not_exist_go_back_once(serve: Serve, asking: Asking, maker: TriedMaker) -> None:
    fake = await serve(maker, Says(text="Use `orders_dayly_x`."), Says(text=ANSWER))
    assert (await asking.ask(QUESTION)).answer.text == ANSWER
    assert fake.rejected == []


@every_maker
async def test_at_the_last_step_no_tool_may_be_used(serve: Serve, asking: Asking, maker: TriedMaker) -> None:
    call = Calls(calls=[("search_catalog", {"query": "sales"})])
    fake = await serve(maker, *[call] * 5, Says(text=ANSWER))
    asked = await asking.ask(QUESTION)
    assert fake.rejected == []
    assert asked.answer.model_calls == 6
    assert asked.answer.text == ANSWER


@every_maker
async def test_what_every_request_says_first_is_the_same_to_the_byte(
    serve: Serve, asking: Asking, maker: TriedMaker
) -> None:
    fake = await serve(maker, Says(text=ANSWER), repeat_last=True)
    await asking.ask(QUESTION, thread="a")
    await asking.ask("Which model has the margin of each product, and how was it worked out?", thread="b")
    assert len(fake.requests) == 2
    for part in ("tools", "toolConfig", "system", "systemInstruction"):
        assert str(fake.requests[0].get(part)) == str(fake.requests[1].get(part))


async def test_anthropic_is_told_what_to_keep_in_its_cache(serve: Serve, asking: Asking) -> None:
    fake = await serve(ANTHROPIC, Says(text=ANSWER))
    await asking.ask(QUESTION)
    assert [block.get("cache_control") for block in fake.requests[0]["system"]] == [{"type": "ephemeral"}]


async def test_azure_is_asked_for_the_deployment_with_its_own_key(serve: Serve, asking: Asking) -> None:
    fake = await serve(AZURE, Says(text=ANSWER))
    await asking.ask(QUESTION)
    assert fake.headers[0]["api-key"] == "secret"


async def test_an_answer_without_credentials_says_which_are_missing(
    serve: Serve, asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    await serve(AZURE, Says(text=ANSWER))
    monkeypatch.delenv("AZURE_OPENAI_API_KEY")
    asked = await asking.ask(QUESTION)
    assert "The language model lacks credentials (AZURE_OPENAI_API_KEY, " in asked.text


@every_maker
async def test_a_maker_that_lets_nobody_in_leaves_the_catalogs_answer(
    serve: Serve, asking: Asking, maker: TriedMaker
) -> None:
    await serve(maker, Fails(status=401))
    asked = await asking.ask(QUESTION)
    assert "The language model rejected its key, so this is from the catalog alone." in asked.text
    assert (asked.answer.path, asked.answer.model, asked.answer.cost_usd) == ("fallback", "", 0.0)
