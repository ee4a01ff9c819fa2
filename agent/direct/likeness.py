"""Whether a column's name that does not exist is a slip for one that does (pure)."""

from collections.abc import Sequence

from rapidfuzz.distance import OSA

_SHORTEST = 4
_LONG = 8
"""Letters of a word from which on it may have two slips."""
_SHORTEST_ABBREVIATION = 2
_VOWELS = frozenset("aeiou")


def is_slip(said: str, known: str) -> bool:
    """Whether ``said`` is ``known`` with a typo, its words in another order, or one of them abbreviated.

    Names that share some of their words are different columns: ``vat_amount`` is no ``net_amount``.
    """
    one, other = _words(said), _words(known)
    if "".join(one) == "".join(other) or sorted(one) == sorted(other):
        return True
    if len(one) != len(other):
        return _is_typo("".join(one), "".join(other), most=1)
    return all(
        left == right or _is_typo(left, right) or _abbreviates(left, right)
        for left, right in zip(one, other, strict=True)
    )


def slips_of(said: str, known: Sequence[str]) -> list[str]:
    """Those of the names that ``said`` is a slip for, the likest first."""
    return sorted((name for name in known if is_slip(said, name)), key=lambda name: OSA.distance(said.lower(), name))


def _words(name: str) -> list[str]:
    return [word for word in name.lower().replace(" ", "_").split("_") if word]


def _is_typo(one: str, other: str, *, most: int = 2) -> bool:
    """Whether the words differ by a slip; people hit the first letter, and numbers are meant."""
    shorter = min(len(one), len(other))
    if shorter < _SHORTEST or one[0] != other[0] or _digits(one) != _digits(other):
        return False
    return OSA.distance(one, other) <= (most if shorter >= _LONG else 1)


def _digits(word: str) -> str:
    return "".join(filter(str.isdigit, word))


def _abbreviates(one: str, other: str) -> bool:
    """``qty`` and ``quantity``, ``cust`` and ``customer``, whichever is the short one."""
    short, long = sorted((one, other), key=len)
    if len(short) < _SHORTEST_ABBREVIATION or len(long) < len(short) + 2 or short[0] != long[0]:
        return False
    if len(short) > _SHORTEST_ABBREVIATION and long.startswith(short):
        return True
    letters = iter(long)
    has_letters = all(letter in letters for letter in short)
    return has_letters and short[-1] == long[-1] and not _VOWELS & set(short[1:])
