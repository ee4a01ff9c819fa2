"""Settings → what Marty knows: the database, the catalog in it, and where the artifacts come from."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from bot.settings import Settings
from knowledge import (
    Catalog,
    Database,
    DirectorySource,
    NotFound,
    PlatformSource,
    Refresher,
    Searcher,
    Source,
    open_database,
    open_embedder,
    open_source,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """Everything below the agent, on one database."""

    database: Database
    catalog: Catalog
    searcher: Searcher
    refresher: Refresher


@asynccontextmanager
async def open_knowledge(
    settings: Settings, *, pool_size: int = 4, on_tokens: Callable[[int | None], None] = lambda _: None
) -> AsyncGenerator[Knowledge]:
    """The database and what reads and writes the catalog in it.

    ``on_tokens`` hears what each request for vectors cost; None where the endpoint does not count.

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
                on_tokens=on_tokens,
            )
        )
        yield Knowledge(
            database=database,
            catalog=Catalog(database),
            searcher=Searcher(database, embedder),
            refresher=Refresher(database, embedder, exclude=settings.catalog_exclude),
        )


def artifacts_clock(settings: Settings) -> Callable[[], datetime | None]:
    """Tells when the newest artifact was written, where they lie in a folder of this machine; else None."""
    try:
        folders = [each for each in build_sources(settings) if isinstance(each, DirectorySource)]
    except NotFound:
        folders = []
    return lambda: max((at for folder in folders if (at := folder.changed_at())), default=None)


def build_sources(settings: Settings) -> tuple[Source, ...]:
    """Where the artifacts come from, one source a project; to be built once, since a source remembers when to pause.

    Raises: NotFound when nothing is configured, or not all that is needed.
    """
    if settings.dbt_artifacts:
        token = settings.dbt_artifacts_token
        source = open_source(
            settings.dbt_artifacts,
            token=token.get_secret_value() if token else None,
            parse_deps=settings.dbt_parse_deps,
        )
        return (source,)
    if not (settings.dbt_host or settings.dbt_token or settings.dbt_account_id or settings.dbt_prod_env_id):
        raise NotFound(
            "No dbt project is configured: set DBT_ARTIFACTS to the folder with dbt's target/ in it, or DBT_HOST, "
            "DBT_TOKEN, DBT_ACCOUNT_ID and DBT_PROD_ENV_ID for the dbt platform."
        )
    if not (settings.dbt_host and settings.dbt_token and settings.dbt_account_id and settings.dbt_prod_env_id):
        needed = ("dbt_host", "dbt_token", "dbt_account_id", "dbt_prod_env_id")
        missing = [name.upper() for name in needed if not getattr(settings, name)]
        raise NotFound(f"The dbt platform needs {' and '.join(missing)} as well.")
    return tuple(
        PlatformSource(
            host=settings.dbt_host,
            token=settings.dbt_token.get_secret_value(),
            account_id=settings.dbt_account_id,
            environment_id=environment_id,
        )
        for environment_id in dict.fromkeys(settings.dbt_prod_env_id)
    )
