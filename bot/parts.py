"""Settings → what Marty knows: the database, the catalog in it, and where the artifacts come from."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.settings import Settings
from knowledge import Catalog, Database, DirectorySource, NotFound, Refresher, Searcher, open_database, open_embedder


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """Everything below the agent, on one database."""

    database: Database
    catalog: Catalog
    searcher: Searcher
    refresher: Refresher


@asynccontextmanager
async def open_knowledge(settings: Settings, *, pool_size: int = 4) -> AsyncGenerator[Knowledge]:
    """The database and what reads and writes the catalog in it.

    Raises: Unavailable when the database cannot be used.
    """
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(
            open_database(settings.database_url.get_secret_value(), settings.marty_home, pool_size=pool_size)
        )
        key = settings.openai_api_key
        embedder = await stack.enter_async_context(
            open_embedder(
                settings.embedding_model,
                base_url=settings.openai_base_url,
                api_key=key.get_secret_value() if key else None,
            )
        )
        yield Knowledge(
            database=database,
            catalog=Catalog(database),
            searcher=Searcher(database, embedder),
            refresher=Refresher(database, embedder),
        )


def build_source(settings: Settings) -> DirectorySource:
    """Where the artifacts come from.

    Raises: NotFound when nothing is configured.
    """
    if not settings.dbt_artifacts:
        raise NotFound("DBT_ARTIFACTS is not set: give it the folder with dbt's target/ in it.")
    return DirectorySource(Path(settings.dbt_artifacts))
