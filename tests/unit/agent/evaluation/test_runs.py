"""A run is written and read again, and compared question by question."""

import json

import pytest

from agent.evaluation import Fault, Ranking, compare, parse_run, run_to_json
from agent.evaluation.record import RerankCosts
from tests.unit.agent.evaluation.outcomes import outcome, run

A, B = "model.shop.a", "model.shop.b"


def test_a_run_that_was_written_is_read_as_it_was() -> None:
    before = run(
        outcome("a", {A: 1, B: None}, gone=(B,), reranked=Ranking(ranks={A: 2, B: None}, found=(B, A)), seconds=0.25),
        outcome("b", {}, is_answerable=False, is_answered=False, assurance=0.125),
        with_context=True,
    )
    assert parse_run(json.dumps(run_to_json(before)).encode()) == before


def test_other_programs_find_the_numbers_of_each_set_and_kind() -> None:
    costs = RerankCosts(model="m", calls=1, unread=0, tokens=9, seconds=0.5)
    whole = run(
        outcome("a", {A: 1, B: None}, gone=(B,), reranked=Ranking(ranks={A: 6, B: None})),
        outcome("b", {A: 7}, set_name="t"),
        outcome("c", {}, is_answerable=False),
        faults=(Fault("q:3", "is no JSON"),),
        rerank=costs,
    )
    numbers = json.loads(json.dumps(run_to_json(whole)))
    assert list(numbers["sets"]) == ["shop", "t"]
    first = numbers["sets"]["shop"]
    assert (first["questions"], first["recall"]["5"], first["mrr"], first["gold_gone"]) == (1, 0.5, 1.0, 1)
    assert (first["unanswerable"], first["recognised"], first["refused"]) == (1, 0, 0)
    assert first["reranked"]["recall"]["5"] == 0
    assert first["kinds"]["model"]["recall"]["1"] == 0.5
    assert numbers["all"]["questions"] == 2
    assert numbers["faults"] == [{"where": "q:3", "reason": "is no JSON"}]
    assert numbers["rerank"]["tokens"] == 9


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"made_at": "yesterday", "questions": []}', b"\xff", b"{}", b'{"x": ' + b"[" * 100_000]
)
def test_what_is_no_run_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_run(content)


def test_runs_are_compared_set_by_set_on_what_both_asked() -> None:
    before = run(outcome("won", {A: 9}), outcome("lost", {A: 1, B: 2}), outcome("only before", {A: 1}))
    after = run(outcome("won", {A: 2}), outcome("lost", {A: 1, B: None}), outcome("new", {A: 1}, set_name="t"))
    [found] = compare(before, after)
    assert (found.set_name, found.after.questions) == ("shop", 2)
    assert (found.before.recall[5], found.after.recall[5]) == (0.5, 0.75)
    assert [shift.after.id for shift in found.won] == ["won"]
    assert [(shift.after.id, shift.gain) for shift in found.lost] == [("lost", -0.5)]


def test_what_moves_within_the_first_five_is_neither_won_nor_lost() -> None:
    [found] = compare(run(outcome("a", {A: 5})), run(outcome("a", {A: 1})))
    assert (found.won, found.lost) == ([], [])
    assert found.after.mrr > found.before.mrr
