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


_NOTHING = Filters()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A value that a search was to be kept to and that nothing in the catalog has."""

    facet: str
    """What it is a value of: tag, schema, owner, project, package."""
    said: str
    nearest: tuple[str, ...] = ()
    """Values that were perhaps meant."""
    others: tuple[str, ...] = ()
    """All values, where none is near and they are few."""

    @property
    def sentence(self) -> str:
        """What to tell whoever asked for it."""
        unknown = f"No {self.facet} {_quoted(self.said)}"
        if self.nearest:
            return f"{unknown}; did you mean {' or '.join(map(_quoted, self.nearest))}?"
        return f"{unknown}. There are: {', '.join(map(_quoted, self.others))}." if self.others else f"{unknown}."


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
    only: Filters = _NOTHING
    """What the hits were kept to: as asked for, or as the query says in plain words; values as the catalog has them."""
    likes: Filters = _NOTHING
    """What the query mentions, and what therefore stands higher."""
    unknown: tuple[Unknown, ...] = ()
    """What was asked for and is not there."""
    corrected: Mapping[str, str] = field(default_factory=dict[str, str])
    """Words of the query that nothing has, in lower case, and the words of the catalog that they were taken for."""
    assurance: float | None = None
    """The probability that the catalog answers what was asked, where before asking either was as likely; None where a
    search is kept to some nodes, of which this is not known."""
    is_nothing: bool = False
    """Whether to say that nothing in the catalog answers it: the hits are what is nearest then."""
    unheard: tuple[str, ...] = ()
    """What the query tells of, as it is written there, and no node mentions anywhere: neighbouring words as one."""


def _quoted(value: str) -> str:
    """A value in one short line, whatever is in it."""
    plain = "".join(letter if letter.isprintable() and letter != "`" else " " for letter in value)
    return f"`{' '.join(plain.split())[:80]}`"
