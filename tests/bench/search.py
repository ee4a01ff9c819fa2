"""What a search costs in a large catalog: time, size and how much of the exact result the index of vectors finds.

The catalog is made up. Its words are as frequent as words are (Zipf), a fifth of its passages are nodes' and the rest
columns'. Embedding all of them would take half an hour, so vectors are mixtures of a few thousand real ones, with a
little noise; the questions are embedded as always.
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import LiteralString

import numpy as np
from pgvector.halfvec import HalfVector

from knowledge import Column, Database, Embedder, Filters, Node, OfflineEmbedder, Refresher, Searcher, open_database
from knowledge.embedding import Vectors
from knowledge.queries import load_queries
from tests.fakes.artifacts import FakeSource

SIZES = (10_000, 100_000)
LARGE = 300_000
_COLUMNS = 4
"""Passages of columns to each of a node."""
_QUESTIONS = 100
_EIGHT = 8
_REAL = 2_000
"""Texts that are embedded: the vectors of all others are mixtures of theirs."""
_NEAREST = 50
_SERVED = OfflineEmbedder.model
_SYLLABLES = ("ba", "co", "di", "fu", "ge", "hi", "ka", "lo", "mi", "nu", "pe", "ra", "so", "ti", "vu", "za")
_USUAL = (
    "customer", "order", "payment", "refund", "invoice", "product", "shipment", "session", "event", "campaign",
    "account", "subscription", "ticket", "region", "employee", "margin", "revenue", "cost", "budget", "forecast",
    "date", "month", "amount", "number", "name", "status", "type", "value", "key", "time", "first", "last", "total",
    "daily", "count", "rate", "user", "source", "currency", "country", "store", "item", "price", "discount", "tax",
    "channel", "plan", "usage", "churn", "score", "segment",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Fill:
    """How long it took to make what a search rests on."""

    stored_s: float
    indexed_s: float
    index_mb: float
    posting_mb: float


@dataclass(slots=True)
class _Words:
    """Words as frequent as words are; the same for the same seed."""

    rng: random.Random
    words: list[str] = field(init=False)
    _weights: list[float] = field(init=False)

    def __post_init__(self) -> None:
        made = {"".join(self.rng.choices(_SYLLABLES, k=self.rng.randint(2, 4))) for _ in range(20_000)}
        self.words = [*_USUAL, *sorted(made)]
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(len(self.words))))

    def some(self, count: int, between: str = " ") -> str:
        return between.join(self.rng.choices(self.words, cum_weights=self._weights, k=count))


async def measure(passages: int) -> list[tuple[str, str, str]]:
    """Rows of (what, value, goal) for a catalog with so many passages."""
    words = _Words(random.Random(passages))
    with tempfile.TemporaryDirectory(prefix="marty-bench-", ignore_cleanup_errors=True) as folder:
        async with open_database("", Path(folder)) as database:
            embedder = OfflineEmbedder()
            nodes = list(_nodes(passages // (1 + _COLUMNS), words))
            fill = await _fill(database, embedder, nodes, words)
            questions = [words.some(words.rng.randint(3, 9)) for _ in range(_QUESTIONS)]
            return await _rows(f"{passages:,} passages", Searcher(database, embedder), database, questions, fill)


async def _rows(
    name: str, searcher: Searcher, database: Database, questions: Sequence[str], fill: _Fill
) -> list[tuple[str, str, str]]:
    filters = {
        "": Filters(),
        ", most nodes kept (models)": Filters(kinds=("model",)),
        ", few kept (metrics)": Filters(kinds=("metric",)),
    }
    rows = [
        (f"{name}: stored; vectors indexed", f"{fill.stored_s:.0f} s; {fill.indexed_s:.1f} s", ""),
        (f"{name}: index of vectors; postings", f"{fill.index_mb:.0f} MB; {fill.posting_mb:.0f} MB", ""),
    ]
    await _asked(searcher, questions[:20], Filters(), askers=1)
    for kept, only in filters.items():
        for askers in (1, _EIGHT):
            took = await _asked(searcher, questions, only, askers=askers)
            goal = "p95 < 25 ms" if askers == 1 and not kept else ""
            rows.append((f"{name}{kept}: {askers} asking, p50 / p95", _ms(took), goal))
    rows.append((f"{name}: of the exact nearest {_NEAREST}, found", await _recall(database, questions), "≥ 0.98"))
    return rows


async def _asked(searcher: Searcher, questions: Sequence[str], only: Filters, *, askers: int) -> list[float]:
    """Seconds of each search, so many at a time."""
    took: list[float] = []
    waiting = iter(questions)

    async def ask() -> None:
        for question in waiting:
            started = time.monotonic()
            await searcher.search(question, only=only)
            took.append(time.monotonic() - started)

    await asyncio.gather(*(ask() for _ in range(askers)))
    return took


def _ms(seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    p50, p95 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    return f"{p50 * 1000:.1f} / {p95 * 1000:.1f} ms ({len(ordered)})"


_EXACT: LiteralString = """
select round((vector <=> %(vector)s)::numeric, 6) as distance from embedding
where model = %(model)s and of_column = %(of_column)s order by 1 limit %(nearest)s
"""
_SERVED_NEAREST: LiteralString = """
select round(distance::numeric, 6) as distance
from near_passages(%(model)s, %(vector)s, %(of_column)s, null, 0, %(nearest)s)
"""


async def _recall(database: Database, questions: Sequence[str]) -> str:
    """The mean over questions, of nodes' passages and of columns'; the index against a look at all vectors."""
    if not await database.fetch("select from vector_index"):
        return "1 (exact, no index)"
    shares: list[float] = []
    for vector in await OfflineEmbedder().embed(questions):
        for of_column in (False, True):
            parameters = {"vector": HalfVector(vector), "of_column": of_column, "nearest": _NEAREST, "model": _SERVED}
            exact, found = [
                {row["distance"] for row in await database.fetch(query, **parameters)}
                for query in (_EXACT, _SERVED_NEAREST)
            ]
            shares.append(len(exact & found) / len(exact))
    return f"{np.mean(shares):.4f} (worst of 20: {sorted(shares)[len(shares) // 20]:.2f})"


async def _fill(database: Database, embedder: Embedder, nodes: Sequence[Node], words: _Words) -> _Fill:
    """Store nodes as a refresh does, and then vectors."""
    started = time.monotonic()
    refresher = Refresher(database, embedder)
    await refresher.refresh(FakeSource(nodes))
    stored_s = time.monotonic() - started
    await _store_vectors(database, embedder, words)
    for statement in _VACUUM:
        await database.execute(statement)
    started = time.monotonic()
    await refresher.fill_vectors()
    indexed_s = time.monotonic() - started
    [sizes] = await database.fetch(
        "select coalesce(sum(pg_relation_size(indexrelid)) filter (where relname like 'embedding_of%%'), 0)::float8 "
        "as index, pg_total_relation_size('posting')::float8 as posting "
        "from pg_index join pg_class on oid = indexrelid where indrelid = 'embedding'::regclass"
    )
    return _Fill(stored_s, indexed_s, sizes["index"] / 1e6, sizes["posting"] / 1e6)


_VACUUM: Sequence[LiteralString] = (
    "vacuum analyze node", "vacuum analyze node_column", "vacuum analyze posting", "vacuum analyze passage",
    "vacuum analyze embedding",
)  # fmt: skip
"""What autovacuum does within minutes."""


_COPY = "copy embedding (model, text_hash, of_column, vector) from stdin with (format binary)"


async def _store_vectors(database: Database, embedder: Embedder, words: _Words) -> None:
    real = await embedder.embed([words.some(words.rng.randint(4, 16)) for _ in range(_REAL)])
    missing = await database.fetch(load_queries("vectors")["missing_texts"], model=embedder.model, limit=10_000_000)
    async with database.transaction() as connection, connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.set_types(["text", "bytea", "bool", "halfvec"])
        for row, vector in zip(missing, _mixtures(real, len(missing)), strict=True):
            await copy.write_row((embedder.model, row["text_hash"], row["of_column"], HalfVector(vector)))


def _mixtures(real: Vectors, count: int) -> Iterator[Vectors]:
    """Each between two real ones, nearer to the first."""
    rng = np.random.default_rng(count)
    noise = 0.1 / np.sqrt(real.shape[1])
    for _ in range(count):
        first, second = rng.integers(0, len(real), 2)
        share = rng.uniform(0.5, 1)
        vector = share * real[first] + (1 - share) * real[second] + rng.normal(0, noise, real.shape[1])
        yield (vector / np.linalg.norm(vector)).astype(np.float32)


def _nodes(count: int, words: _Words) -> Iterator[Node]:
    """Nine of ten are models and sources; one in a hundred is a metric."""
    for number in range(count):
        kind = "metric" if number % 100 == 0 else "source" if number % 4 == 0 else "model"
        columns = {words.some(2, "_"): words.some(8) for _ in range(_COLUMNS)}
        yield Node(
            unique_id=f"{kind}.big.{number}",
            kind=kind,
            name=f"{words.some(3, '_')}_{number}",
            package="big",
            layer=words.rng.choice(("mart", "staging", "intermediate")),
            description=words.some(words.rng.randint(5, 25)),
            columns=tuple(Column(name=name, description=text) for name, text in columns.items()),
        )
