"""The composition root: builds what a running bot consists of, in order, and takes it down in the reverse one."""

import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import procrastinate
from apscheduler.triggers.cron import CronTrigger

from agent import Agent
from bot.app import build_app
from bot.background import Background
from bot.connection import Socket, open_socket
from bot.conversation import Conversation
from bot.intake import Intake
from bot.metrics import Metrics
from bot.replay import Replayer
from bot.services import Services
from bot.slack import Slack, open_client
from bot.slack_access import BotIdentity, check_bot_token
from bot.stream import Pace
from bot.turn_jobs import TurnQueue, register_turn_tasks
from bot.upkeep import Preparation, Sources, Upkeep
from bot.upkeep_jobs import register_upkeep_tasks
from bot.upkeep_queue import UpkeepQueue
from bot.worker import open_queue, run_workers
from knowledge.catalog import Catalog
from knowledge.database import Database
from knowledge.refresh import Refresher
from knowledge.refresh_news import RefreshNews
from knowledge.turns import Turns
from knowledge.votes import Votes

logger = logging.getLogger(__name__)

_BACKGROUND_S = 2.0


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Bot:
    """A running bot: its socket is open and its workers work."""

    identity: BotIdentity
    socket: Socket
    slack: Slack
    upkeep: Upkeep

    async def is_connected(self) -> bool:
        """Whether Slack can reach it now."""
        return await self.socket.is_connected()


@dataclass(frozen=True, slots=True, kw_only=True)
class UpkeepOptions:
    """How the catalog is kept fresh, and by whom."""

    refresher: Refresher
    sources: Sources
    refresh_trigger: CronTrigger
    """When refreshes are due."""
    admins: Sequence[str] = ()
    """Slack ids of those who may ask for one, and who are told when one needs a decision."""
    replayer: Replayer | None = None
    """What asks the owner's set of questions again after a change; None where there is no such set."""
    preparations: Sequence[Preparation] = ()
    """What reads a new catalog into memory right after a refresh, so that nobody who asks waits for it."""


@asynccontextmanager
async def open_bot(
    *,
    bot_token: str,
    app_token: str,
    api_url: str,
    database: Database,
    catalog: Catalog,
    agent: Agent,
    upkeep_options: UpkeepOptions,
    metrics: Metrics | None = None,
    now: Callable[[], datetime] = _now,
) -> AsyncGenerator[Bot]:
    """Run the bot while the block runs.

    At its end the socket closes first, so that nothing new comes in; answers then get some seconds to finish, and what
    has not finished goes back to the queue.

    Raises: SlackAccessError when Slack refuses a token or cannot be reached, before anything is started.
    """
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(open_client(bot_token, api_url))
        identity = await check_bot_token(client)
        slack = Slack(client, identity)
        turns, votes, background = Turns(database), Votes(database), Background()
        jobs = await stack.enter_async_context(open_queue(database))
        conversation = Conversation(agent=agent, turns=turns, slack=slack, pace=Pace(), metrics=metrics)
        intake = Intake(turns)
        register_turn_tasks(jobs, conversation, votes, ready=intake.calm)
        upkeep = _keep_up(jobs, upkeep_options, catalog, slack, RefreshNews(database), metrics)
        services = Services(
            intake=intake,
            votes=votes,
            catalog=catalog,
            turn_queue=TurnQueue(jobs),
            upkeep_queue=UpkeepQueue(jobs),
            admins=upkeep_options.admins,
            refresh_trigger=upkeep_options.refresh_trigger,
            slack=slack,
            background=background,
            now=now,
        )
        stack.push_async_callback(background.drain, _BACKGROUND_S)
        await stack.enter_async_context(run_workers(jobs))
        socket = await stack.enter_async_context(open_socket(build_app(client, services), client, app_token))
        logger.info("connected to Slack", extra={"team": identity.team_name, "bot": identity.user_name})
        yield Bot(identity, socket, slack, upkeep)


def _keep_up(
    jobs: procrastinate.App,
    options: UpkeepOptions,
    catalog: Catalog,
    slack: Slack,
    news: RefreshNews,
    metrics: Metrics | None,
) -> Upkeep:
    """The catalog's upkeep, its jobs registered."""
    queue = UpkeepQueue(jobs)
    upkeep = Upkeep(
        refresher=options.refresher,
        sources=options.sources,
        catalog=catalog,
        news=news,
        queue=queue,
        admins=options.admins,
        metrics=metrics,
        preparations=options.preparations,
    )
    register_upkeep_tasks(jobs, upkeep, queue, slack, options.replayer)
    return upkeep
