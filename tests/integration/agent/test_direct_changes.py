"""What changed is answered from what refreshes recorded, without a model: the answer first, then a line a node."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from knowledge import Change, Database
from knowledge.history.history import record_changes
from knowledge.values import Kind, What
from tests.fakes.artifacts import FakeSource, data_test, model, result
from tests.integration.agent.asking import NOW, Asking

ORDERS = "model.lanternfish.orders"
SHOP = [model("orders", "All orders."), model("customers", "All people."), model("old", "Of no use.")]
REST = [model(name) for name in ("refunds", "parcels", "plans")]
UNIQUE = data_test("orders", "unique")


def _change(name: str, what: What, field: str | None = None, item: str | None = None, **facts: Any) -> Change:
    kind: Kind = facts.pop("kind", "model")
    return Change(
        unique_id=f"{kind}.lanternfish.{name}", name=name, kind=kind, what=what, field=field, item=item, **facts
    )


class Past:
    """Records changes as if a refresh had found them some hours ago; there has been one a month ago."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, *changes: Change, hours_ago: float) -> None:
        await self._database.execute("update refresh set finished_at = %(at)s", at=NOW - timedelta(days=30))
        await self._database.execute("update marty_migration set applied_at = %(at)s", at=NOW - timedelta(days=31))
        async with self._database.transaction() as connection:
            await record_changes(connection, 77, 1, changes)
            await connection.execute(
                "update change set changed_at = %(at)s, refresh_id = 1 where refresh_id = 77",
                {"at": NOW - timedelta(hours=hours_ago)},
            )


@pytest.fixture
def past(sample_database: Database) -> Past:
    return Past(sample_database)


async def test_what_changed_is_counted_first_and_then_told_a_line_a_node(asking: Asking, past: Past) -> None:
    await past.record(
        _change("old_orders", "removed"),
        _change("shipments", "broke", "test", "unique(id)", before="pass", after="fail"),
        _change("orders", "recovered", "build", before="error", after="success"),
        _change("orders", "changed", "column", "tax", after="tax"),
        _change("orders", "changed", "column type", "net_amount", before="int", after="decimal(12,2)"),
        _change("customers", "changed", "description", before="a", after="b"),
        _change("refunds_daily", "added"),
        hours_ago=20,
    )
    asked = await asking.ask("what changed since Monday?")
    assert asked.text.splitlines() == [
        "Since Monday, 2026-11-16 (UTC): 1 node was removed, 1 broke, 1 recovered, 2 changed and 1 was added.",
        "- `old_orders` (model) was removed",
        "- `shipments` (model) broke: test `unique(id)` fails",
        "- `orders` (model) recovered: it builds again",
        "- `orders` (model) changed: type of `net_amount` from `int` to `decimal(12,2)` and column `tax` added",
        "- `customers` (model) changed: description",
        "- `refunds_daily` (model) was added",
    ]
    assert (asked.answer.path, asked.answer.confidence, asked.answer.model_calls) == ("direct", None, 0)
    assert ORDERS in asked.answer.nodes
    assert "model.lanternfish.old_orders" not in asked.answer.nodes


async def test_many_changes_are_cut_to_a_few_of_every_sort(asking: Asking, past: Past) -> None:
    removed = [_change(f"gone_{n}", "removed") for n in range(20)]
    await past.record(*removed, *(_change(f"new_{n}", "added") for n in range(3)), hours_ago=1)
    lines = (await asking.ask("what changed today")).text.splitlines()
    assert lines[0].endswith("20 nodes were removed and 3 were added.")
    assert [line.split()[1][:5] for line in lines[1:]] == ["`gone"] * 7 + ["`new_"] * 3 + ["…"]
    assert lines[-1] == "- … and 13 more"


async def test_only_what_is_asked_for_is_told(asking: Asking, past: Past) -> None:
    await past.record(_change("old_orders", "removed"), _change("erp.refunds", "removed", kind="source"), hours_ago=120)
    await past.record(_change("customers", "removed"), _change("orders", "added"), hours_ago=1)
    asked = await asking.ask("which models were removed this week?")
    assert asked.text.splitlines() == [
        "This week (since Monday, 2026-11-16, UTC): 2 models were removed.",
        "- `customers` (model) was removed",
        "- `old_orders` (model) was removed",
    ]
    assert (await asking.ask("what was removed last week")).text.startswith(
        "Nothing was removed last week (Monday, 2026-11-09 to Sunday, 2026-11-15, UTC)."
    )


async def test_columns_and_tests_can_be_asked_for(asking: Asking, past: Past) -> None:
    await past.record(
        _change("orders", "changed", "column", "tax", after="tax"),
        _change("orders", "changed", "column", "fee", before="fee"),
        _change("orders", "changed", "test", "unique(tax)", after="unique(tax)"),
        hours_ago=1,
    )
    asked = await asking.ask("which columns were dropped this week")
    assert asked.text.endswith("1 column was removed.\n- `orders` (model) changed: column `fee` dropped")
    asked = await asking.ask("which tests were added to orders since monday")
    assert asked.text == "`orders` changed 06:00 UTC (1 h ago): test `unique(tax)` added."


async def test_a_node_is_told_with_the_times_of_its_changes(asking: Asking, past: Past) -> None:
    await past.record(_change("orders", "changed", "owner", before="Ana", after="Ben"), hours_ago=50)
    await past.record(_change("orders", "broke", "freshness"), hours_ago=2)
    asked = await asking.ask("what changed in ordrs since Monday?")
    assert asked.text.splitlines()[:3] == [
        "`orders` changed 2 times since Monday, 2026-11-16 (UTC), the last time 05:00 UTC (2 h ago):",
        "- 2026-11-21 05:00 UTC: it is late",
        "- 2026-11-19 05:00 UTC: owner from `Ana` to `Ben`",
    ]
    assert "I took `ordrs` as `orders`." in asked.text
    assert asked.answer.nodes == (ORDERS,)
    assert asked.answer.trust


async def test_a_column_has_its_own_changes(asking: Asking, past: Past) -> None:
    await past.record(
        _change("orders", "changed", "column description", "NET_AMOUNT", before="a", after="b"),
        _change("orders", "changed", "test", "not_null(net_amount)", after="not_null(net_amount)"),
        _change("orders", "changed", "group", after="finance"),
        hours_ago=3,
    )
    asked = await asking.ask("what changed in orders.net_amount?")
    assert "description of `NET_AMOUNT`" in asked.text
    assert "test `not_null(net_amount)` added" in asked.text
    assert "group" not in asked.text


async def test_without_a_change_in_that_time_the_one_before_is_told(asking: Asking, past: Past) -> None:
    await past.record(_change("orders", "changed", "description"), hours_ago=24 * 9)
    asked = await asking.ask("has orders changed since Monday?")
    assert asked.text.startswith("`orders` has not changed since Monday, 2026-11-16 (UTC). Before that, it changed")
    assert "I have been watching since 2026-10-22 07:00 UTC." in asked.text


async def test_a_node_that_is_gone_or_called_otherwise_is_still_known(asking: Asking, past: Past) -> None:
    await past.record(_change("old_orders", "removed"), hours_ago=26)
    await past.record(
        _change("orders", "renamed", item="model.lanternfish.fct_orders", before="fct_orders", after="orders"),
        hours_ago=30,
    )
    assert (await asking.ask("when was old_orders removed?")).text.startswith(
        "`old_orders` was removed 2026-11-20 05:00 UTC (26 h ago)."
    )
    assert "renamed from `fct_orders`" in (await asking.ask("what changed in fct_orders")).text
    assert "- `fct_orders` is called `orders` now" in (await asking.ask("was anything renamed this week?")).text


async def test_a_name_that_never_was_is_said_to_be_none(asking: Asking) -> None:
    asked = await asking.ask("when was fct_nothing_like_it removed?")
    assert asked.text.startswith("There is no `fct_nothing_like_it` in the catalog.")
    assert asked.answer.refused


async def test_without_any_change_it_is_said_since_when_marty_watches(asking: Asking) -> None:
    asked = await asking.ask("what changed?")
    assert re.match(r"I have been watching only since [-\d]+ [:\d]+ UTC. Nothing changed since then.", asked.text)
    asked = await asking.ask("what broke last week?")
    assert (
        "UTC. Nothing broke last week (Monday, 2026-11-09 to Sunday, 2026-11-15, UTC), as far as I know" in asked.text
    )


async def test_who_has_been_watching_all_the_time_says_when_nothing_changed(asking: Asking, past: Past) -> None:
    await past.record(hours_ago=0)
    assert (await asking.ask("what changed today?")).text.startswith(
        "Nothing changed today (since Saturday, 2026-11-21, UTC)."
    )


async def test_hostile_texts_of_changes_are_harmless(asking: Asking, past: Past) -> None:
    evil = "`<!channel> [pay](https://evil.example) *now*`"
    await past.record(
        _change("orders", "changed", "owner", before=evil, after=f"{evil}\n\n# Title"),
        _change("orders", "changed", "test", evil, after=evil),
        Change(unique_id="model.lanternfish.x", name=evil, kind="model", what="removed"),
        hours_ago=1,
    )
    asked = await asking.ask("what changed today?")
    assert not any(part in asked.text for part in ("<!", "https://", "*", "]("))
    assert len(asked.text.splitlines()) == 3


async def test_refreshes_record_what_they_find(asking_about: Asking) -> None:
    await asking_about.load(FakeSource([*SHOP, *REST], tests=[UNIQUE], results=[result(UNIQUE.unique_id, "pass")]))
    assert "Nothing changed since then." in (await asking_about.ask("what changed?")).text
    orders, customers, _ = SHOP
    sales = replace(customers, unique_id="model.shop.people", name="people")
    later = FakeSource(
        [replace(orders, description="Paid orders."), sales, *REST],
        tests=[UNIQUE],
        results=[result(UNIQUE.unique_id, "fail", minutes=5)],
        minutes=5,
    )
    await asking_about.load(later)
    asked = await asking_about.ask("what changed since 2020-01-01")
    assert asked.text.splitlines()[:5] == [
        "Since Wednesday, 2020-01-01 (UTC): 1 node was removed, 1 broke, 1 was renamed and 1 changed.",
        "- `old` (model) was removed",
        "- `orders` (model) broke: test `unique(id)` fails",
        "- `customers` is called `people` now",
        "- `orders` (model) changed: description",
    ]


async def test_a_column_that_was_dropped_is_not_taken_for_another(asking: Asking, past: Past) -> None:
    dropped = _change("orders", "changed", "column", "levy_amount", before="levy_amount")
    await past.record(dropped, _change("orders", "changed", "description", before="a", after="b"), hours_ago=26)
    questions = [
        "what changed in orders.levy_amount?",
        "what is orders.levy_amount?",
        "was levy_amount dropped from orders?",
    ]
    for question in questions:
        asked = await asking.ask(question)
        assert asked.text.startswith(
            "`orders` has no column `levy_amount`. It was dropped 2026-11-20 05:00 UTC (26 h ago)."
        ), question
        assert "I took" not in asked.text
    asked = await asking.ask("was levy_amount dropped?")
    assert "`orders.levy_amount` was dropped 2026-11-20 05:00 UTC (26 h ago)." in asked.text
    asked = await asking.ask("what is orders.levied_amount?")
    assert asked.text.startswith("`orders` has no column `levied_amount`. The nearest ")


async def test_a_dropped_column_may_be_called_by_an_ordinary_word(asking: Asking, past: Past) -> None:
    await past.record(_change("orders", "changed", "column", "fee", before="fee"), hours_ago=2)
    dropped = "dropped 05:00 UTC (2 h ago)."
    assert (await asking.ask("was fee dropped?")).text.startswith(
        f"There is no `fee` in the catalog. `orders.fee` was {dropped}"
    )
    assert (await asking.ask("was fee dropped from orders?")).text.startswith(
        f"`orders` has no column `fee`. It was {dropped}"
    )


async def test_a_former_name_leads_to_the_node_as_it_is_called_now(asking: Asking, past: Past) -> None:
    old = _change("orders", "renamed", item="model.lanternfish.fct_orders", before="fct_orders", after="orders")
    await past.record(old, _change("stg_order", "removed"), hours_ago=2)
    asked = await asking.ask("was fct_orders removed?")
    assert asked.text.startswith("`orders` was not removed, as far as I have seen.")
    assert "`fct_orders` is called `orders` since 05:00 UTC (2 h ago)." in asked.text
    assert (await asking.ask("what changed in stg_order")).text.startswith("`stg_order` was removed 05:00 UTC")


async def test_what_was_removed_is_said_to_be_gone_since_when(asking: Asking, past: Past) -> None:
    await past.record(_change("old_orders", "removed"), _change("churned", "removed"), hours_ago=26)
    for question in ("what is old_orders?", "who owns old_orders?", "what is old_orders.id?", "what is churned?"):
        assert (
            "in the catalog any more. It was removed 2026-11-20 05:00 UTC (26 h ago)."
            in (await asking.ask(question)).text
        ), question


async def test_what_has_another_name_now_is_answered_under_that(asking: Asking, past: Past) -> None:
    first = _change(
        "fct_orders", "renamed", item="model.lanternfish.shop_sales", before="shop_sales", after="fct_orders"
    )
    then = _change("orders", "renamed", item="model.lanternfish.fct_orders", before="fct_orders", after="orders")
    await past.record(first, hours_ago=50)
    await past.record(then, hours_ago=26)
    asked = await asking.ask("who owns shop_sales?")
    assert asked.text.startswith("`orders` is owned by ")
    assert "`shop_sales` is called `orders` since 2026-11-20 05:00 UTC (26 h ago)." in asked.text
    assert (await asking.ask("what is shop_sales.net_amount?")).text.startswith("`orders.net_amount`")


async def test_only_the_sort_that_is_asked_for_is_told(asking: Asking, past: Past) -> None:
    changed = _change("orders", "changed", "description", before="a", after="b")
    await past.record(changed, _change("old_orders", "removed"), hours_ago=1)
    for question, text in {
        "what broke?": "Nothing broke in the last 7 days.",
        "what recovered today?": "Nothing recovered today",
        "what's new": "Nothing was added in the last 7 days.\nBesides, 1 node was removed and 1 changed",
        "new models since monday?": "No model was added since Monday",
        "any new models?": "No model was added in",
        "what models are new": "No model was added in",
        "which tests started failing today": "No test broke today",
        "what failed last night": "Nothing broke last night",
    }.items():
        assert (await asking.ask(question)).text.startswith(text), question


async def test_a_test_that_broke_is_found_by_asking_for_tests(asking: Asking, past: Past) -> None:
    broke = _change("orders", "broke", "test", "unique(id)", before="pass", after="fail")
    await past.record(broke, _change("customers", "broke", "build"), hours_ago=1)
    asked = await asking.ask("which tests started failing today?")
    assert asked.text.splitlines()[0].endswith(": 1 test broke.")
    assert "customers" not in asked.text
    for question in ("what broke in orders", "did orders break?"):
        assert (await asking.ask(question)).text == "`orders` broke 06:00 UTC (1 h ago): test `unique(id)` fails."
    assert (await asking.ask("did customers recover?")).text.startswith("`customers` has not recovered")


async def test_a_field_of_a_node_can_be_asked_for(asking: Asking, past: Past) -> None:
    dropped = _change("orders", "changed", "column", "fee", before="fee")
    await past.record(dropped, _change("orders", "changed", "group", before="a", after="b"), hours_ago=1)
    assert (await asking.ask("did the schema of orders change?")).text.startswith(
        "`orders` changed 06:00 UTC (1 h ago): column `fee` dropped."
    )
    assert (await asking.ask("did any columns change in orders?")).text.endswith("column `fee` dropped.")
    assert (await asking.ask("did the description of orders change")).text.startswith(
        "`orders` has not changed in its description, as far as I have seen."
    )


async def test_a_part_of_the_project_can_be_asked_for(asking: Asking, past: Past) -> None:
    stg, mart = _change("stg_x", "removed", layer="staging"), _change("x", "removed", layer="mart")
    await past.record(stg, mart, _change("paid", "added", kind="metric"), hours_ago=1)
    assert (await asking.ask("what changed in staging")).text.endswith(
        "1 staging model was removed.\n- `stg_x` (model) was removed"
    )
    assert "1 mart was removed" in (await asking.ask("what changed in the marts since monday?")).text
    assert "1 metric was added" in (await asking.ask("what changed for metrics")).text


@pytest.mark.parametrize(
    "question",
    [
        "what changed since tomorrow?",
        "what changed since my vacation",
        "what broke since 10/11/2026",
        "what changed in orders since my vacation?",
    ],
)
async def test_a_time_that_means_nothing_is_said_to_be_not_understood(asking: Asking, question: str) -> None:
    assert (await asking.ask(question)).text.startswith("I do not understand the time `since ")


async def test_numbers_have_thousands_separators(asking: Asking, past: Past) -> None:
    await past.record(*(_change(f"gone_{n}", "removed") for n in range(1_500)), hours_ago=1)
    assert (await asking.ask("what changed today")).text.endswith("- … and 1,490 more")


async def test_what_is_broken_now_is_told_from_the_newest_runs(asking_about: Asking) -> None:
    warns = data_test("customers", "accepted_values", severity="warn")
    orders, customers, old = SHOP
    await asking_about.load(
        FakeSource(
            [replace(orders, layer="mart"), customers, old, *REST],
            tests=[UNIQUE, warns],
            results=[
                result("old", "error"),
                result(UNIQUE.unique_id, "fail"),
                result("customers"),
                result(warns.unique_id, "fail"),
            ],
        )
    )
    lines = ["- `orders` (mart model): test `unique(id)` fails", "- `old` (model): its build failed"]
    for question in ("what is broken?", "what's failing right now", "which models are broken?"):
        assert (await asking_about.ask(question)).text.splitlines()[1:3] == lines, question
    assert (await asking_about.ask("which tests are failing?")).text.splitlines()[:2] == [
        "1 node has a failing test right now:",
        lines[0],
    ]
    assert (await asking_about.ask("which sources are failing?")).text.startswith("No source fails right now")


async def test_a_column_is_asked_about_by_what_became_of_it(asking: Asking, past: Past) -> None:
    await past.record(_change("orders", "changed", "column", "net_amount", after="net_amount"), hours_ago=1)
    for question in ("when was the column net_amount added to orders", "which columns were added to orders?"):
        assert (await asking.ask(question)).text.endswith("column `net_amount` added."), question
    assert (await asking.ask("was net_amount dropped from orders?")).text.startswith(
        "`orders.net_amount` was not removed, as far as I have seen."
    )
    assert (await asking.ask("was order_id dropped?")).text.startswith("`order_id` was not removed, as far as I have")


async def test_of_two_projects_with_one_name_each_is_said_to_be_which(asking_about: Asking) -> None:
    shop = FakeSource([model("orders", "All orders.", layer="mart"), *REST])
    cafe = replace(shop.nodes[0], unique_id="model.cafe.orders", package="cafe", description="All meals.")
    other = FakeSource([cafe], name="cafe")
    await asking_about.load(shop, other)
    text = (await asking_about.ask("what is orders?")).text
    assert text.startswith(("`orders` (cafe, mart model): All meals.", "`orders` (shop, mart model): All orders."))
    assert (await asking_about.ask("who owns orders?")).text.startswith(("`orders` (cafe) has", "`orders` (shop) has"))
    other.nodes, other.minutes = [replace(cafe, description="Meals.")], 5
    await asking_about.load(shop, other)
    assert "- `orders` (model of cafe) changed: description" in (await asking_about.ask("what changed?")).text
