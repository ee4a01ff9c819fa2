"""What a question says in plain words about where to look: firmly, in passing, or not at all."""

from dataclasses import asdict
from typing import Any

import pytest

from knowledge.facets import Facets
from knowledge.found import Filters
from knowledge.hints import Hints, read_hints

FACETS = Facets(
    kinds=["model", "source", "seed", "snapshot", "exposure", "metric", "semantic_model", "saved_query"],
    layers=["mart", "intermediate", "staging", "raw", "other"],
    tags=["finance", "daily", "Core", "pii", "staging", "net revenue"],
    schemas=["prod_finance", "analytics", "warehouse.analytics", "raw_shop"],
    owners=["Ana Ruiz", "ana@shop.example", "growth", "customer_care", "Nadia Berrada (Customer care)", "Data team"],
    projects=["jaffle_shop", "other_shop"],
    packages=["jaffle_shop", "dbt_utils", "elementary"],
    upstream={"raw": ["orders", "raw_shop_orders", "payments"], "staging": ["stg_shop_orders"]},
)


def _said(filters: Filters) -> dict[str, Any]:
    return {field: list(values) for field, values in asdict(filters).items() if values}


def _read(text: str, given: Filters = Filters()) -> Hints:  # noqa: B008
    return read_hints(text, FACETS, given)


@pytest.mark.parametrize(
    ("text", "only", "rest"),
    [
        ("models tagged finance about revenue", {"tags": ["finance"]}, "models about revenue"),
        ("models tagged as `Finance` about revenue", {"tags": ["finance"]}, "models ` about revenue"),
        ("models for refunds with the tag core", {"tags": ["Core"]}, "models for refunds"),
        ("models for refunds with the core tag", {"tags": ["Core"]}, "models for refunds"),
        ("tables tagged pii, core and daily about buyers", {"tags": ["pii", "Core", "daily"]}, "tables about buyers"),
        ("tables tagged net revenue", {"tags": ["net revenue"]}, "tables"),
        ("tag:finance refunds", {"tags": ["finance"]}, "refunds"),
        ("refunds in schema raw_shop", {"schemas": ["raw_shop"]}, "refunds"),
        ("refunds from the analytics schema", {"schemas": ["analytics"]}, "refunds"),
        ("refunds in warehouse.analytics schema", {"schemas": ["warehouse.analytics"]}, "refunds"),
        ("refunds in the finance schema", {"schemas": ["prod_finance"]}, "refunds"),
        ("models owned by the growth team about churn", {"owners": ["growth"]}, "models about churn"),
        ("models that are owned by growth and Ana Ruiz", {"owners": ["growth", "Ana Ruiz"]}, "models that are"),
        ("owned by ana@shop.example", {"owners": ["ana@shop.example"]}, "owned by ana@shop.example"),
        ("Ana Ruiz's models about churn", {"owners": ["Ana Ruiz"]}, "models about churn"),
        ("Ana’s staging models about churn", {"owners": ["Ana Ruiz"]}, "staging models about churn"),
        ("the growth team's dashboards", {"owners": ["growth"]}, "the dashboards"),
        ("tables of the growth team about churn", {"owners": ["growth"]}, "tables about churn"),
        ("what models does Ana Ruiz own?", {"owners": ["Ana Ruiz"]}, "what models ?"),
        (
            "models that belong to customer care",
            {"owners": ["customer_care", "Nadia Berrada (Customer care)"]},
            "models that",
        ),
        ("dashboards maintained by Nadia Berrada", {"owners": ["Nadia Berrada (Customer care)"]}, "dashboards"),
        ("row counts from package dbt_utils", {"packages": ["dbt_utils"]}, "row counts"),
        ("test results from the elementary package", {"packages": ["elementary"]}, "test results"),
        ("orders in project jaffle_shop", {"projects": ["jaffle_shop"]}, "orders"),
        ("orders in the other shop project", {"projects": ["other_shop"]}, "orders"),
        ("only staging models about orders", {"layers": ["staging"]}, "about orders"),
        ("orders, marts only", {"layers": ["mart"]}, "orders,"),
        ("just the raw tables for shipments", {"layers": ["raw"]}, "for shipments"),
        ("metrics about refunds", {"kinds": ["metric"]}, "about refunds"),
        ("show me all the metrics for refunds", {"kinds": ["metric"]}, "show me all the for refunds"),
        ("the dashboard on churn", {"kinds": ["exposure"]}, "the on churn"),
        ("is there a dashboard for churn?", {"kinds": ["exposure"]}, "is there a for churn?"),
        ("saved queries about churn", {"kinds": ["saved_query"]}, "about churn"),
        ("semantic models for orders", {"kinds": ["semantic_model"]}, "for orders"),
        ("metrics tagged finance", {"kinds": ["metric"], "tags": ["finance"]}, "metrics tagged finance"),
        ("which exposures depend on orders", {"kinds": ["exposure"]}, "which depend on orders"),
        ("which dashboards use orders", {"kinds": ["exposure"]}, "which use orders"),
        ("what dashboards show revenue", {"kinds": ["exposure"]}, "what show revenue"),
        ("Which dashboards are about revenue?", {"kinds": ["exposure"]}, "Which are about revenue?"),
        (
            "models tagged core in schema raw_shop owned by growth about churn",
            {"tags": ["Core"], "schemas": ["raw_shop"], "owners": ["growth"]},
            "models about churn",
        ),
    ],
)
def test_what_is_said_firmly_and_exists_becomes_a_filter_and_is_not_searched(
    text: str, only: dict[str, Any], rest: str
) -> None:
    hints = _read(text)
    assert (_said(hints.only), hints.text) == (only, rest)


@pytest.mark.parametrize(
    ("text", "likes"),
    [
        ("staging models for customers", {"layers": ["staging"]}),
        ("stg orders", {"layers": ["staging"]}),
        ("raw tables about payments", {"layers": ["raw"]}),
        ("raw orders", {"layers": ["raw"]}),
        ("staging order", {"layers": ["staging"]}),
        ("ana@shop.example", {"owners": ["ana@shop.example"]}),
        ("which source tables hold payments", {"layers": ["raw"]}),
        ("which sources do we have for payments?", {"layers": ["raw"]}),
        ("orders in staging", {"layers": ["staging"]}),
        ("which mart should I use for churn?", {"layers": ["mart"]}),
        ("which raw table feeds the orders mart", {"layers": ["raw", "mart"]}),
        ("finance models", {"tags": ["finance"], "schemas": ["prod_finance"]}),
        ("is there a finance table for refunds", {"tags": ["finance"], "schemas": ["prod_finance"]}),
        ("revenue of the growth team", {"owners": ["growth"]}),
        ("orders owned by growth", {"owners": ["growth"]}),
        ("what is in raw_shop about orders", {"schemas": ["raw_shop"]}),
        ("dbt_utils date spine", {"packages": ["dbt_utils"]}),
        ("what does elementary store about test runs?", {"packages": ["elementary"]}),
        ("other_shop orders", {"projects": ["other_shop"]}),
        ("churn dashboard", {"kinds": ["exposure"]}),
    ],
)
def test_what_is_mentioned_is_liked_and_searched_as_well(text: str, likes: dict[str, Any]) -> None:
    hints = _read(text)
    assert (_said(hints.only), _said(hints.likes), hints.text) == ({}, likes, text)


@pytest.mark.parametrize(
    "text",
    [
        "models tagged finanse",
        "in the marketing schema",
        "owned by legal",
        "from package dbt_expectations",
        "models not tagged finance",
        "anything but not in the finance schema",
        "models without the tag pii",
        "everything except staging models",
        "models other than Ana Ruiz's models",
        "how many pets are owned by students?",
        "dogs owned by the customer",
        "owned by the team",
        "raw milk prices",
        "staging of cancer",
        "intermediate care facility",
        "which source do customers come from",
        "which source brings most customers",
        "which source of truth for orders",
        "which sources of income do customers have?",
        "data source column",
        "which model is lightest",
        "seeds for spring planting",
        "which table feeds the churn dashboard",
        "what metrics are in orders_daily?",
        "the finance model",
        "is there raw milk in the warehouse?",
        "cancer staging of patients",
        "what is the schema of customers?",
        "how was the finance of the company in spring?",
        "a smart way to count",
        "how many posts were tagged",
        "in schema",
        "owned by",
        "'s models",
        "customer's tables",
    ],
)
def test_ordinary_questions_and_near_misses_say_nothing(text: str) -> None:
    assert _read(text) == Hints(text=text)


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("exposures", {"kinds": ["exposure"]}),
        ("show all dashboards", {"kinds": ["exposure"]}),
        ("List all seeds!", {"kinds": ["seed"]}),
        ("list all sources", {"kinds": ["source"]}),
        ("what snapshots do we have?", {"kinds": ["snapshot"]}),
        ("which metrics are there", {"kinds": ["metric"]}),
        ("can you please give me a list of all the saved queries in the project", {"kinds": ["saved_query"]}),
        ("every metric", {"kinds": ["metric"]}),
        ("models", {"kinds": ["model"]}),
        ("finance metrics", {"kinds": ["metric"]}),
        ("models tagged finance", {"tags": ["finance"]}),
        ("what models does Ana Ruiz own?", {"owners": ["Ana Ruiz"]}),
        ("show me only staging models", {"layers": ["staging"]}),
    ],
)
def test_a_text_of_nothing_but_what_it_keeps_to_lists_that(text: str, only: dict[str, Any]) -> None:
    hints = _read(text)
    assert (_said(hints.only), hints.is_listing) == (only, True)


@pytest.mark.parametrize("text", ["core models", "the finance tables", "growth team", "ana@shop.example", "all marts"])
def test_a_text_of_nothing_but_what_stands_higher_lists_that_too(text: str) -> None:
    hints = _read(text)
    assert hints.is_listing
    assert hints.only == Filters() != hints.likes


@pytest.mark.parametrize("text", ["core models about churn", "dashboards for revenue", "metrics", "churn metrics"])
def test_a_listing_asks_for_nothing_else_and_for_what_is_there(text: str) -> None:
    assert not read_hints(text, Facets(kinds=["model", "exposure"], tags=["core"])).is_listing


def test_what_was_understood_is_told_word_by_word() -> None:
    assert _read("core models about churn").heard == {"core"}
    assert _read("raw orders in schema raw_shop").heard == {"in", "schema", "raw", "shop"}
    assert _read("churn").heard == frozenset()


def test_nothing_is_read_that_the_catalog_does_not_have() -> None:
    text = "only staging models tagged finance, owned by Ana Ruiz, in schema analytics, from package dbt_utils"
    assert read_hints(text, Facets()) == Hints(text=text)
    assert read_hints("metrics about churn", Facets(kinds=["model"])) == Hints(text="metrics about churn")


def test_a_project_or_package_that_everything_is_of_is_no_hint() -> None:
    facets = Facets(projects=["shop"], packages=["shop"])
    assert read_hints("which shop sells most", facets) == Hints(text="which shop sells most", own=frozenset({"shop"}))


def test_what_is_filtered_by_anyway_is_not_read_as_another_filter() -> None:
    hints = _read("models tagged finance", Filters(tags=("Core",)))
    assert (_said(hints.only), _said(hints.likes)) == ({}, {"tags": ["finance"]})
    assert hints.text == "models tagged finance"


def test_a_layer_that_is_also_a_tag_is_the_layer() -> None:
    assert _said(_read("staging models").likes) == {"layers": ["staging"]}
    assert _said(_read("models tagged staging").only) == {"tags": ["staging"]}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "'s",
        "tagged " * 70,
        "in the " * 70 + "schema",
        "owned by " + "a " * 240,
        "'" * 500,
        "only " * 100,
        "metrics " * 60,
        "tagged (?:.*)+$ \\ [",
        "tagged 財務 の モデル",
        "schema:" * 70,
        "the dashboard " * 35 + "on",
        "x" * 500,
        "e.m" * 160 + "@",
    ],
)
def test_any_text_is_read_and_none_takes_long(text: str) -> None:
    read = _read(text)
    assert read.text or not text


def test_a_pasted_text_is_not_read() -> None:
    text = "error: relation orders does not exist, in schema raw_shop " * 10
    assert _read(text) == Hints(text=text)


def test_hostile_values_are_only_compared() -> None:
    facets = Facets(tags=["(.*", "a|b", "\\", "", "  ", "x" * 5_000], owners=["{0}", "%s", "'; drop"])
    assert read_hints("models tagged (.* or anything", facets).only == Filters()
    assert read_hints("models owned by {0} and %s", facets).only == Filters()
