"""Amazon Bedrock's Converse API on loopback, as strict about requests as AWS's is.

Source: the Bedrock Runtime API reference, Converse and ConverseStream; AWS's event stream encoding.
"""

import json
import struct
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from aiohttp import web

from tests.fakes.openai import Body, Calls, Fails, Says
from tests.fakes.scripted import Cut, ScriptedMaker, arguments_of, text_pieces

_TYPES = {400: "ValidationException", 403: "AccessDeniedException", 404: "ResourceNotFoundException",
          429: "ThrottlingException", 500: "InternalServerException", 503: "ServiceUnavailableException"}  # fmt: skip
_ENDS = {"stop": "end_turn", "length": "max_tokens"}
_STRING = 7


class FakeBedrock(ScriptedMaker):
    """``POST /model/{id}/converse`` and ``/converse-stream``."""

    stream_type = "application/vnd.amazon.eventstream"

    def routes(self) -> Sequence[web.RouteDef]:
        return [
            web.post("/model/{model}/converse", self.handle),
            web.post("/model/{model}/converse-stream", self.handle),
        ]

    def streams(self, request: web.Request, body: Body) -> bool:
        return request.path.endswith("/converse-stream")

    def find_fault(self, request: web.Request, body: Body) -> str | None:
        if not request.headers.get("authorization", "").startswith("AWS4-HMAC-SHA256 "):
            return "Missing Authentication Token"
        tools = (body.get("toolConfig") or {}).get("tools", [])
        for tool in tools:
            if tool["toolSpec"]["inputSchema"]["json"].get("type") != "object":
                return "toolConfig: inputSchema.json.type must be object"
        return _message_fault(body["messages"], has_tools=bool(tools))

    def refusal(self, step: Fails) -> web.Response:
        headers = {"x-amzn-errortype": step.code or _TYPES.get(step.status, "InternalServerException"), **step.headers}
        return web.json_response({"message": step.message}, status=step.status, headers=headers)

    def whole(self, step: Says | Calls) -> web.Response:
        return web.json_response({
            "output": {"message": {"role": "assistant", "content": _content(step)}},
            "stopReason": _end(step), "usage": _usage(step.tokens or 0), "metrics": {"latencyMs": 5},
        })  # fmt: skip

    def pieces(self, step: Says | Calls | Cut) -> Iterator[bytes]:
        yield _event("messageStart", {"role": "assistant"})
        index = 0
        for piece in text_pieces(step):
            yield _event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": piece}})
        if isinstance(step, Cut):
            return
        if step.text:
            yield _event("contentBlockStop", {"contentBlockIndex": 0})
            index = 1
        for block in [block["toolUse"] for block in _content(step) if "toolUse" in block]:
            start = {"toolUseId": block["toolUseId"], "name": block["name"]}
            yield _event("contentBlockStart", {"contentBlockIndex": index, "start": {"toolUse": start}})
            delta = {"toolUse": {"input": json.dumps(block["input"])}}
            yield _event("contentBlockDelta", {"contentBlockIndex": index, "delta": delta})
            yield _event("contentBlockStop", {"contentBlockIndex": index})
            index += 1
        if isinstance(step, Says) and step.finish is None:
            return
        yield _event("messageStop", {"stopReason": _end(step)})
        yield _event("metadata", {"usage": _usage(step.tokens or 0), "metrics": {"latencyMs": 5}})


def _message_fault(messages: list[Body], *, has_tools: bool) -> str | None:
    if not messages or messages[0]["role"] != "user":
        return "A conversation must start with a user message."
    wanted: set[str] = set()
    for place, message in enumerate(messages):
        if place and message["role"] == messages[place - 1]["role"]:
            return "A conversation must alternate between user and assistant roles."
        if any("text" in block and not block["text"].strip() for block in message["content"]):
            return f"messages.{place}: The text field in the ContentBlock object is blank."
        answered = {block["toolResult"]["toolUseId"] for block in message["content"] if "toolResult" in block}
        if answered != wanted:
            return f"messages.{place}: Expected toolResult blocks for the following Ids: {wanted ^ answered}"
        wanted = {block["toolUse"]["toolUseId"] for block in message["content"] if "toolUse" in block}
        if wanted and not has_tools:
            return "The toolConfig field must be defined when using toolUse and toolResult content blocks."
    return None if messages[-1]["role"] == "user" else "A conversation must end with a user message."


def _content(step: Says | Calls) -> list[Body]:
    blocks: list[Body] = [{"text": step.text}] if step.text else []
    if isinstance(step, Calls):
        blocks += [
            {"toolUse": {"toolUseId": f"tooluse_{place}", "name": name, "input": arguments_of(arguments)}}
            for place, (name, arguments) in enumerate(step.calls)
        ]
    return blocks


def _end(step: Says | Calls) -> str:
    return "tool_use" if isinstance(step, Calls) else _ENDS[step.finish or "stop"]


def _usage(tokens: int) -> Body:
    return {"inputTokens": max(tokens - 20, 0), "outputTokens": 20, "totalTokens": tokens}


def _event(kind: str, body: Body) -> bytes:
    return _message({":event-type": kind, ":content-type": "application/json", ":message-type": "event"}, body)


def _message(headers: dict[str, str], body: Any) -> bytes:
    """One message: lengths and their checksum, headers, payload, checksum of all."""
    payload = json.dumps(body).encode()
    packed = b"".join(
        struct.pack("!B", len(name)) + name.encode() + struct.pack("!BH", _STRING, len(value)) + value.encode()
        for name, value in headers.items()
    )
    lengths = struct.pack("!II", 12 + len(packed) + len(payload) + 4, len(packed))
    message = lengths + struct.pack("!I", zlib.crc32(lengths)) + packed + payload
    return message + struct.pack("!I", zlib.crc32(message))
