"""Search finds the nodes a question is about: by description, column, name and meaning."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from knowledge.catalog import Catalog
from knowledge.database import Database
from knowledge.embedding import OfflineEmbedder
from knowledge.errors import Unavailable
from knowledge.found import Filters, Hit
from knowledge.refresh import Refresher
from knowledge.search import Searcher
from knowledge.values import Column, Node
from tests.fakes.artifacts import FakeSource, model, other, source_table

NODES: list[Node] = [
    model(
        "fct_orders",
        "One row per purchase, with what was paid.",
        columns=["order_id", "customer_id", Column(name="is_gift", description="Wrapped as a present.")],
        layer="mart",
    ),
    model("stg_orders", "Purchases as the shop records them.", columns=["order_id", "customer_id"], layer="staging"),
    model("dim_customers", "One row per buyer.", columns=["customer_id", "lifetime_value"], layer="mart"),
    model("fct_subscriptions", "Recurring revenue per month and plan.", columns=["plan", "mrr_usd"], layer="mart"),
    model("stock_levels", "How many items lie in each warehouse.", columns=["warehouse_id"], layer="mart"),
    source_table("erp", "orders", "Raw purchases.", columns=["id"]),
    other("metric", "revenue", "What customers paid.", label="Net revenue", expression="sum(amount)"),
    other("exposure", "weekly_board", "Figures for the board.", label="Weekly Board"),
    model("elementary_orders", "One row per purchase, with what was paid.", package="elementary", layer="mart"),
]


class DownEmbedder:
    model = "granite-embedding-30m-english"

    async def embed(self, texts: Sequence[str]) -> Any:
        raise Unavailable("no endpoint")


@pytest.fixture(scope="session")
def embedder() -> OfflineEmbedder:
    return OfflineEmbedder()


@pytest.fixture
async def searcher(database: Database, embedder: OfflineEmbedder) -> Searcher:
    refresher = Refresher(database, embedder)
    await refresher.refresh(FakeSource(NODES))
    await refresher.fill_vectors()
    return Searcher(database, embedder)


async def _hits(searcher: Searcher, query: str, **options: Any) -> list[Hit]:
    return list((await searcher.search(query, **options)).hits)


def _names(hits: list[Hit]) -> list[str]:
    return [hit.name for hit in hits]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("how many items are in a warehouse", "stock_levels"),
        ("recurring revenues by plan", "fct_subscriptions"),
        ("inventory in our depots", "stock_levels"),
        ("fct_orders", "fct_orders"),
        ("stg_orders", "stg_orders"),
        ("what does stg_orders hold, and is it what the fct tables of purchases are built from?", "stg_orders"),
        ("lifetime value", "dim_customers"),
        ("weekly board", "weekly_board"),
        ("erp.orders", "orders"),
        ("`fct_orders`.is_gift", "fct_orders"),
    ],
)
async def test_the_node_that_is_meant_comes_first(searcher: Searcher, query: str, name: str) -> None:
    assert _names(await _hits(searcher, query))[0] == name


async def test_a_node_that_a_column_lifted_names_it(searcher: Searcher) -> None:
    [first, *_] = await _hits(searcher, "which table has mrr_usd?")
    assert (first.name, first.column) == ("fct_subscriptions", "mrr_usd")
    assert first.voices["column"].rank == 1
    assert (await _hits(searcher, "what is the plan"))[0].column == "plan"
    assert [hit.column for hit in await _hits(searcher, "purchases", limit=3)] == [None] * 3


async def test_marts_come_before_what_feeds_them_and_packages_after(searcher: Searcher) -> None:
    found = _names(await _hits(searcher, "purchases and what was paid for them"))
    assert found.index("fct_orders") < found.index("elementary_orders")
    assert found.index("fct_orders") < found.index("stg_orders") < found.index("orders")


async def test_only_nodes_of_the_kinds_asked_for_are_found(searcher: Searcher) -> None:
    assert {hit.kind for hit in await _hits(searcher, "orders", only=Filters(kinds=("source",)))} == {"source"}
    assert {
        hit.kind
        for hit in await _hits(
            searcher,
            "orders revenue",
            only=Filters(
                kinds=(
                    "metric",
                    "exposure",
                )
            ),
        )
    } == {
        "metric",
        "exposure",
    }
    assert await _hits(searcher, "orders", only=Filters(kinds=("seed",))) == []


async def test_a_node_of_the_kind_asked_for_is_found_behind_any_number_of_others(
    database: Database, embedder: OfflineEmbedder
) -> None:
    nodes = [model(f"orders_{n}", "Orders of the shop.", layer="mart") for n in range(60)]
    refresher = Refresher(database, embedder)
    await refresher.refresh(FakeSource([*nodes, source_table("erp", "o", "Not quite nothing but orders, at last.")]))
    await refresher.fill_vectors()
    [hit] = await _hits(Searcher(database, embedder), "orders of the shop", only=Filters(kinds=("source",)))
    assert {voice: part.rank for voice, part in hit.voices.items()} == {"text": 1, "vector": 1}


async def test_hits_are_best_first_one_a_node_and_no_more_than_asked_for(searcher: Searcher) -> None:
    hits = await _hits(searcher, "orders of customers", limit=4)
    assert len(hits) == 4
    assert len({hit.unique_id for hit in hits}) == 4
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(await _hits(searcher, "orders", limit=100)) == len(NODES)


async def test_the_same_question_has_the_same_answer(searcher: Searcher) -> None:
    answers = await asyncio.gather(*(_hits(searcher, "orders of customers") for _ in range(8)))
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize("query", ["", "  \n\t ", "😀🎉", "?!…", "\x00", "--", "''"])
async def test_a_query_without_words_finds_nothing(searcher: Searcher, query: str) -> None:
    assert await _hits(searcher, query) == []


@pytest.mark.parametrize(
    "query",
    [
        "the of and",
        "orders\x00; drop table node",
        "'; drop table node; -- ",
        "select * from orders where 1=1 and '' = '' %s %(words)s {}",
        "orders & ! | ( ) : * <-> \\",
        "Combien de commandes par client\u00a0?",
        "注文はどこですか",
        "wo sind die Bestellungen größer als 5 €",
        "orders \ud800 and \udfff",
        "x" * 15_000,
        "where are the orders " * 750,
        " ".join(f"word{n}" for n in range(3_000)),
        "_" * 5_000 + " orders",
        "a.b.c." * 2_000,
    ],
)
async def test_any_text_is_a_query(searcher: Searcher, query: str) -> None:
    await _hits(searcher, query)


async def test_what_is_asked_after_a_long_paste_is_found(searcher: Searcher) -> None:
    log = "INFO nothing of interest happened here\n" * 400
    [first, *_] = await _hits(searcher, log + "where is fct_subscriptions?")
    assert (first.name, first.voices["name"].rank) == ("fct_subscriptions", 1)


async def test_an_empty_catalog_has_no_hits(database: Database, embedder: OfflineEmbedder) -> None:
    assert await _hits(Searcher(database, embedder), "orders") == []


async def test_without_vectors_the_words_and_names_still_find(database: Database, embedder: OfflineEmbedder) -> None:
    await Refresher(database, embedder).refresh(FakeSource(NODES))
    hits = await _hits(Searcher(database, embedder), "recurring, per plan")
    assert hits[0].name == "fct_subscriptions"
    assert "vector" not in hits[0].voices


async def test_while_the_embedder_is_down_the_other_voices_speak(searcher: Searcher, database: Database) -> None:
    hits = await _hits(Searcher(database, DownEmbedder()), "recurring, per plan")
    assert hits[0].name == "fct_subscriptions"
    assert not any("vector" in hit.voices for hit in hits)


async def test_vectors_of_another_length_under_the_same_name_are_left_out(
    searcher: Searcher, database: Database
) -> None:
    query = "update embedding set vector = '[1,2,3]' where text_hash = (select min(text_hash) from passage)"
    assert await database.execute(query) == 1
    assert "fct_subscriptions" in _names(await _hits(searcher, "recurring revenue", limit=2))


async def test_an_older_version_follows_the_latest_and_is_found_when_asked_for(
    database: Database, embedder: OfflineEmbedder
) -> None:
    facts: dict[str, Any] = {"latest_version": "3", "layer": "mart"}
    versions = [
        model("orders", "One row per order.", version="1", deprecated_on=date(2020, 1, 1), **facts),
        model("orders", "One row per order and the first try at it.", version="2", **facts),
        model("orders", "Anew.", version="3", **facts),
        model("customers", "One row per customer who has an order.", layer="mart"),
    ]
    refresher = Refresher(database, embedder)
    await refresher.refresh(FakeSource(versions))
    await refresher.fill_vectors()
    searcher = Searcher(database, embedder)
    ids = [hit.unique_id.removeprefix("model.shop.") for hit in await _hits(searcher, "one row per order")]
    assert ids.index("orders.v2") == ids.index("orders.v3") + 1
    assert ids.index("orders.v1") > ids.index("orders.v2")
    for asked in ("orders_v1", "what is orders.v1?"):
        assert (await _hits(searcher, asked))[0].unique_id == "model.shop.orders.v1"


async def test_a_word_that_stands_in_few_nodes_counts_more_than_one_in_all(
    database: Database, embedder: OfflineEmbedder
) -> None:
    nodes = [model(f"daily_report_{n}", "A daily report of the shop.", layer="mart") for n in range(30)]
    rare = model("churn", "A report of who left.", layer="mart")
    await Refresher(database, embedder).refresh(FakeSource([*nodes, rare]))
    assert (await _hits(Searcher(database, embedder), "daily report of who left the shop"))[0].name == "churn"


async def test_two_environments_of_a_project_give_one_hit_a_node(database: Database, embedder: OfflineEmbedder) -> None:
    await Refresher(database, embedder).refresh(FakeSource(NODES), FakeSource(NODES, environment="staging", minutes=1))
    hits = await _hits(Searcher(database, embedder), "orders", limit=50)
    assert len({hit.unique_id for hit in hits}) == len(hits)


async def test_what_left_the_catalog_is_found_no_more(searcher: Searcher, database: Database) -> None:
    await Refresher(database, OfflineEmbedder()).refresh(FakeSource(NODES[1:], minutes=1))
    assert "fct_orders" not in _names(await _hits(searcher, "fct_orders", limit=50))
    assert await Catalog(database).nodes(["model.shop.fct_orders"]) == []
