"""Where a node stands, what its key is, which columns are alike, what rests on what, what there is at all."""

import pytest

from tests.fakes.artifacts import FakeSource, data_test, model, source_table
from tests.integration.agent.asking import Asking

ORDERS = '`orders` is a table: `"lanternfish"."analytics"."orders"` (database `lanternfish`, schema `analytics`).'

TOLD = [
    ("which schema is orders in", ORDERS),
    ("in what database does orders live?", ORDERS),
    ("is orders a view or a table", ORDERS),
    ("fully qualified name of orders pls", ORDERS),
    ("what's orders called in the warehouse?", ORDERS),
    ("how is orders_daily materialized", "`orders_daily` is an incremental table"),
    ("is int_order_refunds ephemeral?", "`int_order_refunds` is ephemeral: it is no table in the warehouse"),
    ("how do i reference shop.orders in dbt", "`source('shop', 'orders')`"),
    ("what schema is the revenue metric in", "`revenue` (simple metric) is defined in the project"),
    ("primary key of order items?", "By its tests, `item_id` is unique and never null."),
    ("what uniquely identifies a row in roast_batches", "By its tests, `batch_no` is unique"),
    ("what is the grain of orders", "`orders`: All orders, one row per order,"),
    ("which column is unique in product_margins", "it holds no column of it to be unique."),
    ("is order_id unique in orders", "By its tests, `orders.order_id` is unique and never null."),
    (
        "is order_id unique in order_items",
        "No test or constraint of the project holds `order_items.order_id` to be unique.",
    ),
    ("which columns in orders are dates", "3 of the 19 columns of `orders`:\n- `ordered_at`"),
    ("any boolean columns in orders?", "1 of the 19 columns of `orders`:\n- `is_first_order`"),
    ("what fields in orders have to do with refunds", "2 of the 19 columns of `orders`:\n- `refund_amount`"),
    ("does orders have columns about shipping", "`shipping_gross`"),
    ("which columns of mrr_movements are not documented", "3 of the 8 columns of `mrr_movements`:"),
    ("how many staging models do we have", "The project has 10 staging models:\n- `stg_ad_spend`"),
    ("list all sources", "The project has 10 sources:\n- `ads.daily_spend`"),
    ("which saved queries are there", "The project has 1 saved query:\n- `monthly_trading`"),
]

CONNECTED = [
    ("does revenue_monthly use orders_daily?", "Yes: `revenue_monthly` is built directly from `orders_daily`."),
    (
        "does revenue_monthly depend on orders in any way",
        "Yes: `revenue_monthly` is built from `orders`: `orders` → `orders_daily` → `revenue_monthly`.",
    ),
    ("is customer_health built on top of stg_tickets", "Yes: `customer_health` is built directly from `stg_tickets`."),
    ("does mrr_monthly use orders", "No: `mrr_monthly` does not rest on `orders`, directly or through others."),
    ("is orders downstream of revenue_monthly", "No, it is the other way round: `revenue_monthly` is built from"),
    ("does orders feed the carrier scorecard?", "Yes: `carrier_scorecard` rests on `orders`: `orders` → `shipments`"),
    ("if stg_orders is late, is orders_daily affected?", "Yes: `orders_daily` is built from `stg_orders`:"),
    ("how is mrr_monthly related to the calendar model", "Yes: `mrr_monthly` is built from `calendar`:"),
    ("is there a link between mrr_monthly and orders_daily", "No: neither `mrr_monthly` nor `orders_daily` is built"),
    ("does revenue_mothly use orders_daily", "I took `revenue_mothly` as `revenue_monthly`."),
]

OF_THE_THINGS = [
    "do orders use vouchers",
    "are customers related to orders",
    "do customers depend on products",
    "how many columns of numbers are there",
    "how many orders are there",
    "which products are tables",
]


@pytest.mark.parametrize("table", [TOLD, CONNECTED], ids=["told", "connected"])
async def test_what_the_project_says_of_itself_is_told(asking: Asking, table: list[tuple[str, str]]) -> None:
    said = {question: await asking.ask(question, thread=question) for question, _ in table}
    wrong = [
        (question, said[question].text[:150])
        for question, told in table
        if said[question].answer.path != "direct" or told not in said[question].text
    ]
    assert not wrong


async def test_what_is_asked_of_the_things_themselves_is_no_lookup(asking: Asking) -> None:
    paths = {question: (await asking.ask(question, thread=question)).answer.path for question in OF_THE_THINGS}
    assert "direct" not in paths.values(), paths


async def test_an_unknown_one_of_two_is_said_to_be_missing(asking: Asking) -> None:
    assert (await asking.ask("does revenue_monthly use stg_flurbles")).text.startswith("There is no `stg_flurbles`")


async def test_it_is_the_one_the_thread_is_about(asking: Asking) -> None:
    await asking.ask("what is revenue_monthly?")
    assert (await asking.ask("does it use orders_daily?")).text.startswith("Yes: `revenue_monthly` is built directly")


async def test_what_no_manifest_tells_is_left_out(asking_about: Asking) -> None:
    """A relation, a schema and a description may all be missing."""
    nodes = (
        source_table("raw", "clicks"),
        model(
            "visits",
            "Visits. One row is a visit of a person.",
            columns=["id", "site"],
            depends_on=["source.shop.raw.clicks"],
        ),
    )
    tests = (data_test("visits", "unique_combination_of_columns", "id, site"),)
    await asking_about.load(FakeSource(nodes=nodes, tests=tests))
    assert (await asking_about.ask("which schema is visits in")).text == (
        "`visits` is a model; where it lies in the warehouse the artifacts do not say. In dbt it is `ref('visits')`."
    )
    assert (await asking_about.ask("what is the key of visits")).text == (
        "`visits`: One row is a visit of a person. By its tests, `id` and `site` are unique together, which has not "
        "been tested yet."
    )
    assert (await asking_about.ask("does visits use raw.clicks?")).text.startswith("Yes: `visits` is built directly")
