"""Whether a search says that nothing in the catalog answers, and what it heard nothing of (pure)."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge.assurance import Evidence, Role, assurance, bearers_of, is_nothing, role_of, signals_in, values_in
from knowledge.plan import Asked, Plan
from knowledge.words import split_words
from knowledge.written import is_name_alone

_QUALITY_WORDS = """
address age amount class code color colour count date day duration id kind length level location name number
percentage position price quantity rank rate reason score size status style time title type value volume weight
"""
_QUALITIES = frozenset(_QUALITY_WORDS.split())
"""Behind what nobody mentions, these are of the same thing: "blood type"."""
_WORD = re.compile(r"[^\W_]+")
_MOST_UNHEARD = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """These fields of Found."""

    assurance: float | None = None
    is_nothing: bool = False
    unheard: tuple[str, ...] = ()


def judge(
    plan: Plan, evidence: Evidence, named: Collection[str], asked: Collection[str], *, knows_cosine: bool
) -> Verdict:
    """What to say of a search.

    Args:    evidence: see knowledge/sql/search.sql.
             named: keys by which nodes were found.
             asked: those of them that are written as names.
             knows_cosine: whether the offline embedder made the vectors.
    """
    if plan.is_hopeless or plan.is_listing:
        return Verdict()
    subject = _subject(plan.asked, asked)
    # What a filter keeps out may have the words: where it leaves nothing, it is not known which those are.
    unheard = () if plan.is_filtered and evidence is None else _unheard(plan.asked, subject, evidence)
    if plan.is_filtered or is_name_alone(plan.asked.text, named) or _is_all_heard(plan.asked, subject):
        return Verdict(unheard=unheard)
    if plan.asked.is_small_talk and not named:
        return Verdict(assurance=0.0, is_nothing=True)
    signals = signals_in(evidence, subject, knows_cosine=knows_cosine)
    nothing = is_nothing(signals)
    if nothing and not unheard:
        unheard = _unheard(plan.asked, _named_like_values(plan.asked, subject), evidence)
    return Verdict(assurance=assurance(signals), is_nothing=nothing, unheard=unheard)


def _subject(asked: Asked, names: Collection[str]) -> dict[int, Role]:
    """What is judged by: words of a name that was found need stand nowhere else."""
    of_names = {word for name in names for word in name.replace(".", "_").split("_")}
    words = asked.looked_for
    return {number: "optional" if words[number] in of_names else role for number, role in asked.subject.items()}


def _named_like_values(asked: Asked, subject: Mapping[int, Role]) -> dict[int, Role]:
    """Words that may be values, "NPS": where nothing answers, they are what was asked about."""
    values = values_in(asked.text)
    words = asked.looked_for
    return {
        number: role_of(words[number], frozenset())
        for number, role in subject.items()
        if role == "optional" and words[number] in values
    }


def _is_all_heard(asked: Asked, subject: Collection[int]) -> bool:
    return bool(asked.heard) and not subject


def _unheard(asked: Asked, subject: Mapping[int, Role], evidence: Evidence) -> tuple[str, ...]:
    words = asked.looked_for
    unknown = {
        words[number] for number, role in subject.items() if role == "telling" and not bearers_of(number, evidence)
    }
    return tuple(dict.fromkeys(_phrases(asked.text, unknown - set(asked.reading.corrected))))[:_MOST_UNHEARD]


def _phrases(text: str, unknown: Collection[str]) -> Iterator[str]:
    """Runs of unknown words as they are written, with what is said of them right behind."""
    run: list[re.Match[str]] = []
    for found in _WORD.finditer(text):
        word = [part.lower() for part in split_words(found[0])]
        joins = bool(run) and text[run[-1].end() : found.start()].strip("-_ ") == ""
        if run and not (joins and (_is_unknown(word, unknown) or found[0].lower() in _QUALITIES)):
            yield text[run[0].start() : run[-1].end()]
            run = []
        if run or _is_unknown(word, unknown):
            run.append(found)
    if run:
        yield text[run[0].start() : run[-1].end()]


def _is_unknown(parts: Sequence[str], unknown: Collection[str]) -> bool:
    return bool(parts) and all(part in unknown for part in parts)
