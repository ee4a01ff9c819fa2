"""A process that is killed in the middle of a refresh leaves the old catalog, and the next one finds its way."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from knowledge.catalog import Catalog
from knowledge.database import Database
from tests.conftest import NewDatabase

_MODELS = 800
_PAUSES_S = (0.0, 0.05, 0.15, 0.3, 0.6)
"""After the first sign of the stage that is to be hit."""


def _write(folder: Path, description: str, *, minute: int) -> None:
    """A project whose every model has this description."""
    nodes: dict[str, Any] = {
        f"model.shop.m{n}": {
            "name": f"m{n}",
            "package_name": "shop",
            "description": f"{description} {n}",
            "columns": {f"c{k}": {"name": f"c{k}", "description": f"{description} {k}"} for k in range(8)},
            "depends_on": {"nodes": [f"model.shop.m{n - 1}"] if n else []},
        }
        for n in range(_MODELS)
    }
    head = {"project_name": "shop", "generated_at": f"2026-11-20T12:{minute:02}:00Z", "dbt_version": "1.12.6"}
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps({"metadata": head, "nodes": nodes}))


def _refresh(database_url: str, folder: Path) -> subprocess.Popen[bytes]:
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "DATABASE_URL": database_url,
        "DBT_ARTIFACTS": str(folder),
        "MARTY_HOME": str(folder / "home"),
    }
    command = [sys.executable, "-m", "bot", "refresh", "--no-wait"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


async def _descriptions(database: Database) -> set[str]:
    rows = await database.fetch("select definition ->> 'description' as text from node")
    return {row["text"].split()[0] for row in rows}


async def _is_writing(database: Database) -> bool:
    row = await database.fetch_one(
        "select count(*) as busy from pg_stat_activity where datname = current_database() and backend_xid is not null"
    )
    return bool(row and row["busy"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("killed") / "target"


@pytest.fixture(scope="module")
def old_template(admin: psycopg.Connection, template: str, server_conninfo: str, folder: Path) -> str:
    """The name of a database whose catalog is the old one of the folder, where the new artifacts lie now."""
    name = "template_old"
    admin.execute(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template)))
    _write(folder, "old", minute=0)
    assert _refresh(make_conninfo(server_conninfo, dbname=name), folder).wait(60) == 0
    _write(folder, "new", minute=1)
    return name


@pytest.fixture
def database_url(new_database: NewDatabase, old_template: str) -> str:
    return new_database(old_template)


@pytest.mark.parametrize("pause_s", _PAUSES_S)
async def test_kill_9_while_it_writes_leaves_the_old_catalog_and_the_next_refresh_ends_well(
    database: Database, database_url: str, folder: Path, pause_s: float
) -> None:
    process = _refresh(database_url, folder)
    while process.poll() is None and not await _is_writing(database):
        time.sleep(0.01)  # noqa: ASYNC251 (nothing else runs here)
    time.sleep(pause_s)  # noqa: ASYNC251
    process.send_signal(signal.SIGKILL)
    was_killed = process.wait(60) == -signal.SIGKILL
    seen = await _descriptions(database)
    assert seen in ({"old"}, {"new"}), "never both"
    assert (await Catalog(database).overview()).nodes == _MODELS

    assert _refresh(database_url, folder).wait(60) == 0
    assert await _descriptions(database) == {"new"}
    history = [row["outcome"] for row in await database.fetch("select outcome from refresh order by refresh_id")]
    assert history == ["changed", "failed" if was_killed else "changed", "changed" if seen == {"old"} else "unchanged"]
