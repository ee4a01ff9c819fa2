"""What Slack makes of typed text, what a person reads in a message, and whom it would notify."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import Channel, Message, User, Workspace
from bot.playground.plain import words_of_blocks, words_of_markdown, words_of_mrkdwn
from bot.playground.typed import rich_text_of, type_text

Json = dict[str, Any]
PEOPLE = {"marty": "U1", "ana": "U2"}
CHANNELS = {"general": "C1"}
NAMES = {"U1": "Marty", "U2": "Ana Ruiz", "C1": "general"}


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("@marty hi", "<@U1> hi"),
        ("hi @Ana, @ana. @ana", "hi <@U2>, <@U2>. <@U2>"),
        ("<@U1> picked", "<@U1> picked"),
        ("<@U9> unknown", "&lt;@U9&gt; unknown"),
        ("@nobody ana@ana.example", "@nobody ana@ana.example"),
        ("@channel @here @everyone", "<!channel> <!here> <!everyone>"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("in #general, #other", "in <#C1|general>, #other"),
        ("https://x.test/?a=1&b=2 now", "<https://x.test/?a=1&amp;b=2> now"),
        ("a & b < c > d &amp;", "a &amp; b &lt; c &gt; d &amp;amp;"),
        ("`@ana <b>` ```@ana```", "`@ana &lt;b&gt;` ```@ana```"),
        ("", ""),
    ],
)
def test_typed_text_becomes_markup(typed: str, text: str) -> None:
    assert type_text(typed, PEOPLE, CHANNELS) == text


def test_rich_text_tells_mentions_links_and_words_apart() -> None:
    [section] = rich_text_of("<@U1> see <https://x.test/?a=1&amp;b=2> &lt;now&gt; <!here> <#C1|general>")["elements"]
    assert section["elements"] == [
        {"type": "user", "user_id": "U1"},
        {"type": "text", "text": " see "},
        {"type": "link", "url": "https://x.test/?a=1&b=2"},
        {"type": "text", "text": " <now> "},
        {"type": "broadcast", "range": "here"},
        {"type": "text", "text": " "},
        {"type": "channel", "channel_id": "C1"},
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("*bold* _italic_ ~gone~ `code`", "bold italic gone code"),
        ("stg_orders_daily and 2 * 3 * 4", "stg_orders_daily and 2 * 3 * 4"),
        ("`*not bold*` _*both*_", "*not bold* both"),
        ("<@U2> in <#C1|general> <!here>", "@Ana Ruiz in #general @here"),
        ("<https://x.test|the page> <https://y.test>", "the page https://y.test"),
        ("&lt;!channel&gt; &amp;amp;", "<!channel> &amp;"),
        ("<not a token>", "<not a token>"),
        ("```\nselect *\nfrom a_b_\n```", "select *\nfrom a_b_"),
        ("<!subteam^S1|@data> <!date^1^{date}|today>", "@data today"),
    ],
)
def test_mrkdwn_is_read_as_words(text: str, words: str) -> None:
    assert words_of_mrkdwn(text, NAMES) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# Title\n\n**bold** *it* __b__ _i_ ~~gone~~", "Title\n\nbold it b i gone"),
        ("`stg_orders` and stg_orders_daily, 2 * 3 * 4", "stg_orders and stg_orders_daily, 2 * 3 * 4"),
        ("- one\n- two\n  * three", "• one\n• two\n  • three"),
        ("[docs](https://x.test/a_(b)) ![chart](https://x.test/c.png)", "docs chart"),
        ("| a | b |\n|---|:-:|\n| 1 | **2** |", "a | b\n1 | 2"),
        ("```sql\nselect * from a -- **b**\n```\nafter", "select * from a -- **b**\nafter"),
        ("~~~\n```\n~~~", "```"),
        ("> quoted\n\n---\nend", "quoted\n\nend"),
        (r"\*not bold\* \_x\_", "*not bold* _x_"),
        ("&lt;!channel&gt; <@U2>", "<!channel> @Ana Ruiz"),
        ("***both***", "both"),
    ],
)
def test_markdown_is_read_as_words(text: str, words: str) -> None:
    assert words_of_markdown(text, NAMES) == words


def test_blocks_are_read_in_order_folded_ones_included() -> None:
    def plain(text: str) -> Json:
        return {"type": "plain_text", "text": text}

    cells = [{"type": "raw_text", "text": "amount"}, {"type": "raw_number", "value": 7}]
    blocks = [
        {"type": "header", "text": plain("*Title*")},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*bold*"}, "fields": [plain("f1"), plain("f2")]},
        {"type": "divider"},
        {"type": "table", "rows": [cells]},
        {"type": "container", "title": plain("SQL"), "child_blocks": [{"type": "markdown", "text": "`a`"}]},
        {"type": "context", "elements": [plain("one"), {"type": "image", "alt_text": "two", "image_url": "x"}]},
        {"type": "actions", "elements": [{"type": "button", "text": plain("Go"), "action_id": "go"}]},
        {"type": "poem", "text": "unknown"},
    ]
    words = "*Title*\nbold\nf1\nf2\namount | 7\nSQL\na\none two\n[Go]"
    assert words_of_blocks(blocks, NAMES) == words


def test_a_message_shows_its_blocks_or_its_text() -> None:
    message = Message(channel="C1", ts="1.0", user="U1", text="*fallback*", names=NAMES)
    assert message.shown == "fallback"
    with_blocks = Message(channel="C1", ts="1.0", user="U1", text="x", blocks=({"type": "markdown", "text": "**y**"},))
    assert with_blocks.shown == "y"


HOSTILE = "<!channel> <!here|here> <!everyone> <@U2> <!subteam^S1>"
KINDS = ["channel", "here", "everyone", "user", "group"]


@pytest.mark.parametrize(
    "content",
    [
        {"text": HOSTILE},
        {"markdown_text": HOSTILE},
        {"text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": HOSTILE}}]},
        {"text": "x", "blocks": [{"type": "markdown", "text": HOSTILE}]},
        {"text": "x", "blocks": [{"type": "context", "elements": [{"type": "mrkdwn", "text": HOSTILE}]}]},
        {"text": "x", "attachments": [{"text": HOSTILE}]},
    ],
    ids=["text", "markdown_text", "section", "markdown", "context", "attachment"],
)
async def test_what_is_not_escaped_pings(
    ws: Workspace, client: AsyncWebClient, general: Channel, content: Json
) -> None:
    await client.api_call("chat.postMessage", json={"channel": general.id, **content})
    assert [each.kind for each in ws.pings] == KINDS
    assert {(each.method, each.channel) for each in ws.pings} == {("chat.postMessage", general.id)}


async def test_streams_updates_and_ephemeral_messages_ping_too(
    ws: Workspace, client: AsyncWebClient, ana: User, general: Channel
) -> None:
    root = await ws.post(ana, general, "x")
    started = await client.chat_startStream(
        channel=general.id, recipient_user_id=ana.id, recipient_team_id="T", thread_ts=root, markdown_text="<!here>"
    )
    ts = str(started["ts"])
    await client.chat_appendStream(channel=general.id, ts=ts, chunks=[{"type": "markdown_text", "text": "<!here>"}])
    await client.chat_stopStream(channel=general.id, ts=ts, markdown_text="<!here>")
    await client.chat_update(channel=general.id, ts=ts, text="<!here>")
    await client.chat_postEphemeral(channel=general.id, user=ana.id, text="<!here>")
    methods = ["startStream", "appendStream", "stopStream", "update", "postEphemeral"]
    assert [each.method for each in ws.pings] == [f"chat.{each}" for each in methods]


async def test_what_is_escaped_or_plain_pings_nobody(ws: Workspace, client: AsyncWebClient, general: Channel) -> None:
    escaped = "&lt;!channel&gt; @channel"
    header = {"type": "header", "text": {"type": "plain_text", "text": "<!channel>"}}
    blocks = [{"type": "markdown", "text": escaped}, header]
    metadata = {"event_type": "turn", "event_payload": {"asked": "<!channel>"}}
    await client.chat_postMessage(channel=general.id, text=escaped, blocks=blocks, metadata=metadata)
    assert ws.pings == []


async def test_what_people_say_pings_without_being_counted(ws: Workspace, ana: User, general: Channel) -> None:
    await ws.post(ana, general, "@channel look")
    assert ws.pings == []


async def test_a_transcript_reads_as_a_conversation(
    ws: Workspace, client: AsyncWebClient, ana: User, ben: User, general: Channel
) -> None:
    root = await ws.post(ana, general, "@marty where is revenue?")
    answer = await client.chat_postMessage(channel=general.id, thread_ts=root, text="In `fct_orders`.\nUse it.")
    await ws.react(ben, general, str(answer["ts"]), "+1")
    await client.chat_postEphemeral(channel=general.id, thread_ts=root, user=ana.id, text="Thanks")
    await ws.edit(ana, general, root, "@marty where is it?")
    assert ws.transcript(general) == (
        "#general\n"
        "Ana Ruiz (edited): @Marty where is it?\n"
        "    Marty: In fct_orders.\n"
        "      Use it.\n"
        "      :+1: Ben Okafor\n"
        "    Marty (only to Ana Ruiz): Thanks"
    )


async def test_waiting_in_vain_tells_what_was_said(ws: Workspace, ana: User, general: Channel) -> None:
    await ws.post(ana, general, "anybody there?")
    with pytest.raises(TimeoutError, match=r"Ana Ruiz: anybody there\?"):
        await ws.wait_for(lambda: False, timeout_s=0.01)


async def test_people_write_where_they_are(ws: Workspace, ana: User, ben: User) -> None:
    private = ws.add_channel("private", private=True, members=[ana])
    with pytest.raises(ValueError, match="not in private"):
        await ws.post(ben, private, "hello")
    public = ws.add_channel("public", members=[])
    ts = await ws.post(ben, public, "hello")
    assert ben.id in ws.channel(public).members
    reply = await ws.post(ben, public, "me again", thread_ts=ts)
    with pytest.raises(ValueError, match="named by its root"):
        await ws.post(ben, public, "and again", thread_ts=reply)
