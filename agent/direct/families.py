"""Those of a node's columns that are alike: its dates, its amounts, whatever has to do with an address."""

import re
from collections.abc import Callable, Mapping, Sequence

from agent.direct.subject import Subject
from agent.draft import Draft
from agent.evidence import content_words, stem
from agent.shown import bullets, code, column_line, count, node_code
from knowledge.values import Column

_MOST = 40
_ENOUGH = 0.5
"""The share of the words wanted that a column must say where none says all."""
_WORD = re.compile(r"[^\W_]+")
_ENDS_LIKE_DATE = re.compile(r"(?:^|_)(?:at|on|date|day|time|timestamp|ts|dt)$|_(?:date|time)_", re.IGNORECASE)
_ENDS_LIKE_KEY = re.compile(r"(?:^|_)(?:id|ids|key|keys|uuid|sk|fk|pk|no|code)$", re.IGNORECASE)
_BEGINS_LIKE_FLAG = re.compile(r"^(?:is|has|was|had)_|_(?:flag|ind)$", re.IGNORECASE)
_TYPES: Mapping[str, str] = {
    "date": r"date|time",
    "flag": r"bool",
    "number": r"int|num|dec|float|double|real|money",
    "text": r"char|text|string|clob",
}


def _typed(kind: str, name: re.Pattern[str] | None = None) -> Callable[[Column], bool]:
    """Whether a column's type says so; where the type is not known, its name."""
    of_type = re.compile(_TYPES[kind], re.IGNORECASE)
    return lambda column: bool(
        of_type.search(column.data_type) if column.data_type else name and name.search(column.name)
    )


_SORTS: Sequence[tuple[re.Pattern[str], Callable[[Column], bool]]] = (
    (re.compile(r"(?:date|time|timestamp|datetime)s?"), _typed("date", _ENDS_LIKE_DATE)),
    (re.compile(r"(?:flag|boolean|bool)s?"), _typed("flag", _BEGINS_LIKE_FLAG)),
    (re.compile(r"(?:number|numeric|integer|decimal)s?"), _typed("number")),
    (re.compile(r"(?:text|string)s?|varchar"), _typed("text")),
    (re.compile(r"(?:id|key|identifier)s?"), lambda column: bool(_ENDS_LIKE_KEY.search(column.name))),
    (re.compile(r"documented|described"), lambda column: bool(column.description.strip())),
    (re.compile(r"undocumented|undescribed"), lambda column: not column.description.strip()),
)
"""Words for a sort of columns, and whether a column is one."""
_WITHOUT = re.compile(r"(?:not |un)(?:documented|described)|without (?:a |any )?(?:description|docs|documentation)s?")
_EMPTY_WORDS = """
of type typed a an the any and or kind like with contain containing column columns field fields
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())


def list_family(subject: Subject, wanted: str) -> Draft | None:
    """The columns that are ``wanted``, by type or by their words; None when none has to do with it."""
    node = subject.node
    found, is_sort = columns_like(wanted, node.columns)
    if not found and not (is_sort and node.columns):
        return None
    said = " ".join(wanted.split()[:8])
    text = f"No column of {node_code(node)} is like that ({code(said)})."
    if found:
        text = f"{len(found):,} of the {count(len(node.columns), 'column')} of {node_code(node)}:\n"
        text += bullets([column_line(column) for column in found], limit=_MOST)
    return Draft(text=text, nodes=(node.unique_id,), chosen=(node.unique_id,), at_hand=(node,), kind="family")


def columns_like(wanted: str, columns: Sequence[Column]) -> tuple[list[Column], bool]:
    """Those that the words mean, and whether the words are a sort, so that none is an answer too."""
    plain = " ".join(wanted.lower().split())
    if _WITHOUT.search(plain):
        return [column for column in columns if not column.description.strip()], True
    words = [word for word in _WORD.findall(plain) if word not in _EMPTY]
    sorts = [is_one for word in words for pattern, is_one in _SORTS if pattern.fullmatch(word)]
    if sorts and len(sorts) == len(words):
        return [column for column in columns if any(is_one(column) for is_one in sorts)], True
    stems = content_words(plain)
    named = [_share(stems, column.name.replace("_", " ")) for column in columns]
    told = [_share(stems, f"{column.name.replace('_', ' ')} {column.description}") for column in columns]
    for shares, least in ((named, 1.0), (told, 1.0), (told, _ENOUGH)):
        if shares and max(shares) >= least:
            return [column for column, share in zip(columns, shares, strict=True) if share == max(shares)], False
    return [], False


def _share(stems: Sequence[str], text: str) -> float:
    """How much of what is wanted the text says."""
    known = {stem(word.lower()) for word in _WORD.findall(text)}
    return sum(each in known for each in stems) / len(stems) if stems else 0.0
