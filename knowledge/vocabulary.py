"""The words of the catalog in memory: which words it knows, and which of its words a misspelt one was to be (pure)."""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.terms import asked_terms
from knowledge.words import SPACELESS, split_words

_SHORTEST, _LONGEST = 4, 30
"""Letters of a word that can be told to be misspelt: shorter ones have too many neighbours, longer ones are data."""
_LONG = 8
"""Letters from which on a word may have two slips; below, it may have one."""
_SPACELESS = re.compile(f"[{SPACELESS}]")
_MOST = 2
"""Words that a misspelt one may stand for."""


class Vocabulary:
    """An unchanging snapshot of the words of names, columns and first sentences, and of the terms that have a posting.

    Making one takes 0.15 s for 18,000 nodes: not for the event loop.
    """

    def __init__(
        self,
        *,
        terms: Iterable[str] = (),
        keys: Iterable[str] = (),
        briefs: Iterable[str] = (),
        right: Container[str] = frozenset[str](),
    ) -> None:
        """``keys`` are of nodes and columns (words.key_of); ``right`` are words that are nobody's slip."""
        self._terms = frozenset(terms)
        self._right = right
        counts = Counter(word for key in keys for word in key.split("_"))
        for brief in briefs:
            counts.update({word.lower() for word in split_words(brief)})
        self._times = {word: times for word, times in counts.items() if _is_plain(word)}
        self._begun: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in self._times:
            self._begun[word[0], len(word)].append(word)

    def __contains__(self, word: str) -> bool:
        """Whether anything is found by this word, in lower case, or another form of it."""
        return word in self._times or any(each.term in self._terms for each in asked_terms([word]))

    def is_right(self, word: str) -> bool:
        """Whether a word in lower case is spelt as it should be, as far as that can be told."""
        return word in self._right or word in self

    def nearest(self, word: str) -> tuple[str, ...]:
        """What a word in lower case was probably to be, likeliest first, or nothing; it is known to be no word.

        One slip is a letter too few, too many or another, or two neighbours that changed places. Words of eight letters
        may have two; then the first letter is right. What stands in more names comes first.
        """
        if not _is_plain(word):
            return ()
        found = self._begun_alike(word, 1) or self._begun_otherwise(word)
        if not found and len(word) >= _LONG:
            found = self._begun_alike(word, 2)
        return tuple(sorted(found, key=lambda other: (-self._times[other], other))[:_MOST])

    def _begun_alike(self, word: str, slips: int) -> list[str]:
        """Words with the same first letter: to compare with all would take ten times as long."""
        lengths = range(len(word) - slips, len(word) + slips + 1)
        others = [other for length in lengths for other in self._begun.get((word[0], length), ())]
        near = process.extract(word, others, scorer=OSA.distance, score_cutoff=slips, limit=None)
        return [other for other, _, _ in near]

    def _begun_otherwise(self, word: str) -> list[str]:
        """Words from which it differs by its first letter only, or by the order of the first two."""
        letters = {letter for letter, _ in self._begun}
        spellings = (spelling for letter in letters for spelling in (letter + word, letter + word[1:]))
        return [each for each in {word[1:], word[1] + word[0] + word[2:], *spellings} if each in self._times]


def _is_plain(word: str) -> bool:
    """Whether it is of letters only, and of a script in which a slip is one of many letters."""
    return _SHORTEST <= len(word) <= _LONGEST and word.isalpha() and (word.isascii() or not _SPACELESS.search(word))
