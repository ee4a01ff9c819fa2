"""The lineage of columns is read from compiled SQL behind a refresh, kept by what it was read from, in nobody's way."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from knowledge import Catalog, Database, DirectorySource, OfflineEmbedder, Refresher
from knowledge.column_lineage.messages import Request
from knowledge.column_lineage.reader import SqlReader
from knowledge.errors import Unavailable
from knowledge.values import Direction
from tests.fakes.compiled_project import CompiledProject, small_shop

ALL = "select coalesce(string_agg(each::text, ' '), '') as found from (select * from {}) as each"
TABLES = ("column_reading", "column_origin", "column_edge")


class Room:
    """A refresher, its source, and a look at what is known."""

    def __init__(self, database: Database, folder: Path, *, exclude: str = "") -> None:
        self.database = database
        self.folder = folder
        self.refresher = Refresher(database, OfflineEmbedder(), exclude=exclude)
        self.source = DirectorySource(folder)
        self.columns = Catalog(database).columns

    async def take(self, project: CompiledProject) -> int:
        """Refresh, and read the SQL that is new; of how many models."""
        project.write(self.folder)
        outcome = await self.refresher.refresh(self.source)
        assert outcome.is_current, outcome.reason
        return await self.refresher.fill_column_lineage(self.source)

    async def follow(self, model: str, column: str, direction: Direction = "upstream") -> list[str | None]:
        """What is found beyond the column itself, as ``node.column``."""
        steps = await self.columns.follow(f"model.shop.{model}", column, direction)
        return [f"{step.node.name}.{step.column}" if step.node else None for step in steps[1:]]


@pytest.fixture
def room(database: Database, tmp_path: Path) -> Room:
    return Room(database, tmp_path / "target")


async def stored(database: Database) -> str:
    rows = [await database.fetch(ALL.format(table)) for table in TABLES]
    return "\n".join(found["found"] for [found] in rows)


async def test_a_column_is_followed_to_the_source_with_its_expressions(room: Room) -> None:
    assert await room.take(small_shop()) == 3
    steps = await room.columns.follow("model.shop.customers", "LIFETIME_VALUE", "upstream")
    assert [(step.node and step.node.name, step.column, step.depth) for step in steps] == [
        ("customers", "lifetime_value", 0),
        ("orders", "amount", 1),
        ("stg_orders", "amount", 2),
        ("orders", "cents", 3),
    ]
    assert steps[0].steps == (("lifetime_value", "coalesce(total, 0)"), ("total", "sum(amount)"))
    assert (steps[1].steps, steps[1].nearer) == ((), (0,))
    assert steps[2].steps == (("amount", "cents / 100"),)


async def test_downstream_tells_what_is_made_of_a_column_and_what_only_needs_it(room: Room) -> None:
    await room.take(small_shop())
    assert await room.follow("stg_orders", "amount", "downstream") == ["orders.amount", "customers.lifetime_value"]
    assert await room.follow("orders", "status", "downstream") == ["customers.None"]


async def test_only_what_changed_is_read_again(room: Room) -> None:
    shop = small_shop()
    await room.take(shop)
    assert await room.take(shop) == 0, "nothing changed but the time"
    shop.model("customers", "select customer_id, 1 as lifetime_value from db.main.orders", parents=["orders"])
    assert await room.take(shop) == 1
    assert await room.follow("customers", "lifetime_value") == []


async def test_a_model_is_read_again_when_the_columns_of_its_parent_change(room: Room) -> None:
    shop = small_shop()
    await room.take(shop)
    shop.warehouse["model.shop.stg_orders"].append("note")
    assert await room.take(shop) == 2, "the parent itself, and the star over it"
    assert await room.follow("orders", "note") == ["stg_orders.note"]


async def test_without_a_catalog_columns_are_inherited_down_the_models(room: Room) -> None:
    shop = small_shop()
    shop.warehouse.clear()
    await room.take(shop)
    assert (await room.follow("customers", "lifetime_value"))[-1] == "orders.cents"


async def test_another_process_reads_what_one_that_died_left(room: Room, database: Database) -> None:
    small_shop().write(room.folder)
    await room.refresher.refresh(room.source)
    other = Room(database, room.folder)
    assert await other.columns.state("model.shop.orders") == "due"
    assert await other.refresher.fill_column_lineage(other.source) == 3
    assert await room.columns.state("model.shop.orders") == "read"
    assert await room.refresher.fill_column_lineage(room.source) == 0


async def test_what_another_refresh_made_outdated_is_not_stored(room: Room, database: Database) -> None:
    shop = small_shop()
    shop.write(room.folder)
    await room.refresher.refresh(room.source)
    other = Room(database, room.folder)
    shop.model("extra", "select 1 as one", parents=[])
    shop.write(room.folder)
    await other.refresher.refresh(other.source)
    assert await room.refresher.fill_column_lineage() == 0, "it holds the manifest before"
    assert await stored(database) == "\n\n"
    assert await other.refresher.fill_column_lineage() == 4


async def test_models_go_with_what_was_read_of_them(room: Room, database: Database) -> None:
    shop = small_shop()
    await room.take(shop)
    del shop.nodes["model.shop.customers"]
    del shop.exposures["exposure.shop.board"]
    await room.take(shop)
    assert "customers" not in await stored(database)


async def test_sql_that_cannot_be_read_spoils_nothing_else(room: Room) -> None:
    shop = small_shop()
    shop.model("odd", "select ((( from", parents=["orders"])
    shop.model("long", f"select '{'x' * 300_001}' as a from db.main.orders", parents=["orders"])
    shop.model("snake", "def model(dbt, session): ...", parents=["orders"], language="python")
    shop.model("parsed", None, parents=["orders"])
    await room.take(shop)
    states = [await room.columns.state(f"model.shop.{name}") for name in ("orders", "odd", "long", "snake", "parsed")]
    assert states == ["read", "unreadable", "unreadable", "python", "no sql"]
    unread = await room.columns.unread_children("model.shop.orders", "status")
    assert [summary.name for summary, _ in unread] == ["long", "odd", "parsed", "snake"]


async def test_an_ephemeral_model_is_a_step_of_its_own_and_a_model_does_not_feed_itself(room: Room) -> None:
    shop = small_shop()
    paid = "select order_id, amount * 2 as double from db.main.orders"
    shop.model("paid", paid, parents=["orders"], materialized="ephemeral")
    sql = f"with __dbt__cte__paid as ({paid}) select double from __dbt__cte__paid"
    since = f"{sql} where double > (select max(double) from db.main.daily)"
    shop.model("daily", since, parents=["paid"], columns=["double"], materialized="incremental")
    await room.take(shop)
    assert (await room.follow("daily", "double"))[:2] == ["paid.double", "orders.amount"]


async def test_columns_of_two_projects_stay_apart(database: Database, tmp_path: Path) -> None:
    other = CompiledProject(name="club")
    other.model("orders", "select 7 as amount", parents=[], columns=["amount"])
    sources = [DirectorySource(small_shop().write(tmp_path / "a")), DirectorySource(other.write(tmp_path / "b"))]
    refresher = Refresher(database, OfflineEmbedder())
    await refresher.refresh(*sources)
    assert await refresher.fill_column_lineage(*sources) == 4
    columns = Catalog(database).columns
    assert [len(await columns.follow(f"model.{each}.orders", "amount", "upstream")) for each in ("shop", "club")] == [
        3,
        1,
    ]


def hiding_shop(*, hidden: bool = True) -> CompiledProject:
    """A visible model over a hidden one, whose columns its expressions name, and a hidden column of a visible one."""
    shop = small_shop()
    shop.model("zebra_pay", "select id as zebra_id, cents as zebra_cents from db.raw.orders", parents=["raw.orders"],
               columns=["zebra_id", "zebra_cents"], hidden=hidden)  # fmt: skip
    shop.model("people", "select order_id, amount as zebra_bonus from db.main.orders", parents=["orders"],
               columns=["order_id", "zebra_bonus"], hidden_columns=["zebra_bonus"] if hidden else [])  # fmt: skip
    shop.model(
        "pay",
        "select zebra_pay.zebra_cents * 2 as double, people.zebra_bonus + 1 as more, people.order_id, "
        "case when people.order_id = 1 then 'zebra_pay' end as kind "
        "from db.main.zebra_pay join db.main.people on zebra_pay.zebra_id = people.order_id",
        parents=["zebra_pay", "people"],
        columns=["double", "more", "order_id", "kind"],
    )
    return shop


async def test_nothing_hidden_is_stored_and_the_lineage_tells_that_it_is_there(room: Room, database: Database) -> None:
    await room.take(hiding_shop())
    assert "zebra" not in (await stored(database)).casefold()
    steps = await room.columns.follow("model.shop.pay", "double", "upstream")
    assert [(step.node, step.kind, step.column) for step in steps[1:]] == [(None, "model", None)]
    assert (steps[0].steps, steps[0].is_whole) == ((), False)
    assert await room.follow("pay", "more") == ["people.None"]
    assert await room.follow("pay", "order_id") == [
        "people.order_id",
        "orders.order_id",
        "stg_orders.order_id",
        "orders.id",
    ]
    downstream = await room.columns.follow("source.shop.raw.orders", "cents", "downstream")
    assert [step.node for step in downstream if step.node is None] == [None], "one hidden model needs it"


async def test_a_column_that_may_be_a_hidden_one_is_not_stored_by_its_name(room: Room, database: Database) -> None:
    shop = small_shop()
    for name, hidden in (("open", False), ("closed", True)):
        shop.source(name, [], hidden=hidden)
        del shop.warehouse[f"source.shop.raw.{name}"]
    sql = "select 1 as one from db.raw.open o join db.raw.closed c on o.k = c.k where zebra = 1"
    shop.model("joined", sql, parents=["raw.open", "raw.closed"])
    await room.take(shop)
    found = await stored(database)
    assert "zebra" not in found
    [unread] = await room.columns.unread_children("source.shop.raw.open", "anything")
    assert unread[1] == "open"


async def test_what_becomes_hidden_goes_with_the_very_refresh(room: Room, database: Database) -> None:
    await room.take(hiding_shop(hidden=False))
    assert "zebra" in await stored(database)
    shop = hiding_shop()
    shop.minutes = 10
    shop.write(room.folder)
    await room.refresher.refresh(room.source)
    assert "zebra" not in await stored(database), "before any SQL is read again"


async def test_a_column_of_no_certain_table_goes_as_soon_as_it_is_asked_to_be_hidden(
    room: Room, database: Database
) -> None:
    shop = small_shop()
    for name in ("left", "right"):
        shop.source(name, [])
        del shop.warehouse[f"source.shop.raw.{name}"]
    sql = "select upper(zebra) as x from db.raw.left l join db.raw.right r on l.k = r.k"
    shop.model("joined", sql, parents=["raw.left", "raw.right"])
    await room.take(shop)
    assert "zebra" in await stored(database)
    hide = {"zebra": {"name": "zebra", "meta": {"marty": {"hide": True}}}}
    shop.sources["source.shop.raw.left"]["columns"] = hide
    shop.write(room.folder)
    await room.refresher.refresh(room.source)
    assert "zebra" not in await stored(database)


async def test_a_column_that_only_sql_named_goes_as_soon_as_it_is_asked_to_be_hidden(
    room: Room, database: Database
) -> None:
    shop = small_shop()
    sql = "select order_id, amount as zebra_bonus from db.main.orders"
    shop.model("people", sql, parents=["orders"])
    shop.model("sums", "select sum(zebra_bonus) as s from db.main.people", parents=["people"])
    await room.take(shop)
    assert "zebra" in await stored(database)
    shop.model("people", sql, parents=["orders"], hidden_columns=["zebra_bonus"])
    shop.write(room.folder)
    await room.refresher.refresh(room.source)
    assert "zebra" not in await stored(database)
    await room.refresher.fill_column_lineage(room.source)
    assert "zebra" not in await stored(database)


async def test_a_worker_that_dies_is_replaced_and_the_catalog_serves_on(room: Room, database: Database) -> None:
    small_shop().write(room.folder)
    await room.refresher.refresh(room.source)
    request = Request(sql="select amount from db.main.orders", dialect="duckdb", tables={"db.main.orders": ["amount"]})
    async with SqlReader() as reader:
        assert (await reader.read(request)).extract is not None
        await kill(reader)
        assert (await reader.read(request)).extract is not None
    assert (await Catalog(database).overview()).nodes == 5


async def test_processes_that_die_one_after_the_other_are_no_fault_of_the_sql(tmp_path: Path) -> None:
    async with SqlReader(worker=tmp_path / "missing.py") as reader:
        for _ in range(4):
            assert (await reader.read(Request(sql="select 1", dialect="", tables={}))).fault == "reading it fails"
        with pytest.raises(Unavailable):
            await reader.read(Request(sql="select 1", dialect="", tables={}))


async def kill(reader: SqlReader) -> None:
    process = reader._process  # pyright: ignore[reportPrivateUsage]
    assert process is not None
    process.kill()
    await process.wait()


async def test_sql_that_takes_too_long_is_given_up_and_the_next_is_read(tmp_path: Path) -> None:
    hard = "select " + ", ".join(f"case when a = {each} then b end as c{each}" for each in range(30_000)) + " from t"
    async with SqlReader(patience_s=3_600) as reader:
        reply = await reader.read(Request(sql=hard, dialect="duckdb", tables={}, seconds=0.2))
        assert reply.fault == "it takes too long"
        easy = Request(sql="select a from t", dialect="duckdb", tables={})
        assert (await reader.read(easy)).fault is None


async def test_a_worker_that_does_not_answer_is_ended() -> None:
    hard = "select " + ", ".join(f"case when a = {each} then b end as c{each}" for each in range(60_000)) + " from t"
    async with SqlReader(patience_s=0.5) as reader:
        assert (await reader.read(Request(sql=hard, dialect="", tables={}, seconds=60))).fault == "it takes too long"


@pytest.mark.parametrize("sqls", [["select 1 as a"] * 3])
async def test_filling_that_is_cancelled_leaves_no_process(sqls: Sequence[str]) -> None:
    async def work() -> None:
        async with SqlReader() as reader:
            for sql in sqls:
                await reader.read(Request(sql=sql, dialect="", tables={}))
            seen.append(reader._process)  # pyright: ignore[reportPrivateUsage]
            has_read.set()
            await asyncio.sleep(60)

    seen: list[asyncio.subprocess.Process | None] = []
    has_read = asyncio.Event()
    task = asyncio.create_task(work())
    await has_read.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert seen[0] is not None
    assert seen[0].returncode is not None
