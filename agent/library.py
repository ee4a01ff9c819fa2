"""What the agent looks things up in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from knowledge.catalog import Catalog
from knowledge.search import Searcher


@dataclass(frozen=True, slots=True)
class Library:
    """The catalog, its search, and the clock that ages are counted from."""

    catalog: Catalog
    searcher: Searcher
    now: Callable[[], datetime]

    def known_at(self) -> datetime:
        """Until when the catalog knows of runs: that of a later one nothing is known is no fault of the project's."""
        now, refreshed_at = self.now(), self.catalog.age().refreshed_at
        return min(now, refreshed_at) if refreshed_at else now
