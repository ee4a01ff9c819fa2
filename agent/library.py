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
