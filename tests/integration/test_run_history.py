"""The catalog remembers when each node was built, and knows what fails above it."""

from datetime import datetime, timedelta

import pytest

from knowledge.catalog import Catalog
from knowledge.database import Database
from knowledge.embedding import OfflineEmbedder
from knowledge.refresh import Refresher
from knowledge.values import Health, RunResult
from tests.fakes.artifacts import NOON, FakeSource, data_test, model, other, result, source_table

ORDERS = "model.shop.orders"
DAY = 24 * 60
NODES = [
    source_table("erp", "orders"),
    model("base_orders", depends_on=["source.shop.erp.orders"]),
    model("stg_orders", depends_on=["base_orders"]),
    model("stg_people"),
    model("orders", depends_on=["stg_orders", "stg_people"]),
    model("orders_daily", depends_on=["orders"]),
    model("orders_weekly", depends_on=["orders_daily"]),
]


@pytest.fixture
def source() -> FakeSource:
    return FakeSource(NODES)


@pytest.fixture
def refresher(database: Database) -> Refresher:
    return Refresher(database, OfflineEmbedder())


async def health(database: Database, name: str = "orders") -> Health:
    unique_id = f"model.shop.{name}"
    return (await Catalog(database).health([unique_id]))[unique_id]


def minutes(builds: tuple[datetime, ...]) -> list[float]:
    return [(at - NOON) / timedelta(minutes=1) for at in builds]


async def written(database: Database) -> list[str]:
    """Which transaction wrote each outcome last."""
    return [str(row) for row in await database.fetch("select unique_id, xmin::text from run_result order by 1")]


async def test_builds_are_remembered_newest_first_whatever_came_of_the_last(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    for at, status in (
        (-4 * DAY, "success"),
        (-3 * DAY, "no-op"),
        (-2 * DAY, "reused"),
        (-DAY, "error"),
        (0, "skipped"),
    ):
        source.results = [result("orders", status, minutes=at)]
        await refresher.refresh(source)
    found = await health(database)
    assert found.built
    assert (found.built.status, minutes(found.builds)) == ("skipped", [-2 * DAY, -3 * DAY, -4 * DAY])


async def test_a_build_that_comes_to_be_known_late_is_remembered_in_its_place(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    source.results = [result("orders", minutes=-DAY, message="the newest")]
    await refresher.refresh(source)
    source.results = [result("orders", minutes=-2 * DAY)]
    assert (await refresher.refresh(source)).results == 0
    found = await health(database)
    assert found.built
    assert (found.built.message, minutes(found.builds)) == ("the newest", [-DAY, -2 * DAY])


async def test_several_runs_at_once_fill_the_history(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    earlier = tuple(NOON - timedelta(days=day) for day in (3, 2))
    source.results = [result("orders", minutes=-DAY, earlier=earlier)]
    await refresher.refresh(source)
    assert minutes((await health(database)).builds) == [-DAY, -2 * DAY, -3 * DAY]


async def test_what_is_known_already_is_not_written_again(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    every_hour = tuple(NOON - timedelta(hours=hour) for hour in range(24, 24 * 8))
    source.results = [result("orders", minutes=-DAY, earlier=every_hour), result("stg_orders", minutes=-DAY)]
    await refresher.refresh(source)
    before = await written(database)
    await refresher.refresh(source, full=True)
    assert await written(database) == before
    source.results = [result("orders", minutes=0, earlier=every_hour), result("stg_orders", minutes=-DAY)]
    await refresher.refresh(source)
    assert len(set(await written(database)) - set(before)) == 1


async def test_the_history_is_bounded_and_keeps_the_rhythm_of_the_day_and_of_the_weeks(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    every_quarter = tuple(NOON - timedelta(minutes=15 * place) for place in range(1, 4 * 24 * 60))
    source.results = [result("orders", minutes=-15, earlier=every_quarter)]
    await refresher.refresh(source)
    builds = (await health(database)).builds
    assert minutes(builds[:12]) == [-15 * place for place in range(1, 13)]
    assert len(builds) == 40
    assert builds[0] - builds[-1] > timedelta(days=13)
    assert {(at.hour, at.minute) for at in builds[13:]} == {(0, 0), (23, 45)}


async def test_a_build_that_lies_ahead_is_not_remembered(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    source.results = [result("orders", minutes=-DAY, earlier=(NOON + timedelta(days=9_000),))]
    await refresher.refresh(source)
    assert minutes((await health(database)).builds) == [-DAY]


async def test_a_node_that_leaves_takes_its_history_along(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    source.results = [result("orders", minutes=-DAY)]
    await refresher.refresh(source)
    source.nodes = [node for node in NODES if node.name != "orders"]
    source.results = []
    await refresher.refresh(source)
    source.nodes = NODES
    await refresher.refresh(source)
    assert (await health(database)).builds == ()


def failed(name: str, message: str) -> RunResult:
    return result(name, "error", message=message)


async def upstream(database: Database, name: str) -> list[tuple[str, int, str | None]]:
    return [(fault.node.name, fault.depth, fault.status) for fault in (await health(database, name)).upstream]


async def test_what_fails_up_to_two_steps_up_is_known_with_what_it_said(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    source.results = [result("orders"), result("orders_daily"), failed("stg_orders", "boom")]
    await refresher.refresh(source)
    [fault] = (await health(database, "orders_daily")).upstream
    assert (fault.node.name, fault.depth, fault.status, fault.message) == ("stg_orders", 2, "error", "boom")
    assert fault.completed_at == NOON
    assert await upstream(database, "orders") == [("stg_orders", 1, "error")]
    assert await upstream(database, "orders_weekly") == [], "three steps are too many"
    assert await upstream(database, "stg_orders") == [], "its own fault is not above it"


async def test_where_builds_were_skipped_the_reason_is_found_however_far_up(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    names = ("stg_orders", "orders", "orders_daily", "orders_weekly")
    source.results = [failed("base_orders", "boom"), *(result(name, "skipped") for name in names)]
    await refresher.refresh(source)
    assert await upstream(database, "orders_weekly") == [("base_orders", 4, "error")]


async def test_tests_that_fail_above_are_named_unless_they_only_warn(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    unique = data_test("stg_orders", "unique", "order_id")
    lax = data_test("stg_people", "not_null", "id", severity="warn")
    source.tests = [unique, data_test("stg_orders", "fresh", None), lax]
    source.results = [
        result("stg_orders"),
        result(unique.unique_id, "fail", minutes=3),
        result(source.tests[1].unique_id, "error", minutes=2),
        result(lax.unique_id, "fail"),
    ]
    await refresher.refresh(source)
    [fault] = (await health(database)).upstream
    assert (fault.node.name, fault.status, fault.tests) == ("stg_orders", None, ("fresh", "unique(order_id)"))
    assert fault.completed_at == NOON + timedelta(minutes=3)


async def test_the_nearest_and_gravest_few_come_first(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    parents = [f"p{place}" for place in range(8)]
    source.nodes = [*NODES, *map(model, parents), model("wide", depends_on=[*parents, "orders"])]
    failing = data_test("p0")
    source.tests = [failing]
    source.results = [
        failed("stg_people", "far"),
        *(failed(name, "near") for name in parents[1:4]),
        result(failing.unique_id, "fail"),
    ]
    await refresher.refresh(source)
    assert await upstream(database, "wide") == [
        ("p1", 1, "error"),
        ("p2", 1, "error"),
        ("p3", 1, "error"),
        ("p0", 1, None),
        ("stg_people", 2, "error"),
    ]


async def test_a_hidden_node_is_no_reason_that_is_told_but_the_way_leads_through_it(
    database: Database, source: FakeSource
) -> None:
    refresher = Refresher(database, OfflineEmbedder(), exclude="stg_orders")
    source.results = [failed("stg_orders", "boom"), failed("base_orders", "boom too"), result("orders")]
    await refresher.refresh(source)
    assert await upstream(database, "orders") == [("base_orders", 2, "error")]


async def test_faults_of_another_environment_are_none_of_this_one(database: Database, refresher: Refresher) -> None:
    production = FakeSource(NODES, results=[result("orders")])
    staging = FakeSource(NODES, results=[failed("stg_orders", "boom")], environment="staging")
    await refresher.refresh(production, staging)
    assert await upstream(database, "orders") == []


async def test_a_broad_net_that_was_skipped_as_a_whole_is_looked_through(
    database: Database, refresher: Refresher
) -> None:
    layers = [[f"m{layer}_{place}" for place in range(12)] for layer in range(10)]
    nodes = [
        model(name, depends_on=layers[depth - 1] if depth else [])
        for depth, layer in enumerate(layers)
        for name in layer
    ]
    results = [failed("m0_0", "boom"), *(result(name, "skipped") for layer in layers[1:] for name in layer)]
    board = other("exposure", "board", depends_on=["m6_0"])
    await refresher.refresh(FakeSource([*nodes, board], results=results))
    assert await upstream(database, "m6_0") == [("m0_0", 6, "error")]
