"""Keeps an answer short: what a model says beyond its first few sentences is for who wants to know more (pure)."""

import re
from collections.abc import Iterator

from agent.reading.sentences import following, lines_of

SHORT = 700
"""Characters: three long sentences, or one and a short list."""
_NEARLY = 150
"""So much more is not worth folding."""
_SENTENCE_END = re.compile(
    r"(?<=[.!?।؟])(?<!e\.g\.)(?<!i\.e\.)(?<!vs\.)(?<!no\.)(?<!\b[A-Z]\.)[\"')*_]{0,10}\s+(?=\S)|(?<=[。！？])\s*(?=\S)",
    re.IGNORECASE,
)
_BETWEEN_COLUMNS = re.compile(r"[\s|:-]*-[\s|:-]*\|[\s|:-]*|[\s:-]*\|[\s|:-]*-[\s|:-]*")
"""What parts a table's header from its rows."""
_ANNOUNCES = re.compile(r".*[:：]\W{0,4}|\s{0,3}#{1,6}\s.*|\s{0,3}\*\*[^*]{1,200}\*\*\W{0,3}", re.DOTALL)
"""A heading, or what says that something comes: that stays with it."""
_NUMBER = re.compile(r"\s*(?:[-*+>]\s+)*\d{1,3}[.)]\s+")


def is_short(text: str) -> bool:
    """Whether the beginning of an answer, as far as it is there, may still stand before the fold."""
    return len(text.rstrip()) <= SHORT


def in_two(prose: str) -> tuple[str, str]:
    """What answers, and the rest; cut between sentences, lines or in front of a table. The rest is mostly empty."""
    if len(prose) <= SHORT + _NEARLY:
        return prose, ""
    places = list(_places(prose))
    first = next((place for place, _ in places if is_short(prose[:place])), 0)
    best = [place for place, is_good in places if is_good and is_short(prose[:place])]
    end = (best or [first])[-1] or next((place for place, is_good in places if is_good), len(prose))
    return prose[:end].rstrip(), prose[end:].strip()


def _places(prose: str) -> Iterator[tuple[int, bool]]:
    """Where it may be parted: at the ends of blocks, and of the sentences in lines that are no rows or headings.

    Marked: whether well. What announces a long table or fence may stand without it, where nothing stands before.
    """
    start = 0
    lines = list(lines_of(prose))
    rows, follows = _rows([line for line, _ in lines]), following([line for line, _ in lines])
    for number, (line, fenced) in enumerate(lines):
        end = start + len(line) + 1
        if not fenced and number not in rows:
            yield from ((start + place, True) for place in _sentence_ends(line))
        inside = number in rows and number + 1 in rows
        is_continued = follows[number].startswith((" ", "\t")) and not follows[number].lstrip().startswith("|")
        if line.strip() and not inside and not is_continued:
            yield min(end, len(prose)), not _ANNOUNCES.fullmatch(line)
        start = end


def _sentence_ends(line: str) -> Iterator[int]:
    number = _NUMBER.match(line)
    first = number.end() if number else 0
    for found in _SENTENCE_END.finditer(line, first):
        before = line[: found.start()]
        if before.count("`") % 2 == 0 and before.count("**") % 2 == 0 and not line.lstrip().startswith("#"):
            yield found.end()


def _rows(lines: list[str]) -> set[int]:
    """The numbers of the lines that are rows of tables."""
    rows: set[int] = set()
    for number, line in enumerate(lines):
        if line.lstrip().startswith("|") or (number - 1 in rows and "|" in line):
            rows.add(number)
        elif number and "|" in lines[number - 1] and _BETWEEN_COLUMNS.fullmatch(line):
            rows |= {number - 1, number}
    return rows
