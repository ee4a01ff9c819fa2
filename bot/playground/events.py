"""The JSON of messages and events, as Slack sends them."""

from typing import Any

from bot.playground.state import APP_ID, BOT_ID, BOT_USER_ID, TEAM_ID, State
from bot.playground.typed import rich_text_of
from bot.playground.values import Channel, Message

Json = dict[str, Any]

MESSAGE_EVENTS = {"channel": "message.channels", "group": "message.groups", "im": "message.im", "mpim": "message.mpim"}
CHANNEL_TYPES = {"channel": "channel", "group": "group", "im": "im", "mpim": "mpim"}


def message_json(state: State, message: Message, *, with_metadata: bool = False) -> Json:
    """A message as conversations.* and events show it; a root with replies counts them."""
    json: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts, "team": TEAM_ID}
    json |= _optional(message)
    if message.bot_id:
        json |= _app_fields(state, message)
    if message.thread_ts:
        json |= _reply_fields(state, message)
    elif replies := state.replies(message):
        json |= _root_fields(message, replies)
    if message.edited_at:
        json["edited"] = {"user": message.edited_by, "ts": message.edited_at}
    if message.reactions:
        json["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()
        ]
    if with_metadata and message.metadata:
        json["metadata"] = message.metadata
    return json


def _optional(message: Message) -> Json:
    json: Json = {}
    if message.subtype:
        json["subtype"] = message.subtype
    if message.client_msg_id:
        json["client_msg_id"] = message.client_msg_id
    if message.blocks:
        json["blocks"] = list(message.blocks)
    elif message.client_msg_id and message.text:
        json["blocks"] = [rich_text_of(message.text)]
    if message.attachments:
        json["attachments"] = list(message.attachments)
    if message.files:
        json["files"] = list(message.files)
    return json


def _app_fields(state: State, message: Message) -> Json:
    if message.bot_id != BOT_ID:
        return {"bot_id": message.bot_id}
    profile = {"id": BOT_ID, "app_id": APP_ID, "name": state.bot.name, "team_id": TEAM_ID, "deleted": False}
    return {"bot_id": BOT_ID, "app_id": APP_ID, "bot_profile": profile}


def _reply_fields(state: State, message: Message) -> Json:
    root = state.find(message.channel, message.thread_ts)
    return {"thread_ts": message.thread_ts} | ({"parent_user_id": root.user} if root else {})


def _root_fields(message: Message, replies: list[Message]) -> Json:
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "reply_users": users[:5],
        "latest_reply": replies[-1].ts,
    }


def event_payload(state: State, event: Json) -> Json:
    """The envelope that the Events API puts around an event; every call makes a fresh event_id."""
    return {
        "token": "playground",
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": state.next_id("Ev"),
        "event_time": int(state.now().timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER_ID,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": "4-playground",
    }


def message_event(state: State, channel: Channel, message: Message) -> Json:
    """``message`` for a new message."""
    json = message_json(state, message, with_metadata=True)
    place = {"channel": channel.id, "channel_type": CHANNEL_TYPES[channel.kind], "event_ts": message.ts}
    return _without_counts(json) | place


def mention_event(state: State, channel: Channel, message: Message) -> Json:
    """``app_mention``; carries ``edited`` when an edit caused it."""
    json = _without_counts(message_json(state, message))
    return json | {"type": "app_mention", "channel": channel.id, "event_ts": message.edited_at or message.ts}


def changed_event(state: State, channel: Channel, message: Message, before: Message) -> Json:
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": message_json(state, message, with_metadata=True),
        "previous_message": message_json(state, before, with_metadata=True),
        "channel": channel.id,
        "channel_type": CHANNEL_TYPES[channel.kind],
        "hidden": True,
        "ts": (event_ts := state.next_ts()),
        "event_ts": event_ts,
    }


def deleted_event(state: State, channel: Channel, before: Message) -> Json:
    return {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": message_json(state, before),
        "channel": channel.id,
        "channel_type": CHANNEL_TYPES[channel.kind],
        "hidden": True,
        "deleted_ts": before.ts,
        "ts": (event_ts := state.next_ts()),
        "event_ts": event_ts,
    }


def reaction_event(state: State, kind: str, user: str, reaction: str, message: Message) -> Json:
    """``reaction_added`` or ``reaction_removed``; without ``item_user`` on what came through a response_url."""
    item_user = {} if message.via_response_url else {"item_user": message.user}
    item = {"type": "message", "channel": message.channel, "ts": message.ts}
    return {"type": kind, "user": user, "reaction": reaction, **item_user, "item": item, "event_ts": state.next_ts()}


def member_event(state: State, kind: str, user: str, channel: Channel, inviter: str | None) -> Json:
    """``member_joined_channel`` or ``member_left_channel``."""
    json: Json = {"type": kind, "user": user, "channel": channel.id, "team": TEAM_ID, "event_ts": state.next_ts()}
    json["channel_type"] = "C" if channel.kind == "channel" else "G"
    return json | ({"inviter": inviter} if inviter else {})


def home_event(state: State, user: str, channel: str, tab: str) -> Json:
    return {"type": "app_home_opened", "user": user, "channel": channel, "tab": tab, "event_ts": state.next_ts()}


def stopped_event(state: State, user: str, channel: str, thread_ts: str, streams: list[str]) -> Json:
    """``agent_session_stopped``: a person pressed Stop."""
    return {
        "type": "agent_session_stopped",
        "channel": channel,
        "user": user,
        "thread_ts": thread_ts,
        "streaming_message_ts": streams,
        "event_ts": state.next_ts(),
    }


def _without_counts(json: Json) -> Json:
    """A new message has no replies yet: only a reply carries ``thread_ts``."""
    if "reply_count" not in json:
        return json
    counts = {"thread_ts", "reply_count", "reply_users_count", "reply_users", "latest_reply"}
    return {key: value for key, value in json.items() if key not in counts}
