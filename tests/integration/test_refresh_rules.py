"""What a refresh keeps to whatever the artifacts say: guards, what is hidden, what is recorded, who is first."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

from knowledge.catalog import Catalog
from knowledge.database import Database
from knowledge.embedding import OfflineEmbedder
from knowledge.refresh import Refresher
from knowledge.values import Column, Oddity
from tests.fakes.artifacts import FakeSource, check, data_test, model, other, result, source_table

ORDERS = model("orders", "One row per order.", columns=["order_id", "amount"], depends_on=["stg_orders"])
STAGING = model("stg_orders", "Orders as they arrive.", columns=["order_id"], layer="staging")
REVENUE = other("metric", "revenue", "Net revenue.", depends_on=["orders"])
CATALOG = ("node", "node_column", "edge", "data_test", "posting", "passage")


@pytest.fixture
def refresher(database: Database) -> Refresher:
    return Refresher(database, OfflineEmbedder())


@pytest.fixture
def source() -> FakeSource:
    return FakeSource(
        nodes=[ORDERS, STAGING, REVENUE, source_table("erp", "orders")],
        tests=[data_test("orders")],
        results=[result("orders"), result(data_test("orders").unique_id, "pass")],
        freshness=[check("erp", "orders")],
    )


async def _told(database: Database) -> list[tuple[str, str, str | None, str | None]]:
    rows = await database.fetch("select name, what, field, item from change order by change_id")
    return [(row["name"], row["what"], row["field"], row["item"]) for row in rows]


async def test_results_alone_are_merged_without_a_look_at_the_definitions(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    await refresher.refresh(source)
    source.results_only = True
    source.results = [result("orders", "error", minutes=5), result("model.shop.elsewhere", minutes=5)]
    outcome = await refresher.refresh(source)
    assert (outcome.status, outcome.results) == ("unchanged", 1)
    built = (await Catalog(database).health([ORDERS.unique_id]))[ORDERS.unique_id].built
    assert built
    assert built.status == "error"
    assert [row["unique_id"] for row in await database.fetch("select unique_id from run_result order by 1")] == [
        "model.shop.orders",
        "test.shop.not_null_orders_id",
    ]
    assert (await refresher.refresh(source)).results == 0
    assert source.loads == 2


async def test_a_source_is_told_how_far_it_was_read_and_nothing_when_all_is_to_be_looked_at(
    refresher: Refresher, source: FakeSource
) -> None:
    await refresher.refresh(source)
    await refresher.refresh(source)
    await refresher.refresh(source, full=True)
    assert source.cursors == [None, {"stamp": source.stamp()}, None]


async def test_an_older_manifest_of_a_source_that_calls_it_normal_brings_its_results_alone(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    await refresher.refresh(source)
    source.minutes, source.older_is_normal, source.nodes = -5, True, [replace(ORDERS, description="As it was.")]
    source.results = [result("orders", "error", minutes=5)]
    outcome = await refresher.refresh(source)
    assert (outcome.status, outcome.results) == ("unchanged", 1)
    [node] = await Catalog(database).nodes([ORDERS.unique_id])
    assert node.description == "One row per order."


async def test_metrics_that_vanish_with_another_dbt_stop_the_refresh_until_that_is_accepted(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    await refresher.refresh(source)
    source.nodes, source.dbt_version = [ORDERS, STAGING, source_table("erp", "orders")], "2.0.0"
    outcome = await refresher.refresh(source)
    assert outcome.status == "refused"
    assert "dbt 1.12.6 wrote metrics, dbt 2.0.0 writes none" in (outcome.reason or "")
    assert len(await Catalog(database).nodes([REVENUE.unique_id])) == 1
    assert (await refresher.refresh(source, accept_shrink=True)).removed == 1


async def test_a_last_metric_that_goes_with_the_same_dbt_just_goes(refresher: Refresher, source: FakeSource) -> None:
    await refresher.refresh(source)
    source.nodes = [ORDERS, STAGING, source_table("erp", "orders")]
    assert (await refresher.refresh(source)).removed == 1


async def test_hiding_most_of_a_project_is_no_shrink_and_takes_away_all_that_was_stored(
    database: Database, source: FakeSource
) -> None:
    await Refresher(database, OfflineEmbedder()).refresh(source)
    await Refresher(database, OfflineEmbedder()).fill_vectors()
    source.nodes = [replace(node, description=f"{node.description} Anew.") for node in source.nodes]
    await Refresher(database, OfflineEmbedder()).refresh(source)
    await Refresher(database, OfflineEmbedder()).fill_vectors()
    hiding = Refresher(database, OfflineEmbedder(), exclude="stg_orders metric:* source:*")
    outcome = await hiding.refresh(source)
    assert (outcome.status, outcome.removed) == ("changed", 3)
    assert (await Catalog(database).overview()).nodes == 1
    for table in (*CATALOG, "change", "run_result", "freshness"):
        rows = await database.fetch(f"select t::text as row from {table} t")
        assert not [row for row in rows if "stg_orders" in row["row"] or "revenue" in row["row"]], table
    [embedded] = await database.fetch("select count(*) from embedding")
    assert embedded["count"] == 3, "of the one visible node, as it is, and of its columns"
    assert (await hiding.refresh(source)).status == "unchanged"


async def test_a_column_that_becomes_hidden_leaves_nothing_behind(database: Database, source: FakeSource) -> None:
    refresher = Refresher(database, OfflineEmbedder())
    source.nodes = [replace(ORDERS, columns=(*ORDERS.columns, Column(name="marker_ssn")))]
    source.tests = [data_test("orders", "unique", "marker_ssn")]
    await refresher.refresh(source)
    source.nodes = [replace(ORDERS, columns=(Column(name="marker_ssn", description="Of people."), *ORDERS.columns))]
    await refresher.refresh(source)
    await refresher.fill_vectors()
    source.nodes = [replace(ORDERS, columns=(*ORDERS.columns, Column(name="Marker_SSN", hidden=True)))]
    outcome = await refresher.refresh(source)
    assert (outcome.changed, outcome.removed) == (1, 0)
    for table in (*CATALOG, "change", "run_result"):
        rows = await database.fetch(f"select t::text as row from {table} t")
        assert not [row for row in rows if "marker_ssn" in row["row"].lower()], table
    lost = "select from embedding where not exists (select from passage where passage.text_hash = embedding.text_hash)"
    assert not await database.fetch(lost)


async def test_what_threads_remember_is_forgotten_when_something_becomes_hidden_and_only_then(
    database: Database, source: FakeSource
) -> None:
    await AsyncPostgresSaver(database.pool).setup()
    await database.execute("insert into checkpoints (thread_id, checkpoint_id, checkpoint) values ('t', '1', '{}')")
    await Refresher(database, OfflineEmbedder(), exclude="never_there").refresh(source)
    assert await database.fetch("select from checkpoints")
    await Refresher(database, OfflineEmbedder(), exclude="stg_orders").refresh(source)
    assert not await database.fetch("select from checkpoints")


async def test_what_is_no_longer_hidden_comes_back_with_the_next_refresh(
    database: Database, source: FakeSource
) -> None:
    await Refresher(database, OfflineEmbedder(), exclude="stg_orders").refresh(source)
    outcome = await Refresher(database, OfflineEmbedder()).refresh(source)
    assert outcome.added == 1
    assert (await Catalog(database).overview()).nodes == 4


async def test_where_something_is_hidden_results_are_looked_at_together_with_the_definitions(
    database: Database, source: FakeSource
) -> None:
    hiding = Refresher(database, OfflineEmbedder(), exclude="stg_orders")
    await hiding.refresh(source)
    source.results_only = True
    source.results = [result("orders", "error", minutes=5, message="no relation stg_orders")]
    await hiding.refresh(source)
    built = (await Catalog(database).health([ORDERS.unique_id]))[ORDERS.unique_id].built
    assert built
    assert built.status == "error"
    assert "stg_orders" not in (built.message or "")


async def test_what_runs_and_refreshes_said_of_something_hidden_is_forgotten(
    database: Database, source: FakeSource
) -> None:
    source.oddities = [Oddity(where="model.shop.stg_orders", reason="is odd")]
    source.results = [result("orders", "error", message="no relation stg_orders")]
    await Refresher(database, OfflineEmbedder()).refresh(source)
    source.oddities = []
    await Refresher(database, OfflineEmbedder(), exclude="stg_orders").refresh(source)
    for table in ("run_result", "refresh"):
        rows = await database.fetch(f"select t::text as row from {table} t")
        assert not [row for row in rows if "stg_orders" in row["row"]], table
    [row] = await database.fetch("select status from run_result")
    assert row["status"] == "error"


async def test_the_first_refresh_of_a_project_records_no_change(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    source.results = [result("orders", "error")]
    await refresher.refresh(source)
    assert await _told(database) == []


async def test_what_a_refresh_changes_is_recorded_node_by_node_and_field_by_field(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    await refresher.refresh(source)
    source.nodes = [
        model("orders", "One row per order line.", columns=["order_id", "net"], depends_on=["stg_orders"]),
        STAGING,
        source_table("erp", "orders"),
        model("customers", "One row per customer."),
    ]
    source.tests = []
    source.results = [result("orders", "error", minutes=5)]
    source.freshness = [check("erp", "orders", "error", minutes=5)]
    await refresher.refresh(source)
    told = await _told(database)
    assert ("customers", "added", None, None) in told
    assert ("revenue", "removed", None, None) in told
    assert {(what, field) for name, what, field, _ in told if name == "orders"} >= {
        ("changed", "description"),
        ("changed", "column"),
        ("changed", "test"),
        ("broke", "build"),
    }
    assert ("erp.orders", "broke", "freshness", None) in told


async def test_full_records_no_change_where_there_is_none(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    await refresher.refresh(source)
    assert (await refresher.refresh(source, full=True)).status == "unchanged"
    assert await _told(database) == []


async def test_what_was_skipped_in_between_has_still_recovered(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    test = data_test("orders").unique_id
    for minutes, build, tested in ((1, "error", "fail"), (2, "skipped", "skipped"), (3, "success", "pass")):
        await refresher.refresh(source)
        source.results = [result("orders", build, minutes=minutes), result(test, tested, minutes=minutes)]
    await refresher.refresh(source)
    assert await _told(database) == [
        ("orders", "broke", "build", None),
        ("orders", "broke", "test", "not_null(id)"),
        ("orders", "recovered", "build", None),
        ("orders", "recovered", "test", "not_null(id)"),
    ]


async def test_whoever_does_not_wait_leaves_a_running_refresh_alone(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    async with database.lock("refresh"):
        assert await refresher.refresh_unless_running(source) is None
    outcome = await refresher.refresh_unless_running(source)
    assert outcome
    assert outcome.status == "changed"


async def test_a_full_disk_leaves_the_old_catalog_and_says_so(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    await refresher.refresh(source)
    await database.execute(
        "create function full_disk() returns trigger language plpgsql as "
        "$$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$"
    )
    await database.execute("create trigger full_disk before insert on posting execute function full_disk()")
    source.nodes = [*source.nodes, model("customers")]
    outcome = await refresher.refresh(source)
    assert (outcome.status, outcome.reason) == ("failed", "The database's disk is full; make room on it.")
    assert (await Catalog(database).overview()).nodes == 4
    assert (await Catalog(database).overview()).last_refresh_failed == outcome.reason
    await database.execute("drop trigger full_disk on posting")
    assert (await refresher.refresh(source)).added == 1


async def test_a_manifest_made_in_the_future_does_not_lock_out_those_that_follow(
    refresher: Refresher, source: FakeSource
) -> None:
    source.minutes = 60 * 24 * 365 * 50
    await refresher.refresh(source)
    source.minutes, source.nodes = 5, [*source.nodes, model("customers")]
    assert (await refresher.refresh(source)).added == 1


async def test_refreshes_of_many_projects_at_once_end_with_all_of_them(database: Database) -> None:
    sources = [FakeSource([model(f"m{n}", unique_id=f"model.p{n}.m")], name=f"p{n}") for n in range(4)]
    refreshers = [Refresher(database, OfflineEmbedder()) for _ in range(3)]
    outcomes = await asyncio.gather(*(each.refresh(*sources) for each in refreshers))
    assert sorted(outcome.added for outcome in outcomes) == [0, 0, 4]


async def test_an_outcome_from_the_future_does_not_outlast_those_that_follow(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    source.results = [result("orders", minutes=60 * 24 * 365 * 50)]
    await refresher.refresh(source)
    await database.execute("update run_result set completed_at = completed_at - interval '1 day'")
    soon = replace(result("orders", "error"), completed_at=datetime.now(UTC))
    source.results = [soon]
    await refresher.refresh(source)
    built = (await Catalog(database).health([ORDERS.unique_id]))[ORDERS.unique_id].built
    assert built
    assert built.status == "error"


@pytest.mark.parametrize("name", ["other", ""])
async def test_another_project_in_the_same_place_is_refused_until_that_is_accepted(
    database: Database, refresher: Refresher, source: FakeSource, name: str
) -> None:
    await refresher.refresh(source)
    stranger = FakeSource([model("a", unique_id="model.other.a")] if name else [], name=name, keyed=source.key)
    outcome = await refresher.refresh(stranger)
    assert outcome.status == "refused"
    assert "lacks 4 of the 4 nodes of shop" in (outcome.reason or "")
    assert (await Catalog(database).overview()).nodes == 4
    assert (await refresher.refresh(stranger, accept_shrink=True)).removed == 4


async def test_a_project_that_only_gets_another_name_for_its_nodes_is_taken(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    await refresher.refresh(source)
    outcome = await refresher.refresh(replace(source, name="shop_two", keyed=source.key, minutes=1))
    assert outcome.status == "changed"
    assert [project.name for project in (await Catalog(database).overview()).projects] == ["shop_two"]


async def test_a_catalog_that_is_there_and_useless_does_not_take_the_warehouses_columns_away(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    source.nodes = [replace(ORDERS, columns_known=True), *source.nodes[1:]]
    await refresher.refresh(source)
    source.nodes, source.catalog_fault = [ORDERS, *source.nodes[1:]], "is not a complete JSON object"
    outcome = await refresher.refresh(source)
    assert outcome.status == "refused"
    assert "catalog.json is not a complete JSON object" in (outcome.reason or "")
    assert (await refresher.refresh(source, accept_shrink=True)).changed == 1
    source.minutes = 5
    assert (await refresher.refresh(source)).status == "unchanged"


async def test_thousands_of_nodes_can_be_hidden_at_once(database: Database) -> None:
    nodes = [model(f"m{n}_{'x' * 60}", f"About (number) {n}.", columns=["Salary (EUR)"]) for n in range(3_000)]
    source = FakeSource([*nodes, ORDERS, STAGING])
    await Refresher(database, OfflineEmbedder()).refresh(source)
    outcome = await Refresher(database, OfflineEmbedder(), exclude="name:m*").refresh(source)
    assert (outcome.status, outcome.removed) == ("changed", 3_000)


async def test_hiding_a_column_tells_nothing_of_it_afterwards_whatever_it_is_called(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    for kind in ("t1", "t2"):
        source.nodes = [replace(ORDERS, columns=(Column(name="Salary (EUR)", data_type=kind, description="Pay."),))]
        await refresher.refresh(source, accept_shrink=True)
    source.nodes = [replace(ORDERS, columns=(Column(name="Salary (EUR)", hidden=True),), label="No more pay.")]
    await refresher.refresh(source)
    assert not [each for each in await _told(database) if "Salary" in str(each)]


async def test_a_fault_of_our_own_is_recorded_as_one_and_not_hidden(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    source.fails = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        await refresher.refresh(source)
    [row] = await database.fetch("select outcome, reason from refresh")
    assert row == {
        "outcome": "failed",
        "reason": "A fault of Marty's own stopped the refresh: its log has the details.",
    }


async def test_whoever_has_to_wait_is_told_so(database: Database, refresher: Refresher, source: FakeSource) -> None:
    stages: list[str] = []
    told = asyncio.Event()

    def note(stage: str, _done: int, _total: int | None) -> None:
        stages.append(stage)
        told.set()

    async with database.lock("refresh"):
        waiting = asyncio.create_task(refresher.refresh(source, on_progress=note))
        await told.wait()
    await waiting
    assert stages[:2] == ["waiting", "looking"]
