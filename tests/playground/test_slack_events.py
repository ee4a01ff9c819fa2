"""Which events the app gets for what people do, and what stands in them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_app import MANIFEST, Listener
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import Channel, User, Workspace, open_playground

Json = dict[str, Any]


async def test_a_mention_comes_with_its_twin(ws: Workspace, listener: Listener, ana: User, general: Channel) -> None:
    ts = await ws.post(ana, general, "@marty is a < b & c?")
    await ws.settled()
    [mention], [message] = listener.events_of("app_mention"), listener.events_of("message")
    assert mention["text"] == message["text"] == f"<@{ws.bot.id}> is a &lt; b &amp; c?"
    assert mention["ts"] == message["ts"] == mention["event_ts"] == ts
    assert (mention["user"], mention["channel"]) == (ana.id, general.id)
    assert message["channel_type"] == "channel"
    assert mention["client_msg_id"] == message["client_msg_id"]
    assert "thread_ts" not in mention
    assert mention["blocks"][0]["elements"][0]["elements"][0] == {"type": "user", "user_id": ws.bot.id}
    first, second = (each["payload"] for each in listener.envelopes)
    assert first["event_id"] != second["event_id"]
    assert first["type"] == "event_callback"
    assert first["authorizations"][0]["user_id"] == ws.bot.id


async def test_a_reply_carries_its_thread(ws: Workspace, listener: Listener, ana: User, general: Channel) -> None:
    root = await ws.post(ana, general, "hello")
    await ws.post(ana, general, "@marty and you?", thread_ts=root)
    await ws.settled()
    [mention] = listener.events_of("app_mention")
    assert (mention["thread_ts"], mention["parent_user_id"]) == (root, ana.id)
    first, _ = listener.events_of("message")
    assert "thread_ts" not in first


async def test_a_direct_message_is_no_mention(ws: Workspace, listener: Listener, ana: User) -> None:
    await ws.post(ana, ws.open_dm(ana), "@marty hello")
    await ws.settled()
    assert listener.events_of("app_mention") == []
    [message] = listener.events_of("message")
    assert (message["channel_type"], message["channel"]) == ("im", ws.open_dm(ana).id)


async def test_an_edit_is_a_change_and_a_mention_again(
    ws: Workspace, listener: Listener, ana: User, general: Channel
) -> None:
    ts = await ws.post(ana, general, "where is revenue?")
    await ws.edit(ana, general, ts, "@marty where is revenue?")
    await ws.settled()
    [changed] = listener.events_of("message", "message_changed")
    assert changed["previous_message"]["text"] == "where is revenue?"
    assert changed["message"]["edited"]["user"] == ana.id
    [mention] = listener.events_of("app_mention")
    assert (mention["ts"], mention["edited"]["user"]) == (ts, ana.id)
    await ws.edit(ana, general, ts, "@marty where is revenue today?")
    await ws.settled()
    ids = [each["payload"]["event_id"] for each in listener.envelopes]
    assert len(ids) == len(set(ids)) == 5


async def test_a_deletion_is_told_with_what_was_there(
    ws: Workspace, listener: Listener, ana: User, general: Channel
) -> None:
    ts = await ws.post(ana, general, "never mind")
    await ws.delete(ana, general, ts)
    await ws.settled()
    [deleted] = listener.events_of("message", "message_deleted")
    assert (deleted["deleted_ts"], deleted["previous_message"]["text"]) == (ts, "never mind")


async def test_a_deleted_root_of_a_thread_is_told_as_a_tombstone(
    ws: Workspace, listener: Listener, ana: User, general: Channel
) -> None:
    root = await ws.post(ana, general, "@marty hello")
    await ws.post(ana, general, "more", thread_ts=root)
    await ws.delete(ana, general, root)
    await ws.settled()
    [changed] = listener.events_of("message", "message_changed")
    assert changed["message"]["subtype"] == "tombstone"
    assert len(listener.events_of("app_mention")) == 1


async def test_reactions_come_in_the_spelling_they_were_given(
    ws: Workspace, listener: Listener, ana: User, general: Channel
) -> None:
    ts = await ws.post(ana, general, "hello")
    for name in ("+1", "thumbsup", "+1::skin-tone-4"):
        await ws.react(ana, general, ts, name)
        await ws.react(ana, general, ts, name)
    await ws.unreact(ana, general, ts, "+1")
    await ws.unreact(ana, general, ts, "+1")
    await ws.settled()
    added = listener.events_of("reaction_added")
    assert [each["reaction"] for each in added] == ["+1", "thumbsup", "+1::skin-tone-4"]
    assert added[0]["item"] == {"type": "message", "channel": general.id, "ts": ts}
    assert (added[0]["user"], added[0]["item_user"]) == (ana.id, ana.id)
    assert [each["reaction"] for each in listener.events_of("reaction_removed")] == ["+1"]


async def test_the_app_hears_its_own_words(
    ws: Workspace, listener: Listener, client: AsyncWebClient, general: Channel
) -> None:
    posted = await client.chat_postMessage(channel=general.id, text="hello")
    await client.chat_update(channel=general.id, ts=str(posted["ts"]), text="goodbye")
    await client.chat_delete(channel=general.id, ts=str(posted["ts"]))
    await ws.settled()
    kinds = [(each.get("subtype"), each.get("bot_id")) for each in listener.events]
    assert kinds == [(None, ws.bot.bot_id), ("message_changed", None), ("message_deleted", None)]
    assert listener.events[1]["message"]["bot_id"] == ws.bot.bot_id


async def test_another_bot_is_recognisable(ws: Workspace, listener: Listener, general: Channel) -> None:
    other = ws.add_user("deploys", is_bot=True)
    await ws.post(other, general, "@marty deployed")
    await ws.settled()
    for event in listener.events:
        assert (event["bot_id"], event["user"]) == (other.bot_id, other.id)


async def test_a_channel_without_the_app_is_silent_until_it_is_invited(
    ws: Workspace, listener: Listener, ana: User
) -> None:
    outside = ws.add_channel("outside", bot_is_member=False)
    await ws.post(ana, outside, "@marty hello?")
    await ws.settled()
    assert listener.events == []
    assert "/invite @marty" in ws.ephemerals(ana, outside)[0].shown
    assert (await ws.command(ana, outside, "/invite", "@marty")).ok
    await ws.post(ana, outside, "@marty hello?")
    await ws.settled()
    assert [each["type"] for each in listener.events] == ["member_joined_channel", "message", "app_mention", "message"]


async def test_opening_the_messages_tab_is_told(ws: Workspace, listener: Listener, ana: User) -> None:
    await ws.open_app_home(ana)
    await ws.settled()
    [opened] = listener.events
    assert (opened["type"], opened["tab"], opened["user"]) == ("app_home_opened", "messages", ana.id)


@pytest.fixture
async def bare() -> AsyncIterator[Workspace]:
    """A workspace whose app subscribes to channel messages but was not granted the scope they need."""
    async with open_playground(MANIFEST) as playground:
        yield playground.workspace


async def test_an_event_needs_its_scope(bare: Workspace) -> None:
    ana = bare.add_user("ana")
    await bare.post(ana, bare.add_channel("general"), "@marty hello")
    assert [each.payload["event"]["type"] for each in bare.deliveries] == ["app_mention"]


async def test_an_event_needs_its_subscription(ws: Workspace, ana: User, ben: User) -> None:
    await ws.post(ana, ws.open_group(ana, ben), "the manifest has the scope for group messages, but no subscription")
    assert ws.deliveries == []


async def test_any_event_can_be_delivered(ws: Workspace, listener: Listener) -> None:
    await ws.deliver({"type": "message", "text": None})
    await ws.deliver({"type": "event_callback", "event": "nonsense"})
    await ws.settled()
    assert listener.events == [{"type": "message", "text": None}, "nonsense"]
