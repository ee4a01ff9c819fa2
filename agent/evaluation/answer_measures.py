"""From examined answers to numbers, and from two runs to what was won and lost (pure)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

from agent.evaluation.answers import AnswerOutcome
from agent.evaluation.measures import percentile
from agent.evaluation.values import asked_twice
from agent.values import Confidence, Path

N = TypeVar("N", int, float)
WORDS: tuple[Confidence, ...] = ("verified", "checked", "inferred")
PATHS: tuple[Path, ...] = ("direct", "model", "fallback")


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def ratio(self) -> float | None:
        """None of nothing."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerMeasures:
    """The numbers of some questions."""

    questions: int
    first: Share
    """Of the answerable ones with known nodes: the first node is one of them."""
    near: Share
    """The same for one of the first three."""
    names: Share
    """Answers whose every name holds."""
    trust: Share
    """Answers whose trust lines are the catalog's."""
    sql_shown: int
    sql_withheld: int
    sql_valid: Share
    """Of the shown: parses, and every name in it holds."""
    sql_tables: Share
    """Of the shown: uses every table of gold."""
    refused_rightly: Share
    """Of the unanswerable ones."""
    refused_wrongly: Share
    """Of the answerable ones."""
    asked_back: int
    wrong: Mapping[Confidence, Share]
    """Confidence word → how many of the answers that carry it mislead."""
    paths: Mapping[Path, int]
    calls_p50: float
    calls_most: int
    tokens: int | None
    """None when an endpoint does not count."""
    cost_usd: float | None
    """None when the price of an answer is not known."""
    seconds_p50: float
    seconds_p95: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerShift:
    """One question that was right in one run and is not in the other."""

    before: AnswerOutcome
    after: AnswerOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerComparison:
    """One set before and after, as far as both runs asked the same."""

    set_name: str
    before: AnswerMeasures
    after: AnswerMeasures
    won: Sequence[AnswerShift]
    lost: Sequence[AnswerShift]


def measure_answers(outcomes: Iterable[AnswerOutcome]) -> AnswerMeasures:
    """The numbers of these questions; all 0 when there are none."""
    rows = list(outcomes)
    shown = [each for each in rows if each.sql == "shown"]
    answerable = [each for each in rows if each.is_answerable]
    paths = Counter(each.path for each in rows)
    times = sorted(each.seconds for each in rows)
    return AnswerMeasures(
        questions=len(rows),
        first=_share(each.is_first_right for each in rows),
        near=_share(each.is_near for each in rows),
        names=_share(not each.wrong_names for each in rows),
        trust=_share(not each.wrong_trust for each in rows),
        sql_shown=len(shown),
        sql_withheld=sum(each.sql == "withheld" for each in rows),
        sql_valid=_share(not each.sql_faults for each in shown),
        sql_tables=_share(each.has_all_tables for each in shown),
        refused_rightly=_share(each.refused for each in rows if not each.is_answerable),
        refused_wrongly=_share(each.refused for each in answerable),
        asked_back=sum(each.asked_back for each in rows),
        wrong={word: _share(each.is_wrong for each in rows if each.confidence == word) for word in WORDS},
        paths={path: paths[path] for path in PATHS},
        calls_p50=median(each.calls for each in rows) if rows else 0,
        calls_most=max((each.calls for each in rows), default=0),
        tokens=_sum(each.tokens for each in rows),
        cost_usd=_sum(each.cost_usd for each in rows),
        seconds_p50=percentile(times, 0.5),
        seconds_p95=percentile(times, 0.95),
    )


def measure_answer_kinds(outcomes: Sequence[AnswerOutcome]) -> dict[str, AnswerMeasures]:
    """The same for each kind of question, where the questions say of which they are."""
    kinds = dict.fromkeys(each.kind for each in outcomes if each.kind)
    return {kind: measure_answers(each for each in outcomes if each.kind == kind) for kind in kinds}


def compare_answers(before: Sequence[AnswerOutcome], after: Sequence[AnswerOutcome]) -> list[AnswerComparison]:
    """Set by set; sets and questions that only one of the runs has are left out."""
    return [
        _comparison(set_name, [AnswerShift(before=earlier, after=later) for earlier, later in both])
        for set_name, both in asked_twice(before, after).items()
    ]


def _comparison(set_name: str, shifts: Sequence[AnswerShift]) -> AnswerComparison:
    return AnswerComparison(
        set_name=set_name,
        before=measure_answers(shift.before for shift in shifts),
        after=measure_answers(shift.after for shift in shifts),
        won=[shift for shift in shifts if shift.before.is_right is False and shift.after.is_right],
        lost=[shift for shift in shifts if shift.before.is_right and shift.after.is_right is False],
    )


def _share(verdicts: Iterable[bool | None]) -> Share:
    """How many are so, of those of which it is known."""
    known = [each for each in verdicts if each is not None]
    return Share(sum(known), len(known))


def _sum(numbers: Iterable[N | None]) -> N | None:
    """None as soon as one of them is not known."""
    rows = list(numbers)
    known = [each for each in rows if each is not None]
    return sum(known[1:], start=known[0]) if known and len(known) == len(rows) else None
