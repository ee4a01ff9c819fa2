"""Takes in one reply of a chat model, piece by piece, in time that grows with its length and no faster."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from langchain_core.messages import AIMessage, AIMessageChunk, InvalidToolCall, ToolCall, ToolCallChunk
from langchain_core.messages.ai import UsageMetadata
from langchain_core.utils.json import parse_partial_json

LONGEST_REPLY = 24_000  # characters; a model that has not stopped by then is going round in circles
LONGEST_ARGUMENTS = 24_000  # characters of all that is given to tools in one reply
LONGEST_THOUGHTS = 400_000  # characters of text, what is thought aloud in it included
MOST_CALLS = 100
_MENDED = 6_000  # characters; to close what is open in JSON that is wrong early takes a try for each of them
_GROWN = 64
"""A text is read anew when it has grown by this part of it: a long one not with each of its pieces."""
_ENDINGS = ("finish_reason", "stop_reason", "stopReason")
"""Where a reply says why it ended: OpenAI's and Google's, Anthropic's, AWS's word."""


@dataclass(slots=True)
class _Call:
    """A call that is being made."""

    index: int | None
    id: str = ""
    name: str = ""
    given: list[str] = field(default_factory=list[str])


@dataclass(slots=True, kw_only=True)
class Hearing:
    """What one request has brought so far. ``counts_anew``: each count of tokens holds those before it."""

    counts_anew: bool = False
    message: AIMessage | None = None
    ended: str | None = None
    named: str = ""
    """What the endpoint calls the model."""
    is_told: bool = False
    """Somebody is being told of it right now: a fault of theirs is no fault of the endpoint."""
    was_cut: bool = False
    """There was more than anybody reads."""
    _calls: list[_Call] = field(default_factory=list[_Call])
    _counted: UsageMetadata | None = None
    _texts: list[str] = field(default_factory=list[str])
    _heard_chars: int = 0
    _given_chars: int = 0
    _told_chars: int = 0

    @property
    def text(self) -> str:
        """The text so far."""
        if len(self._texts) > 1:
            self._texts[:] = ["".join(self._texts)]
        return self._texts[0] if self._texts else ""

    @property
    def given(self) -> Iterator[tuple[str, str]]:
        """Each call's tool, and as much of its arguments as there is."""
        return ((call.name, "".join(call.given)) for call in self._calls)

    @property
    def is_endless(self) -> bool:
        """Whether it is longer than any reply that means something."""
        return (
            self._heard_chars > LONGEST_THOUGHTS
            or self._given_chars > LONGEST_ARGUMENTS
            or len(self._calls) > MOST_CALLS
        )

    def has_grown(self) -> bool:
        """Whether there is so much more than when this was last asked that it is worth reading it all again."""
        heard = self._heard_chars + self._given_chars
        if heard - self._told_chars < heard // _GROWN:
            return False
        self._told_chars = heard
        return True

    @property
    def looks_whole(self) -> bool:
        """Whether a stream that never said that it was done may have been: some endpoints do not say it."""
        if self._calls:
            return all(read_arguments("".join(call.given)) is not None for call in self._calls)
        return self.text.rstrip().endswith((".", "!", "?", "`", ")", ":", "*", "|", '"'))

    def note(self, metadata: Mapping[str, Any]) -> None:
        """Remember what is said about the reply."""
        self.ended = next((str(metadata[key]) for key in _ENDINGS if metadata.get(key)), self.ended)
        self.named = str(metadata.get("model_name") or metadata.get("model") or self.named)

    def take(self, chunk: AIMessageChunk) -> None:
        """Take one more piece. Arguments of calls are gathered, not read: they would be read anew with each piece."""
        if self.counts_anew and chunk.usage_metadata:
            self._counted, chunk.usage_metadata = chunk.usage_metadata, None
        for piece in chunk.tool_call_chunks:
            self._gather(piece)
        chunk.tool_call_chunks, chunk.tool_calls, chunk.invalid_tool_calls = [], [], []
        self._texts.append(chunk.text)
        self._heard_chars += len(chunk.text)
        if isinstance(chunk.content, str):
            chunk.content = ""  # to append it would copy all of the text with each piece
        self.message = self.message + chunk if isinstance(self.message, AIMessageChunk) else chunk
        self.note(chunk.response_metadata)

    def settle(self) -> None:
        """Make of the pieces the whole message."""
        if self.message is None:
            return
        if isinstance(self.message.content, str):
            self.message.content = self.text
        self.was_cut = self.is_endless or any(read_arguments("".join(call.given)) is None for call in self._calls)
        calls = self._calls if self._given_chars <= LONGEST_ARGUMENTS else []
        read = [(call, _arguments("".join(call.given))) for call in calls[:MOST_CALLS]]
        self.message.tool_calls = [
            ToolCall(name=call.name, args=arguments, id=call.id) for call, arguments in read if arguments is not None
        ]
        self.message.invalid_tool_calls = [
            InvalidToolCall(name=call.name, args="".join(call.given), id=call.id, error=None, type="invalid_tool_call")
            for call, arguments in read
            if arguments is None
        ]
        if self._counted is not None:
            self.message.usage_metadata = self._counted
        shorter = bounded(self.message)
        self.was_cut = self.was_cut or shorter is not self.message
        self.message = shorter

    def _gather(self, piece: ToolCallChunk) -> None:
        index, given_id = piece.get("index"), piece.get("id") or ""
        alike = [call for call in self._calls if index is not None and call.index == index]
        call = next((each for each in reversed(alike) if not given_id or each.id in {"", given_id}), None)
        if call is None:
            self._calls.append(call := _Call(index))
        call.id = call.id or given_id
        call.name += piece.get("name") or ""
        call.given.append(piece.get("args") or "")
        self._given_chars += len(call.given[-1])


def bounded(message: AIMessage) -> AIMessage:
    """The message, or one with as much of its text as anybody reads, and without calls that are longer than any is."""
    text, calls = message.text, [*message.tool_calls, *message.invalid_tool_calls]
    given = sum(len(str(call["args"])) for call in calls)
    if len(text) <= LONGEST_THOUGHTS and given <= LONGEST_ARGUMENTS and len(calls) <= MOST_CALLS:
        return message
    kept = calls[:MOST_CALLS] if given <= LONGEST_ARGUMENTS else []
    return AIMessage(
        text[:LONGEST_THOUGHTS],
        tool_calls=[call for call in kept if call.get("type") != "invalid_tool_call"],
        usage_metadata=message.usage_metadata,
        response_metadata=message.response_metadata,
    )


def read_arguments(arguments: str) -> Any:
    """What whole arguments say, as JSON or as a text of JSON; None when they are not whole, or no JSON."""
    if not arguments.strip():
        return {}
    plain = arguments.strip()
    try:
        plain = json.loads(plain) if plain.startswith('"') else plain
        return json.loads(plain[plain.find("{") : plain.rfind("}") + 1], strict=False)
    except (ValueError, RecursionError):
        return None


def _arguments(arguments: str) -> Any:
    """The same, or what there is of arguments that broke off; None when that is nothing."""
    found = read_arguments(arguments)
    if found is None and len(arguments) <= _MENDED:
        try:
            found = parse_partial_json(arguments)
        except (ValueError, RecursionError):
            return None
    return found if isinstance(found, dict) else None
