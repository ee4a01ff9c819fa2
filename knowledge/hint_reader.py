"""What single parts of a question say of where to look, each with its place in the text (pure).

A wrong firm reading hides the answer, so every rule asks for a cue that says hardly anything else, and for a value.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial
from re import Match

from knowledge.cues import (
    AFTER_VALUES,
    ASKED_KIND,
    BEFORE_OWNERS,
    BEFORE_VALUES,
    BEGUN_LAYER,
    IN,
    KIND_WORDS,
    LAYER_WORDS,
    LINKS,
    LISTED_KIND,
    NAMED_KIND,
    NOBODY,
    NOUNS,
    ONLY_LAYER,
    OWNS,
    POINTING,
    POSSESSIVE,
    SOME_LAYER,
    TABLES,
    TEAM,
    THAT,
    THINGS,
)
from knowledge.facets import FACETS, Facet, Facets
from knowledge.function_words import FUNCTION_WORDS
from knowledge.runs import Runs
from knowledge.values import Layer
from knowledge.words import key_of

_BELONGINGS: tuple[Facet, ...] = ("project", "package")
"""Where everything is of one, its name tells nothing."""
_SURE = re.compile(r"[:=]|['’]s?\Z")
"""In what is said of an owner: "owner: Ana", "Ana's" before a noun."""


@dataclass(frozen=True, slots=True)
class Read:
    """One thing that a part of the text says."""

    field: str
    """Of Filters."""
    values: tuple[str, ...]
    start: int
    end: int
    firm: bool = False

    def overlaps(self, other: "Read") -> bool:
        return self.start < other.end and other.start < self.end


class HintReader:
    """One text and the values that its words may be."""

    def __init__(self, text: str, facets: Facets) -> None:
        self._text = text
        self._facets = facets
        self._runs = Runs(text)

    def firm(self) -> Iterator[Read]:
        """What is said so that it is hardly anything else."""
        where = [*self._before_values(), *self._after_values()]
        yield from where
        ends = {each.end for each in where}
        yield from (each for each in self._owners() if self._is_of_the_catalog(each, ends))
        for pattern in ONLY_LAYER:
            for found in pattern.finditer(self._text):
                yield from self._layer(found, found["layer"] or found["alone"])
        if (found := ASKED_KIND.match(self._text)) and self._qualifies(found["qualifier"]):
            yield from self._kind(found)

    def listed_kind(self) -> list[Read]:
        """Of a text that is nothing but a kind: "list all seeds", "dashboards"."""
        found = LISTED_KIND.match(self._text)
        if not found or not self._qualifies(found["qualifier"]):
            return []
        is_of_tables = KIND_WORDS.get(found["kind"].lower().removesuffix("s")) == "model"
        return [] if is_of_tables and found["qualifier"].strip() else list(self._kind(found))

    def own_words(self) -> Iterator[str]:
        """Words of the name of the project, or package, that everything is of."""
        for at in range(len(self._runs.words)):
            if run := self._runs.after(at, self._own):
                yield from (word for each in run.values for word in key_of(each).split("_"))

    def loose(self) -> Iterator[Read]:
        """What is mentioned, owners of what may be no models among it."""
        yield from self._owners()
        for pattern in SOME_LAYER:
            for found in pattern.finditer(self._text):
                yield from self._layer(found, found["layer"])
        if (found := BEGUN_LAYER.match(self._text)) and self._has_upstream(found):
            yield from self._layer(found, found["layer"])
        if (found := NAMED_KIND.search(self._text)) and not TABLES.search(self._text, 0, found.start()):
            yield from self._kind(found)
        for at, word in enumerate(self._runs.words):
            if word.text in NOUNS or word.text in TEAM:
                yield from self._qualified(at)
            yield from self._written(at)

    def _before_values(self) -> Iterator[Read]:
        for facet, pattern in BEFORE_VALUES.items():
            for cue in pattern.finditer(self._text):
                if run := self._runs.all_after(self._runs.word_from(cue.end()), partial(self._facets.meant, facet)):
                    yield Read(f"{facet}s", run.values, cue.start(), self._runs.words[run.behind - 1].end)

    def _after_values(self) -> Iterator[Read]:
        for at, word in enumerate(self._runs.words):
            if word.text in AFTER_VALUES:
                facet, before = AFTER_VALUES[word.text]
                run = self._runs.before(at, partial(self._facets.meant, facet))
                start = self._runs.place_of(before, run.first) if run else None
                if run and start is not None:
                    yield Read(f"{facet}s", run.values, start, word.end)

    def _owners(self) -> Iterator[Read]:
        words = self._runs.words
        for cue in BEFORE_OWNERS.finditer(self._text):
            if run := self._runs.all_after(self._runs.word_from(cue.end()), self._owner):
                yield Read("owners", run.values, cue.start(), words[run.behind - 1].end)
        for mark in POSSESSIVE.finditer(self._text):
            if run := self._runs.before(self._runs.word_from(mark.start()), self._owner):
                yield Read("owners", run.values, words[run.first].start, mark.end())
        for verb in OWNS.finditer(self._text):
            run = self._runs.before(self._runs.word_from(verb.start()), self._owner)
            start = self._runs.place_of(THAT, run.first) if run else None
            if run and start is not None:
                yield Read("owners", run.values, start, verb.end())
        for at, word in enumerate(words):
            run = self._runs.before(at, self._owner) if word.text in TEAM else None
            start = self._runs.place_of(IN, run.first) if run else None
            if run and start is not None:
                yield Read("owners", run.values, start, word.end)

    def _has_upstream(self, found: Match[str]) -> bool:
        """Whether "raw orders" is what some raw table is called: raw material is none."""
        return self._facets.has_upstream(_layer_of(found["layer"]), found["rest"])

    def _own(self, said: str) -> tuple[str, ...]:
        if said.lower() in FUNCTION_WORDS:
            return ()
        alone: list[Facet] = [facet for facet in _BELONGINGS if self._facets.count(facet) == 1]
        return tuple(value for facet in alone for value in self._facets.called(facet, said))

    def _layer(self, found: Match[str], said: str) -> Iterator[Read]:
        layer = _layer_of(said)
        if layer in self._facets.layers:
            yield Read("layers", (layer,), found.start(), found.end())

    def _kind(self, found: Match[str]) -> Iterator[Read]:
        word = " ".join(found["kind"].lower().split())
        kind = KIND_WORDS[word.replace("queries", "query").removesuffix("s")]
        if kind in self._facets.kinds:
            yield Read("kinds", (kind,), found.start("kind"), found.end("kind"))

    def _qualifies(self, words: str) -> bool:
        """Whether what stands before "metrics" is nothing, or something that metrics may have."""
        return not words.strip() or any(self._loosely(facet, words.strip()) for facet in FACETS)

    def _qualified(self, at: int) -> Iterator[Read]:
        """What stands before a noun: "finance models", "a finance model", "the growth team"."""
        noun = self._runs.words[at]
        for facet in FACETS:
            run = self._runs.before(at, partial(self._loosely, facet))
            if run and (noun.text in TEAM or noun.text.endswith("s") or not self._is_pointed_at(run.first)):
                words = self._runs.words[run.first : run.behind]
                yield Read(f"{facet}s", run.values, words[0].start, words[-1].end)

    def _written(self, at: int) -> Iterator[Read]:
        """A value that is written as no other word is, and any package."""
        word = self._runs.words[at]
        for facet in FACETS:
            is_written = any(mark in word.text for mark in ("@" if facet == "owner" else "_.-"))
            values = self._loosely(facet, word.text, exactly=True) if is_written or facet == "package" else ()
            if values:
                yield Read(f"{facet}s", values, word.start, word.end)

    def _owner(self, said: str) -> tuple[str, ...]:
        words = said.lower().split()
        name = words[:-1] if len(words) > 1 and words[-1] in TEAM else words
        for each in (" ".join(words), " ".join(name)):
            if self._facets.called("owner", each):
                return self._facets.meant("owner", each)
        is_name = not all(word in NOBODY for word in name) and not any(word in FUNCTION_WORDS for word in name)
        return self._facets.meant("owner", " ".join(name)) if is_name else ()

    def _loosely(self, facet: Facet, said: str, *, exactly: bool = False) -> tuple[str, ...]:
        if facet in _BELONGINGS and self._facets.count(facet) == 1:
            return ()  # everything is of that
        if key_of(said) in LAYER_WORDS or said.lower() in FUNCTION_WORDS or said.lower() in NOUNS:
            return ()
        if facet == "schema" and not exactly and self._facets.is_generic(said):
            return ()
        in_part = facet == "schema" and not exactly
        return self._facets.meant(facet, said) if in_part else self._facets.called(facet, said)

    def _is_of_the_catalog(self, owned: Read, ends: Collection[int]) -> bool:
        """Whether models are said to be somebody's, not dogs or orders: by what stands before, or after "Ana's"."""
        said = self._text[owned.start : owned.end]
        words = self._runs.words[: self._runs.word_from(owned.start)]
        before = next((word for word in reversed(words) if word.text not in LINKS), None)
        return before is None or before.text in THINGS or before.end in ends or bool(_SURE.search(said))

    def _is_pointed_at(self, first: int) -> bool:
        return first > 0 and self._runs.words[first - 1].text in POINTING


def _layer_of(said: str) -> Layer:
    return LAYER_WORDS[" ".join(said.lower().split())]
