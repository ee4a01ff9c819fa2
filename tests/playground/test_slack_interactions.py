"""Commands, buttons, forms, and the addresses at which they are answered later."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_app import MANIFEST, Clock, Listener, answer_of, error_of
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground import Channel, User, Workspace, open_playground

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


FEEDBACK: Json = {
    "type": "context_actions",
    "block_id": "below",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "feedback",
            "positive_button": {"text": plain("Good"), "value": "good"},
            "negative_button": {"text": plain("Bad"), "value": "bad"},
        }
    ],
}
MODAL: Json = {
    "type": "modal",
    "callback_id": "why",
    "title": plain("Why?"),
    "submit": plain("Send"),
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "reason",
            "label": plain("Reason"),
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


async def test_a_command_carries_who_where_and_what(
    ws: Workspace, listener: Listener, ana: User, ben: User, general: Channel
) -> None:
    assert (await ws.command(ana, general, "/ask", " who is @ben in #general & <co>? ")).ok
    [envelope] = listener.envelopes
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    payload = envelope["payload"]
    assert payload["text"] == f"who is <@{ben.id}|ben> in <#{general.id}|general> &amp; &lt;co&gt;?"
    assert (payload["user_id"], payload["channel_name"], payload["command"]) == (ana.id, "general", "/ask")
    assert payload["is_enterprise_install"] == "false"
    await ws.command(ana, ws.open_dm(ana), "/plain", "who is @ben?")
    assert listener.envelopes[1]["payload"]["text"] == "who is @ben?"
    assert listener.envelopes[1]["payload"]["channel_name"] == "directmessage"


async def test_an_acknowledgement_answers_the_asker_alone(
    ws: Workspace, listener: Listener, ana: User, ben: User, general: Channel
) -> None:
    listener.ack_payload = {"text": "Looking into *it*"}
    result = await ws.command(ana, general, "/ask", "x")
    assert result.shown == "Looking into it"
    assert [each.shown for each in ws.ephemerals(ana, general)] == ["Looking into it"]
    assert ws.ephemerals(ben, general) == ws.messages(general) == []


async def test_an_acknowledgement_may_be_for_everybody(
    ws: Workspace, listener: Listener, ana: User, general: Channel
) -> None:
    listener.ack_payload = {"text": "hello all", "response_type": "in_channel"}
    await ws.command(ana, general, "/ask", "x")
    assert [each.shown for each in ws.messages(general)] == ["hello all"]


@pytest.mark.parametrize("ack_timeout_s", [0.1])
async def test_a_command_without_acknowledgement_fails_visibly(
    ws: Workspace, listener: Listener, ana: User, general: Channel
) -> None:
    listener.acknowledges = False
    result = await ws.command(ana, general, "/ask", "x")
    assert (result.error, result.shown) == (
        "operation_timeout",
        '/ask failed with the error "operation_timeout"',
    )
    assert len(listener.envelopes) == 1, "commands are not sent again"


async def test_a_command_with_nobody_there_fails(ws: Workspace, ana: User, general: Channel) -> None:
    assert (await ws.command(ana, general, "/ask", "x")).error == "dispatch_failed"


async def test_only_commands_of_the_manifest_exist(
    ws: Workspace, listener: Listener, ana: User, general: Channel
) -> None:
    result = await ws.command(ana, general, "/shout", "x")
    assert (result.error, result.shown) == ("invalid_command", "/shout is not a valid command.")
    assert listener.envelopes == []


async def test_a_malformed_acknowledgement_is_shown_as_an_error(
    ws: Workspace, listener: Listener, ana: User, general: Channel
) -> None:
    listener.ack_payload = {"blocks": [{"type": "poem"}]}
    assert (await ws.command(ana, general, "/ask", "x")).error == "invalid_blocks"


async def test_a_click_tells_what_was_pressed_on_what(
    ws: Workspace, listener: Listener, client: AsyncWebClient, ana: User, general: Channel
) -> None:
    posted = await answer_of(client.chat_postMessage(channel=general.id, text="x", blocks=[FEEDBACK]))
    assert (await ws.click(ana, general, posted["ts"], action_id="feedback", value="bad")).ok
    payload = next(each["payload"] for each in listener.envelopes if each["type"] == "interactive")
    [action] = payload["actions"]
    assert (payload["type"], action["type"], action["value"]) == ("block_actions", "feedback_buttons", "bad")
    assert (action["block_id"], action["action_id"]) == ("below", "feedback")
    assert (payload["message"]["ts"], payload["channel"]["id"]) == (posted["ts"], general.id)
    assert payload["user"]["id"] == ana.id
    with pytest.raises(LookupError):
        await ws.click(ana, general, posted["ts"], action_id="feedback", value="perfect")
    with pytest.raises(LookupError):
        await ws.click(ana, general, posted["ts"], action_id="nothing")


async def test_a_click_reaches_into_containers_and_menus(
    ws: Workspace, listener: Listener, client: AsyncWebClient, ana: User, general: Channel
) -> None:
    options = [{"text": plain(each), "value": each} for each in ("one", "two")]
    menu = {"type": "static_select", "action_id": "pick", "options": options}
    inside = {"type": "section", "text": plain("Which?"), "accessory": menu}
    container = {"type": "container", "title": plain("More"), "child_blocks": [inside]}
    posted = await answer_of(client.chat_postMessage(channel=general.id, text="x", blocks=[container]))
    await ws.click(ana, general, posted["ts"], action_id="pick", value="two")
    assert listener.envelopes[-1]["payload"]["actions"][0]["selected_option"] == options[1]


async def test_a_click_on_an_ephemeral_message_carries_no_message(
    ws: Workspace, listener: Listener, client: AsyncWebClient, ana: User, general: Channel
) -> None:
    await client.chat_postEphemeral(channel=general.id, user=ana.id, text="x", blocks=[FEEDBACK])
    [message] = ws.ephemerals(ana, general)
    await ws.click(ana, general, message.ts, action_id="feedback", value="good")
    payload = listener.envelopes[-1]["payload"]
    assert "message" not in payload
    assert payload["container"] == {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": general.id,
        "is_ephemeral": True,
    }


@pytest.mark.parametrize("ack_timeout_s", [0.1])
async def test_a_click_without_acknowledgement_fails_visibly(
    ws: Workspace, listener: Listener, client: AsyncWebClient, ana: User, general: Channel
) -> None:
    posted = await answer_of(client.chat_postMessage(channel=general.id, text="x", blocks=[FEEDBACK]))
    listener.acknowledges = False
    result = await ws.click(ana, general, posted["ts"], action_id="feedback", value="good")
    assert (result.error, bool(result.shown)) == ("operation_timeout", True)


async def test_an_app_without_interactivity_gets_no_clicks(http: aiohttp.ClientSession) -> None:
    settings = {**MANIFEST["settings"], "interactivity": {"is_enabled": False}}
    async with open_playground({**MANIFEST, "settings": settings}) as playground:
        ws = playground.workspace
        channel = ws.add_channel("general", members=[ana := ws.add_user("ana")])
        client = AsyncWebClient(playground.bot_token, base_url=playground.api_url)
        posted = await answer_of(client.chat_postMessage(channel=channel.id, text="x", blocks=[FEEDBACK]))
        assert (await ws.click(ana, channel, posted["ts"], action_id="feedback")).error == "not_configured"


async def respond(http: aiohttp.ClientSession, url: str, body: Json) -> str:
    """What a response_url says: ``ok``, or the word of its refusal."""
    async with http.post(url, json=body) as response:
        return "ok" if response.status == 200 else (await response.json())["error"]


@pytest.fixture
async def response_url(ws: Workspace, listener: Listener, ana: User, general: Channel) -> str:
    await ws.command(ana, general, "/ask", "x")
    return listener.envelopes[-1]["payload"]["response_url"]


async def test_a_response_url_works_five_times(
    ws: Workspace, http: aiohttp.ClientSession, ana: User, general: Channel, response_url: str
) -> None:
    for number in range(5):
        assert await respond(http, response_url, {"text": str(number)}) == "ok"
    assert await respond(http, response_url, {"text": "six"}) == "used_url"
    assert [each.shown for each in ws.ephemerals(ana, general)] == ["0", "1", "2", "3", "4"]


async def test_a_response_url_works_for_half_an_hour(
    http: aiohttp.ClientSession, response_url: str, clock: Clock
) -> None:
    clock.at += timedelta(minutes=29)
    assert await respond(http, response_url, {"text": "x"}) == "ok"
    clock.at += timedelta(minutes=2)
    assert await respond(http, response_url, {"text": "x"}) == "expired_url"
    assert await respond(http, response_url + "x", {"text": "x"}) == "invalid_url"


async def test_a_response_url_takes_no_markdown_text(http: aiohttp.ClientSession, response_url: str) -> None:
    assert await respond(http, response_url, {"markdown_text": "**x**"}) == "no_text"
    assert await respond(http, response_url, {"text": "x", "blocks": [{"type": "poem"}]}) == "invalid_blocks"


async def test_a_response_may_be_for_everybody_even_where_the_app_is_not(
    ws: Workspace, http: aiohttp.ClientSession, listener: Listener, ana: User
) -> None:
    outside = ws.add_channel("outside", bot_is_member=False)
    await ws.command(ana, outside, "/ask", "x")
    url = listener.envelopes[-1]["payload"]["response_url"]
    assert await respond(http, url, {"text": "public", "response_type": "in_channel"}) == "ok"
    [message] = ws.messages(outside)
    assert (message.shown, message.via_response_url) == ("public", True)


async def test_a_reaction_to_a_response_names_no_author(
    ws: Workspace, http: aiohttp.ClientSession, listener: Listener, ana: User, general: Channel, response_url: str
) -> None:
    await respond(http, response_url, {"text": "public", "response_type": "in_channel"})
    await ws.react(ana, general, ws.messages(general)[0].ts, "+1")
    await ws.settled()
    assert "item_user" not in listener.events_of("reaction_added")[0]


async def test_a_response_to_a_click_may_replace_or_delete_the_message(
    ws: Workspace,
    http: aiohttp.ClientSession,
    listener: Listener,
    client: AsyncWebClient,
    ana: User,
    general: Channel,
) -> None:
    ts = (await answer_of(client.chat_postMessage(channel=general.id, text="x", blocks=[FEEDBACK])))["ts"]
    await ws.click(ana, general, ts, action_id="feedback", value="good")
    url = listener.envelopes[-1]["payload"]["response_url"]
    await respond(http, url, {"text": "thanks", "replace_original": True})
    assert ws.message(general, ts).shown == "thanks"
    await respond(http, url, {"delete_original": True})
    assert ws.messages(general) == []


@pytest.fixture
async def trigger_id(ws: Workspace, listener: Listener, ana: User, general: Channel) -> str:
    await ws.command(ana, general, "/ask", "x")
    return listener.envelopes[-1]["payload"]["trigger_id"]


async def test_a_form_is_opened_filled_and_sent(
    ws: Workspace, listener: Listener, client: AsyncWebClient, ana: User, trigger_id: str
) -> None:
    await client.views_open(trigger_id=trigger_id, view=MODAL)
    shown = ws.views.visible(ana.id)
    assert shown
    assert shown["callback_id"] == "why"
    assert (await ws.submit_view(ana, {"text": "wrong table"})).ok
    payload = listener.envelopes[-1]["payload"]
    assert payload["type"] == "view_submission"
    assert payload["view"]["state"]["values"]["reason"]["text"]["value"] == "wrong table"
    assert ws.views.visible(ana.id) is None
    with pytest.raises(LookupError):
        await ws.submit_view(ana)


async def test_a_form_with_errors_stays_open(
    ws: Workspace, listener: Listener, client: AsyncWebClient, ana: User, trigger_id: str
) -> None:
    await client.views_open(trigger_id=trigger_id, view=MODAL)
    listener.ack_payload = {"response_action": "errors", "errors": {"reason": "too short"}}
    await ws.submit_view(ana, {"text": "x"})
    shown = ws.views.visible(ana.id)
    assert shown
    assert shown["errors"] == {"reason": "too short"}


async def test_a_closed_form_is_told(
    ws: Workspace, listener: Listener, client: AsyncWebClient, ana: User, trigger_id: str
) -> None:
    await client.views_open(trigger_id=trigger_id, view=MODAL)
    await ws.close_view(ana)
    assert ws.views.visible(ana.id) is None
    assert listener.envelopes[-1]["payload"]["type"] == "view_closed"


async def test_a_trigger_opens_one_form(client: AsyncWebClient, trigger_id: str) -> None:
    await client.views_open(trigger_id=trigger_id, view=MODAL)
    assert await error_of(client.views_open(trigger_id=trigger_id, view=MODAL)) == "invalid_trigger_id"
    assert await error_of(client.views_open(trigger_id="made up", view=MODAL)) == "invalid_trigger_id"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"title": plain("x" * 25)}, "invalid_arguments"),
        ({"type": "home"}, "invalid_arguments"),
        ({"submit": None}, "invalid_arguments"),
        ({"private_metadata": "x" * 3001}, "invalid_arguments"),
        ({"blocks": [{"type": "divider"}] * 101}, "invalid_blocks"),
        ({"blocks": [{"type": "markdown", "text": "x"}]}, "invalid_blocks"),
    ],
)
async def test_a_malformed_form_is_refused(client: AsyncWebClient, trigger_id: str, change: Json, error: str) -> None:
    view = {key: value for key, value in (MODAL | change).items() if value is not None}
    assert await error_of(client.views_open(trigger_id=trigger_id, view=view)) == error


async def test_a_home_tab_is_published_for_one_person(ws: Workspace, client: AsyncWebClient, ana: User) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    await client.views_publish(user_id=ana.id, view=home)
    assert ws.views.homes[ana.id]["blocks"] == home["blocks"]
    assert await error_of(client.views_publish(user_id="U404", view=home)) == "user_not_found"
