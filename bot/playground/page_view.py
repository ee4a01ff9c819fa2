"""The workspace as one person's browser is told of it."""

from typing import Any

from bot.playground.state import BOT_USER_ID, State
from bot.playground.values import Channel, Message, StatusChange, User
from bot.playground.workspace import Workspace

Json = dict[str, Any]

_STATUS_LIFE_S = 120


def snapshot(ws: Workspace, user: str) -> Json:
    """Everything that ``user`` sees now."""
    channels = [each for each in ws.state.channels.values() if may_see(each, user)]
    prompts = [
        {"channel": channel, "thread_ts": thread_ts, **prompt}
        for (channel, thread_ts), prompt in ws.assistant.prompts.items()
    ]
    return {
        "kind": "snapshot",
        "me": user,
        "bot": BOT_USER_ID,
        "team": ws.state.team_name,
        "users": [user_view(each) for each in ws.state.users.values()],
        "channels": [channel_view(each, user) for each in channels],
        "messages": [
            message_view(ws.state, message)
            for channel in channels
            for message in ws.state.everything(channel.id)
            if message.ephemeral_to in (None, user)
        ],
        "statuses": [status_view(ws, each) for each in ws.statuses.standing()],
        "prompts": prompts,
        "sessions": [session_view(ws, *key) for key in ws.assistant.sessions],
        "commands": [
            {"command": each.command, "description": each.description, "usage_hint": each.usage_hint}
            for each in ws.state.grants.commands.values()
        ],
        "suggestions": list(ws.state.grants.suggested_prompts),
        "view": ws.views.visible(user),
    }


def change_view(ws: Workspace, user: str, change: Json) -> list[Json]:
    """What ``user`` is told when something changed; nothing where they cannot look."""
    channel = ws.state.channels.get(str(change.get("channel")))
    if channel is not None and not may_see(channel, user):
        return []
    match change["kind"]:
        case "message":
            return _message_change(ws.state, user, change)
        case "removed":
            return [change, *_root_change(ws.state, change["channel"], change.get("thread_ts"))]
        case "status":
            return [{"kind": "status", **_status_now(ws, change["channel"], change["thread_ts"])}]
        case "session":
            return [{"kind": "session", **session_view(ws, change["channel"], change["thread_ts"])}]
        case "prompts":
            key = (change["channel"], change["thread_ts"])
            return [{**change, **ws.assistant.prompts[key]}]
        case "channel" if channel is not None:
            return [{"kind": "channel", "channel": channel_view(channel, user)}]
        case "user":
            return [{"kind": "user", "user": user_view(ws.state.users[change["user"]])}]
        case "view" if change["user"] == user:
            return [{"kind": "view", "view": ws.views.visible(user)}]
        case _:
            return []


def may_see(channel: Channel, user: str) -> bool:
    return channel.kind == "channel" or user in channel.members


def user_view(user: User) -> Json:
    return {"id": user.id, "name": user.name, "real_name": user.real_name, "is_bot": user.bot_id is not None}


def channel_view(channel: Channel, user: str) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "members": sorted(channel.members),
        "is_member": user in channel.members,
        "is_archived": channel.is_archived,
    }


def message_view(state: State, message: Message) -> Json:
    """A message with all that is drawn of it; a root knows its replies."""
    replies = state.replies(message) if message.thread_ts is None else []
    return {
        "channel": message.channel,
        "ts": message.ts,
        "thread_ts": message.thread_ts,
        "user": message.user,
        "text": message.text,
        "blocks": list(message.blocks),
        "attachments": list(message.attachments),
        "files": [_file_view(each) for each in message.files],
        "subtype": message.subtype,
        "streaming": message.streaming,
        "ephemeral": message.ephemeral_to is not None,
        "edited": message.edited,
        "reactions": [{"name": name, "users": list(users)} for name, users in message.reactions.items()],
        "reply_count": len(replies),
        "reply_users": list(dict.fromkeys(reply.user for reply in replies)),
        "latest_reply": replies[-1].ts if replies else None,
    }


def _file_view(file: Json) -> Json:
    """What is drawn of a file: pictures by themselves, everything else by name."""
    is_picture = str(file["mimetype"]).startswith("image/")
    return {"title": file["title"], "alt": file["alt_txt"], "path": f"/files/{file['id']}", "is_picture": is_picture}


def status_view(ws: Workspace, status: StatusChange) -> Json:
    age_s = (ws.state.now() - status.at).total_seconds()
    return {
        "channel": status.channel,
        "thread_ts": status.thread_ts,
        "status": status.status,
        "loading_messages": list(status.loading_messages),
        "expires_in_s": max(0.0, _STATUS_LIFE_S - age_s),
    }


def session_view(ws: Workspace, channel: str, thread_ts: str) -> Json:
    status = ws.assistant.sessions.get((channel, thread_ts), "")
    can_stop = status == "processing" and ws.state.grants.receives("agent_session_stopped")
    return {"channel": channel, "thread_ts": thread_ts, "status": status, "can_stop": can_stop}


def _status_now(ws: Workspace, channel: str, thread_ts: str) -> Json:
    for each in ws.statuses.standing():
        if (each.channel, each.thread_ts) == (channel, thread_ts):
            return status_view(ws, each)
    return {"channel": channel, "thread_ts": thread_ts, "status": ""}


def _message_change(state: State, user: str, change: Json) -> list[Json]:
    message = state.find(change["channel"], change["ts"])
    if message is None or message.ephemeral_to not in (None, user):
        return []
    return [
        {"kind": "message", "message": message_view(state, message)},
        *_root_change(state, message.channel, message.thread_ts),
    ]


def _root_change(state: State, channel: str, thread_ts: str | None) -> list[Json]:
    root = state.find(channel, thread_ts)
    return [{"kind": "message", "message": message_view(state, root)}] if root else []
