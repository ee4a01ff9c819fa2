"""chat.*: write, change and delete messages."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.playground.events import message_json
from bot.playground.pings import find_pings
from bot.playground.rules.messages import MOST_UPDATED_TEXT, Content, read_content
from bot.playground.rules.refusal import Refusal
from bot.playground.state import BOT_ID
from bot.playground.values import Channel, Message
from bot.playground.web_api.call import ApiCall, Json, Method


def _post_message(call: ApiCall) -> Json:
    channel = call.place_to_write()
    call.check_writable(channel, public_too=True)
    _check_identity(call)
    content = _content(call)
    message = _said(call, channel, content, call.thread(channel), metadata=content.metadata or None)
    posted(call, message)
    return _written(call, message, content)


def _post_ephemeral(call: ApiCall) -> Json:
    call.require("user")
    channel = call.place_to_write()
    call.check_writable(channel)
    if call.arguments["user"] not in channel.members:
        raise Refusal("user_not_in_channel")
    content = _content(call)
    thread_ts = call.thread(channel)
    if thread_ts and not _has_replies(call, channel, thread_ts):
        return {"message_ts": call.state.next_ts()}  # Slack says ok and shows it to nobody
    message = _said(call, channel, content, thread_ts, ephemeral_to=call.arguments["user"])
    note_pings(call, message)
    return {"message_ts": message.ts}


def _said(call: ApiCall, channel: Channel, content: Content, thread_ts: str | None, **more: Any) -> Message:
    """A new message of the app."""
    return call.state.new_message(
        channel.id,
        call.state.bot.id,
        text=content.text or "",
        blocks=content.blocks or (),
        attachments=content.attachments or (),
        thread_ts=thread_ts,
        bot_id=BOT_ID,
        **more,
    )


def _update(call: ApiCall) -> Json:
    channel = call.channel()
    call.check_writable(channel, public_too=True)
    before = call.own_message(channel, refusal="cant_update_message")
    if before.subtype == "tombstone":
        raise Refusal("message_not_found")
    if before.streaming and not stream_is_over(call, before):
        raise Refusal("streaming_state_conflict")
    if len(str(call.arguments.get("text") or "")) > MOST_UPDATED_TEXT:
        raise Refusal("msg_too_long")
    content = read_content(call.arguments)
    if content.text is None and content.blocks is None and content.attachments is None:
        raise Refusal("no_text")
    message = call.state.put(_changed(call, before, content))
    call.ws.announcer.edited(message, before)
    note_pings(call, message)
    return _written(call, message, content) | {"text": message.text}


def _changed(call: ApiCall, before: Message, content: Content) -> Message:
    """Text without blocks takes the old blocks away and marks the message as edited; blocks alone keep the text."""
    blocks = content.blocks if content.blocks is not None else (() if content.text is not None else before.blocks)
    marked = content.text is not None and not content.blocks
    return replace(
        before,
        text=content.text if content.text is not None else before.text,
        blocks=blocks,
        attachments=content.attachments if content.attachments is not None else before.attachments,
        metadata=before.metadata if content.metadata is None else (content.metadata or None),
        edited_at=call.state.next_ts() if marked else before.edited_at,
        edited_by=before.user if marked else before.edited_by,
    )


def _delete(call: ApiCall) -> Json:
    channel = call.channel()
    before = call.own_message(channel, refusal="cant_delete_message")
    call.state.remove(before)
    call.ws.announcer.deleted(before)
    return {"channel": channel.id, "ts": before.ts}


def _permalink(call: ApiCall) -> Json:
    channel = call.channel()
    message = call.state.find(channel.id, call.arguments.get("message_ts"))
    if message is None:
        raise Refusal("message_not_found")
    return {"channel": channel.id, "permalink": permalink(call.origin, channel, message)}


def permalink(origin: str, channel: Channel, message: Message) -> str:
    thread = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.thread_ts else ""
    return f"{origin}/archives/{channel.id}/p{message.ts.replace('.', '')}{thread}"


def posted(call: ApiCall, message: Message) -> None:
    """What follows when the app says something: pings, events, and its status in that thread is over."""
    note_pings(call, message)
    call.ws.announcer.posted(message)
    call.ws.statuses.clear_after_post(message.channel, message.thread_ts or message.ts)


def note_pings(call: ApiCall, message: Message) -> None:
    pings = find_pings(call.arguments, channel=message.channel, ts=message.ts, method=call.method)
    call.state.pings.extend(pings)


def stream_is_over(call: ApiCall, message: Message) -> bool:
    """Whether a stream has died of age."""
    return message.stream is not None and (call.state.now() - message.stream.started_at).total_seconds() > 306


def _check_identity(call: ApiCall) -> None:
    if any(call.arguments.get(name) for name in ("username", "icon_url", "icon_emoji")):
        call.need_scope("chat:write.customize")


def _content(call: ApiCall) -> Content:
    content = read_content(call.arguments)
    if content.is_empty:
        raise Refusal("no_text")
    return content


def _has_replies(call: ApiCall, channel: Channel, thread_ts: str) -> bool:
    root = call.state.find(channel.id, thread_ts)
    return root is not None and bool(call.state.replies(root))


def _written(call: ApiCall, message: Message, content: Content) -> Json:
    response: Json = {
        "channel": message.channel,
        "ts": message.ts,
        "message": message_json(call.state, message, with_metadata=True),
    }
    if content.warnings:
        warnings = list(content.warnings)
        response |= {"warning": ",".join(warnings), "response_metadata": {"warnings": warnings}}
    return response


METHODS: Mapping[str, Method] = {
    "chat.postMessage": Method(_post_message, ("chat:write",)),
    "chat.postEphemeral": Method(_post_ephemeral, ("chat:write",)),
    "chat.update": Method(_update, ("chat:write",)),
    "chat.delete": Method(_delete, ("chat:write",)),
    "chat.getPermalink": Method(_permalink),
}
