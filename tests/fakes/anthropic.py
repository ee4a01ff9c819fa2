"""Anthropic's Messages API on loopback, as strict about requests as Anthropic's is.

Source: Anthropic's API reference: messages, streaming, errors.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from aiohttp import web

from tests.fakes.openai import Body, Calls, Fails, Says
from tests.fakes.scripted import Cut, ScriptedMaker, arguments_of, text_pieces

MODEL = "claude-sonnet-5"
_ID = re.compile(r"[a-zA-Z0-9_-]+\Z")
_KINDS = {400: "invalid_request_error", 401: "authentication_error", 404: "not_found_error", 429: "rate_limit_error",
          529: "overloaded_error"}  # fmt: skip
_ENDS = {"stop": "end_turn", "length": "max_tokens"}


class FakeAnthropic(ScriptedMaker):
    """``POST /v1/messages``."""

    def routes(self) -> Sequence[web.RouteDef]:
        return [web.post("/v1/messages", self.handle)]

    def streams(self, request: web.Request, body: Body) -> bool:
        return bool(body.get("stream"))

    def find_fault(self, request: web.Request, body: Body) -> str | None:
        has_key = request.headers.get("x-api-key") or request.headers.get("authorization", "").startswith("Bearer ")
        if not has_key or not request.headers.get("anthropic-version"):
            return "a key and the header anthropic-version are required"
        if not isinstance(body.get("max_tokens"), int) or body["max_tokens"] < 1:
            return "max_tokens: Field required"
        tools = body.get("tools") or []
        for tool in tools:
            if tool.get("input_schema", {}).get("type") != "object" or "function" in tool:
                return f"tools: {tool.get('name')}: input_schema.type: Field required"
        if body.get("tool_choice") and not tools:
            return "tool_choice may only be specified while providing tools."
        if (body.get("tool_choice") or {}).get("type", "auto") not in {"auto", "any", "tool", "none"}:
            return "tool_choice: unknown type"
        return _message_fault(body["messages"], has_tools=bool(tools))

    def refusal(self, step: Fails) -> web.Response:
        kind = step.code or _KINDS.get(step.status, "api_error")
        body = {"type": "error", "error": {"type": kind, "message": step.message}, "request_id": "req_1"}
        return web.json_response(body, status=step.status, headers=step.headers)

    def whole(self, step: Says | Calls) -> web.Response:
        return web.json_response({
            **_head(), "content": _content(step), "stop_reason": _end(step), "usage": _usage(step.tokens or 0),
        })  # fmt: skip

    def pieces(self, step: Says | Calls | Cut) -> Iterator[bytes]:
        tokens = 0 if isinstance(step, Cut) else step.tokens or 0
        yield _event(
            "message_start", message={**_head(), "content": [], "usage": {**_usage(tokens), "output_tokens": 1}}
        )
        index = 0
        if step.text:
            yield _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
            for piece in text_pieces(step):
                yield _event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
            if isinstance(step, Cut):
                return
            yield _event("content_block_stop", index=0)
            index = 1
        if isinstance(step, Cut):
            return
        for block in [block for block in _content(step) if block["type"] == "tool_use"]:
            yield _event("content_block_start", index=index, content_block={**block, "input": {}})
            written = json.dumps(block["input"])
            for part in (written[: len(written) // 2], written[len(written) // 2 :]):
                yield _event(
                    "content_block_delta", index=index, delta={"type": "input_json_delta", "partial_json": part}
                )
            yield _event("content_block_stop", index=index)
            index += 1
        if isinstance(step, Says) and step.finish is None:
            return
        ending = {"stop_reason": _end(step), "stop_sequence": None}
        yield _event("message_delta", delta=ending, usage=_usage(tokens))
        yield _event("message_stop")


def overloaded_in_stream() -> bytes:
    """What comes within a stream when there is too much to do."""
    return _event("error", error={"type": "overloaded_error", "message": "Overloaded"})


def _message_fault(messages: list[Body], *, has_tools: bool) -> str | None:
    if not messages or messages[0]["role"] != "user":
        return "messages: first message must use the user role"
    wanted: set[str] = set()
    for place, message in enumerate(messages):
        content = message["content"]
        blocks: list[Any] = [{"type": "text", "text": content}] if isinstance(content, str) else content
        if any(block["type"] == "text" and not block["text"].strip() for block in blocks):
            return f"messages.{place}: text content blocks must be non-empty"
        answered = {block["tool_use_id"] for block in blocks if block["type"] == "tool_result"}
        if answered != wanted:
            return f"messages.{place}: tool_use ids without tool_result blocks, or the reverse: {wanted ^ answered}"
        wanted = {block["id"] for block in blocks if block["type"] == "tool_use"}
        if wanted and not has_tools:
            return "Requests which include `tool_use` blocks must define tools"
        if any(not _ID.match(each) for each in wanted):
            return f"messages.{place}: tool_use ids must be plain"
    return None if messages[-1]["role"] == "user" else "This model does not support assistant message prefill."


def _content(step: Says | Calls) -> list[Body]:
    blocks: list[Body] = [{"type": "text", "text": step.text}] if step.text else []
    if isinstance(step, Calls):
        blocks += [
            {"type": "tool_use", "id": f"toolu_{place}", "name": name, "input": arguments_of(arguments)}
            for place, (name, arguments) in enumerate(step.calls)
        ]
    return blocks


def _end(step: Says | Calls) -> str:
    return "tool_use" if isinstance(step, Calls) else _ENDS[step.finish or "stop"]


def _head() -> Body:
    return {"id": "msg_1", "type": "message", "role": "assistant", "model": MODEL, "stop_reason": None,
            "stop_sequence": None}  # fmt: skip


def _usage(tokens: int) -> Body:
    """``tokens`` in all, of which 20 are the reply, and of the rest 40 were in the cache."""
    return {"input_tokens": max(tokens - 60, 0), "cache_creation_input_tokens": 0, "cache_read_input_tokens": 40,
            "output_tokens": 20}  # fmt: skip


def _event(kind: str, **fields: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()
