"""Examined answers as JSON: for other programs, and for a later run to be compared with (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

import msgspec

from agent.evaluation.answer_measures import (
    AnswerComparison,
    AnswerMeasures,
    measure_answer_kinds,
    measure_answers,
)
from agent.evaluation.answers import AnswerOutcome
from agent.evaluation.saved import convert_saved, decode_saved, plain
from agent.evaluation.values import Fault, sets_of

VERSION = 1
_CALLED = {"set_name": "set", "is_answerable": "answerable"}
"""Fields of an outcome that have another name in JSON."""


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
        outcomes=tuple(map(_outcome, saved.questions)),
        with_context=saved.context,
        model=saved.model or "",
    )


class _Saved(msgspec.Struct):
    made_at: datetime
    measured: Literal["answers"]
    questions: list[dict[str, Any]]
    context: bool = False
    model: str | None = None


def _numbers(outcomes: Sequence[AnswerOutcome]) -> dict[str, Any]:
    kinds = {kind: measures_json(each) for kind, each in measure_answer_kinds(outcomes).items()}
    gone = sum(len(each.gone) for each in outcomes)
    return {**measures_json(measure_answers(outcomes)), "gold_gone": gone, "kinds": kinds}


def _outcome_json(outcome: AnswerOutcome) -> dict[str, Any]:
    facts = {_CALLED.get(field, field): value for field, value in asdict(outcome).items()}
    return {**facts, "right": outcome.is_right, "wrong": outcome.is_wrong, "seconds": round(outcome.seconds, 4)}


def _outcome(saved: Mapping[str, Any]) -> AnswerOutcome:
    fields = {called: field for field, called in _CALLED.items()}
    return convert_saved({fields.get(name, name): value for name, value in saved.items()}, AnswerOutcome)
