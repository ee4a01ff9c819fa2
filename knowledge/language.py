"""Which language a text is written in, told by its function words and its script (pure)."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from knowledge.function_words import FUNCTION_WORDS_OF

DEFAULT = "english"
NO_STEMMER = "simple"
"""The language of what no stemmer is at home in: its words are taken as they stand."""

_PROSE_CHARACTERS = 4_000
"""Of a longer text the beginning tells."""
_WHOLE = 720_720
"""What a function word of one language weighs; one that n languages share weighs an n-th, in whole numbers."""
_ENOUGH = _WHOLE + 1
"""How much different function words must weigh before they tell a language: more than one alone."""
_LEAD = 1.1
"""How much more the likeliest language's must weigh than the next one's: neighbours share most of them."""
_SCRIPT_SHARE = 0.2
"""Of a text's letters in a script, from which on the script tells: English identifiers stand in every text."""

_CODE = re.compile(r"```.*?```|`[^`]*`|\{[{%#].*?[#%}]\}", re.DOTALL)
_APOSTROPHES = str.maketrans("'’", "  ")
_PUNCTUATION = '.,;:!?…()[]"“”„«»¿¡*-'
_SCRIPTS: Mapping[str, re.Pattern[str]] = {
    "greek": re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]"),
    "arabic": re.compile(r"[\u0620-\u064a]"),
    "hindi": re.compile(r"[\u0904-\u0939]"),
    NO_STEMMER: re.compile(
        r"[\u0590-\u05ff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
    ),
}
LATIN = tuple(language for language in FUNCTION_WORDS_OF if language != "russian")
LANGUAGES = (*FUNCTION_WORDS_OF, *(language for language in _SCRIPTS if language != NO_STEMMER))
"""All that a text may be found to be in and Snowball has a stemmer for."""
_LANGUAGES_WITH: Mapping[str, tuple[str, ...]] = {
    word: tuple(language for language, words in FUNCTION_WORDS_OF.items() if word in words)
    for word in frozenset[str]().union(*FUNCTION_WORDS_OF.values())
}


def language_of(text: str) -> str | None:
    """The language of a text as Snowball calls it, NO_STEMMER where Snowball has none, None where too little tells.

    Code, identifiers and addresses do not count.
    """
    prose = text[:_PROSE_CHARACTERS]
    if "`" in prose or "{" in prose:
        prose = _CODE.sub(" ", prose)
    if not prose.isascii() and (language := _by_script(prose)):
        return language
    tokens = (token.strip(_PUNCTUATION) for token in prose.lower().translate(_APOSTROPHES).split())
    # Single letters name things: Avalanche C-Chain.
    weights = _weights({token for token in tokens if len(token) > 1 or not token.isascii()})
    [(language, best), (_, next_best)] = [*weights.most_common(2), *_NOTHING][:2]
    return language if best >= _ENOUGH and best >= _LEAD * next_best else None


def most_common(counted: Mapping[str, int]) -> str:
    """The language that most have; DEFAULT before others that as many have."""
    return max(sorted(counted), key=lambda language: (counted[language], language == DEFAULT))


def function_words(words: Iterable[str]) -> frozenset[str]:
    """Those of a question's words, in lower case, that make it a sentence of the language it is likeliest asked in."""
    asked = set(words)
    weights = _weights(asked)
    best = max(weights.values(), default=0)
    likely = (language for language, weight in weights.items() if weight == best)
    return frozenset(word for language in likely for word in asked & FUNCTION_WORDS_OF[language])


_NOTHING = (("", 0), ("", 0))


def _by_script(prose: str) -> str | None:
    letters = sum(map(str.isalpha, prose))
    return next(
        (name for name, script in _SCRIPTS.items() if len(script.findall(prose)) > _SCRIPT_SHARE * letters), None
    )


def _weights(words: Iterable[str]) -> Counter[str]:
    weights: Counter[str] = Counter()
    for word in words:
        languages = _LANGUAGES_WITH.get(word, ())
        for language in languages:
            weights[language] += _WHOLE // len(languages)
    return weights
