"""The terms that lexical search stores of a text and asks for: stems without accents, and pairs of letters (pure).

Terms are made here and not by Postgres, whose text search needs a space between words, drops names that are stop words
(``who``, ``other``), stems otherwise from version to version, and reads letters as its server's locale does.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from knowledge.function_words import FUNCTION_WORDS, FUNCTION_WORDS_OF
from knowledge.language import DEFAULT, LANGUAGES, LATIN, function_words
from knowledge.words import IDENTIFIER, SPACELESS, split_words

STEMS = f"snowball {Stemmer.version()}"
"""By what words are stemmed: terms that another version made may not be found."""

_MOST_KNOWN = 50_000
_SPACELESS_WORD = re.compile(f"[{SPACELESS}]")
_SYLLABLES = re.compile(r"[\u3041-\u309f]+\Z")
"""What Japanese writes endings, particles and auxiliaries in."""
_ACCENTED = re.compile(r"[\u00c0-\u052f\u1e00-\u1fff]")
_LIGATURES = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
_NAME = re.compile(rf"""{IDENTIFIER}|(?<!\w)\w+(?:\.\w+)+|["'“‘]\w+["'”’]|\b[A-Z]{{2,}}\b""")
"""What is written as a name: an identifier, a word in quotes, an abbreviation in capitals (``is_new``, ``who``, IT)."""
_SHOUTED = re.compile(r"\b(?:SELECT|FROM|WHERE)\b|\A[^a-z]*\Z")
"""Where capitals are no abbreviations."""

_NOTHING: Mapping[str, Sequence[str]] = {}

_Stem = Callable[[str], str]


class Lexicon:
    """The terms of the words of one language, remembered. Not for two threads at once."""

    def __init__(self, language: str) -> None:
        """Identifiers and terms of the trade are English everywhere, so each word is taken for an English one too."""
        self.language = language
        self._function_words = FUNCTION_WORDS_OF.get(language, frozenset[str]())
        self._stemmers = [_stemmer(each) for each in dict.fromkeys((language, DEFAULT)) if each in LANGUAGES]
        self._known: dict[str, tuple[str, ...]] = {}

    def count(self, text: str, *, is_prose: bool = False) -> tuple[Counter[str], int]:
        """How often each term is in words with spaces between, and how many words; prose's function words have none."""
        words = text.lower().split()
        if not text.isascii():
            words = list(_pieces(words))
        counts: Counter[str] = Counter()
        for word, times in Counter(words).items():
            if not (is_prose and word in self._function_words):
                for term in self._known.get(word) or self._terms(word):
                    counts[term] += times
        return counts, len(words)

    def _terms(self, word: str) -> tuple[str, ...]:
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        terms = self._known[word] = _terms(word, self._stemmers)
        return terms


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTerm:
    """A term of a question's word, and the languages in which the word has it. The terms of one word count as one."""

    word: int
    term: str
    languages: Sequence[str]


def asked_words(question: str, idle: frozenset[str]) -> list[str]:
    """The words of a question that are looked for, in lower case, each once: without ``idle`` ones."""
    words = dict.fromkeys(word for word in _pieces(map(str.lower, split_words(question))) if word not in idle)
    return [word for word in words if not _SYLLABLES.match(word)] or list(words)


def asked_terms(words: Sequence[str], alike: Mapping[str, Sequence[str]] = _NOTHING) -> list[AskedTerm]:
    """The terms of a question's words, in every language that a catalog may be in; words are told by their places.

    Args:    alike: what counts as the same word as one of these (knowledge.readings).
    """
    return [
        AskedTerm(word=number, term=term, languages=languages)
        for number, word in enumerate(words)
        for term, languages in _by_terms((word, *alike.get(word, ()))).items()
    ]


def idle_words(question: str) -> frozenset[str]:
    """The words of a question, in lower case, that only make it a sentence; none of those that are written as names."""
    words = {word.lower() for word in split_words(question)}
    if len(words) == 1:
        return frozenset()
    shouted = _SHOUTED.search(question)
    named = (name for name in _NAME.findall(question) if not (shouted and name.isalpha()))
    return (function_words(words) | (words & FUNCTION_WORDS)) - {
        word.lower() for name in named for word in split_words(name)
    }


def _by_terms(forms: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """All terms that any of these words has, and in which languages."""
    if len(forms) == 1:
        return _by_term(forms[0])
    found: dict[str, list[str]] = {}
    for word in forms:
        for term, languages in _by_term(word).items():
            found.setdefault(term, []).extend(languages)
    return {term: list(dict.fromkeys(languages)) for term, languages in found.items()}


@lru_cache(maxsize=10_000)
def _by_term(word: str) -> Mapping[str, Sequence[str]]:
    """All terms that a word has in some language, and in which: one in Latin letters in those that use them."""
    found: dict[str, list[str]] = {}
    for language in LATIN if word.isascii() else LANGUAGES:
        for term in _terms(word, [_stemmer(language)]):
            found.setdefault(term, []).append(language)
    return found


def _stemmer(language: str) -> _Stem:
    return Stemmer.Stemmer(language, 0).stemWord


def _pieces(words: Iterable[str]) -> Iterable[str]:
    """The words; those of a script without spaces as all pairs of neighbouring letters."""
    for word in words:
        if word.isascii() or len(word) == 1 or not _SPACELESS_WORD.match(word):
            yield word
        else:
            yield from (word[at : at + 2] for at in range(len(word) - 1))


def _terms(word: str, stemmers: Sequence[_Stem]) -> tuple[str, ...]:
    """The stems of a word; of one with accents also those that it has for people who leave them out."""
    if not _ACCENTED.search(word):
        return tuple(dict.fromkeys(stem(word) for stem in stemmers))
    plain = _plain(word)
    return tuple(dict.fromkeys(_plain(stem(spelling)) for stem in stemmers for spelling in (word, plain)))


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.translate(_LIGATURES))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
