"""A workspace with two people and a channel, a database with the sample project in it, and Marty between them."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from commands import Environment
from psycopg import sql
from psycopg.conninfo import make_conninfo
from running import Place, StartMarty, marty_in

from bot.main import Bot
from bot.playground import Playground, open_playground
from bot.sample import sample_folder
from bot.slack import Slack, open_client
from bot.slack_access import check_bot_token
from bot.slack_manifest import load_manifest
from bot.upkeep import Sources
from knowledge import Database, DirectorySource, Embedder, OfflineEmbedder, Refresher, open_database

RETRIES_S = (0.0, 0.5, 1.0)
"""Pauses before an event that was not acknowledged comes again; Slack's own are 0, 60 and 300 s."""


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything here is on the loopback interface."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def optional_scopes() -> Collection[str]:
    """Which of the manifest's optional scopes an admin granted."""
    return ()


@pytest.fixture
async def playground(optional_scopes: Collection[str]) -> AsyncGenerator[Playground]:
    async with open_playground(
        load_manifest(), granted_optional=optional_scopes, retry_delays_s=RETRIES_S
    ) as playground:
        yield playground


@pytest.fixture
async def slack(playground: Playground) -> AsyncGenerator[Slack]:
    """Slack as Marty's own code calls it."""
    async with open_client(playground.bot_token, playground.api_url) as client:
        yield Slack(client, await check_bot_token(client))


@pytest.fixture(scope="session")
def shop_template(admin: psycopg.Connection, server_conninfo: str, template: str) -> str:
    """The name of a database with the sample project in its catalog."""
    name = "template_shop"
    admin.execute(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template)))

    async def fill() -> None:
        async with open_database(make_conninfo(server_conninfo, dbname=name), Path()) as database:
            await Refresher(database, OfflineEmbedder()).refresh(DirectorySource(sample_folder()))

    asyncio.run(fill())
    return name


@pytest.fixture
def shop_url(new_database: Callable[[str], str], shop_template: str) -> str:
    """A database of this test's own with the sample project in its catalog, as DATABASE_URL would name it."""
    return new_database(shop_template)


@pytest.fixture
def filled(shop_url: str, tmp_path: Path) -> Environment:
    """Settings for a command with the sample project in the catalog, without vectors."""
    return {"DATABASE_URL": shop_url, "MARTY_HOME": str(tmp_path / "home"), "HOME": str(tmp_path)}


@pytest.fixture
def nowhere(tmp_path: Path) -> Environment:
    """Settings for a command with a database that is not there: artifacts need none."""
    url = "postgresql://marty@127.0.0.1:9/marty"
    return {"DATABASE_URL": url, "MARTY_HOME": str(tmp_path / "home"), "HOME": str(tmp_path)}


@pytest.fixture
async def shop(shop_url: str, tmp_path: Path) -> AsyncGenerator[Database]:
    async with open_database(shop_url, tmp_path) as database:
        yield database


@pytest.fixture
def place(playground: Playground, shop_url: str) -> Place:
    """Where every Marty of a test works."""
    return Place(
        bot_token=playground.bot_token,
        app_token=playground.app_token,
        api_url=playground.api_url,
        database_url=shop_url,
    )


@pytest.fixture
async def start_marty(place: Place, shop: Database) -> AsyncGenerator[StartMarty]:
    async with AsyncExitStack() as stack:

        async def start(
            *,
            model_url: str | None = None,
            database: Database = shop,
            sources: Sources | None = None,
            embedder: Embedder | None = None,
            admins: tuple[str, ...] = (),
            eval_set: Path | None = None,
        ) -> Bot:
            here = replace(place, model_url=model_url, admins=admins)
            return await stack.enter_async_context(
                marty_in(here, database, sources=sources, embedder=embedder, eval_set=eval_set)
            )

        yield start


@pytest.fixture
async def marty(start_marty: StartMarty) -> Bot:
    """Marty without a language model."""
    return await start_marty()
