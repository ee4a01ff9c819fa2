"""assistant.threads.* and agents.sessions.*: what the app is doing, prompts to try, a thread's title and session."""

from collections.abc import Mapping

from bot.playground.rules.messages import is_ts, read_json
from bot.playground.rules.refusal import Refusal
from bot.playground.values import Channel
from bot.playground.web_api.call import ApiCall, Json, Method

MOST_LOADING_MESSAGES = 10
MOST_PROMPTS = 4
MOST_TITLE = 200
SESSION_STATES = ("processing", "active", "suspended", "closed")


def _set_status(call: ApiCall) -> Json:
    if "status" not in call.arguments:
        call.require("status")
    channel, thread_ts = _thread(call)
    loading = read_json(call.arguments.get("loading_messages"), "invalid_arguments") or []
    if not isinstance(loading, list) or len(loading) > MOST_LOADING_MESSAGES:
        raise Refusal("invalid_arguments", messages=[f"[ERROR] at most {MOST_LOADING_MESSAGES} loading_messages"])
    call.ws.statuses.set(channel.id, thread_ts, str(call.arguments["status"]), tuple(map(str, loading)))
    return {}


def _set_prompts(call: ApiCall) -> Json:
    channel = call.channel("channel_id")
    if channel.kind != "im":
        raise Refusal("channel_not_found")
    thread_ts = _thread(call)[1] if call.arguments.get("thread_ts") else ""
    prompts = read_json(call.arguments.get("prompts"), "invalid_arguments")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= MOST_PROMPTS:
        raise Refusal("invalid_arguments", messages=[f"[ERROR] prompts: 1 to {MOST_PROMPTS} items"])
    if not all(isinstance(each, dict) and each.get("title") and each.get("message") for each in prompts):
        raise Refusal("invalid_arguments", messages=["[ERROR] each prompt needs title and message"])
    title = str(call.arguments.get("title") or "")
    call.ws.assistant.prompts[channel.id, thread_ts] = {"title": title, "prompts": prompts}
    call.state.changes.publish("prompts", channel=channel.id, thread_ts=thread_ts)
    return {}


def _set_title(call: ApiCall) -> Json:
    call.require("title")
    channel, thread_ts = _thread(call)
    call.ws.assistant.titles[channel.id, thread_ts] = str(call.arguments["title"])
    return {}


def _set_session(call: ApiCall) -> Json:
    _check_is_agent(call)
    channel, thread_ts = _thread(call)
    status = call.arguments.get("status")
    if status not in SESSION_STATES:
        raise Refusal("invalid_arguments", messages=[f"[ERROR] status must be one of: {', '.join(SESSION_STATES)}"])
    key = (channel.id, thread_ts)
    title = str(call.arguments.get("title") or "")
    if len(title) > MOST_TITLE:
        raise Refusal("invalid_arguments", messages=[f"[ERROR] title: at most {MOST_TITLE} characters"])
    if title and key not in call.ws.assistant.sessions:
        call.ws.assistant.titles[key] = title
    call.ws.assistant.sessions[key] = status
    call.state.changes.publish("session", channel=channel.id, thread_ts=thread_ts)
    if status == "processing" and not call.state.grants.receives("agent_session_stopped"):
        warning = "missing_agent_session_stopped_event_subscription"
        return {"warning": warning, "response_metadata": {"warnings": [warning]}}
    return {}


def _rename_session(call: ApiCall) -> Json:
    _check_is_agent(call)
    call.require("title")
    channel, thread_ts = _thread(call)
    if len(call.arguments["title"]) > MOST_TITLE:
        raise Refusal("invalid_arguments", messages=[f"[ERROR] title: at most {MOST_TITLE} characters"])
    call.ws.assistant.titles[channel.id, thread_ts] = call.arguments["title"]
    return {}


def _thread(call: ApiCall) -> tuple[Channel, str]:
    """The channel and the root that the call is about. Raises: Refusal."""
    channel = call.channel("channel_id")
    if not call.state.bot_is_in(channel):
        raise Refusal("channel_not_found")
    ts = call.arguments.get("thread_ts")
    root = call.state.find(channel.id, ts)
    if not is_ts(ts) or root is None or root.thread_ts is not None:
        raise Refusal("invalid_thread_ts")
    return channel, root.ts


def _check_is_agent(call: ApiCall) -> None:
    if not call.state.grants.is_agent:
        raise Refusal("app_not_agent")


METHODS: Mapping[str, Method] = {
    "assistant.threads.setStatus": Method(_set_status, ("chat:write", "assistant:write")),
    "assistant.threads.setSuggestedPrompts": Method(_set_prompts, ("assistant:write",)),
    "assistant.threads.setTitle": Method(_set_title, ("assistant:write",)),
    "agents.sessions.setStatus": Method(_set_session, ("chat:write", "assistant:write")),
    "agents.sessions.rename": Method(_rename_session, ("chat:write", "assistant:write")),
}
