"""An event loop in a thread of its own: the main thread stays free to read a line and to be interrupted."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, Self, TypeVar

T = TypeVar("T")


class LoopThread:
    """Runs coroutines for a main thread that waits for them; Ctrl-C stops the one that runs, and nothing else."""

    def __init__(self) -> None:
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="event loop", daemon=True)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What ``work`` returns.

        Raises:  KeyboardInterrupt once the interrupted work has ended; else what the work raises.
        """
        task = self._wait(_begun(work))
        try:
            self._wait(_ended(task))
        except KeyboardInterrupt:
            self._loop.call_soon_threadsafe(task.cancel)
            self._wait(_ended(task))
            raise
        return task.result()

    def _wait(self, soon: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(soon, self._loop).result()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._ready.set()
        await self._stop.wait()

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()


async def _begun(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    return asyncio.create_task(work)


async def _ended(task: asyncio.Task[Any]) -> None:
    await asyncio.wait([task])
