"""Single facts of a definition: where a table lies, how it is built, its tags, key, file, versions, rhythm."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from knowledge import Column
from tests.fakes.artifacts import NOON, FakeSource, data_test, model, other, result, source_table
from tests.integration.agent.asking import Asking

ORDERS = model(
    "orders",
    "All orders. One row per order, ours and others'. Ask finance.",
    columns=[Column(name="order_id", tags=("pii",)), Column(name="line"), Column(name="paid")],
    relation='"prod"."sales"."orders_table"',
    schema="sales",
    database="prod",
    materialized="incremental",
    unique_key=("order_id",),
    path="models/marts/orders.sql",
    tags=("daily", "finance"),
    access="public",
    group="finance",
    contract=True,
    depends_on=["source.shop.crm.people"],
)
LINES = model("lines", columns=[Column(name="order_id", key=True), Column(name="line", key=True), Column(name="sku")])
PRICES = other("snapshot", "prices", unique_key=("sku || '-' || day",), columns=["sku"], materialized="snapshot")
HELPER = model("helper", materialized="ephemeral")
SCORES = model("scores", materialized="table", language="python")
PAIRS = model("pairs", columns=["a", "b"])
OLD = model("customers", version="1", latest_version="2", columns=["id"])
NEW = model("customers", version="2", latest_version="2", columns=["id"])
REVENUE = other("metric", "revenue", "What was paid.", subtype="simple")
PEOPLE = source_table("crm", "people", loader="fivetran", schema="raw_crm", path="models/sources.yml")
ENTITIES = [
    Column(name="order", data_type="primary entity on order_id"),
    Column(name="day", data_type="time dimension"),
]
SEMANTIC = other("semantic_model", "order_facts", columns=ENTITIES)
TESTS = [
    data_test("orders", "unique", "order_id"),
    data_test("orders", "not_null", "order_id"),
    data_test("pairs", "unique_combination_of_columns", "a, b"),
]
RESULTS = [
    *(result(each.unique_id, "pass") for each in TESTS[:2]),
    result(TESTS[2].unique_id, "fail"),
    result("orders", duration_s=95.0, earlier=tuple(NOON - timedelta(days=day) for day in range(1, 6))),
]


@pytest.fixture
async def shop(asking_about: Asking) -> Asking:
    nodes = [ORDERS, LINES, PRICES, HELPER, SCORES, PAIRS, OLD, NEW, REVENUE, PEOPLE, SEMANTIC]
    await asking_about.load(FakeSource(nodes, TESTS, RESULTS))
    return asking_about


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "Which schema is orders in?",
            (
                "`orders` is an incremental table (a run adds to it or replaces a part): "
                '`"prod"."sales"."orders_table"` (database `prod`, schema `sales`). In dbt it is `ref(\'orders\')`.'
            ),
        ),
        ("what's the full table name of orders?", None),
        ("where does orders live in the warehouse", None),
        ("how is orders materialized?", None),
        ("is orders a view or a table?", None),
        (
            "which schema is people in",
            (
                "`crm.people` is a source table, loaded by fivetran, in schema `raw_crm`. "
                "In dbt it is `source('crm', 'people')`."
            ),
        ),
        (
            "which database is revenue in",
            "`revenue` (simple metric) is defined in the project, and no table in the warehouse.",
        ),
        (
            "is helper a view",
            (
                "`helper` is ephemeral: it is no table in the warehouse, only part of the SQL of what uses it. "
                "In dbt it is `ref('helper')`."
            ),
        ),
        (
            "which schema is scores in",
            (
                "`scores` is a table, written in Python; where it lies in the warehouse the artifacts do not say. "
                "In dbt it is `ref('scores')`."
            ),
        ),
        (
            "which schema is lines in",
            (
                "`lines` is a model; where it lies in the warehouse the artifacts do not say. "
                "In dbt it is `ref('lines')`."
            ),
        ),
        ("what tags does orders have?", "`orders` has the tags `daily` and `finance`."),
        ("what tags does lines have?", "`lines` has no tags."),
        ("what tags does orders.order_id have?", "`orders.order_id` has the tag `pii`."),
        (
            "does orders have a contract?",
            "`orders` has the access `public`, the group `finance` and an enforced contract.",
        ),
        ("is lines public?", "`lines` has no group and no enforced contract."),
        ("which file defines orders?", "`orders` is defined in `models/marts/orders.sql`, of the package `shop`."),
        ("which package is lines from", "`lines` is of the package `shop`; the artifacts do not name its file."),
        ("what is the latest version of customers?", "`customers` has versions 1 and 2; the latest is 2."),
        ("how many versions of customers are there", "`customers` has versions 1 and 2; the latest is 2."),
        ("is orders versioned", "`orders` has no versions."),
    ],
)
async def test_a_fact_of_the_definition_is_told_in_a_line(shop: Asking, question: str, answer: str | None) -> None:
    asked = await shop.ask(question)
    assert asked.answer.path == "direct", asked.text
    assert asked.text == (answer or (await shop.ask("which schema is orders in")).text)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "what is the grain of orders?",
            (
                "`orders`: One row per order, ours and others'. dbt tells its rows apart by `order_id`. "
                "By its tests, `order_id` is unique and never null."
            ),
        ),
        ("what is the primary key of lines", "`lines`: Its primary key is `order_id` and `line`, by a constraint."),
        (
            "what does one row of pairs represent?",
            "`pairs`: By its tests, `a` and `b` are unique together, which does not hold right now.",
        ),
        (
            "what is the grain of helper",
            "The project does not say what one row of `helper` is: it holds no column of it to be unique.",
        ),
        ("grain of order_facts", "`order_facts`: Its primary entity is `order`."),
        ("grain of revenue", "`revenue` (simple metric) has no rows of its own."),
        (
            "is orders.order_id unique?",
            (
                "dbt tells the rows of `orders` apart by `order_id`. "
                "By its tests, `orders.order_id` is unique and never null."
            ),
        ),
        (
            "unique key of prices?",
            "`prices`: dbt tells its rows apart by `sku || '-' || day`, with a row for each change.",
        ),
        ("is orders.paid unique?", "No test or constraint of the project holds `orders.paid` to be unique."),
        ("is lines.line unique?", "`lines.line` is part of the primary key, by a constraint."),
        (
            "is pairs.a unique?",
            "By its tests, `a` and `b` are unique together, which does not hold right now.",
        ),
    ],
)
async def test_what_one_row_is_comes_from_description_constraints_and_tests(
    shop: Asking, question: str, answer: str
) -> None:
    assert (await shop.ask(question)).text == answer


async def test_a_test_of_uniqueness_whose_columns_are_not_known_counts_too(asking_about: Asking) -> None:
    test = data_test("pairs", "unique_combination_of_columns", None)
    await asking_about.load(FakeSource([PAIRS], [test], [result(test.unique_id, "pass")]))
    assert (await asking_about.ask("what is the grain of pairs?")).text == "`pairs`: By its tests, its rows are unique."
    assert (await asking_about.ask("is pairs.a unique?")).text.startswith("No test or constraint of the project")


async def test_how_often_a_node_is_built_is_told_once_its_rhythm_is_known(shop: Asking) -> None:
    told = (await shop.ask("how often is orders built?")).text
    assert (
        told == "`orders` was built 2026-11-20 12:00 UTC (19 h ago), which took 2 min. It is usually built every day."
    )
    assert (await shop.ask("how long does orders take to run?")).text == told
    assert (await shop.ask("how often is lines refreshed")).text.startswith("No build of `lines` is known")
    assert (await shop.ask("how often is revenue updated")).text == "`revenue` (simple metric) is not built by dbt."


async def test_a_test_of_several_columns_is_a_test_of_each_of_them(shop: Asking) -> None:
    asked = await shop.ask("which tests does pairs.b have?")
    assert asked.text == ("`pairs.b` has 1 test, which does not pass:\n- `unique_combination_of_columns(a, b)`: fails")


async def test_a_table_and_a_source_of_one_full_name_are_both_told(asking_about: Asking) -> None:
    table = model("invoices", schema="stripe", database="prod", relation="prod.stripe.invoices")
    raw = source_table("stripe", "invoices", schema="stripe", database="raw", relation="raw.stripe.invoices")
    await asking_about.load(FakeSource([table, raw]))
    asked = await asking_about.ask("which schema is stripe.invoices in?")
    assert asked.text == (
        "`invoices` is a model: `prod.stripe.invoices` (database `prod`, schema `stripe`). "
        "In dbt it is `ref('invoices')`.\n\n"
        "`stripe.invoices` is also the source `stripe.invoices`."
    )
    assert "is also" not in (await asking_about.ask("which schema is invoices in?")).text
    by_source = (await asking_about.ask("which schema is the source stripe.invoices in?")).text
    assert by_source.startswith("`stripe.invoices` is a source table: `raw.stripe.invoices` (database `raw`, schema ")


@pytest.mark.parametrize(
    ("meta", "answer"),
    [
        (
            {"contributors": "ana, @ben"},
            "`pairs` has no owner in the project. Its meta names as contributors: ana and ben.",
        ),
        ({"Author": ["Ana"]}, "`pairs` has no owner in the project. Its meta names as Author: Ana."),
        ({"contributors": "", "sector": "dex"}, "`pairs` has no owner in the project."),
    ],
)
async def test_who_has_worked_on_what_nobody_owns_is_named_as_that(
    asking_about: Asking, meta: dict[str, Any], answer: str
) -> None:
    await asking_about.load(FakeSource([replace(PAIRS, meta=meta)]))
    assert (await asking_about.ask("who owns pairs?")).text == answer


async def test_tests_that_never_ran_are_not_told_as_ones_that_do_not_pass(asking_about: Asking) -> None:
    tests = [data_test("pairs", "unique", "a"), data_test("pairs", "not_null", "a"), data_test("pairs", "unique", "b")]
    await asking_about.load(FakeSource([PAIRS], tests))
    assert (await asking_about.ask("which tests does pairs have")).text.startswith(
        "`pairs` has 3 tests, none of which has run:"
    )
    await asking_about.load(FakeSource([PAIRS], tests, [result(tests[0].unique_id, "pass")], minutes=1))
    assert (await asking_about.ask("which tests of pairs fail")).text.startswith(
        "`pairs` has 3 tests, 1 of the 1 that ran passes:"
    )
