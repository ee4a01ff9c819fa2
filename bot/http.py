"""The process's own HTTP server: is it alive, is it ready, how is it doing; and news from dbt come in."""

import asyncio
import errno
import logging
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import PayloadEncodingError
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.errors import BotError
from knowledge.errors import Unavailable
from knowledge.sources.platform.webhook import LONGEST_BODY, Event, judge, read_event, verify

logger = logging.getLogger(__name__)

Readiness = Callable[[], Awaitable[list[str]]]
"""Why the process is not ready, a sentence each; empty when it is."""


_READ_S, _STORE_S = 5.0, 0.8
"""dbt waits ten seconds for an answer; a database that takes longer than this counts as gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """What the route for dbt's webhook needs."""

    secret: str
    environments: frozenset[str]
    """Of these alone runs matter; none: of all."""
    take: Callable[[Event], Awaitable[bool]]
    """Stores an event and the refresh for it, False when it is known already; raises Unavailable."""


class PortTaken(BotError):
    """Another program listens on the port; ``port`` names it."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} is taken: stop the program that listens there, or set PORT (0 takes a free one)."
        )
        self.port = port


@asynccontextmanager
async def serve_http(
    port: int, *, readiness: Readiness, registry: CollectorRegistry, webhook: Webhook | None = None
) -> AsyncGenerator[int]:
    """Serve ``/healthz``, ``/readyz``, ``/metrics`` and, with a ``webhook``, ``/webhooks/dbt`` on all interfaces.

    Yields the port, which 0 leaves open.

    Raises: PortTaken.
    """
    runner = web.AppRunner(build_http(readiness, registry, webhook), access_log=None)
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


def build_http(readiness: Readiness, registry: CollectorRegistry, webhook: Webhook | None) -> web.Application:
    """The routes, for an aiohttp server."""

    async def handle_health(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def handle_ready(_: web.Request) -> web.Response:
        reasons = await readiness()
        return web.json_response({"ready": not reasons, "reasons": reasons}, status=503 if reasons else 200)

    async def handle_metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def handle_dbt(request: web.Request) -> web.Response:
        assert webhook is not None  # noqa: S101 (there is no such route without one)
        status, answer = await _answer_dbt(webhook, request)
        return web.json_response(answer, status=status)

    app = web.Application(client_max_size=LONGEST_BODY)
    app.router.add_get("/healthz", handle_health)
    app.router.add_get("/readyz", handle_ready)
    app.router.add_get("/metrics", handle_metrics)
    if webhook is not None:
        app.router.add_post("/webhooks/dbt", handle_dbt)
    return app


async def _answer_dbt(webhook: Webhook, request: web.Request) -> tuple[int, dict[str, Any]]:
    """Status and body. What is authentic and not to be acted upon is a 200: dbt repeats everything else."""
    if (request.content_length or 0) > LONGEST_BODY:
        return _refused(413, "too big")
    try:
        async with asyncio.timeout(_READ_S):
            body = await request.read()
    except web.HTTPRequestEntityTooLarge:  # one that came without its length, or with a wrong one
        return _refused(413, "too big")
    except TimeoutError:
        return _refused(408, "too slow")
    except (web.RequestPayloadError, PayloadEncodingError):  # not packed in the way that it says
        return _refused(400, "unreadable")
    if not verify(webhook.secret, body, request.headers.get("Authorization")):
        return _refused(401, "signature missing or wrong")
    event = read_event(body)
    reaction = judge(event, environments=webhook.environments)
    if event is None or reaction != "refresh":
        logger.info("webhook not acted upon", extra={"reaction": reaction, "event_id": event and event.event_id})
        return 200, {"status": reaction}
    try:
        async with asyncio.timeout(_STORE_S):
            is_new = await webhook.take(event)
    except (Unavailable, TimeoutError):
        return _refused(503, "the database does not answer")
    logger.info("webhook taken", extra={"event_id": event.event_id, "run_id": event.run_id, "is_new": is_new})
    return (202, {"status": "queued"}) if is_new else (200, {"status": "duplicate"})


def _refused(status: int, reason: str) -> tuple[int, dict[str, Any]]:
    logger.warning("webhook refused", extra={"status": status, "reason": reason})
    return status, {"error": reason}
