"""Settings → what thinks: the agent, its language model, its memory of threads."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

from agent import Agent, ChatModel, ModelOptions, build_model
from bot.age import caveat
from bot.cron import parse_cron
from bot.errors import sentence_for_admin
from bot.parts import Knowledge
from bot.settings import Settings

logger = logging.getLogger(__name__)


@asynccontextmanager
async def open_agent(settings: Settings, knowledge: Knowledge) -> AsyncGenerator[Agent]:
    """The agent, its memory of threads in the same database."""
    memory = AsyncPostgresSaver(knowledge.database.pool)
    async with knowledge.database.lock("checkpoints"):
        await memory.setup()
    options = model_options(settings)
    model = build_model(*options) if options else None
    loading = asyncio.create_task(_load(model)) if model is not None else None
    try:
        about_age = partial(caveat, parse_cron(settings.refresh_cron))
        yield Agent(
            knowledge.catalog,
            knowledge.searcher,
            model=model,
            memory=memory,
            caveat=about_age,
            help_channel=settings.help_channel,
            link_hosts=settings.link_hosts,
        )
    finally:
        if loading is not None:
            await asyncio.wait([loading])
        if model is not None:
            await model.aclose()


async def _load(model: ChatModel) -> None:
    """Load the models' libraries while other things start, and say at once what keeps a model from being used."""
    for name, fault in await model.prepare():
        logger.warning("language model cannot be used", extra={"model": name, "reason": sentence_for_admin(fault)})


def model_options(settings: Settings) -> tuple[ModelOptions, ...]:
    """How to reach the language models, in the order in which they are asked; none when none is configured."""
    key = settings.openai_api_key
    return tuple(
        ModelOptions(
            api_key=key.get_secret_value() if key else None,
            base_url=settings.openai_base_url,
            model=name,
            price=settings.llm_prices.get(name),
        )
        for name in settings.models
    )
