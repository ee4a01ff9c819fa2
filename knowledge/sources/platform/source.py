"""Artifacts from the dbt platform: what the runs of one environment wrote."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from knowledge.errors import NotFound
from knowledge.sources.platform.access import LIMITS, Access, CoolDown, Limits
from knowledge.sources.platform.api import DbtApi
from knowledge.sources.platform.harvest import Gathered, Harvest
from knowledge.sources.platform.hosts import base_url
from knowledge.sources.platform.run_files import RunFiles
from knowledge.sources.platform.run_list import RunList
from knowledge.sources.platform.run_steps import Environment
from knowledge.sources.platform.watermark import Watermark, parse_watermark, render_watermark
from knowledge.sources.scratch import scratch_folder
from knowledge.sources.source import Cursor, Delivery, Place


def _utc_now() -> datetime:
    return datetime.now(UTC)


class PlatformSource:
    """One environment of an account, read with a token that may see its runs; one fetch at a time.

    While the platform wants to be left alone it is, from one fetch to the next.
    """

    def __init__(
        self,
        *,
        host: str,
        token: str,
        account_id: int,
        environment_id: int,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], datetime] = _utc_now,
        limits: Limits = LIMITS,
    ) -> None:
        self._token = "".join(token.split())
        self._environment_id = environment_id
        self._access = Access(
            host=base_url(host), account_id=account_id, sleep=sleep, now=now, cool_down=CoolDown(), limits=limits
        )

    @property
    def key(self) -> str:
        """Host, account and environment."""
        return f"{self._access.host}/accounts/{self._access.account_id}/environments/{self._environment_id}"

    @asynccontextmanager
    async def fetch(self, cursor: Cursor | None, *, anew: bool = False) -> AsyncGenerator[Delivery | None]:
        """What the runs that finished since have brought, and the newest manifest and catalog if they are new.

        At first these are the newest fifty runs, and of older ones the newest of each other job.

        Raises:  NotFound when there are no runs or no manifest, Unavailable when the platform refuses or fails.
        """
        known = parse_watermark(cursor)
        async with scratch_folder() as folder:
            async with self._open_api() as api:
                now = self._access.now()
                files = RunFiles(api, folder, now)
                harvest = Harvest(RunList(api, self._environment_id), files, known, now=now, anew=anew)
                gathered = await harvest.gather()
            if gathered is None:
                raise NotFound(self._no_runs())
            yield self._deliver(gathered, files, known)

    async def check(self) -> str:
        """Prove host, token, account and environment with two small requests; what was found, in a few words.

        Raises:  NotFound or Unavailable with one sentence for the admin.
        """
        async with self._open_api() as api:
            newest = await RunList(api, self._environment_id).fetch_newest()
            if newest is None:
                raise NotFound(self._no_runs())
            detail = await RunFiles(api, Path(), self._access.now()).detail(newest.id)
        found = detail.environment or Environment()
        name = f"environment “{found.name}”" if found.name else f"environment {self._environment_id}"
        project_id = found.project_id or newest.project_id
        project = f" of project {project_id}" if project_id else ""
        return f"{name}{project}, last run finished {newest.finished_at:%Y-%m-%d %H:%M} UTC"

    @asynccontextmanager
    async def _open_api(self) -> AsyncGenerator[DbtApi]:
        async with aiohttp.ClientSession(trust_env=True, cookie_jar=aiohttp.DummyCookieJar()) as session:
            yield DbtApi(session, self._access, self._token)

    def _deliver(self, gathered: Gathered, files: RunFiles, known: Watermark | None) -> Delivery | None:
        has_files = bool(gathered.manifest or files.run_results or files.freshness)
        if gathered.watermark == known and not has_files:
            return None
        return Delivery(
            cursor=render_watermark(gathered.watermark),
            manifest=gathered.manifest,
            catalog=gathered.catalog,
            run_results=tuple(sorted(files.run_results)),
            freshness=tuple(sorted(files.freshness)),
            place=self._place(gathered.watermark.environment),
            older_is_normal=True,
            oddities=tuple(files.oddities),
        )

    def _place(self, environment: Environment) -> Place:
        """Source: addresses of the platform's catalog, with the environment's slug in place of its number."""
        node_link = (
            f"{self._access.host}/explore/{self._access.account_id}/projects/{environment.project_id}/environments/"
            f"{environment.slug}/details/{{unique_id}}"
        )
        return Place(
            environment=str(self._environment_id),
            environment_name=environment.name,
            node_link=node_link if environment.project_id else None,
        )

    def _no_runs(self) -> str:
        return (
            f"Environment {self._environment_id} of account {self._access.account_id} has no finished runs yet, or it "
            "is no environment that the token may see: check DBT_PROD_ENV_ID."
        )
