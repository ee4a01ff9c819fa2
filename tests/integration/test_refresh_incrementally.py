"""What has not changed since the last refresh is not read again, and the catalog is row for row as if it were."""

from collections.abc import Callable
from pathlib import Path
from typing import LiteralString

import pytest
from rows import TABLES, rows_of

from knowledge import Database, DirectorySource, OfflineEmbedder, Refresher, open_database
from tests.fakes.evolving import EvolvingProject

_STEPS = 30
_ALL: dict[LiteralString, LiteralString] = {
    **TABLES,
    "hidden_node": "unique_id, kind",
    "change": "unique_id, name, kind, what, field, item, before, after",
    "refresh": "refresh_id, reason, added, removed, oddities",
}


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_project_that_evolves_is_kept_row_for_row_as_if_all_were_read_each_time(
    new_database: Callable[..., str], template: str, tmp_path: Path, seed: int
) -> None:
    project, source = EvolvingProject(seed), DirectorySource(tmp_path)
    async with (
        open_database(new_database(template), tmp_path) as database,
        open_database(new_database(template), tmp_path) as other,
    ):
        for each in (database, other):
            await each.execute("insert into secret (name, value) values ('hidden', 'what hidden nodes are named by')")
        done = ["make"]
        for _ in range(_STEPS):
            project.write(tmp_path)
            await Refresher(database, OfflineEmbedder()).refresh(source, accept_shrink=True)
            await Refresher(other, OfflineEmbedder()).refresh(source, accept_shrink=True, full=True)
            found, expected = await rows_of(database, _ALL), await rows_of(other, _ALL)
            for table, rows in expected.items():
                assert found[table] == rows, (table, done)
            done = project.evolve()


@pytest.fixture
def project(tmp_path: Path) -> EvolvingProject:
    """One whose artifacts lie in the folder of the test."""
    project = EvolvingProject(1)
    project.write(tmp_path)
    return project


async def _ids(database: Database) -> set[str]:
    return {row["unique_id"] for row in await database.fetch("select unique_id from node")}


async def test_what_is_the_same_is_neither_read_again_nor_compared_but_when_all_is_asked_for(
    database: Database, project: EvolvingProject, tmp_path: Path
) -> None:
    refresher, source = Refresher(database, OfflineEmbedder()), DirectorySource(tmp_path)
    await refresher.refresh(source)
    await database.execute("update node set definition_hash = '' where kind = 'model'")
    project.parse()
    project.write(tmp_path)
    assert (await refresher.refresh(source)).status == "unchanged"
    assert (await refresher.refresh(source, full=True)).changed > 0
    assert not await database.fetch("select from node where definition_hash = ''")


async def test_what_is_the_same_counts_when_nodes_go(
    database: Database, project: EvolvingProject, tmp_path: Path
) -> None:
    refresher, source = Refresher(database, OfflineEmbedder()), DirectorySource(tmp_path)
    await refresher.refresh(source)
    project.remove_table()
    project.drop_semantic_layer()
    project.parse()
    project.write(tmp_path)
    outcome = await refresher.refresh(source)
    assert (outcome.status, outcome.removed) == ("changed", 4)


async def test_rules_of_what_is_hidden_are_for_what_is_the_same_as_well(
    database: Database, project: EvolvingProject, tmp_path: Path
) -> None:
    source = DirectorySource(tmp_path)
    await Refresher(database, OfflineEmbedder()).refresh(source)
    before = await _ids(database)
    hidden = project.tables()[-1]
    for exclude, expected in ((hidden.rpartition(".")[2], before - {hidden}), ("", before)):
        await Refresher(database, OfflineEmbedder(), exclude=exclude).refresh(source)
        assert await _ids(database) == expected


async def test_no_key_is_kept_where_something_is_hidden(
    database: Database, project: EvolvingProject, tmp_path: Path
) -> None:
    refresher, source = Refresher(database, OfflineEmbedder()), DirectorySource(tmp_path)
    for hide, is_kept in ((project.only_parse, True), (project.hide_node, False), (project.show_all, True)):
        hide()
        project.parse()
        project.write(tmp_path)
        await refresher.refresh(source)
        [row] = await database.fetch("select keys <> '' as is_kept from project")
        assert row["is_kept"] is is_kept
