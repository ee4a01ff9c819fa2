"""English words that are nobody's slip, whether a catalog has them or not."""

from functools import cache

import msgspec

from knowledge.granite import read_tokenizer

_SHORTEST = 4
_BEGINS_A_WORD = "Ġ"
"""How a byte-level tokenizer writes the space before a word."""


class _Model(msgspec.Struct):
    vocab: dict[str, int]


class _Tokenizer(msgspec.Struct):
    model: _Model


@cache
def common_words() -> frozenset[str]:
    """22,000 words in lower case that the tokenizer of the offline embedder has as a whole, some beginnings among them.

    They take 3 MB and 0.1 s the first time: not for the event loop. Where the embedder is not installed, none.
    """
    try:
        tokens = msgspec.json.decode(read_tokenizer(), type=_Tokenizer).model.vocab
    except (ImportError, OSError, ValueError):
        return frozenset()
    words = (token.removeprefix(_BEGINS_A_WORD).lower() for token in tokens if token.startswith(_BEGINS_A_WORD))
    return frozenset(word for word in words if len(word) >= _SHORTEST and word.isalpha())
