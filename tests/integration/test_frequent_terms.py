"""Words that stand in very many nodes: counted when the catalog is written, and read no further than they tell."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from knowledge.database import Database
from knowledge.errors import Unavailable
from knowledge.refresh import Refresher
from knowledge.search import Searcher
from tests.fakes.artifacts import FakeSource, model

MANY = 1_300


class NoEmbedder:
    model = "none"

    async def embed(self, texts: Sequence[str]) -> Any:
        raise Unavailable("no endpoint")


@pytest.fixture
async def source(database: Database) -> FakeSource:
    """All of its nodes are of the shop; how much that says differs, and words of the other kind differ as well."""
    lengths = np.random.default_rng(0).integers(1, 30, MANY)
    texts = [
        f"Orders of the shop {'and so on ' * int(length)}{'refund ' * (n % 3)}" for n, length in enumerate(lengths)
    ]
    nodes = [model(f"m{n}", f"{text} warehouse{n % 40}", layer="mart") for n, text in enumerate(texts)]
    source = FakeSource(nodes)
    await Refresher(database, NoEmbedder()).refresh(source)
    return source


async def _counted(database: Database) -> dict[str, int]:
    return {row["term"]: row["nodes"] for row in await database.fetch("select term, nodes from frequent_term")}


async def test_frequent_terms_are_counted_with_every_change(database: Database, source: FakeSource) -> None:
    counted = await _counted(database)
    exact = await database.fetch("select term, count(*) as nodes from posting group by term having count(*) > 1000")
    assert counted == {row["term"]: row["nodes"] for row in exact}
    assert counted["shop"] == MANY
    assert "warehouse7" not in counted
    source.nodes, source.minutes = source.nodes[:1_100], 1
    await Refresher(database, NoEmbedder()).refresh(source)
    assert (await _counted(database))["shop"] == 1_100
    source.nodes, source.minutes = source.nodes[:900], 2
    await Refresher(database, NoEmbedder()).refresh(source)
    assert await _counted(database) == {}


@pytest.mark.usefixtures("source")
@pytest.mark.parametrize("query", ["orders of the shop", "shop refund", "orders warehouse7 refund", "warehouse7"])
async def test_the_best_by_frequent_words_are_those_that_looking_at_all_finds(database: Database, query: str) -> None:
    searcher = Searcher(database, NoEmbedder())
    ranks: list[dict[str, int]] = []
    for looked_at in (10, MANY):
        hits = (await searcher.search(query, limit=looked_at)).hits
        ranks.append({hit.name: hit.voices["text"].rank for hit in hits[:10]})
    assert ranks[0] == ranks[1]
