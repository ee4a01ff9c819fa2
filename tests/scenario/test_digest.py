"""A channel is told what was removed, broke or recovered: one message, once, with the detail in its thread."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from bot.digest import Digester
from bot.playground import Channel, Message, User, Workspace
from bot.slack import Slack
from knowledge import Change, Database
from knowledge.history.history import record_changes
from knowledge.values import What

Record = Callable[..., Any]


def _change(name: str, what: What, field: str | None = None, item: str | None = None, **facts: Any) -> Change:
    package = facts.pop("package", "lanternfish")
    return Change(
        unique_id=f"model.{package}.{name}", name=name, kind="model", what=what, field=field, item=item, **facts
    )


BROKE = _change("orders", "broke", "test", "unique(order_id)", before="pass", after="fail")
RECOVERED = _change("orders", "recovered", "test", "unique(order_id)", before="fail", after="pass")


@pytest.fixture
def record(shop: Database) -> Record:
    async def record(*changes: Change) -> None:
        async with shop.transaction() as connection:
            await record_changes(connection, 1, 1, changes)

    return record


@pytest.fixture
async def digester(slack: Slack, shop: Database, general: Channel) -> Digester:
    """It remembers where it stands already."""
    digester = Digester(slack, shop, general.id)
    await digester.tell()
    return digester


def _roots(ws: Workspace, channel: Channel) -> list[Message]:
    return [each for each in ws.messages(channel) if each.bot_id and each.thread_ts in {None, each.ts}]


def _below(ws: Workspace, channel: Channel, root: Message) -> list[Message]:
    return [each for each in ws.messages(channel, root.ts) if each.ts != root.ts]


async def test_what_was_removed_broke_and_recovered_is_told_with_the_detail_in_the_thread(
    ws: Workspace, general: Channel, digester: Digester, record: Record
) -> None:
    await record(
        BROKE,
        _change("customers", "recovered", "build", before="error", after="success"),
        _change("old_orders", "removed"),
        _change("refunds", "changed", "description", before="a", after="b"),
        _change("new", "added"),
    )
    await digester.tell()
    [digest] = _roots(ws, general)
    head, *lines = digest.shown.splitlines()
    assert head.endswith("1 node was removed, 1 broke and 1 recovered.")
    assert lines == ["• Removed: old_orders", "• Broke: orders", "• Recovered: customers"]
    [detail] = _below(ws, general, digest)
    assert detail.shown.splitlines() == [
        "Removed",
        "• old_orders (model) was removed",
        "Broke",
        "• orders (model) broke: test unique(order_id) fails",
        "Recovered",
        "• customers (model) recovered: it builds again",
    ]
    assert ws.pings == []


async def test_the_very_first_time_only_remembers_where_it_stands(
    ws: Workspace, slack: Slack, shop: Database, general: Channel, record: Record
) -> None:
    await record(BROKE)
    digester = Digester(slack, shop, general.id)
    await digester.tell()
    assert _roots(ws, general) == []
    await digester.tell()
    assert _roots(ws, general) == []
    await record(RECOVERED)
    await digester.tell()
    [digest] = _roots(ws, general)
    assert "1 node recovered" in digest.shown


async def test_nothing_is_said_when_nothing_changed_its_state(
    ws: Workspace, general: Channel, digester: Digester, record: Record
) -> None:
    await digester.tell()
    await record(_change("refunds", "changed", "description"), _change("new", "added"))
    await digester.tell()
    await record(BROKE)
    await record(RECOVERED)
    await digester.tell()
    assert _roots(ws, general) == []
    assert ws.calls_of("chat.postMessage") == []


async def test_of_two_processes_one_posts_and_once(
    ws: Workspace, slack: Slack, shop: Database, general: Channel, digester: Digester, record: Record
) -> None:
    twin = Digester(slack, shop, general.id)
    await record(BROKE)
    await asyncio.gather(*(each.tell() for each in (digester, twin, digester, twin)))
    await twin.tell()
    assert len(_roots(ws, general)) == 1
    await record(RECOVERED)
    await asyncio.gather(digester.tell(), twin.tell())
    assert len(_roots(ws, general)) == 2


async def test_own_models_come_before_packages_and_marts_before_the_rest(
    ws: Workspace, general: Channel, digester: Digester, record: Record
) -> None:
    package = _change("aa_package_model", "broke", "build", package="elementary")
    await record(package, *(_change(name, "broke", "build") for name in ("a_gone", "stg_orders", "orders")))
    await digester.tell()
    [digest] = _roots(ws, general)
    assert digest.shown.splitlines()[1] == "• Broke: orders, stg_orders, a_gone and aa_package_model"


async def test_what_was_removed_keeps_its_importance(
    ws: Workspace, general: Channel, digester: Digester, record: Record
) -> None:
    removed = [_change("a_stg", "removed", layer="staging"), _change("z_mart", "removed", layer="mart")]
    await record(*removed, _change("a_package", "removed", layer="mart", package="elementary"))
    await digester.tell()
    [digest] = _roots(ws, general)
    assert digest.shown.splitlines()[1] == "• Removed: z_mart, a_stg and a_package"


async def test_a_rename_there_and_back_and_what_comes_failing_are_no_news(
    ws: Workspace, general: Channel, digester: Digester, record: Record
) -> None:
    await record(_change("b", "renamed", item="model.lanternfish.a", before="a", after="b"))
    await record(_change("a", "renamed", item="model.lanternfish.b", before="b", after="a"))
    await record(_change("new", "added"), _change("new", "broke", "build"))
    await digester.tell()
    assert _roots(ws, general) == []


async def test_of_two_nodes_of_one_name_each_is_named_with_its_package(
    ws: Workspace, general: Channel, digester: Digester, record: Record
) -> None:
    await record(_change("orders", "removed", package="cafe"))
    await digester.tell()
    [digest] = _roots(ws, general)
    assert digest.shown.splitlines()[1] == "• Removed: orders (cafe)"
    [detail] = _below(ws, general, digest)
    assert detail.shown.splitlines()[1] == "• orders (model of cafe) was removed"


async def test_many_are_counted_and_told_in_as_many_messages_as_slack_allows(
    ws: Workspace, general: Channel, digester: Digester, record: Record
) -> None:
    long = "a_rather_long_name_for_a_model_of_the_shop_" * 2
    await record(*(_change(f"{long}{n:03}", "removed") for n in range(250)))
    await record(*(_change(f"{long}{n:03}", "broke", "test", long * 2) for n in range(300, 400)))
    await digester.tell()
    [digest] = _roots(ws, general)
    assert "250 nodes were removed and 100 broke." in digest.shown
    assert "and 245 more" in digest.shown
    below = _below(ws, general, digest)
    assert len(below) > 1
    assert "and 150 more" in "".join(each.shown for each in below)


@pytest.mark.parametrize(("error", "remedy"), [("not_in_channel", "/invite"), ("is_archived", "archived")])
async def test_what_slack_refuses_is_logged_with_what_to_do_and_tried_again_the_next_time(
    ws: Workspace, general: Channel, digester: Digester, record: Record,
    caplog: pytest.LogCaptureFixture, error: str, remedy: str,
) -> None:  # fmt: skip
    await record(BROKE)
    ws.faults.fail("chat.postMessage", error=error)
    with caplog.at_level(logging.WARNING):
        await digester.tell()
    [warning] = [each for each in caplog.records if each.name == "bot.digest"]
    assert remedy in vars(warning)["remedy"]
    assert _roots(ws, general) == []
    await digester.tell()
    assert len(_roots(ws, general)) == 1


async def test_a_process_that_dies_while_it_posts_makes_no_digest_come_twice(
    ws: Workspace, general: Channel, digester: Digester, record: Record
) -> None:
    await record(BROKE)
    ws.faults.hang("chat.postMessage", 1.0)
    dying = asyncio.create_task(digester.tell())
    await ws.wait_for(lambda: not ws.faults.is_due("chat.postMessage"))
    dying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dying
    await ws.wait_for(lambda: _roots(ws, general))
    await digester.tell()
    assert len(_roots(ws, general)) == 1


@pytest.mark.parametrize("optional_scopes", [["channels:history"]])
async def test_a_digest_whose_reply_was_lost_is_found_again_and_gets_its_detail(
    ws: Workspace, general: Channel, digester: Digester, record: Record
) -> None:
    await record(BROKE)
    ws.faults.lose_reply("chat.postMessage")
    await digester.tell()
    [digest] = _roots(ws, general)
    assert _below(ws, general, digest) == []
    await digester.tell()
    await digester.tell()
    assert _roots(ws, general) == [digest]
    assert len(_below(ws, general, digest)) == 1


@pytest.mark.parametrize("optional_scopes", [["channels:history"]])
async def test_what_changed_after_a_digest_whose_reply_was_lost_is_told_too(
    ws: Workspace, general: Channel, digester: Digester, record: Record
) -> None:
    await record(BROKE)
    ws.faults.lose_reply("chat.postMessage")
    await digester.tell()
    await record(_change("old_orders", "removed"))
    await digester.tell()
    first, second = _roots(ws, general)
    assert "orders" in first.shown
    assert second.shown.splitlines()[1:] == ["• Removed: old_orders"]


async def test_without_a_database_nothing_is_told_and_the_reason_is_logged(
    slack: Slack, shop: Database, general: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    digester = Digester(slack, shop, general.id)
    await shop.pool.close()
    with caplog.at_level(logging.WARNING):
        await digester.tell()
    assert "digest not posted" in caplog.text


@pytest.mark.usefixtures("marty")
async def test_ask_tells_what_changed_without_a_model(
    ws: Workspace, ana: User, general: Channel, record: Record
) -> None:
    await record(BROKE, _change("old_orders", "removed"))
    await ws.command(ana, general, "/ask", "what changed since yesterday?")
    [question] = await ws.wait_for(lambda: _roots(ws, general))
    answer = await ws.answer_to(general, question.ts)
    assert "1 node was removed and 1 broke." in answer.shown
    assert "orders (model) broke: test unique(order_id) fails" in answer.shown
    assert "Inferred" not in answer.shown
