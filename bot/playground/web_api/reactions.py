"""reactions.*: the app's own reactions, and everybody's on a message."""

import re
from collections.abc import Mapping

from bot.playground.emoji import known_names
from bot.playground.events import message_json
from bot.playground.rules.messages import is_ts
from bot.playground.rules.refusal import Refusal
from bot.playground.values import Message
from bot.playground.web_api.call import ApiCall, Json, Method


def _add(call: ApiCall) -> Json:
    name, message = _name(call), _message(call)
    changed = call.state.add_reaction(message, call.state.bot.id, name)
    if changed is None:
        raise Refusal("already_reacted")
    call.ws.announcer.reacted("reaction_added", call.state.bot.id, name, changed)
    return {}


def _remove(call: ApiCall) -> Json:
    name, message = _name(call), _message(call)
    changed = call.state.remove_reaction(message, call.state.bot.id, name)
    if changed is None:
        raise Refusal("no_reaction")
    call.ws.announcer.reacted("reaction_removed", call.state.bot.id, name, changed)
    return {}


def _get(call: ApiCall) -> Json:
    message = _message(call)
    return {"type": "message", "channel": message.channel, "message": message_json(call.state, message)}


def _message(call: ApiCall) -> Message:
    channel = call.channel()
    ts = call.arguments.get("timestamp")
    if ts in (None, ""):
        raise Refusal("no_item_specified")
    if not is_ts(ts):
        raise Refusal("bad_timestamp")
    if not call.state.bot_is_in(channel):
        raise Refusal("not_in_channel")
    message = call.state.find(channel.id, ts)
    if message is None or message.ephemeral_to is not None:
        raise Refusal("message_not_found")
    return message


def _name(call: ApiCall) -> str:
    """An emoji's name without colons; a skin tone may follow it."""
    name = str(call.arguments.get("name") or "")
    base = re.sub(r"::skin-tone-[2-6]$", "", name)
    if base not in known_names():
        raise Refusal("invalid_name")
    return name


METHODS: Mapping[str, Method] = {
    "reactions.add": Method(_add, ("reactions:write",)),
    "reactions.remove": Method(_remove, ("reactions:write",)),
    "reactions.get": Method(_get, ("reactions:read",)),
}
