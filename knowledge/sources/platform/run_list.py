"""The finished runs of one environment as the dbt platform lists them, and which of them are the environment's own."""

from collections.abc import Iterable
from contextlib import aclosing

import msgspec

from knowledge.sources.platform.api import DbtApi
from knowledge.sources.platform.runs import Run, own_runs, parse_jobs, parse_runs
from knowledge.sources.platform.watermark import Watermark

_MOST_PAGES = 5
_MOST_WITH_CATALOG = 20


class RunList:
    """Jobs are only looked up where the runs do not say what they are, and then once."""

    def __init__(self, api: DbtApi, environment_id: int) -> None:
        self._api = api
        self._environment_id = environment_id
        self._jobs: dict[int, bool] | None = None

    async def fetch(self, known: Watermark) -> list[Run]:
        """Newest end first: all on the pages down to the first with a run that is known, or on the first five."""
        rows: list[msgspec.Raw] = []
        async with aclosing(
            self._api.fetch_pages("runs/", run_filter(self._environment_id), at_most=_MOST_PAGES)
        ) as pages:
            async for page in pages:
                rows += page
                if any(known.knows(run) for run in parse_runs(page, self._environment_id)):
                    break
        return parse_runs(rows, self._environment_id)

    async def fetch_newest(self) -> Run | None:
        """The run that finished last."""
        rows, _ = await self._api.fetch_page("runs/", run_filter(self._environment_id), limit=1)
        return next(iter(parse_runs(rows, self._environment_id)), None)

    async def fetch_with_catalog(self) -> list[Run]:
        """The newest of those that say they wrote a catalog."""
        params = run_filter(self._environment_id) | {"has_docs_generated": "true"}
        rows, _ = await self._api.fetch_page("runs/", params, limit=_MOST_WITH_CATALOG)
        return parse_runs(rows, self._environment_id)

    async def own(self, runs: Iterable[Run]) -> list[Run]:
        """Those that built the environment's own tables."""
        runs = list(runs)
        if self._jobs is None and any(run.is_own is None for run in runs):
            params = {"environment_id": str(self._environment_id)}
            async with aclosing(self._api.fetch_pages("jobs/", params, at_most=_MOST_PAGES)) as pages:
                self._jobs = parse_jobs([row async for page in pages for row in page])
        return own_runs(runs, self._jobs or {})


def run_filter(environment_id: int) -> dict[str, str]:
    """The environment's runs that passed or failed, newest end first, with what started them."""
    return {
        "environment_id": str(environment_id),
        "status__in": "[10,20]",
        "order_by": "-finished_at",
        "include_related": '["trigger","job"]',
    }
