"""An agent over the sample project on real Postgres, with a scripted model or none."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from knowledge import Catalog, Database, DirectorySource, OfflineEmbedder, Refresher, Searcher, open_database
from tests.conftest import NewDatabase
from tests.integration.agent.asking import Asking, Shelf

SAMPLE = Path(__file__).parents[3] / "examples" / "lanternfish"


@pytest.fixture(scope="session")
def embedder() -> OfflineEmbedder:
    return OfflineEmbedder()


@pytest.fixture(scope="session")
def sample_template(admin: psycopg.Connection, template: str, server_conninfo: str, embedder: OfflineEmbedder) -> str:
    """The name of a database with the sample project in it, without vectors."""
    name = "template_sample"
    admin.execute(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template)))

    async def load() -> None:
        async with open_database(make_conninfo(server_conninfo, dbname=name), Path()) as database:
            await Refresher(database, embedder).refresh(DirectorySource(SAMPLE))

    asyncio.run(load())
    return name


@pytest.fixture
async def sample_database(new_database: NewDatabase, sample_template: str, tmp_path: Path) -> AsyncGenerator[Database]:
    """A fresh copy of it."""
    async with open_database(new_database(sample_template), tmp_path) as database:
        yield database


@pytest.fixture
async def asking(sample_database: Database, embedder: OfflineEmbedder) -> AsyncGenerator[Asking]:
    """Asks an agent about the sample project; without a script there is no model."""
    shelf = Shelf(Catalog(sample_database), Searcher(sample_database, embedder))
    async with AsyncExitStack() as stack:
        yield Asking(shelf, stack)


@pytest.fixture
async def asking_about(database: Database, embedder: OfflineEmbedder) -> AsyncGenerator[Asking]:
    """The same about artifacts that the test loads first, through ``Asking.load``."""
    shelf = Shelf(Catalog(database), Searcher(database, embedder))
    async with AsyncExitStack() as stack:
        yield Asking(shelf, stack, Refresher(database, embedder))
