"""Lookups read from their words alone, in any order: for questions that no phrase covers from end to end (pure)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from importlib.resources import files
from typing import cast, get_args

from agent.direct.naming import COLUMN_NOUNS, NOUNS
from agent.direct.phrasebook import Kind, Reading

_FILE = "words_of_lookups.txt"
_ARTICLES = frozenset({"the", "our", "my", "a", "an"})
_WITHIN = frozenset({"in", "of", "'s"})
_INSIDE = frozenset({"in", "from"})
_JOINING = frozenset({"in", "of", "on", "from"})
_NAMED = {*NOUNS, *COLUMN_NOUNS, *(f"{noun}s" for noun in (*NOUNS, *COLUMN_NOUNS))}
_MOST_WORDS = 14
"""A lookup says little."""
_LONGEST_NAME = 5
_MOST_OTHERS = 2
"""Words that may be anything, where a name is written as the project writes it."""
_HOW_TO = re.compile(r"(?:and |so )?how (?:do|can|could|would|should|might) (?:i|we|you|one) ")
"""Who asks so wants to do something."""
_WORK = (
    "(?:add|build|create|make|write|fix|translate|rewrite|refactor|improve|generate|convert|redesign|split|merge|open"
    "|backfill|rerun|pull|plot|chart|draft|implement|set up)"
)
_ORDER = re.compile(
    rf"(?:let us |we (?:need|should) |please )?{_WORK} (?!up )|find (?:all |the )*(?:duplicates?|dupes|rows|nulls) "
    rf"|.*\b(?:can|could|would|will) (?:you|we|u|someone|somebody) (?:please )?{_WORK} (?!up )"
)
"""Who says so wants work done."""
_WHICH_OF = re.compile(r"(?:and |so )?(?:which|what) (?:one )?of ")
_WHICH = frozenset({"which", "what", "whose"})
_BEING = frozenset({"is", "are", "was", "were", "has", "have", "had", "do", "does", "did"})
_WITHOUT_NAME: frozenset[Kind] = frozenset({"sql", "assumed", "why"})
"""Kinds that are about the last answer."""
_WRITTEN = re.compile(r"[A-Za-z]\w*(?:\.\w+)+|\w*[A-Za-z0-9]_\w+|`[^`\s]+`")
_ENDINGS = ("ings", "ing", "ed", "es", "e", "s", "d")
_SHORTEST_STEM = 3
_MARKS = ",:;!?()[]\"'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What one kind of lookup is made of."""

    kind: Kind
    key: frozenset[str]
    also: frozenset[str]
    written: frozenset[str] = frozenset()
    """Keys where a name is written as the project writes it, in whatever form."""

    def knows(self, word: str, *, written: bool) -> bool:
        """Whether it is one of its words, in whatever form; of those for written names only on demand."""
        words = self.key | self.also | (self.written if written else frozenset())
        return word in words or stem(word) in map(stem, words)

    def is_said_of_written(self, words: Sequence[str]) -> bool:
        """Whether words that stand beside a written name ask for this."""
        return not self.key.isdisjoint(words) or not frozenset(map(stem, self.written)).isdisjoint(map(stem, words))


@dataclass(frozen=True, slots=True)
class _Said:
    """The words of a question, as they were said and in lower case, without marks around them."""

    words: tuple[str, ...]
    lower: tuple[str, ...]
    written: tuple[int, ...]
    """Where names stand that are written as the project writes them."""

    @property
    def called(self) -> set[int]:
        """Where it stands what they are called: model, source."""
        beside = {place + step for place in self.written for step in (-1, 1)}
        return {place for place in beside if 0 <= place < len(self.lower) and self.lower[place] in _NAMED}

    @property
    def wants_more(self) -> bool:
        """Whether something is to be made, changed or chosen."""
        words = " ".join(self.lower)
        return _ORDER.match(words) is not None or _WHICH_OF.match(words) is not None


class Wordbook:
    """The words of every kind."""

    def __init__(self, kinds: Sequence[Words], filler: frozenset[str], figures: frozenset[str]) -> None:
        self._kinds = kinds
        self._filler = filler
        self._figures = figures
        self._describing = next(
            (each for each in kinds if each.kind == "describe"),
            Words(kind="describe", key=frozenset(), also=frozenset()),
        )

    def read(self, words: str) -> Iterator[Reading]:
        """The lookups that ``words`` may be; none when words are left over, or when they could be several."""
        said = _said(words)
        if len(said.words) > _MOST_WORDS or said.wants_more:
            return
        yield from self._read_plain(said)
        if said.written:
            yield from self._read_written(said)

    def read_spoken(self, words: str) -> Iterator[Reading]:
        """The same where a name is written that was only said in words: what may be said of things is no key."""
        said = _said(words)
        if len(said.words) <= _MOST_WORDS and said.written and not said.wants_more:
            yield from self._read_written(said, only_keys=True)

    def _read_plain(self, said: _Said) -> Iterator[Reading]:
        """Nothing may be left over but one name. Without a key, what hints at one beside a written name is enough."""
        lower = said.lower
        found = [each for each in self._kinds if not each.key.isdisjoint(lower)]
        hints = not found and bool(said.written) and self._figures.isdisjoint(lower) and "and" not in lower
        if hints:
            found = [each for each in self._kinds if each.kind != "describe" and each.is_said_of_written(lower)][:1]
        if len(found) != 1:
            return
        [kind] = found
        places = [place for place, word in enumerate(lower) if not self._knows(word, kind, written=hints)]
        if kind.kind in _WITHOUT_NAME:
            if not places:
                yield Reading(kind=kind.kind, about="", tone="firm")
        elif (
            places and not _asks_which(lower, places) and (about := _span(said.words, lower, places, _NAMED - kind.key))
        ):
            yield Reading(kind=kind.kind, about=about, tone="hint" if hints else "loose")

    def _usual(self, first: str) -> Words:
        """What is asked of a written name where no word tells: who asks "who" means whose it is."""
        wanted = "owner" if first in {"who", "whom", "whose"} else "describe"
        return next((each for each in self._kinds if each.kind == wanted), self._describing)

    def _knows(self, word: str, kind: Words, *, written: bool) -> bool:
        return word in self._filler or word in _NAMED or kind.knows(word, written=written)

    def _read_written(self, said: _Said, *, only_keys: bool = False) -> Iterator[Reading]:
        """A few other words may be left over, unless they ask for figures."""
        others = [word for place, word in enumerate(said.lower) if place not in {*said.written, *said.called}]
        found = [each for each in self._kinds if each.kind not in _WITHOUT_NAME and each.is_said_of_written(others)]
        if only_keys:
            found = [each for each in found if not each.key.isdisjoint(others)]
        if not self._figures.isdisjoint(others) or (len(found) > 1 and "and" in others) or _has_figures(others):
            return
        if _HOW_TO.match(" ".join(said.lower)):
            return
        if only_keys and (not found or said.lower[0] in _WHICH):
            return
        kind = found[0] if found else self._usual(said.lower[0])
        most_others = _MOST_OTHERS if found else int(said.lower[0] in {"what", "who", "whom", "whose"})
        places = [
            place
            for place, word in enumerate(said.lower)
            if place not in said.written and not self._knows(word, kind, written=True)
        ]
        about, rest = _written_name(said, places)
        if _is_within(said, rest):
            return
        if about and len(rest) <= most_others:
            yield Reading(kind=kind.kind, about=about, tone="hint")


def _asks_which(lower: Sequence[str], places: Sequence[int]) -> bool:
    """Whether the words ask which of the things it is, not about the table of them: "which orders are late"."""
    end = places[-1] + 1
    return lower[0] in _WHICH and places[0] == 1 and end < len(lower) and lower[end] in _BEING


def _has_figures(words: Sequence[str]) -> bool:
    return any(character.isdigit() for word in words for character in word)


def stem(word: str) -> str:
    """What the forms of a word share, as far as endings tell: maintain, maintains, maintained, maintaining."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            bare = word.removesuffix(ending)
            return bare[:-1] if len(bare) > _SHORTEST_STEM and bare[-1] == bare[-2] and ending != "s" else bare
    return word


def load_wordbook() -> Wordbook:
    """Read the words, which lie beside this file."""
    return parse_wordbook(files("agent.direct").joinpath(_FILE).read_text(encoding="utf-8"))


def parse_wordbook(text: str) -> Wordbook:
    """The words of a text written as the head of ``words_of_lookups.txt`` explains.

    Raises: ValueError, naming what is no kind of lookup.
    """
    kinds: dict[str, dict[str, frozenset[str]]] = {"": {}}
    kind = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("#"):
            continue
        if line.startswith("== "):
            kind = line.removeprefix("== ")
            if kind not in get_args(Kind):
                raise ValueError(f"there is no kind of lookup called {kind}")
            kinds[kind] = {}
        else:
            name, _, words = line.partition(" = ")
            kinds[kind][name] = frozenset(words.split())
    common = kinds.pop("")
    return Wordbook(
        [_words(name, parts) for name, parts in kinds.items()], common["filler"], common.get("figures", frozenset())
    )


def _words(kind: str, parts: Mapping[str, frozenset[str]]) -> Words:
    return Words(
        kind=cast("Kind", kind), key=parts["key"], also=parts["also"], written=parts.get("written", frozenset())
    )


def _said(words: str) -> _Said:
    said = tuple(filter(None, (word.strip(_MARKS).rstrip(".") for word in words.split())))
    return _Said(
        words=said,
        lower=tuple(word.lower() for word in said),
        written=tuple(place for place, word in enumerate(said) if _WRITTEN.fullmatch(word)),
    )


def _written_name(said: _Said, others: Sequence[int]) -> tuple[str, Sequence[int]]:
    """The name that is written, with the node or column it is said together with; and the places of what is no name.

    Empty when several are written that do not belong together.
    """
    first, *more = said.written
    if len(more) > 1:
        return "", others
    start = _joined_at(said, first, {*others, *more})
    if more:
        return (f"{said.words[first]} in {said.words[more[0]]}" if start == more[0] else ""), others
    node = _run(others, start) if start else []
    if not node:
        return said.words[first], others
    rest = [place for place in others if place not in node]
    return f"{said.words[first]} in {' '.join(said.words[place] for place in node)}", rest


def _joined_at(said: _Said, first: int, names: AbstractSet[int]) -> int | None:
    """Where what the written name is said to be in begins: ``orders`` in "is order_id removed from the orders"."""
    for place in range(first + 1, len(said.lower)):
        if said.lower[place] not in _JOINING:
            continue
        start = place + 1
        while start < len(said.lower) and start not in names and said.lower[start] in _ARTICLES | _NAMED:
            start += 1
        if start in names:
            return start
    return None


def _is_within(said: _Said, others: Sequence[int]) -> bool:
    """Whether what stands before the name is said to be in it: "voucher SUMMER in stg_orders"."""
    place = said.written[0] - 1
    while place > 0 and said.lower[place] in _ARTICLES:
        place -= 1
    return place > 0 and said.lower[place] in _INSIDE and place - 1 in others


def _run(places: Sequence[int], start: int) -> list[int]:
    """The places from ``start`` on that follow one another."""
    run: list[int] = []
    for place in places:
        if place == start + len(run):
            run.append(place)
    return run[:_LONGEST_NAME]


def _span(said: Sequence[str], lower: Sequence[str], places: Sequence[int], nouns: AbstractSet[str]) -> str:
    """The name that the words left over make, with its article and noun; empty when they are no single name."""
    start, end = places[0], places[-1] + 1
    between = {lower[place] for place in range(start, end)} - {lower[place] for place in places}
    if end - start > _LONGEST_NAME or between - _WITHIN - _ARTICLES - nouns:
        return ""
    if end < len(said) and lower[end] in nouns:
        end += 1
    if start and lower[start - 1] in nouns:
        start -= 1
    if start and lower[start - 1] in _ARTICLES:
        start -= 1
    return " ".join(said[start:end])
