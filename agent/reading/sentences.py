"""Prose in pieces: its lines, their sentences, and what is left of a sentence without one of its clauses (pure)."""

import re
from collections.abc import Iterator

LONGEST = 1_000
"""Characters: what is longer is no sentence, and is judged in pieces of this size, so that no pattern runs long."""
_OVERLAP = 250
_BLANKS = re.compile(r"\s{2,}")
_REPEATED = re.compile(r"(\S\W?)\1{8,}")
GONE = "\0"
"""Stands where a line was taken out."""
_HEAD = re.compile(r".*:\W{0,4}|\s{0,3}#{1,6}\s.*|\s{0,3}\*\*[^*]{1,200}\*\*\W{0,3}", re.DOTALL)
"""What announces a list."""
_WALLS = re.compile(r"\s{0,8}\|[\s|:-]*-[\s|:-]*")
"""What parts a table's header from its rows."""
_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_END = re.compile(
    r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!vs\.)(?<!no\.)(?P<closing>[\"')*_]{0,10})\s+(?=\S)", re.IGNORECASE
)
_NUMBER = re.compile(r"\s{0,12}(?:[-*+>]\s{1,4}){0,3}\d{1,3}[.)]\s{1,4}")
"""Of an item: no sentence ends with it."""
_CLAUSES = (
    re.compile(r"\s{0,3}\([^()]{0,400}\)"),
    re.compile(
        r",\s{1,3}(?:which|who|that|where|with|and|but|so|since|because|as|whose|being)\b[^,;!?]{0,400}?"
        r"(?:,(?=\s)|(?=[;!?]|\.?\s{0,3}$))"
    ),
    re.compile(r"\s{0,3}[;—–]\s{0,3}[^;—–!?]{0,400}?(?=\.?\s{0,3}$|[;—–])"),
    re.compile(r",?\s{1,3}(?:and|but|because|since|as)\s{1,3}[^,;!?]{0,400}?(?=\.?\s{0,3}$)"),
)
"""What can be taken out of a sentence, so that a sentence stays."""


def lines_of(prose: str) -> Iterator[tuple[str, bool]]:
    """The lines of ``prose``; a code fence is one of them, and marked."""
    fenced: list[str] = []
    for line in prose.split("\n"):
        if fenced:
            fenced.append(line)
            if _FENCE.match(line):
                yield "\n".join(fenced), True
                fenced = []
        elif _FENCE.match(line):
            fenced = [line]
        else:
            yield line, False
    if fenced:
        yield "\n".join(fenced), True


def sentences_of_line(line: str) -> Iterator[str]:
    """The sentences of one line, without the blanks between them; a row of a table is one."""
    start, number = 0, _NUMBER.match(line)
    for end in _END.finditer(line, number.end() if number else 0) if not line.lstrip().startswith("|") else ():
        yield line[start : end.end("closing")]
        start = end.end()
    yield line[start:]


def shorter(sentence: str) -> Iterator[str]:
    """The sentence without its clauses of one kind, for each kind that it has."""
    for clause in _CLAUSES:
        left = clause.sub("", sentence)
        if left != sentence:
            yield left if left[-1:] in ".!?:" else f"{left}."


def pieces(text: str) -> Iterator[str]:
    """What is to be judged of a text: it, or pieces of it that overlap; without long runs of the same."""
    squeezed = _REPEATED.sub(r"\1\1\1", _BLANKS.sub(" ", text))
    yield squeezed[:LONGEST]
    for start in range(LONGEST - _OVERLAP, len(squeezed) - _OVERLAP, LONGEST - _OVERLAP):
        yield squeezed[start : start + LONGEST]


def without_empty_heads(lines: list[str]) -> list[str]:
    """The lines without those that announce nothing any more: all that they announced was taken out."""
    kept: list[str] = []
    for line, follows in zip(lines, following(lines), strict=True):
        if line != GONE:
            kept.append(line)
            continue
        if follows == GONE or _goes_on(follows):
            continue
        if kept and _WALLS.fullmatch(kept[-1]):
            del kept[-2:]
        last = next((at for at in range(len(kept) - 1, -1, -1) if kept[at].strip()), None)
        if last is not None and _HEAD.fullmatch(kept[last]):
            del kept[last:]
    return kept


def following(lines: list[str]) -> list[str]:
    """For each line the next one that is not blank; empty for the last."""
    found, next_one = [""] * len(lines), ""
    for place in range(len(lines) - 1, -1, -1):
        found[place] = next_one
        next_one = lines[place] if lines[place].strip() else next_one
    return found


def _goes_on(line: str) -> bool:
    return bool(re.match(r"\s*(?:[-*+•]|\d{1,3}[.)])\s|\s*\|", line))
