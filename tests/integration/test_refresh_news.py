"""Admins hear of a refresh that needs them: once, whichever process asks, and again only when there is news."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from knowledge import Catalog, Database, OfflineEmbedder, Refresher, RefreshNews, Unavailable
from tests.fakes.artifacts import FakeSource, model


class Past:
    """Refreshes as they ended, and what became news of each."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._news = RefreshNews(database)

    async def ended(self, outcome: str, reason: str | None = None) -> str | None:
        """A refresh ends; returns how, if that is news."""
        await self._database.execute(
            "insert into refresh (outcome, reason, finished_at) values (%(outcome)s, %(reason)s, now())",
            outcome=outcome,
            reason=reason,
        )
        return await self.ask()

    async def ask(self) -> str | None:
        return await self._news.spread(["U1", "U2"], queue="background", task="tell")

    async def hours_pass(self) -> None:
        await self._database.execute("update refresh set told_at = told_at - interval '2 hours'")

    async def jobs(self) -> list[tuple[str, str, str | None]]:
        rows = await self._database.fetch("select args from procrastinate_jobs order by id")
        return [(row["args"]["admin"], row["args"]["outcome"], row["args"]["reason"]) for row in rows]


@pytest.fixture
def past(database: Database) -> Past:
    return Past(database)


async def test_a_failure_is_told_to_each_admin_once(past: Past) -> None:
    assert await past.ended("failed", "Away.") == "failed"
    assert await past.ended("failed", "Away.") is None
    await past.hours_pass()
    assert await past.ended("failed", "Away.") is None
    assert await past.jobs() == [("U1", "failed", "Away."), ("U2", "failed", "Away.")]


async def test_another_reason_is_news_and_going_back_to_the_first_is_none(past: Past) -> None:
    assert await past.ended("failed", "Away.") == "failed"
    assert await past.ended("refused", "A shrink.") == "refused"
    assert await past.ended("failed", "Away.") is None
    assert await past.ended("failed", None) == "failed"
    assert await past.ended("failed", None) is None


async def test_the_end_of_what_was_told_is_told_once(past: Past) -> None:
    assert await past.ended("unchanged") is None
    await past.ended("failed", "Away.")
    assert await past.ended("unchanged") == "unchanged"
    assert await past.ended("changed") is None


async def test_what_nobody_heard_of_has_no_end(past: Past, database: Database) -> None:
    await past.ended("changed")
    await database.execute("insert into refresh (outcome, reason) values ('failed', 'Away.')")
    assert await past.ended("unchanged") is None


async def test_the_end_is_told_even_when_another_refresh_went_well_in_between(past: Past, database: Database) -> None:
    await past.ended("refused", "A shrink.")
    await database.execute("insert into refresh (outcome) values ('changed')")  # one that was asked for
    assert await past.ended("unchanged") == "unchanged"


async def test_a_failure_that_comes_and_goes_is_told_once_an_hour_at_most(past: Past) -> None:
    assert await past.ended("failed", "Away.") == "failed"
    assert await past.ended("unchanged") == "unchanged"
    assert await past.ended("failed", "Away.") is None
    assert await past.ended("unchanged") is None
    await past.hours_pass()
    assert await past.ended("failed", "Away.") == "failed"


async def test_of_processes_that_ask_at_once_one_spreads_the_news(past: Past, database: Database) -> None:
    await database.execute("insert into refresh (outcome, reason) values ('failed', 'Away.')")
    answers = await asyncio.gather(*(past.ask() for _ in range(8)))
    assert sorted(filter(None, answers)) == ["failed"]
    assert len(await past.jobs()) == 2


async def test_a_refresh_that_runs_is_no_news(past: Past, database: Database) -> None:
    await past.ended("failed", "Away.")
    await database.execute("insert into refresh default values")
    assert await past.ask() is None


async def test_while_refreshes_fail_the_last_good_one_is_remembered_however_long_ago_it_was(database: Database) -> None:
    source, catalog = FakeSource(nodes=[model("orders")]), Catalog(database)
    refresher = Refresher(database, OfflineEmbedder())
    for _ in range(3):
        await refresher.refresh(source)
    await database.execute(
        "update refresh set started_at = now() - interval '9 days', finished_at = now() - interval '9 days'"
    )
    source.minutes, source.fails = 1, Unavailable("Away.")
    await refresher.refresh(source)
    await catalog.names()
    age = catalog.age()
    assert age.failure == "Away."
    assert age.refreshed_at is not None
    assert timedelta(days=8) < datetime.now(UTC) - age.refreshed_at < timedelta(days=10)
    assert (await catalog.overview()).refreshed_at == age.refreshed_at
    assert len(await database.fetch("select 1 from refresh")) == 3  # one that changed, the last good one, this one
