"""The database, Slack or the socket fail: nothing is lost, nothing is said twice, and the asker is told."""

import asyncio
import logging
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from running import Place, StartMarty, marty_in
from threads import replies

from bot.errors import NOT_TAKEN
from bot.main import Bot
from bot.playground import Channel, Playground, User, Workspace
from bot.slack_access import SlackAccessError
from knowledge import Database, Turns

QUESTION = "@marty who owns the model orders?"
Outage = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def outage(admin: psycopg.Connection, shop_url: str) -> Outage:
    """Takes the test's database away while a block runs."""
    name = str(conninfo_to_dict(shop_url)["dbname"])

    @contextmanager
    def outage() -> Generator[None]:
        admin.execute(sql.SQL("alter database {} allow_connections false").format(sql.Identifier(name)))
        admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,))
        try:
            yield
        finally:
            admin.execute(sql.SQL("alter database {} allow_connections true").format(sql.Identifier(name)))

    return outage


@pytest.mark.usefixtures("marty")
async def test_without_its_database_marty_says_so_once_and_answers_when_it_is_back(
    ws: Workspace, ana: User, general: Channel, outage: Outage
) -> None:
    with outage():
        ts = await ws.post(ana, general, QUESTION)
        await ws.wait_for(lambda: ws.ephemerals(ana, general))
        delivery = ws.deliveries[-1]
        await ws.wait_for(lambda: len(delivery.sent_at) >= 2, timeout_s=20)
        assert delivery.acked_at is None
    assert [each.shown for each in ws.ephemerals(ana, general)] == [NOT_TAKEN]
    answer = await ws.answer_to(general, ts, timeout_s=30)
    assert "orders" in answer.shown
    await ws.settled()
    assert len(replies(ws, general, ts)) == 1


@pytest.mark.usefixtures("marty")
async def test_an_answer_that_went_out_but_could_not_be_stored_is_not_given_twice(
    ws: Workspace, ana: User, general: Channel, shop: Database
) -> None:
    ws.faults.hang("chat.postMessage", 1.0)
    ts = await ws.post(ana, general, QUESTION)
    await ws.wait_for(lambda: not ws.faults.is_due("chat.postMessage"))
    await shop.execute("alter table turn rename to turn_gone")
    await ws.answer_to(general, ts)
    await asyncio.sleep(0.5)
    await shop.execute("alter table turn_gone rename to turn")

    async def answered() -> bool:
        return [row["outcome"] async for row in Turns(shop).export()] == ["answered"]

    await ws.wait_for(answered)
    assert len(replies(ws, general, ts)) == 1


@pytest.mark.usefixtures("marty")
async def test_a_command_without_the_database_is_answered_with_a_sentence_at_once(
    ws: Workspace, ana: User, general: Channel, outage: Outage
) -> None:
    with outage():
        asked = await ws.command(ana, general, "/ask", "who owns the model orders?")
        status = await ws.command(ana, general, "/ask", "status")
        helped = await ws.command(ana, general, "/ask", "help")
    assert asked.ok
    assert "database" in asked.shown
    assert "reference" in asked.shown
    assert "database" in status.shown
    assert "Ask me anything" in helped.shown


@pytest.mark.usefixtures("marty")
async def test_a_vote_without_the_database_is_not_lost(
    ws: Workspace, ana: User, general: Channel, outage: Outage, shop: Database
) -> None:
    ts = await ws.post(ana, general, QUESTION)
    answer = await ws.answer_to(general, ts)
    turn_id = (answer.metadata or {})["event_payload"]["turn_id"]
    with outage():
        await ws.react(ana, general, answer.ts, "+1")
        reaction = ws.deliveries[-1]
        clicked = await ws.click(ana, general, answer.ts, action_id="feedback", value=f"down:{turn_id}")
        assert clicked.ok
        await ws.wait_for(lambda: any("database" in each.shown for each in ws.ephemerals(ana, general)))
    await asyncio.wait_for(reaction.acked.wait(), 20)

    async def voted() -> bool:
        votes = [vote["verdict"] async for row in Turns(shop).export() for vote in row["votes"]]
        return votes == ["up"]

    await ws.wait_for(voted)


@pytest.mark.usefixtures("marty")
async def test_what_slack_limits_is_posted_later_and_once(ws: Workspace, ana: User, general: Channel) -> None:
    ws.faults.fail("chat.postMessage", error="ratelimited", retry_after_s=1)
    ts = await ws.post(ana, general, QUESTION)
    await ws.answer_to(general, ts)
    assert len(replies(ws, general, ts)) == 1


@pytest.mark.usefixtures("marty")
@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_slack_that_fails_gets_the_answer_once_it_works(
    ws: Workspace, ana: User, general: Channel, status: int
) -> None:
    ws.faults.http(status=status, method="chat.postMessage", times=2)
    ts = await ws.post(ana, general, QUESTION)
    await ws.answer_to(general, ts, timeout_s=20)
    await asyncio.sleep(0.5)
    assert len(replies(ws, general, ts)) == 1


@pytest.mark.usefixtures("marty")
@pytest.mark.parametrize("error", ["missing_scope", "ratelimited", "unknown_method", "fatal_error"])
async def test_no_trouble_with_the_status_delays_or_fails_an_answer(
    ws: Workspace, ana: User, general: Channel, error: str
) -> None:
    ws.faults.fail("assistant.threads.setStatus", error=error, times=10, retry_after_s=60)
    ts = await ws.post(ana, general, QUESTION)
    assert "orders" in (await ws.answer_to(general, ts)).shown


@pytest.mark.usefixtures("marty")
async def test_a_status_call_that_hangs_does_not_hold_the_answer_up(ws: Workspace, ana: User, general: Channel) -> None:
    ws.faults.hang("assistant.threads.setStatus", 25.0, times=2)
    ts = await ws.post(ana, general, QUESTION)
    answer = await ws.answer_to(general, ts, timeout_s=20)
    assert "orders" in answer.shown


@pytest.mark.usefixtures("marty")
async def test_in_an_archived_channel_the_turn_ends_without_a_loop(
    ws: Workspace, ana: User, general: Channel, shop: Database
) -> None:
    ws.faults.fail("chat.postMessage", error="is_archived", times=100)
    await ws.post(ana, general, QUESTION)

    async def failed() -> bool:
        return [row["outcome"] async for row in Turns(shop).export()] == ["failed"]

    await ws.wait_for(failed)
    await asyncio.sleep(1.5)
    assert len(ws.calls_of("chat.postMessage")) == 1


@pytest.mark.usefixtures("marty")
async def test_a_question_that_was_deleted_meanwhile_ends_quietly(
    ws: Workspace, ana: User, general: Channel, shop: Database
) -> None:
    ws.faults.hang("assistant.threads.setStatus", 0.2)
    ts = await ws.post(ana, general, QUESTION)
    await ws.delete(ana, general, ts)

    async def ended() -> list[str]:
        return [row["outcome"] async for row in Turns(shop).export() if row["outcome"]]

    assert len(await ws.wait_for(ended)) == 1
    await asyncio.sleep(1.5)
    assert len(ws.calls_of("chat.postMessage")) == 1


@pytest.mark.usefixtures("marty")
async def test_blocks_that_slack_rejects_cost_the_blocks_and_not_the_answer(
    ws: Workspace, ana: User, general: Channel
) -> None:
    ws.faults.fail("chat.postMessage", error="invalid_blocks")
    ts = await ws.post(ana, general, QUESTION)
    answer = await ws.answer_to(general, ts)
    assert not answer.blocks
    assert "orders" in answer.shown


@pytest.mark.usefixtures("marty")
async def test_neither_words_nor_tokens_are_logged(
    ws: Workspace, ana: User, general: Channel, playground: Playground, outage: Outage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    ts = await ws.post(ana, general, "@marty who owns the confidential model orders?")
    await ws.answer_to(general, ts)
    await ws.wait_for(lambda: "turn ended" in caplog.messages)
    with outage():
        await ws.post(ana, general, "@marty another confidential question")
        await ws.wait_for(lambda: ws.ephemerals(ana, general))
    ours = [record for record in caplog.records if record.name.startswith("bot") and "playground" not in record.name]
    logged = " ".join(f"{record.getMessage()} {vars(record)}" for record in ours)
    assert "turn ended" in logged
    assert "confidential" not in logged
    assert playground.bot_token not in logged
    assert playground.app_token not in logged


@pytest.mark.parametrize(
    ("method", "token", "named"),
    [
        ("auth.test", "bot_token", "SLACK_BOT_TOKEN"),
        ("apps.connections.open", "app_token", "SLACK_APP_TOKEN"),
    ],
)
async def test_a_token_that_slack_refuses_is_said_at_the_start(
    playground: Playground, shop: Database, method: str, token: str, named: str
) -> None:
    tokens = {"bot_token": playground.bot_token, "app_token": playground.app_token} | {token: "xoxb-wrong"}
    with pytest.raises(SlackAccessError, match=named):
        await _start(playground.api_url, shop, **tokens)
    assert method


async def test_a_proxy_for_the_outside_is_not_asked_for_addresses_of_this_machine(
    ws: Workspace, ana: User, general: Channel, start_marty: StartMarty, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    await start_marty()
    await ws.answer_to(general, await ws.post(ana, general, QUESTION))
    await ws.command(ana, general, "/ask", "who owns the model orders?")


async def test_a_slack_that_cannot_be_reached_is_said_at_the_start(shop: Database) -> None:
    with pytest.raises(SlackAccessError, match="SLACK_API_URL"):
        await _start("http://127.0.0.1:9/api", shop, bot_token="xoxb-1", app_token="xapp-1")


@pytest.mark.parametrize("ending", ["api", "api/"])
async def test_the_address_of_slack_may_end_in_a_slash_or_not(
    playground: Playground, shop: Database, ending: str
) -> None:
    url = playground.api_url.removesuffix("api/") + ending
    await _start(url, shop, bot_token=playground.bot_token, app_token=playground.app_token)


async def _start(api_url: str, database: Database, *, bot_token: str, app_token: str) -> None:
    here = Place(bot_token=bot_token, app_token=app_token, api_url=api_url, database_url=database.conninfo)
    async with marty_in(here, database) as bot:
        assert isinstance(bot, Bot)
        assert await bot.is_connected()
