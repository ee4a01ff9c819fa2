"""Lets a growing answer out sentence by sentence, as long as every name in it is known; then no more."""

import re
from collections.abc import Callable

from agent.reading.brevity import is_short
from agent.reading.said import REFUSAL, finished_parts, harmless, is_imitation

_PREAMBLE = re.compile(
    r"\s*(?:let me|let's|i'll|i will|i need to|i'm going to|i am going to|first,? (?:i|let)|sure\b|okay\b|ok,"
    r"|certainly|of course|to answer|looking (?:at|up|for)|searching|checking|one moment|[{\[<#]|"
    + re.escape(REFUSAL)
    + ")",
    re.IGNORECASE,
)
_GAP = re.compile(r"\s")


class Release:
    """Decides what of one answer may be seen before it is whole. What is out stays out, so it errs on holding back."""

    def __init__(
        self,
        is_clean: Callable[[str], bool],
        emit: Callable[[str], None],
        *,
        repeats: Callable[[str], bool] = lambda text: False,
        before: str = "",
    ) -> None:
        """``is_clean``: whether a piece may go. ``repeats``: whether what is then out recites our instructions.

        ``before``: what code says first; it goes out with the first piece.
        """
        self._before = f"{before}\n\n" if before else ""
        self._is_clean = is_clean
        self._emit = emit
        self._repeats = repeats
        self._out = ""
        self._holding = False
        self._read = 0

    def feed(self, text: str) -> None:
        """Take the whole text so far, and let out what is finished and clean."""
        new, self._read = text[self._read :], len(text)
        if self._holding or not _GAP.search(new):
            return  # what is finished ends with a blank: between words nothing can have become so
        place = 0
        for part in finished_parts(text):
            seen, place = text[: place + len(part)], place + len(part)
            if len(seen) <= len(self._out):
                if not self._out.startswith(seen):
                    self._holding = True  # another text than the one that is partly out
                    return
                continue
            if not self._may_go(part):
                self._holding = True
                return
            self._emit(part if self._out else self._before + part.lstrip())
            self._out += part

    def _may_go(self, part: str) -> bool:
        if not self._out and _PREAMBLE.match(part):
            return False
        if not is_short(self._out + part):
            return False
        if harmless(part) != part or is_imitation(part) or self._repeats(self._out + part):
            return False
        return self._is_clean(part)
