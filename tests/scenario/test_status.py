"""The line that says what Marty is doing."""

import asyncio
import time

import pytest

from bot.playground import Channel, User, Workspace
from bot.slack import Slack
from bot.status import Status


@pytest.fixture
async def thread(ws: Workspace, ana: User, general: Channel) -> str:
    return await ws.post(ana, general, "hello")


def shown(ws: Workspace) -> list[str]:
    return [call.arguments["status"] for call in ws.calls_of("assistant.threads.setStatus")]


async def test_it_is_shown_at_once_and_cleared_at_the_end(
    ws: Workspace, slack: Slack, general: Channel, thread: str
) -> None:
    async with Status(slack, general.id, thread) as status:
        status.show("is reading…")
        await ws.wait_for(lambda: shown(ws) == ["is reading…"])
    assert shown(ws) == ["is reading…", ""]


async def test_it_is_shown_again_before_slack_drops_it(
    ws: Workspace, slack: Slack, general: Channel, thread: str
) -> None:
    async with Status(slack, general.id, thread, refresh_s=0.1) as status:
        status.show("is thinking…")
        await ws.wait_for(lambda: len(shown(ws)) >= 3)
    assert set(shown(ws)[:-1]) == {"is thinking…"}


async def test_of_many_changes_the_newest_is_shown(ws: Workspace, slack: Slack, general: Channel, thread: str) -> None:
    started_at = time.monotonic()
    async with Status(slack, general.id, thread) as status:
        for number in range(50):
            status.show(f"step {number}")
            await asyncio.sleep(0.01)
        await ws.wait_for(lambda: shown(ws)[-1:] == ["step 49"])
    assert len(shown(ws)) < 10 + (time.monotonic() - started_at), "about one a second, however slow the machine is"


async def test_a_status_that_was_never_shown_is_not_cleared(
    ws: Workspace, slack: Slack, general: Channel, thread: str
) -> None:
    async with Status(slack, general.id, thread):
        pass
    assert shown(ws) == []


async def test_it_is_cleared_when_the_answer_fails(ws: Workspace, slack: Slack, general: Channel, thread: str) -> None:
    async def work() -> None:
        async with Status(slack, general.id, thread) as status:
            status.show("is reading…")
            await ws.wait_for(lambda: shown(ws))
            raise KeyError

    with pytest.raises(KeyError):
        await work()
    assert shown(ws)[-1] == ""


async def test_it_stays_when_this_process_stops_since_another_goes_on(
    ws: Workspace, slack: Slack, general: Channel, thread: str
) -> None:
    async def work() -> None:
        async with Status(slack, general.id, thread) as status:
            status.show("is reading…")
            await asyncio.sleep(60)

    task = asyncio.create_task(work())
    await ws.wait_for(lambda: shown(ws))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert shown(ws) == ["is reading…"]


async def test_where_it_is_refused_it_is_not_tried_again(
    ws: Workspace, slack: Slack, general: Channel, thread: str
) -> None:
    ws.faults.fail("assistant.threads.setStatus", error="missing_scope", times=10)
    async with Status(slack, general.id, thread, refresh_s=0.05) as status:
        status.show("is reading…")
        await status.begun()
        status.show("is thinking…")
        await asyncio.sleep(0.3)
    assert len(shown(ws)) == 1
