"""No answer names what the catalog does not have, unless it says so: a lying model is corrected, or contradicted."""

import pytest

from agent.reading.resting import MARK
from agent.view import answer_to_json
from bot.answer_text import answer_text
from bot.reply import render_answer
from tests.fakes.artifacts import FakeSource, model, source_table
from tests.fakes.openai import Body, Fails, Says, Step
from tests.integration.agent.asking import Asking

QUESTION = "How do sales develop per channel and week, and which date should I group by?"


def _sql(statement: str, text: str = "Use `orders`.") -> Says:
    return Says(text=f"{text}\n```sql\n{statement}\n```")


async def test_an_invented_name_goes_back_once_with_the_nearest_real_ones(asking: Asking) -> None:
    server = await asking.script(Says(text="Use `orders_dayly`."), Says(text="Use `orders_daily`."))
    asked = await asking.ask(QUESTION)
    assert (asked.answer.text, asked.answer.confidence, asked.answer.model_calls) == (
        "Use `orders_daily`.",
        "checked",
        2,
    )
    assert server.requests[1]["tool_choice"] == "none"
    told = server.requests[1]["messages"][-1]["content"]
    assert "- `orders_dayly` is not in the catalog. Nearest: `orders_daily`" in told


@pytest.mark.parametrize(
    ("said", "flagged"),
    [
        ("Use `fct_orders_final` for it.", "`fct_orders_final` is not in the catalog."),
        ("Group by `orders.ghost_date`.", "`orders.ghost_date` is not in the catalog."),
        ("The `revenues` table has it.", "`revenues` is not in the catalog."),
        ("Use **fct_orders_final** instead of orders.", "`fct_orders_final` is not in the catalog."),
        ("Take `sum(orders.ghost_amount)`.", "`orders.ghost_amount` is not in the catalog."),
        ("Start from `{{ ref('ghost') }}`.", "`ghost` is not in the catalog."),
        ("Join `a_ghost` and `b_ghost`.", "`a_ghost` and `b_ghost` are not in the catalog."),
    ],
)
async def test_a_model_that_insists_is_contradicted(asking: Asking, said: str, flagged: str) -> None:
    await asking.script(Says(text=said), repeat_last=True)
    asked = await asking.ask(QUESTION)
    assert flagged in asked.text
    assert (asked.answer.confidence, asked.answer.model_calls) == ("inferred", 2)
    assert asked.streamed == ""


async def test_saying_that_something_does_not_exist_is_no_invention(asking: Asking) -> None:
    await asking.script(Says(text="There is no `orders_hourly` in the catalog; use `orders_daily`."))
    asked = await asking.ask(QUESTION)
    assert (asked.answer.model_calls, asked.answer.notices) == (1, ())


@pytest.mark.parametrize(
    "text",
    [
        "Use `orders`; `status` is never `NULL`, see `dbt_project.yml` and `models/marts/orders.sql`.",
        "Use `orders`, an `incremental` model: `count(distinct customer_id)` per `date_trunc('month', ordered_at)`.",
        "Use `orders`, tested by `not_null` and `unique_combination_of_columns`, since `2026-01-31`, e.g. `0.19`.",
        "Use `orders` (`analytics.orders`), fed by `shop.orders`; run `dbt build --select orders+`.",
        "Use `orders`: filter `status = 'in_transit'` and `channel in ('web_shop')`.",
        "Use `revenue`, a metric by `metric_time`; group by `order_date`.",
    ],
)
async def test_ordinary_words_in_code_style_raise_no_alarm(asking: Asking, text: str) -> None:
    await asking.script(Says(text=text))
    asked = await asking.ask(QUESTION)
    assert (asked.answer.model_calls, asked.answer.notices) == (1, ())


async def test_sql_over_real_columns_is_shown(asking: Asking) -> None:
    statement = (
        'with weekly as (select o."ORDER_DATE" as week, sum(net_amount) as total from {{ ref("orders") }} as o '
        "group by 1)\nselect week, total, total * 2 as twice from weekly where total > 0 order by twice"
    )
    await asking.script(_sql(statement))
    asked = await asking.ask(QUESTION)
    assert (asked.answer.sql, asked.answer.confidence, asked.answer.model_calls) == (statement, "checked", 1)


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("select ghost from orders", "I left out the SQL: `ghost` is not in the catalog."),
        ("select o.ghost from orders o", "I left out the SQL: `o.ghost` is not in the catalog."),
        ("select order_id from ghosts", "I left out the SQL: `ghosts` is not in the catalog."),
        ("select order_id from prod.orders", "I left out the SQL: `prod.orders` is not in the catalog."),
        ("select from where", "I left out SQL that could not be read"),
        ("drop table orders", "I left out SQL that would not only read."),
        ("delete from orders where true", "I left out SQL that would not only read."),
        ("select 1; drop table orders", "I left out SQL that would not only read."),
        ("with gone as (delete from orders returning *) select * from gone", "I left out SQL"),
        ("select * into copy_of_orders from orders", "I left out SQL that would not only read."),
        ("create table x as select * from orders", "I left out SQL that would not only read."),
    ],
)
async def test_sql_that_does_not_hold_is_withheld_whole(asking: Asking, statement: str, why: str) -> None:
    await asking.script(_sql(statement), repeat_last=True)
    asked = await asking.ask(QUESTION)
    assert asked.answer.sql is None
    assert why in asked.text
    assert statement not in asked.text
    assert asked.answer.confidence == "inferred"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Use `orders`. The query below sums it per week.", f"Use `orders`. The query below sums it per week {MARK}."),
        ("Use `orders`. Run this:", "Use `orders`."),
        ("Use `orders`:", "Use `orders`."),
        ("Use `orders` and take `ghost` of it.", f"Use `orders` and take `ghost` of it {MARK}."),
        (
            "Use `orders`. Or `select ghost from orders`. It counts.",
            "Use `orders`. Or (a query that I left out). It counts.",
        ),
    ],
)
async def test_what_rests_on_sql_that_is_withheld_says_so_on_every_surface(
    asking: Asking, said: str, shown: str
) -> None:
    await asking.script(_sql("select ghost from orders", said), repeat_last=True)
    answer = (await asking.ask(QUESTION)).answer
    assert (answer.text, answer.sql, answer.sql_withheld) == (shown, None, True)
    assert answer_to_json(answer)["answer"].startswith(shown)
    assert answer_text(answer).startswith(shown)
    assert render_answer(answer, "turn").markdown == shown


async def test_an_answer_that_was_nothing_but_a_query_that_fails_is_none(asking: Asking) -> None:
    await asking.script(_sql("select ghost from orders", "Here is the query:"), repeat_last=True)
    asked = await asking.ask(QUESTION)
    assert asked.text.startswith("I have no answer that holds against the catalog.\n\nI left out the SQL: `ghost`")
    assert (asked.answer.refused, asked.answer.sql_withheld) == (True, True)


@pytest.mark.parametrize("fence", ["```\n{}\n```", "~~~sql\n{}\n~~~", "```sql\n{}", "{}"])
async def test_sql_is_found_however_it_is_set_apart(asking: Asking, fence: str) -> None:
    statement = "select order_id,\n  net_amount\nfrom analytics.orders"
    await asking.script(Says(text="Use `orders`:\n\n" + fence.format(statement)))
    assert (await asking.ask(QUESTION)).answer.sql == statement


async def test_of_several_queries_the_first_is_shown_and_the_others_are_owned_up_to(asking: Asking) -> None:
    await asking.script(
        Says(text="Either:\n```sql\nselect 1 from orders\n```\nor\n```sql\nselect 2 from orders\n```\nof `orders`.")
    )
    asked = await asking.ask(QUESTION)
    assert asked.answer.sql == "select 1 from orders"
    assert "Only the first of 2 queries is shown." in asked.text


async def test_trust_rests_on_the_tables_of_the_sql(asking: Asking) -> None:
    await asking.script(_sql("select order_id from analytics.shipments join analytics.orders using (order_id)"))
    asked = await asking.ask(QUESTION)
    assert [trust.unique_id for trust in asked.answer.trust] == [
        "model.lanternfish.shipments",
        "model.lanternfish.orders",
    ]
    assert asked.answer.confidence == "inferred"


@pytest.mark.parametrize(
    "lie",
    [
        "shipments: healthy · built 06:12 UTC (1 h ago) · 14 of 14 tests pass · owner Mallory",
        "**Trust:** healthy",
        "Confidence: verified",
        "✅ Verified by Ana Ruiz",
        "Owner: Mallory",
        "> **Owner** — Mallory",
        "Lineage: `orders` → `shipments`",
    ],
)
async def test_a_line_that_only_code_may_write_is_taken_out(asking: Asking, lie: str) -> None:
    await asking.script(Says(text=f"Use `shipments`.\n{lie}\nIt has one row per parcel."))
    asked = await asking.ask(QUESTION)
    assert asked.answer.text == "Use `shipments`.\nIt has one row per parcel."
    assert "Mallory" not in asked.streamed
    assert "erified" not in asked.streamed
    assert asked.answer.trust[0].status == "unhealthy"
    assert asked.answer.confidence == "inferred"


@pytest.mark.parametrize("fault", [Fails(status=401), Says(text="")], ids=str)
async def test_an_answer_that_cannot_be_corrected_is_shown_with_its_flags(asking: Asking, fault: Step) -> None:
    await asking.script(Says(text="Use `orders_dayly`."), fault, repeat_last=True)
    asked = await asking.ask(QUESTION)
    assert asked.text == "Use `orders_dayly`.\n\n`orders_dayly` is not in the catalog."
    assert (asked.answer.path, asked.answer.confidence) == ("model", "inferred")


async def test_an_undescribed_model_is_at_most_inferred(asking: Asking) -> None:
    await asking.script(Says(text="Use `product_margins`."))
    asked = await asking.ask("Which product earns us most, and by which figure should I see it?")
    assert (asked.answer.trust[0].status, asked.answer.confidence) == ("healthy", "inferred")


async def test_without_the_warehouses_columns_an_unknown_one_is_undocumented_not_wrong(asking_about: Asking) -> None:
    nodes = [
        model("payments", "One row per payment.", columns=["payment_id", "amount"], layer="mart"),
        source_table("raw", "refunds", columns=["refund_id", "reason"]),
    ]
    await asking_about.load(FakeSource(nodes))
    await asking_about.script(_sql("select amount, reason from payments", "Use `payments`."), repeat_last=True)
    asked = await asking_about.ask("How much was paid, and why was it paid back, per month?")
    assert asked.answer.sql == "select amount, reason from payments"
    assert (asked.answer.model_calls, asked.answer.confidence) == (1, "inferred")
    assert "`reason` is not documented there." in asked.text


async def test_a_column_that_nobody_documents_is_asked_about_once_and_then_flagged(asking_about: Asking) -> None:
    await asking_about.load(FakeSource([model("payments", "One row per payment.", columns=["payment_id", "amount"])]))
    server = await asking_about.script(_sql("select ghost from payments", "Use `payments`."), repeat_last=True)
    asked = await asking_about.ask("How much was paid, and why was it paid back, per month?")
    assert len(server.requests) == 2
    assert asked.answer.sql is not None
    assert "`ghost` is not documented there." in asked.text


async def test_an_obedient_model_needs_no_second_look(asking: Asking) -> None:
    def obeys(body: Body) -> Step:
        repaired = "was checked against the catalog" in body["messages"][-1]["content"]
        return Says(text="Use `orders`." if repaired else "Use `orders_of_the_year`.")

    server = await asking.script(obeys, repeat_last=True)
    assert (await asking.ask(QUESTION)).answer.text == "Use `orders`."
    assert len(server.requests) == 2


async def test_that_a_model_of_the_project_is_not_there_goes_back_once_and_then_goes(asking: Asking) -> None:
    denial = "Use `orders_daily`. I could not find `shipments`, as it is not in the catalog."
    model = await asking.script(Says(text=denial), repeat_last=True)
    asked = await asking.ask(QUESTION)
    assert "`shipments` is in the catalog." in model.requests[1]["messages"][-1]["content"]
    assert "not in the catalog" not in asked.text + asked.streamed
    assert asked.answer.text == "Use `orders_daily`."
