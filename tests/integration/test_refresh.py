"""A refresh makes the catalog equal to the artifacts: all of it or nothing, and no more than has changed."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from psycopg import sql

from knowledge.catalog import Catalog
from knowledge.database import Database
from knowledge.errors import NotFound, Unavailable
from knowledge.refresh import Refresher
from knowledge.values import Column, Node, Oddity
from tests.fakes.artifacts import NOON, FakeSource, check, data_test, model, other, result, source_table

CATALOG = ("project", "node", "node_column", "edge", "data_test", "run_result", "freshness", "posting", "passage")
ORDERS = model("orders", "One row per order.", columns=["order_id", "amount"], depends_on=["stg_orders"])
STAGING = model("stg_orders", "Orders as they arrive.", columns=["order_id"], layer="staging")
CUSTOMERS = model("customers", "One row per customer.", columns=["customer_id"])


class CountingEmbedder:
    """Gives every text a vector and remembers the texts."""

    model = "counting"

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def embed(self, texts: Sequence[str]) -> Any:
        self.texts += texts
        await asyncio.sleep(0)
        return np.eye(4, dtype=np.float32)[[len(text) % 4 for text in texts]]


@pytest.fixture
def embedder() -> CountingEmbedder:
    return CountingEmbedder()


@pytest.fixture
def refresher(database: Database, embedder: CountingEmbedder) -> Refresher:
    return Refresher(database, embedder)


@pytest.fixture
def source() -> FakeSource:
    return FakeSource(
        nodes=[ORDERS, STAGING, CUSTOMERS, source_table("erp", "orders")],
        tests=[data_test("orders"), data_test("orders", "unique")],
        results=[result("orders"), result(data_test("orders").unique_id, "pass"), result("model.shop.unknown")],
        freshness=[check("erp", "orders")],
    )


async def _rows(database: Database, table: str) -> list[str]:
    """Where every row of a table lies and which transaction wrote it."""
    query = sql.SQL("select ctid::text || ' ' || xmin::text as row from {}").format(sql.Identifier(table))
    async with database.transaction() as connection:
        cursor = await connection.execute(query)
        return sorted(row["row"] for row in await cursor.fetchall())


async def _written(database: Database) -> dict[str, list[str]]:
    return {table: await _rows(database, table) for table in CATALOG}


async def _names(database: Database) -> set[str]:
    rows = await database.fetch("select unique_id from node")
    return {row["unique_id"].removeprefix("model.shop.") for row in rows}


async def _history(database: Database) -> list[str | None]:
    return [row["outcome"] for row in await database.fetch("select outcome from refresh order by refresh_id")]


async def test_the_first_refresh_stores_all_there_is(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    source.oddities = [Oddity(where="nodes.x", reason="no name")]
    outcome = await refresher.refresh(source)
    assert (outcome.status, outcome.added, outcome.changed, outcome.removed) == ("changed", 4, 0, 0)
    assert outcome.is_current
    assert outcome.results == 3
    assert outcome.oddities == (Oddity(where="nodes.x", reason="no name"),)
    assert await Catalog(database).nodes([ORDERS.unique_id]) == [ORDERS]
    [row] = await database.fetch("select outcome, added, oddities, finished_at is not null as finished from refresh")
    assert row == {
        "outcome": "changed",
        "added": 4,
        "oddities": [{"where": "nodes.x", "reason": "no name"}],
        "finished": True,
    }


async def test_nothing_new_reads_no_artifact_and_writes_no_row(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    await refresher.refresh(source)
    before = await _written(database)
    outcome = await refresher.refresh(source)
    assert outcome.status == "unchanged"
    assert source.loads == 1
    assert await _written(database) == before
    assert await _history(database) == ["changed", "unchanged"]


async def test_artifacts_that_say_the_same_again_change_nothing_but_their_own_date(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    await refresher.refresh(source)
    before = await _written(database)
    source.minutes = 5
    assert (await refresher.refresh(source)).status == "unchanged"
    after = await _written(database)
    assert [table for table in CATALOG if after[table] != before[table]] == ["project"]


async def test_one_changed_node_writes_its_own_rows_only(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    await refresher.refresh(source)
    before = await _written(database)
    source.nodes = [ORDERS, STAGING, replace(CUSTOMERS, description="One row per buyer."), *source.nodes[3:]]
    outcome = await refresher.refresh(source)
    assert (outcome.added, outcome.changed, outcome.removed) == (0, 1, 0)
    after = await _written(database)
    for table, rows_of_one in {"node": 1, "node_column": 1, "passage": 2, "edge": 0, "data_test": 0}.items():
        assert len(set(after[table]) - set(before[table])) == rows_of_one, table
    assert after["run_result"] == before["run_result"]


async def test_what_leaves_the_project_leaves_the_catalog_with_all_that_hung_on_it(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    await refresher.refresh(source)
    source.nodes = [STAGING, CUSTOMERS, *source.nodes[3:]]
    outcome = await refresher.refresh(source)
    assert (outcome.added, outcome.changed, outcome.removed) == (0, 0, 1)
    assert "orders" not in await _names(database)
    for table in ("edge", "data_test", "run_result"):
        assert await _rows(database, table) == [], table
    hanging = await database.fetch(
        "select node_id from posting union select node_id from passage union select node_id from node_column "
        "except select node_id from node"
    )
    assert hanging == []


async def test_a_test_alone_changes_the_node_it_hangs_on(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    await refresher.refresh(source)
    source.tests = [data_test("orders"), data_test("customers", "unique", "customer_id", severity="warn")]
    outcome = await refresher.refresh(source)
    assert outcome.changed == 2
    health = await Catalog(database).health([ORDERS.unique_id, CUSTOMERS.unique_id])
    assert [test.name for test in health[ORDERS.unique_id].tests] == ["not_null"]
    assert [(test.name, test.severity) for test in health[CUSTOMERS.unique_id].tests] == [("unique", "warn")]


async def test_run_state_is_merged_by_time_and_changes_no_definition(
    database: Database, refresher: Refresher, embedder: CountingEmbedder, source: FakeSource
) -> None:
    await refresher.refresh(source)
    await refresher.fill_vectors()
    before, embedded = await _written(database), len(embedder.texts)
    source.results = [result("orders", "error", minutes=10, message="boom"), result("stg_orders", minutes=10)]
    source.freshness = [check("erp", "orders", "error", minutes=10)]
    outcome = await refresher.refresh(source)
    assert (outcome.status, outcome.results) == ("unchanged", 3)
    source.results = [result("orders", "success", minutes=5)]
    source.freshness = [check("erp", "orders", "pass", minutes=5)]
    assert (await refresher.refresh(source)).results == 0

    health = (await Catalog(database).health([ORDERS.unique_id]))[ORDERS.unique_id]
    assert health.built is not None
    assert (health.built.status, health.built.message) == ("error", "boom")
    after = await _written(database)
    assert {table for table in CATALOG if after[table] != before[table]} == {"project", "run_result", "freshness"}
    assert await refresher.fill_vectors() == 0
    assert len(embedder.texts) == embedded


async def test_a_result_without_a_time_never_replaces_one_with_a_time(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    await refresher.refresh(source)
    source.results = [replace(result("orders", "skipped"), completed_at=None)]
    await refresher.refresh(source)
    health = (await Catalog(database).health([ORDERS.unique_id]))[ORDERS.unique_id]
    assert health.built is not None
    assert health.built.status == "success"


async def test_full_looks_at_everything_anew_and_embeds_nothing_twice(
    database: Database, refresher: Refresher, embedder: CountingEmbedder, source: FakeSource
) -> None:
    await refresher.refresh(source)
    assert await refresher.fill_vectors() == 8, "of four nodes and four columns"
    before = await _rows(database, "node")
    outcome = await refresher.refresh(source, full=True)
    assert (outcome.status, outcome.changed) == ("unchanged", 0), "nothing differs"
    assert not set(before) & set(await _rows(database, "node")), "and yet all is written anew"
    assert await refresher.fill_vectors() == 0
    assert len(embedder.texts) == 8


async def test_a_renamed_and_a_returning_node_keep_their_vectors(
    refresher: Refresher, embedder: CountingEmbedder, source: FakeSource
) -> None:
    await refresher.refresh(source)
    await refresher.fill_vectors()
    moved = replace(CUSTOMERS, unique_id="model.crm.customers", package="crm", path="models/elsewhere.sql")
    source.nodes = [ORDERS, STAGING, moved, *source.nodes[3:]]
    assert (await refresher.refresh(source)).added == 1
    assert await refresher.fill_vectors() == 0
    source.nodes = [STAGING, moved, *source.nodes[3:]]
    await refresher.refresh(source)
    source.nodes = [ORDERS, STAGING, moved, *source.nodes[3:]]
    await refresher.refresh(source)
    assert await refresher.fill_vectors() == 0
    assert len(embedder.texts) == 8


async def test_an_older_manifest_is_refused_and_the_catalog_stands(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    source.minutes = 10
    await refresher.refresh(source)
    before = await _written(database)
    source.minutes, source.nodes = 5, [ORDERS]
    outcome = await refresher.refresh(source, full=True, accept_shrink=True)
    assert outcome.status == "refused"
    assert not outcome.is_current
    assert "12:05:00 UTC" in (outcome.reason or "")
    assert await _written(database) == before
    overview = await Catalog(database).overview()
    assert overview.last_refresh_failed == outcome.reason


async def test_a_manifest_that_lost_most_nodes_is_refused_until_that_is_accepted(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    await refresher.refresh(source)
    source.nodes = [ORDERS]
    outcome = await refresher.refresh(source, full=True)
    assert outcome.status == "refused"
    assert "lacks 3 of the 4 nodes" in (outcome.reason or "")
    assert len(await _names(database)) == 4
    outcome = await refresher.refresh(source, accept_shrink=True)
    assert (outcome.status, outcome.removed) == ("changed", 3)
    assert await _names(database) == {"orders"}
    assert await _history(database) == ["changed", "refused", "changed"]


async def test_a_refused_manifest_is_looked_at_again_not_taken_for_known(
    refresher: Refresher, source: FakeSource
) -> None:
    await refresher.refresh(source)
    source.nodes = []
    assert (await refresher.refresh(source)).status == "refused"
    assert (await refresher.refresh(source)).status == "refused"


async def test_an_empty_first_manifest_is_an_empty_catalog(database: Database, refresher: Refresher) -> None:
    outcome = await refresher.refresh(FakeSource())
    assert outcome.is_current
    assert (await Catalog(database).overview()).nodes == 0


@pytest.mark.parametrize("error", [NotFound("There is no manifest."), Unavailable("dbt does not answer.")])
async def test_a_source_that_fails_is_recorded_and_the_catalog_stands(
    database: Database, refresher: Refresher, source: FakeSource, error: Exception
) -> None:
    await refresher.refresh(source)
    source.minutes, source.fails = 1, error
    outcome = await refresher.refresh(source)
    assert (outcome.status, outcome.reason) == ("failed", str(error))
    assert len(await _names(database)) == 4
    overview = await Catalog(database).overview()
    assert overview.last_refresh_failed == str(error)
    source.fails = None
    assert (await refresher.refresh(source)).is_current
    assert (await Catalog(database).overview()).last_refresh_failed is None


async def test_a_refresh_that_dies_while_it_writes_leaves_the_old_catalog(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    await refresher.refresh(source)
    before = await _written(database)
    source.nodes = [model(f"m{n}", f"number {n}") for n in range(600)]

    def die(stage: str, done: int, _total: int | None) -> None:
        if stage == "storing" and done >= 250:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await refresher.refresh(source, accept_shrink=True, on_progress=die)
    assert await _written(database) == before
    assert await _history(database) == ["changed", None]
    outcome = await refresher.refresh(source, accept_shrink=True)
    assert (outcome.added, outcome.removed) == (600, 4)
    assert await _history(database) == ["changed", "failed", "changed"]


async def test_a_connection_that_breaks_while_it_writes_leaves_the_old_catalog(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    await refresher.refresh(source)
    source.nodes = [*source.nodes, *(model(f"m{n}") for n in range(600))]
    killing: list[asyncio.Task[Any]] = []

    def kill(stage: str, done: int, _total: int | None) -> None:
        if stage == "storing" and done == 250:
            query = "select pg_terminate_backend(pid) from pg_stat_activity where backend_xid is not null"
            killing.append(asyncio.create_task(database.fetch(query)))

    outcome = await refresher.refresh(source, on_progress=kill)
    assert (outcome.status, outcome.reason) == ("failed", "The connection to the database broke; see whether it runs.")
    await asyncio.gather(*killing)
    assert len(await _names(database)) == 4
    assert (await refresher.refresh(source)).added == 600


async def test_readers_see_the_old_catalog_until_the_new_one_is_complete(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    await refresher.refresh(source)
    source.nodes = [*source.nodes, *(model(f"m{n}") for n in range(600))]
    seen: list[asyncio.Task[set[str]]] = []

    def look(stage: str, _done: int, _total: int | None) -> None:
        if stage == "storing":
            seen.append(asyncio.create_task(_names(database)))

    await refresher.refresh(source, on_progress=look)
    assert {len(names) for names in await asyncio.gather(*seen)} <= {4, 604}
    assert len(await seen[0]) == 4
    assert len(await _names(database)) == 604


async def test_two_refreshes_at_once_do_the_work_once(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    elsewhere = Refresher(database, CountingEmbedder())
    outcomes = await asyncio.gather(refresher.refresh(source), elsewhere.refresh(source))
    assert sorted(outcome.status for outcome in outcomes) == ["changed", "unchanged"]
    assert source.loads == 1


async def test_projects_and_environments_stand_side_by_side_until_nobody_speaks_for_them(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    staging = replace(source, environment="staging", stamped="s1")
    crm = FakeSource([replace(CUSTOMERS, unique_id="model.crm.people")], name="crm")
    await refresher.refresh(source, staging, crm)
    assert len(await database.fetch("select from node")) == 9
    assert [project.environment for project in (await Catalog(database).overview()).projects] == ["", "staging", ""]

    outcome = await refresher.refresh(source, crm)
    assert (outcome.status, outcome.removed) == ("changed", 4)
    crm.fails, crm.minutes = NotFound("gone"), 1
    assert (await refresher.refresh(crm)).status == "failed"
    assert len(await database.fetch("select from node")) == 5


async def test_one_source_that_fails_does_not_hold_up_the_others(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    broken = FakeSource(name="crm", fails=NotFound("gone"))
    outcome = await refresher.refresh(broken, source)
    assert (outcome.status, outcome.reason, outcome.added) == ("failed", "fake crm : gone", 4)
    assert len(await _names(database)) == 4


async def test_progress_tells_the_stage_and_how_much_of_it_is_done(refresher: Refresher, source: FakeSource) -> None:
    told: list[tuple[str, int, int | None]] = []
    await refresher.refresh(source, on_progress=lambda *step: told.append(step))
    await refresher.fill_vectors(on_progress=lambda *step: told.append(step))
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == [
        "looking",
        "reading",
        "comparing",
        "storing",
        "embedding",
    ]
    assert ("storing", 4, 4) in told
    assert told[-1] == ("embedding", 8, 8)


async def test_old_records_of_refreshes_that_found_nothing_are_forgotten(
    database: Database, refresher: Refresher, source: FakeSource
) -> None:
    for _ in range(3):
        await refresher.refresh(source)
    await database.execute("update refresh set started_at = started_at - interval '8 days'")
    await refresher.refresh(source)
    assert await _history(database) == ["changed", "unchanged"]


HOSTILE: list[Node] = [
    model("wide", columns=[Column(name=f"column_{n}", description="words " * 20) for n in range(2_500)]),
    model("long", "A very long description. " * 2_000),
    model("other_script", "注文の一覧 " * 3_000 + "😀" * 500),
    model("pasted", "x" * 500_000),
    model("sql'; drop table node; --", '"quotes" %s %(name)s \\ {} <!channel> ${jndi}'),
    model("twins", columns=["id", "ID", "Id"]),
    model("around", depends_on=["around", "around", "nowhere"]),
    model("nothing", ""),
    model("the", "the and of"),
    other("exposure", "Board of 2026: “Q3”", "", label="😀"),
    model("meta", meta={"deep": {"er": [1, 2.5, None, True, {"": "\\u0000"}]}}),
]


async def test_whatever_stands_in_a_project_is_stored_as_it_stands(database: Database, refresher: Refresher) -> None:
    assert (await refresher.refresh(FakeSource(HOSTILE))).status == "changed"
    nodes = await Catalog(database).nodes([node.unique_id for node in HOSTILE])
    assert [node.name for node in nodes] == [node.name for node in HOSTILE]
    assert nodes[0].columns == HOSTILE[0].columns
    assert nodes[3:] == HOSTILE[3:]
    assert await refresher.fill_vectors() >= len(HOSTILE)


async def test_a_times_zone_and_fraction_survive(database: Database, refresher: Refresher, source: FakeSource) -> None:
    exact = NOON.replace(microsecond=123_456)
    source.results = [replace(result("orders"), completed_at=exact, duration_s=1.5, failures=2**40)]
    await refresher.refresh(source)
    built = (await Catalog(database).health([ORDERS.unique_id]))[ORDERS.unique_id].built
    assert built == replace(source.results[0], completed_at=exact)
