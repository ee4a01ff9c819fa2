"""The catalog answers questions about nodes, columns, lineage and health."""

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from knowledge.catalog import Catalog
from knowledge.database import Database
from knowledge.embedding import OfflineEmbedder
from knowledge.refresh import Refresher
from knowledge.values import Column, Freshness, LineageStep, Summary
from tests.fakes.artifacts import NOON, FakeSource, check, data_test, model, other, result, source_table

NODES = [
    source_table("erp", "orders", "Orders of the shop."),
    source_table("crm", "people"),
    model("stg_orders", columns=["order_id", "AMOUNT"], layer="staging", depends_on=["source.shop.erp.orders"]),
    model("stg_people", layer="staging", depends_on=["source.shop.crm.people"]),
    model(
        "orders",
        "One row per **order**. Paid ones only.",
        columns=[Column(name="order_id", description="Key."), "amount", "is_gift"],
        layer="mart",
        depends_on=["stg_orders", "stg_people"],
    ),
    model("orders_daily", columns=["day", "amount"], layer="mart", depends_on=["orders"]),
    model("packaged", columns=["Amount"], package="tools", layer="mart"),
    other("exposure", "board", depends_on=["orders_daily", "orders"]),
    model("lonely"),
]
ORDERS, DAILY, BOARD = "model.shop.orders", "model.shop.orders_daily", "exposure.shop.board"


@pytest.fixture
def catalog(database: Database) -> Catalog:
    return Catalog(database)


@pytest.fixture
def source() -> FakeSource:
    return FakeSource(
        nodes=NODES,
        tests=[data_test("orders"), data_test("orders", "unique", None, severity="warn")],
        results=[
            result("orders", minutes=1, duration_s=2.5, message="OK"),
            result(data_test("orders").unique_id, "fail", minutes=2, failures=7),
        ],
        freshness=[check("erp", "orders", "warn", minutes=3)],
    )


@pytest.fixture
async def refreshed(database: Database, source: FakeSource) -> Refresher:
    refresher = Refresher(database, OfflineEmbedder())
    await refresher.refresh(source)
    return refresher


def _steps(lineage: list[LineageStep]) -> list[tuple[str, int]]:
    return [(step.node.name if step.node else f"({step.kind})", step.depth) for step in lineage]


@pytest.mark.usefixtures("refreshed")
async def test_nodes_come_whole_in_the_order_asked_for_and_without_what_is_missing(catalog: Catalog) -> None:
    asked = [DAILY, "model.shop.missing", ORDERS, DAILY, "a\x00b", "\ud800"]
    assert await catalog.nodes(asked) == [NODES[5], NODES[4]]
    assert await catalog.nodes([]) == []


@pytest.mark.usefixtures("refreshed")
async def test_summaries_hold_the_first_sentence(catalog: Catalog) -> None:
    [summary] = await catalog.summaries([ORDERS, "nothing"])
    assert summary == Summary(
        unique_id=ORDERS, name="orders", kind="model", layer="mart", description="One row per order.", package="shop"
    )


@pytest.mark.usefixtures("refreshed")
async def test_health_holds_the_build_the_tests_and_the_sources_at_any_depth(catalog: Catalog) -> None:
    found = await catalog.health([ORDERS, DAILY, "source.shop.erp.orders", "model.shop.missing", "a\x00b"])
    orders = found[ORDERS]
    assert orders.built == result("orders", minutes=1, duration_s=2.5, message="OK")
    assert [(test.name, test.column, test.severity, test.status, test.failures) for test in orders.tests] == [
        ("not_null", "id", "error", "fail", 7),
        ("unique", None, "warn", None, None),
    ]
    late = Freshness(
        unique_id="source.shop.erp.orders",
        status="warn",
        max_loaded_at=NOON,
        checked_at=check("erp", "orders", minutes=3).checked_at,
    )
    assert [(state.name, state.freshness) for state in orders.sources] == [("crm.people", None), ("erp.orders", late)]
    assert found[DAILY].sources == orders.sources
    assert found[DAILY].built is None
    assert [state.name for state in found["source.shop.erp.orders"].sources] == ["erp.orders"]
    assert found["model.shop.missing"].tests == found["a\x00b"].tests == ()


@pytest.mark.usefixtures("refreshed")
async def test_lineage_goes_both_ways_nearest_first(catalog: Catalog) -> None:
    assert _steps(await catalog.lineage(BOARD, "upstream")) == [
        ("orders", 1),
        ("orders_daily", 1),
        ("stg_orders", 2),
        ("stg_people", 2),
        ("people", 3),
        ("orders", 3),
    ]
    assert _steps(await catalog.lineage("source.shop.erp.orders", "downstream")) == [
        ("stg_orders", 1),
        ("orders", 2),
        ("board", 3),
        ("orders_daily", 3),
    ]


@pytest.mark.usefixtures("refreshed")
async def test_lineage_ends_at_the_depth_and_the_limit_asked_for(catalog: Catalog) -> None:
    assert _steps(await catalog.lineage(BOARD, "upstream", depth=1)) == [("orders", 1), ("orders_daily", 1)]
    assert len(await catalog.lineage(BOARD, "upstream", limit=3)) == 3
    assert await catalog.lineage("model.shop.lonely", "upstream") == []
    assert await catalog.lineage("model.shop.missing", "downstream") == []
    assert await catalog.lineage("a\x00b", "downstream") == []


@pytest.mark.usefixtures("refreshed")
async def test_lineage_tells_what_is_joined_to_what_among_what_it_tells(catalog: Catalog) -> None:
    steps = await catalog.lineage(BOARD, "upstream")
    assert [step.nearer for step in steps] == [(0, 2), (0,), (1,), (1,), (4,), (3,)]
    steps = await catalog.lineage("source.shop.erp.orders", "downstream")
    assert [step.nearer for step in steps] == [(0,), (1,), (2, 4), (2,)]
    assert [step.nearer for step in await catalog.lineage(BOARD, "upstream", limit=1)] == [(0,)]
    assert [step.nearer for step in await catalog.lineage(BOARD, "upstream", depth=1)] == [(0, 2), (0,)]


async def test_lineage_and_health_go_through_hidden_nodes_that_have_no_name(
    database: Database, source: FakeSource, catalog: Catalog
) -> None:
    refresher = Refresher(database, OfflineEmbedder(), exclude="stg_orders orders_daily source:crm")
    await refresher.refresh(source)
    assert sorted(_steps(await catalog.lineage(BOARD, "upstream"))) == [
        ("(model)", 1),
        ("(model)", 2),
        ("(source)", 3),
        ("orders", 1),
        ("orders", 3),
        ("stg_people", 2),
    ]
    assert _steps(await catalog.lineage("source.shop.erp.orders", "downstream")) == [
        ("(model)", 1),
        ("orders", 2),
        ("board", 3),
        ("(model)", 3),
    ]
    assert [state.name for state in (await catalog.health([BOARD]))[BOARD].sources] == ["erp.orders"]
    for row in await database.fetch("select unique_id from hidden_node"):
        assert await catalog.lineage(row["unique_id"], "upstream") == []
        assert await catalog.summaries([row["unique_id"]]) == await catalog.nodes([row["unique_id"]]) == []


async def test_the_overview_says_how_many_nodes_are_hidden(
    database: Database, source: FakeSource, catalog: Catalog
) -> None:
    await Refresher(database, OfflineEmbedder(), exclude="stg_orders orders_daily").refresh(source)
    overview = await catalog.overview()
    assert (overview.hidden, overview.nodes) == (2, len(NODES) - 2)


async def test_a_cycle_and_a_broad_net_of_edges_end(database: Database, catalog: Catalog) -> None:
    layers = [[f"m{layer}_{n}" for n in range(12)] for layer in range(12)]
    nodes = [
        model(name, depends_on=layers[depth - 1] if depth else [layers[-1][0]])
        for depth, layer in enumerate(layers)
        for name in layer
    ]
    await Refresher(database, OfflineEmbedder()).refresh(FakeSource(nodes))
    lineage = await catalog.lineage("model.shop.m11_0", "upstream")
    assert max(step.depth for step in lineage) == 11
    assert "m11_0" not in [step.node.name for step in lineage if step.node]
    assert len(await catalog.health(["model.shop.m11_0"])) == 1


@pytest.mark.usefixtures("refreshed")
async def test_every_node_with_a_column_is_found_own_and_final_ones_first(catalog: Catalog) -> None:
    found = await catalog.columns_named("Amount")
    assert [(summary.name, column.name) for summary, column in found] == [
        ("orders", "amount"),
        ("orders_daily", "amount"),
        ("stg_orders", "AMOUNT"),
        ("packaged", "Amount"),
    ]
    assert (await catalog.columns_named("order_id"))[0][1] == Column(name="order_id", description="Key.")
    assert len(await catalog.columns_named("amount", limit=2)) == 2
    assert await catalog.columns_named("amo") == await catalog.columns_named("\x00") == []


@pytest.mark.usefixtures("refreshed")
async def test_the_overview_counts_and_dates_the_catalog(database: Database, catalog: Catalog) -> None:
    overview = await catalog.overview()
    assert overview.counts == {"source": 2, "model": 6, "exposure": 1}
    assert overview.nodes == 9
    assert [(project.name, project.generated_at) for project in overview.projects] == [("shop", NOON)]
    [row] = await database.fetch("select finished_at from refresh")
    assert overview.refreshed_at == row["finished_at"]
    assert overview.last_refresh_failed is None
    assert await catalog.adapter() == "duckdb"


async def test_an_empty_catalog_has_empty_answers(catalog: Catalog) -> None:
    overview = await catalog.overview()
    assert (overview.nodes, overview.projects, overview.refreshed_at) == (0, (), None)
    assert await catalog.adapter() is None
    assert await catalog.nodes([ORDERS]) == await catalog.columns_named("id") == []
    assert (await catalog.names()).exact("orders") == []


@pytest.mark.usefixtures("refreshed")
async def test_names_are_read_once_and_again_when_a_definition_has_changed(
    catalog: Catalog, refreshed: Refresher, source: FakeSource
) -> None:
    names = await catalog.names()
    assert [summary.unique_id for summary in names.exact("erp.orders")] == ["source.shop.erp.orders"]
    assert names.has_column("is_gift")
    source.results = [result("orders", minutes=9)]
    await refreshed.refresh(source)
    assert await catalog.names() is names

    source.nodes = [*NODES[:-1], model("newcomer", columns=["fresh"])]
    await refreshed.refresh(source)
    anew = await catalog.names()
    assert anew.exact("newcomer")
    assert anew.has_column("fresh")
    assert not anew.exact("lonely")


@pytest.mark.usefixtures("refreshed")
async def test_names_asked_for_by_many_at_once_are_read_once(catalog: Catalog) -> None:
    snapshots = await asyncio.gather(*(catalog.names() for _ in range(8)))
    assert len({id(names) for names in snapshots}) == 1
    assert snapshots[0].exact("orders")


async def test_names_forget_a_project_that_leaves(database: Database, catalog: Catalog, source: FakeSource) -> None:
    refresher = Refresher(database, OfflineEmbedder())
    crm = FakeSource([model("deals", unique_id="model.crm.deals", package="crm")], name="crm")
    await refresher.refresh(source, crm)
    assert (await catalog.names()).exact("deals")
    await refresher.refresh(source)
    assert not (await catalog.names()).exact("deals")


async def test_a_node_of_two_environments_is_the_first_ones(database: Database, catalog: Catalog) -> None:
    production = FakeSource([model("orders", "Production.", columns=["id"])])
    staging = FakeSource([model("orders", "Staging.")], environment="staging", minutes=1)
    await Refresher(database, OfflineEmbedder()).refresh(production, staging)
    [node] = await catalog.nodes([ORDERS])
    assert node.description == "Production."
    assert [summary.description for summary in await catalog.summaries([ORDERS])] == ["Production."]


async def test_versions_and_deprecation_are_told(database: Database, catalog: Catalog) -> None:
    facts: dict[str, Any] = {"latest_version": "2", "identifier": "orders"}
    old = model("orders", version="1", deprecated_on=date(2026, 1, 1), **facts)
    new = model("orders", version="2", **facts)
    await Refresher(database, OfflineEmbedder()).refresh(FakeSource([old, new]))
    found = (await catalog.names()).exact("orders")
    assert [(summary.version, summary.is_latest) for summary in found] == [("2", True), ("1", False)]
    assert found[1].deprecated_on == date(2026, 1, 1)
    assert await catalog.nodes([old.unique_id]) == [replace(old)]
