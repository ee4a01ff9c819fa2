"""What refreshes changed is kept, netted over a stretch of time, and told of once."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from knowledge.database import Database
from knowledge.history.history import Changed, History, record_changes
from knowledge.values import Change, What
from tests.fakes.artifacts import NOON


@pytest.fixture
def history(database: Database) -> History:
    return History(database)


@pytest.fixture
async def project(database: Database) -> int:
    return await _add_project(database, "prod")


async def _add_project(database: Database, environment: str) -> int:
    row = await database.fetch_one(
        "insert into project (name, environment) values ('shop', %(environment)s) returning project_id",
        environment=environment,
    )
    assert row is not None
    return row["project_id"]


async def _record(database: Database, project: int, *changes: Change, hours: float = 0) -> None:
    """Record changes as if that had been so many hours after noon."""
    async with database.transaction() as connection:
        row = await (await connection.execute("select count(*) as number from change")).fetchone()
        refresh = row["number"] + 1 if row else 1
        await record_changes(connection, refresh, project, changes)
        at = NOON + timedelta(hours=hours)
        await connection.execute(
            "update change set changed_at = %(at)s where refresh_id = %(refresh)s", {"at": at, "refresh": refresh}
        )


def _change(name: str, what: What, field: str | None = None, item: str | None = None, **facts: Any) -> Change:
    return Change(unique_id=f"model.shop.{name}", name=name, kind="model", what=what, field=field, item=item, **facts)


def _broke(name: str, test: str = "not_null(id)") -> Change:
    return _change(name, "broke", "test", test, before="pass", after="fail")


def _recovered(name: str, test: str = "not_null(id)") -> Change:
    return _change(name, "recovered", "test", test, before="fail", after="pass")


def _told(changed: Changed) -> list[tuple[str, str]]:
    return [(change.name, change.what) for change in changed.changes]


async def test_what_is_recorded_is_read_with_its_time_newest_first(
    database: Database, project: int, history: History
) -> None:
    described = _change("orders", "changed", "description", before="Old.", after="New.")
    await _record(database, project, _change("customers", "removed"))
    await _record(database, project, described, hours=1)
    newest, oldest = (await history.since(NOON)).changes
    assert newest == Change(
        unique_id="model.shop.orders",
        name="orders",
        kind="model",
        what="changed",
        field="description",
        before="Old.",
        after="New.",
        changed_at=NOON + timedelta(hours=1),
    )
    assert (oldest.name, oldest.changed_at) == ("customers", NOON)


async def test_only_the_stretch_that_is_asked_about_is_told(database: Database, project: int, history: History) -> None:
    for hours, name in enumerate(["early", "middle", "late"]):
        await _record(database, project, _change(name, "added"), hours=hours)
    later = NOON + timedelta(hours=1)
    assert _told(await history.since(later)) == [("late", "added"), ("middle", "added")]
    assert _told(await history.since(later, until=later + timedelta(hours=1))) == [("middle", "added")]
    assert [change.name for change in await history.of_node(["model.shop.late"], later)] == ["late"]


async def test_what_broke_and_recovered_is_nothing(database: Database, project: int, history: History) -> None:
    await _record(database, project, _broke("orders"))
    await _record(database, project, _recovered("orders"), hours=1)
    assert await history.since(NOON) == Changed()
    assert _told(await history.since(NOON + timedelta(hours=1))) == [("orders", "recovered")]


async def test_several_flips_come_to_their_net(database: Database, project: int, history: History) -> None:
    flips: Sequence[Change] = [_broke("orders"), _recovered("orders"), _broke("orders"), _broke("orders", "unique(id)")]
    for hours, change in enumerate(flips):
        await _record(database, project, change, hours=hours)
    changed = await history.since(NOON)
    assert [(change.what, change.item) for change in changed.changes] == [
        ("broke", "unique(id)"),
        ("broke", "not_null(id)"),
    ]
    assert changed.nodes == {"broke": 1}


async def test_what_came_and_went_or_went_and_came_back_is_nothing(
    database: Database, project: int, history: History
) -> None:
    await _record(database, project, _change("passing", "added"), _change("orders", "removed"))
    await _record(database, project, _broke("passing"), _change("passing", "changed", "group", after="x"), hours=1)
    await _record(database, project, _change("passing", "removed"), _change("orders", "added"), hours=2)
    assert await history.since(NOON) == Changed()


async def test_nothing_more_is_told_of_what_was_removed_nor_of_how_something_new_was_altered(
    database: Database, project: int, history: History
) -> None:
    altered = [_change(name, "changed", "description", after="New.") for name in ("old", "new")]
    await _record(database, project, _change("new", "added"), *altered, _broke("old"))
    await _record(database, project, _change("old", "removed"), _broke("new"), hours=1)
    assert _told(await history.since(NOON)) == [("new", "broke"), ("old", "removed"), ("new", "added")]


async def test_what_fails_from_the_moment_it_comes_has_not_broken(
    database: Database, project: int, history: History
) -> None:
    await _record(database, project, _change("unhidden", "added"), _broke("unhidden"), _broke("orders"))
    assert _told(await history.since(NOON)) == [("orders", "broke"), ("unhidden", "added")]
    assert [change.what for change in await history.of_node(["model.shop.unhidden"])] == ["added"]


def _renamed(before: str, after: str) -> Change:
    return _change(after, "renamed", item=f"model.shop.{before}", before=before, after=after)


async def test_a_rename_there_and_back_is_nothing(database: Database, project: int, history: History) -> None:
    await _record(database, project, _renamed("a", "b"))
    await _record(database, project, _renamed("b", "a"), hours=1)
    assert await history.since(NOON) == Changed()


async def test_renames_in_a_row_are_one_from_the_first_name_to_the_last(
    database: Database, project: int, history: History
) -> None:
    await _record(database, project, _change("a", "changed", "group", before="x", after="y"), _broke("a"))
    await _record(database, project, _renamed("a", "b"), hours=1)
    await _record(database, project, _recovered("b"), _renamed("b", "c"), hours=2)
    told = (await history.since(NOON)).changes
    assert [(each.what, each.name, each.before) for each in told] == [("renamed", "c", "a"), ("changed", "c", "x")]
    assert {each.unique_id for each in told} == {"model.shop.c"}


async def test_what_was_renamed_and_then_removed_is_removed(database: Database, project: int, history: History) -> None:
    await _record(database, project, _renamed("a", "b"), _change("b", "changed", "group", after="y"))
    await _record(database, project, _change("b", "removed"), hours=1)
    assert _told(await history.since(NOON)) == [("b", "removed")]


async def test_a_name_that_another_node_takes_over_is_told_apart(
    database: Database, project: int, history: History
) -> None:
    await _record(database, project, _renamed("a", "b"))
    await _record(database, project, _renamed("z", "a"), hours=1)
    assert {(each.before, each.after) for each in (await history.since(NOON)).changes} == {("a", "b"), ("z", "a")}


async def test_what_matters_most_comes_first_even_when_it_is_gone(
    database: Database, project: int, history: History
) -> None:
    package = Change(unique_id="model.elementary.a", name="a", kind="model", what="removed", layer="mart")
    staging, mart = _change("a_stg", "removed", layer="staging"), _change("mart", "removed", layer="mart")
    source = Change(unique_id="source.shop.erp.a", name="erp.a", kind="source", what="removed", layer="raw")
    await _record(database, project, staging, mart)
    await _record(database, project, package, source, hours=1)
    assert [name for name, _ in _told(await history.since(NOON))] == ["mart", "a_stg", "erp.a", "a"]
    assert [name for name, _ in _told(await history.since(NOON, limit=1))] == ["mart"]
    assert [name for name, _ in _told(await history.since(NOON, layers=["staging"]))] == ["a_stg"]


async def test_a_broken_test_that_is_dropped_is_not_told_as_broken(
    database: Database, project: int, history: History
) -> None:
    await _record(database, project, _broke("orders"), _broke("orders", "unique(id)"))
    dropped = _change("orders", "changed", "test", "not_null(id)", before="not_null(id)")
    await _record(database, project, dropped, hours=1)
    assert [(each.what, each.item) for each in (await history.since(NOON)).changes] == [
        ("changed", "not_null(id)"),
        ("broke", "unique(id)"),
    ]


async def test_a_field_is_told_from_its_first_to_its_last_text(
    database: Database, project: int, history: History
) -> None:
    for hours, (before, after) in enumerate([("a", "b"), ("b", "c"), ("c", "d")]):
        await _record(database, project, _change("orders", "changed", "group", before=before, after=after), hours=hours)
    [told] = (await history.since(NOON)).changes
    assert (told.before, told.after) == ("a", "d")
    await _record(database, project, _change("orders", "changed", "group", before="d", after="a"), hours=4)
    assert await history.since(NOON) == Changed()


async def test_a_node_is_followed_through_the_names_it_had(database: Database, project: int, history: History) -> None:
    await _record(database, project, _change("stg_orders", "changed", "group", after="x"))
    renamed = _change("orders", "renamed", item="model.shop.stg_orders", before="stg_orders", after="orders")
    await _record(database, project, renamed, hours=1)
    told = await history.of_node(["model.shop.orders"])
    assert [(change.name, change.what) for change in told] == [("orders", "renamed"), ("stg_orders", "changed")]


async def test_each_sort_is_limited_and_counted_whole(database: Database, project: int, history: History) -> None:
    columns = [_change("orders", "changed", "column", f"c{n}", after=f"c{n}") for n in range(5)]
    await _record(database, project, *columns, *(_change(f"m{n}", "added") for n in range(5)))
    changed = await history.since(NOON, limit=2)
    assert sorted(_told(changed)) == [("m0", "added"), ("m1", "added"), ("orders", "changed"), ("orders", "changed")]
    assert changed.nodes == {"added": 5, "changed": 1}


async def test_only_the_kinds_that_are_asked_for_are_told(database: Database, project: int, history: History) -> None:
    source = Change(unique_id="source.shop.erp.orders", name="erp.orders", kind="source", what="added")
    await _record(database, project, source, _change("orders", "added"))
    assert _told(await history.since(NOON, kinds=["source"])) == [("erp.orders", "added")]


async def test_what_two_environments_share_is_told_once(database: Database, project: int, history: History) -> None:
    staging = await _add_project(database, "staging")
    for each in (project, staging):
        await _record(database, each, _broke("orders"))
    assert (await history.since(NOON)).nodes == {"broke": 1}
    assert len((await history.since(NOON)).changes) == 1


async def test_changes_of_more_than_400_days_ago_are_deleted(
    database: Database, project: int, history: History
) -> None:
    age_h = (datetime.now(UTC) - NOON) / timedelta(hours=1)
    await _record(database, project, _change("old", "added"), hours=age_h - 401 * 24)
    await _record(database, project, _change("older_but_kept", "added"), hours=age_h - 399 * 24)
    await _record(database, project, _change("new", "added"), hours=age_h)
    assert {name for name, _ in _told(await history.since())} == {"older_but_kept", "new"}


async def test_a_channel_is_told_up_to_a_change(database: Database, project: int, history: History) -> None:
    assert await history.last_digest("C1") is None
    assert await history.newest() == 0
    await _record(database, project, _broke("orders"))
    await history.note_digest("C1", await history.newest())
    await _record(database, project, _broke("customers"))
    digest = await history.last_digest("C1")
    assert digest is not None
    assert _told(await history.since(after=digest.change_id)) == [("customers", "broke")]
    assert await history.last_digest("C2") is None


async def test_it_is_known_since_when_changes_are_recorded(database: Database, history: History) -> None:
    assert await history.watched_since() is None
    await database.execute("insert into refresh (finished_at, outcome) values (now(), 'failed')")
    assert await history.watched_since() is None
    await database.execute("insert into refresh (finished_at, outcome) values (now(), 'changed')")
    assert await history.watched_since() is not None
