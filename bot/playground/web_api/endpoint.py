"""The HTTP side of the Web API: token, arguments, trouble on demand, the method, and a record of it all."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.playground.faults import Fault
from bot.playground.rules.refusal import Refusal
from bot.playground.values import Call
from bot.playground.web_api import assistant, chat, conversations, directory, files, reactions, streams, view_methods
from bot.playground.web_api.call import ApiCall, Json, Method
from bot.playground.workspace import Workspace

METHODS: Mapping[str, Method] = {
    **chat.METHODS,
    **streams.METHODS,
    **assistant.METHODS,
    **conversations.METHODS,
    **reactions.METHODS,
    **directory.METHODS,
    **files.METHODS,
    **view_methods.METHODS,
}


class WebApi:
    """Answers ``/api/<method>`` and keeps every call in the workspace."""

    def __init__(self, ws: Workspace, *, bot_token: str, app_token: str) -> None:
        self.origin = ""
        self._ws = ws
        self._bot_token = bot_token
        self._app_token = app_token

    async def serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            token, arguments = await _read(request)
        except Refusal as refusal:
            return self._reply(method, {}, _refused(refusal))
        fault = self._ws.faults.next_for(method)
        if fault:
            await asyncio.sleep(fault.hang_s)
            if (spoilt := self._spoil(request, method, arguments, fault)) is not None:
                return spoilt
        reply = self._reply(method, arguments, self._answer(method, token, arguments))
        if fault and fault.cut == "after":
            return _hang_up(request)
        return reply

    async def take_bytes(self, request: web.Request) -> web.StreamResponse:
        """``POST`` to an upload address: 200, or an error with HTTP 400. Kept as a call of ``upload_url``."""
        content = await _uploaded(request)
        arguments = {"size": len(content)}
        fault = self._ws.faults.next_for("upload_url")
        if fault and (spoilt := self._spoil(request, "upload_url", arguments, fault)) is not None:
            return spoilt
        try:
            self._ws.files.receive(request.match_info["token"], content)
        except Refusal as refusal:
            return self._reply("upload_url", arguments, _refused(refusal), status=400)
        self._record("upload_url", arguments, {"ok": True}, 200)
        if fault and fault.cut == "after":
            return _hang_up(request)
        return web.Response(text=f"OK - {len(content)}")

    def _answer(self, name: str, token: str, arguments: Json) -> Json:
        method = METHODS.get(name)
        try:
            if method is None:
                raise Refusal("unknown_method", req_method=name)
            self._check_token(token, method)
            call = ApiCall(method=name, arguments=arguments, ws=self._ws, origin=self.origin)
            call.need_scope(*method.scopes)
            return {"ok": True, **method.answer(call)}
        except Refusal as refusal:
            return _refused(refusal)

    def _check_token(self, token: str, method: Method) -> None:
        if not token:
            raise Refusal("not_authed")
        if token not in (self._bot_token, self._app_token):
            raise Refusal("invalid_auth")
        if (token == self._app_token) != method.app_token:
            raise Refusal("not_allowed_token_type")

    def _spoil(self, request: web.Request, method: str, arguments: Json, fault: Fault) -> web.StreamResponse | None:
        """The failing reply that ``fault`` asks for; None when the call goes on."""
        if fault.cut == "before":
            return _hang_up(request)
        if fault.status:
            self._record(method, arguments, {}, fault.status)
            return web.Response(status=fault.status, text="<html>upstream failure</html>", content_type="text/html")
        if fault.error == "ratelimited":
            retry_after_s = max(1, round(fault.retry_after_s or 1)) if fault.retry_after_s != 0 else 0
            headers = {"Retry-After": str(retry_after_s)}
            return self._reply(method, arguments, {"ok": False, "error": fault.error}, status=429, headers=headers)
        if fault.error:
            return self._reply(method, arguments, {"ok": False, "error": fault.error})
        return None

    def _reply(
        self,
        method: str,
        arguments: Json,
        response: Json,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> web.Response:
        self._record(method, arguments, response, status)
        scopes = {"X-OAuth-Scopes": ",".join(sorted(self._ws.state.grants.scopes))}
        return web.json_response(response, status=status, headers={**scopes, **(headers or {})})

    def _record(self, method: str, arguments: Json, response: Json, status: int) -> None:
        call = Call(method=method, arguments=arguments, response=response, status=status, at=self._ws.state.now())
        self._ws.calls.append(call)
        self._ws.state.changes.publish("call", method=method)


def _refused(refusal: Refusal) -> Json:
    return {"ok": False, "error": refusal.error, **refusal.extra}


async def _read(request: web.Request) -> tuple[str, Json]:
    """The token and the arguments, which come as JSON, as a form or in the query. Raises: Refusal."""
    arguments: dict[str, Any] = dict(request.query)
    if request.method == "POST" and request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError:
            raise Refusal("invalid_json") from None
        if not isinstance(body, dict):
            raise Refusal("json_not_object")
        arguments |= body
    elif request.method == "POST":
        arguments |= dict(await request.post())
    in_body = str(arguments.pop("token", ""))
    scheme, _, in_header = request.headers.get("Authorization", "").partition(" ")
    token = in_header.strip() if scheme.lower() == "bearer" else ""
    return token or in_body, {name: value for name, value in arguments.items() if value is not None}


async def _uploaded(request: web.Request) -> bytes:
    """The bytes of a file, sent as they are or in a form."""
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    for field in (await request.post()).values():
        if isinstance(field, web.FileField):
            return field.file.read()
    return b""


def _hang_up(request: web.Request) -> web.Response:
    """Break the connection without a reply."""
    if request.transport:
        request.transport.close()
    return web.Response(status=500)
