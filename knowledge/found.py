"""What a search is kept to, and what it hands out: hits, each with all that its score is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from knowledge.values import Kind, Layer


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a search is kept to; what is empty keeps nothing out. Of one field any may match, of several all must."""

    kinds: tuple[Kind, ...] = ()
    layers: tuple[Layer, ...] = ()
    tags: tuple[str, ...] = ()
    schemas: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    """Names or e-mail addresses of owners, or names of groups."""
    projects: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one voice adds to a score."""

    rank: int
    """1 is best."""
    points: float
    matched: str | None = None
    """The words of the question that name the node or its column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One search result: ``score`` is the sum of the voices' points times all priors, comparable within one search."""

    unique_id: str
    name: str
    kind: Kind
    score: float
    column: str | None = None
    """The column that lifted the node, when one did."""
    voices: Mapping[str, Part] = field(default_factory=dict[str, Part])
    priors: Mapping[str, float] = field(default_factory=dict[str, float])
    """Why it stands higher or lower than its voices alone would have it: reason → factor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search found, best first."""

    hits: tuple[Hit, ...] = ()
