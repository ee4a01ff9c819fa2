"""What a chat model sent, as a value: text without its private thoughts, tool calls that can be answered."""

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage

from agent.model.hearing import LONGEST_REPLY, read_arguments
from agent.untrusted import without_controls

_THOUGHTS = re.compile(
    r"<(think|thinking|thoughts?|reasoning|reflection)>.*?(</\1>|\Z)"
    r"|<\|channel\|>\s*(?:analysis|commentary)\b.*?(?=<\|channel\|>\s*final\b|\Z)|\[THINK\].*?(?:\[/THINK\]|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_THOUGHTS_BEFORE = re.compile(r"\A.*</(?:think|thinking|thoughts?|reasoning|reflection)>", re.DOTALL | re.IGNORECASE)
"""Templates that open the thoughts themselves leave but their end in the reply."""
_MARKS = re.compile(r"<\|channel\|>\s*final\s*<\|message\|>|<\|[a-z_]{2,20}\|>(?:assistant\b)?", re.IGNORECASE)
"""A template's own signs, which its server did not read."""
_OPENING = re.compile(r"(?:<[a-z]{0,10}|<\|[a-z_|]{0,20})\Z", re.IGNORECASE)
_FENCED_JSON = re.compile(r"```(?:json|tool_call|tool_code)?\s*(?=[{\[])")
_CALL_MARK = re.compile(r"<(?:tool_calls?|function_calls?|tools?|function=[^<>]*)>|\[TOOL_CALLS\]", re.IGNORECASE)
"""Where a call begins that a server without a parser for its model's own way of calling left in the text."""
_PYTHON_TAG = re.compile(r"<\|python_tag\|>", re.IGNORECASE)
_PYTHON_CALL = re.compile(r"\s*(?:print\()?(?:[a-z_]+\.)?[a-z_]+\(\s*[a-z_]+\s*=.*\)\s*", re.DOTALL)
_TAGGED_CALL = re.compile(r"<function=([\w.-]+)>(.*?)(?:</function>|\Z)", re.DOTALL | re.IGNORECASE)
_TAGGED_ARGUMENT = re.compile(r"<parameter=([\w.-]+)>\s*(.*?)\s*</parameter>", re.DOTALL | re.IGNORECASE)
_SAYING = ("final_answer", "response", "content", "text", "message", "output")
"""Under which names models give an answer in JSON that nobody asked to be JSON."""
_NAMES_A_TOOL = re.compile(r'"(?:name|tool|function)"\s*:')
_MOST_OBJECTS = 20
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
    """The text, or what a call was given, ends where the endpoint stopped, not where the model did."""
    requests: int = 1


def visible_text(text: str) -> str:
    """``text`` without what reasoning models think aloud; a tag that has only begun is held back too."""
    said = _THOUGHTS_BEFORE.sub("", _THOUGHTS.sub("", text))
    return _OPENING.sub("", _MARKS.sub("", said)).lstrip()


def growing_text(text: str, calls: Iterable[tuple[str, str]], spoken: tuple[str, str] | None) -> str:
    """What a reply says so far: its text, else what a call that has begun gives as the answer.

    Args: calls: each call's tool, and as much of its arguments as there is.
          spoken: the tool and the argument that hold the answer of a model that gives it by a call.
    """
    shown = visible_text(text)
    if shown or spoken is None:
        return shown
    tool, argument = spoken
    said = (_growing_argument(given, argument) for name, given in calls if name == tool)
    return visible_text(next(filter(None, said), ""))


def _growing_argument(arguments: str, name: str) -> str:
    """A text in JSON that is not yet whole, as far as it has come."""
    found = re.search(rf'"{re.escape(name)}"\s*:\s*"((?:[^"\\]|\\(?:u[0-9a-fA-F]{{4}}|[^u]))*)', arguments)
    try:
        said = json.loads(f'"{found[1]}"', strict=False) if found else ""
    except ValueError:
        return ""
    return re.sub(r"[\ud800-\udfff]", "", said)


def read_reply(
    message: BaseMessage,
    *,
    tools: Iterable[str],
    spoken: tuple[str, str] | None = None,
    cut_off: bool = False,
    requests: int = 1,
) -> Reply:
    """Read what the model sent, whichever of the usual ways it calls tools in.

    Args:    tools: the names that may be called; a JSON object in place of text counts as a call only of these.
             spoken: the tool and the argument that hold the answer of a model that gives it by a call.
    """
    text = visible_text(_PYTHON_TAG.sub("<tool_call>", without_controls(message.text)))
    text, cut_off = text[:LONGEST_REPLY], cut_off or len(text) > LONGEST_REPLY
    text = "" if _PAGE.match(text) else text
    calls = _calls(message)
    if not calls:
        written, text = _calls_in_text(text, set(tools), spoken)
        calls = tuple(
            ToolCall(id=f"call_{place}", name=name, arguments=_object(arguments))
            for place, (name, arguments) in enumerate(written)
        )
        if not calls and text.startswith("{"):
            text, is_whole = _said_in_object(text, spoken)
            cut_off = cut_off or not is_whole
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
        return _plain(arguments)
    if not isinstance(arguments, str):
        return {} if arguments is None else None
    if not arguments.strip():
        return {}
    found = read_arguments(arguments)
    return _plain(found) if isinstance(found, dict) else None


def _plain(value: Any) -> Any:
    """The same without control characters: no database stores all of them, and a terminal obeys some."""
    if isinstance(value, str):
        return without_controls(value)
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _calls_in_text(
    text: str, tools: set[str], spoken: tuple[str, str] | None
) -> tuple[tuple[tuple[str, Any], ...], str]:
    """Calls that a model wrote as its text, each a name and arguments, and the text that stands before them."""
    mark = _CALL_MARK.search(text)
    fenced = _FENCED_JSON.search(text)
    if mark is not None:
        before, body = text[: mark.start()], text[mark.start() :]
    elif fenced is not None:
        before, body = "", text[fenced.end() :]
    elif text.lstrip()[:1] in {"{", "["} and text.rstrip()[-1:] in {"}", "]"}:
        before, body = "", text
    elif _PYTHON_CALL.fullmatch(text) and (call := _in_python(text)) is not None and call[0] in tools:
        return (call,), ""
    else:
        return (), text
    said = [*_in_tags(body), *(_named_call(each, spoken) for each in _objects(body))]
    calls = tuple((name, arguments) for name, arguments in said if name in tools)
    return calls, before if calls or mark else text


def _said_in_object(text: str, spoken: tuple[str, str] | None) -> tuple[str, bool]:
    """What a JSON object says that is no call of any tool, and whether it was whole; else the text as it is."""
    names = [*([spoken[1]] if spoken else []), *(() if _NAMES_A_TOOL.search(text) else _SAYING)]
    said = next(filter(None, (_growing_argument(text, name) for name in names)), "")
    return (said, any(_objects(text))) if said else (text, True)


def _in_python(text: str) -> tuple[str, Any] | None:
    """``get_nodes(names=["orders"])``, printed or not: what a model writes that was taught calls as code."""
    try:
        call = ast.parse(text.strip(), mode="eval").body
        while isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "print" and call.args:
            call = call.args[0]
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name | ast.Attribute):
            return None
        name = call.func.id if isinstance(call.func, ast.Name) else call.func.attr
        return name, {each.arg: ast.literal_eval(each.value) for each in call.keywords if each.arg}
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None


def _in_tags(text: str) -> Iterator[tuple[str, Any]]:
    """``<function=name>`` with an object, or with a tag for each argument."""
    for found in _TAGGED_CALL.finditer(text):
        given = {each[1]: each[2] for each in _TAGGED_ARGUMENT.finditer(found[2])}
        yield found[1], given or found[2]


def _objects(text: str) -> Iterator[Mapping[str, Any]]:
    """The JSON objects in ``text``, those in a list too."""
    decoder, place = json.JSONDecoder(strict=False), text.find("{")
    for _ in range(_MOST_OBJECTS):
        if place < 0:
            return
        try:
            found, end = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            return
        yield found
        place = text.find("{", end)


def _named_call(said: Mapping[str, Any], spoken: tuple[str, str] | None) -> tuple[str, Any]:
    """The name and the arguments in one object, whichever way it says them; or all of it as the answer's own."""
    inner = said.get("function")
    if isinstance(inner, Mapping):
        said = inner
    name = said.get("name") or said.get("tool") or inner
    arguments = said.get("arguments") or said.get("parameters") or said.get("args") or {}
    if spoken is not None and name is None and isinstance(said.get(spoken[1]), str):
        return spoken[0], said
    return (name if isinstance(name, str) else ""), arguments


def _tokens(message: BaseMessage) -> int | None:
    usage = message.usage_metadata if isinstance(message, AIMessage) else None
    return usage["total_tokens"] if usage and usage["total_tokens"] > 0 else None
