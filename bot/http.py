"""The process's own HTTP server: is it alive, is it ready, how is it doing."""

import errno
import logging
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.errors import BotError

logger = logging.getLogger(__name__)

Readiness = Callable[[], Awaitable[list[str]]]
"""Why the process is not ready, a sentence each; empty when it is."""


class PortTaken(BotError):
    """Another program listens on the port; ``port`` names it."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} is taken: stop the program that listens there, or set PORT (0 takes a free one)."
        )
        self.port = port


@asynccontextmanager
async def serve_http(port: int, *, readiness: Readiness, registry: CollectorRegistry) -> AsyncGenerator[int]:
    """Serve ``/healthz``, ``/readyz`` and ``/metrics`` on all interfaces; yields the port, which 0 leaves open.

    Raises: PortTaken.
    """
    runner = web.AppRunner(build_http(readiness, registry), access_log=None)
    await runner.setup()
    try:
        listener = _listener(port)
        await web.SockSite(runner, listener).start()
        bound_port: int = listener.getsockname()[1]
        logger.info("listening", extra={"port": bound_port})
        yield bound_port
    finally:
        await runner.cleanup()


def _listener(port: int) -> socket.socket:
    """One socket for IPv4 and IPv6, so that port 0 is the same free one for both; IPv4 alone where there is no IPv6."""
    try:
        if socket.has_dualstack_ipv6():
            with suppress(_NoIPv6):
                return _bound(port, socket.AF_INET6)
        return _bound(port, socket.AF_INET)
    except OSError as error:
        raise PortTaken(port) from error


class _NoIPv6(Exception):
    """The system knows IPv6 but does not let us use it."""


def _bound(port: int, family: socket.AddressFamily) -> socket.socket:
    is_v6 = family == socket.AF_INET6
    try:
        return socket.create_server(("", port), family=family, dualstack_ipv6=is_v6)
    except OSError as error:
        if is_v6 and error.errno in {errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL}:
            raise _NoIPv6 from error
        raise


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
