"""Thumbs on answers, by reaction or button: one vote a person."""

import asyncio

import pytest

from bot.playground import Channel, Message, User, Workspace
from knowledge import Database, Turns

pytestmark = pytest.mark.usefixtures("marty")


@pytest.fixture
async def answer(ws: Workspace, ana: User, general: Channel, shop: Database) -> Message:
    """An answer that is shown and stored: the second comes after the first."""
    ts = await ws.post(ana, general, "@marty who owns the model orders?")
    shown = await ws.answer_to(general, ts)
    await ws.wait_for(lambda: Turns(shop).by_answer(general.id, shown.ts))
    return shown


async def votes(shop: Database) -> dict[str, str]:
    """Voter to verdict, over all turns."""
    return {vote["user"]: vote["verdict"] async for row in Turns(shop).export() for vote in row["votes"]}


async def _becomes(ws: Workspace, shop: Database, expected: dict[str, str]) -> None:
    async def is_so() -> bool:
        return await votes(shop) == expected

    await ws.wait_for(is_so)


@pytest.mark.parametrize(
    ("reaction", "verdict"),
    [("+1", "up"), ("thumbsup", "up"), ("+1::skin-tone-4", "up"), ("-1", "down"), ("thumbsdown::skin-tone-2", "down")],
)
async def test_a_thumb_is_a_vote_in_every_spelling(
    ws: Workspace, ben: User, general: Channel, shop: Database, answer: Message, reaction: str, verdict: str
) -> None:
    await ws.react(ben, general, answer.ts, reaction)
    await _becomes(ws, shop, {ben.id: verdict})


async def test_the_last_thumb_counts_and_taking_back_another_one_changes_nothing(
    ws: Workspace, ana: User, general: Channel, shop: Database, answer: Message
) -> None:
    await ws.react(ana, general, answer.ts, "+1")
    await ws.react(ana, general, answer.ts, "-1")
    await _becomes(ws, shop, {ana.id: "down"})
    await ws.unreact(ana, general, answer.ts, "+1")
    await ws.settled()
    assert await votes(shop) == {ana.id: "down"}
    await ws.unreact(ana, general, answer.ts, "-1")
    await _becomes(ws, shop, {})


async def test_events_that_come_again_or_in_another_order_change_nothing(
    ws: Workspace, ana: User, general: Channel, shop: Database, answer: Message
) -> None:
    await ws.react(ana, general, answer.ts, "+1")
    await ws.react(ana, general, answer.ts, "-1")
    await ws.settled()
    await ws.redeliver(2)
    first = ws.deliveries[-2].payload
    await ws.deliver(first)
    await ws.settled()
    assert await votes(shop) == {ana.id: "down"}


async def test_a_button_is_the_same_vote_and_is_thanked_for_in_the_thread(
    ws: Workspace, ana: User, general: Channel, shop: Database, answer: Message
) -> None:
    turn_id = (answer.metadata or {})["event_payload"]["turn_id"]
    assert (await ws.click(ana, general, answer.ts, action_id="feedback", value=f"up:{turn_id}")).ok
    await _becomes(ws, shop, {ana.id: "up"})
    [thanks] = await ws.wait_for(lambda: ws.ephemerals(ana, general))
    assert "Thank you" in thanks.shown
    assert thanks.thread_ts == answer.thread_ts
    await ws.react(ana, general, answer.ts, "-1")
    await _becomes(ws, shop, {ana.id: "down"})


async def test_a_button_under_a_private_answer_is_thanked_for_in_private(
    ws: Workspace, ana: User, shop: Database
) -> None:
    secret = ws.add_channel("secret", private=True, members=[ana], bot_is_member=False)
    await ws.command(ana, secret, "/ask", "who owns the model orders?")
    answer = await ws.wait_for(
        lambda: next((each for each in ws.ephemerals(ana, secret) if "Helpful" in each.shown), None)
    )
    [row] = [row async for row in Turns(shop).export()]
    value = f"down:{row['turn_id']}"
    assert (await ws.click(ana, secret, answer.ts, action_id="feedback", value=value)).ok
    await _becomes(ws, shop, {ana.id: "down"})
    await ws.wait_for(lambda: any("Thank you" in each.shown for each in ws.ephemerals(ana, secret)))


async def test_people_vote_apart(
    ws: Workspace, ana: User, ben: User, general: Channel, shop: Database, answer: Message
) -> None:
    await ws.react(ana, general, answer.ts, "+1")
    await ws.react(ben, general, answer.ts, "-1")
    await _becomes(ws, shop, {ana.id: "up", ben.id: "down"})


async def test_other_reactions_and_thumbs_on_other_messages_are_no_votes(
    ws: Workspace, ana: User, ben: User, general: Channel, shop: Database, answer: Message
) -> None:
    other = await ws.post(ben, general, "hello")
    await ws.react(ana, general, other, "+1")
    await ws.react(ana, general, answer.ts, "heart")
    await ws.react(ana, general, answer.thread_ts or "", "+1")
    await ws.settled()
    assert await votes(shop) == {}


async def test_a_thumb_that_comes_before_the_answer_is_stored_counts_all_the_same(
    ws: Workspace, ana: User, general: Channel, shop: Database, answer: Message
) -> None:
    turns = Turns(shop)
    turn_id = await turns.by_answer(general.id, answer.ts)
    assert turn_id is not None
    await turns.move(turn_id, "1.000001")
    await ws.react(ana, general, answer.ts, "+1")
    await ws.settled()
    await asyncio.sleep(0.2)
    assert await votes(shop) == {}
    await turns.move(turn_id, answer.ts)
    await _becomes(ws, shop, {ana.id: "up"})
