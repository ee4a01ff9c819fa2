"""Which columns are made of which is read by a job behind each refresh, while the catalog serves already."""

import asyncio
from pathlib import Path

from running import StartMarty

from knowledge import Catalog, Database, DirectorySource
from tests.fakes.compiled_project import small_shop


async def test_a_refresh_has_compiled_sql_read_in_the_background(
    shop: Database, tmp_path: Path, start_marty: StartMarty
) -> None:
    source = DirectorySource(small_shop().write(tmp_path / "target"))
    bot = await start_marty(sources=lambda: (source,))
    await bot.upkeep.refresh()
    columns = Catalog(shop).columns
    async with asyncio.timeout(60):
        while await columns.state("model.shop.customers") != "read":  # noqa: ASYNC110 (any process may read it)
            await asyncio.sleep(0.1)
    steps = await columns.follow("model.shop.customers", "lifetime_value", "upstream")
    assert [step.column for step in steps] == ["lifetime_value", "amount", "amount", "cents"]
