"""How the dbt platform is asked: where, with what patience, and not while it wants to be left alone."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    connect_s: float = 5.0
    reply_s: float = 20.0
    """For a whole JSON reply."""
    silence_s: float = 120.0
    """Without data from an artifact."""
    artifact_s: float = 3600.0
    """For a whole artifact."""
    artifact_bytes: int = 512 * 1024**2
    """Unpacked."""
    reply_bytes: int = 64 * 1024**2
    """Of a JSON reply: a hundred runs with their jobs have less than one."""


LIMITS = Limits()


@dataclass(slots=True)
class CoolDown:
    """Until when the platform wants no request: outlives the session in which it said so."""

    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Where to ask, as whom, and how patiently."""

    host: str
    """An origin, as ``base_url`` makes it."""
    account_id: int
    sleep: Callable[[float], Awaitable[None]]
    now: Callable[[], datetime]
    cool_down: CoolDown
    limits: Limits = LIMITS
