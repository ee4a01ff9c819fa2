"""What a search is about to do: what a text asks for, what it is kept to, what stands higher (pure)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from knowledge.assurance import Role, is_small_talk, role_of, values_in
from knowledge.facets import Facets
from knowledge.found import Filters, Unknown
from knowledge.function_words import FUNCTION_WORDS
from knowledge.hints import Hints, read_hints
from knowledge.readings import Reading, read_words, respelled
from knowledge.terms import asked_words, idle_words
from knowledge.vocabulary import Vocabulary
from knowledge.words import phrase_keys, split_words
from knowledge.written import Written, written_names

ALL = Filters()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is searched for."""

    text: str
    idle: frozenset[str]
    """Words that only make it a sentence."""
    words: Sequence[str]
    """Those that are looked for."""
    values: frozenset[str]
    """Those that look like values of a table, or are the project's name."""
    heard: frozenset[str]
    """Those that were understood as what stands higher."""
    reading: Reading
    """What else its words may stand for."""
    written: Sequence[Written]
    """Names that are written as names."""

    @property
    def looked_for(self) -> list[str]:
        """The words, and after them those of what several are short for, or may be shortened to."""
        besides = (word for long in self.reading.besides for word in long)
        return list(dict.fromkeys((*self.words, *(word for word in besides if word not in FUNCTION_WORDS))))

    @property
    def subject(self) -> dict[int, Role]:
        """By their numbers among those looked for, the words by which it is judged whether anything answers.

        What an abbreviation stands for counts instead of the abbreviation.
        """
        long = {each for words in self.reading.explained.values() for each in words}
        values = self.values.union(self.reading.explained)
        return {
            number: role
            for number, word in enumerate(self.looked_for)
            if (number < len(self.words) or word in long)
            and word not in self.heard
            and (role := role_of(word, values)) != "asking"
        }

    @property
    def keys(self) -> list[str]:
        """Keys of names that the text may say, as it says them and as it may mean them."""
        said = [key for key in phrase_keys(split_words(self.text)) if key not in self.idle]
        written = (key for keys in self.written for key in keys)
        besides = map("_".join, self.reading.besides)
        return list(dict.fromkeys((*said, *respelled(said, self.reading), *written, *besides)))

    @property
    def is_small_talk(self) -> bool:
        """Whether it asks for nothing at all."""
        return not self.heard and is_small_talk(word for word in self.words if word not in FUNCTION_WORDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a search is about to do."""

    asked: Asked
    only: Filters
    """What was given, and what was read from the text."""
    given: Filters
    likes: Filters
    unknown: tuple[Unknown, ...]
    is_hopeless: bool
    """Whether something was given that the catalog has no value of."""
    is_listing: bool
    """Whether nothing is asked for but what has something."""
    generation: str
    """Of the definitions that it was made by."""

    @property
    def is_filtered(self) -> bool:
        return self.only != ALL

    @property
    def is_mere_listing(self) -> bool:
        """Whether nothing is to be looked for: all that is kept is wanted."""
        return self.is_listing and self.is_filtered


def make_plan(text: str, facets: Facets, vocabulary: Vocabulary, only: Filters, likes: Filters) -> Plan:
    """What to search for.

    Args:    only: what the hits are kept to, besides what the text says in plain words.
             likes: what stands higher, besides what the text mentions.
    """
    given, unknown = facets.resolve(only)
    hints = read_hints(text, facets, given)
    return Plan(
        asked=_asked(hints, vocabulary),
        only=_both(given, hints.only),
        given=given,
        # What was named, in words or as a filter, does not stay in the background.
        likes=_both(hints.likes, likes, Filters(packages=given.packages + hints.only.packages)),
        unknown=unknown,
        is_hopeless=any(values and not getattr(given, field) for field, values in asdict(only).items()),
        is_listing=hints.is_listing,
        generation=facets.generation,
    )


def without_hints(plan: Plan, text: str, vocabulary: Vocabulary) -> Plan:
    """The same search kept only to what was given: for where all of what the text says keeps everything out."""
    return replace(plan, asked=_asked(Hints(text=text), vocabulary), only=plan.given, is_listing=False)


def _asked(hints: Hints, vocabulary: Vocabulary) -> Asked:
    text, idle = hints.text, idle_words(hints.text)
    values = values_in(text) | hints.own
    reading = read_words(text, vocabulary, idle=idle, values=values | hints.heard)
    return Asked(
        text=text,
        idle=idle,
        words=asked_words(text, idle),
        values=values,
        heard=hints.heard,
        reading=reading,
        written=written_names(text, reading),
    )


def _both(*several: Filters) -> Filters:
    united = {name: [value for each in several for value in getattr(each, name)] for name in asdict(ALL)}
    return Filters(**{name: tuple(dict.fromkeys(values)) for name, values in united.items()})
