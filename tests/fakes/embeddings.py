"""An embeddings endpoint on loopback that answers as OpenAI's does, or fails as told."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

LIMIT = 128


@dataclass
class FakeEmbeddings:
    """Vectors of three numbers: the text's length, one, nothing. What it was asked stands in ``requests``."""

    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    keys: list[str | None] = field(default_factory=list[str | None])
    failures: list[tuple[int, Mapping[str, str]]] = field(default_factory=list[tuple[int, Mapping[str, str]]])
    """Statuses and headers of the next replies."""
    held: asyncio.Event | None = None
    """No reply before it is set."""
    spoil: Callable[[list[dict[str, Any]]], Any] | None = None
    """Makes the body of a reply out of its data."""

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.requests.append(body)
        self.keys.append(request.headers.get("Authorization"))
        if self.held is not None:
            await self.held.wait()
        if self.failures:
            status, headers = self.failures.pop(0)
            return web.json_response({"error": {"message": "key sk-secret refused"}}, status=status, headers=headers)
        texts = body["input"]
        if not isinstance(texts, list) or not texts or len(texts) > LIMIT or "" in texts:
            return web.json_response({"error": {"message": "bad input"}}, status=400)
        data = [{"object": "embedding", "index": n, "embedding": [len(text), 1, 0]} for n, text in enumerate(texts)]
        if self.spoil:
            spoilt = self.spoil(data)
            return web.json_response(spoilt) if not isinstance(spoilt, str) else web.Response(text=spoilt)
        tokens = sum(len(text.split()) for text in texts)
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        return web.json_response({"object": "list", "model": body["model"], "data": data[::-1], "usage": usage})


@asynccontextmanager
async def serve_embeddings() -> AsyncGenerator[FakeEmbeddings]:
    """The endpoint on a free port of loopback; ``url`` is its base URL."""
    fake = FakeEmbeddings()
    application = web.Application()
    application.router.add_post("/v1/embeddings", fake.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    yield fake
    await runner.cleanup()
