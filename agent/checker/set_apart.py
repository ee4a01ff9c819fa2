"""Names that only the words around them tell: without code style, and not written like an identifier (pure)."""

import re
from collections.abc import Iterator

from agent.checker.jinja import references
from agent.checker.mention_phrases import NOUNS

_CALLS = re.compile(r"\b(?:ref|source)\(\s*['\"][^()`\n]{1,200}\)")
_THINGS = r"(?:models?|tables?|views?|columns?|fields?|dashboards?|marts?|seeds?|snapshots?)"
_QUALITY_WORDS = """
same wrong right only final main other first last new old best raw wide big small whole latest current correct own base
core fact dimension summary aggregate daily weekly monthly hourly yearly gold silver bronze single real next second
third parent child target bridge lookup reference date time key foreign staging source mart upstream downstream good
bad great long short large huge narrow flat fat thin clean golden
"""
_QUALITIES = frozenset(_QUALITY_WORDS.split())
"""What is said of a table rather than what it is called."""
_QUALITY = re.compile(r"\w+(?:ed|ing|al|ive|ly|able|ful|ous|est|ary|ant|ent|ic|ate)\Z")
_OPEN, _WORD, _SHUT = r"(?:[\"'“‘]|\*{1,3})", r"[a-z]\w{2,60}", r"(?:[\"'”’]|\*{1,3})"
_NO_VERB = r"(?:(?<!\*)|(?=\s*[.,;:)]|\s*\Z|\s+(?:of|in|on|from)\s))"
"""After bold type: this table **must** … names nothing."""
_CALLED = re.compile(
    rf"\b{NOUNS}\s+(?:that\s+is\s+)?(?:called|named)\s+[\"'“‘*]{{0,3}}"
    r"(?!(?:after|for|by|as|in|so|like|the|an?|it|that|this|on|out|accordingly)\b)(?P<called>[a-z]\w{2,60})(?!\w|\.\w|\()"
    rf"|\b{_THINGS}\s+{_OPEN}(?P<behind>{_WORD}){_SHUT}{_NO_VERB}|{_OPEN}(?P<before>{_WORD}){_SHUT}\s+{_THINGS}\b"
)
"""What is called by name, or set apart like one, though it is not written like one."""

_HUMPED = r"(?:[A-Z][a-z0-9]+){2,}"
_HUMPED_THING = re.compile(
    rf"(?<![\w.`/])(?P<first>{_HUMPED})\s+{_THINGS}\b|\b{_THINGS}\s+(?P<last>{_HUMPED})(?![\w`/(]|\.\w)"
)


def set_apart(text: str, start: int, end: int) -> Iterator[tuple[str, re.Match[str]]]:
    """The names, and where they stand: ``ref('orders')``, a table called orders, the "orders" table,
    the OrderItems table."""
    for call in _CALLS.finditer(text, start, end):
        yield from ((called.name, call) for called in references(call[0]))
    for found in _CALLED.finditer(text, start, end):
        name = found["called"] or found["behind"] or found["before"]
        if found["called"] or not (name in _QUALITIES or _QUALITY.match(name)):
            yield name, found
    for found in _HUMPED_THING.finditer(text, start, end):
        yield found["first"] or found["last"], found


def humps(name: str) -> list[str]:
    """The words of ``OrderItems`` in lower case; none of what is not written so."""
    return [word.lower() for word in re.findall(r"[A-Z][a-z0-9]+", name)] if re.fullmatch(_HUMPED, name) else []
