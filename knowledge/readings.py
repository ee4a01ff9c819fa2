"""What else the words of a question may stand for: misspelt words of the catalog, and abbreviations (pure)."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, product

from knowledge.abbreviations import LONGEST, Words, is_abbreviation, long_forms, short_forms
from knowledge.function_words import FUNCTION_WORDS_OF
from knowledge.language import DEFAULT
from knowledge.vocabulary import Vocabulary
from knowledge.words import IDENTIFIER, split_words

_MOST_SPELLINGS = 64
"""So many spellings of a name are asked for."""
_MOST_KEYS = 500
"""So many further keys of a question."""
_MOST_FORMS = 4
"""So many spellings of a word count in a name, its own included."""
_MOST_UNKNOWN = 8
"""A text with more words that the catalog does not know is about something else, or in another language."""
_IDENTIFIER = re.compile(IDENTIFIER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a question's words, all in lower case, may stand for besides themselves."""

    corrected: Mapping[str, str] = field(default_factory=dict[str, str])
    """Words that nothing has, and what each is taken for."""
    alike: Mapping[str, Words] = field(default_factory=dict[str, Words])
    """What counts as the same word."""
    spelled: Mapping[str, Words] = field(default_factory=dict[str, Words])
    """What the word may be within a name of several; some abbreviations are other words in sentences."""
    besides: tuple[Words, ...] = ()
    """What several words are short for, or may be shortened to."""
    explained: Mapping[str, Words] = field(default_factory=dict[str, Words])
    """Abbreviations that nothing has, of several words that the catalog has, and these: ``dob``, date of birth."""


def read_words(text: str, vocabulary: Vocabulary, *, idle: frozenset[str], values: Container[str] = ()) -> Reading:
    """What the words of a question mean in a catalog with this vocabulary.

    Args:    idle: words that only make it a sentence.
             values: words that are as they are: they are in the tables.
    """
    words = [word.lower() for word in split_words(text)]
    telling = list(dict.fromkeys(word for word in words if word not in idle))
    near = _misspelt([word for word in telling if word not in values], vocabulary)
    in_names = {word.lower() for name in _IDENTIFIER.findall(text) for word in split_words(name)}
    alike: dict[str, Words] = {}
    spelled: dict[str, Words] = {}
    besides: list[Words] = []
    explained: dict[str, Words] = {}
    for word in telling:
        meant = (word, *near.get(word, ()))
        longs = [long for each in meant for long in long_forms(each, in_identifier=word in in_names)]
        full = (*meant, *(long[0] for long in longs if len(long) == 1 and long[0] in vocabulary))
        known = [long for long in longs if len(long) > 1 and _is_known(long, vocabulary)]
        besides += known
        if known and word not in vocabulary:
            explained[word] = tuple(dict.fromkeys(each for long in known for each in long))
        alike[word] = _others(word, (*full, *_shorts(meant, vocabulary, in_identifier=False)))
        spelled[word] = _others(word, (*full, *_shorts(meant, vocabulary, in_identifier=True)))
    for run in _runs(words):
        besides += [(short,) for short in short_forms(run, in_identifier=False) if short in vocabulary]
    return Reading(
        corrected={word: found[0] for word, found in near.items()},
        alike={word: others for word, others in alike.items() if others},
        spelled={word: others for word, others in spelled.items() if others},
        besides=tuple(dict.fromkeys(besides)),
        explained=explained,
    )


def respelled(keys: Iterable[str], reading: Reading) -> list[str]:
    """The other keys (words.key_of) that names have by this reading of their words, without repeats."""
    return list(dict.fromkeys(islice((other for key in keys for other in _spellings(key, reading)), _MOST_KEYS)))


def corrected_text(text: str, reading: Reading) -> str:
    """The text as it was probably to be."""
    if not reading.corrected:
        return text
    written = "|".join(map(re.escape, reading.corrected))
    word = re.compile(rf"(?<![^\W_])(?:{written})(?![^\W_])", re.IGNORECASE)
    return word.sub(lambda found: reading.corrected[found[0].lower()], text)


def _misspelt(words: Iterable[str], vocabulary: Vocabulary) -> Mapping[str, Words]:
    """Words that nothing has, with those that are near."""
    unknown = [word for word in words if not is_abbreviation(word) and not vocabulary.is_right(word)]
    if len(unknown) > _MOST_UNKNOWN:
        return {}
    return {word: near for word in unknown if (near := vocabulary.nearest(word))}


def _spellings(key: str, reading: Reading) -> Iterable[str]:
    words = key.split("_")
    others = reading.spelled if len(words) > 1 else reading.alike
    if not any(word in others for word in words):
        return ()
    forms = [(word, *others.get(word, ()))[:_MOST_FORMS] for word in words]
    return islice(map("_".join, product(*forms)), 1, _MOST_SPELLINGS)


def _shorts(meant: Iterable[str], vocabulary: Vocabulary, *, in_identifier: bool) -> Iterable[str]:
    shorts = (short for word in meant for short in short_forms((word,), in_identifier=in_identifier))
    return (short for short in shorts if short in vocabulary)


def _runs(words: Sequence[str]) -> Iterator[Words]:
    """All that may have an abbreviation of several letters: two words and more."""
    return (tuple(words[at : at + size]) for size in range(2, LONGEST + 1) for at in range(len(words) - size + 1))


def _is_known(long: Words, vocabulary: Vocabulary) -> bool:
    return all(each in FUNCTION_WORDS_OF[DEFAULT] or each in vocabulary for each in long)


def _others(word: str, found: Iterable[str]) -> Words:
    return tuple(dict.fromkeys(each for each in found if each != word))
