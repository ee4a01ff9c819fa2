"""What the page in the browser needs: its files, a live feed of what one person sees, and what that person does."""

import asyncio
import ipaddress
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from bot.playground.page_view import change_view, snapshot
from bot.playground.values import CommandResult
from bot.playground.workspace import Workspace

Json = dict[str, Any]

_FILES = Path(__file__).parent / "page"
_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
_KEEP_ALIVE_S = 15.0


class PageApi:
    """Routes below ``/``. ``origin`` is known once the server listens."""

    def __init__(self, ws: Workspace) -> None:
        self.origin = ""
        self._ws = ws
        self._acts: Mapping[str, Callable[[str, Json], Awaitable[Json]]] = {
            "post": self._post,
            "edit": self._edit,
            "delete": self._delete,
            "react": self._react,
            "command": self._command,
            "click": self._click,
            "submit_view": self._submit_view,
            "close_view": self._close_view,
            "open_dm": self._open_dm,
            "stop": self._stop,
        }

    def add_routes(self, application: web.Application) -> None:
        router = application.router
        router.add_get("/", self._index)
        router.add_get("/archives/{channel}/{message}", self._index)
        router.add_get("/page/{name}", self._file)
        router.add_get("/files/{id}", self._shared)
        router.add_get("/files/{id}/{name}", self._shared)
        router.add_get("/live/people", self._people)
        router.add_get("/live/feed", self._feed)
        router.add_post("/live/{act}", self._act)

    def close(self) -> None:
        """End every live feed."""
        self._ws.state.changes.publish("closing")

    async def _index(self, request: web.Request) -> web.Response:
        return _file("index.html")

    async def _file(self, request: web.Request) -> web.Response:
        return _file(request.match_info["name"])

    async def _shared(self, request: web.Request) -> web.Response:
        """A file that somebody shared; what is no picture is only ever saved, never shown."""
        file = self._ws.files.find(request.match_info["id"])
        if file is None:
            return web.Response(status=404)
        kind = {} if file.mimetype.startswith("image/") else {"Content-Disposition": "attachment"}
        return web.Response(body=file.content, content_type=file.mimetype, headers={**_HEADERS, **kind})

    async def _people(self, request: web.Request) -> web.Response:
        """Whom one can be."""
        people = [each for each in self._ws.state.users.values() if each.bot_id is None]
        return web.json_response([{"id": each.id, "real_name": each.real_name} for each in people])

    async def _feed(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: everything the person sees, then each change."""
        user = request.query.get("user", "")
        if user not in self._ws.state.users:
            return web.Response(status=404)
        response = web.StreamResponse(headers={**_HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        with suppress(ConnectionError):  # the page was closed
            await self._tell(response, user)
        return response

    async def _tell(self, response: web.StreamResponse, user: str) -> None:
        self._ws.open_dm(user)
        with self._ws.state.changes.subscribed() as changes:
            await response.write(_event(snapshot(self._ws, user)))
            while True:
                try:
                    async with asyncio.timeout(_KEEP_ALIVE_S):
                        change = await changes.get()
                except TimeoutError:
                    await response.write(b":\n\n")
                    continue
                if change["kind"] == "closing":
                    return
                for seen in change_view(self._ws, user, change):
                    await response.write(_event(seen))

    async def _act(self, request: web.Request) -> web.Response:
        """Something the person did; a mistake of theirs is answered with 400 and a sentence."""
        if not self._is_our_page(request) or request.content_type != "application/json":
            return web.json_response({"error": "only this page may do that"}, status=403)
        act = self._acts.get(request.match_info["act"])
        try:
            body = await request.json()
            if act is None or body["user"] not in self._ws.state.users:
                raise LookupError("nobody can do that")
            return web.json_response(await act(body["user"], body))
        except (LookupError, ValueError, TypeError) as mistake:
            return web.json_response({"error": str(mistake)}, status=400)

    def _is_our_page(self, request: web.Request) -> bool:
        """Whether the request comes from the page itself, not from another site open in the same browser.

        A name that points here by somebody else's DNS is not us either: an address, ``localhost`` or our own name is.
        """
        origin = request.headers.get("Origin")
        name = urlsplit(f"//{request.host}").hostname or ""
        ours = name in ("localhost", urlsplit(self.origin).hostname) or _is_address(name)
        return ours and (origin is None or urlsplit(origin).netloc == request.host)

    async def _post(self, user: str, body: Json) -> Json:
        ts = await self._ws.post(user, body["channel"], str(body["text"]), body.get("thread_ts"))
        return {"ts": ts}

    async def _edit(self, user: str, body: Json) -> Json:
        self._check_own(user, body)
        await self._ws.edit(user, body["channel"], body["ts"], str(body["text"]))
        return {}

    async def _delete(self, user: str, body: Json) -> Json:
        self._check_own(user, body)
        await self._ws.delete(user, body["channel"], body["ts"])
        return {}

    def _check_own(self, user: str, body: Json) -> None:
        if self._ws.message(body["channel"], body["ts"]).user != user:
            raise ValueError("one can only change one's own messages")

    async def _react(self, user: str, body: Json) -> Json:
        """Give a reaction, or take back one's own."""
        given = self._ws.message(body["channel"], body["ts"]).reactions.get(body["name"], ())
        act = self._ws.unreact if user in given else self._ws.react
        await act(user, body["channel"], body["ts"], str(body["name"]))
        return {}

    async def _command(self, user: str, body: Json) -> Json:
        return _outcome(await self._ws.command(user, body["channel"], str(body["command"]), str(body.get("text", ""))))

    async def _click(self, user: str, body: Json) -> Json:
        place = {"action_id": str(body["action_id"]), "value": body.get("value")}
        return _outcome(await self._ws.click(user, body["channel"], body["ts"], **place))

    async def _submit_view(self, user: str, body: Json) -> Json:
        return _outcome(await self._ws.submit_view(user, body.get("values")))

    async def _close_view(self, user: str, body: Json) -> Json:
        if self._ws.views.visible(user):
            await self._ws.close_view(user)
        return {}

    async def _open_dm(self, user: str, body: Json) -> Json:
        await self._ws.open_app_home(user)
        return {}

    async def _stop(self, user: str, body: Json) -> Json:
        await self._ws.stop(user, body["channel"], str(body["thread_ts"]))
        return {}


def _outcome(result: CommandResult) -> Json:
    """What is shown at once: nothing when the acknowledgement became a message of its own."""
    return {"error": result.error, "shown": result.shown if result.error else ""}


def _file(name: str) -> web.Response:
    """A file of the page; unknown names and paths elsewhere do not exist."""
    path = _FILES / name
    if path.parent != _FILES or path.suffix not in _TYPES or not path.is_file():
        return web.Response(status=404)
    return web.Response(body=path.read_bytes(), content_type=_TYPES[path.suffix], charset="utf-8", headers=_HEADERS)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _event(change: Json) -> bytes:
    return b"data: " + json.dumps(change).encode() + b"\n\n"
