"""Search finds by abbreviations and past slips of the pen, and leaves right words and strange ones alone."""

from dataclasses import replace
from typing import Any

import pytest

from knowledge.database import Database
from knowledge.embedding import OfflineEmbedder
from knowledge.found import Found
from knowledge.refresh import Refresher
from knowledge.search import Searcher
from knowledge.values import Column, Node
from tests.fakes.artifacts import FakeSource, model

NODES: list[Node] = [
    model("fct_orders", "One row per purchase.", columns=["order_id", "placed_at"], layer="mart"),
    model("customer_amount", "What each buyer paid.", columns=["buyer", "paid"], layer="mart"),
    model("emp_dept", "Who works where.", columns=["person", "room"], layer="mart"),
    model("buyers", "One row per buyer.", columns=["buyer", "lifetime_value"], layer="mart"),
    model("plans", "What is sold each month.", columns=["plan", "mrr"], layer="mart"),
    model("stock_levels", "Pallets that lie in each warehouse.", columns=["place"], layer="mart"),
    model("pet_cat", "Animals of the shelter.", columns=["cat", Column(name="chip", description="Of the cat.")]),
    model("shelves", "Where things lie.", columns=["product_cat", "shelf_no"], layer="mart"),
    model("genres", "The category of each book.", columns=["genre"], layer="mart"),
    model("web_sessions", "One row per visit.", columns=["session_id", "browser"], layer="mart"),
]


@pytest.fixture(scope="session")
def embedder() -> OfflineEmbedder:
    return OfflineEmbedder()


@pytest.fixture
async def searcher(database: Database, embedder: OfflineEmbedder) -> Searcher:
    """By words alone: what vectors find besides would hide what is tested here."""
    await Refresher(database, embedder).refresh(FakeSource(NODES))
    return Searcher(database, embedder)


async def _search(searcher: Searcher, query: str, **options: Any) -> tuple[list[str], Found]:
    found = await searcher.search(query, **options)
    return [hit.name for hit in found.hits], found


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("cust amt", "customer_amount"),
        ("cust_amt", "customer_amount"),
        ("custs with their amts", "customer_amount"),
        ("employees of a department", "emp_dept"),
        ("employee_department", "emp_dept"),
        ("ltv by plan of buyers", "buyers"),
        ("ltv", "buyers"),
        ("monthly recurring revenue", "plans"),
    ],
)
async def test_abbreviations_and_their_words_find_each_other(searcher: Searcher, query: str, name: str) -> None:
    names, found = await _search(searcher, query)
    assert (names[0], found.corrected) == (name, {})


@pytest.mark.parametrize(
    ("query", "voice", "matched"),
    [
        ("customer amount", "name", "customer_amount"),
        ("cust amt", "name", "customer_amount"),
        ("lifetime value", "column", "lifetime_value"),
        ("ltv", "column", "lifetime_value"),
        ("monthly recurring revenue", "column", "mrr"),
        ("the number of a shelf: shelf number", "column", "shelf_no"),
        ("product category", "column", "product_cat"),
        ("custmer amounnt", "name", "customer_amount"),
        ("liftime value", "column", "lifetime_value"),
    ],
)
async def test_names_are_recognised_however_they_are_spelt(
    searcher: Searcher, query: str, voice: str, matched: str
) -> None:
    _, found = await _search(searcher, query)
    assert found.hits[0].voices[voice].matched == matched


@pytest.mark.parametrize(
    ("query", "name", "corrected"),
    [
        ("fct_ordrs", "fct_orders", {"ordrs": "orders"}),
        ("which ordrs are there", "fct_orders", {"ordrs": "orders"}),
        ("what is the lifteime value", "buyers", {"lifteime": "lifetime"}),
        ("wharehouse", "stock_levels", {"wharehouse": "warehouse"}),
        ("custmoer paid", "customer_amount", {"custmoer": "customer"}),
        ("visits by browsr", "web_sessions", {"browsr": "browser"}),
        ("SELECT * FROM fct_odrers", "fct_orders", {"odrers": "orders"}),
    ],
)
async def test_a_slip_is_read_as_what_was_meant(
    searcher: Searcher, query: str, name: str, corrected: dict[str, str]
) -> None:
    names, found = await _search(searcher, query)
    assert (names[0], found.corrected) == (name, corrected)


async def test_a_name_with_a_slip_counts_as_if_it_were_written_right(searcher: Searcher) -> None:
    [slip, right] = [(await _search(searcher, query))[1].hits[0] for query in ("fct_ordrs", "fct_orders")]
    assert (slip.unique_id, slip.voices["name"]) == (right.unique_id, right.voices["name"])


async def test_the_vector_is_that_of_what_was_meant(searcher: Searcher, database: Database) -> None:
    await Refresher(database, OfflineEmbedder()).fill_vectors()
    [slip, right] = [(await _search(searcher, query))[1] for query in ("wharehouse", "warehouse")]
    assert [hit.voices.get("vector") for hit in slip.hits] == [hit.voices.get("vector") for hit in right.hits]


@pytest.mark.parametrize(
    "query",
    [
        "orders of a customer by warehouse",
        "ordering customers",
        "Zyxtrophobia",
        "how many sessions did Browsr have",
        "sessions where browser = 'ordrs'",
        "orders of place",
        "border patrol of letters",
        "order1d ordr5",
        "cust amt txn no",
    ],
)
async def test_right_words_names_values_and_numbers_are_not_corrected(searcher: Searcher, query: str) -> None:
    assert (await _search(searcher, query))[1].corrected == {}


async def test_a_word_that_is_near_nothing_finds_nothing(searcher: Searcher) -> None:
    found = await searcher.search("zyxtrophobia")
    assert await _search(searcher, "Zyxtrophobia") == ([], replace(found, unheard=("Zyxtrophobia",)))


async def test_a_cat_is_no_category_where_it_is_one(searcher: Searcher) -> None:
    assert (await _search(searcher, "category"))[0] == ["genres"]
    names, _ = await _search(searcher, "names of a cat")
    assert names[0] == "pet_cat"
    assert "genres" not in names


async def test_words_of_the_newest_definitions_are_known(searcher: Searcher, database: Database) -> None:
    assert (await _search(searcher, "fct_invocies"))[1].corrected == {}
    newer = [*NODES, model("fct_invoices", "One row per bill.", layer="mart")]
    await Refresher(database, OfflineEmbedder()).refresh(FakeSource(newer, minutes=1))
    await _search(searcher, "orders")
    names, found = await _search(searcher, "fct_invocies")
    assert (names[0], found.corrected) == ("fct_invoices", {"invocies": "invoices"})
