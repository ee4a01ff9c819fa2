"""conversations.* and reactions.*: what the app may look at, in pages."""

import pytest
from slack_app import MANIFEST, answer_of, error_of, refusal_of
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import Channel, User, Workspace, open_playground

METADATA = {"event_type": "turn", "event_payload": {"id": "7"}}


@pytest.fixture
async def root(ws: Workspace, ana: User, general: Channel) -> str:
    return await ws.post(ana, general, "a question")


async def test_a_channel_is_described(ws: Workspace, client: AsyncWebClient, ana: User, general: Channel) -> None:
    described = (await answer_of(client.conversations_info(channel=general.id)))["channel"]
    assert (described["name"], described["is_member"], described["is_private"]) == ("general", True, False)
    dm = (await answer_of(client.conversations_info(channel=ws.open_dm(ana).id)))["channel"]
    assert (dm["is_im"], dm["user"]) == (True, ana.id)
    outside = ws.add_channel("outside", bot_is_member=False)
    assert not (await answer_of(client.conversations_info(channel=outside.id)))["channel"]["is_member"]


async def test_private_channels_are_unknown_to_outsiders(ws: Workspace, client: AsyncWebClient) -> None:
    secret = ws.add_channel("secret", private=True, bot_is_member=False)
    assert await error_of(client.conversations_info(channel=secret.id)) == "channel_not_found"
    inside = ws.add_channel("inside", private=True)
    assert (await refusal_of(client.conversations_info(channel=inside.id)))["needed"] == "groups:read"


async def test_channels_are_listed_by_kind_and_in_pages(
    ws: Workspace, client: AsyncWebClient, general: Channel
) -> None:
    ws.archive(ws.add_channel("old"))
    ws.add_channel("orders")
    first = await answer_of(client.conversations_list(limit=1, exclude_archived=True))
    assert [each["id"] for each in first["channels"]] == [general.id]
    cursor = first["response_metadata"]["next_cursor"]
    rest = await answer_of(client.conversations_list(cursor=cursor, exclude_archived=True))
    assert [each["name"] for each in rest["channels"]] == ["orders"]
    assert rest["response_metadata"]["next_cursor"] == ""
    assert (await refusal_of(client.conversations_list(types="private_channel")))["needed"] == "groups:read"
    assert await error_of(client.conversations_list(types="rooms")) == "invalid_types"
    assert await error_of(client.conversations_list(cursor="x")) == "invalid_cursor"
    assert await error_of(client.conversations_list(limit=0)) == "invalid_limit"


async def test_members_are_listed(
    ws: Workspace, client: AsyncWebClient, ana: User, ben: User, general: Channel
) -> None:
    members = (await answer_of(client.conversations_members(channel=general.id)))["members"]
    assert set(members) == {ana.id, ben.id, ws.bot.id}


async def test_a_direct_message_is_opened_once(ws: Workspace, client: AsyncWebClient, ana: User) -> None:
    opened = [await answer_of(client.conversations_open(users=ana.id)) for _ in range(2)]
    assert {each["channel"]["id"] for each in opened} == {ws.open_dm(ana).id}
    assert await error_of(client.conversations_open(users="U404")) == "user_not_found"
    assert await error_of(client.conversations_open(users=ws.bot.id)) == "cannot_dm_bot"


async def test_history_has_roots_and_replies_has_the_thread(
    ws: Workspace, client: AsyncWebClient, ana: User, general: Channel, root: str
) -> None:
    reply = await ws.post(ana, general, "more", thread_ts=root)
    second = await ws.post(ana, general, "another")
    history = (await answer_of(client.conversations_history(channel=general.id)))["messages"]
    assert [each["ts"] for each in history] == [second, root]
    assert (history[1]["reply_count"], history[1]["thread_ts"]) == (1, root)
    for ts in (root, reply):
        thread = (await answer_of(client.conversations_replies(channel=general.id, ts=ts)))["messages"]
        assert [each["ts"] for each in thread] == [root, reply]
        assert thread[1]["parent_user_id"] == ana.id
    missing = client.conversations_replies(channel=general.id, ts="1700000000.000001")
    assert await error_of(missing) == "thread_not_found"


async def test_history_comes_in_pages_and_between_bounds(
    ws: Workspace, client: AsyncWebClient, ana: User, general: Channel
) -> None:
    sent = [await ws.post(ana, general, str(number)) for number in range(5)]
    page = await answer_of(client.conversations_history(channel=general.id, limit=2))
    assert ([each["text"] for each in page["messages"]], page["has_more"]) == (["4", "3"], True)
    cursor = page["response_metadata"]["next_cursor"]
    page = await answer_of(client.conversations_history(channel=general.id, limit=2, cursor=cursor))
    assert [each["text"] for each in page["messages"]] == ["2", "1"]
    between = await answer_of(client.conversations_history(channel=general.id, oldest=sent[1], latest=sent[3]))
    assert [each["text"] for each in between["messages"]] == ["2"]
    inclusive = client.conversations_history(channel=general.id, oldest=sent[1], latest=sent[3], inclusive=True)
    assert [each["text"] for each in (await answer_of(inclusive))["messages"]] == ["3", "2", "1"]


async def test_metadata_is_shown_only_when_asked_for(client: AsyncWebClient, general: Channel, root: str) -> None:
    await client.chat_postMessage(channel=general.id, thread_ts=root, text="x", metadata=METADATA)
    replies = await answer_of(client.conversations_replies(channel=general.id, ts=root))
    assert "metadata" not in replies["messages"][1]
    replies = await answer_of(client.conversations_replies(channel=general.id, ts=root, include_all_metadata=True))
    assert replies["messages"][1]["metadata"] == METADATA


async def test_what_was_said_is_hidden_from_outsiders(ws: Workspace, client: AsyncWebClient) -> None:
    outside = ws.add_channel("outside", bot_is_member=False)
    assert await error_of(client.conversations_history(channel=outside.id)) == "not_in_channel"


async def test_joining_needs_a_scope_and_makes_a_member() -> None:
    scopes = {"bot": ["channels:join", "chat:write"]}
    async with open_playground({**MANIFEST, "oauth_config": {"scopes": scopes}}) as playground:
        outside = playground.workspace.add_channel("outside", bot_is_member=False)
        client = AsyncWebClient(playground.bot_token, base_url=playground.api_url)
        await client.conversations_join(channel=outside.id)
        await client.chat_postMessage(channel=outside.id, text="hello")


async def test_the_app_reacts_once_and_takes_it_back(
    ws: Workspace, client: AsyncWebClient, ana: User, general: Channel, root: str
) -> None:
    await ws.react(ana, general, root, "eyes")
    await client.reactions_add(channel=general.id, timestamp=root, name="eyes")
    assert ws.message(general, root).reactions == {"eyes": (ana.id, ws.bot.id)}
    again = client.reactions_add(channel=general.id, timestamp=root, name="eyes")
    assert await error_of(again) == "already_reacted"
    shown = (await answer_of(client.reactions_get(channel=general.id, timestamp=root)))["message"]["reactions"]
    assert shown == [{"name": "eyes", "users": [ana.id, ws.bot.id], "count": 2}]
    await client.reactions_remove(channel=general.id, timestamp=root, name="eyes")
    again = client.reactions_remove(channel=general.id, timestamp=root, name="eyes")
    assert await error_of(again) == "no_reaction"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"name": "no-such-emoji"}, "invalid_name"),
        ({"name": ":eyes:"}, "invalid_name"),
        ({"timestamp": "17"}, "bad_timestamp"),
        ({"timestamp": "1700000000.000001"}, "message_not_found"),
        ({"timestamp": ""}, "no_item_specified"),
        ({"channel": "C404"}, "channel_not_found"),
    ],
)
async def test_a_wrong_reaction_is_refused(
    client: AsyncWebClient, general: Channel, root: str, arguments: dict[str, str], error: str
) -> None:
    reaction = {"channel": general.id, "timestamp": root, "name": "eyes", **arguments}
    assert await error_of(client.api_call("reactions.add", params=reaction)) == error
