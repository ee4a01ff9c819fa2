"""``marty run``: one process, from its settings to its end."""

import asyncio
import logging
import signal
from collections.abc import AsyncGenerator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from prometheus_client import CollectorRegistry

from bot.errors import BotError
from bot.http import serve_http
from bot.main import Bot, open_bot
from bot.metrics import Metrics
from bot.parts import Knowledge, build_source, open_knowledge
from bot.schedule import open_schedule
from bot.settings import Settings
from bot.thinking import open_agent
from knowledge import KnowledgeError

logger = logging.getLogger(__name__)

_POOL_SIZE = 16


class TokenMissing(BotError):
    """A setting that Slack needs is not there."""


async def run(settings: Settings) -> int:
    """Answer in Slack until SIGINT or SIGTERM. Returns the exit code."""

    async def serve() -> int:
        async with open_marty(settings):
            await asyncio.Event().wait()
        return 0

    return await until_stopped(serve())


async def until_stopped(work: Coroutine[Any, Any, int]) -> int:
    """The exit code of ``work``; at SIGINT or SIGTERM it is cancelled, may clean up, and the code is 0.

    A second signal ends the process at once.
    """
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(work)
    signals = (signal.SIGINT, signal.SIGTERM)

    def heed() -> None:
        logger.info("stopping")
        for number in signals:
            loop.remove_signal_handler(number)
        task.cancel()

    for number in signals:
        loop.add_signal_handler(number, heed)
    try:
        return await task
    except asyncio.CancelledError:
        return 0
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


@dataclass(frozen=True, slots=True)
class Marty:
    """A running process."""

    knowledge: Knowledge
    bot: Bot
    port: int


@asynccontextmanager
async def open_marty(settings: Settings) -> AsyncGenerator[Marty]:
    """Everything that ``marty run`` consists of, while the block runs.

    Raises: BotError, KnowledgeError, PortTakenError: with a sentence for the admin.
    """
    bot_token, app_token = _tokens(settings)
    async with AsyncExitStack() as stack:
        knowledge = await stack.enter_async_context(open_knowledge(settings, pool_size=_POOL_SIZE))
        registry = CollectorRegistry()
        metrics = Metrics(registry)
        agent = await stack.enter_async_context(open_agent(settings, knowledge))
        readiness = _Readiness(knowledge)
        port = await stack.enter_async_context(
            serve_http(settings.port, readiness=readiness.reasons, registry=registry)
        )
        bot = await stack.enter_async_context(
            open_bot(
                bot_token=bot_token,
                app_token=app_token,
                api_url=settings.slack_api_base(),
                database=knowledge.database,
                catalog=knowledge.catalog,
                agent=agent,
                metrics=metrics,
            )
        )
        readiness.bot = bot
        await stack.enter_async_context(
            open_schedule(settings.refresh_cron, lambda: refresh_catalog(settings, knowledge, metrics))
        )
        yield Marty(knowledge, bot, port)


async def refresh_catalog(settings: Settings, knowledge: Knowledge, metrics: Metrics) -> None:
    """One scheduled refresh and its vectors; what goes wrong is logged, and the old catalog serves on."""
    try:
        outcome = await knowledge.refresher.refresh(build_source(settings))
        facts = {"added": outcome.added, "changed": outcome.changed, "removed": outcome.removed}
        if outcome.is_current:
            logger.info("catalog refreshed", extra={"outcome": outcome.status, **facts})
        else:
            logger.warning("catalog not refreshed", extra={"outcome": outcome.status, "reason": outcome.reason})
        for oddity in outcome.oddities:
            logger.warning("left out of the catalog", extra={"where": oddity.where, "reason": oddity.reason})
        metrics.refreshed(outcome.status, (await knowledge.catalog.overview()).nodes)
        await knowledge.refresher.fill_vectors()
    except KnowledgeError as error:
        logger.warning("catalog not refreshed", extra={"reason": str(error)})


class _Readiness:
    """Why the process cannot answer now."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self.bot: Bot | None = None

    async def reasons(self) -> list[str]:
        """A sentence each; empty when it can."""
        found: list[str] = []
        if self.bot is None or not await self.bot.is_connected():
            found.append("The socket to Slack is not connected.")
        try:
            if not (await self._knowledge.catalog.overview()).nodes:
                found.append("The catalog is empty: it is being read, or DBT_ARTIFACTS leads nowhere.")
        except KnowledgeError as error:
            found.append(str(error))
        return found


def _tokens(settings: Settings) -> tuple[str, str]:
    missing = [name for name in ("slack_bot_token", "slack_app_token") if getattr(settings, name) is None]
    if missing:
        names = " and ".join(name.upper() for name in missing)
        raise TokenMissing(
            f"{names} not set: `marty manifest` creates the Slack app, the README says where its tokens are."
        )
    assert settings.slack_bot_token is not None  # noqa: S101 (checked above)
    assert settings.slack_app_token is not None  # noqa: S101
    return settings.slack_bot_token.get_secret_value(), settings.slack_app_token.get_secret_value()
