"""The JSON of slash commands, clicks and forms, as Slack sends it."""

from collections.abc import Iterable, Iterator
from typing import Any

from bot.playground.events import message_json
from bot.playground.state import APP_ID, TEAM_ID, State
from bot.playground.values import Channel, Message, User

Json = dict[str, Any]

_TEAM = {"id": TEAM_ID, "domain": "playground"}


def command_payload(
    *,
    channel: Channel,
    user: User,
    command: str,
    text: str,
    response_url: str,
    trigger_id: str,
) -> Json:
    """A slash command."""
    names = {"group": "privategroup", "im": "directmessage", "mpim": "mpdm"}
    return {
        "token": "playground",
        "team_id": TEAM_ID,
        "team_domain": "playground",
        "channel_id": channel.id,
        "channel_name": names.get(channel.kind, channel.name),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def block_actions_payload(
    state: State,
    *,
    channel: Channel,
    user: User,
    message: Message,
    action: Json,
    response_url: str,
    trigger_id: str,
) -> Json:
    """A press on an element of a message; of an ephemeral message the app is told only where it stood."""
    container: Json = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
    container["is_ephemeral"] = message.ephemeral_to is not None
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    name = {"im": "directmessage", "group": "privategroup"}.get(channel.kind, channel.name)
    payload = _common("block_actions", user, trigger_id) | {
        "container": container,
        "channel": {"id": channel.id, "name": name},
        "state": {"values": {}},
        "response_url": response_url,
        "actions": [action],
    }
    if message.ephemeral_to is None:
        payload["message"] = message_json(state, message, with_metadata=True)
    return payload


def view_payload(kind: str, user: User, view: Json, trigger_id: str) -> Json:
    """``view_submission`` or ``view_closed``."""
    return _common(kind, user, trigger_id) | {"view": view | {"team_id": TEAM_ID}, "response_urls": []}


def view_state(view: Json, values: Json) -> Json:
    """What a form's fields hold, ``values`` giving each action_id's text or choice."""
    filled: Json = {}
    for number, block in enumerate(view.get("blocks", ())):
        element = block.get("element")
        if block.get("type") != "input" or not element:
            continue
        action_id = element.get("action_id", f"action{number}")
        filled[block.get("block_id", f"block{number}")] = {action_id: _field(element, values.get(action_id))}
    return {"values": filled}


def find_action(blocks: Iterable[Json], action_id: str, value: str | None) -> Json:
    """The action that a press on the element makes.

    Args:   value: which side of feedback buttons, which option of a menu, which of several buttons of one action_id.
    Raises: LookupError.
    """
    for block_id, element in _elements(blocks):
        if element.get("action_id") == action_id and (found := _pressed(element, value)) is not None:
            return {"type": element["type"], "action_id": action_id, "block_id": block_id} | found
    raise LookupError(f"nothing to press with action_id {action_id!r} and value {value!r}")


def _pressed(element: Json, value: str | None) -> Json | None:
    match element["type"]:
        case "feedback_buttons":
            sides = (element["positive_button"], element["negative_button"])
            chosen = next((side for side in sides if value in (None, side["value"])), None)
            return {"value": chosen["value"], "text": chosen["text"]} if chosen else None
        case "static_select" | "overflow" | "radio_buttons":
            option = next((each for each in element.get("options", ()) if each["value"] == value), None)
            return {"selected_option": option} if option else None
        case _:
            if value not in (None, element.get("value")):
                return None
            return {key: element[key] for key in ("value", "text", "url") if key in element}


def _elements(blocks: Iterable[Json]) -> Iterator[tuple[str, Json]]:
    for number, block in enumerate(blocks):
        block_id = block.get("block_id", f"block{number}")
        for element in (*(block.get("elements") or ()), block.get("accessory")):
            if isinstance(element, dict) and element.get("type") not in ("mrkdwn", "plain_text", "image"):
                yield block_id, element
        yield from _elements(block.get("child_blocks") or ())
        cards = [each for each in (block, *(block.get("elements") or ())) if isinstance(each.get("actions"), list)]
        yield from _elements([{"elements": card["actions"]} for card in cards])


def _field(element: Json, value: object) -> Json:
    if element["type"] in ("static_select", "radio_buttons"):
        option = next((each for each in element.get("options", ()) if each["value"] == value), None)
        return {"type": element["type"], "selected_option": option}
    if element["type"] in ("checkboxes", "multi_static_select"):
        chosen = value if isinstance(value, list) else []
        options = [each for each in element.get("options", ()) if each["value"] in chosen]
        return {"type": element["type"], "selected_options": options}
    return {"type": element["type"], "value": value}


def _common(kind: str, user: User, trigger_id: str) -> Json:
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": TEAM_ID},
        "api_app_id": APP_ID,
        "token": "playground",
        "trigger_id": trigger_id,
        "team": _TEAM,
        "enterprise": None,
        "is_enterprise_install": False,
    }
