"""Settings → what thinks: the agent, its language model, its memory of threads."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

from agent import Agent, ChatModel, ModelOptions, build_model
from bot.age import caveat as scheduled_caveat
from bot.age import caveat_by_hand
from bot.cron import parse_cron
from bot.errors import sentence_for_admin
from bot.parts import Knowledge, artifacts_clock
from bot.settings import Settings
from knowledge import Age

logger = logging.getLogger(__name__)

Caveat = Callable[[Age, datetime], str | None]
"""What an answer has to say of the catalog's age."""


@asynccontextmanager
async def open_agent(settings: Settings, knowledge: Knowledge, *, by_hand: bool = False) -> AsyncGenerator[Agent]:
    """The agent, its memory of threads in the same database.

    Args: by_hand: this process refreshes nothing, and perhaps no other one does.
    """
    memory = AsyncPostgresSaver(knowledge.database.pool)
    async with knowledge.database.lock("checkpoints"):
        await memory.setup()
    async with open_model(settings) as model:
        yield build_agent(settings, knowledge, model, memory=memory, caveat=_caveat(settings, by_hand=by_hand))


@asynccontextmanager
async def open_model(settings: Settings) -> AsyncGenerator[ChatModel | None]:
    """The language models that are configured, loading while the block begins; None when there are none."""
    options = model_options(settings)
    if not options:
        yield None
        return
    model = build_model(*options)
    loading = asyncio.create_task(_load(model))
    try:
        yield model
    finally:
        await asyncio.wait([loading])
        await model.aclose()


def build_agent(
    settings: Settings,
    knowledge: Knowledge,
    model: ChatModel | None,
    *,
    memory: BaseCheckpointSaver[Any] | None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    caveat: Caveat | None = None,
) -> Agent:
    """The agent as it answers everywhere, by these settings; ``memory`` None: every question stands for itself."""
    return Agent(
        knowledge.catalog,
        knowledge.searcher,
        model=model,
        memory=memory,
        now=now,
        caveat=caveat or _caveat(settings, by_hand=False),
        help_channel=settings.help_channel,
        link_hosts=settings.link_hosts,
    )


def _caveat(settings: Settings, *, by_hand: bool) -> Caveat:
    """What answers say of the catalog's age."""
    if not by_hand:
        return partial(scheduled_caveat, parse_cron(settings.refresh_cron))
    changed_at = artifacts_clock(settings)
    return lambda age, now: caveat_by_hand(age, now, artifacts_at=changed_at())


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
