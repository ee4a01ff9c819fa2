"""chat.*: what may be written where, changed and taken back."""

import pytest
from slack_app import MANIFEST, answer_of, error_of, refusal_of
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import Channel, User, Workspace, open_playground

BUTTON = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
BLOCKS = [{"type": "actions", "elements": [BUTTON]}]
METADATA = {"event_type": "turn", "event_payload": {"id": "7"}}


@pytest.fixture
async def root(ws: Workspace, ana: User, general: Channel) -> str:
    return await ws.post(ana, general, "a question")


async def test_a_message_is_kept_as_it_was_posted(ws: Workspace, client: AsyncWebClient, general: Channel) -> None:
    posted = await answer_of(
        client.chat_postMessage(channel=general.id, text="*hi* &lt;you&gt;", blocks=BLOCKS, metadata=METADATA)
    )
    message = ws.message(general, posted["ts"])
    assert (message.user, message.bot_id, message.metadata) == (ws.bot.id, ws.bot.bot_id, METADATA)
    assert message.text == "*hi* &lt;you&gt;"
    assert message.shown == "[Go]"
    assert posted["message"]["blocks"][0]["block_id"], "Slack names blocks that have no name"


async def test_a_message_may_go_to_a_channel_name_or_a_person(
    ws: Workspace, client: AsyncWebClient, ana: User, general: Channel
) -> None:
    assert (await answer_of(client.chat_postMessage(channel="#general", text="x")))["channel"] == general.id
    assert (await answer_of(client.chat_postMessage(channel=ana.id, text="x")))["channel"] == ws.open_dm(ana).id


@pytest.mark.parametrize("arguments", [{}, {"text": ""}, {"text": " \n"}, {"text": "", "blocks": []}])
@pytest.mark.filterwarnings("ignore:The top-level `text`")
async def test_a_message_without_content_is_refused(
    client: AsyncWebClient, general: Channel, arguments: dict[str, object]
) -> None:
    assert await error_of(client.api_call("chat.postMessage", json={"channel": general.id, **arguments})) == "no_text"


async def test_markdown_text_excludes_text_and_blocks_and_has_a_limit(
    ws: Workspace, client: AsyncWebClient, general: Channel
) -> None:
    post = {"channel": general.id}
    both = client.api_call("chat.postMessage", json={**post, "text": "a", "markdown_text": "b"})
    assert await error_of(both) == "markdown_text_conflict"
    blocks = client.api_call("chat.postMessage", json={**post, "blocks": BLOCKS, "markdown_text": "b"})
    assert await error_of(blocks) == "markdown_text_conflict"
    assert await error_of(client.chat_postMessage(channel=general.id, markdown_text="x" * 12_001)) == "msg_too_long"
    await client.chat_postMessage(channel=general.id, markdown_text="**" + "x" * 11_996 + "**")
    assert ws.messages(general)[-1].shown == "x" * 11_996


async def test_very_long_text_is_cut_with_a_warning(ws: Workspace, client: AsyncWebClient, general: Channel) -> None:
    posted = await answer_of(client.chat_postMessage(channel=general.id, text="x" * 40_001))
    assert posted["warning"] == "message_truncated"
    assert len(ws.messages(general)[-1].text) == 40_000


async def test_where_the_app_is_not_it_cannot_write(ws: Workspace, client: AsyncWebClient, ana: User) -> None:
    public = ws.add_channel("public", bot_is_member=False)
    private = ws.add_channel("private", private=True, bot_is_member=False)
    old = ws.archive(ws.add_channel("old"))
    for channel, error in ((public, "not_in_channel"), (private, "channel_not_found"), (old, "is_archived")):
        assert await error_of(client.chat_postMessage(channel=channel.id, text="x")) == error
    assert await error_of(client.chat_postMessage(channel="C404", text="x")) == "channel_not_found"
    assert await error_of(client.chat_postEphemeral(channel=public.id, user=ana.id, text="x")) == "not_in_channel"


async def test_a_scope_opens_public_channels() -> None:
    scopes = {"bot": ["chat:write", "chat:write.public"]}
    async with open_playground({**MANIFEST, "oauth_config": {"scopes": scopes}}) as playground:
        public = playground.workspace.add_channel("public", bot_is_member=False)
        client = AsyncWebClient(playground.bot_token, base_url=playground.api_url)
        await client.chat_postMessage(channel=public.id, text="x")


async def test_a_name_of_its_own_needs_a_scope(client: AsyncWebClient, general: Channel) -> None:
    refused = await refusal_of(client.chat_postMessage(channel=general.id, text="x", username="Somebody"))
    assert refused["needed"] == "chat:write.customize"


async def test_a_closed_messages_tab_takes_no_messages() -> None:
    features = {**MANIFEST["features"], "app_home": {"messages_tab_enabled": False}}
    async with open_playground({**MANIFEST, "features": features}) as playground:
        dm = playground.workspace.open_dm(playground.workspace.add_user("ana"))
        client = AsyncWebClient(playground.bot_token, base_url=playground.api_url)
        assert await error_of(client.chat_postMessage(channel=dm.id, text="x")) == "messages_tab_disabled"


async def test_a_thread_is_named_by_its_root(
    ws: Workspace, client: AsyncWebClient, general: Channel, root: str
) -> None:
    reply = (await answer_of(client.chat_postMessage(channel=general.id, text="x", thread_ts=root)))["ts"]
    assert [each.ts for each in ws.messages(general, root)] == [root, reply]
    for ts, error in (
        (reply, "cannot_reply_to_message"),
        ("1700000000.000001", "thread_not_found"),
        ("0", "invalid_thread_ts"),
        ("17", "invalid_thread_ts"),
    ):
        assert await error_of(client.chat_postMessage(channel=general.id, text="x", thread_ts=ts)) == error
    number = {"channel": general.id, "text": "x", "thread_ts": float(root)}
    assert await error_of(client.api_call("chat.postMessage", json=number)) == "invalid_thread_ts"


async def test_a_deleted_root_without_replies_takes_its_thread_with_it(
    ws: Workspace, client: AsyncWebClient, ana: User, general: Channel, root: str
) -> None:
    await ws.delete(ana, general, root)
    assert await error_of(client.chat_postMessage(channel=general.id, text="x", thread_ts=root)) == "thread_not_found"


async def test_a_deleted_root_with_replies_leaves_a_tombstone(
    ws: Workspace, client: AsyncWebClient, ana: User, general: Channel, root: str
) -> None:
    await client.chat_postMessage(channel=general.id, text="x", thread_ts=root)
    await ws.delete(ana, general, root)
    assert ws.message(general, root).subtype == "tombstone"
    await client.chat_postMessage(channel=general.id, text="y", thread_ts=root)


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ({"event_type": "turn"}, "invalid_metadata_schema"),
        ({"event_type": "", "event_payload": {}}, "invalid_metadata_schema"),
        ({"event_type": "turn", "event_payload": "7"}, "invalid_metadata_schema"),
        ([], "invalid_metadata_format"),
        ("{", "invalid_metadata_format"),
    ],
)
async def test_metadata_has_a_type_and_a_payload(
    client: AsyncWebClient, general: Channel, metadata: object, error: str
) -> None:
    post = {"channel": general.id, "text": "x", "metadata": metadata}
    assert await error_of(client.api_call("chat.postMessage", json=post)) == error


async def test_an_update_changes_text_and_blocks(ws: Workspace, client: AsyncWebClient, general: Channel) -> None:
    ts = (await answer_of(client.chat_postMessage(channel=general.id, text="a", blocks=BLOCKS, metadata=METADATA)))[
        "ts"
    ]
    await client.chat_update(channel=general.id, ts=ts, blocks=BLOCKS, text="b")
    message = ws.message(general, ts)
    assert (message.text, len(message.blocks), message.edited) == ("b", 1, False)
    await client.chat_update(channel=general.id, ts=ts, text="c")
    message = ws.message(general, ts)
    assert (message.text, message.blocks, message.edited) == ("c", (), True), "text alone takes the blocks away"
    assert message.metadata == METADATA, "metadata stays unless it is replaced"
    await client.chat_update(channel=general.id, ts=ts, text="d", metadata={})
    assert ws.message(general, ts).metadata is None


async def test_an_update_has_limits_of_its_own(
    ws: Workspace, client: AsyncWebClient, general: Channel, root: str
) -> None:
    ts = (await answer_of(client.chat_postMessage(channel=general.id, text="a")))["ts"]
    assert await error_of(client.chat_update(channel=general.id, ts=ts, text="x" * 4_001)) == "msg_too_long"
    await client.chat_update(channel=general.id, ts=ts, text="x" * 4_000)
    assert await error_of(client.api_call("chat.update", json={"channel": general.id, "ts": ts})) == "no_text"
    assert await error_of(client.chat_update(channel=general.id, ts=root, text="x")) == "cant_update_message"
    assert await error_of(client.chat_update(channel=general.id, ts="17.5", text="x")) == "message_not_found"
    assert ws.message(general, root).text == "a question"


async def test_only_own_messages_can_be_deleted(
    ws: Workspace, client: AsyncWebClient, general: Channel, root: str
) -> None:
    ts = (await answer_of(client.chat_postMessage(channel=general.id, text="a")))["ts"]
    await client.chat_delete(channel=general.id, ts=ts)
    assert [each.ts for each in ws.messages(general)] == [root]
    assert await error_of(client.chat_delete(channel=general.id, ts=ts)) == "message_not_found"
    assert await error_of(client.chat_delete(channel=general.id, ts=root)) == "cant_delete_message"


async def test_an_ephemeral_message_is_seen_by_one_person(
    ws: Workspace, client: AsyncWebClient, ana: User, ben: User, general: Channel
) -> None:
    await client.chat_postEphemeral(channel=general.id, user=ana.id, text="psst")
    assert [each.shown for each in ws.ephemerals(ana, general)] == ["psst"]
    assert ws.ephemerals(ben, general) == []
    assert ws.messages(general) == []
    history = await answer_of(client.conversations_history(channel=general.id))
    assert history["messages"] == []


async def test_an_ephemeral_message_needs_its_reader_in_the_channel(
    ws: Workspace, client: AsyncWebClient, general: Channel
) -> None:
    carl = ws.add_user("carl")
    assert (
        await error_of(client.chat_postEphemeral(channel=general.id, user=carl.id, text="x")) == "user_not_in_channel"
    )


async def test_an_ephemeral_reply_shows_only_in_a_thread_that_exists(
    ws: Workspace, client: AsyncWebClient, ana: User, general: Channel, root: str
) -> None:
    await client.chat_postEphemeral(channel=general.id, user=ana.id, text="unseen", thread_ts=root)
    assert ws.ephemerals(ana, general) == []
    await client.chat_postMessage(channel=general.id, text="a reply", thread_ts=root)
    await client.chat_postEphemeral(channel=general.id, user=ana.id, text="seen", thread_ts=root)
    assert [each.shown for each in ws.ephemerals(ana, general)] == ["seen"]


async def test_a_permalink_names_channel_and_message(client: AsyncWebClient, general: Channel, root: str) -> None:
    link = (await answer_of(client.chat_getPermalink(channel=general.id, message_ts=root)))["permalink"]
    assert link.endswith(f"/archives/{general.id}/p{root.replace('.', '')}")
    missing = client.chat_getPermalink(channel=general.id, message_ts="1700000000.000001")
    assert await error_of(missing) == "message_not_found"
