"""The phrases of ``phrases*.txt`` as patterns: which lookups a question may be, read from its words alone."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Literal, cast, get_args

from agent.direct.setting import without_setting
from agent.direct.since import TIMES
from agent.direct.turning import split_questions, split_unmarked, turn_round

Kind = Literal[
    "describe",
    "link",
    "columns",
    "family",
    "place",
    "owner",
    "health",
    "tests",
    "upstream",
    "downstream",
    "lineage",
    "computed",
    "rests",
    "between",
    "having",
    "choice",
    "changes",
    "broken",
    "late",
    "tags",
    "access",
    "file",
    "version",
    "grain",
    "timing",
    "deprecated",
    "replaced",
    "dashboards",
    "inventory",
    "several",
    "same",
    "sql",
    "assumed",
    "why",
]

_FILES = (
    "phrases_shared.txt",
    "phrases_of_structure.txt",
    "phrases.txt",
    "phrases_of_particulars.txt",
    "phrases_of_changes.txt",
    "phrases_of_answers.txt",
    "phrases_of_connections.txt",
)
_LONGEST = 320  # characters; a question beyond that is not a lookup
_TOKEN = re.compile(r"[()\[\]|]|<\w+>|[^\s()\[\]|<>]+")
_WORD = r"[^\s?!]+"
_SLOTS = {
    "X": rf"(?P<X>{_WORD}(?: {_WORD}){{0,9}}?) ",
    "Z": rf"(?P<Z>{_WORD}(?: {_WORD}){{0,40}}?) ",
    "Y": rf"(?P<Y>{_WORD}(?: {_WORD}){{0,4}}?) ",
    "A": rf"(?P<A>{_WORD}(?: {_WORD}){{0,6}}?) ",
    "C": rf"(?P<C>{_WORD}(?: {_WORD}){{0,4}}? (?:column|field)) ",
    "T": rf"(?P<T>{TIMES}) ",
    "U": rf"(?P<U>(?:since|until|before|after|between|during) {_WORD}(?: {_WORD}){{0,5}}?) ",
}
_NAMED_SETS = frozenset("NPVWBEFKS")
"""Sets whose word is remembered."""
_HEADING = re.compile(r"== (\w+) (firm|loose|bare)\Z")
_OF_THE_DATA = re.compile(
    r"""(?x)(?i:\b(?:most|least|fewest|highest|lowest|max(?:imum)?|min(?:imum)?|largest|smallest|biggest|greatest|worst
      |best|top|bottom|more|less|fewer|at[ ]least|at[ ]most|greater|between|average|avg|mean|total|sum|number[ ]of
      |how[ ]many|each|every|oldest|youngest|earliest|latest|longest|shortest|cheapest|lightest|heaviest|first|last
      |both|either|neither|not|without|only|whose|who|where|when|that|which|named|called|equal|same|different
      |distinct|did|was|were|than|\d+)\b)
    |['"=<>] | (?<=[ ])[A-Z][a-z]+"""
)
"""Words that make "which table has …" a question to the data: extremes, counts, conditions, proper names."""


Tone = Literal["firm", "loose", "bare", "hint"]
"""How surely it is a lookup. A ``hint`` counts only where what it names is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One way to ask, as a pattern over words that each end in a blank."""

    kind: Kind
    tone: Tone
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a question may ask. ``about``: the words that stand where the name or the need does."""

    kind: Kind
    about: str
    tone: Tone
    other: str = ""
    """What else is named: the second of two nodes, or what columns are to be like."""
    noun: str = ""
    """What kind of thing is wanted: model, table, dashboard, …"""
    verb: str = ""
    """What is said to have become of it: added, dropped, …"""
    when: str = ""
    """What is said of the time."""
    parts: tuple[tuple["Reading", ...], ...] = ()
    """What each of several questions in one may ask."""
    setting: str = ""
    """What else was said, where only a part is read: a name may stand there, and a missing one need not be one."""

    @property
    def firm(self) -> bool:
        """The phrase can only be about the project, so that an unknown name is worth saying so."""
        return self.tone == "firm"


class Phrasebook:
    """All phrases, in the order in which they are tried."""

    def __init__(self, phrases: tuple[Phrase, ...]) -> None:
        self._phrases = phrases

    def read(self, words: str) -> Iterator[Reading]:
        """Every way in which a phrase covers the whole of ``words``, likeliest first; turned round, in parts, or alone
        of what else is said."""
        if not words or len(words) > _LONGEST:
            return
        yield from self.read_whole(words)
        yield from self._read_several([split_questions(words), *split_unmarked(words)])
        for asked, setting in without_setting(words):
            found = (each for each in self.read_whole(asked) if each.tone != "bare" and each.about)
            yield from (replace(each, setting=setting) for each in found)
            yield from (replace(each, setting=setting) for each in self._read_several([split_questions(asked)]))

    def _read_several(self, splits: Iterable[Sequence[str]]) -> Iterator[Reading]:
        """Questions in one, each of which a phrase covers."""
        for split in splits:
            parts = tuple(tuple(each for each in self._covering(part) if each.tone != "bare") for part in split)
            if parts and all(parts):
                yield Reading(kind="several", about="", tone="firm", parts=parts)

    def read_whole(self, words: str) -> Iterator[Reading]:
        """Every way in which a phrase covers all of ``words``, as they are or turned round."""
        if not words or len(words) > _LONGEST:
            return
        for turned in (words, *turn_round(words)):
            yield from self._covering(turned)

    def _covering(self, words: str) -> Iterator[Reading]:
        text = " ".join(words.split()) + " "
        for phrase in self._phrases:
            if (found := phrase.pattern.fullmatch(text)) is not None:
                reading = _reading(phrase, {slot: words.strip() for slot, words in found.groupdict("").items()})
                if phrase.kind != "choice" or phrase.tone == "firm" or not _OF_THE_DATA.search(reading.about):
                    yield reading


@cache
def load_phrasebook() -> Phrasebook:
    """Read the phrases, which lie beside this file: those of an earlier file are tried before those of a later one.

    It takes a second of the processor, and is done once.
    """
    texts = (files("agent.direct").joinpath(name).read_text(encoding="utf-8") for name in _FILES)
    return parse_phrasebook("\n".join(texts))


def parse_phrasebook(text: str) -> Phrasebook:
    """Compile phrases written as the head of ``phrases.txt`` explains.

    Raises: ValueError, naming the line that does not follow the rules.
    """
    sets: dict[str, str] = {}
    phrases: list[Phrase] = []
    kind, tone = cast("Kind", ""), cast("Tone", "firm")
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("#"):
            continue
        if heading := _HEADING.match(line):
            kind, tone = cast("Kind", heading[1]), cast("Tone", heading[2])
            if kind not in get_args(Kind):
                raise ValueError(f"there is no kind of lookup called {kind}")
        elif line.startswith("<") and " = " in line:
            name, words = line.split(" = ", 1)
            sets[name] = _compiled(words, sets)
        else:
            phrases.append(Phrase(kind=kind, tone=tone, pattern=re.compile(_compiled(line, sets), re.IGNORECASE)))
    return Phrasebook(tuple(phrases))


def _reading(phrase: Phrase, said: Mapping[str, str]) -> Reading:
    def first(slots: str) -> str:
        return next((said[slot] for slot in slots if said.get(slot)), "")

    about = first("XZC")
    return Reading(
        kind=phrase.kind,
        about=f"{about} in {said['Y']}" if said.get("Y") else about,
        tone=phrase.tone,
        other=first("AS") or (said.get("Z", "") if said.get("X") else ""),
        noun=first("NPFK").lower(),
        verb=first("VWBE").lower(),
        when=first("TU"),
    )


def _compiled(line: str, sets: dict[str, str]) -> str:
    tokens = _TOKEN.findall(line)
    pattern, end = _choice(tokens, 0, sets)
    if end != len(tokens):
        raise ValueError(f"brackets do not match in: {line}")
    return pattern


def _word(token: str, sets: dict[str, str]) -> str:
    if token in _NAMED_SETS:
        return f"(?P<{token}>{sets[f'<{token}>']})"
    return sets[token] if token in sets else _SLOTS.get(token) or re.escape(token) + " "


def _choice(tokens: list[str], start: int, sets: dict[str, str]) -> tuple[str, int]:
    """The pattern of tokens up to the closing bracket, and where that stands."""
    ways, place = [""], start
    while place < len(tokens) and tokens[place] not in {")", "]"}:
        token = tokens[place]
        if token in {"(", "["}:
            inner, place = _choice(tokens, place + 1, sets)
            if place >= len(tokens) or tokens[place] != {"(": ")", "[": "]"}[token]:
                raise ValueError(f"brackets do not match in: {' '.join(tokens)}")
            ways[-1] += inner if token == "(" else f"{inner}?"  # noqa: S105
        elif token == "|":  # noqa: S105
            ways.append("")
        else:
            ways[-1] += _word(token, sets)
        place += 1
    return f"(?:{'|'.join(ways)})", place
