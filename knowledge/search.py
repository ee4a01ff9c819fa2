"""Finds the nodes that a question is about: lexical, semantic and by name at once, in one statement."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

import msgspec
import numpy as np
from pgvector.halfvec import HalfVector

from knowledge.assurance import NEAREST
from knowledge.common_words import common_words
from knowledge.database import Database
from knowledge.embedding import Embedder, OfflineEmbedder, embedder_of
from knowledge.errors import Unavailable
from knowledge.facets import Facets
from knowledge.found import Filters, Found
from knowledge.plan import ALL, Plan, make_plan, without_hints
from knowledge.priors import MOST_USERS, Standing
from knowledge.queries import load_queries
from knowledge.rank import Ranked, fuse
from knowledge.readings import corrected_text
from knowledge.terms import asked_terms
from knowledge.values import DESCRIBERS
from knowledge.verdict import judge
from knowledge.vocabulary import Vocabulary
from knowledge.words import apart, split_words, storable
from knowledge.written import asked_columns, asked_keys

_DEPTH = 50
"""How many nodes a voice names; more change nothing among the first twenty."""
_HEAD, _TAIL = 1_500, 500
"""Characters that are read of a question: pasted logs and queries are longer, what is asked stands before or after."""
_MEANT_HEAD, _MEANT_TAIL = 700, 200
"""Characters of them whose meaning is looked for: 900 take a third of the time of 2,000, and questions are shorter."""
_MOST_LISTED = 500
"""Of nodes that are listed, so many are put in order."""
_MOST_SHARING = 200
"""A name that more nodes or columns share than this tells nothing apart."""
_MOST_READ = 1_000
"""Of a term, those nodes are read that say most of it: one that all have would take longer than everything else."""
_FEW = 1_000
"""Among so few nodes the nearest are found sooner by looking at all of them than by the index of vectors."""
_EMBED_TIMEOUT_S = 5.0
_STANDING = tuple(field.name for field in fields(Standing))
_RANKED = tuple(field.name for field in fields(Ranked) if field.name != "standing")

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

    async def search(self, query: str, *, limit: int = 10, only: Filters = ALL, likes: Filters = ALL) -> Found:
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
            plan = without_hints(plan, text, self._vocabulary)
            rows = await self._rows(plan, limit)
        return self._found(plan, rows, limit)

    async def prepare(self) -> None:
        """Read what the catalog has now into memory, so that no search has to wait for it.

        Raises:  Unavailable when the database does not answer.
        """
        await self._renew_snapshots(self._facets.generation)

    def _found(self, plan: Plan, rows: Sequence[Mapping[str, Any]], limit: int) -> Found:
        named = {row["key"] for row in rows if row["voice"] == "name"}
        asked = asked_keys(plan.asked.written, named)
        evidence = rows[0]["evidence"] if rows else None
        knows_cosine = self._serving.model == OfflineEmbedder.model
        verdict = judge(plan, evidence, named, asked, knows_cosine=knows_cosine)
        return Found(
            hits=tuple(
                fuse(
                    map(_ranked, rows),
                    asked=asked,
                    asked_columns=asked_columns(plan.asked.text),
                    likes=plan.likes,
                    limit=limit,
                )
            ),
            only=plan.only,
            likes=plan.likes,
            unknown=plan.unknown,
            corrected=plan.asked.reading.corrected,
            **asdict(verdict),
        )

    async def _carry_out(
        self, text: str, only: Filters, likes: Filters, limit: int
    ) -> tuple[Plan, list[dict[str, Any]]]:
        plan = make_plan(text, self._facets, self._vocabulary, only, likes)
        return plan, [] if plan.is_hopeless else await self._rows(plan, limit)

    async def _rows(self, plan: Plan, limit: int) -> list[dict[str, Any]]:
        text = "" if plan.is_mere_listing else _embedded(corrected_text(plan.asked.text, plan.asked.reading))
        parameters = _parameters(plan, limit)
        rows = await self._ranks(text, self._serving, parameters)
        found = rows or await self._database.fetch(self._queries["serving_model"])
        if found[0]["serving"] != self._serving.model:
            serving = embedder_of(found[0]["serving"] or self._embedder.model, self._embedder)
            if serving.model != self._serving.model:
                self._serving = serving
                rows = await self._ranks(text, serving, parameters)
        return rows

    async def _ranks(self, text: str, embedder: Embedder, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
        vector = await _vector(text, embedder) if text else None
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


def _parameters(plan: Plan, limit: int) -> dict[str, Any]:
    asked = plan.asked
    # Of a listing nothing is looked for, unless there is only something that stands higher.
    words, keys = ([], []) if plan.is_mere_listing else (asked.looked_for, asked.keys)
    return {
        "terms": msgspec.json.encode(asked_terms(words, asked.reading.alike)).decode(),
        "subject": list(asked.subject),
        "nearest": NEAREST,
        "keys": keys,
        "most_sharing": _MOST_SHARING,
        "most_read": _MOST_READ,
        "most_listed": max(_MOST_LISTED, limit),
        "few": _FEW,
        "describers": list(DESCRIBERS),
        "most_users": MOST_USERS,
        "filtered": plan.is_filtered,
        "liking": plan.likes != ALL,
        "listing": plan.is_listing,
        "depth": max(_DEPTH, limit),
        **{field: list(values) or None for field, values in asdict(plan.only).items()},
        **{f"liked_{field}": list(values) or None for field, values in asdict(plan.likes).items()},
    }


def _is_current(plan: Plan, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a search was planned by what the catalog has now; where nothing was found, as far as that can be told."""
    return rows[0]["generation"] == plan.generation if rows else plan.only == ALL and not plan.unknown


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


def _embedded(text: str) -> str:
    """What of a long text its vector is made of."""
    return text if len(text) <= _MEANT_HEAD + _MEANT_TAIL else f"{text[:_MEANT_HEAD]} {text[-_MEANT_TAIL:]}"
