"""Trouble on demand: what the Web API does wrong, and how often."""

import time
from collections import deque
from dataclasses import dataclass
from typing import Literal

# Source: Slack's rate limit tiers (calls a minute) as each method's reference gives them.
TIERS: dict[int, tuple[str, ...]] = {
    20: ("chat.startStream", "chat.stopStream", "conversations.list"),
    50: (
        "chat.update",
        "chat.delete",
        "conversations.replies",
        "conversations.history",
        "conversations.info",
        "conversations.open",
        "reactions.add",
        "reactions.get",
        "team.info",
    ),
    60: ("chat.postMessage",),
    100: (
        "chat.appendStream",
        "chat.postEphemeral",
        "users.info",
        "conversations.members",
        "views.open",
        "views.publish",
    ),
}


@dataclass(kw_only=True)
class Fault:
    """One kind of trouble that strikes ``times`` more times."""

    method: str
    times: int
    error: str | None = None
    retry_after_s: float | None = None
    status: int | None = None
    hang_s: float = 0.0
    cut: Literal["before", "after"] | None = None


class Faults:
    """Trouble waiting to happen; ``method`` may be ``*`` for any method. Faults of one method strike in order."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._limits: dict[str, tuple[int, deque[float]]] = {}

    def fail(self, method: str, *, error: str, times: int = 1, retry_after_s: float | None = None) -> None:
        """Answer with an error; ``ratelimited`` comes as HTTP 429 with Retry-After (1 s unless told)."""
        self._waiting.append(Fault(method=method, times=times, error=error, retry_after_s=retry_after_s))

    def http(self, *, status: int = 500, method: str = "*", times: int = 1) -> None:
        """Answer with an HTTP status and a body that is no JSON."""
        self._waiting.append(Fault(method=method, times=times, status=status))

    def hang(self, method: str, seconds: float, *, times: int = 1) -> None:
        """Do it, but only after ``seconds``."""
        self._waiting.append(Fault(method=method, times=times, hang_s=seconds))

    def cut(self, method: str, *, times: int = 1) -> None:
        """Break the connection without doing anything."""
        self._waiting.append(Fault(method=method, times=times, cut="before"))

    def lose_reply(self, method: str, *, times: int = 1) -> None:
        """Do it, then break the connection: the caller cannot know."""
        self._waiting.append(Fault(method=method, times=times, cut="after"))

    def limit(self, method: str, per_minute: int) -> None:
        """Allow so many calls in any sixty seconds, then 429."""
        self._limits[method] = (per_minute, deque())

    def limit_like_slack(self) -> None:
        """Put every method under the limit of its tier."""
        for per_minute, methods in TIERS.items():
            for method in methods:
                self.limit(method, per_minute)

    def clear(self) -> None:
        self._waiting.clear()
        self._limits.clear()

    def is_due(self, method: str) -> bool:
        """Whether trouble still waits for a call of the method; not any more from when the last such call comes in."""
        return any(fault.method in (method, "*") for fault in self._waiting)

    def next_for(self, method: str) -> Fault | None:
        """The trouble that this call gets into, used up by asking."""
        for fault in self._waiting:
            if fault.method in (method, "*"):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return self._over_limit(method)

    def _over_limit(self, method: str) -> Fault | None:
        if method not in self._limits:
            return None
        per_minute, calls = self._limits[method]
        now = time.monotonic()
        while calls and calls[0] < now - 60:
            calls.popleft()
        if len(calls) >= per_minute:
            return Fault(method=method, times=0, error="ratelimited", retry_after_s=calls[0] + 60 - now)
        calls.append(now)
        return None
