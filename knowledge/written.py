"""Names that a question writes as names: with an underscore, with dots between, in backticks, or alone (pure)."""

import re
from collections.abc import Collection, Sequence

from knowledge.readings import Reading, respelled
from knowledge.words import dotted_key, key_of

_QUOTED_DOT = re.compile(r"""(?<=\w)["`\]]*\.["`\[]*(?=\w)""")
"""In ``"raw"."orders"``."""
_NAME = re.compile(r"`(?P<marked>\w+)`|(?<![\w@])\w+(?:\.\w+)*")
_FRAMED = re.compile(
    r"""\b(?:what(?:['’]s|\s+is)\s+in|describe|columns\s+(?:of|in|does)|what\s+does)\s+(?:the\s+)?
    (?P<marked>\w+)(?=\s+(?:have|contain|hold|mean|store)\b|\W*\Z)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Where hardly anything but a name stands: "what is in refunds?"."""
_MOST_PARTS = 12
_LONGEST_RUN = 4
"""Database, schema, table, column; or the four parts of a source's unique_id."""
_MOST_NAMES = 100
_LONGEST_NAME = 300

Written = tuple[str, ...]
"""The keys that one written name may be, the most exact first."""


def written_names(text: str, reading: Reading) -> list[Written]:
    """All names that are written, the whole text first: it may be nothing but a name."""
    plain = _QUOTED_DOT.sub(".", text)
    found = [_keys(plain.strip()), *map(_written, _NAME.finditer(plain)), *map(_written, _FRAMED.finditer(plain))]
    return [(*keys, *respelled(keys, reading)) for keys in dict.fromkeys(found) if keys][:_MOST_NAMES]


def asked_keys(written: Sequence[Written], named: Collection[str]) -> set[str]:
    """Of each name that is written, the key that some node has, the most exact where several have one.

    Of ``shop.orders.order_id`` that is ``shop.orders``, so that a metric called like the column does not come before.

    Args:    named: all keys by which the search found nodes.
    """
    firsts = (next((key for key in keys if key in named), None) for keys in written)
    return {key for key in firsts if key}


def asked_columns(text: str) -> set[str]:
    """The keys of what is written last behind a dot."""
    plain = _QUOTED_DOT.sub(".", text)
    return {key_of(found[0].rpartition(".")[2]) for found in _NAME.finditer(plain) if "." in found[0]}


def is_name_alone(text: str, named: Collection[str]) -> bool:
    """Whether the text is nothing but the name of a node."""
    plain = _QUOTED_DOT.sub(".", text)
    return key_of(plain) in named or dotted_key(plain) in named


def _written(found: re.Match[str]) -> Written:
    name = found["marked"] or found[0]
    if "." in name:
        return _parts(name.split("."))
    return _keys(name) if "_" in key_of(name) or found["marked"] else ()


def _parts(parts: Sequence[str]) -> Written:
    """All runs of neighbouring parts, the longest first, of equally long ones the first."""
    parts = parts[:_MOST_PARTS]
    runs = (
        ".".join(parts[at : at + size])
        for size in range(min(_LONGEST_RUN, len(parts)), 0, -1)
        for at in range(len(parts) - size + 1)
    )
    return tuple(dict.fromkeys(key for run in runs for key in _keys(run)))


def _keys(name: str) -> Written:
    if len(name) > _LONGEST_NAME:
        return ()
    keys = (dotted_key(name), key_of(name)) if "." in name else (key_of(name),)
    return tuple(key for key in keys if key)
