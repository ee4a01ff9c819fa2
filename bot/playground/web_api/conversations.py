"""conversations.*: channels, their people, and what was said in them."""

from collections.abc import Mapping
from dataclasses import replace

from bot.playground.events import message_json
from bot.playground.rules.messages import is_ts
from bot.playground.rules.refusal import Refusal
from bot.playground.values import Channel, Message
from bot.playground.web_api.call import HISTORY_SCOPES, READ_SCOPES, ApiCall, Json, Method, missing_scope, page_of

_KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


def channel_json(call: ApiCall, channel: Channel) -> Json:
    """A channel as conversations.info shows it."""
    is_im = channel.kind == "im"
    json: Json = {
        "id": channel.id,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_im": is_im,
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "channel",
        "is_archived": channel.is_archived,
        "context_team_id": "T0PLAYGROUND",
    }
    if is_im:
        return json | {"user": next(iter(channel.members - {call.state.bot.id}), call.state.bot.id)}
    name = {"name": channel.name, "name_normalized": channel.name, "is_general": channel.name == "general"}
    member = {"is_member": call.state.bot_is_in(channel), "num_members": len(channel.members)}
    return json | name | member | {"topic": {"value": ""}, "purpose": {"value": ""}}


def _info(call: ApiCall) -> Json:
    channel = _visible(call, READ_SCOPES)
    return {"channel": channel_json(call, channel)}


def _list(call: ApiCall) -> Json:
    kinds = [_KINDS.get(name.strip()) for name in str(call.arguments.get("types") or "public_channel").split(",")]
    if None in kinds:
        raise Refusal("invalid_types")
    for kind in kinds:
        call.need_scope(READ_SCOPES[str(kind)])
    channels = [each for each in call.state.channels.values() if each.kind in kinds and _may_see(call, each)]
    if call.flag("exclude_archived"):
        channels = [each for each in channels if not each.is_archived]
    page, cursor = page_of(channels, call, default=100, most=1000)
    return {"channels": [channel_json(call, each) for each in page], "response_metadata": {"next_cursor": cursor}}


def _members(call: ApiCall) -> Json:
    channel = _visible(call, READ_SCOPES)
    page, cursor = page_of(sorted(channel.members), call, default=100, most=1000)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def _open(call: ApiCall) -> Json:
    users = [each for each in str(call.arguments.get("users") or "").split(",") if each]
    if not users and call.arguments.get("channel"):
        return {"channel": {"id": call.channel().id}}
    if len(users) != 1:
        raise Refusal("users_list_not_supplied" if not users else "method_not_supported")
    if users[0] not in call.state.users:
        raise Refusal("user_not_found")
    if call.state.users[users[0]].bot_id:
        raise Refusal("cannot_dm_bot")
    return {"channel": {"id": call.state.open_dm(users[0]).id}}


def _join(call: ApiCall) -> Json:
    channel = call.channel()
    if channel.kind != "channel":
        raise Refusal("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise Refusal("is_archived")
    joined = call.state.put_channel(replace(channel, members=channel.members | {call.state.bot.id}))
    if joined.members != channel.members:
        call.ws.announcer.joined(call.state.bot.id, joined, None)
    return {"channel": channel_json(call, joined)}


def _history(call: ApiCall) -> Json:
    channel = _visible(call, HISTORY_SCOPES, inside=True)
    roots = [each for each in call.state.messages(channel.id) if each.thread_ts is None]
    newest_first = list(reversed(_between(call, roots)))
    page, cursor = page_of(newest_first, call, default=100, most=999)
    return _messages(call, page, cursor)


def _replies(call: ApiCall) -> Json:
    channel = _visible(call, HISTORY_SCOPES, inside=True)
    asked = call.state.find(channel.id, call.arguments.get("ts"))
    if asked is None or asked.ephemeral_to is not None:
        raise Refusal("thread_not_found")
    root = call.state.find(channel.id, asked.thread_ts) if asked.thread_ts else asked
    if root is None:
        raise Refusal("thread_not_found")
    page, cursor = page_of([root, *_between(call, call.state.replies(root))], call, default=1000, most=1000)
    return _messages(call, page, cursor)


def _messages(call: ApiCall, page: list[Message], cursor: str) -> Json:
    with_metadata = call.flag("include_all_metadata")
    messages = [message_json(call.state, each, with_metadata=with_metadata) for each in page]
    response: Json = {"messages": messages, "has_more": bool(cursor)}
    return response | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def _between(call: ApiCall, messages: list[Message]) -> list[Message]:
    """Those within ``oldest`` and ``latest``, the bounds themselves only when ``inclusive``."""
    oldest, latest = (_bound(call, name) for name in ("oldest", "latest"))
    kept = [each for each in messages if (not oldest or each.ts >= oldest) and (not latest or each.ts <= latest)]
    return kept if call.flag("inclusive") else [each for each in kept if each.ts not in (oldest, latest)]


def _bound(call: ApiCall, name: str) -> str:
    value = str(call.arguments.get(name) or "")
    if value in ("", "0"):
        return ""
    try:
        seconds = float(value)
    except ValueError:
        raise Refusal(f"invalid_ts_{name}") from None
    return value if is_ts(value) else f"{seconds:.6f}"


def _visible(call: ApiCall, scopes: Mapping[str, str], *, inside: bool = False) -> Channel:
    """The channel, if a granted scope covers its kind and, with ``inside``, the app is in it. Raises: Refusal."""
    if call.state.grants.scopes.isdisjoint(scopes.values()):
        raise missing_scope(call.state, tuple(scopes.values()))
    channel = call.channel()
    call.need_scope(scopes[channel.kind])
    if inside and not call.state.bot_is_in(channel):
        raise Refusal("not_in_channel")
    return channel


def _may_see(call: ApiCall, channel: Channel) -> bool:
    return channel.kind == "channel" or call.state.bot_is_in(channel)


METHODS: Mapping[str, Method] = {
    "conversations.info": Method(_info),
    "conversations.list": Method(_list),
    "conversations.members": Method(_members),
    "conversations.open": Method(_open, ("im:write", "mpim:write")),
    "conversations.join": Method(_join, ("channels:join",)),
    "conversations.history": Method(_history),
    "conversations.replies": Method(_replies),
}
