"""One standing thumb a person and answer, whatever order Slack's events arrive in."""

import itertools
from collections.abc import Sequence
from decimal import Decimal

import pytest

from knowledge.database import Database
from knowledge.turns import NewTurn, Turns
from knowledge.values import Verdict
from knowledge.votes import Votes

Event = tuple[str, Verdict, str]
"""given or withdrawn, which thumb, when."""


@pytest.fixture
async def turn_id(database: Database) -> str:
    turns = Turns(database)
    new = NewTurn(team="T1", channel="C1", asker="U1", surface="mention", question="where?", ts="1.0", thread_ts="1.0")
    async with database.transaction() as connection:
        stored = await turns.store(connection, new)
    assert stored is not None
    await turns.begin(stored.turn_id, "2.0")
    return stored.turn_id


async def _play(votes: Votes, events: Sequence[Event], voter: str = "U1") -> None:
    for what, verdict, at in events:
        change = votes.cast_on if what == "given" else votes.withdraw_on
        assert await change("C1", "2.0", voter, verdict, Decimal(at))


async def _standing(database: Database, turn_id: str) -> list[tuple[str, str]]:
    rows = [row async for row in Turns(database).export() if row["turn_id"] == turn_id]
    return [(vote["user"], vote["verdict"]) for row in rows for vote in row["votes"]]


HISTORIES: Sequence[tuple[Sequence[Event], list[str]]] = [
    ([("given", "up", "10.1")], ["up"]),
    ([("given", "up", "10.1"), ("given", "down", "10.2")], ["down"]),
    ([("given", "up", "10.1"), ("withdrawn", "up", "10.2")], []),
    ([("given", "up", "10.1"), ("given", "down", "10.2"), ("withdrawn", "up", "10.3")], ["down"]),
    ([("given", "up", "10.1"), ("given", "down", "10.2"), ("withdrawn", "down", "10.3")], []),
    ([("given", "up", "10.1"), ("withdrawn", "up", "10.2"), ("given", "up", "10.3")], ["up"]),
    ([("withdrawn", "down", "10.1"), ("given", "up", "10.2")], ["up"]),
]


@pytest.mark.parametrize(("history", "expected"), HISTORIES)
async def test_the_order_of_arrival_does_not_matter_nor_does_a_second_delivery(
    database: Database, turn_id: str, history: Sequence[Event], expected: list[str]
) -> None:
    votes = Votes(database)
    for number, order in enumerate(itertools.permutations(history)):
        voter = f"U{number}"
        await _play(votes, [*order, *order], voter)
        standing = [verdict for user, verdict in await _standing(database, turn_id) if user == voter]
        assert standing == expected, order


async def test_everybody_has_a_vote_of_their_own(database: Database, turn_id: str) -> None:
    votes = Votes(database)
    await _play(votes, [("given", "up", "10.1")], "U1")
    await _play(votes, [("given", "down", "10.2")], "U2")
    assert await _standing(database, turn_id) == [("U1", "up"), ("U2", "down")]


async def test_a_button_and_a_reaction_are_one_vote(database: Database, turn_id: str) -> None:
    votes = Votes(database)
    assert await votes.cast(turn_id, "U1", "up", Decimal("10.1"))
    await _play(votes, [("given", "down", "10.2")])
    assert await _standing(database, turn_id) == [("U1", "down")]


async def test_a_vote_on_what_is_no_answer_is_not_found(database: Database, turn_id: str) -> None:
    votes = Votes(database)
    assert not await votes.cast_on("C1", "2.1", "U1", "up", Decimal(10))
    assert not await votes.cast_on("C2", "2.0", "U1", "up", Decimal(10))
    assert not await votes.withdraw_on("C1", "2.1", "U1", "up", Decimal(10))
    assert not await votes.cast("00000000-0000-0000-0000-000000000000", "U1", "up", Decimal(10))
    assert not await votes.cast("not-a-turn", "U1", "up", Decimal(10))
