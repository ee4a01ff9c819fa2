"""What the app says it is doing, thread by thread."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from bot.playground.state import State
from bot.playground.values import StatusChange

_LIFE = timedelta(minutes=2)  # Source: assistant.threads.setStatus, "a two minute timeout applies"


@dataclass(frozen=True, slots=True)
class Assistant:
    """What else the app set for a thread, by (channel, thread_ts); prompts of a whole DM have an empty thread_ts."""

    prompts: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    titles: dict[tuple[str, str], str] = field(default_factory=dict)
    sessions: dict[tuple[str, str], str] = field(default_factory=dict)


class Statuses:
    """``history`` has every change in order; ``current`` what stands now."""

    def __init__(self, state: State) -> None:
        self.history: list[StatusChange] = []
        self._state = state
        self._standing: dict[tuple[str, str], StatusChange] = {}

    def set(self, channel: str, thread_ts: str, status: str, loading_messages: tuple[str, ...] = ()) -> None:
        self._change(channel, thread_ts, status, loading_messages, because="set")

    def clear_after_post(self, channel: str, thread_ts: str) -> None:
        """The app said something in that thread: its status goes away by itself."""
        if self.current(channel, thread_ts):
            self._change(channel, thread_ts, "", (), because="posted")

    def current(self, channel: str, thread_ts: str) -> str:
        """The status that is shown now, empty if none is."""
        standing = self._standing.get((channel, thread_ts))
        if standing is None:
            return ""
        if self._state.now() - standing.at > _LIFE:
            self._change(channel, thread_ts, "", (), because="timeout")
            return ""
        return standing.status

    def standing(self) -> list[StatusChange]:
        """Every status that is shown now."""
        return [each for key, each in list(self._standing.items()) if self.current(*key)]

    def _change(
        self,
        channel: str,
        thread_ts: str,
        status: str,
        loading_messages: tuple[str, ...],
        *,
        because: Literal["set", "posted", "timeout"],
    ) -> None:
        change = StatusChange(
            channel=channel,
            thread_ts=thread_ts,
            status=status,
            at=self._state.now(),
            loading_messages=loading_messages,
            because=because,
        )
        self.history.append(change)
        if status:
            self._standing[channel, thread_ts] = change
        else:
            self._standing.pop((channel, thread_ts), None)
        self._state.changes.publish("status", channel=channel, thread_ts=thread_ts)
