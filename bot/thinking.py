"""Settings → what thinks: the agent, its language model, its memory of threads."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

from agent import Agent, ModelOptions, build_model
from bot.age import caveat
from bot.cron import parse_cron
from bot.parts import Knowledge
from bot.settings import Settings


@asynccontextmanager
async def open_agent(settings: Settings, knowledge: Knowledge) -> AsyncGenerator[Agent]:
    """The agent, its memory of threads in the same database."""
    memory = AsyncPostgresSaver(knowledge.database.pool)
    async with knowledge.database.lock("checkpoints"):
        await memory.setup()
    options = model_options(settings)
    model = build_model(options) if options else None
    try:
        about_age = partial(caveat, parse_cron(settings.refresh_cron))
        yield Agent(knowledge.catalog, knowledge.searcher, model=model, memory=memory, caveat=about_age)
    finally:
        if model is not None:
            await model.aclose()


def model_options(settings: Settings) -> ModelOptions | None:
    """How to reach the language model; None when none is configured."""
    if not settings.has_model:
        return None
    key = settings.openai_api_key
    return ModelOptions(
        api_key=key.get_secret_value() if key else None, base_url=settings.openai_base_url, model=settings.llm_model
    )
