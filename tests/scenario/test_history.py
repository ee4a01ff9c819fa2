"""What was said in a thread before Marty was mentioned in it, where an admin lets it read that."""

from collections.abc import AsyncGenerator, Collection

import pytest
from running import StartMarty

from bot.playground import Channel, User, Workspace
from tests.fakes.openai import FakeOpenAI, Says, fake_openai

HARD = "@marty how would you explain that to the board, step by step?"


@pytest.fixture(params=[("channels:history", "groups:history"), ()], ids=["granted", "not granted"])
def optional_scopes(request: pytest.FixtureRequest) -> Collection[str]:
    return request.param


@pytest.fixture
async def model() -> AsyncGenerator[FakeOpenAI]:
    async with fake_openai(Says(text="Revenue is counted when an order ships."), repeat_last=True) as model:
        yield model


async def test_the_thread_is_read_once_where_that_is_allowed_and_never_where_it_is_not(
    ws: Workspace, ana: User, ben: User, general: Channel, start_marty: StartMarty, model: FakeOpenAI,
    optional_scopes: Collection[str],
) -> None:  # fmt: skip
    await start_marty(model_url=model.base_url)
    root = await ws.post(ben, general, "the word of the day is pumpernickel")
    await ws.post(ws.add_user("deploybot", is_bot=True), general, "deployed gizmotron", root)
    await ws.post(ana, general, HARD, root)
    await ws.wait_for(lambda: [each for each in ws.messages(general, root) if each.user == ws.bot.id])
    assert ("pumpernickel" in str(model.requests[0])) == bool(optional_scopes)
    assert "gizmotron" not in str(model.requests[0])
    await ws.post(ana, general, HARD, root)
    await ws.wait_for(lambda: len([each for each in ws.messages(general, root) if each.user == ws.bot.id]) == 2)
    assert len(ws.calls_of("conversations.replies")) == (1 if optional_scopes else 0)


async def test_a_thread_that_cannot_be_read_now_is_answered_without_it(
    ws: Workspace, ana: User, ben: User, general: Channel, start_marty: StartMarty, model: FakeOpenAI
) -> None:
    await start_marty(model_url=model.base_url)
    ws.faults.fail("conversations.replies", error="ratelimited", retry_after_s=60)
    root = await ws.post(ben, general, "the numbers look odd")
    await ws.post(ana, general, HARD, root)
    assert "Revenue" in (await ws.answer_to(general, root)).shown


async def test_a_question_at_the_root_needs_no_reading(
    ws: Workspace, ana: User, general: Channel, start_marty: StartMarty, model: FakeOpenAI
) -> None:
    await start_marty(model_url=model.base_url)
    await ws.answer_to(general, await ws.post(ana, general, HARD))
    assert not ws.calls_of("conversations.replies")
