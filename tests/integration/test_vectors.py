"""Vectors follow a refresh: for every text once, most useful first, whoever does it."""

import asyncio
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from knowledge.database import Database
from knowledge.errors import Unavailable
from knowledge.refresh import Refresher
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
