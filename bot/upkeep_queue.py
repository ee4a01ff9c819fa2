"""Where work for the catalog's upkeep is left: refreshes that a webhook or a person asks for, vectors, news."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import procrastinate
from procrastinate import exceptions

from bot.worker import BACKGROUND
from knowledge.errors import Unavailable
from knowledge.refresh_news import RefreshNews
from knowledge.webhook_events import WebhookEvents

REFRESH, VECTORS, TELL, REPLAY, TELL_LOSS = "refresh", "vectors", "tell", "replay", "tell_loss"
COLUMN_LINEAGE = "column_lineage"
"""The tasks."""
RUN_WAITS_S: Sequence[int] = (10, 60, 300)
"""When a refresh that found nothing of a run is tried again: dbt tells of runs whose artifacts may come later."""
_LEAST_URGENT = -10


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshJob:
    """One refresh, and who waits for it."""

    full: bool = False
    accept_shrink: bool = False
    run_id: str | None = None
    """The run of dbt's that a webhook told of."""
    waits: int = 0
    """How often nothing of that run was found."""
    channel: str | None = None
    """Where a person asked for it."""
    response_url: str | None = None
    begun: bool = False
    """Whether they know that it has begun; then ``thread_ts`` names the message, or they are told privately."""
    thread_ts: str | None = None


class UpkeepQueue:
    """All methods raise Unavailable when the database takes no work.

    Of some jobs only one of a kind may wait (``lock``): those are left anew when they are to be tried again.
    """

    def __init__(self, app: procrastinate.App) -> None:
        self._app = app

    async def ask(self, job: RefreshJob) -> None:
        """A person asks for a refresh."""
        await self._defer(REFRESH, asdict(job))

    async def begin(self, job: RefreshJob) -> bool:
        """The person knows that theirs has begun; False when another that was asked for waits already."""
        return await self._defer(REFRESH, asdict(job), lock="refresh asked")

    async def look_later(self, job: RefreshJob) -> bool:
        """Refresh for the same run again a little later; False when that has been done often enough."""
        if job.waits >= len(RUN_WAITS_S):
            return False
        again = replace(job, waits=job.waits + 1)
        # One for all runs that are late: a refresh takes what it finds of any. Not the lock of what arrives by webhook:
        # news of a run must not wait behind this.
        await self._defer(REFRESH, asdict(again), lock=f"refresh late {job.waits}", wait_s=RUN_WAITS_S[job.waits])
        return True

    async def fill_vectors(self, *, failures: int = 0, wait_s: int = 0) -> None:
        """Embed a batch of texts, after everything else that waits."""
        await self._defer(VECTORS, {"failures": failures}, lock=VECTORS, wait_s=wait_s, priority=_LEAST_URGENT)

    async def fill_column_lineage(self) -> None:
        """Read which columns are made of which, before vectors and after everything else that waits."""
        await self._defer(COLUMN_LINEAGE, {}, lock=COLUMN_LINEAGE, priority=_LEAST_URGENT + 1)

    async def replay(self) -> None:
        """Ask the owner's set of questions again, after everything else that waits."""
        await self._defer(REPLAY, {}, lock=REPLAY, priority=_LEAST_URGENT)

    async def _defer(
        self, task: str, args: Mapping[str, Any], *, lock: str | None = None, wait_s: int = 0, priority: int = 0
    ) -> bool:
        later = {"seconds": wait_s} if wait_s else None
        deferrer = self._app.configure_task(
            task, queue=BACKGROUND, queueing_lock=lock, schedule_in=later, priority=priority
        )
        try:
            await deferrer.defer_async(**args)
        except exceptions.AlreadyEnqueued:
            return False
        except exceptions.ConnectorException as error:
            raise Unavailable("The database takes no new work: see that it runs and may be written to.") from error
        return True


async def take_run(events: WebhookEvents, *, event_id: str, run_id: str) -> bool:
    """Store a webhook's event together with the refresh for its run; False when the event is known already.

    Raises: Unavailable.
    """
    job = asdict(RefreshJob(run_id=run_id))
    return await events.take(event_id, queue=BACKGROUND, task=REFRESH, args=job, queueing_lock=f"refresh {run_id}")


async def spread_news(news: RefreshNews, admins: Sequence[str]) -> str | None:
    """Have the admins told how the newest refresh ended, if that is news to them; returns how it did.

    Raises: Unavailable.
    """
    return await news.spread(admins, queue=BACKGROUND, task=TELL) if admins else None
