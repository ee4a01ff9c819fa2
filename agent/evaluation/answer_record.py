"""Examined answers as JSON: for other programs, and for a later run to be compared with (pure)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import msgspec

from agent.evaluation.answer_measures import (
    AnswerComparison,
    AnswerMeasures,
    measure_answer_kinds,
    measure_answers,
)
from agent.evaluation.answers import AnswerOutcome, SqlFate
from agent.evaluation.saved import decode_saved, plain
from agent.evaluation.values import Fault, sets_of
from agent.values import Confidence, Path

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRun:
    """All that one evaluation of answers brought."""

    made_at: datetime
    outcomes: tuple[AnswerOutcome, ...]
    faults: tuple[Fault, ...] = ()
    with_context: bool = False
    model: str = ""
    """As the settings name it; empty: answers from the catalog alone."""


def answers_to_json(run: AnswerRun) -> dict[str, Any]:
    """The numbers per set and of all, and every question with what was answered."""
    return {
        "version": VERSION,
        "measured": "answers",
        "made_at": run.made_at.isoformat(),
        "context": run.with_context,
        "model": run.model or None,
        "sets": {name: _numbers(outcomes) for name, outcomes in sets_of(run.outcomes).items()},
        "all": _numbers(run.outcomes),
        "questions": [_outcome_json(outcome) for outcome in run.outcomes],
        "faults": [asdict(fault) for fault in run.faults],
    }


def answer_comparison_json(comparisons: Sequence[AnswerComparison]) -> dict[str, Any]:
    """What each set gained or lost."""
    return {
        each.set_name: {
            "questions": each.after.questions,
            "before": measures_json(each.before),
            "after": measures_json(each.after),
            "won": [shift.after.id for shift in each.won],
            "lost": [shift.after.id for shift in each.lost],
        }
        for each in comparisons
    }


def measures_json(measures: AnswerMeasures) -> dict[str, Any]:
    """The numbers by name; a share is its part, its whole and their ratio."""
    return {name: plain(getattr(measures, name)) for name in AnswerMeasures.__dataclass_fields__}


def parse_answer_run(content: bytes) -> AnswerRun:
    """A run that was saved. Raises: ValueError when it is none."""
    saved = decode_saved(content, _Saved)
    return AnswerRun(
        made_at=saved.made_at,
        outcomes=tuple(each.outcome() for each in saved.questions),
        with_context=saved.context,
        model=saved.model or "",
    )


class _SavedQuestion(msgspec.Struct):
    set: str
    id: str
    question: str
    answerable: bool
    nodes: tuple[str, ...]
    refused: bool
    asked_back: bool
    path: Path
    kind: str = ""
    gold: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    confidence: Confidence | None = None
    sql: SqlFate = "none"
    sql_faults: tuple[str, ...] = ()
    has_all_tables: bool | None = None
    wrong_names: tuple[str, ...] = ()
    wrong_trust: tuple[str, ...] = ()
    calls: int = 0
    tokens: int | None = None
    cost_usd: float | None = None
    model: str = ""
    seconds: float = 0.0
    text: str = ""

    def outcome(self) -> AnswerOutcome:
        facts = {name: getattr(self, name) for name in self.__struct_fields__ if name not in {"set", "answerable"}}
        return AnswerOutcome(set_name=self.set, is_answerable=self.answerable, **facts)


class _Saved(msgspec.Struct):
    made_at: datetime
    questions: list[_SavedQuestion]
    context: bool = False
    model: str | None = None


def _numbers(outcomes: Sequence[AnswerOutcome]) -> dict[str, Any]:
    kinds = {kind: measures_json(each) for kind, each in measure_answer_kinds(outcomes).items()}
    gone = sum(len(each.gone) for each in outcomes)
    return {**measures_json(measure_answers(outcomes)), "gold_gone": gone, "kinds": kinds}


def _outcome_json(outcome: AnswerOutcome) -> dict[str, Any]:
    facts = asdict(outcome)
    return {
        "set": facts.pop("set_name"),
        "id": facts.pop("id"),
        "question": facts.pop("question"),
        "answerable": facts.pop("is_answerable"),
        "right": outcome.is_right,
        "wrong": outcome.is_wrong,
        **facts,
        "seconds": round(outcome.seconds, 4),
    }
