"""What an admin reads of ``CATALOG_EXCLUDE`` in a terminal of their own, where its words may be shown. Pure."""

import re

from knowledge.values import Oddity

SETTING = "CATALOG_EXCLUDE"
_PLACE = re.compile(r"\bnumber (\d+)\b")


def with_word(oddity: Oddity, exclude: str) -> str:
    """The oddity as a sentence; where it counts the words of the selection, the word is beside its number."""
    words = exclude.split()
    reason = oddity.reason
    if oddity.where == SETTING and (place := _PLACE.search(reason)) and 0 < int(place[1]) <= len(words):
        reason = f"{reason[: place.end()]} (`{words[int(place[1]) - 1]}`){reason[place.end() :]}"
    return f"{oddity.where} {reason}"
