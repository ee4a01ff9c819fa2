"""Block Kit limits: for each rule something that passes and something that does not."""

from typing import Any

import pytest
from slack_app import answer_of, refusal_of
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import Channel, Workspace

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(**fields: Any) -> Json:
    return {"type": "button", "action_id": "go", "text": plain("Go"), **fields}


def feedback(**fields: Any) -> Json:
    sides = {
        "positive_button": {"text": plain("Good"), "value": "good"},
        "negative_button": {"text": plain("Bad"), "value": "bad"},
    }
    return {"type": "feedback_buttons", "action_id": "feedback", **sides, **fields}


def actions(count: int) -> Json:
    return {"type": "actions", "elements": [button(action_id=f"go{number}") for number in range(count)]}


def table(rows: int, columns: int, text: str = "x") -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * columns for _ in range(rows)]}


def data_table(rows: int, **fields: Any) -> Json:
    return {**table(rows, 2), "type": "data_table", "caption": "Numbers", **fields}


def container(**fields: Any) -> Json:
    return {"type": "container", "title": plain("SQL"), "child_blocks": [{"type": "divider"}], **fields}


DIVIDER: Json = {"type": "divider"}
MENU = {"type": "static_select", "action_id": "pick", "options": [{"text": plain("One"), "value": "1"}]}

ACCEPTED: dict[str, list[Json]] = {
    "fifty blocks": [DIVIDER] * 50,
    "section at its limit": [{"type": "section", "text": mrkdwn("x" * 3000)}],
    "section of fields": [{"type": "section", "fields": [mrkdwn("x" * 2000)] * 10}],
    "section with a menu": [{"type": "section", "text": mrkdwn("x"), "accessory": MENU}],
    "header at its limit": [{"type": "header", "text": plain("x" * 150)}],
    "context of ten": [{"type": "context", "elements": [mrkdwn("x")] * 10}],
    "context with an image": [
        {"type": "context", "elements": [{"type": "image", "image_url": "https://x.test/a.png", "alt_text": "a"}]}
    ],
    "actions at their limit": [actions(25)],
    "button value at its limit": [{"type": "actions", "elements": [button(value="x" * 2000)]}],
    "feedback": [{"type": "context_actions", "elements": [feedback()]}],
    "icon button": [
        {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": plain("Delete")}]}
    ],
    "markdown at its limit": [{"type": "markdown", "text": "x" * 6000}, {"type": "markdown", "text": "x" * 6000}],
    "table at its limit": [table(100, 20)],
    "data table": [data_table(2, page_size=100)],
    "container": [container(is_collapsible=True, default_collapsed=True)],
    "the same action_id in two blocks": [
        {"type": "actions", "elements": [button()]},
        {"type": "actions", "elements": [button()]},
    ],
    "alert": [{"type": "alert", "text": mrkdwn("careful"), "level": "warning"}],
    "task": [{"type": "task_card", "task_id": "1", "title": "Look", "status": "complete"}],
    "plan": [{"type": "plan", "title": "Answering"}],
    "rich text": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}],
    "carousel": [{"type": "carousel", "elements": [{"type": "card", "title": plain("A"), "actions": [button()]}]}],
    "input": [{"type": "input", "label": plain("Why?"), "element": {"type": "plain_text_input", "action_id": "why"}}],
}

REFUSED: dict[str, tuple[list[Any], str]] = {
    "fifty-one blocks": ([DIVIDER] * 51, "/blocks"),
    "unknown type": ([{"type": "poem"}], "/blocks/0/type"),
    "no type": ([{}], "/blocks/0/type"),
    "no object": (["x"], "/blocks/0"),
    "long section": ([{"type": "section", "text": mrkdwn("x" * 3001)}], "/blocks/0/text/text"),
    "empty section": ([{"type": "section", "text": mrkdwn("")}], "/blocks/0/text/text"),
    "section without text": ([{"type": "section"}], "/blocks/0/text"),
    "section with unknown text": ([{"type": "section", "text": {"type": "html", "text": "x"}}], "/blocks/0/text/type"),
    "eleven fields": ([{"type": "section", "fields": [mrkdwn("x")] * 11}], "/blocks/0/fields"),
    "long field": ([{"type": "section", "fields": [mrkdwn("x" * 2001)]}], "/blocks/0/fields/0/text"),
    "long header": ([{"type": "header", "text": plain("x" * 151)}], "/blocks/0/text/text"),
    "mrkdwn header": ([{"type": "header", "text": mrkdwn("x")}], "/blocks/0/text/type"),
    "context of eleven": ([{"type": "context", "elements": [mrkdwn("x")] * 11}], "/blocks/0/elements"),
    "empty context": ([{"type": "context", "elements": []}], "/blocks/0/elements"),
    "twenty-six actions": ([actions(26)], "/blocks/0/elements"),
    "long button value": (
        [{"type": "actions", "elements": [button(value="x" * 2001)]}],
        "/blocks/0/elements/0/value",
    ),
    "long button text": (
        [{"type": "actions", "elements": [button(text=plain("x" * 76))]}],
        "/blocks/0/elements/0/text/text",
    ),
    "mrkdwn button": ([{"type": "actions", "elements": [button(text=mrkdwn("x"))]}], "/blocks/0/elements/0/text/type"),
    "wild button": ([{"type": "actions", "elements": [button(style="wild")]}], "/blocks/0/elements/0/style"),
    "long action_id": (
        [{"type": "actions", "elements": [button(action_id="x" * 256)]}],
        "/blocks/0/elements/0/action_id",
    ),
    "action_id twice": ([{"type": "actions", "elements": [button(), button()]}], "/blocks/"),
    "long block_id": ([{**DIVIDER, "block_id": "x" * 256}], "/blocks/0/block_id"),
    "block_id twice": ([{**DIVIDER, "block_id": "a"}, {**DIVIDER, "block_id": "a"}], "/blocks"),
    "block_id twice across a container": (
        [{**DIVIDER, "block_id": "a"}, container(child_blocks=[{**DIVIDER, "block_id": "a"}])],
        "/blocks",
    ),
    "button among context actions": (
        [{"type": "context_actions", "elements": [button()]}],
        "/blocks/0/elements/0/type",
    ),
    "six context actions": (
        [{"type": "context_actions", "elements": [feedback(action_id=f"f{n}") for n in range(6)]}],
        "/blocks/0/elements",
    ),
    "feedback without a side": (
        [{"type": "context_actions", "elements": [feedback(negative_button=None)]}],
        "/blocks/0/elements/0/negative_button",
    ),
    "feedback without a value": (
        [{"type": "context_actions", "elements": [feedback(positive_button={"text": plain("Good")})]}],
        "/blocks/0/elements/0/positive_button/value",
    ),
    "empty markdown": ([{"type": "markdown", "text": ""}], "/blocks/0/text"),
    "101 rows": ([table(101, 1)], "/blocks/0/rows"),
    "21 columns": ([table(1, 21)], "/blocks/0/rows/0"),
    "empty cell": ([table(1, 1, "")], "/blocks/0/rows/0/0/text"),
    "text cell": ([{"type": "table", "rows": [["x"]]}], "/blocks/0/rows/0/0"),
    "10,001 characters of cells": ([table(1, 1, "x" * 10_001)], "/blocks"),
    "two tables": ([table(1, 1), table(1, 1)], "/blocks"),
    "data table without caption": ([{**data_table(2), "caption": None}], "/blocks/0/caption"),
    "data table without rows": ([data_table(1)], "/blocks/0/rows"),
    "data table with large pages": ([data_table(2, page_size=101)], "/blocks/0/page_size"),
    "eleven blocks in a container": ([container(child_blocks=[DIVIDER] * 11)], "/blocks/0/child_blocks"),
    "container without title": ([container(title=None)], "/blocks/0/title"),
    "folded container that cannot unfold": ([container(default_collapsed=True)], "/blocks/0/default_collapsed"),
    "container in a container": ([container(child_blocks=[container()])], "/blocks/0/child_blocks/0/type"),
    "bad block in a container": (
        [container(child_blocks=[{"type": "section"}])],
        "/blocks/0/child_blocks/0/text",
    ),
    "image without words": ([{"type": "image", "image_url": "https://x.test/a.png"}], "/blocks/0/alt_text"),
    "menu without options": (
        [{"type": "section", "text": mrkdwn("x"), "accessory": {**MENU, "options": []}}],
        "/blocks/0/accessory/options",
    ),
    "unknown alert": ([{"type": "alert", "text": plain("x"), "level": "loud"}], "/blocks/0/level"),
    "task without state": ([{"type": "task_card", "task_id": "1", "title": "Look"}], "/blocks/0/status"),
}


@pytest.mark.parametrize("blocks", ACCEPTED.values(), ids=ACCEPTED.keys())
async def test_blocks_within_the_limits_pass(
    ws: Workspace, client: AsyncWebClient, general: Channel, blocks: list[Json]
) -> None:
    await client.chat_postMessage(channel=general.id, text="fallback", blocks=blocks)
    assert len(ws.messages(general)[0].blocks) == len(blocks)


@pytest.mark.parametrize(("blocks", "pointer"), REFUSED.values(), ids=REFUSED.keys())
async def test_blocks_beyond_the_limits_are_refused_with_their_place(
    ws: Workspace, client: AsyncWebClient, general: Channel, blocks: list[Json], pointer: str
) -> None:
    refused = await refusal_of(client.chat_postMessage(channel=general.id, text="fallback", blocks=blocks))
    assert refused["error"] == "invalid_blocks"
    assert any(f"[json-pointer:{pointer}" in each for each in refused["response_metadata"]["messages"]), refused
    assert ws.messages(general) == []


async def test_markdown_counts_over_all_blocks(client: AsyncWebClient, general: Channel) -> None:
    inside = container(child_blocks=[{"type": "markdown", "text": "x" * 6001}])
    blocks = [{"type": "markdown", "text": "x" * 6000}, inside]
    refused = await refusal_of(client.chat_postMessage(channel=general.id, text="x", blocks=blocks))
    assert refused["error"] == "msg_blocks_too_long"


async def test_blocks_may_come_as_a_string(ws: Workspace, client: AsyncWebClient, general: Channel) -> None:
    await answer_of(client.chat_postMessage(channel=general.id, text="x", blocks='[{"type": "divider"}]'))
    assert ws.messages(general)[0].blocks[0]["type"] == "divider"
    refused = await refusal_of(client.chat_postMessage(channel=general.id, text="x", blocks="[{"))
    assert refused["error"] == "invalid_blocks_format"
