"""What an evaluation is about: a question with what answers it, and what a search found for it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

DEPTHS = (1, 3, 5, 10, 20)
"""How many results recall looks at."""
GATE = 5
"""The depth by which questions are won and lost: what the model is shown, and what a person reads, ends there."""
DEEPEST = 50
"""As deep as a search is looked at: no deeper than its voices go for everybody, so that measuring changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question of a set."""

    where: str
    """File and line."""
    set_name: str
    id: str
    question: str
    project: str = ""
    context: str = ""
    gold: tuple[str, ...] = ()
    """unique_ids of the nodes that answer it."""
    removed: tuple[str, ...] = ()
    """unique_ids that do not compete."""
    is_answerable: bool = True
    kind: str = ""
    """What sort of question it is, in its set's own word; answers are counted by it."""

    def text(self, *, with_context: bool) -> str:
        """What is asked."""
        return f"{self.question} {self.context}".strip() if with_context else self.question

    def gone(self, known: Collection[str]) -> tuple[str, ...]:
        """Those of its nodes that a catalog lacks which has the ``known`` ones."""
        return tuple(unique_id for unique_id in self.gold if unique_id not in known)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why something could not be asked; ``where`` is a file with a line, or a project."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Where the nodes that answer a question stand (1 is best, None: nowhere), and what stands first."""

    ranks: Mapping[str, int | None]
    found: tuple[str, ...] = ()

    @property
    def best(self) -> int | None:
        """Where the first of them stands."""
        return min((rank for rank in self.ranks.values() if rank is not None), default=None)

    def recall(self, depth: int) -> float:
        """The share of them among the first ``depth``."""
        within = sum(rank is not None and rank <= depth for rank in self.ranks.values())
        return within / len(self.ranks) if self.ranks else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one question."""

    set_name: str
    id: str
    question: str
    is_answerable: bool
    is_answered: bool
    """Whether the search says that the catalog answers it."""
    searched: Ranking
    reranked: Ranking | None = None
    gone: tuple[str, ...] = ()
    """Those of its nodes that the catalog lacks."""
    assurance: float | None = None
    """How sure the search is of that, 0 to 1."""
    seconds: float = 0.0

    @property
    def is_ranked(self) -> bool:
        """Whether recall counts it."""
        return self.is_answerable and bool(self.searched.ranks)


class _OfSet(Protocol):
    @property
    def set_name(self) -> str: ...

    @property
    def id(self) -> str: ...


Asked = TypeVar("Asked", bound=_OfSet)


def sets_of(outcomes: Iterable[Asked]) -> dict[str, list[Asked]]:
    """The outcomes of each set, in the order of its first question."""
    found: dict[str, list[Asked]] = {}
    for outcome in outcomes:
        found.setdefault(outcome.set_name, []).append(outcome)
    return found


def asked_twice(before: Iterable[Asked], after: Iterable[Asked]) -> dict[str, list[tuple[Asked, Asked]]]:
    """The outcomes of each set's questions that both runs asked; a set that has none is left out.

    A question is the same by its set and id, whatever has become of its words: that may be why it is won.
    """
    known = {(each.set_name, each.id): each for each in before}
    return {
        set_name: both
        for set_name, outcomes in sets_of(after).items()
        if (both := [(known[key], each) for each in outcomes if (key := (set_name, each.id)) in known])
    }


def rank_among(gold: Sequence[str], found: Sequence[str], *, shown: int = 20) -> Ranking:
    """Where ``gold`` stands in what was found."""
    places = {unique_id: place for place, unique_id in enumerate(found, 1)}
    return Ranking(ranks={unique_id: places.get(unique_id) for unique_id in gold}, found=tuple(found[:shown]))


def rerank_by(ranking: Ranking, order: Sequence[str]) -> Ranking:
    """The same with its first results in another order."""
    places = {unique_id: place for place, unique_id in enumerate(order, 1)}
    return Ranking(
        ranks={unique_id: places.get(unique_id, rank) for unique_id, rank in ranking.ranks.items()}, found=tuple(order)
    )
