"""What a model says of the lineage stays where the catalog says the same, and goes where it does not."""

from pathlib import Path

import pytest

from agent.reading.edges import Edges, look_up_edges
from knowledge import DirectorySource
from tests.fakes.compiled_project import small_shop
from tests.fakes.openai import Says
from tests.integration.agent.asking import Asking

TRUE = [
    "`orders` is built from `stg_orders` and `order_items`.",
    "`orders` depends on the source `shop.orders`.",
    "Use `orders`, which is fed by `stg_orders`.",
    "`stg_orders` feeds `orders`.",
    "`stg_orders` and `order_items` are used by `orders`.",
    "Upstream of `orders` are `stg_orders` and `order_items`.",
    "Downstream of `stg_orders`: `orders`.",
    "`shop.orders` → `stg_orders` → `orders`",
    "**orders** is derived from **stg_orders**.",
    "The orders model reads from the stg_orders model.",
    "`weekly_trading_review` does not depend on `stg_tickets`.",
    "`orders.status` comes from `stg_orders.status`.",
    "Use `orders`. It is built from `stg_orders`.",
]
FALSE = [
    "`orders` is built from `stg_tickets`.",
    "`orders` is built from `stg_orders` and `stg_tickets`.",
    "`stg_orders` is fed by `orders`.",
    "`orders` feeds `stg_orders`.",
    "Upstream of `orders` are `mrr_monthly` and `stg_orders`.",
    "`orders`'s parents are `mrr_monthly`.",
    "`stg_tickets` -> `orders`",
    "`orders` does not depend on `stg_orders`.",
    "Nothing depends on `orders`.",
    "No other model uses `stg_orders`.",
    "`orders` is used by nothing.",
    "`stg_orders` is not used.",
    "Dropping `orders.status` breaks nothing.",
    "You can safely remove `orders`: it is safe to drop `orders`.",
    "Use `stg_tickets`. It feeds `mrr_monthly`.",
    "The data of `orders`, which is loaded from `stg_tickets`, is complete.",
]
NO_LINEAGE = [
    "Join `orders` to `customers` on `customer_id`.",
    "Revenue is computed from `orders.net_amount` by summing it.",
    "Orders come from customers who have an account.",
    "Use `orders`; it uses euros.",
    "It is built from the shop's export.",
    "`orders` uses `order_id` as its key.",
    "Take `orders` and `customers` together.",
]


async def _edges(asking: Asking, prose: str) -> Edges:
    catalog = asking.shelf.catalog
    return await look_up_edges(prose, await catalog.names(), catalog)


def _wrong(edges: Edges, prose: str) -> bool:
    return any(edges.wrong(sentence) for sentence in prose.replace(". ", ".\n").split("\n"))


@pytest.mark.parametrize("prose", TRUE)
async def test_what_the_catalog_says_too_holds(asking: Asking, prose: str) -> None:
    edges = await _edges(asking, prose)
    assert edges.true, "it is understood"
    assert not _wrong(edges, prose)


@pytest.mark.parametrize("prose", FALSE)
async def test_what_the_catalog_does_not_say_is_wrong(asking: Asking, prose: str) -> None:
    assert _wrong(await _edges(asking, prose), prose)


@pytest.mark.parametrize("prose", NO_LINEAGE)
async def test_what_is_no_lineage_is_left_alone(asking: Asking, prose: str) -> None:
    assert not _wrong(await _edges(asking, prose), prose)


async def test_of_columns_the_compiled_sql_decides(asking_about: Asking, tmp_path: Path) -> None:
    assert asking_about.refresher is not None
    source = DirectorySource(small_shop().write(tmp_path / "target"))
    await asking_about.refresher.refresh(source)
    await asking_about.refresher.fill_column_lineage(source)
    right, wrong = (f"`customers.lifetime_value` comes from `orders.{column}`." for column in ("amount", "status"))
    edges = await _edges(asking_about, f"{right} {wrong}")
    assert (edges.wrong(right), edges.wrong(wrong)) == (False, True)


async def test_a_model_cannot_write_an_edge_that_is_not_there(asking: Asking) -> None:
    await asking.script(
        Says(text="Use `orders` for that, which is fed by `stg_tickets`. `orders` is built from `stg_orders`."),
        repeat_last=True,
    )
    asked = await asking.ask("Tell me how late deliveries and order value hang together for our best customers")
    assert "stg_tickets" not in asked.text + asked.streamed
    assert "`orders` is built from `stg_orders`." in asked.text
