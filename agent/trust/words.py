"""The one word that people read of a status."""

from agent.values import Status

WORDS: dict[Status, str] = {
    "healthy": "healthy",
    "warning": "warning",
    "unhealthy": "not healthy",
    "unknown": "health unknown",
}
