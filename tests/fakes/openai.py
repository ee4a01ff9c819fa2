"""A chat endpoint on loopback that follows a script, and is as strict about requests as OpenAI's is."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Body = dict[str, Any]
_ROLES = {"system", "developer", "user", "assistant", "tool"}
_TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


@dataclass(frozen=True, kw_only=True)
class Says:
    """The model says ``text``, in pieces when streaming is asked for."""

    text: str
    pieces: int = 7
    """Characters a piece."""
    tokens: int | None = 120
    """None: no usage is counted."""
    finish: str | None = "stop"
    """None: the stream ends without saying why."""
    done: bool = True
    legacy_call: tuple[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Calls:
    """The model calls tools: (name, arguments), arguments that are a string being sent as they are."""

    calls: Sequence[tuple[str, Mapping[str, Any] | str]]
    text: str = ""
    ids: bool = True
    tokens: int | None = 120


@dataclass(frozen=True, kw_only=True)
class Fails:
    """An HTTP status with OpenAI's kind of error body."""

    status: int
    message: str = "no"
    code: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, kw_only=True)
class Raw:
    """Any bytes at all."""

    body: str
    content_type: str = "text/html"
    status: int = 200


@dataclass(frozen=True, kw_only=True)
class Breaks:
    """The connection dies after ``text``; with ``text`` None before anything was sent."""

    text: str | None = None


@dataclass(frozen=True, kw_only=True)
class Hangs:
    """Nothing comes, or nothing more after ``text``."""

    text: str | None = None


Step = Says | Calls | Fails | Raw | Breaks | Hangs
Scripted = Step | Callable[[Body], Step]


class FakeOpenAI:
    """The script's steps are played one a request; the last one stays when ``repeat_last``."""

    def __init__(self, script: Iterable[Scripted], *, repeat_last: bool, path: str) -> None:
        self._script = list(script)
        self._repeat_last = repeat_last
        self._path = path
        self._leaving = asyncio.Event()
        self.requests: list[Body] = []
        self.headers: list[Mapping[str, str]] = []
        self.rejected: list[str] = []
        """What was wrong with requests, one sentence each: empty in a test that means well."""
        self.seen: list[str] = []
        """Paths of requests for anything else than chat completions."""
        self.base_url = ""

    def build_app(self) -> web.Application:
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_post(f"{self._path}/chat/completions", self._handle)
        app.router.add_route("*", "/{path:.*}", self._unknown)
        return app

    def leave(self) -> None:
        """Let go of the requests that hang."""
        self._leaving.set()

    def add(self, *steps: Scripted) -> None:
        """Play these, too."""
        self._script.extend(steps)

    def _next(self, body: Body) -> Step:
        if not self._script:
            return Fails(status=500, message="the script has ended")
        step = self._script[0] if self._repeat_last and len(self._script) == 1 else self._script.pop(0)
        return step if not callable(step) else step(body)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await request.json()
        except ValueError:
            return _error(400, "We could not parse the JSON body of your request.")
        self.requests.append(body)
        self.headers.append(dict(request.headers))
        if (fault := find_fault(body)) is not None:
            self.rejected.append(fault)
            return _error(400, fault)
        step = self._next(body)
        match step:
            case Fails():
                return _error(step.status, step.message, code=step.code, headers=step.headers)
            case Raw():
                return web.Response(text=step.body, content_type=step.content_type, status=step.status)
            case Breaks(text=None):
                return await self._break(request)
            case Hangs(text=None):
                await self._leaving.wait()
                return web.Response(status=503)
            case _ if body.get("stream"):
                return await self._stream(request, body, step)
            case Says() | Calls():
                return web.json_response(_completion(body, step))
            case _:
                return await self._break(request)

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request.path)
        return _error(404, f"Invalid URL ({request.method} {request.path})")

    async def _break(self, request: web.Request) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    async def _stream(
        self, request: web.Request, body: Body, step: Says | Calls | Breaks | Hangs
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        for chunk in _chunks(body, step):
            await response.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
            await asyncio.sleep(0)
        if isinstance(step, Breaks):
            return await self._break(request)
        if isinstance(step, Hangs):
            await self._leaving.wait()
            return await self._break(request)
        if not isinstance(step, Says) or step.done:
            await response.write(b"data: [DONE]\n\n")
        await response.write_eof()
        return response


@asynccontextmanager
async def fake_openai(*script: Scripted, repeat_last: bool = False, path: str = "/v1") -> AsyncGenerator[FakeOpenAI]:
    """Serve ``script`` on a free port of the loopback interface."""
    fake = FakeOpenAI(script, repeat_last=repeat_last, path=path)
    runner = web.AppRunner(fake.build_app(), shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    fake.base_url = f"http://{host}:{port}{path}"
    try:
        yield fake
    finally:
        fake.leave()
        await runner.cleanup()


def find_fault(body: Body) -> str | None:
    """What OpenAI would reject in this request; None when nothing."""
    if not isinstance(body.get("model"), str) or not body["model"]:
        return "you must provide a model parameter"
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        return "'messages' must hold at least one message"
    if body.get("stream_options") is not None and not body.get("stream"):
        return "The 'stream_options' parameter is only allowed when 'stream' is enabled."
    if body.get("tool_choice") is not None and not body.get("tools"):
        return "'tool_choice' is only allowed when 'tools' are specified."
    return _message_fault(messages) or _tool_fault(body.get("tools"))


def _message_fault(messages: list[Body]) -> str | None:
    open_calls: set[str] = set()
    for place, message in enumerate(messages):
        role = message.get("role")
        if role not in _ROLES:
            return f"Invalid value: {role!r}. Supported values are: {sorted(_ROLES)}."
        if role == "tool":
            if message.get("tool_call_id") not in open_calls:
                return f"messages[{place}]: messages with role 'tool' must be a response to a preceding 'tool_calls'."
            open_calls.discard(message["tool_call_id"])
            continue
        if open_calls:
            return f"messages[{place}]: tool_call_ids did not have response messages: {sorted(open_calls)}"
        if role == "assistant" and message.get("tool_calls"):
            for call in message["tool_calls"]:
                if not call.get("id") or not _TOOL_NAME.match(call["function"]["name"]):
                    return f"messages[{place}]: a tool call needs an id and a plain name."
                if not isinstance(call["function"]["arguments"], str):
                    return f"messages[{place}]: tool arguments must be a string."
            open_calls = {call["id"] for call in message["tool_calls"]}
            if len(open_calls) != len(message["tool_calls"]):
                return f"messages[{place}]: tool call ids must differ."
        elif not isinstance(message.get("content"), str | list):
            return f"messages[{place}]: content must be a string or an array, got {message.get('content')!r}."
    return f"tool_call_ids did not have response messages: {sorted(open_calls)}" if open_calls else None


def _tool_fault(tools: Any) -> str | None:
    if tools is None:
        return None
    if not isinstance(tools, list) or not tools:
        return "'tools' must be a non-empty array"
    names = [tool.get("function", {}).get("name", "") for tool in tools]
    for tool, name in zip(tools, names, strict=True):
        parameters = tool.get("function", {}).get("parameters")
        if tool.get("type") != "function" or not _TOOL_NAME.match(name):
            return f"Invalid tool {name!r}."
        if parameters is not None and parameters.get("type") != "object":
            return f"Invalid schema for function '{name}': schema must be of type 'object'."
    return "Tool names must be unique." if len(set(names)) != len(names) else None


def _error(
    status: int, message: str, *, code: str | None = None, headers: Mapping[str, str] | None = None
) -> web.Response:
    body = {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}}
    return web.json_response(body, status=status, headers=headers)


def _wire_calls(step: Calls) -> list[Body]:
    return [
        {
            **({"id": f"call_{place}_{name}"} if step.ids else {}),
            "type": "function",
            "function": {
                "name": name,
                "arguments": arguments if isinstance(arguments, str) else json.dumps(arguments),
            },
        }
        for place, (name, arguments) in enumerate(step.calls)
    ]


def _usage(tokens: int) -> Body:
    return {"prompt_tokens": tokens - 20, "completion_tokens": 20, "total_tokens": tokens}


def _completion(body: Body, step: Says | Calls) -> Body:
    message: Body = {"role": "assistant", "content": step.text or None}
    if isinstance(step, Calls):
        message["tool_calls"] = _wire_calls(step)
    elif step.legacy_call:
        message["function_call"] = {"name": step.legacy_call[0], "arguments": step.legacy_call[1]}
    finish = "tool_calls" if isinstance(step, Calls) else step.finish
    done: Body = {
        **_head(body, "chat.completion"),
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
    }
    if step.tokens is not None:
        done["usage"] = _usage(step.tokens)
    return done


def _head(body: Body, kind: str) -> Body:
    return {"id": "chatcmpl-1", "object": kind, "created": 1_790_000_000, "model": body["model"]}


def _chunks(body: Body, step: Says | Calls | Breaks | Hangs) -> Iterable[Body]:
    def chunk(delta: Body, finish: str | None = None) -> Body:
        return {
            **_head(body, "chat.completion.chunk"),
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        }

    yield chunk({"role": "assistant", "content": ""})
    text, size = step.text or "", step.pieces if isinstance(step, Says) else 7
    for start in range(0, len(text), size):
        yield chunk({"content": text[start : start + size]})
    if isinstance(step, Breaks | Hangs):
        return
    if isinstance(step, Calls):
        for place, call in enumerate(_wire_calls(step)):
            arguments = call["function"]["arguments"]
            half = len(arguments) // 2
            first = {**call, "index": place, "function": {**call["function"], "arguments": arguments[:half]}}
            yield chunk({"tool_calls": [first]})
            yield chunk({"tool_calls": [{"index": place, "function": {"arguments": arguments[half:]}}]})
        yield chunk({}, "tool_calls")
    else:
        if step.legacy_call:
            yield chunk({"function_call": {"name": step.legacy_call[0], "arguments": step.legacy_call[1]}})
        if step.finish:
            yield chunk({}, step.finish)
    if step.tokens is not None and (body.get("stream_options") or {}).get("include_usage"):
        yield {**_head(body, "chat.completion.chunk"), "choices": [], "usage": _usage(step.tokens)}
