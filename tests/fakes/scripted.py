"""What the fakes of model makers share: a script on a free port of loopback, played one step a request."""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self

from aiohttp import web

from tests.fakes.openai import Body, Breaks, Calls, Fails, Hangs, Raw, Says, Scripted, Step

Cut = Breaks | Hangs


class ScriptedMaker(ABC):
    """A maker's endpoint; what differs between makers is how requests are judged and replies are written."""

    def __init__(self, script: Iterable[Scripted], *, repeat_last: bool) -> None:
        self._script = list(script)
        self._repeat_last = repeat_last
        self._leaving = asyncio.Event()
        self.requests: list[Body] = []
        self.texts: list[str] = []
        """The same as they came, byte for byte."""
        self.headers: list[Mapping[str, str]] = []
        self.rejected: list[str] = []
        """What was wrong with requests, one sentence each: empty in a test that means well."""
        self.base_url = ""

    @abstractmethod
    def routes(self) -> Sequence[web.RouteDef]:
        """Where its chat is; ``handle`` plays the script."""

    @abstractmethod
    def find_fault(self, request: web.Request, body: Body) -> str | None:
        """What the maker would reject."""

    @abstractmethod
    def refusal(self, step: Fails) -> web.Response:
        """An error in the maker's form."""

    @abstractmethod
    def whole(self, step: Says | Calls) -> web.Response:
        """A reply in one piece."""

    @abstractmethod
    def pieces(self, step: Says | Calls | Cut) -> Iterator[bytes]:
        """A streamed reply, up to where it breaks off or hangs."""

    @abstractmethod
    def streams(self, request: web.Request, body: Body) -> bool:
        """Whether a stream is asked for."""

    stream_type = "text/event-stream"

    @classmethod
    @asynccontextmanager
    async def serve(cls, *script: Scripted, repeat_last: bool = False) -> AsyncGenerator[Self]:
        """Serve ``script`` while the block runs."""
        fake = cls(script, repeat_last=repeat_last)
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.add_routes(fake.routes())
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        fake.base_url = f"http://{host}:{port}"
        try:
            yield fake
        finally:
            fake._leaving.set()
            await runner.cleanup()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Judge the request, then play the next step."""
        text = await request.text()
        body: Body = json.loads(text)
        self.texts.append(text)
        self.requests.append(body)
        self.headers.append(dict(request.headers))
        if (fault := self.find_fault(request, body)) is not None:
            self.rejected.append(fault)
            return self.refusal(Fails(status=400, message=fault))
        step = self._next(body)
        match step:
            case Fails():
                return self.refusal(step)
            case Raw():
                return web.Response(status=step.status, text=step.body, content_type=step.content_type)
            case Breaks(text=None):
                return self._abort(request)
            case Hangs(text=None):
                await self._leaving.wait()
                return web.Response(status=503)
            case _ if self.streams(request, body):
                return await self._stream(request, step)
            case Says() | Calls():
                return self.whole(step)
            case _:
                return self._abort(request)

    async def _stream(self, request: web.Request, step: Says | Calls | Cut) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": self.stream_type})
        await response.prepare(request)
        for piece in self.pieces(step):
            await response.write(piece)
            await asyncio.sleep(0)
        if isinstance(step, Hangs):
            await self._leaving.wait()
        if isinstance(step, Cut):
            return self._abort(request)
        await response.write_eof()
        return response

    def _abort(self, request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    def _next(self, body: Body) -> Step:
        if not self._script:
            return Fails(status=500, message="the script has ended")
        step = self._script[0] if self._repeat_last and len(self._script) == 1 else self._script.pop(0)
        return step if not callable(step) else step(body)


def text_pieces(step: Says | Calls | Cut) -> list[str]:
    """The text of a step as it is streamed."""
    text, size = step.text or "", step.pieces if isinstance(step, Says) else 7
    return [text[start : start + size] for start in range(0, len(text), size)]


def arguments_of(arguments: Mapping[str, Any] | str) -> dict[str, Any]:
    """Arguments of a call where the protocol has no way to send broken ones."""
    return dict(json.loads(arguments)) if isinstance(arguments, str) else dict(arguments)
