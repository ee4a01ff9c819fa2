"""The same questions asked again: known by digests, so that what is kept of them names nothing (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import msgspec

from agent.evaluation.measures import measure
from agent.evaluation.values import GATE, Case, Outcome, Ranking


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A question that finds fewer of its nodes among the first five than it did."""

    outcome: Outcome
    before: Ranking

    @property
    def loss(self) -> float:
        """By how much its recall has fallen."""
        return self.before.recall(GATE) - self.outcome.searched.recall(GATE)

    @property
    def nodes(self) -> list[str]:
        """The nodes that have fallen out of the first five."""
        now = self.outcome.searched.ranks
        return [gold for gold, rank in self.before.ranks.items() if _within(rank) and not _within(now.get(gold))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What has become of recall@5, of the questions that were asked both times."""

    questions: int
    before: float
    after: float
    lost: Sequence[Lost]
    """The gravest first."""

    @property
    def drop(self) -> float:
        return self.before - self.after


def digest_of(case: Case) -> str:
    """Names a question as it stands: with other words or other nodes it is another one."""
    parts = (case.set_name, case.id, case.question, case.project, case.gold, case.removed, case.is_answerable)
    return blake2b(msgspec.json.encode(parts), digest_size=12).hexdigest()


def digest_of_set(cases: Iterable[Case]) -> str:
    """Names a set, whatever its order."""
    return blake2b("\n".join(sorted(map(digest_of, cases))).encode(), digest_size=12).hexdigest()


def ranks_of(asked: Iterable[tuple[Case, Outcome]]) -> dict[str, list[int | None]]:
    """What is kept: digest of each question → where its nodes stand."""
    return {digest_of(case): list(outcome.searched.ranks.values()) for case, outcome in asked if outcome.is_ranked}


def drift(before: Mapping[str, Sequence[int | None]], asked: Iterable[tuple[Case, Outcome]]) -> Drift:
    """What is different from what was kept."""
    pairs: list[Lost] = []
    for case, outcome in asked:
        ranks = before.get(digest_of(case))
        if outcome.is_ranked and ranks is not None and len(ranks) == len(case.gold):
            pairs.append(Lost(outcome=outcome, before=Ranking(ranks=dict(zip(case.gold, ranks, strict=True)))))
    return Drift(
        questions=len(pairs),
        before=measure(pair.before for pair in pairs).recall[GATE],
        after=measure(pair.outcome.searched for pair in pairs).recall[GATE],
        lost=sorted((pair for pair in pairs if pair.loss > 0), key=lambda pair: -pair.loss),
    )


def _within(rank: int | None) -> bool:
    return rank is not None and rank <= GATE
