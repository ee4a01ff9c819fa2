"""``marty run``: one process, from its settings to its end."""

import asyncio
import logging
import signal
from collections.abc import AsyncGenerator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from prometheus_client import CollectorRegistry

from bot.cron import parse_cron
from bot.digest import Digester
from bot.errors import BotError
from bot.http import Webhook, serve_http
from bot.main import Bot, UpkeepOptions, open_bot
from bot.metrics import Metrics
from bot.parts import Knowledge, build_sources, open_knowledge
from bot.replay import Replayer
from bot.schedule import Job, open_schedule
from bot.settings import Settings
from bot.thinking import open_agent
from bot.upkeep_queue import take_run
from knowledge import Database, KnowledgeError, WebhookEvents
from knowledge.sources.platform.webhook import Event

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
        registry = CollectorRegistry()
        metrics = Metrics(registry)
        knowledge = await stack.enter_async_context(
            open_knowledge(settings, pool_size=_POOL_SIZE, on_tokens=metrics.embedded)
        )
        agent = await stack.enter_async_context(open_agent(settings, knowledge))
        readiness = _Readiness(knowledge)
        port = await stack.enter_async_context(
            serve_http(
                settings.port,
                readiness=readiness.reasons,
                registry=registry,
                webhook=_webhook(settings, knowledge.database),
            )
        )
        bot = await stack.enter_async_context(
            open_bot(
                bot_token=bot_token,
                app_token=app_token,
                api_url=settings.slack_api_base(),
                database=knowledge.database,
                catalog=knowledge.catalog,
                agent=agent,
                upkeep_options=_upkeep_options(settings, knowledge),
                metrics=metrics,
            )
        )
        readiness.bot = bot
        await stack.enter_async_context(open_schedule(*_jobs(settings, knowledge, bot)))
        yield Marty(knowledge, bot, port)


def _jobs(settings: Settings, knowledge: Knowledge, bot: Bot) -> list[Job]:
    refresh = Job(name="refresh", cron=settings.refresh_cron, work=bot.upkeep.scheduled, at_once=True)
    if not settings.changes_channel:
        return [refresh]
    digester = Digester(bot.slack, knowledge.database, settings.changes_channel)
    return [refresh, Job(name="digest", cron=settings.changes_cron, work=digester.tell)]


def _upkeep_options(settings: Settings, knowledge: Knowledge) -> UpkeepOptions:
    return UpkeepOptions(
        refresher=knowledge.refresher,
        sources=cache(partial(build_sources, settings)),
        refresh_trigger=parse_cron(settings.refresh_cron),
        admins=settings.marty_admins,
        replayer=_replayer(settings, knowledge),
        preparations=(knowledge.catalog.names, knowledge.searcher.prepare),
    )


def _replayer(settings: Settings, knowledge: Knowledge) -> Replayer | None:
    """What asks EVAL_SET again after a change; None without one."""
    if settings.eval_set is None:
        return None
    return Replayer(
        settings.eval_set,
        drop=settings.eval_drop,
        admins=settings.marty_admins,
        database=knowledge.database,
        searcher=knowledge.searcher,
        catalog=knowledge.catalog,
    )


def _webhook(settings: Settings, database: Database) -> Webhook | None:
    """What dbt's webhook may do here; None without its secret."""
    if settings.dbt_webhook_secret is None:
        return None
    events = WebhookEvents(database)

    async def take(event: Event) -> bool:
        return await take_run(events, event_id=event.event_id, run_id=event.run_id)

    return Webhook(
        secret=settings.dbt_webhook_secret.get_secret_value(),
        environments=frozenset(map(str, settings.dbt_prod_env_id)),
        take=take,
    )


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
            overview = await self._knowledge.catalog.overview()
            if not overview.nodes:
                found.append("The catalog is empty: it is read for the first time, or no artifacts could be had.")
            if not overview.nodes and overview.last_refresh_failed:
                found.append(overview.last_refresh_failed)
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
