"""The line under a thread that says what Marty is doing. It never delays an answer and never fails one."""

import asyncio
import logging

from bot.errors import BotError, SlackRefused
from bot.slack import Slack

logger = logging.getLogger(__name__)

REFRESH_S = 75.0
"""Slack drops a status two minutes after it was set.

Source: reference of assistant.threads.setStatus, "timeout".
"""
_MIN_GAP_S, _END_S, _BEGIN_S = 1.0, 4.0, 0.25


class Status:
    """One thread's status while one answer is made. Use as an async context manager: it is cleared at the end."""

    def __init__(self, slack: Slack, channel: str, thread_ts: str, *, refresh_s: float = REFRESH_S) -> None:
        self._refresh_s = refresh_s
        self._slack = slack
        self._channel = channel
        self._thread_ts = thread_ts
        self._wanted = ""
        self._changed = asyncio.Event()
        self._begun = asyncio.Event()
        self._end = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Status":
        self._task = asyncio.create_task(self._keep(), name="status")
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Clear the status; but leave it when this process stops, since another one goes on with the answer."""
        self._end.set()
        self._changed.set()
        task, self._task = self._task, None
        if task is None:
            return
        if kind is not None and issubclass(kind, asyncio.CancelledError):
            task.cancel()
        else:
            await asyncio.wait([task], timeout=_END_S)
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    def show(self, text: str) -> None:
        """Show ``text`` as soon as possible; the newest text wins."""
        if text != self._wanted:
            self._wanted = text
            self._changed.set()

    async def begun(self) -> None:
        """Wait a moment for the first status to arrive: after the answer it would only flicker."""
        if self._wanted:
            await _within(self._begun, _BEGIN_S)

    async def _keep(self) -> None:
        """One writer: sets what is wanted, sets it again before Slack drops it, and clears it last."""
        shown = False
        while not self._end.is_set():
            self._changed.clear()
            if self._wanted:
                shown = True
                makes_sense = await self._set(self._wanted)
                self._begun.set()
                if not makes_sense:
                    return
                await _within(self._end, _MIN_GAP_S)
            await _within(self._changed, self._refresh_s)
        if shown:
            await self._set("")

    async def _set(self, text: str) -> bool:
        """Whether it makes sense to try again later."""
        try:
            await self._slack.set_status(self._channel, self._thread_ts, text)
        except SlackRefused as error:
            logger.debug("status refused", extra={"code": error.code})
            return False
        except BotError as error:
            logger.debug("status not shown", extra={"error": type(error).__name__})
        return True


async def _within(event: asyncio.Event, seconds: float) -> None:
    """Wait for ``event``, ``seconds`` at most."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
