"""What a question says in plain words about where to look: "staging models", "tagged finance", "Ana Ruiz's" (pure).

Said firmly, and known to the catalog, it keeps the search to that; merely mentioned, it lets what has it stand higher.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from knowledge.cues import LISTING, NOT, TEAM, THINGS
from knowledge.facets import Facets
from knowledge.found import Filters
from knowledge.function_words import FUNCTION_WORDS
from knowledge.hint_reader import HintReader, Read
from knowledge.words import split_words

_NOTHING = Filters()
_LONGEST = 500
"""Longer texts are pasted logs and queries, which say where things are, not where to look."""
_FARTHEST_NOT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What was read of a question."""

    text: str
    """What is left to search for: without the words that were read as a filter."""
    only: Filters = _NOTHING
    likes: Filters = _NOTHING
    heard: frozenset[str] = frozenset()
    """Words, in lower case, that are understood thereby: no node needs to have them."""
    own: frozenset[str] = frozenset()
    """Words of the name of the only project or package, which say nothing where no node has them."""
    is_listing: bool = False
    """Whether nothing is asked for but what has what was read: "all dashboards", "core models"."""


def read_hints(text: str, facets: Facets, given: Filters = _NOTHING) -> Hints:
    """What ``text`` says of kinds, layers, tags, schemas, owners, projects and packages that the catalog has.

    Args:    given: what the search is kept to anyway; of those fields nothing is read as a filter.
    """
    if len(text) > _LONGEST:
        return Hints(text=text)
    reader = HintReader(text, facets)
    listed = reader.listed_kind()
    firm = [replace(each, firm=not getattr(given, each.field)) for each in _wanted(text, [*listed, *reader.firm()])]
    loose = [each for each in _wanted(text, reader.loose()) if not any(map(each.overlaps, firm))]
    reads = [*firm, *loose]
    return Hints(
        text=_without(text, [each for each in firm if each.firm]),
        only=_filters(each for each in reads if each.firm),
        likes=_filters(each for each in reads if not each.firm),
        heard=frozenset(word.lower() for each in reads for word in split_words(text[each.start : each.end])),
        own=frozenset(reader.own_words()),
        is_listing=bool(reads) and not _says(_rest(text, reads), FUNCTION_WORDS | THINGS | TEAM | LISTING),
    )


def _wanted(text: str, reads: Iterable[Read]) -> Iterator[Read]:
    return (each for each in reads if not NOT.search(text, max(0, each.start - _FARTHEST_NOT), each.start))


def _filters(reads: Iterable[Read]) -> Filters:
    found: dict[str, Any] = {field.name: () for field in fields(Filters)}
    for each in reads:
        found[each.field] = tuple(dict.fromkeys((*found[each.field], *each.values)))
    return Filters(**found)


def _without(text: str, reads: list[Read]) -> str:
    """The text without these parts; all of it when nothing else says anything."""
    rest = _rest(text, reads)
    return " ".join(rest.split()) if reads and _says(rest, FUNCTION_WORDS) else text


def _rest(text: str, reads: Iterable[Read]) -> str:
    """The text with blanks for these parts, some of which may be the same."""
    for each in reads:
        text = f"{text[: each.start]}{' ' * (each.end - each.start)}{text[each.end :]}"
    return text


def _says(text: str, idle: Collection[str]) -> bool:
    return any(word.lower() not in idle for word in split_words(text))
