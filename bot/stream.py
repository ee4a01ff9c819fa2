"""An answer that is shown while it grows: begun with its first words, added to on a timer, paced for all answers."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable

from bot.errors import BotError, SlackBusy, SlackUnreachable
from bot.markdown import MARKDOWN_LIMIT, safe_markdown, settled_length
from bot.slack import Slack
from knowledge.values import Turn

logger = logging.getLogger(__name__)

STARTS_A_MINUTE, APPENDS_A_MINUTE = 18, 90
"""Slack allows 20 and 100, for a workspace. Source: rate limits, tiers 2 and 4, of chat.startStream, appendStream."""
_GAP_S = 0.8
_MINUTE_S = 60.0


class Pace:
    """When streams may begin and grow, shared by all answers of this process."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._starts: deque[float] = deque(maxlen=STARTS_A_MINUTE)
        self._not_before = 0.0
        self._next_append_at = 0.0

    def may_start(self) -> bool:
        """Whether another stream may begin now; counts it when it may. Who may not posts the answer whole."""
        now = self._clock()
        full = len(self._starts) == STARTS_A_MINUTE and now - self._starts[0] < _MINUTE_S
        if full or now < self._not_before:
            return False
        self._starts.append(now)
        return True

    def no_start_for(self, seconds: float) -> None:
        """Slack wants no new stream for a while."""
        self._not_before = max(self._not_before, self._clock() + seconds)

    def hold_appends(self, seconds: float) -> None:
        """Slack wants no more text for a while."""
        self._next_append_at = max(self._next_append_at, self._clock() + seconds)

    async def append_slot(self, unless: asyncio.Event) -> bool:
        """Wait for this answer's turn to add text; False when ``unless`` happened first."""
        at = max(self._clock(), self._next_append_at)
        self._next_append_at = at + _MINUTE_S / APPENDS_A_MINUTE
        await _wait(unless, at - self._clock())
        return not unless.is_set()


class Stream:
    """One growing message. ``ts`` is None until it begins; ``dead`` once Slack no longer lets it grow."""

    def __init__(self, slack: Slack, pace: Pace, turn: Turn, began: Callable[[str], Awaitable[str]]) -> None:
        self._slack = slack
        self._pace = pace
        self._turn = turn
        self._began = began
        self._text = ""
        self._wake = asyncio.Event()
        self._ending = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.ts: str | None = None
        self.sent = ""
        """What Slack has of the text, before it was made safe."""
        self.dead = False
        self.lost = False
        """Whether a message may have begun whose ts we never learnt."""

    def add(self, text: str) -> None:
        """More of the answer; shown when its time comes."""
        self._text += text if self._text else text.lstrip()
        self._wake.set()
        if self._task is None and not self.dead:
            self._task = asyncio.create_task(self._write(), name="stream")

    async def end(self) -> None:
        """Let what is being sent finish, and send no more. Raises what ``began`` raised."""
        self._ending.set()
        self._wake.set()
        if self._task is not None:
            await self._task

    def cancel(self) -> None:
        """Stop at once: this process goes away."""
        if self._task is not None:
            self._task.cancel()

    async def _write(self) -> None:
        """One writer, so that nothing overtakes: send what has settled, wait, again."""
        while not self._ending.is_set() and not self.dead:
            await self._wake.wait()
            self._wake.clear()
            end = settled_length(self._text)
            if end > len(self.sent) and not self._ending.is_set():
                await self._send(self._text[len(self.sent) : end])
                await _wait(self._ending, _GAP_S)

    async def _send(self, text: str) -> None:
        if len(safe_markdown(self.sent + text)) > MARKDOWN_LIMIT:
            self.dead = True  # the whole answer is cut and shown at the end
            return
        try:
            if self.ts is None:
                await self._start(text)
            elif await self._pace.append_slot(self._ending):
                await self._slack.append_stream(self._turn.channel, self.ts, safe_markdown(text))
                self.sent += text
        except SlackBusy as busy:
            self._pace.hold_appends(busy.retry_after_s)
            self.dead = self.ts is None
            if self.dead:
                self._pace.no_start_for(busy.retry_after_s)
        except BotError as error:
            logger.info("stream given up", extra={"error": str(error)})
            self.dead = True
            self.lost = self.ts is None and isinstance(error, SlackUnreachable) and error.maybe_done

    async def _start(self, text: str) -> None:
        if not self._pace.may_start():
            self.dead = True
            return
        turn = self._turn
        ts = await self._slack.start_stream(
            turn.channel, turn.thread_ts or "", text=safe_markdown(text), team=turn.team, user=turn.asker
        )
        self.sent = text
        self.ts = await self._began(ts)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Wait for ``event``, ``seconds`` at most."""
    try:
        await asyncio.wait_for(event.wait(), max(0.0, seconds))
    except TimeoutError:
        return
