"""Whether something can be relied on, and why not, is told from the catalog alone, in answers and trust lines alike."""

from datetime import date, timedelta
from typing import Any

import pytest

from agent import Trust
from agent.library import Library
from knowledge.values import Node
from tests.fakes.artifacts import FakeSource, check, data_test, model, other, result, source_table
from tests.integration.agent.asking import NOW, Asked, Asking

HOUR, DAY = 60, 24 * 60
NODES = [
    source_table("erp", "orders"),
    model("stg_orders", "Orders as they arrive.", depends_on=["source.shop.erp.orders"], materialized="view"),
    model("int_orders", depends_on=["stg_orders"]),
    model("orders", "One row per order.", depends_on=["int_orders"], materialized="table"),
    model("orders_v2", "One row per order, without tests.", materialized="table"),
    other("exposure", "board", depends_on=["orders"]),
]
ERROR = 'Database Error in model stg_orders (m/stg_orders.sql)\n  column "<!channel>amount" does not exist\n  LINE 3: x'


def daily(name: str, *, last: float, days: int = 10) -> list[FakeSource]:
    """A run a day, the last one ``last`` minutes before noon of the 20th, as one source after another."""
    return [FakeSource(NODES, results=[result(name, minutes=-last - DAY * day)]) for day in range(days, -1, -1)]


def trust_of(asked: Asked) -> Trust:
    [trust] = asked.answer.trust
    return trust


def deprecated(node: Node, **facts: Any) -> list[Node]:
    other_nodes = [each for each in NODES if each.name != node.name]
    return [*other_nodes, model(node.name, depends_on=[], deprecated_on=date(2026, 3, 1), **facts)]


async def test_a_failed_build_two_steps_up_explains_a_skipped_one(asking_about: Asking) -> None:
    skipped = [result("int_orders", "skipped", minutes=15 * HOUR), result("orders", "skipped", minutes=15 * HOUR)]
    failed = result("stg_orders", "error", minutes=15 * HOUR - 2, message=ERROR)
    await asking_about.load(FakeSource(NODES, results=[failed, *skipped]))
    asked = await asking_about.ask("why is orders failing?")
    why = 'stg_orders, two steps up, failed 02:58 UTC (4 h ago): column "amount" does not exist'
    assert asked.text == f"`orders` is not healthy: last build skipped 03:00 UTC (4 h ago); {why}; no tests."
    assert trust_of(asked).line == f"orders: not healthy · last build skipped 03:00 UTC (4 h ago) · {why} · no tests"
    board = trust_of(await asking_about.ask("is the board dashboard ok?"))
    assert board.status == "unhealthy"
    assert why in board.line


async def test_a_node_that_is_fine_itself_is_doubtful_while_something_above_it_fails(asking_about: Asking) -> None:
    unique = data_test("int_orders", "unique", "order_id")
    results = [*(result(name, minutes=18 * HOUR) for name in ("stg_orders", "int_orders", "orders"))]
    await asking_about.load(FakeSource(NODES, [unique], [*results, result(unique.unique_id, "fail", failures=3)]))
    asked = await asking_about.ask("can I trust orders?")
    assert asked.text.startswith(
        "`orders` is usable with care: built 06:00 UTC (1 h ago); int_orders, one step up, fails"
    )
    assert trust_of(asked).reasons == ("int_orders, one step up, fails unique(order_id)",)
    assert asked.answer.confidence == "inferred"


async def test_a_daily_model_that_was_not_built_for_three_days_is_late(asking_about: Asking) -> None:
    for source in daily("orders", last=2 * DAY + 6 * HOUR):
        await asking_about.load(source)
    asked = await asking_about.ask("is orders fresh?")
    late = "late: built 2026-11-18 06:00 UTC (3 d ago), usually every day"
    assert asked.text == f"`orders` is usable with care: {late}; no tests."
    assert trust_of(asked).line == f"orders: warning · {late} · no tests"


async def test_a_daily_model_that_was_built_yesterday_is_not_late_and_neither_is_a_view(asking_about: Asking) -> None:
    for orders, staging in zip(daily("orders", last=6 * HOUR), daily("stg_orders", last=3 * DAY), strict=True):
        orders.results = [*orders.results, *staging.results]
        await asking_about.load(orders)
    for name in ("orders", "stg_orders"):
        assert trust_of(await asking_about.ask(f"is {name} fresh?")).status == "healthy"


@pytest.mark.parametrize(
    ("description", "meta", "said"),
    [
        ("Use `orders_v2` instead.", {}, "deprecated since 2026-03-01, use orders_v2"),
        ("One row per order.", {"replaced_by": "orders_v2"}, "deprecated since 2026-03-01, use orders_v2"),
        ("Use `<!channel>` or `orders_v3` instead.", {"successor": "nowhere"}, "deprecated since 2026-03-01"),
    ],
)
async def test_a_deprecated_model_names_what_replaces_it_if_that_is_there(
    asking_about: Asking, description: str, meta: dict[str, str], said: str
) -> None:
    nodes = deprecated(NODES[3], description=description, meta=meta)
    await asking_about.load(FakeSource(nodes, results=[result("orders", minutes=18 * HOUR)]))
    asked = await asking_about.ask("is orders healthy?")
    assert asked.text == f"`orders` is usable with care: built 06:00 UTC (1 h ago); no tests; {said}."
    assert trust_of(asked).line.endswith(f" · {said}")


async def test_a_hidden_successor_is_not_named(asking_about: Asking) -> None:
    nodes = deprecated(NODES[3], meta={"replaced_by": "orders_v2"})
    hidden = model("orders_v2", meta={"marty": {"hide": True}})
    nodes = [hidden if node.name == "orders_v2" else node for node in nodes]
    await asking_about.load(FakeSource(nodes, results=[result("orders", minutes=18 * HOUR)]))
    asked = await asking_about.ask("is orders deprecated?")
    assert "orders_v2" not in asked.text + trust_of(asked).line
    assert trust_of(asked).line.endswith("deprecated since 2026-03-01")


async def test_all_is_well_in_one_word_with_the_details_behind_it(asking_about: Asking) -> None:
    tests = [data_test("orders"), data_test("orders", "unique")]
    results = [result("orders", minutes=18 * HOUR), *(result(test.unique_id, "pass") for test in tests)]
    await asking_about.load(FakeSource(NODES, tests, results, [check("erp", "orders")]))
    trust = trust_of(await asking_about.ask("is orders healthy?"))
    assert (trust.name, trust.word, trust.reasons) == ("orders", "healthy", ())
    assert trust.facts == ("built 06:00 UTC (1 h ago)", "2 of 2 tests pass", "sources fresh")


async def test_how_late_something_is_is_judged_as_of_the_last_refresh(asking_about: Asking) -> None:
    """The clock of these tests may run ahead of the refresh's own: then the refresh's counts."""
    for source in daily("orders", last=6 * HOUR):
        await asking_about.load(source)
    catalog = asking_about.shelf.catalog
    await catalog.names()
    refreshed_at = catalog.age().refreshed_at
    assert refreshed_at
    ahead = Library(catalog, asking_about.shelf.searcher, lambda: refreshed_at + timedelta(days=400))
    assert ahead.known_at() == refreshed_at
    assert Library(catalog, asking_about.shelf.searcher, lambda: NOW).known_at() == min(NOW, refreshed_at)
