"""Which words of a question a node bears out: why it was found, in the catalog's own words (pure)."""

import re
from collections.abc import Collection, Sequence

from knowledge import Column, Node

_WORD = re.compile(r"[^\W_]+")
_EMPTY_WORDS = """
a about all also am an and any are as at be been being but by can could data dataset datasets dbt did do does
each every find for from get give had has have having help how i if in information into is it its keep kept list
look many me metric model models most much my need number numbers of on or our out over per please query report
reports same see should show source sources sql store stored table tables tell than that the their them there
these they this those to total track tracked up us use used using view want was we were what when where which
who why will with would you your best right column columns field fields compute calculate contains contain holds
hold last first new one two between during since week weekly month monthly year yearly day daily today
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ers", "ed", "es", "er", "s", "ly", "y", "e")
_SHORTEST_STEM = 3


def content_words(text: str) -> list[str]:
    """The stems of the words that carry the meaning of ``text``, each once, in order."""
    words = [word.lower() for word in _WORD.findall(text)]
    return list(dict.fromkeys(stem(word) for word in words if word not in _EMPTY and len(word) > 1))


def stem(word: str) -> str:
    """A word without its commonest endings: enough to see that revenues and revenue are one."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def borne_out(words: Sequence[str], node: Node) -> list[str]:
    """Those of ``words`` (stems) that stand in a node's name, description or columns."""
    text = [node.name, node.label or "", node.description, node.expression or "", " ".join(node.tags)]
    text += [part for column in node.columns for part in (column.name, column.description)]
    known = {stem(word.lower()) for part in text for word in _WORD.findall(part.replace("_", " "))}
    initials = {"".join(word[0] for word in words[start:end]) for start, end in _runs(len(words))}
    if any(part.lower() in initials for part in _WORD.findall(node.name.replace("_", " "))):
        return list(words)  # fct_mrr for monthly recurring revenue
    return [word for word in words if word in known]


def telling_columns(words: Collection[str], node: Node, *, limit: int = 4) -> list[Column]:
    """The columns whose names hold most of ``words``."""
    scored = [
        (len({stem(part.lower()) for part in _WORD.findall(c.name.replace("_", " "))} & set(words)), c)
        for c in node.columns
    ]
    best = sorted((pair for pair in scored if pair[0]), key=lambda pair: -pair[0])
    return [column for _, column in best[:limit]]


def _runs(length: int) -> list[tuple[int, int]]:
    return [(start, end) for start in range(length) for end in range(start + 3, min(length, start + 6) + 1)]
