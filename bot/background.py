"""Work beside what somebody waits for: kept alive, logged when it fails, waited for at the end."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

logger = logging.getLogger(__name__)


class Background:
    """A set of tasks that nobody awaits one by one; for what is only nice to have."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, what: str, work: Coroutine[Any, Any, object]) -> None:
        """Run ``work`` now; should it fail, a log line says that ``what`` did."""
        task = asyncio.create_task(_logged(what, work), name=what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self, timeout_s: float) -> None:
        """Wait for what is running, then cancel what still is."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout_s)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _logged(what: str, work: Coroutine[Any, Any, object]) -> None:
    try:
        await work
    except Exception as error:  # a job runner's boundary
        logger.warning("background work failed", extra={"what": what, "error": type(error).__name__})
