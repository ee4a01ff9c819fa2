"""Google's ``generateContent`` on loopback, for Gemini and for Vertex AI, as strict about requests as Google's is.

Source: Google's reference of generateContent and streamGenerateContent.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aiohttp import web

from tests.fakes.openai import Body, Calls, Fails, Says
from tests.fakes.scripted import Cut, ScriptedMaker, arguments_of, text_pieces

_STATUS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
           429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE"}  # fmt: skip
_SCHEMA_WORDS = frozenset({
    "type", "format", "title", "description", "nullable", "default", "items", "minItems", "maxItems", "enum",
    "properties", "propertyOrdering", "required", "minProperties", "maxProperties", "minimum", "maximum", "minLength",
    "maxLength", "pattern", "example", "anyOf",
})  # fmt: skip
"""What a Schema may hold; anything else is an unknown name to Google."""
_ENDS = {"stop": "STOP", "length": "MAX_TOKENS"}


class FakeGemini(ScriptedMaker):
    """``POST …/models/{model}:generateContent`` and ``:streamGenerateContent``."""

    def routes(self) -> Sequence[web.RouteDef]:
        return [web.post("/{path:.*}", self.handle)]

    def streams(self, request: web.Request, body: Body) -> bool:
        return request.path.endswith(":streamGenerateContent")

    def find_fault(self, request: web.Request, body: Body) -> str | None:
        if not request.headers.get("x-goog-api-key"):
            return "Method doesn't allow unregistered callers."
        if not request.path.endswith((":generateContent", ":streamGenerateContent")):
            return f"no such method: {request.path}"
        tools = [each for tool in body.get("tools") or [] for each in tool.get("functionDeclarations", [])]
        for tool in tools:
            if (unknown := _unknown_word(tool.get("parameters") or {})) is not None:
                return f"Invalid JSON payload received. Unknown name \"{unknown}\" at 'tools[0]': Cannot find field."
        mode = ((body.get("toolConfig") or {}).get("functionCallingConfig") or {}).get("mode", "AUTO")
        if mode not in {"AUTO", "ANY", "NONE", "VALIDATED"}:
            return f"Invalid value at 'tool_config.function_calling_config.mode': {mode}"
        return _contents_fault(body["contents"])

    def refusal(self, step: Fails) -> web.Response:
        status = _STATUS.get(step.status, "INTERNAL")
        details: list[Body] = []
        if "retry-after" in step.headers:  # Google says it in the body
            delay = {
                "@type": "type.googleapis.com/google.rpc.RetryInfo",
                "retryDelay": f"{step.headers['retry-after']}s",
            }
            details.append(delay)
        error = {"code": step.status, "message": step.message, "status": status, "details": details}
        return web.json_response({"error": error}, status=step.status)

    def whole(self, step: Says | Calls) -> web.Response:
        return web.json_response(_reply(_parts(step), step, last=True))

    def pieces(self, step: Says | Calls | Cut) -> Iterator[bytes]:
        for piece in text_pieces(step):
            yield _event(_reply([{"text": piece}], step, last=False))
        if isinstance(step, Cut) or (isinstance(step, Says) and step.finish is None):
            return
        calls = [part for part in _parts(step) if "functionCall" in part]
        yield _event(_reply(calls or [{"text": ""}], step, last=True))


def _contents_fault(contents: list[Body]) -> str | None:
    if not contents or contents[0].get("role", "user") != "user":
        return "Please ensure that the conversation begins with a user turn."
    called: list[str] = []
    for content in contents:
        parts = content.get("parts") or []
        if content.get("role", "user") not in {"user", "model"} or not parts:
            return "Please use a valid role: user, model."
        answered = [part["functionResponse"]["name"] for part in parts if "functionResponse" in part]
        if sorted(answered) != sorted(called):
            return "Please ensure that the number of function response parts equals that of function call parts."
        called = [part["functionCall"]["name"] for part in parts if "functionCall" in part]
        if called and content.get("role") != "model":
            return "Function calls come from the model."
    return None


def _unknown_word(schema: Mapping[str, Any]) -> str | None:
    for word, value in schema.items():
        if word not in _SCHEMA_WORDS:
            return word
        inner = list(value.values()) if word == "properties" else [value] if word == "items" else []
        inner = value if word == "anyOf" else inner
        for each in inner:
            if (unknown := _unknown_word(each)) is not None:
                return unknown
    return None


def _parts(step: Says | Calls) -> list[Body]:
    parts: list[Body] = [{"text": step.text}] if step.text else []
    if isinstance(step, Calls):
        parts += [
            {"functionCall": {"name": name, "args": arguments_of(arguments)}, "thoughtSignature": "c2lnbmF0dXJl"}
            for name, arguments in step.calls
        ]
    return parts


def _reply(parts: list[Body], step: Says | Calls | Cut, *, last: bool) -> Body:
    candidate: Body = {"content": {"role": "model", "parts": parts}, "index": 0}
    if last:
        candidate["finishReason"] = _ENDS[step.finish or "stop"] if isinstance(step, Says) else "STOP"
    reply: Body = {"candidates": [candidate], "modelVersion": "gemini-2.5-flash", "responseId": "r1"}
    if last and not isinstance(step, Cut) and step.tokens is not None:
        reply["usageMetadata"] = {
            "promptTokenCount": step.tokens - 20, "cachedContentTokenCount": 40, "candidatesTokenCount": 20,
            "totalTokenCount": step.tokens,
        }  # fmt: skip
    return reply


def _event(body: Body) -> bytes:
    return f"data: {json.dumps(body)}\r\n\r\n".encode()
