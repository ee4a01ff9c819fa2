"""Lookups read from their words alone, in any order: for questions that no phrase covers from end to end (pure)."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from importlib.resources import files
from typing import cast, get_args

from agent.direct.naming import COLUMN_NOUNS, NOUNS
from agent.direct.phrasebook import Kind, Reading

_FILE = "words_of_lookups.txt"
_ARTICLES = frozenset({"the", "our", "my", "a", "an"})
_WITHIN = frozenset({"in", "of", "'s"})
_NAMED = {*NOUNS, *COLUMN_NOUNS, *(f"{noun}s" for noun in (*NOUNS, *COLUMN_NOUNS))}
_MOST_WORDS = 14
"""A lookup says little."""
_LONGEST_NAME = 5
_WITHOUT_NAME: frozenset[Kind] = frozenset({"sql", "assumed", "why"})
"""Kinds that are about the last answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What one kind of lookup is made of."""

    kind: Kind
    key: frozenset[str]
    also: frozenset[str]


class Wordbook:
    """The words of every kind."""

    def __init__(self, kinds: Sequence[Words], filler: frozenset[str]) -> None:
        self._kinds = kinds
        self._filler = filler

    def read(self, words: str) -> Iterator[Reading]:
        """The lookup that ``words`` are; none when a word is left over, or when they could be several."""
        said = [word.strip(",:;!?") for word in words.split()]
        lower = [word.lower() for word in said]
        found = [each for each in self._kinds if not each.key.isdisjoint(lower)] if len(said) <= _MOST_WORDS else []
        if len(found) != 1:
            return
        [kind] = found
        known = kind.key | kind.also | self._filler | _NAMED
        places = [place for place, word in enumerate(lower) if word and word not in known]
        if kind.kind in _WITHOUT_NAME:
            if not places:
                yield Reading(kind=kind.kind, about="", tone="firm")
        elif places and (about := _span(said, lower, places, _NAMED - kind.key)):
            yield Reading(kind=kind.kind, about=about, tone="loose")


def load_wordbook() -> Wordbook:
    """Read the words, which lie beside this file."""
    return parse_wordbook(files("agent.direct").joinpath(_FILE).read_text(encoding="utf-8"))


def parse_wordbook(text: str) -> Wordbook:
    """The words of a text written as the head of ``words_of_lookups.txt`` explains.

    Raises: ValueError, naming what is no kind of lookup.
    """
    kinds: dict[str, dict[str, frozenset[str]]] = {"": {}}
    kind = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("#"):
            continue
        if line.startswith("== "):
            kind = line.removeprefix("== ")
            if kind not in get_args(Kind):
                raise ValueError(f"there is no kind of lookup called {kind}")
            kinds[kind] = {}
        else:
            name, _, words = line.partition(" = ")
            kinds[kind][name] = frozenset(words.split())
    filler = kinds.pop("")["filler"]
    return Wordbook([_words(name, parts) for name, parts in kinds.items()], filler)


def _words(kind: str, parts: Mapping[str, frozenset[str]]) -> Words:
    return Words(kind=cast("Kind", kind), key=parts["key"], also=parts["also"])


def _span(said: Sequence[str], lower: Sequence[str], places: Sequence[int], nouns: AbstractSet[str]) -> str:
    """The name that the words left over make, with its article and noun; empty when they are no single name."""
    start, end = places[0], places[-1] + 1
    between = {lower[place] for place in range(start, end)} - {lower[place] for place in places}
    if end - start > _LONGEST_NAME or between - _WITHIN - _ARTICLES - nouns:
        return ""
    if end < len(said) and lower[end] in nouns:
        end += 1
    if start and lower[start - 1] in nouns:
        start -= 1
    if start and lower[start - 1] in _ARTICLES:
        start -= 1
    return " ".join(said[start:end])
