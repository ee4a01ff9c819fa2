"""chat.startStream, appendStream, stopStream: a message that is written while people watch."""

from collections.abc import Mapping
from dataclasses import replace

from bot.playground.rules.blocks import check_blocks
from bot.playground.rules.chunks import Written, add_chunks, read_chunks
from bot.playground.rules.messages import read_json, read_metadata, with_block_ids
from bot.playground.rules.refusal import Refusal
from bot.playground.state import BOT_ID
from bot.playground.values import Channel, Message, Stream
from bot.playground.web_api.call import ApiCall, Json, Method
from bot.playground.web_api.chat import note_pings, posted, stream_is_over

_DISPLAY_MODES = (None, "timeline", "plan", "dense")


def _start(call: ApiCall) -> Json:
    call.require("thread_ts")
    channel = call.channel()
    call.check_writable(channel)
    _check_recipient(call, channel)
    if call.arguments.get("task_display_mode") not in _DISPLAY_MODES:
        raise Refusal("invalid_arguments", messages=["[ERROR] invalid task_display_mode"])
    thread_ts = call.thread(channel)
    written = add_chunks(Written("", ()), read_chunks(call.arguments))
    message = call.state.new_message(
        channel.id,
        call.state.bot.id,
        text=written.text,
        blocks=written.blocks,
        thread_ts=thread_ts,
        bot_id=BOT_ID,
        stream=Stream(started_at=call.state.now()),
    )
    posted(call, message)
    return {"channel": channel.id, "ts": message.ts}


def _append(call: ApiCall) -> Json:
    message = _streaming(call)
    chunks = read_chunks(call.arguments)
    if not chunks:
        raise Refusal("no_text")
    _write(call, message, chunks)
    return {"channel": message.channel, "ts": message.ts}


def _stop(call: ApiCall) -> Json:
    before = _streaming(call)
    final = read_json(call.arguments.get("blocks"), "invalid_blocks_format")
    if final is not None:
        check_blocks(final)
    metadata = read_metadata(call.arguments.get("metadata"))
    message = _write(call, before, read_chunks(call.arguments))
    stopped = replace(
        message,
        blocks=with_block_ids((*message.blocks, *(final or ()))),
        metadata=metadata or message.metadata,
        stream=replace(message.stream, state="stopped") if message.stream else None,
    )
    stopped = call.state.put(stopped)
    call.ws.announcer.edited(stopped, before)
    if status := call.arguments.get("session_status"):
        call.ws.assistant.sessions[stopped.channel, stopped.thread_ts or ""] = status
    return {"channel": message.channel, "ts": message.ts}


def _write(call: ApiCall, message: Message, chunks: list[Json]) -> Message:
    written = add_chunks(Written(message.text, message.blocks), chunks)
    message = call.state.put(replace(message, text=written.text, blocks=written.blocks))
    note_pings(call, message)
    return message


def _streaming(call: ApiCall) -> Message:
    """The stream that ``ts`` names, if it still takes text. Raises: Refusal."""
    channel = call.channel()
    call.check_writable(channel)
    message = call.own_message(channel, refusal="message_not_owned_by_app")
    if message.streaming and stream_is_over(call, message) and message.stream:
        message = call.state.put(replace(message, stream=replace(message.stream, state="expired")))
    if message.stream and message.stream.state == "stopped_by_user":
        raise Refusal("stopped_by_user")
    if not message.streaming:
        raise Refusal("message_not_in_streaming_state")
    return message


def _check_recipient(call: ApiCall, channel: Channel) -> None:
    """In channels Slack wants to know for whom the stream is."""
    user, team = call.arguments.get("recipient_user_id"), call.arguments.get("recipient_team_id")
    if channel.kind != "im" and not team:
        raise Refusal("missing_recipient_team_id")
    if channel.kind != "im" and not user:
        raise Refusal("missing_recipient_user_id")
    if user and user not in call.state.users:
        raise Refusal("user_not_found")


METHODS: Mapping[str, Method] = {
    "chat.startStream": Method(_start, ("chat:write",)),
    "chat.appendStream": Method(_append, ("chat:write",)),
    "chat.stopStream": Method(_stop, ("chat:write",)),
}
