"""When the first model cannot answer, the second one does; when neither can, the catalog does, and says so once."""

import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack

import pytest
from langchain.chat_models import base

from agent import Budget, ModelOptions
from agent.model.price_list import Price
from tests.fakes.openai import Breaks, Calls, Fails, FakeOpenAI, Hangs, Raw, Says, Step, fake_openai
from tests.integration.agent.asking import Asking

QUESTION = "How do sales develop per channel and week, and which date should I group by?"
ANSWER = "Use `orders_daily`."
SOON = {"retry-after": "0.01"}


class Pair:
    """An agent with two models."""

    def __init__(self, asking: Asking, stack: AsyncExitStack) -> None:
        self._asking, self._stack = asking, stack

    async def script(
        self, first: list[Step], second: list[Step], *, silence_s: float = 5, budget: Budget | None = None
    ) -> tuple[FakeOpenAI, FakeOpenAI]:
        """Each model repeats its last step."""
        fakes = [
            await self._stack.enter_async_context(fake_openai(*steps, repeat_last=True)) for steps in (first, second)
        ]
        options = [
            ModelOptions(model=name, base_url=fake.base_url, silence_s=silence_s, price=Price(input=1, output=1))
            for name, fake in zip(("first", "second"), fakes, strict=True)
        ]
        await self._asking.use(*options, budget=budget)
        return fakes[0], fakes[1]


@pytest.fixture
async def pair(asking: Asking) -> AsyncGenerator[Pair]:
    async with AsyncExitStack() as stack:
        yield Pair(asking, stack)


@pytest.mark.parametrize(
    "step",
    [
        Fails(status=401),
        Fails(status=404),
        Fails(status=429, headers={"retry-after": "3600"}),
        Fails(status=503, headers=SOON),
        Raw(body="<html>"),
        Breaks(),
        Hangs(),
    ],
    ids=str,
)
async def test_the_second_answers_whatever_the_first_ones_fault(asking: Asking, pair: Pair, step: Step) -> None:
    first, second = await pair.script([step], [Says(text=ANSWER)], silence_s=1)
    asked = await asking.ask(QUESTION)
    assert (asked.answer.text, asked.answer.path, asked.answer.model) == (ANSWER, "model", "second")
    assert asked.answer.notices == ()
    assert asked.answer.model_calls == len(first.requests) + len(second.requests)


async def test_what_the_second_begins_takes_the_place_of_what_the_first_had_begun(asking: Asking, pair: Pair) -> None:
    await pair.script([Breaks(text="Use `orders`. And")], [Says(text=ANSWER)])
    asked = await asking.ask(QUESTION)
    assert asked.answer.text == ANSWER
    assert (asked.answer.tokens, asked.answer.cost_usd) == (None, None)


async def test_a_model_that_hung_does_not_cost_the_next_question_its_patience(asking: Asking, pair: Pair) -> None:
    first, second = await pair.script([Hangs()], [Says(text=ANSWER)], silence_s=1)
    await asking.ask(QUESTION, thread="a")
    await asking.ask(QUESTION, thread="b")
    assert (len(first.requests), len(second.requests)) == (1, 2)


async def test_within_a_question_the_second_goes_on_where_the_first_was(asking: Asking, pair: Pair) -> None:
    look = Calls(calls=[("get_nodes", {"names": ["orders_daily"]})])
    await pair.script([look, Fails(status=401)], [Says(text=ANSWER)])
    asked = await asking.ask(QUESTION)
    assert (asked.answer.text, asked.answer.model_calls, asked.answer.tokens) == (ANSWER, 3, 240)
    assert asked.answer.cost_usd == pytest.approx(240 / 1e6)


async def test_both_failing_is_told_once(asking: Asking, pair: Pair) -> None:
    first, second = await pair.script([Fails(status=401)], [Fails(status=503, headers=SOON)])
    asked = await asking.ask(QUESTION)
    assert asked.text.count("so this is from the catalog alone") == 1
    assert "The language model rejected its key" in asked.text
    assert asked.answer.model_calls == len(first.requests) + len(second.requests)
    assert asked.answer.cost_usd == 0


async def test_while_both_rest_the_catalog_answers_at_once(asking: Asking, pair: Pair) -> None:
    first, second = await pair.script([Fails(status=401)], [Fails(status=401)])
    await asking.ask(QUESTION, thread="a")
    asked = await asking.ask(QUESTION, thread="b")
    assert (len(first.requests), len(second.requests), asked.answer.model_calls) == (1, 1, 0)
    assert "The language model rejected its key" in asked.text


async def test_both_keep_to_the_budget_of_one(asking: Asking, pair: Pair) -> None:
    failing: list[Step] = [Fails(status=503, headers=SOON)]
    first, second = await pair.script(failing, failing, budget=Budget(model_calls=3))
    await asking.ask(QUESTION)
    assert len(first.requests) + len(second.requests) == 3
    assert second.requests


async def test_a_library_that_is_not_installed_is_named_with_what_installs_it(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "langchain_anthropic", None)
    base._get_chat_model_creator.cache_clear()  # pyright: ignore[reportPrivateUsage]
    await asking.use(ModelOptions(model="anthropic:claude-sonnet-5"))
    asked = await asking.ask(QUESTION)
    assert "library is not installed (pip install 'marty[anthropic]'), so this is from the catalog alone." in asked.text
    assert asked.answer.model_calls == 0


async def test_a_first_model_that_is_not_installed_does_not_keep_the_second_from_answering(asking: Asking) -> None:
    async with fake_openai(Says(text=ANSWER)) as fake:
        await asking.use(ModelOptions(model="groq:llama-9"), ModelOptions(model="m", base_url=fake.base_url))
        assert (await asking.ask(QUESTION)).answer.model == "m"
