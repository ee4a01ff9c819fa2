"""``/ask``: acknowledged to the asker alone, asked for everybody, answered under the question."""

import asyncio
import re

import pytest

from bot.playground import Channel, Message, User, Workspace
from bot.reply import EXAMPLES
from knowledge import Database, Turns

pytestmark = pytest.mark.usefixtures("marty")
QUESTION = "who owns the model orders?"


def said(ws: Workspace, channel: Channel) -> list[Message]:
    return [each for each in ws.messages(channel) if each.bot_id]


async def test_the_question_is_posted_with_its_asker_and_answered_below(
    ws: Workspace, ana: User, general: Channel
) -> None:
    result = await ws.command(ana, general, "/ask", QUESTION)
    assert result.ok
    assert result.message is not None
    assert result.message.ephemeral_to == ana.id
    [question] = await ws.wait_for(lambda: [each for each in said(ws, general) if each.thread_ts is None])
    answer = await ws.answer_to(general, question.ts)
    assert "Ana asked:" in question.shown.replace("@", "").replace("Ana Ruiz", "Ana")
    assert QUESTION in question.shown
    assert "orders" in answer.shown
    assert {ping.target for ping in ws.pings} <= {ana.id}


async def test_a_follow_up_under_the_posted_question_is_answered_after_it(
    ws: Workspace, ana: User, ben: User, general: Channel
) -> None:
    await ws.command(ana, general, "/ask", QUESTION)
    [question] = await ws.wait_for(lambda: [each for each in said(ws, general) if each.thread_ts is None])
    await ws.wait_for(lambda: ws.calls_of("assistant.threads.setStatus"))  # from then on the thread is known
    await ws.post(ben, general, "@marty what columns has customers?", question.ts)
    await ws.wait_for(lambda: len(said(ws, general)) == 3)
    first, second = said(ws, general)[1:]
    assert "orders" in first.shown
    assert "customers" in second.shown


@pytest.mark.parametrize("text", ["", "help", "HELP", ":wave:", "  "])
async def test_help_is_shown_to_the_asker_alone(ws: Workspace, ana: User, general: Channel, text: str) -> None:
    result = await ws.command(ana, general, "/ask", text)
    assert EXAMPLES[0][1] in result.shown
    assert said(ws, general) == []


async def test_status_says_how_old_the_catalog_is_and_how_many_models_it_has(
    ws: Workspace, ana: User, general: Channel
) -> None:
    result = await ws.command(ana, general, "/ask", "status")
    assert "models" in result.shown
    assert re.search(r"last current (just now|\d+ min ago) \(", result.shown)
    assert "lanternfish" in result.shown


async def test_where_marty_is_not_a_member_the_asker_is_answered_in_private_and_told_how_to_invite_it(
    ws: Workspace, ana: User, shop: Database
) -> None:
    secret = ws.add_channel("secret", private=True, members=[ana], bot_is_member=False)
    assert (await ws.command(ana, secret, "/ask", QUESTION)).ok
    answer = await ws.wait_for(
        lambda: next((each for each in ws.ephemerals(ana, secret) if "orders" in each.shown), None)
    )
    assert "/invite @marty" in answer.shown
    assert ws.messages(secret) == []
    rows = await ws.wait_for(lambda: _finished(shop))
    assert rows == ["answered"]


async def test_in_a_public_channel_without_marty_nothing_is_posted(ws: Workspace, ana: User) -> None:
    random = ws.add_channel("random", members=[ana], bot_is_member=False)
    await ws.command(ana, random, "/ask", QUESTION)
    await ws.wait_for(lambda: any("/invite" in each.shown for each in ws.ephemerals(ana, random)))
    assert ws.messages(random) == []


async def test_in_the_direct_conversation_it_works_as_well(ws: Workspace, ana: User) -> None:
    dm = ws.open_dm(ana)
    await ws.command(ana, dm, "/ask", QUESTION)
    [question] = await ws.wait_for(lambda: [each for each in said(ws, dm) if each.thread_ts is None])
    assert "orders" in (await ws.answer_to(dm, question.ts)).shown


async def test_people_and_channels_named_in_the_question_are_not_pinged(
    ws: Workspace, ana: User, ben: User, general: Channel
) -> None:
    await ws.command(ana, general, "/ask", "does @ben or @channel in #general own orders? <!here> & <x>")
    [question] = await ws.wait_for(lambda: [each for each in said(ws, general) if each.thread_ts is None])
    await ws.answer_to(general, question.ts)
    assert {ping.target for ping in ws.pings} == {ana.id}
    assert ben.id not in {ping.target for ping in ws.pings}


async def test_a_question_of_15000_characters_is_posted_as_far_as_it_fits(
    ws: Workspace, ana: User, general: Channel
) -> None:
    await ws.command(ana, general, "/ask", f"{QUESTION} " + "why " * 3_750)
    [question] = await ws.wait_for(lambda: [each for each in said(ws, general) if each.thread_ts is None])
    await ws.answer_to(general, question.ts)
    assert QUESTION in question.shown


async def test_two_commands_are_two_questions(ws: Workspace, ana: User, general: Channel) -> None:
    await asyncio.gather(*(ws.command(ana, general, "/ask", QUESTION) for _ in range(2)))
    await ws.wait_for(lambda: len(said(ws, general)) == 4)


async def _finished(shop: Database) -> list[str]:
    rows = [row["outcome"] async for row in Turns(shop).export()]
    return rows if all(rows) else []
