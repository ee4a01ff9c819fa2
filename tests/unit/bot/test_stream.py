"""Slack's allowance for growing messages, shared by all answers."""

import asyncio

from bot.stream import STARTS_A_MINUTE, Pace


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_so_many_may_begin_in_any_minute_and_no_more() -> None:
    clock = Clock()
    pace = Pace(clock=clock)
    assert [pace.may_start() for _ in range(STARTS_A_MINUTE + 2)] == [True] * STARTS_A_MINUTE + [False, False]
    clock.now += 59
    assert not pace.may_start()
    clock.now += 1
    assert pace.may_start()


def test_nothing_begins_while_slack_does_not_want_it() -> None:
    clock = Clock()
    pace = Pace(clock=clock)
    pace.no_start_for(30)
    assert not pace.may_start()
    clock.now += 30
    assert pace.may_start()


async def test_text_waits_for_its_turn() -> None:
    pace = Pace()
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    assert [await pace.append_slot(asyncio.Event()) for _ in range(2)] == [True, True]
    assert loop.time() - began_s > 0.5


async def test_whoever_has_ended_does_not_wait_for_a_turn() -> None:
    pace = Pace()
    pace.hold_appends(3_600)
    ended = asyncio.Event()
    ended.set()
    assert not await pace.append_slot(ended)
