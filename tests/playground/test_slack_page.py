"""What the server behind the page tells a browser, and from whom it takes orders."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import Channel, Playground, User, Workspace

Json = dict[str, Any]


class Feed:
    """The live feed of one person."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def next(self) -> Json:
        while True:
            async with asyncio.timeout(5):
                line = await self._response.content.readline()
            if line.startswith(b"data: "):
                return json.loads(line[6:])

    async def next_message(self, text: str) -> Json:
        """The first message that says ``text``."""
        while (change := await self.next())["kind"] != "message" or change["message"]["text"] != text:
            pass
        return change["message"]


@asynccontextmanager
async def feed_of(playground: Playground, http: aiohttp.ClientSession, user: User) -> AsyncGenerator[Feed]:
    async with http.get(f"{playground.page_url}live/feed", params={"user": user.id}) as response:
        yield Feed(response)


async def do(
    playground: Playground, http: aiohttp.ClientSession, act: str, body: Json, **headers: str
) -> tuple[int, Json]:
    async with http.post(f"{playground.page_url}live/{act}", json=body, headers=headers) as response:
        return response.status, await response.json()


async def test_the_page_is_served_with_its_files_and_nothing_else(
    playground: Playground, http: aiohttp.ClientSession
) -> None:
    for path, status in (
        ("", 200),
        ("page/app.js", 200),
        ("page/style.css", 200),
        ("page/emoji.json", 200),
        ("archives/C1/p1700000000000001", 200),
        ("page/nothing.js", 404),
        ("page/..%2fserver.py", 404),
        ("page/%2e%2e%2fserver.py", 404),
        ("server.py", 404),
    ):
        async with http.get(playground.page_url + path) as response:
            assert response.status == status, path
            if status == 200:
                assert "default-src 'none'" in response.headers["Content-Security-Policy"]


async def test_a_feed_begins_with_what_one_sees(
    playground: Playground, http: aiohttp.ClientSession, ws: Workspace, ana: User, ben: User, general: Channel
) -> None:
    await ws.post(ana, general, "hello")
    secret = ws.add_channel("secret", private=True, members=[ben])
    await ws.post(ben, secret, "hidden")
    async with feed_of(playground, http, ana) as feed:
        snapshot = await feed.next()
    assert [each["text"] for each in snapshot["messages"]] == ["hello"]
    assert {each["name"] for each in snapshot["channels"] if each["kind"] != "im"} == {"general"}
    assert [each["command"] for each in snapshot["commands"]] == ["/ask", "/plain"]
    assert snapshot["suggestions"] == [{"title": "Try", "message": "What feeds orders?"}]


async def test_a_feed_tells_what_one_may_see_and_no_more(
    playground: Playground,
    http: aiohttp.ClientSession,
    ws: Workspace,
    client: AsyncWebClient,
    ana: User,
    ben: User,
    general: Channel,
) -> None:
    secret = ws.add_channel("secret", private=True, members=[ben])
    async with feed_of(playground, http, ana) as feed:
        await feed.next()
        await ws.post(ben, secret, "hidden")
        await client.chat_postEphemeral(channel=general.id, user=ben.id, text="for Ben")
        await client.chat_postEphemeral(channel=general.id, user=ana.id, text="for Ana")
        assert (await feed.next())["message"]["text"] == "for Ana"


async def test_a_reply_tells_its_root_too(
    playground: Playground, http: aiohttp.ClientSession, ws: Workspace, ana: User, general: Channel
) -> None:
    root = await ws.post(ana, general, "hello")
    async with feed_of(playground, http, ana) as feed:
        await ws.post(ana, general, "a reply", thread_ts=root)
        assert (await feed.next_message("a reply"))["thread_ts"] == root
        assert (await feed.next_message("hello"))["reply_count"] == 1


async def test_statuses_views_and_deletions_are_told(
    playground: Playground,
    http: aiohttp.ClientSession,
    ws: Workspace,
    client: AsyncWebClient,
    ana: User,
    general: Channel,
) -> None:
    root = await ws.post(ana, general, "hello")
    async with feed_of(playground, http, ana) as feed:
        await feed.next()
        await client.assistant_threads_setStatus(channel_id=general.id, thread_ts=root, status="is reading…")
        told = await feed.next()
        assert (told["kind"], told["status"], round(told["expires_in_s"])) == ("status", "is reading…", 120)
        await client.assistant_threads_setStatus(channel_id=general.id, thread_ts=root, status="")
        assert (await feed.next())["status"] == ""
        await ws.delete(ana, general, root)
        assert (await feed.next())["kind"] == "removed"


async def test_a_feed_is_for_somebody_who_is_there(playground: Playground, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{playground.page_url}live/feed", params={"user": "U404"}) as response:
        assert response.status == 404


async def test_what_one_does_on_the_page_happens(
    playground: Playground, http: aiohttp.ClientSession, ws: Workspace, ana: User, general: Channel
) -> None:
    _, posted = await do(playground, http, "post", {"user": ana.id, "channel": general.id, "text": "@marty hi"})
    place = {"user": ana.id, "channel": general.id, "ts": posted["ts"]}
    assert ws.message(general, posted["ts"]).text == f"<@{ws.bot.id}> hi"
    for reactions in ({"+1": (ana.id,)}, {}):
        await do(playground, http, "react", {**place, "name": "+1"})
        assert ws.message(general, posted["ts"]).reactions == reactions
    await do(playground, http, "edit", {**place, "text": "bye"})
    assert ws.message(general, posted["ts"]).edited
    await do(playground, http, "delete", place)
    assert ws.messages(general) == []


async def test_other_sites_cannot_give_orders(
    playground: Playground, http: aiohttp.ClientSession, ws: Workspace, ana: User, general: Channel
) -> None:
    body = {"user": ana.id, "channel": general.id, "text": "from elsewhere"}
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
    ):
        assert (await do(playground, http, "post", body, **headers))[0] == 403
    url = f"{playground.page_url}live/post"
    async with http.post(url, data=json.dumps(body), headers={"Content-Type": "text/plain"}) as response:
        assert response.status == 403
    assert ws.messages(general) == []
    assert (await do(playground, http, "post", body, Origin=playground.page_url.rstrip("/")))[0] == 200


@pytest.mark.parametrize(
    ("act", "change"),
    [
        ("post", {"channel": "C404"}),
        ("post", {"user": "U404"}),
        ("post", {"user": None}),
        ("fly", {}),
        ("edit", {"text": "not mine"}),
        ("delete", {}),
        ("click", {"action_id": "nothing"}),
        ("submit_view", {}),
    ],
)
async def test_a_mistake_is_answered_with_a_sentence(
    playground: Playground,
    http: aiohttp.ClientSession,
    ws: Workspace,
    ana: User,
    ben: User,
    general: Channel,
    act: str,
    change: Json,
) -> None:
    ts = await ws.post(ben, general, "from Ben")
    body = {"user": ana.id, "channel": general.id, "ts": ts, "text": "x"} | change
    status, answer = await do(playground, http, act, body)
    assert status == 400
    assert answer["error"]
    assert ws.message(general, ts).text == "from Ben"
