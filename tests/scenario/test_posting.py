"""One answer on its way to Slack: streamed, posted, taken over, and everything that Slack can do to it."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from agent.values import Answer, Trust
from bot.errors import SlackBusy, SlackRefused, SlackUnreachable
from bot.playground import Channel, Message, Playground, User, Workspace
from bot.posting import PrivateAnswer, ThreadAnswer
from bot.reply import Reply, render_answer
from bot.slack import Slack, open_client
from bot.stream import Pace
from knowledge.database import Database
from knowledge.turns import NewTurn, Turns
from knowledge.values import Turn

TEXT = "Use **orders** for that. " * 12 + "It is healthy."
Begin = Callable[..., Awaitable[ThreadAnswer]]
Ask = Callable[[Channel], Awaitable[Turn]]


def _reply(text: str = TEXT, turn_id: str = "0e3d1a62-7c1b-4d58-9d65-2f9f3c1a9b11", **more: Any) -> Reply:
    trust = (Trust(unique_id="model.shop.orders", status="healthy", line="orders · built 2 h ago"),)
    return render_answer(Answer(text=text, confidence="checked", trust=trust, sql="select 1 < 2", **more), turn_id)


@pytest.fixture
def turns(database: Database) -> Turns:
    return Turns(database)


@pytest.fixture
def ask(ws: Workspace, ana: User, turns: Turns, database: Database, slack: Slack) -> Ask:
    """Has Ana ask something in a channel; the turn is stored and waits for its answer."""

    async def ask(channel: Channel) -> Turn:
        ts = await ws.post(ana, channel, "@marty which model?")
        new = NewTurn(
            team=slack.identity.team, channel=channel.id, asker=ana.id, surface="mention", question="?", ts=ts,
            thread_ts=ts,
        )  # fmt: skip
        async with database.transaction() as connection:
            stored = await turns.store(connection, new)
        assert stored is not None
        turn = await turns.load(stored.turn_id)
        assert turn is not None
        return turn

    return ask


@pytest.fixture
async def turn(ask: Ask, general: Channel) -> Turn:
    return await ask(general)


@pytest.fixture
async def direct_turn(ask: Ask, ws: Workspace, ana: User) -> Turn:
    """In a direct conversation, where Slack lets us read what was said."""
    return await ask(ws.open_dm(ana))


@pytest.fixture
def begin(slack: Slack, turns: Turns) -> Begin:
    """Begins an answer as a worker would, again and again if need be."""

    async def begin(turn: Turn, *, maybe_begun: bool = False, pace: Pace | None = None) -> ThreadAnswer:
        now = await turns.load(turn.turn_id)
        assert now is not None
        return ThreadAnswer(slack, pace or Pace(), turns, now, maybe_begun=maybe_begun)

    return begin


async def _write(answer: ThreadAnswer, ws: Workspace, text: str = TEXT) -> None:
    """Let the answer grow until Slack has something of it."""
    answer.add(text)
    await ws.wait_for(lambda: ws.calls_of("chat.startStream"))


def _answers(ws: Workspace, turn: Turn) -> list[Message]:
    return [each for each in ws.messages(turn.channel, turn.thread_ts) if each.bot_id]


def _methods(ws: Workspace) -> list[str]:
    return [call.method for call in ws.calls if call.method.startswith("chat.")]


def _shows_everything(message: Message, turn: Turn) -> bool:
    whole = TEXT.replace("*", "") in message.shown and "Checked" in message.shown and "select 1 < 2" in message.shown
    return whole and message.metadata == {"event_type": "marty_turn", "event_payload": {"turn_id": turn.turn_id}}


async def test_an_answer_that_did_not_grow_is_one_message(ws: Workspace, turn: Turn, begin: Begin) -> None:
    answer = await begin(turn)
    await answer.finish(_reply())
    [message] = _answers(ws, turn)
    assert _methods(ws) == ["chat.postMessage"]
    assert answer.ts == message.ts
    assert _shows_everything(message, turn)


async def test_an_answer_that_grew_is_completed_below_what_stands_there(
    ws: Workspace, turn: Turn, begin: Begin, turns: Turns
) -> None:
    answer = await begin(turn)
    await _write(answer, ws, TEXT[:100])
    await ws.wait_for(lambda: _answers(ws, turn))
    stored = await ws.wait_for(lambda: turns.by_answer(turn.channel, _answers(ws, turn)[0].ts))
    assert stored == turn.turn_id
    await answer.finish(_reply())
    [message] = _answers(ws, turn)
    assert _methods(ws) == ["chat.startStream", "chat.stopStream"]
    assert _shows_everything(message, turn)
    assert not message.edited


async def test_a_growing_answer_is_added_to_word_by_word(ws: Workspace, turn: Turn, begin: Begin) -> None:
    answer = await begin(turn)
    for word in TEXT.split(" "):
        answer.add(word + " ")
        await asyncio.sleep(0.02)
    await ws.wait_for(lambda: ws.calls_of("chat.appendStream"))
    await answer.finish(_reply())
    for call in [*ws.calls_of("chat.startStream"), *ws.calls_of("chat.appendStream")]:
        assert call.arguments["markdown_text"].endswith(" ")
    [message] = _answers(ws, turn)
    assert _shows_everything(message, turn)


async def test_an_answer_that_became_another_one_is_rewritten(ws: Workspace, turn: Turn, begin: Begin) -> None:
    answer = await begin(turn)
    await _write(answer, ws, "Use the model that does not exist. ")
    await answer.finish(_reply())
    [message] = _answers(ws, turn)
    assert "does not exist" not in message.shown
    assert _shows_everything(message, turn)


@pytest.mark.parametrize("error", ["ratelimited", "unknown_method", "channel_type_not_supported", "internal_error"])
async def test_where_streams_do_not_work_the_answer_is_posted_whole(
    ws: Workspace, turn: Turn, begin: Begin, error: str
) -> None:
    ws.faults.fail("chat.startStream", error=error)
    answer = await begin(turn)
    await _write(answer, ws)
    await answer.finish(_reply())
    [message] = _answers(ws, turn)
    assert _shows_everything(message, turn)


async def test_a_stream_whose_beginning_got_no_reply_is_found_and_finished(
    ws: Workspace, direct_turn: Turn, begin: Begin
) -> None:
    ws.faults.lose_reply("chat.startStream")
    answer = await begin(direct_turn)
    await _write(answer, ws)
    await answer.finish(_reply(turn_id=direct_turn.turn_id))
    [message] = _answers(ws, direct_turn)
    assert _shows_everything(message, direct_turn)


@pytest.mark.parametrize("error", ["message_not_in_streaming_state", "stopped_by_user", "internal_error"])
async def test_a_stream_that_dies_while_it_grows_is_finished_as_an_ordinary_message(
    ws: Workspace, turn: Turn, begin: Begin, error: str
) -> None:
    answer = await begin(turn)
    await _write(answer, ws, "Use **orders** ")
    ws.faults.fail("chat.appendStream", error=error)
    answer.add("for that. ")
    await ws.wait_for(lambda: ws.calls_of("chat.appendStream"))
    await answer.finish(_reply())
    [message] = _answers(ws, turn)
    assert _shows_everything(message, turn)


async def test_a_stream_that_cannot_be_completed_is_rewritten(ws: Workspace, turn: Turn, begin: Begin) -> None:
    answer = await begin(turn)
    await _write(answer, ws)
    ws.faults.fail("chat.stopStream", error="message_not_in_streaming_state", times=2)
    await ws.stop(turn.asker, turn.channel, turn.thread_ts or "")
    await answer.finish(_reply())
    [message] = _answers(ws, turn)
    assert _shows_everything(message, turn)


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_blocks_too_long"])
async def test_blocks_that_slack_rejects_are_left_away_rather_than_the_answer(
    ws: Workspace, turn: Turn, begin: Begin, error: str
) -> None:
    ws.faults.fail("chat.postMessage", error=error)
    await (await begin(turn)).finish(_reply())
    [message] = _answers(ws, turn)
    assert not message.blocks
    assert "Use orders for that." in message.shown


async def test_a_limit_is_waited_for(ws: Workspace, turn: Turn, begin: Begin) -> None:
    ws.faults.fail("chat.postMessage", error="ratelimited", retry_after_s=1, times=2)
    await (await begin(turn)).finish(_reply())
    first, second, third = ws.calls_of("chat.postMessage")
    assert (second.at - first.at).total_seconds() >= 1
    assert (third.at - second.at).total_seconds() >= 1
    assert len(_answers(ws, turn)) == 1


async def test_a_limit_beyond_all_patience_is_left_to_a_later_try(ws: Workspace, begin: Begin, turn: Turn) -> None:
    ws.faults.fail("chat.postMessage", error="ratelimited", retry_after_s=3_600)
    with pytest.raises(SlackBusy) as caught:
        await (await begin(turn)).finish(_reply())
    assert caught.value.retry_after_s == 3_600


async def test_a_server_error_is_tried_again(ws: Workspace, turn: Turn, begin: Begin) -> None:
    ws.faults.http(status=503, method="chat.postMessage")
    await (await begin(turn)).finish(_reply())
    assert len(_answers(ws, turn)) == 1


async def test_nothing_is_posted_twice_when_only_the_reply_was_lost(
    ws: Workspace, direct_turn: Turn, begin: Begin
) -> None:
    ws.faults.lose_reply("chat.postMessage")
    answer = await begin(direct_turn)
    await answer.finish(_reply(turn_id=direct_turn.turn_id))
    [message] = _answers(ws, direct_turn)
    assert answer.ts == message.ts


@pytest.mark.parametrize("error", ["is_archived", "restricted_action", "account_inactive", "cannot_reply_to_message"])
async def test_where_nobody_will_ever_see_it_the_answer_is_refused_at_once(
    ws: Workspace, turn: Turn, begin: Begin, error: str
) -> None:
    ws.faults.fail("chat.postMessage", error=error, times=5)
    with pytest.raises(SlackRefused) as caught:
        await (await begin(turn)).finish(_reply())
    assert caught.value.code == error
    assert len(ws.calls_of("chat.postMessage")) == 1


async def test_a_slack_that_is_not_there_is_left_to_a_later_try(
    ws: Workspace, playground: Playground, turn: Turn, turns: Turns, slack: Slack
) -> None:
    ws.faults.cut("chat.postMessage", times=50)
    async with open_client(playground.bot_token, playground.api_url) as client:
        hours = itertools.count(0, 3_600)
        impatient = Slack(client, slack.identity, clock=lambda: next(hours))
        with pytest.raises(SlackUnreachable):
            await ThreadAnswer(impatient, Pace(), turns, turn, maybe_begun=False).finish(_reply())


async def test_an_answer_that_was_posted_but_never_stored_is_found_again(
    ws: Workspace, direct_turn: Turn, begin: Begin
) -> None:
    await (await begin(direct_turn)).finish(_reply("The first try.", direct_turn.turn_id))
    await (await begin(direct_turn, maybe_begun=True)).finish(_reply(turn_id=direct_turn.turn_id))
    [message] = _answers(ws, direct_turn)
    assert _shows_everything(message, direct_turn)


async def test_the_answer_to_another_question_of_the_thread_is_never_taken_for_ours(
    ws: Workspace, ana: User, direct_turn: Turn, begin: Begin, turns: Turns, slack: Slack, database: Database
) -> None:
    other = await slack.post(direct_turn.channel, text="Another answer.", thread_ts=direct_turn.thread_ts)
    second = await ws.post(ana, direct_turn.channel, "and now?", direct_turn.thread_ts)
    await turns.begin(direct_turn.turn_id, other)
    async with database.transaction() as connection:
        new = NewTurn(
            team="T", channel=direct_turn.channel, asker=ana.id, surface="dm", question="?", ts=second,
            thread_ts=direct_turn.thread_ts,
        )  # fmt: skip
        stored = await turns.store(connection, new)
    assert stored is not None
    waiting = await turns.load(stored.turn_id)
    assert waiting is not None
    bare = await slack.post(direct_turn.channel, text="Bare.", thread_ts=direct_turn.thread_ts)
    await turns.move(direct_turn.turn_id, bare)
    await (await begin(waiting, maybe_begun=True)).finish(_reply(turn_id=waiting.turn_id))
    assert ws.message(direct_turn.channel, bare).text == "Bare."


async def test_whoever_takes_over_finishes_the_message_that_was_begun(
    ws: Workspace, turn: Turn, begin: Begin, turns: Turns
) -> None:
    dead = await begin(turn)
    await _write(dead, ws, TEXT[:100])
    await ws.wait_for(lambda: turns.by_answer(turn.channel, _answers(ws, turn)[0].ts))
    dead.cancel()
    successor = await begin(turn, maybe_begun=True)
    successor.add("this is not shown twice ")
    await successor.finish(_reply())
    [message] = _answers(ws, turn)
    assert _shows_everything(message, turn)


async def test_whoever_takes_over_an_answer_that_was_posted_but_not_stored_looks_where_it_may(
    ws: Workspace, turn: Turn, begin: Begin
) -> None:
    """In a channel without the optional scope nobody can look, and the answer is posted."""
    await (await begin(turn, maybe_begun=True)).finish(_reply())
    assert len(_answers(ws, turn)) == 1
    assert ws.calls_of("conversations.replies")[0].response["error"] == "missing_scope"


async def test_of_two_that_answer_at_once_one_message_stays(
    ws: Workspace, turn: Turn, begin: Begin, turns: Turns
) -> None:
    first, second = await begin(turn), await begin(turn)
    await asyncio.gather(_write(first, ws), _write(second, ws))
    await ws.wait_for(lambda: len(ws.calls_of("chat.startStream")) == 2)
    await asyncio.gather(first.finish(_reply()), second.finish(_reply()))
    [message] = _answers(ws, turn)
    assert await turns.by_answer(turn.channel, message.ts) == turn.turn_id
    assert _shows_everything(message, turn)


async def test_an_answer_that_somebody_deleted_meanwhile_is_posted_anew(
    ws: Workspace, turn: Turn, begin: Begin, turns: Turns
) -> None:
    answer = await begin(turn)
    await _write(answer, ws, TEXT[:100])
    [growing] = await ws.wait_for(lambda: _answers(ws, turn))
    await ws.delete(turn.asker, turn.channel, growing.ts)
    await answer.finish(_reply())
    [message] = _answers(ws, turn)
    assert _shows_everything(message, turn)
    assert await turns.by_answer(turn.channel, message.ts) == turn.turn_id


async def test_only_so_many_streams_begin_in_a_minute(ws: Workspace, turn: Turn, begin: Begin) -> None:
    clock = [100.0]
    pace = Pace(clock=lambda: clock[0])
    while pace.may_start():
        pass
    answer = await begin(turn, pace=pace)
    answer.add(TEXT)
    await answer.finish(_reply())
    assert _methods(ws) == ["chat.postMessage"]
    clock[0] += 60
    assert pace.may_start()


async def test_an_answer_too_long_for_slack_is_shown_as_far_as_it_fits(ws: Workspace, turn: Turn, begin: Begin) -> None:
    text = "A row of words, and < more & more.\n\n" * 2_000
    answer = await begin(turn)
    answer.add(text)
    await ws.wait_for(lambda: True)
    await answer.finish(_reply(text))
    [message] = _answers(ws, turn)
    assert "beginning" in message.shown
    assert not ws.pings


async def test_a_private_answer_goes_through_the_commands_address(
    ws: Workspace, ana: User, slack: Slack, turn: Turn
) -> None:
    secret = ws.add_channel("secret", private=True, members=[ana], bot_is_member=False)
    result = await ws.command(ana, secret, "/ask", "unheard")
    assert result.error
    command = replace(turn, channel=secret.id, response_url=ws.deliveries[-1].payload["response_url"])
    await PrivateAnswer(slack, command, invitation="Invite me: `/invite @marty`").finish(_reply())
    [message] = ws.ephemerals(ana, secret)
    assert "Use orders for that." in message.shown
    assert "/invite @marty" in message.shown


async def test_an_address_that_no_longer_works_is_a_refusal(playground: Playground, slack: Slack, turn: Turn) -> None:
    expired = replace(turn, response_url=playground.page_url + "response/expired")
    with pytest.raises(SlackRefused):
        await PrivateAnswer(slack, expired, invitation="x").finish(_reply())
