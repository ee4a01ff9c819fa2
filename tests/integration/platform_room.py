"""A fake dbt platform with one production environment, and a source that reads it with a clock of its own."""

import gzip
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from knowledge.sources.platform.access import LIMITS, Limits
from knowledge.sources.platform.source import PlatformSource
from knowledge.sources.source import Cursor, Delivery
from tests.fakes.dbt_platform import DbtPlatform, Environment, Job, Run, open_dbt_platform
from tests.fakes.dbt_platform.platform import EPOCH

CATALOG = b'{"metadata": {}, "nodes": {"model.shop.orders": {}}, "sources": {}}'
EMPTY_CATALOG = b'{"metadata": {}, "nodes": {}, "sources": {}}'


@dataclass
class Taken:
    """A delivery and what its files said while they were there."""

    delivery: Delivery
    manifest: Any
    catalog: Any
    run_results: list[Any]
    freshness: list[Any]

    @property
    def cursor(self) -> Cursor:
        """As it comes back from the database."""
        return json.loads(json.dumps(self.delivery.cursor))


@dataclass
class Room:
    platform: DbtPlatform
    environment: Environment
    job: Job
    now: datetime
    pauses: list[float] = field(default_factory=list[float])
    heals: bool = False
    """Whether faults are gone once the source has paused."""
    _source: PlatformSource | None = None

    def new_source(self, *, limits: Limits = LIMITS, **changes: Any) -> PlatformSource:
        project = self.environment.project
        usual: dict[str, Any] = {
            "host": self.platform.url,
            "token": "dbtc_reader",
            "account_id": project.account.id,
            "environment_id": self.environment.id,
        }
        return PlatformSource(**(usual | changes), sleep=self.sleep, now=lambda: self.now, limits=limits)

    @property
    def source(self) -> PlatformSource:
        self._source = self._source or self.new_source()
        return self._source

    async def sleep(self, pause_s: float) -> None:
        self.pauses.append(pause_s)
        if self.heals:
            self.platform.faults.truncate_at = None
            self.platform.faults.wrong_content_length = 0
            self.platform.faults.rate_limit_after = None

    def add_run(self, *commands: str, name: str = "", docs: bool = False, job: Job | None = None, **facts: Any) -> Run:
        """A run of some dbt commands. Its manifest says ``name``, its results which command they are of."""
        steps: list[tuple[str, Mapping[str, bytes]]] = [("Clone git repository", {})]
        for command in [*(commands or ("build",)), *(["docs generate"] if docs else [])]:
            artifacts = {"manifest.json": json.dumps({"name": name}).encode()}
            artifacts |= {"catalog.json": CATALOG} if command == "docs generate" else {}
            file = "sources.json" if command == "source freshness" else "run_results.json"
            artifacts[file] = json.dumps({"of": f"{name} {command}".strip()}).encode()
            steps.append((f"Invoke dbt with `dbt {command}`", artifacts))
        return self.platform.add_run(self.environment, job or self.job, steps=steps, **facts)

    async def take(self, cursor: Cursor | None = None, *, anew: bool = False) -> Taken | None:
        """Fetch, and read the files."""
        self.platform.requests.clear()
        async with self.source.fetch(cursor, anew=anew) as delivery:
            if delivery is None:
                return None
            return Taken(
                delivery=delivery,
                manifest=delivery.manifest and read(delivery.manifest),
                catalog=delivery.catalog and read(delivery.catalog),
                run_results=[read(path) for path in delivery.run_results],
                freshness=[read(path) for path in delivery.freshness],
            )

    async def taken(self, cursor: Cursor | None = None, *, anew: bool = False) -> Taken:
        """The same where something must be new."""
        taken = await self.take(cursor, anew=anew)
        assert taken
        return taken

    def paths(self) -> list[str]:
        """What the last fetch asked for, below the account, with the step."""
        seen: list[str] = []
        for request in self.platform.requests:
            step = request.query.get("step")
            seen.append(request.path.split("/", 5)[5] + (f"?step={step}" if step else ""))
        return seen

    def of(self, taken: Taken | None) -> list[str]:
        """Whose results were taken."""
        return sorted(each["of"] for each in taken.run_results) if taken else []


def read(path: Path) -> Any:
    content = path.read_bytes()
    return json.loads(gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content)


@asynccontextmanager
async def open_room() -> AsyncGenerator[Room]:
    """It is three hours after the fake's epoch, when the first run begins."""
    async with open_dbt_platform() as platform:
        account = platform.add_account(id=1)
        platform.add_token(account)
        environment = platform.add_environment(platform.add_project(account, id=5), id=7)
        yield Room(platform, environment, platform.add_job(environment), EPOCH + timedelta(hours=3))
