"""Puts the workspace together and serves it: Web API, Socket Mode, response addresses and the page."""

import ipaddress
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from bot.playground.announce import Announcer
from bot.playground.delivery import SocketMode
from bot.playground.grants import read_grants
from bot.playground.interaction import Interactions
from bot.playground.page_api import PageApi
from bot.playground.response_urls import ResponseUrls
from bot.playground.state import State, new_secret
from bot.playground.views import Views
from bot.playground.web_api.endpoint import WebApi
from bot.playground.workspace import Workspace

Json = dict[str, Any]

_LARGEST_BODY = 8 * 1024 * 1024


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Playground:
    """A running workspace: where it listens, and the tokens that open it."""

    page_url: str
    api_url: str
    workspace: Workspace
    bot_token: str = field(repr=False)
    app_token: str = field(repr=False)


@asynccontextmanager
async def open_playground(
    manifest: Json,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    granted_optional: Collection[str] = (),
    retry_delays_s: Sequence[float] = (0.0, 60.0, 300.0),
    ack_timeout_s: float = 3.0,
    now: Callable[[], datetime] = _utc_now,
    team_name: str = "Playground",
) -> AsyncGenerator[Playground]:
    """Run a workspace in which the app of ``manifest`` is installed.

    Args:   granted_optional: the manifest's optional scopes that were ticked at installation.
            retry_delays_s: pauses before an unacknowledged event is sent again; now: aware UTC.
            port: 0 takes a free one.
    Raises: ValueError for an optional scope the manifest does not offer; OSError when the port is taken.
    Source: Slack's Events API guide for the retry schedule (at once, a minute, five minutes).
    """
    state = State(read_grants(manifest, granted_optional), now=now, team_name=team_name)
    sockets = SocketMode(
        now=now, ack_timeout_s=ack_timeout_s, retry_delays_s=retry_delays_s, is_enabled=state.grants.has_socket_mode
    )
    announcer = Announcer(state, sockets)
    response_urls = ResponseUrls(state, announcer)
    interactions = Interactions(state, sockets, response_urls, Views(state))
    workspace = Workspace(state, sockets, interactions, announcer)
    bot_token, app_token = new_secret("xoxb"), new_secret("xapp-1")
    api = WebApi(workspace, bot_token=bot_token, app_token=app_token)
    page = PageApi(workspace)

    application = web.Application(client_max_size=_LARGEST_BODY)
    application.router.add_route("*", "/api/{method}", api.serve)
    application.router.add_get("/socket", sockets.connections.serve)
    application.router.add_post("/response/{token}", response_urls.serve)
    application.router.add_post("/upload/{token}", api.take_bytes)
    page.add_routes(application)
    async with _serve(application, host, port) as origin:
        api.origin = response_urls.origin = page.origin = workspace.files.origin = origin
        try:
            yield Playground(
                page_url=f"{origin}/",
                api_url=f"{origin}/api/",
                workspace=workspace,
                bot_token=bot_token,
                app_token=app_token,
            )
        finally:
            page.close()
            await sockets.close()


@asynccontextmanager
async def _serve(application: web.Application, host: str, port: int) -> AsyncGenerator[str]:
    """Serve until the block ends; yields the origin, like ``http://127.0.0.1:8123``."""
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        bound = runner.addresses[0]
        yield f"http://{_shown_host(host)}:{bound[1]}"
    finally:
        await runner.cleanup()


def _shown_host(host: str) -> str:
    """The host as it stands in an address that a browser on this machine can open."""
    if host in ("0.0.0.0", "::", ""):  # noqa: S104 (compared, not bound)
        return "127.0.0.1"
    try:
        return f"[{host}]" if ipaddress.ip_address(host).version == 6 else host
    except ValueError:
        return host
