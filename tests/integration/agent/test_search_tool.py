"""The tool `search_catalog`: what it keeps to, and what it says of values that nobody has."""

from typing import Any, cast

import pytest

from agent.direct.phrasebook import load_phrasebook
from agent.direct.wordbook import load_wordbook
from agent.library import Library
from agent.recall import read_question, recall
from agent.state import State
from agent.tools.search_catalog import TOOL
from agent.tools.tool import Reach
from knowledge import Catalog, Database, OfflineEmbedder, Searcher
from tests.integration.agent.asking import NOW


@pytest.fixture
async def reach(sample_database: Database, embedder: OfflineEmbedder) -> Reach:
    catalog = Catalog(sample_database)
    library = Library(catalog=catalog, searcher=Searcher(sample_database, embedder), now=lambda: NOW)
    return Reach(library=library, names=await catalog.names())


async def _search(reach: Reach, **arguments: Any) -> str:
    return await TOOL.run(TOOL.arguments.model_validate(arguments), reach)


@pytest.mark.parametrize(
    ("filters", "there", "absent"),
    [
        ({"tags": ["board"]}, "mrr_monthly", "mrr_movements"),
        ({"layers": ["intermediate"]}, "int_subscription_months", "mrr_monthly"),
        ({"schemas": ["staging"]}, "stg_subscription_changes", "mrr_monthly"),
        ({"owners": ["Marijke de Wit"]}, "mrr_movements", "subscription_churn_rate"),
        ({"owners": ["finance"], "layers": ["mart"]}, "mrr_movements", "int_subscription_months"),
        ({"kinds": ["metric"]}, "subscription_churn_rate", "mrr_movements"),
        ({"projects": ["lanternfish"], "packages": ["Lanternfish"]}, "mrr_movements", "There are"),
    ],
)
async def test_only_what_the_filters_let_through_is_found(
    reach: Reach, filters: dict[str, Any], there: str, absent: str
) -> None:
    text = await _search(reach, query="subscription revenue and churn", **filters)
    assert f"- {there} (" in text
    assert absent not in text


async def test_a_value_that_nobody_has_is_answered_with_the_nearest(reach: Reach) -> None:
    text = await _search(reach, query="revenue", tags=["bord"])
    assert text == "No tag `bord`; did you mean `board`?\nNothing in the catalog matches."


async def test_beside_a_value_that_exists_an_unknown_one_is_named_before_the_results(reach: Reach) -> None:
    first, *rest = (await _search(reach, query="revenue", tags=["bord", "core"])).split("\n")
    assert first == "No tag `bord`; did you mean `board`?"
    assert rest[0].startswith("- ")


async def test_empty_values_filter_nothing(reach: Reach) -> None:
    assert await _search(reach, query="revenue", tags=["", " "], kinds=[]) == await _search(reach, query="revenue")


async def test_a_layer_that_a_question_of_choice_asks_for_comes_first(reach: Reach) -> None:
    text = "which mart should i use for churn?"
    readings = read_question(text, load_phrasebook(), load_wordbook())
    recalled = await recall(text, cast("State", {}), reach.names, readings, reach.library)
    assert "mart, as the question says" in next(iter(recalled.hits.values())).priors
