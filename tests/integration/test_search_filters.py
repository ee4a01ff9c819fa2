"""A search keeps to what it is told to, by filters or in plain words, and says so."""

import asyncio
from typing import Any

import pytest

from knowledge.database import Database
from knowledge.embedding import OfflineEmbedder
from knowledge.found import Filters, Found
from knowledge.refresh import Refresher
from knowledge.search import Searcher
from knowledge.values import Owner
from tests.fakes.artifacts import FakeSource, model, other, source_table

RUIZ = Owner(name="Ana Ruiz", email="ana@shop.example")
NODES = [
    model(
        "orders", "One row per order.", layer="mart", database="dw", schema="prod_finance", tags=("Finance", "daily")
    ),
    model("order_items", "The items of an order.", layer="mart", schema="prod_sales", group="sales", owner=RUIZ),
    model("stg_orders", "Orders, cleaned.", layer="staging", schema="staging", tags=("daily",), owner=RUIZ),
    source_table("erp", "orders", "Orders as they come.", schema="raw_erp"),
    other("metric", "order_count", "How many orders.", tags=("finance",)),
    other("exposure", "order_board", "The orders dashboard.", owner=Owner(name="Joris (Sales)")),
    model("order_tests", "What tests of orders found.", package="elementary", layer="mart", schema="elementary"),
]
BAKERY = [model("orders", "Orders of bread.", layer="mart", package="bakery", unique_id="model.bakery.orders")]


@pytest.fixture(scope="session")
def embedder() -> OfflineEmbedder:
    return OfflineEmbedder()


@pytest.fixture
async def searcher(database: Database, embedder: OfflineEmbedder) -> Searcher:
    refresher = Refresher(database, embedder)
    await refresher.refresh(FakeSource(NODES), FakeSource(BAKERY, name="bakery"))
    await refresher.fill_vectors()
    return Searcher(database, embedder)


def _ids(found: Found) -> set[str]:
    return {hit.unique_id for hit in found.hits}


def _names(found: Found) -> set[str]:
    return {unique_id.removeprefix("model.shop.") for unique_id in _ids(found)}


@pytest.mark.parametrize(
    ("only", "names"),
    [
        (Filters(kinds=("metric",)), {"metric.shop.order_count"}),
        (Filters(layers=("staging",)), {"stg_orders"}),
        (Filters(tags=("FINANCE",)), {"orders", "metric.shop.order_count"}),
        (Filters(tags=("finance",), kinds=("model",)), {"orders"}),
        (Filters(schemas=("prod_finance",)), {"orders"}),
        (Filters(schemas=("DW.prod_finance", "staging")), {"orders", "stg_orders"}),
        (Filters(owners=("ana ruiz",)), {"order_items", "stg_orders"}),
        (Filters(owners=("Ana@shop.example",), layers=("mart",)), {"order_items"}),
        (Filters(owners=("sales",)), {"order_items", "exposure.shop.order_board"}),
        (Filters(owners=("joris",)), {"exposure.shop.order_board"}),
        (Filters(projects=("bakery",)), {"model.bakery.orders"}),
        (Filters(packages=("elementary",)), {"order_tests"}),
        (Filters(packages=("shop",), tags=("daily",), layers=("mart",)), {"orders"}),
        (Filters(tags=("daily",), owners=("joris",)), set[str]()),
        (Filters(kinds=("seed",)), set[str]()),
    ],
)
async def test_of_one_filter_any_value_may_match_and_of_several_filters_all_must(
    searcher: Searcher, only: Filters, names: set[str]
) -> None:
    found = await searcher.search("orders", only=only)
    assert (_names(found), found.unknown) == (names, ())


async def test_every_voice_keeps_to_the_filter(searcher: Searcher) -> None:
    found = await searcher.search("stg_orders order count of orders", only=Filters(tags=("finance",)))
    assert _names(found) == {"orders", "metric.shop.order_count"}
    assert {voice for hit in found.hits for voice in hit.voices} == {"text", "vector", "name"}


async def test_a_value_that_nothing_has_finds_nothing_and_is_told(searcher: Searcher) -> None:
    found = await searcher.search("orders", only=Filters(tags=("finanse",)))
    assert found.hits == ()
    assert [each.sentence for each in found.unknown] == ["No tag `finanse`; did you mean `Finance` or `finance`?"]


async def test_beside_a_value_that_exists_an_unknown_one_costs_nothing_but_is_told(searcher: Searcher) -> None:
    found = await searcher.search("orders", only=Filters(tags=("dayly", "daily")))
    assert _names(found) == {"orders", "stg_orders"}
    assert [each.said for each in found.unknown] == ["dayly"]


@pytest.mark.parametrize(
    ("query", "names", "only"),
    [
        ("orders models tagged finance", {"orders", "metric.shop.order_count"}, {"tags": ("Finance", "finance")}),
        ("metrics about orders", {"metric.shop.order_count"}, {"kinds": ("metric",)}),
        ("Ana Ruiz's models about orders", {"order_items", "stg_orders"}, {"owners": ("Ana Ruiz",)}),
        ("only staging models about orders", {"stg_orders"}, {"layers": ("staging",)}),
        ("orders in the finance schema", {"orders"}, {"schemas": ("prod_finance",)}),
        ("orders from the elementary package", {"order_tests"}, {"packages": ("elementary",)}),
        ("orders in project bakery", {"model.bakery.orders"}, {"projects": ("bakery",)}),
    ],
)
async def test_plain_words_keep_a_search_to_what_they_say(
    searcher: Searcher, query: str, names: set[str], only: dict[str, Any]
) -> None:
    found = await searcher.search(query)
    assert (_names(found), found.only) == (names, Filters(**only))


async def test_what_nothing_satisfies_in_plain_words_is_no_filter(searcher: Searcher) -> None:
    found = await searcher.search("metrics owned by Ana Ruiz about orders")
    assert (found.only, found.hits != ()) == (Filters(), True)


async def test_a_layer_that_is_spoken_of_comes_first_and_nothing_is_left_out(searcher: Searcher) -> None:
    plain, staging = await searcher.search("orders"), await searcher.search("staging models for orders")
    assert plain.hits[0].name == "orders"
    assert staging.hits[0].name == "stg_orders"
    assert staging.hits[0].priors["staging, as the question says"] == 2.0
    assert "staging" not in staging.hits[0].priors
    assert _ids(staging) == _ids(plain)


async def test_a_tag_that_is_mentioned_lifts_what_has_it(searcher: Searcher) -> None:
    found = await searcher.search("a finance table about orders")
    assert (found.hits[0].name, found.likes.tags) == ("orders", ("Finance", "finance"))
    assert found.hits[0].priors["tag Finance, as the question says"] == 1.2


async def test_packages_stay_in_the_background_unless_they_are_named(searcher: Searcher) -> None:
    async def priors(query: str, **options: Any) -> dict[str, float]:
        hits = (await searcher.search(query, **options)).hits
        return dict(next(hit.priors for hit in hits if hit.name == "order_tests"))

    assert (await priors("tests of orders"))["package"] == 0.8
    assert "package" not in await priors("elementary tests of orders")
    assert "package" not in await priors("tests of orders", only=Filters(packages=("elementary",)))


async def test_what_a_caller_likes_counts_like_a_word_of_the_question(searcher: Searcher) -> None:
    found = await searcher.search("cleaned orders", likes=Filters(layers=("staging",)))
    assert found.hits[0].name == "stg_orders"
    assert found.hits[0].priors["staging, as the question says"] == 2.0


async def test_the_words_of_a_filter_are_not_searched(searcher: Searcher) -> None:
    found = await searcher.search("orders tagged daily")
    assert all(part.matched != "daily" for hit in found.hits for part in hit.voices.values())
    assert found.hits[0].voices["name"].matched == "orders"


async def test_a_refresh_that_brings_a_tag_brings_its_filter(
    searcher: Searcher, database: Database, embedder: OfflineEmbedder
) -> None:
    only = Filters(tags=("board",))
    assert (await searcher.search("orders", only=only)).unknown
    nodes = [model("orders", "One row per order.", layer="mart", tags=("Board",))]
    await Refresher(database, embedder).refresh(FakeSource(nodes, minutes=1), accept_shrink=True)
    assert _names(await searcher.search("orders", only=only)) == {"orders"}
    assert (await searcher.search("orders models tagged board")).only == Filters(tags=("Board",))
    gone = await searcher.search("orders", only=Filters(tags=("daily",)))
    assert (gone.hits, [each.said for each in gone.unknown]) == ((), ["daily"])


async def test_searches_at_once_on_a_new_process_agree(searcher: Searcher) -> None:
    found = await asyncio.gather(*(searcher.search("orders models tagged finance") for _ in range(6)))
    assert all(each == found[0] for each in found)
    assert found[0].only.tags


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("list all dashboards", {"exposure.shop.order_board"}),
        ("metrics", {"metric.shop.order_count"}),
        ("all sources", {"source.shop.erp.orders"}),
        ("everything tagged finance", {"orders", "metric.shop.order_count"}),
        ("Ana Ruiz's models", {"order_items", "stg_orders"}),
    ],
)
async def test_what_is_nothing_but_a_filter_lists_all_that_it_keeps(
    searcher: Searcher, query: str, names: set[str]
) -> None:
    found = await searcher.search(query)
    assert (_names(found), found.is_nothing, found.unheard) == (names, False, ())
    assert {voice for hit in found.hits for voice in hit.voices} <= {"listed", "described"}


async def test_a_listing_needs_no_vectors_and_keeps_to_the_order_of_priors(database: Database) -> None:
    nodes = [
        model("bare", layer="mart"),
        model("told", "What is told.", layer="mart"),
        model("stg_told", "What comes.", layer="staging"),
        *(model(f"more_{number}", layer="mart", depends_on=("model.shop.told",)) for number in range(60)),
    ]
    await Refresher(database, OfflineEmbedder()).refresh(FakeSource(nodes))
    found = await Searcher(database, OfflineEmbedder()).search("list all models", limit=100)
    assert len(found.hits) == 63
    assert (found.hits[0].name, found.hits[-1].name) == ("told", "stg_told")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("daily models", {"orders", "stg_orders"}),
        ("ana@shop.example", {"order_items", "stg_orders"}),
        ("elementary", {"order_tests"}),
    ],
)
async def test_what_only_mentions_something_finds_all_that_has_it_and_is_never_nothing(
    searcher: Searcher, query: str, names: set[str]
) -> None:
    found = await searcher.search(query, limit=len(names))
    assert (_names(found), found.is_nothing) == (names, False)


async def test_raw_something_is_the_raw_layer_only_where_that_has_such_a_table(searcher: Searcher) -> None:
    assert (await searcher.search("raw orders")).likes == Filters(layers=("raw",))
    assert (await searcher.search("raw milk")).likes == Filters()


async def test_a_question_about_what_no_node_mentions_says_which_words(searcher: Searcher) -> None:
    assert (await searcher.search("zodiac sign per order")).unheard == ("zodiac sign",)
    assert (await searcher.search("Zodiac of who ordered, tagged finance")).unheard == ("Zodiac",)
    assert (await searcher.search("orders of the day")).unheard == ()
