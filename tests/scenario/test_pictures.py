"""The picture of a lineage below the answer: once at most, never at the answer's cost."""

import asyncio
import io
import json
from collections.abc import AsyncGenerator, Collection
from pathlib import Path

import pytest
from commands import Environment
from commands import marty as run_marty
from PIL import Image
from running import Place, StartMarty, process_in

from agent import Agent
from bot.asking import ask
from bot.conversation import Conversation
from bot.main import Bot
from bot.playground import Channel, Message, Playground, User, Workspace, open_playground
from bot.recovery import find_answer
from bot.settings import load_settings
from bot.slack import Slack
from bot.slack_manifest import load_manifest
from bot.stream import Pace
from knowledge import Catalog, Database, OfflineEmbedder, Searcher
from knowledge.turns import NewTurn, Turns
from knowledge.values import Turn

QUESTION = "@marty what is the lineage of orders?"


def _files(ws: Workspace, channel: Channel, ts: str) -> list[Message]:
    return [each for each in ws.messages(channel, ts) if each.files]


async def _picture(ws: Workspace, channel: Channel, ts: str) -> Message:
    """The picture in a question's thread, once it is there."""
    return await ws.wait_for(lambda: next(iter(_files(ws, channel, ts)), None))


async def _tried(ws: Workspace, method: str, times: int = 1) -> None:
    await ws.wait_for(lambda: len(ws.calls_of(method)) >= times)


async def test_an_answer_about_lineage_has_a_picture_below_it(
    marty: Bot, ws: Workspace, ana: User, general: Channel
) -> None:
    ts = await ws.post(ana, general, QUESTION)
    answer = await ws.answer_to(general, ts)
    message = await _picture(ws, general, ts)
    assert (message.thread_ts, message.user) == (ts, ws.bot.id)
    assert float(message.ts) > float(answer.ts), "the words come first"
    [shared] = message.files
    assert (shared["title"], shared["mimetype"]) == ("Lineage of orders", "image/png")
    file = ws.files.find(shared["id"])
    assert file is not None
    assert file.content is not None
    picture = Image.open(io.BytesIO(file.content))
    assert picture.format == "PNG"
    assert picture.width > picture.height > 100


async def test_the_picture_is_told_in_words_to_those_who_cannot_see_it(
    marty: Bot, ws: Workspace, ana: User, general: Channel
) -> None:
    ts = await ws.post(ana, general, "@marty what feeds stg_orders?")
    [shared] = (await _picture(ws, general, ts)).files
    assert shared["alt_txt"] == "Lineage of stg_orders. Fed by: stg_customers, shop.orders, shop.customers."


@pytest.mark.parametrize("question", ["what does orders mean?", "who owns orders?", "what feeds shop.orders?"])
async def test_what_is_no_lineage_has_no_picture(
    marty: Bot, ws: Workspace, ana: User, general: Channel, question: str, shop: Database
) -> None:
    ts = await ws.post(ana, general, f"@marty {question}")
    await ws.answer_to(general, ts)
    await _done(ws, shop)
    assert ws.calls_of("files.getUploadURLExternal") == []


async def test_a_direct_conversation_gets_it_too_and_does_not_take_it_for_a_question(
    marty: Bot, ws: Workspace, ana: User, shop: Database
) -> None:
    dm = ws.open_dm(ana)
    ts = await ws.post(ana, dm, "what feeds orders?")
    await _picture(ws, dm, ts)
    await ws.settled()
    await _done(ws, shop)
    assert [each.user for each in ws.messages(dm, ts)] == [ana.id, ws.bot.id, ws.bot.id]


async def test_a_private_answer_has_none(marty: Bot, ws: Workspace, ana: User, shop: Database) -> None:
    elsewhere = ws.add_channel("elsewhere", members=[ana], bot_is_member=False)
    await ws.command(ana, elsewhere, "/ask", "what feeds orders?")
    await ws.wait_for(lambda: ws.ephemerals(ana, elsewhere))
    await _done(ws, shop)
    assert ws.calls_of("files.getUploadURLExternal") == []


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_a_refused_picture_leaves_the_answer_and_the_thread_alone(
    marty: Bot, ws: Workspace, ana: User, general: Channel, method: str
) -> None:
    ws.faults.fail(method, error="file_uploads_disabled")
    ts = await ws.post(ana, general, QUESTION)
    await ws.answer_to(general, ts)
    await _tried(ws, method)
    await ws.post(ana, general, "@marty who owns orders?", thread_ts=ts)
    await ws.wait_for(lambda: len(ws.messages(general, ts)) == 4)
    assert _files(ws, general, ts) == []


async def test_bytes_that_cannot_be_sent_end_the_attempt(
    marty: Bot, ws: Workspace, ana: User, general: Channel, shop: Database
) -> None:
    ws.faults.http(status=403, method="upload_url")
    ts = await ws.post(ana, general, QUESTION)
    await _tried(ws, "upload_url")
    await _done(ws, shop)
    assert ws.calls_of("files.completeUploadExternal") == []
    assert len(ws.messages(general, ts)) == 2


async def test_when_nobody_knows_whether_it_arrived_it_is_not_sent_again(
    marty: Bot, ws: Workspace, ana: User, general: Channel, shop: Database
) -> None:
    ws.faults.lose_reply("files.completeUploadExternal")
    ts = await ws.post(ana, general, QUESTION)
    await _picture(ws, general, ts)
    await _done(ws, shop)
    assert len(_files(ws, general, ts)) == len(ws.calls_of("files.completeUploadExternal")) == 1


async def test_a_limit_is_waited_for(marty: Bot, ws: Workspace, ana: User, general: Channel) -> None:
    ws.faults.fail("files.completeUploadExternal", error="ratelimited", retry_after_s=1)
    ts = await ws.post(ana, general, QUESTION)
    await _picture(ws, general, ts)
    assert len(ws.calls_of("files.completeUploadExternal")) == 2


async def test_a_process_that_dies_over_the_picture_leaves_the_answer_and_at_most_one_picture(
    playground: Playground, place: Place, ws: Workspace, ana: User, general: Channel, shop: Database
) -> None:
    ws.faults.hang("files.completeUploadExternal", 1.0)
    async with process_in(place) as process:
        await ws.connected()
        ts = await ws.post(ana, general, QUESTION)
        await _tried(ws, "upload_url")
        process.kill()
        await process.wait()
    async with process_in(place):
        await _done(ws, shop)
    assert len([each for each in ws.messages(general, ts) if not each.files]) == 2
    assert len(_files(ws, general, ts)) <= 1
    assert len(ws.calls_of("files.completeUploadExternal")) <= 1


async def test_of_two_processes_that_answer_the_same_turn_one_attaches(
    ws: Workspace, ana: User, general: Channel, shop: Database, slack: Slack
) -> None:
    ts = await ws.post(ana, general, QUESTION)
    turn, turns = await _stored(shop, general, ana, ts), Turns(shop)
    agent = Agent(Catalog(shop), Searcher(shop, OfflineEmbedder()), model=None, memory=None)
    two = [Conversation(agent=agent, turns=turns, slack=slack, pace=Pace()) for _ in range(2)]
    await asyncio.gather(*(each.answer(turn.turn_id, attempt=0) for each in two))
    assert len(ws.calls_of("chat.postMessage")) == 2, "neither knew of the other when it answered"
    assert len(ws.messages(general)) == 3, "the question, one answer and its picture"
    assert len(_files(ws, general, ts)) == 1


async def test_a_lost_answer_is_never_looked_for_in_a_picture(
    ws: Workspace, ana: User, shop: Database, slack: Slack
) -> None:
    """The picture below the answer before may come after the next question."""
    dm = ws.open_dm(ana)
    ts = await ws.post(ana, dm, QUESTION)
    turn = await _stored(shop, dm, ana, ts)
    await slack.share_file(dm.id, ts, name="a.png", title="A", alt="", content=b"png")
    assert await find_answer(slack, Turns(shop), turn) is None
    posted = await slack.post(dm.id, text="so far", thread_ts=ts)
    await slack.share_file(dm.id, ts, name="a.png", title="A", alt="", content=b"png")
    assert await find_answer(slack, Turns(shop), turn) == posted


async def _stored(shop: Database, channel: Channel, asker: User, ts: str) -> Turn:
    turns = Turns(shop)
    new = NewTurn(
        team="T0PLAYGROUND", channel=channel.id, asker=asker.id, surface="mention", ts=ts, thread_ts=ts,
        question="what is the lineage of orders?",
    )  # fmt: skip
    async with shop.transaction() as connection:
        stored = await turns.store(connection, new)
    assert stored is not None
    turn = await turns.load(stored.turn_id)
    assert turn is not None
    return turn


def test_the_terminal_saves_it_where_it_is_told(filled: Environment, tmp_path: Path) -> None:
    place = tmp_path / "orders.png"
    asked = run_marty("ask", "what feeds orders?", "--json", "--picture", str(place), environment=filled)
    assert asked.returncode == 0, asked.stderr
    assert "orders" in json.loads(asked.stdout)["answer"]
    assert place.read_bytes().startswith(b"\x89PNG")
    nowhere = run_marty("ask", "what feeds orders?", "--picture", str(tmp_path), environment=filled)
    assert nowhere.returncode == 1
    assert "`orders` is fed by" in nowhere.stdout, "the answer comes first"
    assert nowhere.stderr.strip() == f"The picture cannot be written to {tmp_path}: Is a directory."


async def test_an_answer_without_one_is_given_all_the_same(
    shop_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = load_settings(database_url=shop_url, marty_home=tmp_path / "home")
    assert await ask(settings, "who owns orders?", as_json=False, picture=tmp_path / "none.png") == 0
    told = capsys.readouterr()
    assert "is owned by" in told.out
    assert "no picture" in told.err
    assert not (tmp_path / "none.png").exists()


async def _done(ws: Workspace, shop: Database) -> None:
    """Wait until every turn is dealt with, its picture included."""

    async def no_jobs_left() -> bool:
        return await shop.fetch("select from procrastinate_jobs where status <> 'failed'") == []

    await ws.wait_for(no_jobs_left, timeout_s=30)


class TestAnOlderInstallation:
    """Whose app was installed before pictures: its token has no files:write."""

    @pytest.fixture
    async def playground(self, optional_scopes: Collection[str]) -> AsyncGenerator[Playground]:
        manifest = load_manifest()
        manifest["oauth_config"]["scopes"]["bot"].remove("files:write")
        async with open_playground(manifest, granted_optional=optional_scopes) as playground:
            yield playground

    async def test_gets_its_answers_and_nothing_is_tried(
        self, start_marty: StartMarty, ws: Workspace, ana: User, general: Channel, shop: Database
    ) -> None:
        await start_marty()
        ts = await ws.post(ana, general, QUESTION)
        await ws.answer_to(general, ts)
        await _done(ws, shop)
        assert ws.calls_of("files.getUploadURLExternal") == []
        assert len(ws.messages(general, ts)) == 2
