"""How a status is said: in a word of a line, and within a sentence."""

from agent.values import Status, Trust

WORDS: dict[Status, str] = {
    "healthy": "healthy",
    "warning": "warning",
    "unhealthy": "not healthy",
    "unknown": "health unknown",
}
_IN_A_SENTENCE: dict[Status, str] = {**WORDS, "warning": "usable with care", "unknown": "of unknown health"}


def said_of(trust: Trust) -> str:
    """A sentence about one node: how it is doing, and on what that rests."""
    return f"`{trust.name}` is {_IN_A_SENTENCE[trust.status]}: {'; '.join(trust.facts)}."
