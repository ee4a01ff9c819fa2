"""Refreshes that somebody asks for or that dbt tells of: once, reported, and never in silence when they fail."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from running import Place, StartMarty, process_in

from bot.main import Bot
from bot.playground import Channel, Message, User, Workspace
from bot.upkeep_queue import take_run
from knowledge import Database, Unavailable, WebhookEvents
from tests.fakes.artifacts import FakeSource, model, result

ASK = "@marty who owns orders?"


@pytest.fixture
def source() -> FakeSource:
    """A project of three models."""
    return FakeSource(nodes=[model("orders", "All orders."), model("customers"), model("payments")])


@pytest.fixture
def start(start_marty: StartMarty, source: FakeSource, ana: User) -> StartMarty:
    """Starts Marty with that project; Ana is its admin."""

    async def start(**more: Any) -> Bot:
        return await start_marty(**({"sources": lambda: (source,), "admins": (ana.id,)} | more))

    return start


def said(ws: Workspace, channel: Channel, *, in_threads: bool) -> list[Message]:
    return [each for each in ws.messages(channel) if each.bot_id and (each.thread_ts is not None) == in_threads]


async def reported(ws: Workspace, channel: Channel, *, reports: int = 1) -> str:
    """The last of so many reports."""
    found = await ws.wait_for(lambda: _enough(said(ws, channel, in_threads=True), reports))
    return found[-1].shown


def _enough(found: list[Message], count: int) -> list[Message]:
    return found if len(found) >= count else []


async def outcomes(database: Database) -> list[str]:
    return [row["outcome"] for row in await database.fetch("select outcome from refresh order by refresh_id")]


async def jobs(database: Database, task: str) -> list[dict[str, Any]]:
    query = "select args, scheduled_at > now() as later from procrastinate_jobs where task_name = %(task)s"
    return await database.fetch(query, task=task)


def nothing_left(database: Database, task: str) -> Callable[[], Awaitable[bool]]:
    async def condition() -> bool:
        return await jobs(database, task) == []

    return condition


async def test_an_admin_refreshes_and_reads_in_the_thread_how_it_went(
    ws: Workspace, ana: User, general: Channel, start: StartMarty
) -> None:
    await start()
    asked = await ws.command(ana, general, "/ask", "refresh")
    assert asked.ok
    assert "Done in" in await reported(ws, general)
    [begun] = said(ws, general, in_threads=False)
    await ws.wait_for(lambda: said(ws, general, in_threads=False)[0].shown == "Refreshed the catalog.")
    [report] = said(ws, general, in_threads=True)
    assert report.thread_ts == begun.ts
    assert "3 nodes added" in report.shown
    await ws.command(ana, general, "/ask", "refresh now")
    assert "Nothing new" in await reported(ws, general, reports=2)
    assert ws.pings == []


async def test_where_marty_may_not_write_the_admin_alone_reads_it(ws: Workspace, ana: User, start: StartMarty) -> None:
    await start()
    secret = ws.add_channel("secret", private=True, members=[ana], bot_is_member=False)
    await ws.command(ana, secret, "/ask", "refresh")
    await ws.wait_for(lambda: any("Done in" in each.shown for each in ws.ephemerals(ana, secret)))
    assert ws.messages(secret) == []


async def test_others_are_told_privately_who_may(
    ws: Workspace, ana: User, ben: User, general: Channel, shop: Database, start: StartMarty
) -> None:
    await start()
    answer = await ws.command(ben, general, "/ask", "refresh")
    assert "Only Marty's admins may do that" in answer.shown
    assert ana.id in answer.shown
    await ws.settled()
    assert said(ws, general, in_threads=False) == []
    assert ws.pings == []
    assert await jobs(shop, "refresh") == []


async def test_without_admins_the_setting_is_named(
    ws: Workspace, ana: User, general: Channel, start: StartMarty
) -> None:
    await start(admins=())
    assert "MARTY_ADMINS" in (await ws.command(ana, general, "/ask", "refresh")).shown


async def test_beside_a_running_refresh_it_says_so_and_waits(
    ws: Workspace, ana: User, general: Channel, shop: Database, start: StartMarty
) -> None:
    await start()
    async with shop.lock("refresh"):
        await ws.command(ana, general, "/ask", "refresh")
        assert "Another refresh is running" in await reported(ws, general)
    assert "Done in" in await reported(ws, general, reports=2)


async def test_a_loss_is_reported_with_its_remedy_and_the_remedy_works(
    ws: Workspace, ana: User, general: Channel, source: FakeSource, start: StartMarty
) -> None:
    bot = await start()
    await bot.upkeep.refresh()
    source.nodes = [model("orders", "All orders.")]
    await ws.command(ana, general, "/ask", "refresh")
    assert "/ask refresh accept shrink" in await reported(ws, general)
    await ws.wait_for(lambda: said(ws, general, in_threads=False)[0].shown == "The refresh did not succeed.")
    await ws.command(ana, general, "/ask", "refresh accept shrink")
    assert "2 nodes removed" in await reported(ws, general, reports=2)


async def test_a_source_that_is_not_configured_is_reported_too(
    ws: Workspace, ana: User, general: Channel, start_marty: StartMarty
) -> None:
    await start_marty(admins=(ana.id,))
    await ws.command(ana, general, "/ask", "refresh")
    assert "No dbt project is configured" in await reported(ws, general)


async def test_a_question_that_begins_with_refresh_is_answered(
    ws: Workspace, ana: User, general: Channel, start: StartMarty
) -> None:
    await start()
    await ws.command(ana, general, "/ask", "refresh schedule of orders?")
    [question] = await ws.wait_for(lambda: said(ws, general, in_threads=False))
    assert "refresh schedule of orders?" in question.shown


async def test_of_two_processes_one_refreshes_for_a_run_that_both_hear_of(
    ws: Workspace, shop: Database, start: StartMarty
) -> None:
    await start()
    await start()
    before = await outcomes(shop)
    events = WebhookEvents(shop)
    taken = await asyncio.gather(*(take_run(events, event_id="wev_1", run_id="7") for _ in range(2)))
    assert sorted(taken) == [False, True]
    await ws.wait_for(nothing_left(shop, "refresh"))
    assert await outcomes(shop) == [*before, "changed"]


async def test_a_refresh_whose_process_is_killed_is_made_by_another(
    ws: Workspace, shop: Database, place: Place, start: StartMarty
) -> None:
    before = await outcomes(shop)
    async with shop.lock("refresh"), process_in(replace(place, artifacts="unused")) as process:
        await take_run(WebhookEvents(shop), event_id="wev_1", run_id="7")

        async def begun() -> bool:
            return bool(await shop.fetch("select 1 from procrastinate_jobs where status = 'doing'"))

        await ws.wait_for(begun)
        process.send_signal(signal.SIGKILL)
        await process.wait()
    await start()
    await ws.wait_for(nothing_left(shop, "refresh"), timeout_s=20)
    assert await outcomes(shop) == [*before, "changed"]


async def test_a_run_whose_artifacts_come_late_is_looked_for_again(
    ws: Workspace, shop: Database, source: FakeSource, start: StartMarty
) -> None:
    bot = await start()
    await bot.upkeep.refresh()
    await take_run(WebhookEvents(shop), event_id="wev_1", run_id="7")

    async def waiting() -> bool:
        return [(each["args"]["waits"], each["later"]) for each in await jobs(shop, "refresh")] == [(1, True)]

    await ws.wait_for(waiting)
    source.results = [result("orders", minutes=5)]
    await shop.execute("update procrastinate_jobs set scheduled_at = now() where task_name = 'refresh'")
    await ws.wait_for(nothing_left(shop, "refresh"))
    [row] = await shop.fetch("select count(*) as results from run_result")
    assert row["results"] == 1


async def test_news_of_a_run_does_not_wait_behind_its_own_late_artifacts(
    ws: Workspace, shop: Database, source: FakeSource, start: StartMarty
) -> None:
    bot = await start()
    await bot.upkeep.refresh()
    await take_run(WebhookEvents(shop), event_id="errored", run_id="7")

    async def one_waits() -> bool:
        return [each["later"] for each in await jobs(shop, "refresh")] == [True]

    await ws.wait_for(one_waits)
    source.results = [result("orders", minutes=5)]
    await take_run(WebhookEvents(shop), event_id="completed", run_id="7")

    async def stored() -> bool:
        return bool(await shop.fetch("select 1 from run_result"))

    await ws.wait_for(stored)


async def test_admins_hear_once_that_refreshes_fail_and_once_that_they_work_again(
    ws: Workspace, ana: User, ben: User, source: FakeSource, start: StartMarty
) -> None:
    bots = [await start(admins=(ana.id, ben.id)) for _ in range(2)]
    source.fails = Unavailable("The dbt platform did not answer.")
    for bot in (*bots, *bots):
        await bot.upkeep.scheduled()
    await ws.wait_for(lambda: all(ws.messages(ws.open_dm(each)) for each in (ana, ben)))
    source.fails = None
    await asyncio.gather(*(bot.upkeep.scheduled() for bot in bots))
    await bots[0].upkeep.scheduled()
    for admin in (ana, ben):
        await ws.wait_for(lambda admin=admin: len(ws.messages(ws.open_dm(admin))) >= 2)
    await ws.settled()
    for admin in (ana, ben):
        failed, recovered = ws.messages(ws.open_dm(admin))
        assert "The dbt platform did not answer." in failed.shown
        assert "marty doctor" in failed.shown
        assert "work again" in recovered.shown


async def test_an_admin_who_does_not_exist_keeps_nobody_from_hearing(
    ws: Workspace, ana: User, shop: Database, source: FakeSource, start: StartMarty
) -> None:
    bot = await start(admins=("U0NOBODY", ana.id))
    source.fails = Unavailable("Away.")
    await bot.upkeep.scheduled()
    await ws.wait_for(lambda: ws.messages(ws.open_dm(ana)))
    await ws.wait_for(nothing_left(shop, "tell"))


async def test_a_scheduled_refresh_leaves_a_running_one_alone(
    shop: Database, source: FakeSource, start: StartMarty
) -> None:
    bot = await start()
    before = await outcomes(shop)
    async with shop.lock("refresh"):
        await asyncio.wait_for(bot.upkeep.scheduled(), 2)
    assert await outcomes(shop) == before
    assert source.loads == 0


async def test_answers_tell_the_age_of_an_old_catalog_and_greetings_do_not(
    ws: Workspace, ana: User, general: Channel, shop: Database, start: StartMarty
) -> None:
    bot = await start()
    await bot.upkeep.refresh()
    await shop.execute("update refresh set finished_at = now() - interval '9 hours'")
    answer = await ws.answer_to(general, await ws.post(ana, general, ASK))
    assert "The catalog was last current 9 h ago" in answer.shown
    greeting = await ws.answer_to(general, await ws.post(ana, general, "@marty hello"))
    assert "last current" not in greeting.shown
    assert "overdue" in (await ws.command(ana, general, "/ask", "status")).shown
    await bot.upkeep.refresh()
    answer = await ws.answer_to(general, await ws.post(ana, general, ASK))
    assert "last current" not in answer.shown


async def test_only_an_admin_reads_in_the_status_where_the_artifacts_lie(
    ws: Workspace, ana: User, ben: User, general: Channel, source: FakeSource, start: StartMarty
) -> None:
    bot = await start()
    source.fails = Unavailable("There is no manifest.json in /srv/acme/target.")
    await bot.upkeep.refresh()
    assert "/srv/acme" in (await ws.command(ana, general, "/ask", "status")).shown
    assert "/srv/acme" not in (await ws.command(ben, general, "/ask", "status")).shown
    answer = await ws.answer_to(general, await ws.post(ben, general, ASK))
    assert "The artifacts could not be read." in answer.shown
    assert "/srv/acme" not in answer.shown


async def test_answers_tell_why_the_newest_refresh_failed(
    ws: Workspace, ana: User, general: Channel, shop: Database, source: FakeSource, start: StartMarty
) -> None:
    bot = await start()
    await bot.upkeep.refresh()
    source.minutes, source.fails = 1, Unavailable("The dbt platform did not answer. Look whether it is up.")
    await bot.upkeep.refresh()
    answer = await ws.answer_to(general, await ws.post(ana, general, ASK))
    assert "the newest refresh did not succeed. The dbt platform did not answer." in answer.shown
    assert "Look whether" not in answer.shown
    assert "did not answer" in (await ws.command(ana, general, "/ask", "status")).shown
    await shop.execute("insert into refresh default values")  # one that is running
    again = await ws.answer_to(general, await ws.post(ana, general, ASK))
    assert "the newest refresh did not succeed" in again.shown


async def test_a_new_catalog_is_at_hand_before_somebody_asks(
    ws: Workspace, ana: User, general: Channel, source: FakeSource, start: StartMarty, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = await start()
    source.nodes = [*source.nodes, model("refunds", "What was paid back.")]
    await bot.upkeep.refresh()
    seen: list[str] = []
    execute = psycopg.AsyncCursor.execute

    async def watching(self: Any, query: Any, *arguments: Any, **options: Any) -> Any:
        seen.append(str(query))
        return await execute(self, query, *arguments, **options)

    monkeypatch.setattr(psycopg.AsyncCursor, "execute", watching)
    await ws.post(ana, general, "@marty which model should I use for what was paid back?")
    await ws.wait_for(lambda: any("refunds" in each.shown for each in said(ws, general, in_threads=True)))
    assert any("from posting" in query for query in seen), "there was a search"
    assert [query for query in seen if "distinct term" in query or "name_keys, 'is_own'" in query] == []
