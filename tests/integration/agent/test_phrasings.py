"""People ask for the same thing in many ways: each of these is recognised and answered without a model."""

import pytest

from tests.integration.agent.asking import Asking

PHRASINGS: dict[tuple[str, str], list[str]] = {
    ("describe", "orders"): [
        "What does net_amount in orders mean?",
        "what does the column net_amount of the orders model mean",
        "what's `orders.net_amount`?",
        "orders.net_amount",
        "what is net_amount in orders",
        "explain orders.net_amount please",
        "Hey Marty, can you explain the net_amount column in orders?",
        "definition of orders.net_amount",
        "what is the meaning of the net amount column in orders?",
        "what does orders.net_amout mean",
        "what does net_amount in ordrs mean",
        "what does the status field in the orders table stand for?",
        "what type is orders.status",
        "what is the data type of orders.ordered_at?",
        "net_amount in orders?",
        "what is orders?",
        "describe orders",
        "Tell me about the orders model",
        "could you tell me about the orders table?",
        "what is the orders model",
        "what does the orders model contain",
        "what is orders for?",
        "what's the purpose of orders",
        "explain the orders model",
        "orders",
        "`orders`",
        "what is it?",
        "what is shop.orders",
    ],
    ("describe", "*"): [
        "what does net_amount mean",
        "what is the column customer_id",
        "what does the column customer_id mean?",
        "what's mrr_at_start",
        "describe the column late_share",
    ],
    ("describe", "mrr_monthly"): [
        "whats mrr_monthly",
        "what is mrr_montly",
    ],
    ("describe", "shipments"): [
        "info on shipments",
    ],
    ("describe", "monthly_recurring_revenue"): [
        "how is the metric monthly_recurring_revenue calculated?",
    ],
    ("describe", "revenue"): [
        "what is the revenue metric",
    ],
    ("describe", "revenue_growth"): [
        "describe the metric revenue_growth",
    ],
    ("describe", "churn_watch"): [
        "what is the churn watch dashboard",
    ],
    ("columns", "orders"): [
        "what columns does orders have?",
        "which columns are in orders",
        "list the columns of orders",
        "show me all columns in the orders table",
        "columns of orders",
        "orders columns",
        "what fields does the orders model have?",
        "what are the columns in orders?",
        "which fields are there in orders",
        "what's in orders?",
        "give me the schema of orders",
        "how many columns does orders have?",
        "and its columns?",
        "what columns does it have",
        "waht columns does orders have",
        "what colums does ordrs have",
        "orders' columns",
    ],
    ("columns", "order_items"): [
        "which columns does order items have?",
        "columns in order_itmes",
    ],
    ("columns", "stg_orders"): [
        "what columns are available in stg_orders",
    ],
    ("owner", "orders"): [
        "who owns orders?",
        "Who is the owner of orders?",
        "who's responsible for the orders model?",
        "who maintains orders",
        "owner of orders",
        "orders owner?",
        "which team owns orders?",
        "who should I ask about orders?",
        "who do I talk to about orders",
        "whose model is orders",
        "do you know who owns orders?",
        "Hi! Who owns the orders table, please?",
        "who owns it?",
        "and who owns that?",
        "who onws orders",
        "who owns ordres",
        "who is in charge of orders",
        "does orders have an owner",
        "who owns orders.net_amount",
    ],
    ("owner", "shipments"): [
        "who looks after shipments?",
    ],
    ("owner", "churn_watch"): [
        "who owns the churn watch dashboard?",
    ],
    ("owner", "daily_sales"): [
        "who owns daily sales",
    ],
    ("owner", "mrr_monthly"): [
        "what about mrr_monthly?",
    ],
    ("health", "orders"): [
        "is orders fresh?",
        "Is the orders model healthy?",
        "is orders up to date",
        "is the data in orders up to date?",
        "is orders ok?",
        "is orders tested",
        "can I trust orders?",
        "can we rely on the orders table",
        "how fresh is orders?",
        "how healthy is orders",
        "when was orders last built?",
        "when was orders last updated",
        "when did orders last run?",
        "last build of orders",
        "did orders build successfully?",
        "what's the status of orders",
        "health of orders",
        "freshness of orders",
        "is anything wrong with orders?",
        "is orders broken",
        "is it fresh?",
        "is it healthy and tested?",
        "how is orders doing",
        "is the orders data fresh",
        "how old is orders",
        "is ordres fresh",
        "is ordrs helthy",
    ],
    ("health", "shipments"): [
        "Is the shipments model healthy?",
        "why is shipments failing?",
    ],
    ("health", "daily_sales"): [
        "is daily_sales deprecated?",
    ],
    ("health", "roast_batches"): [
        "is roastery.roast_batches late?",
    ],
    ("tests", "orders"): [
        "what tests does orders have?",
        "which tests run on orders",
        "do the tests on orders pass?",
        "does orders have tests",
        "how many tests are on orders",
        "does orders pass its tests?",
        "tests of orders",
    ],
    ("upstream", "orders"): [
        "what feeds orders?",
        "where does orders come from?",
        "where does the data in orders come from",
        "what is upstream of orders",
        "what does orders depend on?",
        "which models feed orders",
        "what is orders built from?",
        "what are the parents of orders",
        "upstream of orders",
        "orders depends on what",
        "where does orders get its data from?",
        "what sources does orders use?",
        "which tables does orders read from",
        "what feeds it?",
        "where does it come from",
        "where does orders.net_amount come from?",
        "what feeds ordrs",
        "dependencies of orders",
    ],
    ("upstream", "weekly_trading_review"): [
        "what feeds the weekly trading review dashboard?",
    ],
    ("downstream", "orders"): [
        "what uses orders?",
        "what is downstream of orders?",
        "what depends on orders",
        "which dashboards use orders?",
        "who uses orders",
        "what breaks if I drop orders?",
        "what would break if we changed orders.status?",
        "what happens if I delete orders",
        "where is orders used?",
        "is orders used anywhere",
        "can I drop orders?",
        "impact of changing orders",
        "what does orders feed?",
        "downstream dependencies of orders",
        "what uses it?",
        "and downstream of it?",
        "what's affected if orders is late?",
        "what dependes on orders",
        "children of orders",
    ],
    ("downstream", "stg_orders"): [
        "what is built on stg_orders",
    ],
    ("lineage", "orders"): [
        "lineage of orders",
        "show me the lineage of orders",
        "orders lineage",
    ],
    ("having", "*"): [
        "which models have a column customer_id?",
        "what tables have the column order_id",
        "which table contains the net_amount column",
        "where is the column late_share",
    ],
    ("choice", "mrr_monthly"): [
        "Which model should I use for monthly recurring revenue?",
    ],
    ("choice", "*"): [
        "which table should I use for refunds per order",
        "what model do I use for churned subscriptions",
        "what's the best table for margins by product?",
        "is there a model for delivery times?",
        "do we have a table with subscription plans",
        "where do we keep refunds",
        "where can I find customer complaints",
        "which model is right for daily orders per channel?",
        "I'm looking for a table with roast batches",
        "which dataset has parcels and carriers",
        "where do we store ad spend?",
        "what should I use for cost per new customer",
    ],
}
"""(what is asked, of which node; * is any) → the questions. A thread about `orders` is under way."""

OPENINGS: dict[str, tuple[str, ...]] = {
    "describe": ("(", ":", "`"),
    "columns": (" has ", " documents "),
    "owner": (" is owned by ", " has no owner"),
    "health": (" is healthy", " is not healthy", " is usable with care"),
    "tests": (" has ", " tests"),
    "upstream": (" is fed by ", "Nothing in the project feeds "),
    "downstream": (" is used by ", "Nothing in the project uses "),
    "lineage": (" is fed by ",),
    "having": (" is a column of ",),
    "choice": ("Use `",),
}
"""What an answer of each kind holds."""


@pytest.mark.parametrize(("kind", "node"), PHRASINGS)
async def test_every_phrasing_is_recognised(asking: Asking, kind: str, node: str) -> None:
    misses = []
    for place, question in enumerate(PHRASINGS[kind, node]):
        thread = f"thread-{place}"
        await asking.ask("who owns orders?", thread=thread)
        asked = await asking.ask(question, thread=thread)
        about = asked.answer.nodes[0].split(".", 2)[2] if asked.answer.nodes else ""
        right = node in {"*", about, about.rpartition(".")[2]}
        if asked.answer.path != "direct" or not right or not any(part in asked.text for part in OPENINGS[kind]):
            misses.append((question, asked.text[:120]))
    assert not misses
