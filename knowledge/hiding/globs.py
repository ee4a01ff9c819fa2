"""Names and paths compared with patterns of ``*``, ``?`` and ``[a-z]``, without regard to case (pure)."""

import re
from collections.abc import Callable, Sequence
from fnmatch import translate

Matches = Callable[[str | None], bool]

_WILD = re.compile(r"[*?\[]")
_BRACKETS = re.compile(r"\[[^\[\]]+\]")


def has_wildcard(pattern: str) -> bool:
    return _WILD.search(pattern) is not None


def is_balanced(pattern: str) -> bool:
    """Whether each bracket is closed and holds something."""
    return not set("[]") & set(_BRACKETS.sub("", pattern))


def glob(pattern: str) -> Matches:
    """Whether a text is ``pattern``; None never is."""
    folded = pattern.casefold()
    if not has_wildcard(folded):
        return lambda text: text is not None and text.casefold() == folded
    fits = re.compile(translate(folded)).match
    return lambda text: text is not None and fits(text.casefold()) is not None


def path_glob(pattern: Sequence[str]) -> Callable[[Sequence[str]], bool]:
    """Whether a path's parts begin with ``pattern``'s; ``**`` stands for any number of folders."""
    globs = [None if part == "**" else glob(part) for part in pattern]
    return lambda parts: _begins(parts, globs)


def _begins(parts: Sequence[str], globs: Sequence[Matches | None]) -> bool:
    if not globs:
        return True
    if (first := globs[0]) is None:
        return any(_begins(parts[at:], globs[1:]) for at in range(len(parts) + 1))
    return bool(parts) and first(parts[0]) and _begins(parts[1:], globs[1:])
