"""files.*: an address for a file's bytes, then the message that shows it."""

from collections.abc import Mapping

from bot.playground.files import MOST_ALT, File
from bot.playground.rules.messages import read_json
from bot.playground.rules.refusal import Refusal
from bot.playground.state import new_secret
from bot.playground.web_api.call import ApiCall, Json, Method
from bot.playground.web_api.chat import posted


def _get_upload_url(call: ApiCall) -> Json:
    call.require("filename", "length")
    try:
        length = int(call.arguments["length"])
    except (TypeError, ValueError):
        length = 0
    if length < 1:
        raise Refusal("missing_argument")
    alt_txt = str(call.arguments.get("alt_txt") or "")
    if len(alt_txt) > MOST_ALT:
        raise Refusal("alt_txt_too_large")
    file = File(id=call.state.next_id("F"), name=str(call.arguments["filename"]), length=length, alt_txt=alt_txt)
    return {"upload_url": call.ws.files.begin(file, new_secret("upload")), "file_id": file.id}


def _complete_upload(call: ApiCall) -> Json:
    call.require("files")
    wanted = read_json(call.arguments["files"], "invalid_arguments")
    if not isinstance(wanted, list) or not wanted or not all(isinstance(each, dict) for each in wanted):
        raise Refusal("invalid_arguments", messages=["[ERROR] files: a list of objects with an id"])
    # unlike chat.postMessage this takes ids alone
    channel = call.channel("channel_id") if call.arguments.get("channel_id") else None
    if channel is not None:
        call.check_writable(channel)
    thread_ts = call.thread(channel) if channel else None
    shared = [call.ws.files.share(str(each.get("id")), str(each.get("title") or "")) for each in wanted]
    files = tuple(call.ws.files.json(each) for each in shared)
    if channel is not None:
        # Slack's own words for it carry the bot's user, but not always its bot_id
        message = call.state.new_message(
            channel.id,
            call.state.bot.id,
            text=str(call.arguments.get("initial_comment") or ""),
            files=files,
            thread_ts=thread_ts,
            subtype="file_share",
        )
        posted(call, message)
    # the message comes a little later in Slack, so that the reply never knows it
    return {"files": [{**each, "shares": {}} for each in files]}


METHODS: Mapping[str, Method] = {
    "files.getUploadURLExternal": Method(_get_upload_url, ("files:write",)),
    "files.completeUploadExternal": Method(_complete_upload, ("files:write",)),
}
