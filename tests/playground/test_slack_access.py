"""Who may call what: tokens, scopes, unknown methods, the forms a call may have."""

import aiohttp
import pytest
from slack_app import MANIFEST, answer_of, error_of, refusal_of
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import Channel, Playground, User, Workspace, open_playground


async def test_the_app_learns_who_it_is(client: AsyncWebClient, playground: Playground) -> None:
    answer = await client.auth_test()
    assert answer["user_id"] == playground.workspace.bot.id
    assert answer["bot_id"] == playground.workspace.bot.bot_id
    assert "chat:write" in answer.headers["X-OAuth-Scopes"].split(",")


@pytest.mark.parametrize(("token", "error"), [("", "not_authed"), ("xoxb-other", "invalid_auth")])
async def test_a_missing_or_unknown_token_is_refused(playground: Playground, token: str, error: str) -> None:
    assert await error_of(AsyncWebClient(token, base_url=playground.api_url).auth_test()) == error


async def test_the_app_token_opens_connections_and_nothing_else(playground: Playground, client: AsyncWebClient) -> None:
    opened = await answer_of(client.apps_connections_open(app_token=playground.app_token))
    assert opened["url"].startswith("ws://")
    assert await error_of(client.apps_connections_open(app_token=playground.bot_token)) == "not_allowed_token_type"
    app = AsyncWebClient(playground.app_token, base_url=playground.api_url)
    assert await error_of(app.auth_test()) == "not_allowed_token_type"


async def test_an_unknown_method_is_refused_by_name(client: AsyncWebClient) -> None:
    refused = await refusal_of(client.api_call("chat.shout"))
    assert (refused["error"], refused["req_method"]) == ("unknown_method", "chat.shout")


async def test_arguments_come_as_json_form_or_query(
    playground: Playground, http: aiohttp.ClientSession, general: Channel
) -> None:
    headers = {"Authorization": f"Bearer {playground.bot_token}"}
    url = f"{playground.api_url}chat.postMessage"
    content = {"channel": general.id, "text": "hello"}
    for form in ({"json": content}, {"data": content}, {"params": content}):
        async with http.post(url, headers=headers, **form) as response:  # pyright: ignore[reportArgumentType]
            assert (await response.json())["ok"], form
    async with http.get(f"{playground.api_url}auth.test", params={"token": playground.bot_token}) as response:
        assert (await response.json())["ok"]
    async with http.post(url, headers=headers, data=b"{", skip_auto_headers=["Content-Type"]) as response:
        assert not (await response.json())["ok"]
    json_headers = {**headers, "Content-Type": "application/json"}
    for body, error in ((b"{", "invalid_json"), (b"[]", "json_not_object")):
        async with http.post(url, headers=json_headers, data=body) as response:
            assert (await response.json())["error"] == error


async def test_a_scope_that_the_manifest_lacks_is_missing() -> None:
    async with open_playground(MANIFEST) as playground:
        client = AsyncWebClient(playground.bot_token, base_url=playground.api_url)
        refused = await refusal_of(client.team_info())
        assert (refused["error"], refused["needed"]) == ("missing_scope", "team:read")
        assert "chat:write" in refused["provided"].split(",")


async def test_an_optional_scope_works_only_when_it_was_granted(client: AsyncWebClient, general: Channel) -> None:
    assert (await client.conversations_history(channel=general.id))["messages"] == []
    async with open_playground(MANIFEST) as playground:
        channel = playground.workspace.add_channel("general")
        bare = AsyncWebClient(playground.bot_token, base_url=playground.api_url)
        assert (await refusal_of(bare.conversations_history(channel=channel.id)))["needed"] == "channels:history"


async def test_an_optional_scope_must_be_offered_by_the_manifest() -> None:
    with pytest.raises(ValueError, match="files:read"):
        async with open_playground(MANIFEST, granted_optional=["files:read"]):
            pass


async def test_every_call_is_kept_without_its_token(ws: Workspace, client: AsyncWebClient, general: Channel) -> None:
    await client.chat_postMessage(channel=general.id, text="hello", token=client.token)
    [call] = ws.calls_of("chat.postMessage")
    assert call.arguments["text"] == "hello"
    assert call.response["ts"] == ws.messages(general)[0].ts
    assert str(client.token) not in repr(call)


async def test_people_and_the_app_can_be_looked_up(ws: Workspace, client: AsyncWebClient, ana: User) -> None:
    assert (await answer_of(client.users_info(user=ana.id)))["user"]["real_name"] == "Ana Ruiz"
    assert await error_of(client.users_info(user="U404")) == "user_not_found"
    assert (await answer_of(client.bots_info(bot=str(ws.bot.bot_id))))["bot"]["user_id"] == ws.bot.id
    assert await error_of(client.bots_info(bot="B404")) == "bot_not_found"
    assert {each["id"] for each in (await answer_of(client.users_list()))["members"]} == {ws.bot.id, ana.id}
