"""From outcomes to numbers: recall, reciprocal rank, what was recognised, latency (pure)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from agent.evaluation.values import DEPTHS, Outcome, Ranking


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Of the questions that have nodes to be found."""

    questions: int
    recall: Mapping[int, float]
    """Depth → mean over questions of the share of their nodes among the first so many."""
    all_found: Mapping[int, float]
    """Depth → share of questions with every node among the first so many."""
    mrr: float
    """Mean over questions of 1 / the rank of the first of their nodes, 0 where none is found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """Whether the search knows what it can answer."""

    unanswerable: int
    recognised: int
    answerable: int
    refused: int
    """Answerable ones that were taken for unanswerable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Of the search alone."""

    p50_ms: float
    p95_ms: float


def measure(rankings: Iterable[Ranking]) -> Measures:
    """The numbers of these questions; all 0 when there are none."""
    counted = [ranking for ranking in rankings if ranking.ranks]
    number = max(1, len(counted))
    recalls = {depth: [ranking.recall(depth) for ranking in counted] for depth in DEPTHS}
    return Measures(
        questions=len(counted),
        recall={depth: sum(each) / number for depth, each in recalls.items()},
        all_found={depth: sum(share == 1 for share in each) / number for depth, each in recalls.items()},
        mrr=sum(1 / ranking.best for ranking in counted if ranking.best) / number,
    )


def measure_kinds(rankings: Iterable[Ranking]) -> dict[str, Measures]:
    """The same for the nodes of each kind alone, the commonest kind first."""
    of_kind: dict[str, list[Ranking]] = defaultdict(list)
    for ranking in rankings:
        ranks: dict[str, dict[str, int | None]] = defaultdict(dict)
        for unique_id, rank in ranking.ranks.items():
            ranks[unique_id.partition(".")[0]][unique_id] = rank
        for kind, part in ranks.items():
            of_kind[kind].append(Ranking(ranks=part))
    return {kind: measure(of_kind[kind]) for kind in sorted(of_kind, key=lambda kind: (-len(of_kind[kind]), kind))}


def recognise(outcomes: Iterable[Outcome]) -> Recognition:
    """What was refused, rightly and wrongly."""
    rows = list(outcomes)
    unanswerable = [each for each in rows if not each.is_answerable]
    answerable = [each for each in rows if each.is_answerable]
    return Recognition(
        unanswerable=len(unanswerable),
        recognised=sum(not each.is_answered for each in unanswerable),
        answerable=len(answerable),
        refused=sum(not each.is_answered for each in answerable),
    )


def latency(outcomes: Iterable[Outcome]) -> Latency:
    """How long searches took."""
    times = sorted(each.seconds * 1_000 for each in outcomes)
    return Latency(p50_ms=percentile(times, 0.5), p95_ms=percentile(times, 0.95))


def percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that at least this share does not exceed."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0
