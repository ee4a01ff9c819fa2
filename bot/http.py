"""The process's own HTTP server: is it alive, is it ready, how is it doing."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

logger = logging.getLogger(__name__)

Readiness = Callable[[], Awaitable[list[str]]]
"""Why the process is not ready, a sentence each; empty when it is."""


class PortTakenError(Exception):
    """Another program listens on the port; ``port`` names it."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} is taken: stop the program that listens there, or set PORT (0 takes a free one)."
        )
        self.port = port


@asynccontextmanager
async def serve_http(port: int, *, readiness: Readiness, registry: CollectorRegistry) -> AsyncGenerator[int]:
    """Serve ``/healthz``, ``/readyz`` and ``/metrics`` on all interfaces; yields the port, which 0 leaves open.

    Raises: PortTakenError.
    """
    runner = web.AppRunner(build_http(readiness, registry), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, port=port)
        try:
            await site.start()
        except OSError as error:
            raise PortTakenError(port) from error
        bound_port: int = runner.addresses[0][1]
        logger.info("listening", extra={"port": bound_port})
        yield bound_port
    finally:
        await runner.cleanup()


def build_http(readiness: Readiness, registry: CollectorRegistry) -> web.Application:
    """The routes, for an aiohttp server."""

    async def handle_health(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def handle_ready(_: web.Request) -> web.Response:
        reasons = await readiness()
        return web.json_response({"ready": not reasons, "reasons": reasons}, status=503 if reasons else 200)

    async def handle_metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application(client_max_size=1024 * 1024)
    app.router.add_get("/healthz", handle_health)
    app.router.add_get("/readyz", handle_ready)
    app.router.add_get("/metrics", handle_metrics)
    return app
