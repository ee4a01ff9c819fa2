"""How a refresh ended, of one source or of several (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge.values import Oddity

Status = Literal["changed", "unchanged", "refused", "failed"]
_GRAVITY: tuple[Status, ...] = ("unchanged", "changed", "refused", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshOutcome:
    """How a refresh ended. After ``refused`` and ``failed`` the old catalog serves on, and ``reason`` is a sentence."""

    status: Status
    reason: str | None = None
    refresh_id: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    results: int = 0
    """Outcomes of builds, tests and freshness checks that were newer than the known ones."""
    oddities: tuple[Oddity, ...] = ()
    duration_s: float = 0.0

    @property
    def is_current(self) -> bool:
        """Whether the catalog equals the newest artifacts."""
        return self.status in ("changed", "unchanged")


def total_of(outcomes: Sequence[RefreshOutcome]) -> RefreshOutcome:
    """One outcome for all sources: the gravest status, the sums of the counts."""
    return RefreshOutcome(
        status=_GRAVITY[max((_GRAVITY.index(outcome.status) for outcome in outcomes), default=0)],
        reason=" ".join(outcome.reason for outcome in outcomes if outcome.reason) or None,
        added=sum(outcome.added for outcome in outcomes),
        changed=sum(outcome.changed for outcome in outcomes),
        removed=sum(outcome.removed for outcome in outcomes),
        results=sum(outcome.results for outcome in outcomes),
        oddities=tuple(oddity for outcome in outcomes for oddity in outcome.oddities),
    )
