"""A run as JSON: for other programs, and for a later run to be compared with (pure)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import msgspec

from agent.evaluation.measures import latency, measure, measure_kinds, recognise
from agent.evaluation.saved import decode_saved, plain
from agent.evaluation.values import Fault, Outcome, Ranking, sets_of

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RerankCosts:
    """Who put the first results into another order, and at what price."""

    model: str
    calls: int
    unread: int
    """Answers that held no order, and calls that brought none: the search's order stayed."""
    tokens: int | None
    """None when the endpoint does not count."""
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """All that one evaluation brought."""

    made_at: datetime
    outcomes: tuple[Outcome, ...]
    faults: tuple[Fault, ...] = ()
    with_context: bool = False
    rerank: RerankCosts | None = None


def run_to_json(run: Run) -> dict[str, Any]:
    """The numbers per set, per kind and of all, and every question with the ranks of its nodes."""
    return {
        "version": VERSION,
        "made_at": run.made_at.isoformat(),
        "context": run.with_context,
        "rerank": plain(asdict(run.rerank)) if run.rerank else None,
        "sets": {name: _numbers(outcomes) for name, outcomes in sets_of(run.outcomes).items()},
        "all": _numbers(run.outcomes),
        "questions": [_outcome_json(outcome) for outcome in run.outcomes],
        "faults": [asdict(fault) for fault in run.faults],
    }


def parse_run(content: bytes) -> Run:
    """A run that was saved. Raises: ValueError when it is none."""
    saved = decode_saved(content, _Saved)
    return Run(
        made_at=saved.made_at,
        outcomes=tuple(each.outcome() for each in saved.questions),
        with_context=saved.context,
    )


class _SavedRanking(msgspec.Struct):
    ranks: dict[str, int | None]
    found: list[str] = []

    def ranking(self) -> Ranking:
        return Ranking(ranks=self.ranks, found=tuple(self.found))


class _SavedQuestion(msgspec.Struct):
    set: str
    id: str
    question: str
    searched: _SavedRanking
    answerable: bool = True
    answered: bool = True
    reranked: _SavedRanking | None = None
    gone: list[str] = []
    assurance: float | None = None
    seconds: float = 0.0

    def outcome(self) -> Outcome:
        return Outcome(
            set_name=self.set,
            id=self.id,
            question=self.question,
            is_answerable=self.answerable,
            is_answered=self.answered,
            searched=self.searched.ranking(),
            reranked=self.reranked.ranking() if self.reranked else None,
            gone=tuple(self.gone),
            assurance=self.assurance,
            seconds=self.seconds,
        )


class _Saved(msgspec.Struct):
    made_at: datetime
    questions: list[_SavedQuestion]
    context: bool = False


def _numbers(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    ranked = [each for each in outcomes if each.is_ranked]
    reranked = [each.reranked for each in ranked if each.reranked]
    searched = [each.searched for each in ranked]
    return {
        **plain(asdict(measure(searched))),
        "gold_gone": sum(len(each.gone) for each in ranked),
        "kinds": {kind: plain(asdict(measures)) for kind, measures in measure_kinds(searched).items()},
        **asdict(recognise(outcomes)),
        **plain(asdict(latency(outcomes))),
        "reranked": plain(asdict(measure(reranked))) if reranked else None,
    }


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "set": outcome.set_name,
        "id": outcome.id,
        "question": outcome.question,
        "answerable": outcome.is_answerable,
        "answered": outcome.is_answered,
        "assurance": outcome.assurance,
        "seconds": round(outcome.seconds, 4),
        "gone": list(outcome.gone),
        "searched": _ranking_json(outcome.searched),
        "reranked": _ranking_json(outcome.reranked) if outcome.reranked else None,
    }


def _ranking_json(ranking: Ranking) -> dict[str, Any]:
    return {"ranks": dict(ranking.ranks), "found": list(ranking.found)}
