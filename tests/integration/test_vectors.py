"""Vectors follow a refresh: for every text once, most useful first, whoever does it."""

import asyncio
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from knowledge.database import Database
from knowledge.errors import Unavailable
from knowledge.refresh import Refresher
from knowledge.search import Searcher
from tests.fakes.artifacts import FakeSource, model, other, source_table


class RecordingEmbedder:
    """Remembers what it was given, and fails after ``works`` texts."""

    def __init__(self, model: str = "recording", *, works: int = 10_000) -> None:
        self.model = model
        self.texts: list[str] = []
        self.started, self.go_on = asyncio.Event(), asyncio.Event()
        self.go_on.set()
        self._works = works

    async def embed(self, texts: Sequence[str]) -> Any:
        if len(self.texts) >= self._works:
            raise Unavailable("The endpoint is gone.")
        self.texts += texts
        self.started.set()
        await self.go_on.wait()
        return np.eye(4, dtype=np.float32)[[0] * len(texts)]


async def _stored(database: Database, model: str) -> int:
    return len(await database.fetch("select from embedding where model = %(model)s", model=model))


@pytest.fixture
def many() -> FakeSource:
    return FakeSource([model(f"m{n}", f"number {n}") for n in range(300)])


async def test_the_most_useful_nodes_come_first(database: Database) -> None:
    embedder = RecordingEmbedder()
    refresher = Refresher(database, embedder)
    nodes = [
        source_table("erp", "raw orders"),
        model("stg_orders", layer="staging"),
        model("packaged", layer="mart", package="tools"),
        other("metric", "revenue"),
        model("orders", layer="mart"),
    ]
    await refresher.refresh(FakeSource(nodes))
    await refresher.fill_vectors()
    assert embedder.texts == ["orders", "revenue", "stg orders", "erp raw orders", "packaged"]


async def test_two_processes_embed_no_text_twice(database: Database, many: FakeSource) -> None:
    first, second = RecordingEmbedder(), RecordingEmbedder()
    await Refresher(database, first).refresh(many)
    done = await asyncio.gather(*(Refresher(database, embedder).fill_vectors() for embedder in (first, second)))
    assert sorted(done) == [0, 300]
    assert len(first.texts) + len(second.texts) == 300


async def test_a_text_that_several_nodes_share_is_embedded_once(database: Database) -> None:
    embedder = RecordingEmbedder()
    refresher = Refresher(database, embedder)
    await refresher.refresh(FakeSource([model("orders", unique_id=f"model.shop{n}.orders") for n in range(3)]))
    assert await refresher.fill_vectors() == 1
    assert embedder.texts == ["orders"]


async def test_what_was_embedded_before_the_embedder_failed_stays(database: Database, many: FakeSource) -> None:
    await Refresher(database, RecordingEmbedder()).refresh(many)
    with pytest.raises(Unavailable, match="endpoint is gone"):
        await Refresher(database, RecordingEmbedder(works=100)).fill_vectors()
    stored = await _stored(database, "recording")
    assert 0 < stored < 300
    assert await Refresher(database, RecordingEmbedder()).fill_vectors() == 300 - stored


async def test_another_model_has_vectors_of_its_own_beside_the_old_ones(database: Database, many: FakeSource) -> None:
    await Refresher(database, RecordingEmbedder("small")).refresh(many)
    await Refresher(database, RecordingEmbedder("small")).fill_vectors()
    await Refresher(database, RecordingEmbedder("large")).fill_vectors()
    assert await _stored(database, "small") == await _stored(database, "large") == 300


async def test_an_empty_catalog_has_nothing_to_embed(database: Database) -> None:
    assert await Refresher(database, RecordingEmbedder(works=0)).fill_vectors() == 0


async def test_texts_that_arrive_meanwhile_are_embedded_too(database: Database, many: FakeSource) -> None:
    embedder = RecordingEmbedder()
    refresher = Refresher(database, embedder)
    await refresher.refresh(many)
    embedder.go_on.clear()
    filling = asyncio.create_task(refresher.fill_vectors())
    await embedder.started.wait()
    many.nodes = [*many.nodes, model("late")]
    await refresher.refresh(many)
    embedder.go_on.set()
    assert await filling == 301


async def test_a_batch_at_a_time_may_be_filled_by_whoever_is_free(database: Database, many: FakeSource) -> None:
    first, second = RecordingEmbedder(), RecordingEmbedder()
    await Refresher(database, first).refresh(many)
    assert await Refresher(database, first).fill_batch() == "more"
    assert await Refresher(database, second).fill_batch() == "more"
    assert await Refresher(database, first).fill_batch() == "done"
    assert (len(first.texts), len(second.texts)) == (256, 44)


async def test_a_batch_is_left_to_the_process_that_is_at_it(database: Database, many: FakeSource) -> None:
    embedder = RecordingEmbedder()
    await Refresher(database, embedder).refresh(many)
    async with database.lock("vectors"):
        assert await Refresher(database, embedder).fill_batch() == "busy"
    assert embedder.texts == []


async def _serving(database: Database) -> str:
    [row] = await database.fetch("select model from embedding_model order by complete_since desc limit 1")
    return row["model"]


async def test_another_model_serves_once_it_has_every_text_and_the_first_one_can_be_chosen_again(
    database: Database, many: FakeSource
) -> None:
    small, large = (Refresher(database, RecordingEmbedder(name)) for name in ("small", "large"))
    await small.refresh(many)
    await small.fill_vectors()
    assert await large.fill_batch() == "more"
    assert await _serving(database) == "small"
    await large.fill_vectors()
    assert await _serving(database) == "large"
    await small.fill_vectors()
    assert await _serving(database) == "small"


async def test_vectors_long_of_no_use_are_forgotten_and_those_of_a_node_that_came_back_are_not(
    database: Database, many: FakeSource
) -> None:
    embedder = RecordingEmbedder()
    refresher = Refresher(database, embedder)
    nodes = many.nodes

    async def days_pass(days: int) -> None:
        await database.execute("update embedding_model set swept_at = now() - interval '2 days'")
        await database.execute(
            "update embedding set unused_since = unused_since - make_interval(days => %(days)s)", days=days
        )
        await refresher.fill_vectors()

    await refresher.refresh(many)
    await refresher.fill_vectors()
    many.nodes = nodes[:200]
    await refresher.refresh(many)
    await days_pass(0)
    many.nodes = nodes[:250]
    await refresher.refresh(many)
    await days_pass(20)
    assert await _stored(database, "recording") == 300
    await days_pass(20)
    assert await _stored(database, "recording") == 250
    assert len(embedder.texts) == 300, "what came back was embedded already"


async def test_a_search_uses_the_old_vectors_until_the_new_model_has_them_all(database: Database) -> None:
    nodes = [model(f"m{n}", f"text {n}") for n in range(300)]
    small, large = OneSided("small", "text 7"), OneSided("large", "text 9")
    await Refresher(database, small).refresh(FakeSource(nodes))
    await Refresher(database, small).fill_vectors()
    searcher = Searcher(database, small)
    assert await _nearest(searcher) == "m7"
    await Refresher(database, large).fill_batch()
    assert await _nearest(searcher) == "m7"
    await Refresher(database, large).fill_vectors()
    assert await _nearest(Searcher(database, large)) == "m9"


class OneSided:
    """Finds the text that ends in ``near`` nearest to any question."""

    def __init__(self, model: str, near: str) -> None:
        self.model = model
        self._near = near

    async def embed(self, texts: Sequence[str]) -> Any:
        sides = [int(text == _QUESTION or text.endswith(self._near)) for text in texts]
        return np.eye(2, dtype=np.float32)[sides]


_QUESTION = "zebra"
"""No text has this word: only vectors can find anything."""


async def _nearest(searcher: Searcher) -> str:
    return (await searcher.search(_QUESTION)).hits[0].name
