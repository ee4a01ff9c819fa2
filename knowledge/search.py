"""Finds the nodes that a question is about: lexical, semantic and by name at once, in one statement."""

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import msgspec
import numpy as np
from pgvector.halfvec import HalfVector

from knowledge.assurance import NEAREST, assurance, is_nothing, role_of, signals_in, values_in
from knowledge.common_words import common_words
from knowledge.database import Database
from knowledge.embedding import Embedder, OfflineEmbedder, embedder_of
from knowledge.errors import Unavailable
from knowledge.facets import Facets
from knowledge.found import Filters, Found, Unknown
from knowledge.hints import read_hints
from knowledge.priors import MOST_USERS, Standing
from knowledge.queries import load_queries
from knowledge.rank import Ranked, fuse
from knowledge.readings import Reading, corrected_text, read_words, respelled
from knowledge.terms import asked_terms, asked_words, idle_words
from knowledge.vocabulary import Vocabulary
from knowledge.words import FUNCTION_WORDS, apart, key_of, phrase_keys, split_words, storable

_DEPTH = 50
"""How many nodes a voice names; more change nothing among the first twenty."""
_HEAD, _TAIL = 1_500, 500
"""Characters that are read of a question: pasted logs and queries are longer, what is asked stands before or after."""
_MOST_SHARING = 200
"""A name that more nodes or columns share than this tells nothing apart."""
_MOST_READ = 1_000
"""Of a term, those nodes are read that say most of it: one that all have would take longer than everything else."""
_FEW = 1_000
"""Among so few nodes the nearest are found sooner by looking at all of them than by the index of vectors."""
_EMBED_TIMEOUT_S = 5.0
_ALL = Filters()
_STANDING = tuple(field.name for field in fields(Standing))
_RANKED = tuple(field.name for field in fields(Ranked) if field.name != "standing")
_IDENTIFIER = re.compile(r"\w+(?:\.\w+)*")

_log = logging.getLogger(__name__)


class Searcher:
    def __init__(self, database: Database, embedder: Embedder) -> None:
        self._database = database
        self._embedder = embedder
        self._queries = load_queries("search")
        self._serving = embedder
        """Whose vectors are searched: another model's than the configured one's until that has every text."""
        self._facets = Facets()
        self._vocabulary = Vocabulary()
        """Both of the generation of definitions that was last seen; none yet."""
        self._loading = asyncio.Lock()

    async def search(self, query: str, *, limit: int = 10, only: Filters = _ALL, likes: Filters = _ALL) -> Found:
        """The nodes that ``query`` may be about, one hit a node; none for a query without any word.

        While the embedder does not answer, and for passages without a vector, the other voices speak alone.

        Args:    only: what the hits are kept to, besides what the query says in plain words (knowledge.hints).
                 likes: what stands higher, besides what the query mentions.
        Returns: where ``only`` has no value but such that the catalog does not have, no hits, and which they are.
        Raises:  Unavailable when the database does not answer.
        """
        text = _readable(query)
        if not split_words(text):
            return Found()
        if not self._facets.generation:
            await self._renew_snapshots("")
        plan, rows = await self._carry_out(text, only, likes, limit)
        if not _is_current(plan, rows):
            await self._renew_snapshots(plan.generation)
            if self._facets.generation != plan.generation:
                plan, rows = await self._carry_out(text, only, likes, limit)
        if not rows and plan.only != plan.given:  # what was read from words keeps everything out: then it is no filter
            plan = replace(plan, asked=_asked(text, self._vocabulary), only=plan.given)
            rows = await self._rows(plan, limit)
        hits = fuse((_ranked(row) for row in rows), asked=_asked_keys(plan.asked), likes=plan.likes, limit=limit)
        found = Found(
            hits=tuple(hits),
            only=plan.only,
            likes=plan.likes,
            unknown=plan.unknown,
            corrected=plan.asked.reading.corrected,
        )
        if plan.only != _ALL:
            return found
        signals = signals_in(
            rows[0]["evidence"] if rows else None,
            plan.asked.words,
            plan.asked.values,
            knows_cosine=self._serving.model == OfflineEmbedder.model,
        )
        return replace(found, assurance=assurance(signals), is_nothing=is_nothing(signals))

    async def _carry_out(
        self, text: str, only: Filters, likes: Filters, limit: int
    ) -> tuple["_Plan", list[dict[str, Any]]]:
        plan = _plan(text, self._facets, self._vocabulary, only, likes)
        return plan, [] if plan.is_hopeless else await self._rows(plan, limit)

    async def _rows(self, plan: "_Plan", limit: int) -> list[dict[str, Any]]:
        asked = plan.asked
        terms = asked_terms(_with_besides(asked.words, asked.reading), asked.reading.alike)
        parameters = {
            "terms": msgspec.json.encode(terms).decode(),
            "subject": [number for number, word in enumerate(asked.words) if role_of(word, asked.values) != "asking"],
            "nearest": NEAREST,
            "keys": _keys(asked),
            "most_sharing": _MOST_SHARING,
            "most_read": _MOST_READ,
            "few": _FEW,
            "most_users": MOST_USERS,
            "filtered": plan.only != _ALL,
            "liking": plan.likes != _ALL,
            "depth": max(_DEPTH, limit),
            **{field: list(values) or None for field, values in asdict(plan.only).items()},
        }
        text = corrected_text(asked.text, asked.reading)
        rows = await self._ranks(text, self._serving, parameters)
        found = rows or await self._database.fetch(self._queries["serving_model"])
        if found[0]["serving"] != self._serving.model:
            serving = embedder_of(found[0]["serving"] or self._embedder.model, self._embedder)
            if serving.model != self._serving.model:
                self._serving = serving
                rows = await self._ranks(text, serving, parameters)
        return rows

    async def _ranks(self, text: str, embedder: Embedder, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        vector = await _vector(text, embedder)
        return await self._database.fetch(self._queries["search"], vector=vector, model=embedder.model, **parameters)

    async def _renew_snapshots(self, generation: str) -> None:
        """Read anew what can be filtered by and the catalog's words, unless those of another generation are known."""
        async with self._loading:
            if self._facets.generation == generation:
                [row] = await self._database.fetch(self._queries["facets"])
                if row["generation"] != generation:
                    [words] = await self._database.fetch(self._queries["vocabulary"])
                    # Thousands of values and words: in a thread, so that the event loop goes on.
                    self._facets, self._vocabulary = await asyncio.to_thread(
                        lambda: (Facets(**row), Vocabulary(right=common_words(), **words))
                    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What is searched for."""

    text: str
    idle: frozenset[str]
    """Words that only make it a sentence."""
    words: Sequence[str]
    """Those that are looked for."""
    values: frozenset[str]
    """Those that look like values of a table."""
    reading: Reading
    """What else its words may stand for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What a search is about to do."""

    asked: _Asked
    only: Filters
    """What was given, and what was read from the text."""
    given: Filters
    likes: Filters
    unknown: tuple[Unknown, ...]
    is_hopeless: bool
    """Whether something was given that the catalog has no value of."""
    generation: str
    """Of the definitions that it was made by."""


def _plan(text: str, facets: Facets, vocabulary: Vocabulary, only: Filters, likes: Filters) -> _Plan:
    given, unknown = facets.resolve(only)
    hints = read_hints(text, facets, given)
    return _Plan(
        asked=_asked(hints.text, vocabulary),
        only=_both(given, hints.only),
        given=given,
        # What was named, in words or as a filter, does not stay in the background.
        likes=_both(hints.likes, likes, Filters(packages=given.packages + hints.only.packages)),
        unknown=unknown,
        is_hopeless=any(values and not getattr(given, field) for field, values in asdict(only).items()),
        generation=facets.generation,
    )


def _asked(text: str, vocabulary: Vocabulary) -> _Asked:
    idle, values = idle_words(text), values_in(text)
    reading = read_words(text, vocabulary, idle=idle, values=values)
    return _Asked(text=text, idle=idle, words=asked_words(text, idle), values=values, reading=reading)


def _both(*several: Filters) -> Filters:
    united = {name: [value for each in several for value in getattr(each, name)] for name in asdict(_ALL)}
    return Filters(**{name: tuple(dict.fromkeys(values)) for name, values in united.items()})


def _is_current(plan: _Plan, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a search was planned by what the catalog has now; where nothing was found, as far as that can be told."""
    return rows[0]["generation"] == plan.generation if rows else plan.only == _ALL and not plan.unknown


def _ranked(row: Mapping[str, Any]) -> Ranked:
    standing = Standing(**{name: row[name] for name in _STANDING if row[name] is not None})
    return Ranked(standing=standing, **{name: row[name] for name in _RANKED})


async def _vector(text: str, embedder: Embedder) -> HalfVector | None:
    try:
        async with asyncio.timeout(_EMBED_TIMEOUT_S):
            [vector] = await embedder.embed([text])
    except (Unavailable, TimeoutError) as error:
        _log.warning("search without vectors", extra={"reason": str(error) or "timeout"})
        return None
    return HalfVector(np.asarray(vector))


def _readable(query: str) -> str:
    text = apart(storable(query)).strip()
    return text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]} {text[-_TAIL:]}"


def _with_besides(words: Sequence[str], reading: Reading) -> list[str]:
    """The words that are looked for, and after them those of what several are short for, or may be shortened to."""
    besides = (word for long in reading.besides for word in long)
    return list(dict.fromkeys((*words, *(word for word in besides if word not in FUNCTION_WORDS))))


def _keys(asked: _Asked) -> list[str]:
    """Keys of names that the text may say, as it says them and as it may mean them."""
    said = [key for key in phrase_keys(split_words(asked.text)) if key not in asked.idle]
    return list(dict.fromkeys((*said, *respelled(said, asked.reading), *map("_".join, asked.reading.besides))))


def _asked_keys(asked: _Asked) -> set[str]:
    """Keys of what is written as an identifier, and of a query that is nothing but a name."""
    written = {key for word in _IDENTIFIER.findall(asked.text) if "_" in (key := key_of(word))}
    written.add(key_of(asked.text))
    return written.union(respelled(written, asked.reading))
