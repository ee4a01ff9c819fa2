"""After a change the owner's set is asked again: admins hear once what was lost and why; no refresh waits for it."""

import json
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from running import StartMarty

from bot.main import Bot
from bot.playground import User, Workspace
from knowledge import Database
from knowledge.evaluations import Evaluations
from tests.fakes.artifacts import FakeSource, model

ORDERS, REFUNDS = "model.shop.orders", "model.shop.refunds"


def write(path: Path, *questions: dict[str, Any]) -> Path:
    path.write_text("\n".join(json.dumps(each) for each in questions), "utf-8")
    return path


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A set of two questions."""
    return write(
        tmp_path / "kept.jsonl",
        {"id": "sales", "question": "How much did customers buy?", "gold_unique_ids": [ORDERS]},
        {"id": "back", "question": "What money was given back?", "gold_unique_ids": [REFUNDS]},
    )


@pytest.fixture
def source() -> FakeSource:
    """A project in which both are found, and six models that are about something else."""
    others = [model(f"thing_{number}", f"Machines in hall {number}.") for number in range(6)]
    return FakeSource(
        nodes=[
            model("orders", "What customers buy, and how much."),
            model("refunds", "Money that was given back."),
            *others,
        ]
    )


@pytest.fixture
def start(start_marty: StartMarty, source: FakeSource, kept: Path, ana: User) -> StartMarty:
    """Starts Marty with that project and that set; Ana is its admin."""

    async def start(**more: Any) -> Bot:
        return await start_marty(**({"sources": lambda: (source,), "admins": (ana.id,), "eval_set": kept} | more))

    return start


def asked(database: Database, *, times: int) -> Callable[[], Awaitable[bool]]:
    async def condition() -> bool:
        [row] = await database.fetch("select count(*) as times from evaluation")
        return row["times"] >= times

    return condition


def idle(database: Database) -> Callable[[], Awaitable[bool]]:
    async def condition() -> bool:
        return await database.fetch("select 1 from procrastinate_jobs where status in ('todo', 'doing')") == []

    return condition


def heard(ws: Workspace, user: User) -> list[str]:
    return [message.shown for message in ws.messages(ws.open_dm(user))]


async def test_a_model_that_is_removed_is_told_once_and_the_next_refresh_tells_nothing(
    ws: Workspace, ana: User, shop: Database, source: FakeSource, start: StartMarty
) -> None:
    bots = [await start() for _ in range(2)]
    await bots[0].upkeep.scheduled()
    await ws.wait_for(asked(shop, times=1), timeout_s=20)
    assert heard(ws, ana) == []
    source.nodes = [node for node in source.nodes if node.name != "refunds"]
    source.minutes = 1
    await bots[1].upkeep.scheduled()
    await ws.wait_for(lambda: heard(ws, ana), timeout_s=20)
    source.minutes = 2
    await bots[0].upkeep.refresh(full=True)
    await ws.wait_for(idle(shop), timeout_s=20)
    [told] = heard(ws, ana)
    assert "recall@5 of EVAL_SET is 0.50; it was 1.00" in told
    assert "“What money was given back?”: refunds (place 1 before) was removed" in told
    assert "How much did customers buy?" not in told
    assert ws.pings == []


async def test_another_model_that_stands_first_now_is_named_with_what_changed(
    ws: Workspace, ana: User, shop: Database, source: FakeSource, start: StartMarty
) -> None:
    bot = await start()
    await bot.upkeep.scheduled()
    await ws.wait_for(asked(shop, times=1), timeout_s=20)
    rivals = [model(f"refunds_{word}", "Money that was given back.") for word in ("a", "b", "c", "d", "e", "f")]
    source.nodes = [
        model("refunds", "Machines in hall 9.") if node.name == "refunds" else node for node in (*source.nodes, *rivals)
    ]
    source.minutes = 1
    await bot.upkeep.scheduled()
    [told] = await ws.wait_for(lambda: heard(ws, ana), timeout_s=20)
    assert "refunds fell from place 1" in told
    assert "changed: description" in told
    assert "first now: refunds_" in told
    assert ", which is new" in told


async def test_a_model_with_another_name_is_told_as_renamed(
    ws: Workspace, ana: User, shop: Database, source: FakeSource, start: StartMarty
) -> None:
    bot = await start()
    await bot.upkeep.scheduled()
    await ws.wait_for(asked(shop, times=1), timeout_s=20)
    source.nodes = [
        model("money_back", "Money that was given back.") if node.name == "refunds" else node for node in source.nodes
    ]
    source.minutes = 1
    await bot.upkeep.scheduled()
    [told] = await ws.wait_for(lambda: heard(ws, ana), timeout_s=20)
    assert "refunds (place 1 before) is called money_back now: correct the set" in told


async def test_what_is_kept_names_no_node_and_no_word_of_a_question(
    ws: Workspace, shop: Database, start: StartMarty
) -> None:
    bot = await start()
    await bot.upkeep.scheduled()
    await ws.wait_for(asked(shop, times=1), timeout_s=20)
    [row] = await shop.fetch("select * from evaluation")
    assert not any(word in str(row["ranks"]) for word in ("orders", "refunds", "money", "buy"))


async def test_refreshes_that_change_nothing_ask_nothing(
    ws: Workspace, shop: Database, source: FakeSource, start: StartMarty
) -> None:
    bot = await start()
    for minutes in range(3):
        source.minutes = minutes
        await bot.upkeep.scheduled()
        await ws.wait_for(asked(shop, times=1), timeout_s=20)
        await ws.wait_for(idle(shop), timeout_s=20)
    [row] = await shop.fetch("select count(*) as times from evaluation")
    assert row["times"] == 1


@pytest.mark.parametrize("content", [None, "", "nonsense\n"])
async def test_a_set_that_cannot_be_read_is_logged_and_holds_nothing_back(
    ws: Workspace, ana: User, shop: Database, start: StartMarty, tmp_path: Path, content: str | None,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    path = tmp_path / "broken.jsonl"
    if content is not None:
        path.write_text(content, "utf-8")
    caplog.set_level(logging.INFO)
    bot = await start(eval_set=path)
    await bot.upkeep.scheduled()

    def logged() -> list[logging.LogRecord]:
        return [record for record in caplog.records if record.getMessage() == "EVAL_SET not asked"]

    [record] = await ws.wait_for(logged, timeout_s=20)
    assert str(path) in record.__dict__["reason"]
    [row] = await shop.fetch("select outcome from refresh order by refresh_id desc limit 1")
    assert row["outcome"] == "changed"
    assert heard(ws, ana) == []


async def test_a_loss_that_comes_little_by_little_is_told_too(
    ws: Workspace, ana: User, shop: Database, source: FakeSource, start: StartMarty, tmp_path: Path
) -> None:
    """Each time one of 25 questions is lost, which alone is less than the share that may be."""
    source.nodes = [model(f"thing_{number}", f"Machines in hall {number}.") for number in range(25)]
    questions = [
        {"id": f"{number}", "question": f"thing_{number}", "gold_unique_ids": [f"model.shop.thing_{number}"]}
        for number in range(25)
    ]
    bot = await start(eval_set=write(tmp_path / "many.jsonl", *questions))
    for times in range(1, 4):
        await bot.upkeep.scheduled()
        await ws.wait_for(asked(shop, times=times), timeout_s=20)
        await ws.wait_for(idle(shop), timeout_s=20)
        assert len(heard(ws, ana)) == (times == 3)
        source.nodes, source.minutes = source.nodes[:-1], times
    [told] = heard(ws, ana)
    assert "thing_24" in told
    assert "thing_23" in told


async def test_while_vectors_are_missing_the_set_is_not_asked(shop: Database, start: StartMarty) -> None:
    await shop.execute("update embedding_model set complete_since = now()")
    state = await Evaluations(shop).state()
    assert state.missing_vectors > 0
    assert state.definitions
