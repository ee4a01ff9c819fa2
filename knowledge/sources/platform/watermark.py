"""How far the runs of an environment have been read, and what was delivered of them last."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from knowledge.sources.platform.run_steps import Environment
from knowledge.sources.platform.runs import Run
from knowledge.sources.source import Cursor

_MOST_TAKEN = 500
_LAG = timedelta(hours=3)
"""So long before the newest end that was seen, a run may have ended that was not listed then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The run that an artifact comes from."""

    run_id: int
    started_at: datetime
    step: int | None = None
    """None: its last one."""

    @classmethod
    def of(cls, run: Run) -> "Origin":
        return cls(run_id=run.id, started_at=run.started_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watermark:
    """The content of a cursor."""

    taken: tuple[int, ...] = ()
    """Ids of the runs of which nothing more is wanted, newest first."""
    newest_finished_at: datetime | None = None
    manifest: Origin | None = None
    catalog: Origin | None = None
    environment: Environment = field(default_factory=Environment)

    def knows(self, run: Run) -> bool:
        """Whether a run has been taken, or ended so long ago that it was passed over."""
        is_old = self.newest_finished_at is not None and run.finished_at < self.newest_finished_at - _LAG
        return is_old or run.id in self.taken


def parse_watermark(cursor: Cursor | None) -> Watermark | None:
    """None where there is no cursor, or one that is none of ours: all is then read as for the first time."""
    try:
        return msgspec.convert(dict(cursor), Watermark) if cursor else None
    except msgspec.ValidationError:
        return None


def render_watermark(watermark: Watermark) -> Cursor:
    """The cursor to be stored."""
    return msgspec.to_builtins(watermark)


def with_taken(taken: Sequence[int], runs: Iterable[Run]) -> tuple[int, ...]:
    """Newly taken ``runs`` before those ``taken`` earlier, as many as are worth remembering."""
    newest_first = sorted(runs, key=lambda run: (run.finished_at, run.id), reverse=True)
    return tuple(dict.fromkeys([*(run.id for run in newest_first), *taken]))[:_MOST_TAKEN]
