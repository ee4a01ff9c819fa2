"""Sentences in which a model says of a name that the catalog does not have it, although it does (pure)."""

import re
from collections.abc import Iterator

from agent.untrusted import folded
from knowledge import Names

_HERE = r"(?:catalog|project|context|candidates|search results)"
_THING = r"(?:dbt |data )?(?:models?|tables?|views?|sources?|seeds?|snapshots?|metrics?|dashboards?|exposures?|nodes?)"
_NAME = (
    rf"(?:the |a |an |any |our )?(?:{_THING} )?(?:called |named )?"
    rf"\**`{{1,2}}(?P<name>[^`\n]{{1,200}})`{{1,2}}\**(?: {_THING})?"
)
_NOT = r"(?:is|are|was|were|does|do|did|could|can|has|have)(?: not|n['’]t)"
_PRESENT = (
    r"(?:be |been )?(?:\w+ly |yet )?"
    r"(?:mentioned|listed|found|present|available|defined|included|contained|known|part of|appear|in)\b"
)
_FIND = r"(?:find|locate|see|look up|contain|include|have|list)"


def _denial(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_DENIALS = (
    _denial(rf"{_NAME} {_NOT} {_PRESENT}[^.;,!?]{{0,30}}\b{_HERE}"),
    _denial(rf"{_NAME} {_NOT} exist\b"),
    _denial(rf"{_NAME} (?:is|are) (?:missing from|unknown (?:to|in)|absent from) (?:the |this |our )?{_HERE}"),
    _denial(rf"\b(?:there (?:is|are|['’]s) no|{_HERE} (?:has|have|contains|holds|lists) no|no such) {_NAME}"),
    _denial(
        rf"\b(?:{_NOT}|can['’]t|cannot|(?:am|is) not able to|unable to) {_FIND} {_NAME}"
        rf"(?=[^`]{{0,40}}(?:\b{_HERE}|[.!?,;]|$))"
    ),
)


def denied_though_there(prose: str, names: Names) -> list[str]:
    """The names, as they are written, of nodes that ``prose`` says are not there."""
    return list(dict.fromkeys(name for name in _denied(prose) if names.exact(name)))


def _denied(prose: str) -> Iterator[str]:
    text = folded(prose)
    for pattern in _DENIALS:
        yield from (found["name"].strip() for found in pattern.finditer(text))
