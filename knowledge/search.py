"""Finds the nodes that a question is about: lexical, semantic and by name at once, in one statement."""

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from pgvector.halfvec import HalfVector

from knowledge.database import Database
from knowledge.embedding import Embedder, embedder_of
from knowledge.errors import Unavailable
from knowledge.found import Filters, Found
from knowledge.queries import load_queries
from knowledge.rank import Ranked, fuse
from knowledge.words import FUNCTION_WORDS, key_of, phrase_keys, split_words, storable

_DEPTH = 50
"""How many nodes a voice names; more change nothing among the first twenty."""
_HEAD, _TAIL = 1_500, 500
"""Characters that are read of a question: pasted logs and queries are longer, what is asked stands before or after."""
_MOST_SHARING = 200
"""A name that more nodes or columns share than this tells nothing apart."""
_EMBED_TIMEOUT_S = 5.0
_ALL = Filters()
_IDENTIFIER = re.compile(r"\w+(?:\.\w+)*")

_log = logging.getLogger(__name__)


class Searcher:
    def __init__(self, database: Database, embedder: Embedder) -> None:
        self._database = database
        self._embedder = embedder
        self._queries = load_queries("search")
        self._serving = embedder
        """Whose vectors are searched: another model's than the configured one's until that has every text."""

    async def search(self, query: str, *, limit: int = 10, only: Filters = _ALL) -> Found:
        """The nodes that ``query`` may be about, one hit a node; none for a query without any word.

        While the embedder does not answer, and for passages without a vector, the other voices speak alone.

        Raises:  Unavailable when the database does not answer.
        """
        text = _readable(query)
        words = split_words(text)
        if not words:
            return Found()
        keys = [key for key in phrase_keys(words) if key not in FUNCTION_WORDS]
        parameters = {
            "words": " ".join(words),
            "keys": keys,
            "most_sharing": _MOST_SHARING,
            "kinds": list(only.kinds) or None,
            "depth": max(_DEPTH, limit),
        }
        rows = await self._ranks(text, self._serving, parameters)
        if rows and rows[0]["serving"] != self._serving.model:
            serving = embedder_of(rows[0]["serving"] or self._embedder.model, self._embedder)
            if serving.model != self._serving.model:
                self._serving = serving
                rows = await self._ranks(text, serving, parameters)
        ranked = (Ranked(**{name: value for name, value in row.items() if name != "serving"}) for row in rows)
        return Found(hits=tuple(fuse(ranked, asked=_asked_keys(text, words), limit=limit)))

    async def _ranks(self, text: str, embedder: Embedder, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        vector = await _vector(text, embedder)
        return await self._database.fetch(self._queries["search"], vector=vector, model=embedder.model, **parameters)


async def _vector(text: str, embedder: Embedder) -> HalfVector | None:
    try:
        async with asyncio.timeout(_EMBED_TIMEOUT_S):
            [vector] = await embedder.embed([text])
    except (Unavailable, TimeoutError) as error:
        _log.warning("search without vectors", extra={"reason": str(error) or "timeout"})
        return None
    return HalfVector(np.asarray(vector))


def _readable(query: str) -> str:
    text = storable(query).strip()
    return text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]} {text[-_TAIL:]}"


def _asked_keys(text: str, words: Sequence[str]) -> set[str]:
    """Keys of what is written as an identifier, and of a query that is nothing but a name."""
    written = {key for word in _IDENTIFIER.findall(text) if "_" in (key := key_of(word))}
    return written | {"_".join(words).lower()}
