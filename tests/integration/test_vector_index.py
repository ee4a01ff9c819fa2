"""Many vectors are found by an index: nearly the exact ones, of any length, whatever a search is kept to."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from pgvector.halfvec import HalfVector

from knowledge.database import Database
from knowledge.embedding import Vectors
from knowledge.found import Filters
from knowledge.refresh import Refresher
from knowledge.search import Searcher
from knowledge.values import Node
from knowledge.vectors import fill_vectors
from tests.fakes.artifacts import FakeSource, model, source_table

MANY, FEW, NEAREST = 2_000, 120, 50
NEAR = "select * from near_passages(%(model)s, %(vector)s, false, %(kept)s, %(few)s, %(wanted)s)"
INDEXES = "select relname from pg_class where relname like 'embedding_of%%' order by 1"


class ClusteredEmbedder:
    """Vectors in clusters, as meanings are: that of a text is told by the numbers in it."""

    def __init__(self, model: str = "clustered", *, dimensions: int = 64) -> None:
        self.model = model
        self._dimensions = dimensions
        self._centres = np.random.default_rng(0).normal(size=(40, dimensions))

    async def embed(self, texts: Sequence[str]) -> Vectors:
        await asyncio.sleep(0)
        vectors = np.array([self._vector(int((re.findall(r"\d+", text) or ["0"])[0])) for text in texts])
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)

    def _vector(self, number: int) -> Any:
        noise = np.random.default_rng(number).normal(size=self._dimensions)
        return self._centres[number % len(self._centres)] + 0.6 * noise


@pytest.fixture
def nodes() -> list[Node]:
    """Of sources there are few, and all of one cluster."""
    models = [model(f"m {number}", layer="mart") for number in range(MANY)]
    return [*models, *(source_table("erp", f"table {number * 40}") for number in range(MANY, MANY + FEW))]


@pytest.fixture
async def many(database: Database, nodes: list[Node]) -> Database:
    await Refresher(database, ClusteredEmbedder()).refresh(FakeSource(nodes))
    await _fill(database, ClusteredEmbedder())
    return database


async def _fill(database: Database, embedder: ClusteredEmbedder) -> int:
    return await fill_vectors(database, embedder, lambda _stage, _done, _total: None, indexed_from=MANY)


async def _near(
    database: Database, number: int, *, kept: list[int] | None = None, few: int = 0, embedder: Any = None
) -> list[int]:
    embedder = embedder or ClusteredEmbedder()
    [vector] = await embedder.embed([str(number)])
    parameters = {"kept": kept, "few": few, "wanted": NEAREST}
    rows = await database.fetch(NEAR, model=embedder.model, vector=HalfVector(vector), **parameters)
    best = sorted({row["node_id"]: row["distance"] for row in rows}.items(), key=lambda item: (item[1], item[0]))
    return [node_id for node_id, _ in best[:NEAREST]]


async def _exact(database: Database, number: int) -> list[int]:
    [vector] = await ClusteredEmbedder().embed([str(number)])
    rows = await database.fetch(
        "select node_id from passage join embedding using (text_hash) where model = 'clustered' "
        "order by vector <=> %(vector)s, node_id limit %(nearest)s",
        vector=HalfVector(vector),
        nearest=NEAREST,
    )
    return [row["node_id"] for row in rows]


async def test_nearly_all_of_the_exact_nearest_are_found(many: Database) -> None:
    shares = [
        len(set(await _near(many, number)) & set(await _exact(many, number))) / NEAREST
        for number in range(100_000, 100_040)
    ]
    assert np.mean(shares) >= 0.98


async def test_the_index_is_what_is_read(many: Database) -> None:
    [vector] = await ClusteredEmbedder().embed(["7"])
    async with many.transaction() as connection:
        parameters = {"model": "clustered", "vector": HalfVector(vector), "kept": None, "few": 0, "wanted": NEAREST}
        await connection.execute(NEAR, parameters)
        await connection.execute("select pg_stat_force_next_flush()")
    [row] = await many.fetch(
        "select idx_scan, idx_tup_read from pg_stat_user_indexes where indexrelname like 'embedding_of_nodes%%'"
    )
    assert row["idx_scan"] == 1
    assert NEAREST <= row["idx_tup_read"] < MANY


async def test_a_search_finds_by_the_index_what_it_finds_without(many: Database) -> None:
    searcher = Searcher(many, ClusteredEmbedder())
    questions = [f"zebra {number}" for number in range(100_000, 100_005)]
    by_index = [await searcher.search(question, limit=20) for question in questions]
    await many.execute("delete from vector_index")
    assert [await searcher.search(question, limit=20) for question in questions] == by_index


@pytest.mark.parametrize("few", [0, 10_000])
async def test_a_list_is_full_however_few_nodes_it_is_kept_to(many: Database, few: int) -> None:
    """By the index alone, and by a look at all of the few; the question is far from every source."""
    kept = [row["node_id"] for row in await many.fetch("select node_id from node where kind = 'source'")]
    found = await _near(many, 100_001, kept=kept, few=few)
    assert len(found) == NEAREST
    assert set(found) <= set(kept)
    hits = (
        await Searcher(many, ClusteredEmbedder()).search("zebra 100001", only=Filters(kinds=("source",)), limit=99)
    ).hits
    assert len([hit for hit in hits if "vector" in hit.voices]) == 99


async def test_nothing_is_found_where_nothing_is_kept(many: Database) -> None:
    assert await _near(many, 100_001, kept=[]) == []


async def test_new_texts_are_found_by_the_index_and_lost_ones_are_not(many: Database, nodes: list[Node]) -> None:
    await Refresher(many, ClusteredEmbedder()).refresh(FakeSource([*nodes[1_000:], model("m 500000")], minutes=1))
    await _fill(many, ClusteredEmbedder())
    names = {row["node_id"]: row["name"] for row in await many.fetch("select node_id, name from node")}
    found = await _near(many, 500_000)
    assert names[found[0]] == "m 500000"
    assert len(found) == NEAREST
    assert set(found) <= set(names)


async def test_another_model_has_an_index_of_its_own_and_the_first_ones_goes_when_it_serves_no_more(
    many: Database,
) -> None:
    [columns, of_nodes] = [row["relname"] for row in await many.fetch(INDEXES)]
    large = ClusteredEmbedder("large 'quoted' %s", dimensions=256)
    await _fill(many, large)
    indexes = [row["relname"] for row in await many.fetch(INDEXES)]
    assert len(indexes) == 2
    assert not {columns, of_nodes} & set(indexes)
    assert len(await _near(many, 3, embedder=large)) == NEAREST
    await _fill(many, ClusteredEmbedder())
    assert [row["relname"] for row in await many.fetch(INDEXES)] == [columns, of_nodes]


async def test_the_old_models_index_serves_while_the_new_one_is_filled(many: Database, nodes: list[Node]) -> None:
    searcher = Searcher(many, ClusteredEmbedder())
    filling = asyncio.create_task(_fill(many, ClusteredEmbedder("large", dimensions=128)))
    while not filling.done():
        assert (await searcher.search("zebra 7")).hits[0].voices["vector"].rank == 1
    assert await filling == len(nodes)
    assert (await searcher.search("zebra 7")).hits[0].voices["vector"].rank == 1


async def test_vectors_of_another_length_stay_outside_the_index(many: Database) -> None:
    await many.execute(
        "update embedding set vector = '[1,2,3]' where text_hash = (select min(text_hash) from embedding)"
    )
    assert len(await _near(many, 5)) == NEAREST


async def test_few_vectors_have_no_index(database: Database, nodes: list[Node]) -> None:
    refresher = Refresher(database, ClusteredEmbedder())
    await refresher.refresh(FakeSource(nodes))
    await refresher.fill_vectors()
    assert await database.fetch(INDEXES) == []


@pytest.mark.parametrize("indexed_from", [1, 1_000])
async def test_the_nearest_of_a_nodes_columns_speaks_for_it(database: Database, indexed_from: int) -> None:
    columns = [[f"c {number}", f"c {number + 40}"] for number in range(10)]
    nodes = [model(f"t {number}", columns=names, layer="mart") for number, names in enumerate(columns, 100)]
    await Refresher(database, ClusteredEmbedder()).refresh(FakeSource(nodes))
    await database.execute(
        "insert into passage (node_id, column_name, text, text_hash) "
        "select node_id, name, name, decode(md5(name), 'hex') from node_column"
    )
    await fill_vectors(database, ClusteredEmbedder(), lambda *_: None, indexed_from=indexed_from)
    hits = (await Searcher(database, ClusteredEmbedder()).search("zebra 44")).hits
    lifted = {hit.voices["column_vector"].rank: hit for hit in hits if "column_vector" in hit.voices}
    assert (lifted[1].name, lifted[1].column) == ("t 104", "c 44")
    assert sorted(lifted) == list(range(1, 11))
