"""Hurried people write around their question, without marks, with half a name: they are answered all the same."""

import pytest

from tests.fakes.artifacts import FakeSource, check, model, other, result, source_table
from tests.integration.agent.asking import Asking

CHATTY = [
    ("hey quick one, trying to figure out who looks after mrr monthly", "`mrr_monthly` is owned by"),
    ("something's fishy in product margins, whom should i bug about it", "`product_margins` is owned by"),
    ("whos on the hook for customer helth", "`customer_health` is owned by"),
    ("does anybody own roast batches or is it orphaned", "`roast_batches` is owned by"),
    ("I'm building a deck on churn and need to know if customers is trustworthy", "`customers` is healthy"),
    ("can i rely on subscriptions today? board meeting in 1h", "`subscriptions` is healthy"),
    ("orders daily looks old, when was it last refreshed", "`orders_daily` is healthy"),
    ("is everything alright with customer_health, numbers look weird", "`customer_health` is healthy"),
    ("anything failing on shipmets right now", "`shipments` has 5 tests"),
    ("which checks run on stg refunds", "`stg_refunds` has 2 tests"),
    ("need the column list for roast batches, building a dashboard", "`roast_batches` has 11 columns"),
    ("stupid question but what does net amount in orders daily actually mean", "`orders_daily.net_amount` ("),
    ("what's channel mean in orders daily, thx", "`orders_daily.channel` ("),
    ("doing a data dictionary, can u tell me what paused_mrr is in mrr monthly", "`mrr_monthly.paused_mrr` ("),
    ("not sure i trust refund_amount in orders daily, where is it coming from", "`orders_daily.refund_amount`"),
    ("which models sit on top of calender", "`calendar` is used by"),
    ("what else is built from product price history", "`product_price_history` is used by"),
    ("what depends on mrr_movements at any depth, names please", "`mrr_movements` is used by"),
    ("if i drop subscriptions who is gonna yell at me", "`subscriptions` is used by"),
    ("planning to remove daily sales next sprint, what would be affected", "Nothing in the project uses `daily_sales`"),
    ("we'll be renaming calendar next week, who needs to know", "`calendar` is used by"),
    ("anything going to break if we kill stg ad spend", "`stg_ad_spend` is used by"),
    ("what dashboards would show me customer health", "`customer_health` is shown by"),
    ("heard daily_sales is going away, what should i use instead", "Use `orders_daily` instead of"),
    ("someone told me customers v1 is deprecated, true?", "`customers.v1` is deprecated from"),
    ("which version of customers should i use", "It is version 2, the latest."),
    ("tell me abt acquisition cost", "`acquisition_cost` (mart model)"),
    ("explain delivery times weekly to me like im new", "`delivery_times_weekly` (mart model)"),
    ("stg ad spend whats that one for", "`stg_ad_spend` (staging model)"),
    ("in a nutshell what's int_customer_first_orders", "`int_customer_first_orders` (intermediate model)"),
    ("need to escalate something on roast batches, who is responsible for it", "`roast_batches` is owned by"),
    ("who should i contact re delivery times weekly", "`delivery_times_weekly` is owned by"),
    ("whose is product margins", "`product_margins` is owned by"),
    ("can i drop stg ad spend without breaking stuff", "`stg_ad_spend` is used by"),
    ("which tests are failing on shipments atm", "`shipments` has 5 tests"),
    ("where can i see customer health on a dashboard", "`customer_health` is shown by"),
    ("which reports would be hit if customer_health is wrong", "`customer_health` is shown by"),
    ("for my report: what does late_share mean", "`late_share` (in `delivery_times_weekly`)"),
    ("what is churned mrr supposed to mean in mrr monthly", "`mrr_monthly.churned_mrr` ("),
    ("stg ad spend has dupes, who can fix it", "`stg_ad_spend` has no owner"),
    ("does anyone still use acquisition cost", "Nothing in the project uses `acquisition_cost`"),
    ("what is delivery times weekley", "`delivery_times_weekly` (mart model)"),
    ("who can approve a change to orders?", "`orders` is owned by"),
    ("are we good to use orders_daily for tomorrow's board meeting?", "`orders_daily` is healthy"),
    ("when did customers get its last refresh", "`customers` is healthy"),
    ("where is revenue_monthly getting its numbers from", "`revenue_monthly` is fed by"),
    ("we want to kill daily_sales. anybody depending on it?", "Nothing in the project uses `daily_sales`"),
    ("what's the math behind customers.lifetime_net_amount", "`customers.lifetime_net_amount`"),
    ("any tables we plan to retire?", "`daily_sales`"),
    ("one line in mrr_movements equals what?", "`mrr_movements`: "),
    ("how many models do you know about?", "The project has "),
    ("is anything broken in the pipelines right now?", "`shipments` (mart model)"),
    ("which tag does orders carry", "`orders` has the tag `core`"),
    ("who do i have to warn before dropping stg_orders", "`stg_orders` is used by"),
]

STORIES = [
    (
        "morning! I'm prepping the finance sync and someone will ask about product margins. who's behind that table?",
        "`product_margins` is owned by",
    ),
    (
        "Hey! Sam from growth. I noticed shipments has weird rows, is there somebody I can talk to about that model?",
        "`shipments` is owned by",
    ),
    ("can somebody confirm that revenue monthly is up to date before I send it out", "`revenue_monthly` is healthy"),
    ("hello, sanity check before my 1:1 - are the numbers in orders current?", "`orders` is healthy"),
    ("stg_refunds hasn't updated i think. can you check?", "`stg_refunds` is healthy"),
    ("my old notebook reads from daily_sales. what's the newer one I should be pointing at?", "Use `orders_daily`"),
    ("I need to understand where product margins gets its numbers from", "`product_margins` is fed by"),
    ("Hi folks\nwe plan to move product_price_history\nwhich models would we have to touch?", "is used by"),
    ("what would stop working if order_items disappeared tomorrow", "`order_items` is used by"),
    ("does subscriptions have any data quality tests", "`subscriptions` has"),
    ("number of tests on the orders table pls", "`orders` has 7 tests"),
    ("wht is utm_source in orders", "`orders.utm_source`"),
    ("orders_daily > order_count, meaning?", "`orders_daily.order_count`"),
    ("what is meant with weight_loss_share (roast_batches)?", "`roast_batches.weight_loss_share`"),
    ("how exactly do we define churn rate (the metric)?", "`churned_subscriptions / subscriptions_at_start`"),
    ("which models are we supposed to stop using", "are deprecated or about to be"),
    ("give me a one liner on subscriptions", "`subscriptions` (mart model)"),
    ("which column in orders has the shipping cost", "`shipping_gross`"),
    ("shipments - one row per what?", "By its tests, `tracking_no` is unique"),
    (
        "ok so finance keeps asking me about subscriptions and honestly I have no clue who maintains it",
        "`subscriptions` is owned by",
    ),
    ("mrr movements belongs to which team?", "`mrr_movements` is owned by"),
    ("Hi there, could someone point me at the owner for the customer health model?", "`customer_health` is owned by"),
    ("can i go ahead and use customer_health for todays call list", "`customer_health` is healthy"),
    ("Can you tell me if the orders_daily job succeeded tonight", "`orders_daily` is healthy"),
    ("was customers rebuilt today or is it yesterday's", "`customers` is healthy"),
    (
        "I'm about to present subscriptions numbers to investors, anything I should worry about with that table?",
        "`subscriptions` is healthy",
    ),
    ("why is there a failing test on shipments", "`not_before(delivered_at)`: fails"),
    ("describe voucher_code stg_orders", "`stg_orders.voucher_code`"),
    ("the column complaints_90d, table customer_health - pls explain", "`customer_health.complaints_90d`"),
    ("how should I read health_band from customer_health", "`customer_health.health_band`"),
    ("Need help understanding expansion_mrr (mrr_monthly)", "`mrr_monthly.expansion_mrr`"),
    ("what attributes do we store per customer in the customers model", "`customers` has 14 columns"),
    ("where does orders originally come from, which source system", "`orders` is fed by"),
    ("what do I need to run before calendar", "`calendar` is fed by"),
    ("what would be hit if the shop.orders source is delayed", "`shop.orders` is used by"),
    ("I'd like to get rid of calendar. Any objections? I mean: who uses it?", "`calendar` is used by"),
    ("Downstream of stg_orders please, we are changing its primary key", "`stg_orders` is used by"),
    ("what feeds subscriptions what uses it", "`subscriptions` is used by"),
    ("need owner for customers, revenue_monthly and orders_daily", "`orders_daily` is owned by"),
    ("would a delay in stg_ad_spend hit acquisition_cost", "Yes: `acquisition_cost` is built directly from"),
    ("orders_daily depends on orders right", "Yes: `orders_daily` is built directly from `orders`."),
    ("do we use stg_tickets in orders", "No: `orders` does not rest on `stg_tickets`"),
    ("list of everything deprecated pls", "are deprecated or about to be"),
    ("any flags in orders?", "`is_first_order`"),
]

OF_THE_DATA = [
    "how many shipment tests failed",
    "of all customers in germany, who owns the most orders",
    "orders were late in may, which carrier was it",
    "which customers are late",
    "which orders are stale",
    "what is the latest order",
    "why are shipments late",
    "what are tickets about",
    "what do customers complain about",
    "which roast batches failed the profile?",
    "what is the average order value by status?",
    "where does most of our revenue come from",
    "which customers depend on a single product",
    "build me a dashboard for product margins",
    "which of orders_daily and customers should I use",
    "which product margins were late",
    "who should we call from customer_health today",
    "who used voucher SUMMER in stg_orders",
    "I need the numbers from revenue_monthly for web vs wholesale, what are they",
    "we should delete daily_sales, can you open a PR",
    "what feeds growth, new or returning customers",
    "what drives the difference_amount in revenue_monthly",
    "find duplicates in stg_customers",
    "how old are the customers",
    "I'm looking at orders_daily and wonder why new_customer_count dropped in march",
]


@pytest.mark.parametrize(("question", "told"), CHATTY)
async def test_a_lookup_is_found_among_what_else_is_said(asking: Asking, question: str, told: str) -> None:
    asked = await asking.ask(question)
    assert asked.answer.path == "direct", asked.text
    assert told in asked.text


async def test_a_story_around_a_lookup_does_not_hide_it(asking: Asking) -> None:
    said = {question: await asking.ask(question, thread=question) for question, _ in STORIES}
    wrong = [(question, said[question].text[:150]) for question, told in STORIES if told not in said[question].text]
    assert not wrong
    assert {each.answer.path for each in said.values()} == {"direct"}


@pytest.mark.parametrize("question", OF_THE_DATA)
async def test_figures_are_not_looked_up(asking: Asking, question: str) -> None:
    assert (await asking.ask(question)).answer.path != "direct"


async def test_words_with_a_mark_among_them_are_never_called_a_name_that_is_missing(asking: Asking) -> None:
    assert "There is no" not in (await asking.ask("what depends on flurble vintages, roughly")).text


async def test_a_list_of_what_comes_nearest_leaves_what_the_thread_is_about(asking: Asking) -> None:
    await asking.ask("what is mrr_monthly?")
    assert (await asking.ask("how often do customers complain about the coffee")).answer.path == "fallback"
    assert "`mrr_monthly` is owned by" in (await asking.ask("who owns it?")).text


async def test_and_with_a_name_asks_the_same_of_it(asking: Asking) -> None:
    await asking.ask("who owns orders?")
    assert (await asking.ask("and mrr monthly?")).text.startswith("`mrr_monthly` is owned by")
    assert (await asking.ask("and by month?")).answer.path != "direct"


NODES = [
    source_table("erp", "orders"),
    source_table("erp", "payments"),
    model("finance__order_lines", "Lines.", materialized="table", columns=["had_refund_flag"]),
    model("fct_refunds_by_shop"),
    model("finance__stg_core__person", "People.", materialized="view"),
    other("exposure", "board", "What the board sees.", url="https://bi.shop.example/board"),
]


async def test_a_name_with_a_small_word_in_it_is_one(asking_about: Asking) -> None:
    await asking_about.load(FakeSource(NODES))
    assert (await asking_about.ask("who owns fct refunds by shop")).text.startswith(
        "`fct_refunds_by_shop` has no owner"
    )


async def test_what_is_late_is_listed_sources_first(asking_about: Asking) -> None:
    runs = [result("finance__order_lines", minutes=-24 * 60 * day) for day in range(13, 2, -1)]
    checks = [check("erp", "orders", "warn"), check("erp", "payments")]
    for run in runs:
        await asking_about.load(FakeSource(NODES, results=[run], freshness=checks))
    text = (await asking_about.ask("what is stale right now?")).text
    assert text.splitlines()[0] == "2 nodes are late right now:"
    assert text.splitlines()[1].startswith("- `erp.orders` (source): late, newest row ")
    assert text.splitlines()[2].startswith("- `finance__order_lines` (")
    assert text.endswith("usually every day")
    sources = (await asking_about.ask("which sources are late")).text
    assert sources.startswith("1 source is late right now:\n- `erp.orders`")
    assert "order_lines" not in sources


async def test_nothing_late_and_nothing_known_are_told_apart(asking_about: Asking) -> None:
    await asking_about.load(FakeSource(NODES))
    assert (await asking_about.ask("any late sources?")).text.startswith("I cannot tell: no source has a freshness")
    await asking_about.load(FakeSource(NODES, freshness=[check("erp", "orders")]))
    assert (await asking_about.ask("any late sources?")).text.startswith("No source is late right now")


async def test_a_link_comes_first_or_that_there_is_none(asking_about: Asking) -> None:
    await asking_about.load(FakeSource(NODES))
    for question in ("got a link to the board dashboard?", "can you send me the link for board", "board link"):
        assert (await asking_about.ask(question)).text.splitlines()[0] == "`board`: https://bi.shop.example/board"
    none = (await asking_about.ask("where are the docs of finance__order_lines")).text
    assert none.startswith("The catalog knows no link to `finance__order_lines`.")


async def test_a_link_outside_the_admins_hosts_is_not_given(asking_about: Asking) -> None:
    asking_about.link_hosts = ("elsewhere.example",)
    await asking_about.load(FakeSource(NODES))
    await asking_about.use()
    assert "bi.shop.example" not in (await asking_about.ask("link to board")).text


async def test_the_domain_of_a_name_may_be_left_out_or_said_after_it(asking_about: Asking) -> None:
    await asking_about.load(FakeSource(NODES))
    assert (await asking_about.ask("who owns order lines")).text.startswith("`finance__order_lines` has no owner")
    used = (await asking_about.ask("what depends on stg core person in finance")).text
    assert used == "Nothing in the project uses `finance__stg_core__person`."
    assert "`finance__order_lines`" in (await asking_about.ask("what does had refund flag mean")).text
