"""Keeps the catalog fresh: a refresh, whatever set it off, and what follows from it."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from bot.metrics import Metrics
from bot.upkeep_queue import UpkeepQueue, spread_news
from knowledge.catalog import Catalog
from knowledge.errors import KnowledgeError
from knowledge.refresh import Refresher
from knowledge.refresh_news import RefreshNews
from knowledge.refresh_outcome import RefreshOutcome
from knowledge.sources.source import Source
from knowledge.vectors import Filling

logger = logging.getLogger(__name__)

Preparation = Callable[[], Awaitable[object]]
"""Reads what a new catalog has into this process's memory. Raises: KnowledgeError."""

Sources = Callable[[], Sequence[Source]]
"""Where the artifacts come from, the same objects every time. Raises NotFound when nothing is configured."""


class Upkeep:
    """One process's share of it; any number of processes may be about the same."""

    def __init__(
        self, *, refresher: Refresher, sources: Sources, catalog: Catalog, news: RefreshNews, queue: UpkeepQueue,
        admins: Sequence[str], metrics: Metrics | None, preparations: Sequence[Preparation] = (),
    ) -> None:  # fmt: skip
        self._refresher = refresher
        self._sources = sources
        self._catalog = catalog
        self._news = news
        self._queue = queue
        self._admins = admins
        self._metrics = metrics
        self._preparations = preparations
        self._is_prepared = False

    async def scheduled(self) -> None:
        """Refresh, unless another process does; what goes wrong is logged, and the old catalog serves on."""
        try:
            await self.refresh_unless_running()
        except KnowledgeError as error:
            logger.warning("catalog not refreshed", extra={"reason": str(error)})
        except Exception:  # a job runner's boundary
            logger.exception("refresh failed")
            await self._tell()

    async def refresh(
        self, *, full: bool = False, accept_shrink: bool = False, tell_admins: bool = True
    ) -> RefreshOutcome:
        """Refresh, after one that is running; then do what follows.

        Vectors are left to whoever is free, and admins are told if there is news for them.

        Raises:  KnowledgeError when nothing is configured, or when the database goes away.
        """
        outcome = await self._refresher.refresh(*self._sources(), full=full, accept_shrink=accept_shrink)
        await self._follow_up(outcome, tell_admins=tell_admins)
        return outcome

    async def refresh_unless_running(
        self, *, full: bool = False, accept_shrink: bool = False, tell_admins: bool = True
    ) -> RefreshOutcome | None:
        """The same, but None at once when a refresh is running anywhere."""
        refresh = self._refresher.refresh_unless_running
        outcome = await refresh(*self._sources(), full=full, accept_shrink=accept_shrink)
        if outcome is None:
            logger.info("a refresh is running already")
        else:
            await self._follow_up(outcome, tell_admins=tell_admins)
        return outcome

    async def fill_batch(self) -> Filling:
        """Embed one batch of texts. Raises: Unavailable."""
        outcome = "failed"
        try:
            outcome = filling = await self._refresher.fill_batch()
        finally:
            if self._metrics is not None:
                self._metrics.vectors_filled(outcome)
        return filling

    async def fill_column_lineage(self) -> None:
        """Read which columns are made of which, unless another process does. Raises: KnowledgeError."""
        if models := await self._refresher.fill_column_lineage(*self._sources(), wait=False):
            logger.info("column lineage read", extra={"models": models})

    async def _follow_up(self, outcome: RefreshOutcome, *, tell_admins: bool) -> None:
        await self._prepare(outcome)
        await self._queue.fill_column_lineage()
        await self._queue.fill_vectors()
        if tell_admins:
            await self._tell()
        await self._note(outcome)

    async def _prepare(self, outcome: RefreshOutcome) -> None:
        """Have a new catalog at hand before somebody asks: of a large one, reading it takes a second."""
        if self._is_prepared and outcome.status == "unchanged":
            return
        try:
            for prepare in self._preparations:
                await prepare()
            self._is_prepared = True
        except KnowledgeError as error:  # whoever asks next reads it
            logger.warning("catalog not at hand yet", extra={"reason": str(error)})

    async def _tell(self) -> None:
        if told := await spread_news(self._news, self._admins):
            logger.info("admins will be told", extra={"outcome": told})

    async def _note(self, outcome: RefreshOutcome) -> None:
        facts = {"added": outcome.added, "changed": outcome.changed, "removed": outcome.removed}
        if outcome.is_current:
            logger.info("catalog refreshed", extra={"outcome": outcome.status, "results": outcome.results, **facts})
        else:
            logger.warning("catalog not refreshed", extra={"outcome": outcome.status, "reason": outcome.reason})
        for oddity in outcome.oddities:
            logger.warning("oddity in the artifacts", extra={"where": oddity.where, "reason": oddity.reason})
        if self._metrics is not None:
            with suppress(KnowledgeError):
                nodes = (await self._catalog.overview()).nodes
                self._metrics.refreshed(outcome.status, nodes, seconds=outcome.duration_s)
