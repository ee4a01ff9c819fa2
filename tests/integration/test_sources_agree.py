"""The same artifacts make the same catalog, row for row, wherever they come from."""

import gzip
import zipfile
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from rows import TABLES, rows_of

from bot.sample import sample_folder
from knowledge import OfflineEmbedder, PlatformSource, Refresher, Source, open_database, open_source
from tests.fakes.dbt_platform import Status, open_dbt_platform

ARTIFACTS = ("manifest", "catalog", "run_results", "sources")


@pytest.fixture(scope="session")
def artifacts() -> dict[str, bytes]:
    """The sample project's, as a real run of dbt wrote them."""
    target = sample_folder() / "target"
    return {name: (target / f"{name}.json").read_bytes() for name in ARTIFACTS}


async def _catalog(database_url: str, home: Path, source: Source) -> dict[str, list[str]]:
    async with open_database(database_url, home) as database:
        outcome = await Refresher(database, OfflineEmbedder()).refresh(source)
        assert outcome.reason is None
        return await rows_of(database)


@asynccontextmanager
async def _folder(artifacts: dict[str, bytes], place: Path) -> AsyncGenerator[Source]:
    (place / "target").mkdir()
    for name, data in artifacts.items():
        (place / "target" / f"{name}.json.gz").write_bytes(gzip.compress(data))
    yield open_source(str(place))


@asynccontextmanager
async def _archive(artifacts: dict[str, bytes], place: Path) -> AsyncGenerator[Source]:
    with zipfile.ZipFile(place / "artifacts.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in artifacts.items():
            archive.writestr(f"target/{name}.json", data)
    yield open_source(str(place / "artifacts.zip"))


@asynccontextmanager
async def _web(artifacts: dict[str, bytes], place: Path) -> AsyncGenerator[Source]:
    (place / "site").mkdir()
    for name, data in artifacts.items():
        (place / "site" / f"{name}.json").write_bytes(data)
    app = web.Application()
    app.router.add_static("/docs", place / "site")
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield open_source(f"http://127.0.0.1:{runner.addresses[0][1]}/docs")
    await runner.cleanup()


@asynccontextmanager
async def _platform(artifacts: dict[str, bytes], _: Path) -> AsyncGenerator[Source]:
    """One run: it built, looked at freshness and made docs, whose step wrote results of its own."""
    files = {f"{name}.json": data for name, data in artifacts.items()}
    docs = b'{"args": {"which": "generate"}, "results": [{"unique_id": "model.a.b", "status": "success"}]}'
    async with open_dbt_platform() as platform:
        account = platform.add_account()
        token = platform.add_token(account)
        environment = platform.add_environment(platform.add_project(account), deployment_type="production")
        job = platform.add_job(environment, job_type="scheduled")
        manifest = {"manifest.json": files["manifest.json"]}
        steps = [
            ("Invoke dbt with `dbt source freshness`", {"sources.json": files["sources.json"]}),
            ("Invoke dbt with `dbt build`", manifest | {"run_results.json": files["run_results.json"]}),
            (
                "Invoke dbt with `dbt docs generate`",
                manifest | {"run_results.json": docs, "catalog.json": files["catalog.json"]},
            ),
        ]
        platform.add_run(environment, job, Status.SUCCESS, steps=steps)
        yield PlatformSource(host=platform.url, token=token, account_id=account.id, environment_id=environment.id)


PLACES: dict[str, Any] = {"folder": _folder, "archive": _archive, "web": _web, "platform": _platform}


@pytest.mark.parametrize("place", ["archive", "web", "platform"])
async def test_the_catalog_is_the_same_as_from_a_folder(
    new_database: Callable[..., str], template: str, tmp_path: Path, artifacts: dict[str, bytes], place: str
) -> None:
    found: list[dict[str, list[str]]] = []
    for name in ("folder", place):
        home = tmp_path / name
        home.mkdir()
        async with AsyncExitStack() as stack:
            source = await stack.enter_async_context(PLACES[name](artifacts, home))
            found.append(await _catalog(new_database(template), home, source))
    for table in TABLES:
        assert found[0][table] == found[1][table], table
        assert found[0][table], table
