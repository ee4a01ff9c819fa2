"""Runs of neighbouring words in a text, by their places: which values they are, and what stands around them (pure)."""

import re
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass

from knowledge.cues import ARTICLES, GAP

LookUp = Callable[[str], tuple[str, ...]]
"""From words to the values that they are."""

_WORD = re.compile(r"\w(?:[\w@+&.-]*\w)?")
"""Identifiers and addresses are one word."""
_MOST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Word:
    """One word in lower case, and where it stands."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Run:
    """The values that the words from ``first`` to before ``behind`` are."""

    values: tuple[str, ...]
    first: int
    behind: int


class Runs:
    """One text in words; a word is meant by its number."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.words = [Word(found[0].lower(), found.start(), found.end()) for found in _WORD.finditer(text)]

    def word_from(self, place: int) -> int:
        """The first word that begins there or later."""
        return next((n for n, word in enumerate(self.words) if word.start >= place), len(self.words))

    def after(self, first: int, look_up: LookUp) -> Run | None:
        """The longest run that begins there, or behind an article, and has values."""
        first = next((n for n in range(first, len(self.words)) if self.words[n].text not in ARTICLES), len(self.words))
        ends = range(min(first + _MOST_WORDS, len(self.words)), first, -1)
        return self._first_of(((first, behind) for behind in ends), look_up)

    def all_after(self, first: int, look_up: LookUp) -> Run | None:
        """The same, with what "and", "or" or a comma joins to it."""
        runs: list[Run] = []
        at = first
        while run := self.after(at, look_up):
            runs.append(run)
            at = run.behind
            if at < len(self.words) and self.words[at].text in ("and", "or"):
                at += 1
            elif at >= len(self.words) or "," not in self._between(at - 1):
                break
        return Run(tuple(value for run in runs for value in run.values), first, runs[-1].behind) if runs else None

    def before(self, behind: int, look_up: LookUp) -> Run | None:
        """The longest run that ends right before the word ``behind`` and has values."""
        if not 0 < behind < len(self.words) or not self._touch(behind - 1):
            return None
        return self._first_of(((first, behind) for first in range(max(0, behind - _MOST_WORDS), behind)), look_up)

    def place_of(self, words: Set[str], before: int) -> int | None:
        """Where one of ``words`` begins that stands before a word, with or without articles between."""
        at = next((n for n in range(before - 1, -1, -1) if self.words[n].text not in ARTICLES), None)
        return self.words[at].start if at is not None and self.words[at].text in words else None

    def _first_of(self, runs: Iterable[tuple[int, int]], look_up: LookUp) -> Run | None:
        for first, behind in runs:
            said = self._text[self.words[first].start : self.words[behind - 1].end]
            if all(map(self._touch, range(first, behind - 1))) and (values := look_up(said)):
                return Run(values, first, behind)
        return None

    def _touch(self, number: int) -> bool:
        """Whether nothing but space or quotes parts a word from the next."""
        return GAP.match(self._between(number)) is not None

    def _between(self, number: int) -> str:
        return self._text[self.words[number].end : self.words[number + 1].start]
