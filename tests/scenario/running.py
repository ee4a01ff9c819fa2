"""Marty in a workspace: inside the test's own process, or as a process that can be killed."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path

from prometheus_client import CollectorRegistry

from agent import Agent, ModelOptions, build_model
from bot.age import caveat
from bot.cron import parse_cron
from bot.main import Bot, UpkeepOptions, open_bot
from bot.metrics import Metrics
from bot.replay import Replayer
from bot.upkeep import Sources
from knowledge import (
    Catalog,
    Database,
    DirectorySource,
    Embedder,
    NotFound,
    OfflineEmbedder,
    Refresher,
    Searcher,
    open_database,
    open_embedder,
)
from knowledge.embedding import OFFLINE

StartMarty = Callable[..., Awaitable[Bot]]
"""Starts one more Marty in a test's workspace, all on one database; all stop with the test.

``model_url``: a chat endpoint; without one it answers from the catalog alone. ``sources``: what it refreshes from.
``embedder``: with what it embeds. ``admins``: Slack ids of people. ``eval_set``: what it asks again after changes.
"""
HOURLY = parse_cron("0 * * * *")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a Marty works. Without ``model_url`` it answers from the catalog alone."""

    bot_token: str
    app_token: str
    api_url: str
    database_url: str
    model_url: str | None = None
    admins: tuple[str, ...] = ()
    artifacts: str | None = None
    """The folder that it refreshes from; without one nothing is configured."""
    embeddings_url: str | None = None
    """An endpoint for vectors; without one they are made in the process."""

    def sources(self) -> tuple[DirectorySource, ...]:
        if self.artifacts is None:
            raise NotFound("No dbt project is configured.")
        return (DirectorySource(Path(self.artifacts)),)


@asynccontextmanager
async def marty_in(
    place: Place,
    database: Database,
    *,
    sources: Sources | None = None,
    embedder: Embedder | None = None,
    eval_set: Path | None = None,
) -> AsyncGenerator[Bot]:
    """Marty, from connected to drained. Nothing is on a schedule."""
    model = build_model(ModelOptions(base_url=place.model_url, model="test")) if place.model_url else None
    catalog, embedder = Catalog(database), embedder or OfflineEmbedder()
    searcher = Searcher(database, embedder)
    agent = Agent(catalog, searcher, model=model, memory=None, caveat=partial(caveat, HOURLY))
    replayer = eval_set and Replayer(
        eval_set, drop=0.05, admins=place.admins, database=database, searcher=searcher, catalog=catalog
    )
    care = UpkeepOptions(
        refresher=Refresher(database, embedder),
        sources=sources or cache(place.sources),
        refresh_trigger=HOURLY,
        admins=place.admins,
        replayer=replayer,
        preparations=(catalog.names, searcher.prepare),
    )
    try:
        async with open_bot(
            bot_token=place.bot_token,
            app_token=place.app_token,
            api_url=place.api_url,
            database=database,
            catalog=catalog,
            agent=agent,
            upkeep_options=care,
            metrics=Metrics(CollectorRegistry()),
        ) as bot:
            yield bot
    finally:
        if model is not None:
            await model.aclose()


@asynccontextmanager
async def process_in(place: Place) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Marty as a process of its own, from connected on; killed at the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, __file__, json.dumps(asdict(place)), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _run(place: Place) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with (
        open_database(place.database_url, Path()) as database,
        open_embedder("hosted" if place.embeddings_url else OFFLINE, base_url=place.embeddings_url) as embedder,
        marty_in(place, database, embedder=embedder),
    ):
        print("ready", flush=True)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(_run(Place(**json.loads(sys.argv[1]))))
