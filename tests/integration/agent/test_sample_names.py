"""Who writes a name finds what is called so: every name of the sample project, alone, in a sentence, with a column."""

from collections.abc import Iterator

import pytest

from knowledge import Catalog, Database, Found, Node, OfflineEmbedder, Searcher
from knowledge.words import key_of


@pytest.fixture
async def searcher(sample_database: Database, embedder: OfflineEmbedder) -> Searcher:
    return Searcher(sample_database, embedder)


@pytest.fixture
async def nodes(sample_database: Database) -> list[Node]:
    rows = await sample_database.fetch("select unique_id from node order by unique_id")
    return list(await Catalog(sample_database).nodes([row["unique_id"] for row in rows]))


def _first(found: Found) -> str:
    return found.hits[0].name if found.hits and not found.is_nothing else "nothing"


async def test_every_name_finds_its_node_first(searcher: Searcher, nodes: list[Node]) -> None:
    for node in nodes:
        for text in (node.name, f"what is in {node.name}?", f"Which columns does {node.name} have, and why?"):
            assert _first(await searcher.search(text, limit=1)) == node.name, text


async def test_every_name_with_what_it_belongs_to_finds_that_very_node_first(
    searcher: Searcher, nodes: list[Node]
) -> None:
    for node in nodes:
        parts = (node.relation or "").replace('"', "").split(".")
        relations = {".".join(parts[-size:]) for size in (2, 3) if len(parts) >= size}
        for text in (node.unique_id, *relations):
            found = await searcher.search(text, limit=1)
            assert (found.hits[0].unique_id, found.is_nothing) == (node.unique_id, False), text


async def test_every_column_behind_its_node_finds_that_node_first_and_names_the_column(
    searcher: Searcher, nodes: list[Node]
) -> None:
    for node, column in _columns(nodes):
        text = f"what does {node.name}.{column} mean"
        [hit] = (await searcher.search(text, limit=1)).hits
        assert (hit.name, key_of(hit.column or "")) == (node.name, key_of(column)), text


def _columns(nodes: list[Node]) -> Iterator[tuple[Node, str]]:
    """Some of each node's: a search takes its time."""
    yield from ((node, column.name) for node in nodes for column in node.columns[::6])
