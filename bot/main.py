"""The composition root: builds what a running bot consists of, in order, and takes it down in the reverse one."""

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from agent import Agent
from bot.app import build_app
from bot.background import Background
from bot.connection import Socket, open_socket
from bot.conversation import Conversation
from bot.intake import Intake
from bot.metrics import Metrics
from bot.services import Services
from bot.slack import Slack, open_client
from bot.slack_access import BotIdentity, check_bot_token
from bot.stream import Pace
from bot.worker import Queue, open_queue, register_tasks, run_worker
from knowledge.catalog import Catalog
from knowledge.database import Database
from knowledge.turns import Turns
from knowledge.votes import Votes

logger = logging.getLogger(__name__)

_BACKGROUND_S = 2.0


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Bot:
    """A running bot: its socket is open and its worker works."""

    identity: BotIdentity
    socket: Socket

    async def is_connected(self) -> bool:
        """Whether Slack can reach it now."""
        return await self.socket.is_connected()


@asynccontextmanager
async def open_bot(
    *,
    bot_token: str,
    app_token: str,
    api_url: str,
    database: Database,
    catalog: Catalog,
    agent: Agent,
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
        register_tasks(jobs, conversation, votes, ready=intake.calm)
        services = Services(
            intake=intake,
            votes=votes,
            catalog=catalog,
            queue=Queue(jobs),
            slack=slack,
            background=background,
            now=now,
        )
        stack.push_async_callback(background.drain, _BACKGROUND_S)
        await stack.enter_async_context(run_worker(jobs))
        socket = await stack.enter_async_context(open_socket(build_app(client, services), client, app_token))
        logger.info("connected to Slack", extra={"team": identity.team_name, "bot": identity.user_name})
        yield Bot(identity, socket)
