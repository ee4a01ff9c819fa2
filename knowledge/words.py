"""Text made fit for comparing: identifiers become words, words become keys, and what Postgres cannot hold goes."""

import re
import unicodedata
from collections.abc import Iterable

IDENTIFIER = r"(?<!\w)[^\W_]*_\w*|`[^`\n]*`"
"""What is written as a name and not as a word of a sentence, a regular expression: with an underscore, or as code."""
SPACELESS = (
    "\u0e01-\u0e7f\u0e81-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17d3"  # Thai, Lao, Burmese, Hangul parts, Khmer
    "\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"  # Japanese syllables
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"  # Chinese characters, Hangul
)
"""Letters of scripts that put no space between words, or glue particles to them, as a regular expression's set."""
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u0900-\u0963\u0970-\u0dff"
    "\u0e31-\u0e3a\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b4-\u17d3"
)
"""Vowels and accents that are written over, under or beside a letter, and are of its word."""
_PLAIN_WORD = re.compile(r"[^\W_]+")
_WORD = re.compile(rf"(?:[^\W_]|[{_MARKS}])+")
_BORDER = re.compile(rf"(?<=[{SPACELESS}])(?=[^\W{SPACELESS}])|(?<=[^\W{SPACELESS}])(?=[{SPACELESS}])")
_SPACELESS_LETTER = re.compile(f"[{SPACELESS}]")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
"""Between the words of ``orderId`` and of ``HTTPServer``; ``IDs`` is one word."""
_LONGEST_WORD = 100
"""Longer runs of letters and digits are data, not words (a lexeme may have 2,046 bytes)."""


def storable(text: str) -> str:
    """The text without NUL and lone surrogates, which Postgres' UTF-8 does not know."""
    if "\x00" in text or not text.isascii():
        return text.replace("\x00", " ").encode("utf-8", "replace").decode("utf-8")
    return text


def apart(text: str) -> str:
    """The text in Unicode's plainest spelling (NFKC), with a space where one script passes into another.

    In scripts that do without spaces, an identifier is written right into the sentence: ``fct_ordersの粒度は``.
    """
    return text if text.isascii() else _BORDER.sub(" ", unicodedata.normalize("NFKC", text))


def split_words(text: str) -> list[str]:
    """The words of a text in order, as written; identifiers are split at underscores and humps.

    Of a script without spaces, a word is all that stands between two marks of punctuation.
    """
    if text.isascii():
        return [word[:_LONGEST_WORD] for word in _PLAIN_WORD.findall(_HUMP.sub(" ", text))]
    return [part for word in _WORD.findall(_HUMP.sub(" ", apart(text))) for part in _cut(word)]


def _cut(word: str) -> Iterable[str]:
    if len(word) <= _LONGEST_WORD:
        return (word,)
    if not _SPACELESS_LETTER.match(word):
        return (word[:_LONGEST_WORD],)
    return (word[start : start + _LONGEST_WORD] for start in range(0, len(word), _LONGEST_WORD))


def spoken(text: str) -> str:
    """The words of a text with a space between: ``fct_orderItems`` becomes ``fct order Items``."""
    return " ".join(split_words(text))


def key_of(name: str) -> str:
    """What names that are said alike share: ``OrderItems``, ``order_items`` and ``order items`` have one key."""
    return "_".join(split_words(name)).lower()


def dotted_key(name: str) -> str:
    """The key of a name with dots between its parts, which no words in a sentence have: ``raw_shop.orders``.

    Which dot parted what does not count: ``raw.shop.orders``.
    """
    return key_of(name).replace("_", ".")


def phrase_keys(words: Iterable[str], *, longest: int = 5) -> list[str]:
    """The keys of all runs of up to ``longest`` neighbouring words, without repeats: what a text may name."""
    lowered = [word.lower() for word in words]
    runs = (lowered[at : at + size] for size in range(1, longest + 1) for at in range(len(lowered) - size + 1))
    return list(dict.fromkeys("_".join(run) for run in runs))
