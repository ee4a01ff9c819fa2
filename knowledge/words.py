"""Text made fit for comparing: identifiers become words, words become keys, and what Postgres cannot hold goes."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W_]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
"""Between the words of ``orderId`` and of ``HTTPServer``; ``IDs`` is one word."""
_LONGEST_WORD = 100
"""Longer runs of letters and digits are data, not words (a lexeme may have 2,046 bytes)."""

_FUNCTION_WORDS = """
a all an and any are as at be by can do does for from get has have how i if in into is it its me my no not of on or our
so some than that the their them then there these they this those to up us was we were what when where which who why
will with you your
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Words of a sentence that name nothing when they stand alone, even where a node or a column is called so."""


def storable(text: str) -> str:
    """The text without NUL and lone surrogates, which Postgres' UTF-8 does not know."""
    if "\x00" in text or not text.isascii():
        return text.replace("\x00", " ").encode("utf-8", "replace").decode("utf-8")
    return text


def split_words(text: str) -> list[str]:
    """The words of a text in order, as written; identifiers are split at underscores and humps."""
    return [word[:_LONGEST_WORD] for word in _WORD.findall(_HUMP.sub(" ", text))]


def spoken(text: str) -> str:
    """The words of a text with a space between: ``fct_orderItems`` becomes ``fct order Items``."""
    return " ".join(split_words(text))


def key_of(name: str) -> str:
    """What names that are said alike share: ``OrderItems``, ``order_items`` and ``order items`` have one key."""
    return "_".join(split_words(name)).lower()


def phrase_keys(words: Iterable[str], *, longest: int = 5) -> list[str]:
    """The keys of all runs of up to ``longest`` neighbouring words, without repeats: what a text may name."""
    lowered = [word.lower() for word in words]
    runs = (lowered[at : at + size] for size in range(1, longest + 1) for at in range(len(lowered) - size + 1))
    return list(dict.fromkeys("_".join(run) for run in runs))
