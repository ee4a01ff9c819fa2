"""What a model says of the lineage stays where the catalog says the same, and goes where it does not."""

from pathlib import Path

from agent.reading.claims import Known
from agent.reading.edges import Edges, look_up_edges
from knowledge import DirectorySource
from tests.fakes.compiled_project import small_shop
from tests.fakes.openai import Says
from tests.integration.agent.asking import Asking
from tests.integration.agent.lineage_sentences import FALSE, NO_LINEAGE, TRUE


async def _edges(asking: Asking, prose: str) -> Edges:
    catalog = asking.shelf.catalog
    return await look_up_edges(prose, await catalog.names(), catalog)


async def _kept(asking: Asking, prose: str) -> str:
    catalog = asking.shelf.catalog
    known = Known(await catalog.names(), (), await _edges(asking, prose))
    return known.without_claims(prose)[0]


async def test_what_the_catalog_says_too_holds(asking: Asking) -> None:
    assert [each for each in TRUE if await _kept(asking, each) != each] == []


async def test_what_the_catalog_does_not_say_is_taken_out(asking: Asking) -> None:
    assert [each for each in FALSE if await _kept(asking, each) == each] == []


async def test_what_is_no_lineage_is_left_alone(asking: Asking) -> None:
    assert [each for each in NO_LINEAGE if await _kept(asking, each) != each] == []


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
