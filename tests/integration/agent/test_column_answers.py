"""Where columns come from, how they are computed and what breaks without them is answered from compiled SQL."""

from pathlib import Path

import pytest

from agent.values import Graph
from knowledge import Database, DirectorySource, OfflineEmbedder, Refresher
from tests.fakes.compiled_project import CompiledProject, small_shop
from tests.integration.agent.asking import Asking


async def load(asking: Asking, project: CompiledProject, folder: Path, *, fill: bool = True) -> None:
    assert asking.refresher is not None
    source = DirectorySource(project.write(folder))
    await asking.refresher.refresh(source)
    if fill:
        await asking.refresher.fill_column_lineage(source)


@pytest.fixture
async def shop(asking_about: Asking, tmp_path: Path) -> Asking:
    await load(asking_about, small_shop(), tmp_path / "target")
    return asking_about


COMPUTED = "`customers.lifetime_value` is computed as `coalesce(total, 0)` where `total` is `sum(amount)`"
ORIGIN = [
    "Where does `customers.lifetime_value` come from?",
    "where does customers.lifetime_value come from",
    "where does lifetime_value in customers come from?",
    "Where is customers.lifetime_value coming from",
    "what feeds customers.lifetime_value?",
    "whre does customers.lifetime_value come from",
    "where does customers.lifetme_value come from?",
    "where does custmers.lifetime_value come from?",
    "upstream of customers.lifetime_value",
    "where does lifetime_value come from?",
    "what is customers.lifetime_value made of",
    "which columns does customers.lifetime_value depend on?",
    "how is customers.lifetime_value computed?",
    "How is `customers.lifetime_value` calculated?",
    "how's customers.lifetime_value calcualted",
    "how is the lifetime_value column in customers derived?",
    "how does customers.lifetime_value get computed?",
    "how do we calculate customers.lifetime_value",
    "how do you compute lifetime_value in customers",
    "show me how customers.lifetime_value is computed",
    "can you explain how customers.lifetime_value is calculated?",
    "what is the formula for customers.lifetime_value",
    "what's the calculation behind customers.lifetime_value?",
    "what's the logic behind the lifetime_value column of customers?",
    "what sql computes customers.lifetime_value",
    "formula of customers.lifetime_value",
]
USE = [
    "what breaks if I drop orders.status?",
    "What breaks if I drop `orders.status`?",
    "what will break if we remove the status column from orders",
    "what breaks if I drop status from orders",
    "what happens if orders.status is dropped?",
    "what would break if we renamed orders.status",
    "can I drop orders.status?",
    "is it safe to remove orders.status",
    "what uses orders.status?",
    "which models use orders.status",
    "what depends on orders.status",
    "what is downstream of orders.status",
    "downstream of the column status in orders",
    "impact of dropping orders.status",
    "which columns depend on orders.status",
    "what breks if i drop orders.status",
    "what breaks if I drop orders.staus?",
    "what breaks if I drop ordrs.status?",
    "who uses orders.status",
    "where is orders.status used?",
]


@pytest.mark.parametrize("question", ORIGIN)
async def test_the_expressions_along_the_way_are_quoted_up_to_the_source(shop: Asking, question: str) -> None:
    asked = await shop.ask(question)
    assert (asked.answer.path, asked.answer.model_calls) == ("direct", 0)
    assert asked.answer.text.splitlines() == [
        f"{COMPUTED}, from `orders.amount`.",
        "- `orders.amount`: as it is from `stg_orders.amount`",
        "- `stg_orders.amount`: `cents / 100`, from `raw.orders.cents`",
        "It begins in `raw.orders.cents`.",
        "Owners: Ben Okafor (`customers`) and Ana Ruiz (`orders`).",
    ]
    assert asked.answer.nodes[0] == "model.shop.customers"


@pytest.mark.parametrize("question", USE)
async def test_what_breaks_without_a_column_is_told_with_models_exposures_and_people(
    shop: Asking, question: str
) -> None:
    asked = await shop.ask(question)
    assert (asked.answer.path, asked.answer.model_calls) == ("direct", 0)
    assert asked.answer.text.splitlines() == [
        "`orders.status` is used by 1 model, which breaks without it:",
        "- `customers` (owner Ben Okafor): filters, joins or groups by it",
        "What people see of these models: `board` (owner Marijke de Wit).",
    ]
    assert asked.answer.nodes[:2] == ("model.shop.orders", "model.shop.customers")


async def test_columns_that_are_made_of_one_are_named_however_far_away(shop: Asking) -> None:
    text = (await shop.ask("what breaks if I drop stg_orders.amount?")).text
    assert "- `orders` (owner Ana Ruiz): makes `amount` of it" in text
    assert "Through them it reaches `customers.lifetime_value`." in text


async def test_a_column_that_nothing_uses_may_go(shop: Asking) -> None:
    text = (await shop.ask("can I drop customers.lifetime_value?")).text
    assert text.startswith("No SQL of the project uses `customers.lifetime_value`.\n")
    assert "What people see of `customers` may show it: `board` (owner Marijke de Wit)." in text


async def test_a_source_is_where_it_begins(shop: Asking) -> None:
    text = (await shop.ask("where does raw.orders.cents come from?")).text
    assert text == "`raw.orders.cents` begins here: `raw.orders` is a source."


async def test_both_directions_are_told_when_the_lineage_is_asked_for(shop: Asking) -> None:
    text = (await shop.ask("lineage of orders.amount")).text
    assert "`orders.amount` is `stg_orders.amount`, handed on as it is." in text
    assert "makes `lifetime_value` of it" in text


async def test_a_project_that_was_only_parsed_is_told_by_model(asking_about: Asking, tmp_path: Path) -> None:
    shop = small_shop()
    for entry in shop.nodes.values():
        entry["compiled_code"] = None
    await load(asking_about, shop, tmp_path)
    up = (await asking_about.ask("how is customers.lifetime_value computed?")).text
    assert up.startswith("Where `customers.lifetime_value` comes from is known by model only: the artifacts have no ")
    assert up.endswith("`customers` is fed by `orders`. All the way up it comes from `raw.orders`.")
    down = (await asking_about.ask("what breaks if I drop orders.status?")).text
    assert down.startswith("What uses `orders.status` is known by model only (`customers`: the artifacts have no ")
    assert "What people see of it: `board` (owner Marijke de Wit)." in down


async def test_what_is_not_read_yet_is_told_so(asking_about: Asking, tmp_path: Path) -> None:
    await load(asking_about, small_shop(), tmp_path, fill=False)
    assert "still being read" in (await asking_about.ask("where does customers.lifetime_value come from?")).text
    assert "still being read" in (await asking_about.ask("what breaks if I drop orders.status?")).text


async def test_a_model_whose_sql_could_not_be_read_may_use_it_too(asking_about: Asking, tmp_path: Path) -> None:
    shop = small_shop()
    shop.model("snake", "def model(dbt, session): ...", parents=["orders"], language="python")
    await load(asking_about, shop, tmp_path)
    text = (await asking_about.ask("what breaks if I drop orders.status?")).text
    assert "Whether `snake` uses it is not known: it is written in Python." in text


async def test_each_reason_for_not_knowing_stands_with_its_models(asking_about: Asking, tmp_path: Path) -> None:
    shop = small_shop()
    shop.model("snake", "def model(dbt, session): ...", parents=["orders"], language="python")
    shop.model("odd", "select ((( from", parents=["orders"])
    await load(asking_about, shop, tmp_path)
    text = (await asking_about.ask("what breaks if I drop orders.status?")).text
    assert text.endswith(
        "Whether these use it is not known: `odd`: its SQL could not be read; `snake`: it is written in Python."
    )


async def test_a_column_that_may_be_meant_is_not_said_to_be_unused(asking_about: Asking, tmp_path: Path) -> None:
    shop = small_shop()
    for name in ("left", "right"):
        shop.source(name, [])
        del shop.warehouse[f"source.shop.raw.{name}"]
        shop.sources[f"source.shop.raw.{name}"]["columns"] = {each: {"name": each} for each in ("x", "y")}
    shop.model(
        "joined", "select x from db.raw.left l join db.raw.right r on l.k = r.k", parents=["raw.left", "raw.right"]
    )
    shop.model("all", "select * from db.raw.right", parents=["raw.right"])
    await load(asking_about, shop, tmp_path)
    meant = (await asking_about.ask("what breaks if I drop left.x?")).text
    assert meant.startswith("What uses `raw.left.x` is known by model only (`joined`: its SQL names such a column ")
    other = (await asking_about.ask("what breaks if I drop left.y?")).text
    assert other.startswith("No SQL of the project uses `raw.left.y`.")
    starred = (await asking_about.ask("what breaks if I drop right.y?")).text
    assert "(`all`: its SQL takes all columns of tables whose columns are not known)" in starred


async def test_the_parts_of_a_union_are_told_with_an_or(asking_about: Asking, tmp_path: Path) -> None:
    shop = small_shop()
    sql = "select order_id as n from db.main.orders union all select amount + 1 from db.main.orders"
    shop.model("both", sql, parents=["orders"], columns=["n"])
    await load(asking_about, shop, tmp_path)
    text = (await asking_about.ask("how is both.n computed?")).text
    assert text.startswith(
        "`both.n` is computed as `amount + 1` or handed on as it is, from `orders.amount` and `orders.order_id`."
    )


async def test_what_dbt_adds_to_a_snapshot_comes_from_no_sql(asking_about: Asking, tmp_path: Path) -> None:
    shop = small_shop()
    shop.model("history", "select order_id from db.main.orders", parents=["orders"])
    entry = shop.nodes.pop("model.shop.history")
    shop.nodes["snapshot.shop.history"] = entry | {"config": {"materialized": "snapshot"}}
    shop.warehouse["snapshot.shop.history"] = ["order_id", "dbt_valid_from"]
    await load(asking_about, shop, tmp_path)
    text = (await asking_about.ask("where does history.dbt_valid_from come from?")).text
    assert text == "`history.dbt_valid_from` begins here: dbt adds it when it takes the snapshot."


async def test_hidden_models_and_columns_are_told_without_their_names(
    asking_about: Asking, database: Database, embedder: OfflineEmbedder, tmp_path: Path
) -> None:
    asking_about.refresher = Refresher(database, embedder, exclude="zebra_pay")
    shop = small_shop()
    shop.model("zebra_pay", "select cents as zebra_cents from db.raw.orders", parents=["raw.orders"])
    sql = "select p.zebra_cents * 2 as double, sum(status) as s from db.main.zebra_pay as p, db.main.orders"
    shop.model("pay", sql, parents=["zebra_pay", "orders"], columns=["double", "s"])
    await load(asking_about, shop, tmp_path)
    questions = ["how is pay.double computed?", "what breaks if I drop raw.orders.cents?", "how is pay.s computed?"]
    texts = [(await asking_about.ask(question)).text for question in questions]
    assert "zebra" not in "\n".join(texts).casefold()
    assert "`pay.double` is made of one hidden model" in texts[0]
    assert "- one hidden model" in texts[1]


async def test_expressions_ping_nobody_and_link_nowhere(asking_about: Asking, tmp_path: Path) -> None:
    shop = small_shop()
    sql = "select '<!channel> @here `x` https://evil.example/a' || status as s, 1 as one from db.main.orders"
    shop.model("loud", sql, parents=["orders"], columns=["s", "one"])
    await load(asking_about, shop, tmp_path)
    text = (await asking_about.ask("how is loud.s computed?")).text
    assert "|| status" in text
    assert not any(harm in text for harm in ("<!channel>", "@here", "`x`", "evil.example"))


def _boxes(graph: Graph | None) -> dict[str, str | None]:
    return {box.name: box.column for box in graph.nodes} if graph else {}


ABOVE = {"orders": "amount", "stg_orders": "amount", "raw.orders": "cents"}


async def test_the_picture_has_only_what_is_on_the_columns_way(shop: Asking) -> None:
    origin = (await shop.ask("where does customers.lifetime_value come from?")).answer.graph
    assert _boxes(origin) == {"customers": "lifetime_value", **ABOVE}
    use = (await shop.ask("what breaks if I drop orders.amount?")).answer.graph
    assert _boxes(use) == {"orders": "amount", "customers": "lifetime_value", "board": None}
    both = (await shop.ask("what is the lineage of orders.amount?")).answer.graph
    assert _boxes(both) == {"customers": "lifetime_value", "board": None, **ABOVE}


async def test_what_is_needed_for_rows_alone_has_its_box_without_a_column(shop: Asking) -> None:
    graph = (await shop.ask("what breaks if I drop orders.status?")).answer.graph
    assert _boxes(graph) == {"orders": "status", "customers": None, "board": None}


async def test_where_no_sql_is_read_the_picture_is_the_models(asking_about: Asking, tmp_path: Path) -> None:
    await load(asking_about, small_shop(), tmp_path / "target", fill=False)
    graph = (await asking_about.ask("where does customers.lifetime_value come from?")).answer.graph
    assert _boxes(graph) == {"customers": None, "orders": None, "stg_orders": None, "raw.orders": None}


async def test_of_a_column_that_nobody_describes_it_is_told_how_it_is_computed(shop: Asking) -> None:
    told = (await shop.ask("what does customers.lifetime_value mean?")).text
    assert told.startswith("`customers.lifetime_value` has no description in the project.")
    assert "`lifetime_value` is computed as `coalesce(total, 0)` where `total` is `sum(amount)`" in told
    plain = (await shop.ask("what does customers.customer_id mean?")).text
    assert "`customer_id` is `orders.customer_id`, handed on as it is." in plain


async def test_without_the_warehouses_own_list_a_column_is_known_by_the_sql_that_makes_it(
    asking_about: Asking, tmp_path: Path
) -> None:
    project = CompiledProject()
    project.source("orders", ["id", "cents"])
    project.model("paid", "select id as order_id, cents / 100 as amount from db.raw.orders", parents=["raw.orders"])
    await load(asking_about, project, tmp_path / "target")
    assert "`paid.amount` is computed as `cents / 100`" in (await asking_about.ask("how is paid.amount computed?")).text
    meant = (await asking_about.ask("what does paid.order_id mean?")).text
    assert meant.startswith("`paid.order_id` has no description in the project.")
    assert "no column `ghost`" in (await asking_about.ask("what does paid.ghost mean?")).text


async def test_a_hidden_column_stays_unknown_though_the_sql_makes_it(asking_about: Asking, tmp_path: Path) -> None:
    project = CompiledProject()
    project.source("orders", ["id", "cents"])
    project.model(
        "paid", "select id as order_id, cents / 100 as salary from db.raw.orders", parents=["raw.orders"],
        hidden_columns=["salary"],
    )  # fmt: skip
    await load(asking_about, project, tmp_path / "target")
    asked = await asking_about.ask("how is paid.salary computed?")
    assert "cents" not in asked.text
    assert "no column `salary`" in asked.text
