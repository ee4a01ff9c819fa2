"""The standing instructions are ours, not the asker's: an answer that repeats them loses those sentences (pure).

They hold no secret; but who gets a model to recite them has it under another's orders, and the recital is no answer.
"""

import re
from collections.abc import Iterable

RUN = 10
"""So many words in a row are no accident: ordinary answers share four or five."""
NOTICE = "I left out what only repeats my own instructions."
_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"[^.!?:;\n]*(?:[.!?:;]+|\n+|\Z)")


class Instructions:
    """The runs of words that the instructions are made of."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._runs = frozenset(run for text in texts for run in _runs([word.lower() for word in _WORD.findall(text)]))

    def repeated(self, text: str) -> bool:
        """Whether ``text`` repeats a run of them, whatever stands between the words."""
        return any(run in self._runs for run in _runs([word.lower() for word in _WORD.findall(text)]))

    def without(self, text: str) -> str:
        """``text`` without the sentences that have a part in such a run."""
        words = list(_WORD.finditer(text))
        runs = _runs([word[0].lower() for word in words])
        taken = {place for start, run in enumerate(runs) if run in self._runs for place in range(start, start + RUN)}
        if not taken:
            return text
        starts = [words[place].start() for place in sorted(taken)]
        kept = [found[0] for found in _SENTENCE.finditer(text) if not _any_within(starts, found.start(), found.end())]
        return re.sub(r"\n{3,}", "\n\n", re.sub(r"^[\s>*_\-#`]+$", "", "".join(kept), flags=re.MULTILINE)).strip()


def _runs(words: list[str]) -> list[tuple[str, ...]]:
    return [tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)]


def _any_within(places: list[int], start: int, end: int) -> bool:
    return any(start <= place < end for place in places)
