"""files.*: an address for the bytes, the bytes, the message."""

import json
from typing import Any

import aiohttp
import pytest
from slack_app import MANIFEST, Listener, answer_of, error_of, refusal_of
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import Channel, Playground, User, Workspace, open_playground

PNG = b"\x89PNG not really"


@pytest.fixture
async def root(ws: Workspace, ana: User, general: Channel) -> str:
    return await ws.post(ana, general, "a question")


async def _begin(client: AsyncWebClient, length: int = len(PNG), **more: Any) -> dict[str, Any]:
    return await answer_of(client.files_getUploadURLExternal(filename="a.png", length=length, **more))


async def _uploaded(client: AsyncWebClient, http: aiohttp.ClientSession, **more: Any) -> str:
    place = await _begin(client, **more)
    async with http.post(place["upload_url"], data=PNG) as reply:
        assert reply.status == 200
    return place["file_id"]


async def test_a_file_comes_in_three_steps_and_stands_in_its_thread(
    ws: Workspace, client: AsyncWebClient, http: aiohttp.ClientSession, general: Channel, root: str
) -> None:
    file_id = await _uploaded(client, http, alt_txt="two boxes")
    assert ws.messages(general, root)[1:] == [], "nothing is seen before the last step"
    files: list[dict[str, str | None]] = [{"id": file_id, "title": "Boxes"}]
    done = await answer_of(client.files_completeUploadExternal(files=files, channel_id=general.id, thread_ts=root))
    assert done["files"][0]["shares"] == {}
    [message] = ws.messages(general, root)[1:]
    assert (message.user, message.subtype, message.shown) == (ws.bot.id, "file_share", "[file: Boxes]")
    assert (message.files[0]["alt_txt"], message.files[0]["mimetype"]) == ("two boxes", "image/png")
    async with http.get(message.files[0]["url_private"]) as reply:
        assert (reply.status, reply.content_type, await reply.read()) == (200, "image/png", PNG)


async def test_the_sdks_own_upload_works(ws: Workspace, client: AsyncWebClient, general: Channel, root: str) -> None:
    await client.files_upload_v2(content=PNG, filename="a.png", title="A", channel=general.id, thread_ts=root)
    assert ws.messages(general, root)[1].files[0]["title"] == "A"


async def test_an_app_hears_of_its_own_file(
    ws: Workspace, client: AsyncWebClient, http: aiohttp.ClientSession, listener: Listener, general: Channel, root: str
) -> None:
    files: list[dict[str, str | None]] = [{"id": await _uploaded(client, http)}]
    await client.files_completeUploadExternal(files=files, channel_id=general.id, thread_ts=root)
    await ws.settled()
    [event] = listener.events_of("message", "file_share")
    assert (event["user"], event["thread_ts"], event["files"][0]["name"]) == (ws.bot.id, root, "a.png")


async def test_bytes_are_taken_once_and_as_many_as_were_announced(
    client: AsyncWebClient, http: aiohttp.ClientSession, playground: Playground
) -> None:
    place = await _begin(client)

    async def status(url: str, data: bytes) -> int:
        async with http.post(url, data=data) as reply:
            return reply.status

    assert await status(place["upload_url"], PNG + b"!") == 400
    assert await status(place["upload_url"], PNG) == 200
    assert await status(place["upload_url"], PNG) == 400
    assert await status(f"{playground.page_url}upload/upload-unknown", PNG) == 400


async def test_a_file_is_shared_once_and_only_with_its_bytes(
    client: AsyncWebClient, http: aiohttp.ClientSession, general: Channel, root: str
) -> None:
    async def share(file_id: str) -> Any:
        return await client.files_completeUploadExternal(files=[{"id": file_id}], channel_id=general.id, thread_ts=root)

    assert await error_of(share("F404")) == "file_not_found"
    assert await error_of(share((await _begin(client))["file_id"])) == "file_not_found"
    file_id = await _uploaded(client, http)
    await share(file_id)
    assert await error_of(share(file_id)) == "file_not_found"


async def test_a_refused_place_uses_nothing_up(
    ws: Workspace, client: AsyncWebClient, http: aiohttp.ClientSession, ana: User, general: Channel, root: str
) -> None:
    elsewhere = ws.add_channel("elsewhere", members=[ana], bot_is_member=False)
    secret = ws.add_channel("secret", members=[ana], private=True, bot_is_member=False)
    files: list[dict[str, str | None]] = [{"id": await _uploaded(client, http)}]

    async def error(**place: Any) -> str:
        return await error_of(client.files_completeUploadExternal(files=files, **place))

    assert await error(channel_id="general") == "channel_not_found", "a name is no id"
    assert await error(channel_id=ana.id) == "channel_not_found"
    assert await error(channel_id=secret.id) == "channel_not_found"
    assert await error(channel_id=elsewhere.id) == "not_in_channel"
    assert await error(channel_id=general.id, thread_ts="1700000000.000000") == "thread_not_found"
    await client.files_completeUploadExternal(files=files, channel_id=general.id, thread_ts=root)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"filename": "a.png"}, "invalid_arguments"),
        ({"length": 3}, "invalid_arguments"),
        ({"filename": "a.png", "length": 0}, "missing_argument"),
        ({"filename": "a.png", "length": "many"}, "missing_argument"),
        ({"filename": "a.png", "length": 3, "alt_txt": "x" * 1_001}, "alt_txt_too_large"),
    ],
)
async def test_an_address_has_its_conditions(client: AsyncWebClient, arguments: dict[str, Any], error: str) -> None:
    assert await error_of(client.api_call("files.getUploadURLExternal", params=arguments)) == error


@pytest.mark.parametrize("files", ["[]", "{}", "x", "[1]", json.dumps([{"title": "no id"}])])
async def test_what_names_no_file_is_refused(client: AsyncWebClient, general: Channel, files: str) -> None:
    call = client.api_call("files.completeUploadExternal", params={"files": files, "channel_id": general.id})
    assert await error_of(call) in {"invalid_arguments", "file_not_found"}


async def test_files_need_their_scope() -> None:
    scopes = MANIFEST["oauth_config"]["scopes"]
    poor = MANIFEST | {"oauth_config": {"scopes": {**scopes, "bot": sorted({*scopes["bot"]} - {"files:write"})}}}
    async with open_playground(poor) as playground:
        client = AsyncWebClient(playground.bot_token, base_url=playground.api_url)
        refusal = await refusal_of(client.files_getUploadURLExternal(filename="a.png", length=3))
        assert (refusal["error"], refusal["needed"]) == ("missing_scope", "files:write")
        files: list[dict[str, str | None]] = [{"id": "F1"}]
        assert await error_of(client.files_completeUploadExternal(files=files)) == "missing_scope"


async def test_what_is_no_picture_is_saved_and_never_shown(
    client: AsyncWebClient, http: aiohttp.ClientSession, general: Channel, ws: Workspace
) -> None:
    page = b"<script>alert(1)</script>"
    await client.files_upload_v2(content=page, filename="a.html", channel=general.id)
    async with http.get(ws.messages(general)[-1].files[0]["url_private"]) as reply:
        assert reply.content_type == "application/octet-stream"
        assert reply.headers["Content-Disposition"] == "attachment"


async def test_a_file_that_nobody_shared_cannot_be_fetched(
    client: AsyncWebClient, http: aiohttp.ClientSession, playground: Playground
) -> None:
    file_id = await _uploaded(client, http)
    async with http.get(f"{playground.page_url}files/{file_id}") as reply:
        assert reply.status == 404
