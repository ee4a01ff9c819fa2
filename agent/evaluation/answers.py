"""What became of one question whose answer was examined, and what of it counts as right (pure)."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from agent.evaluation.values import Case
from agent.values import Answer, Confidence, Path
from knowledge.values import TABLES

SqlFate = Literal["none", "shown", "withheld"]
FIRST_FEW = 3
_MOST_NODES = 10
_LONGEST_TEXT = 4_000
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What the catalog says about an answer, read again and apart from the making of it."""

    wrong_names: tuple[str, ...] = ()
    """Names in its prose that do not hold."""
    sql_faults: tuple[str, ...] = ()
    """What does not hold in the SQL that it shows."""
    sql_tables: frozenset[str] = frozenset()
    """unique_ids of what its SQL may select from."""
    wrong_trust: tuple[str, ...] = ()
    """unique_ids of the trust lines that are not what the catalog says, or are missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerOutcome:
    """One question with what was answered."""

    set_name: str
    id: str
    question: str
    is_answerable: bool
    kind: str = ""
    gold: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    """Those of them that the catalog lacks."""
    nodes: tuple[str, ...] = ()
    refused: bool = False
    asked_back: bool = False
    confidence: Confidence | None = None
    path: Path = "direct"
    sql: SqlFate = "none"
    sql_faults: tuple[str, ...] = ()
    has_all_tables: bool | None = None
    """Whether its SQL uses every table of gold; None where there is no SQL, or no table among gold."""
    wrong_names: tuple[str, ...] = ()
    wrong_trust: tuple[str, ...] = ()
    calls: int = 0
    tokens: int | None = None
    cost_usd: float | None = None
    model: str = ""
    seconds: float = 0.0
    """From the question to the whole answer."""
    text: str = ""

    @property
    def is_first_right(self) -> bool | None:
        """Whether the node it puts first is one that answers the question; None where none is known to.

        Who refuses or asks back has put none first.
        """
        return self._chose_among(1)

    @property
    def is_near(self) -> bool | None:
        """The same for any of the first three."""
        return self._chose_among(FIRST_FEW)

    @property
    def is_right(self) -> bool | None:
        """The right node first, or refused where the catalog has no answer; None where that is not known."""
        return self.is_first_right if self.is_answerable else self.refused

    @property
    def is_wrong(self) -> bool | None:
        """Whether what it says misleads: another node, or an answer where there is none."""
        if self.refused or self.asked_back:
            return False
        return None if self.is_right is None else not self.is_right

    @property
    def is_broken(self) -> bool:
        """Whether something in it is not so, whatever was asked: that must never happen."""
        return bool(self.wrong_names or self.sql_faults or self.wrong_trust)

    def _chose_among(self, first: int) -> bool | None:
        if not self.is_answerable or not self.gold:
            return None
        chosen = () if self.refused or self.asked_back else self.nodes[:first]
        return not set(self.gold).isdisjoint(chosen)


def outcome_of(case: Case, answer: Answer, found: Examined, *, seconds: float, known: Collection[str]) -> AnswerOutcome:
    """Score one answer.

    Args:    known: those of the case's nodes that the catalog has.
    """
    tables = {each for each in case.gold if each.partition(".")[0] in TABLES}
    return AnswerOutcome(
        set_name=case.set_name,
        id=case.id,
        question=case.question,
        is_answerable=case.is_answerable,
        kind=case.kind,
        gold=case.gold,
        gone=case.gone(known),
        nodes=tuple(each for each in answer.nodes if each not in case.removed)[:_MOST_NODES],
        refused=answer.refused and not answer.is_question,
        asked_back=answer.is_question,
        confidence=answer.confidence,
        path=answer.path,
        sql=_fate(answer),
        sql_faults=found.sql_faults,
        has_all_tables=tables <= found.sql_tables if answer.sql and tables else None,
        wrong_names=tuple(each for each in found.wrong_names if each not in flagged(answer)),
        wrong_trust=found.wrong_trust,
        calls=answer.model_calls,
        tokens=answer.tokens,
        cost_usd=answer.cost_usd,
        model=answer.model,
        seconds=seconds,
        text=answer.text[:_LONGEST_TEXT],
    )


def flagged(answer: Answer) -> set[str]:
    """The names of which the answer says itself that something is amiss with them."""
    return {name for notice in answer.notices for name in _CODE.findall(notice)}


def _fate(answer: Answer) -> SqlFate:
    if answer.sql:
        return "shown"
    return "withheld" if answer.sql_withheld else "none"
