"""Remembers that a model is down, so that not every question waits for it anew."""

from agent.errors import ModelUnavailable, Reason

REST_S = 60.0
"""How long a model that failed is left alone."""
LONGEST_REST_S = 600.0
"""However long its endpoint asked for."""
ALONE = 3
"""How many calls in a row must fail before a model that nothing stands in for is left alone."""
_LASTING: frozenset[Reason] = frozenset({
    "rejected_key", "busy", "unreachable", "timeout", "not_installed", "no_credentials",
})  # fmt: skip
"""What will be the same for the next question. A refusal or nonsense may be owed to this one."""


class Breaker:
    """Whether one model may be asked. Times are the event loop's."""

    def __init__(self, *, tolerated: int) -> None:
        """``tolerated``: failures in a row after which it rests."""
        self._tolerated = tolerated
        self._failures = 0
        self._until_s = float("-inf")
        self.why: ModelUnavailable | None = None
        """The last failure, while there was no success since."""

    def may_ask(self, now_s: float) -> bool:
        """Whether to ask it now. After a rest one call tries it, and the others wait for what becomes of that."""
        if now_s < self._until_s:
            return False
        if self._failures >= self._tolerated:
            self._until_s = now_s + REST_S
        return True

    def failed(self, error: ModelUnavailable, now_s: float) -> None:
        """A call brought nothing."""
        if error.reason not in _LASTING:
            return
        self.why = error
        self._failures += 1
        if self._failures >= self._tolerated:
            asked_s = min(error.retry_after_s or 0.0, LONGEST_REST_S)
            self._until_s = now_s + max(REST_S, asked_s)

    def worked(self) -> None:
        """A call brought a reply."""
        self._failures = 0
        self._until_s = float("-inf")
        self.why = None
