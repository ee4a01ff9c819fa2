"""What a chat model sent, as a value: text without its private thoughts, tool calls that can be answered."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage

_THOUGHTS = re.compile(r"<(think|thinking|reasoning)>.*?(</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_OPENING = re.compile(r"<[a-z]{0,9}\Z", re.IGNORECASE)
_FENCED_JSON = re.compile(r"\A```(?:json)?\s*(\{.*\})\s*```\Z", re.DOTALL)
_PAGE = re.compile(r"\s*<(?:!doctype|html|head|body|\?xml)\b", re.IGNORECASE)  # a gateway's, in place of an answer
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_NAME = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """One tool the model wants used; ``arguments`` is None when they were not a JSON object."""

    id: str
    name: str
    arguments: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer of the model. ``tokens`` is None when the endpoint does not count."""

    text: str
    calls: tuple[ToolCall, ...] = ()
    tokens: int | None = None
    cost_usd: float | None = None
    """None where the tokens are not counted, or their price is not known."""
    model: str = ""
    """Which one answered, as the settings name it."""
    cut_off: bool = False
    """The text ends where the endpoint stopped, not where the model did."""
    requests: int = 1


def visible_text(text: str) -> str:
    """``text`` without what reasoning models think aloud; a tag that has only begun is held back too."""
    return _OPENING.sub("", _THOUGHTS.sub("", text)).lstrip()


def growing_text(message: AIMessage, spoken: tuple[str, str] | None) -> str:
    """What a reply says so far: its text, else what a call that has begun gives as the answer.

    Args: spoken: the tool and the argument that hold the answer of a model that gives it by a call.
    """
    text = visible_text(message.text)
    if text or spoken is None:
        return text
    tool, argument = spoken
    given = (call["args"].get(argument) for call in message.tool_calls if call["name"] == tool)
    return next((visible_text(said) for said in given if isinstance(said, str)), "")


def read_reply(message: BaseMessage, *, tools: Iterable[str], cut_off: bool = False, requests: int = 1) -> Reply:
    """Read what the model sent, whichever of the usual ways it calls tools in.

    Args:    tools: the names that may be called; a JSON object in place of text counts as a call only of these.
    """
    text = visible_text(message.text)
    text = "" if _PAGE.match(text) else text
    calls = _calls(message)
    if not calls and (call := _call_in_text(text, set(tools))) is not None:
        calls, text = (call,), ""
    return Reply(text=text.strip(), calls=calls, tokens=_tokens(message), cut_off=cut_off, requests=requests)


def _calls(message: BaseMessage) -> tuple[ToolCall, ...]:
    wanted: list[tuple[str | None, str | None, Any]] = []
    if isinstance(message, AIMessage):
        wanted += [(call.get("id"), call["name"], call["args"]) for call in message.tool_calls]
        wanted += [(call.get("id"), call.get("name"), call.get("args")) for call in message.invalid_tool_calls]
    legacy = message.additional_kwargs.get("function_call")
    if not wanted and isinstance(legacy, Mapping):
        wanted.append((None, legacy.get("name"), legacy.get("arguments")))
    return tuple(
        ToolCall(id=call_id or f"call_{place}", name=_plain_name(name), arguments=_object(arguments))
        for place, (call_id, name, arguments) in enumerate(_unlike_ids(wanted))
    )


def _unlike_ids(wanted: Sequence[tuple[str | None, str | None, Any]]) -> list[tuple[str | None, str | None, Any]]:
    """The same calls, an id that occurs twice being taken from the second: endpoints match results by it."""
    seen: set[str] = set()
    unlike = []
    for call_id, name, arguments in wanted:
        unlike.append((None if call_id in seen else call_id, name, arguments))
        seen.add(call_id or "")
    return unlike


def _plain_name(name: str | None) -> str:
    """A name that can be sent back: endpoints reject requests whose tool names hold anything else."""
    return _NOT_IN_A_NAME.sub("_", name or "")[:_LONGEST_NAME] or "unnamed"


def _object(arguments: Any) -> Mapping[str, Any] | None:
    if isinstance(arguments, Mapping):
        return arguments
    if not isinstance(arguments, str):
        return {} if arguments is None else None
    if not arguments.strip():
        return {}
    start, end = arguments.find("{"), arguments.rfind("}")
    try:
        found = json.loads(arguments[start : end + 1])
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _call_in_text(text: str, tools: set[str]) -> ToolCall | None:
    """A call that a small model wrote as its text, ``{"name": …, "arguments": {…}}``."""
    fenced = _FENCED_JSON.match(text.strip())
    body = fenced[1] if fenced else text.strip()
    if not (body.startswith("{") and body.endswith("}")):
        return None
    try:
        said = json.loads(body)
    except ValueError:
        return None
    name = said.get("name") or said.get("tool")
    if not isinstance(name, str) or name not in tools:
        return None
    arguments = _object(said.get("arguments") or said.get("parameters"))
    return ToolCall(id="call_0", name=name, arguments=arguments)


def _tokens(message: BaseMessage) -> int | None:
    usage = message.usage_metadata if isinstance(message, AIMessage) else None
    return (usage["total_tokens"] or None) if usage else None
