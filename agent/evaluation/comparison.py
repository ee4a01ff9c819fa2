"""Two runs of the same questions: what each set gained or lost, and which questions (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass

from agent.evaluation.measures import Measures, measure
from agent.evaluation.record import Run
from agent.evaluation.values import GATE, Outcome, asked_twice


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One question before and after."""

    before: Outcome
    after: Outcome

    @property
    def is_reworded(self) -> bool:
        """Whether another question was asked under the same id."""
        return self.before.question != self.after.question

    @property
    def gain(self) -> float:
        """By how much its recall has risen."""
        return self.after.searched.recall(GATE) - self.before.searched.recall(GATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One set before and after, as far as both runs asked the same."""

    set_name: str
    before: Measures
    after: Measures
    won: Sequence[Shift]
    """Questions with more of their nodes among the first five, the greatest gain first."""
    lost: Sequence[Shift]
    """The same the other way round."""
    reworded: Sequence[Shift] = ()
    """Questions that were put otherwise: what they won or lost may come of that."""


def compare(before: Run, after: Run) -> list[Comparison]:
    """Set by set; sets and questions that only one of the runs has are left out."""
    return [
        _comparison(set_name, [Shift(before=earlier, after=later) for earlier, later in both])
        for set_name, both in asked_twice(_ranked(before), _ranked(after)).items()
    ]


def _ranked(run: Run) -> list[Outcome]:
    return [each for each in run.outcomes if each.is_ranked]


def _comparison(set_name: str, shifts: Sequence[Shift]) -> Comparison:
    return Comparison(
        set_name=set_name,
        before=measure(shift.before.searched for shift in shifts),
        after=measure(shift.after.searched for shift in shifts),
        won=sorted((shift for shift in shifts if shift.gain > 0), key=lambda shift: -shift.gain),
        lost=sorted((shift for shift in shifts if shift.gain < 0), key=lambda shift: shift.gain),
        reworded=[shift for shift in shifts if shift.is_reworded],
    )
