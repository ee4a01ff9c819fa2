"""The names of the catalog in a question, written as the project writes them; and the part that asks about them (pure).

So that what is said in words, far from the question itself, can be read like a name that is written where it belongs.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.direct.naming import COLUMN_NOUNS, NOUNS
from agent.direct.setting import asking_parts
from knowledge import Names

_MOST_WORDS = 6
_MARKS = ",.;:!?()"
_WORD = re.compile(r"[^\W_](?:[\w.]*\w)?")
_POINTING = re.compile(
    r"\b(?:(?P<its>its|their)|(?:this|that|the) (?:model|table|one|source|view|thing|dataset|metric)"
    r"|it|this|that|they|them)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"`[^`]+`(?: (?:in|of|from) (?:the )?`[^`]+`)?|[A-Za-z]\w*(?:\.\w+)+|\w*[A-Za-z0-9]_\w+")
_TELLS = re.compile(
    r"\b(?:i|im|i'm|i'd|i've|we|we're|we've|my|our|me|us|someone|somebody|boss|need|asap|sorry|hi|hello|hey|morning|thanks"
    r"|question|context|help|looks?|seems?|feels?|keeps?|hasn't|isn't|doesn't|goes away|going away|broke|broken|weird"
    r"|odd)\b",
    re.IGNORECASE,
)
"""What is said of oneself or of what was named: why one asks, and no more of what is asked."""
_JOINTS = ("of", "in", "for")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retold:
    """A question told otherwise, with the same meaning."""

    asked: str
    setting: str = ""
    """What else was said."""
    is_spoken: bool
    """Whether a name in it was said in words, which may mean things as well."""


def retold(words: str, names: Names) -> Iterator[Retold]:
    """``words`` with its names written out, whole and then only the part that asks, with what that points at."""
    spelled, is_spoken = spell(words, names)
    if spelled != words:
        yield Retold(asked=spelled, is_spoken=is_spoken)
    for asked, setting in asking_parts(spelled):
        if not _TELLS.search(setting):
            continue
        if has_name(asked):
            yield Retold(asked=asked, setting=setting, is_spoken=is_spoken)
            continue
        yield Retold(asked=asked, setting=setting, is_spoken=is_spoken)
        if (topic := _last_name(setting)) is not None:
            yield from (Retold(asked=each, setting=setting, is_spoken=is_spoken) for each in _about(asked, topic))


def spell(words: str, names: Names) -> tuple[str, bool]:
    """``words`` with every name that is said in words between backquotes: ``roast batches`` → `` `roast_batches` ``.

    A single word counts where it is called a model, a table or the like beside it.

    Returns: them, and whether any name was several words that nobody called a model.
    """
    tokens = words.split(" ")
    said: list[str] = []
    at, is_spoken = 0, False
    while at < len(tokens):
        size, name = _name_at(tokens, at, names)
        is_spoken = is_spoken or (size > 1 and not _is_called_node(tokens, at, size))
        said.append(_in_quotes(tokens[at : at + size], name) if name else tokens[at])
        at += size
    return " ".join(said), is_spoken


def _name_at(tokens: Sequence[str], at: int, names: Names) -> tuple[int, str]:
    """How many tokens from there on are a name, and which; one and nothing where none is."""
    for size in range(min(_MOST_WORDS, len(tokens) - at), 0, -1):
        run = [token.strip(_MARKS) for token in tokens[at : at + size]]
        if any(not _WORD.fullmatch(word) for word in run) or any(
            token[-1:] in ",.;:!?" for token in tokens[at : at + size - 1]
        ):
            continue
        if size > 1 and run[-1].lower() in {*NOUNS, *COLUMN_NOUNS}:
            continue
        found = names.called(" ".join(run))
        if found and (size > 1 or _is_called_node(tokens, at, size)):
            return size, found[0].name
    return 1, ""


def _is_called_node(tokens: Sequence[str], at: int, size: int) -> bool:
    end = at + size
    after = tokens[end].strip(_MARKS).lower() if end < len(tokens) and tokens[end - 1][-1:].isalnum() else ""
    before = tokens[at - 1].lower() if at else ""
    return after in NOUNS or before in NOUNS


def _in_quotes(tokens: Sequence[str], name: str) -> str:
    first, last = tokens[0], tokens[-1]
    opening = first[: len(first) - len(first.lstrip("("))]
    closing = last[len(last.rstrip(_MARKS)) :]
    return f"{opening}`{name}`{closing}"


def has_name(words: str) -> bool:
    """Whether a name stands in them that is written like one."""
    return _NAME.search(words) is not None


def _last_name(setting: str) -> str | None:
    found = _NAME.findall(setting)
    return found[-1] if found else None


def _about(asked: str, topic: str) -> Iterator[str]:
    """The question with its topic where it points at it, or at its end."""
    if (pointing := _POINTING.search(asked)) is not None:
        own = f"{topic} 's" if pointing["its"] else topic
        yield f"{asked[: pointing.start()]}{own}{asked[pointing.end() :]}"
    else:
        yield from (f"{asked} {joint} {topic}" for joint in _JOINTS)
