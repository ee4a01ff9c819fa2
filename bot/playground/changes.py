"""Who wants to know that something changed: the page's live feed, and everybody who waits for a condition."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

T = TypeVar("T")

_LOOK_AGAIN_S = 0.05  # a condition may rest on something outside the workspace


class Changes:
    """Tells every subscriber what happened, in order."""

    def __init__(self) -> None:
        self._subscribers: set[asyncio.Queue[dict[str, Any]]] = set()

    def publish(self, kind: str, **facts: object) -> None:
        for subscriber in self._subscribers:
            subscriber.put_nowait({"kind": kind, **facts})

    @contextmanager
    def subscribed(self) -> Generator[asyncio.Queue[dict[str, Any]]]:
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._subscribers.add(queue)
        try:
            yield queue
        finally:
            self._subscribers.discard(queue)

    async def wait_for(self, condition: Callable[[], Awaitable[T | None] | T | None], timeout_s: float) -> T:
        """Return the first true value of ``condition``, looking after every change.

        Raises: TimeoutError.
        """
        deadline = time.monotonic() + timeout_s
        with self.subscribed() as queue:
            while True:
                value = await _value_of(condition)
                if value:
                    return value
                if time.monotonic() >= deadline:
                    raise TimeoutError
                await _anything(queue)


async def _value_of(condition: Callable[[], Awaitable[T | None] | T | None]) -> T | None:
    value = condition()
    if inspect.isawaitable(value):
        return await cast("Awaitable[T | None]", value)
    return cast("T | None", value)


async def _anything(queue: asyncio.Queue[dict[str, Any]]) -> None:
    try:
        async with asyncio.timeout(_LOOK_AGAIN_S):
            await queue.get()
    except TimeoutError:
        return
    while not queue.empty():
        queue.get_nowait()
