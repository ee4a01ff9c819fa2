"""Recall, reciprocal rank and what was recognised, out of what was found for each question."""

from typing import Any

import pytest

from agent.evaluation import Case, Outcome, Ranking, latency, left_out, measure, measure_kinds, recognise
from agent.evaluation.values import rank_among, rerank_by

A, B, C = "model.shop.a", "model.shop.b", "metric.shop.c"


def outcome(*, answerable: bool = True, answered: bool = True, seconds: float = 0.0) -> Outcome:
    return Outcome(
        set_name="s", id="i", question="q", is_answerable=answerable, is_answered=answered,
        searched=Ranking(ranks={}), seconds=seconds,
    )  # fmt: skip


def test_recall_is_the_mean_share_of_nodes_among_the_first() -> None:
    found = measure([Ranking(ranks={A: 1, B: 6}), Ranking(ranks={A: 4})])
    assert found.questions == 2
    assert found.recall == {1: 0.25, 3: 0.25, 5: 0.75, 10: 1.0, 20: 1.0}
    assert found.all_found == {1: 0.0, 3: 0.0, 5: 0.5, 10: 1.0, 20: 1.0}


def test_the_reciprocal_rank_is_that_of_the_first_node_and_0_where_none_is_found() -> None:
    assert measure([Ranking(ranks={A: 4, B: 2}), Ranking(ranks={A: None})]).mrr == 0.25


def test_a_node_that_is_not_found_counts_as_missed() -> None:
    assert measure([Ranking(ranks={A: 1, B: None})]).recall[20] == 0.5


def test_nothing_measured_is_0_everywhere() -> None:
    nothing = measure([])
    assert (nothing.questions, nothing.recall[5], nothing.mrr) == (0, 0.0, 0.0)


def test_each_kind_is_measured_by_its_own_nodes_the_commonest_first() -> None:
    kinds = measure_kinds([Ranking(ranks={A: 1, C: None}), Ranking(ranks={B: 9})])
    assert list(kinds) == ["model", "metric"]
    assert (kinds["model"].questions, kinds["model"].recall[5]) == (2, 0.5)
    assert (kinds["metric"].questions, kinds["metric"].recall[20]) == (1, 0.0)


def test_nodes_stand_where_they_were_found() -> None:
    ranking = rank_among([A, B], [C, B], shown=1)
    assert ranking == Ranking(ranks={A: None, B: 2}, found=(C,))
    assert (ranking.best, ranking.recall(1), ranking.recall(3)) == (2, 0.0, 0.5)


def test_another_order_of_the_first_results_leaves_the_others_where_they_are() -> None:
    assert rerank_by(Ranking(ranks={A: 30, B: 2}, found=(C, B)), [B, C]).ranks == {A: 30, B: 1}


def test_what_was_refused_is_counted_rightly_and_wrongly() -> None:
    seen = recognise([
        outcome(answerable=False, answered=False), outcome(answerable=False), outcome(answered=False), outcome(),
    ])  # fmt: skip
    assert (seen.unanswerable, seen.recognised, seen.answerable, seen.refused) == (2, 1, 2, 1)


@pytest.mark.parametrize(
    ("milliseconds", "p50", "p95"), [([], 0, 0), ([5], 5, 5), (list(range(1, 101)), 50, 95), ([1, 2, 3], 2, 3)]
)
def test_percentiles_are_values_that_were_measured(milliseconds: list[int], p50: float, p95: float) -> None:
    times = latency(outcome(seconds=each / 1_000) for each in milliseconds)
    assert (round(times.p50_ms, 6), round(times.p95_ms, 6)) == (p50, p95)


def case(number: int, **fields: Any) -> Case:
    return Case(where=f"q:{number}", set_name="q", id=str(number), question="?", **fields)


def test_questions_about_a_project_that_is_not_there_are_left_out_by_line() -> None:
    cases = [case(1, project="shop", gold=(A,)), case(2, project="else", gold=(B,)), case(3, gold=(B,))]
    faults = left_out(cases, {"shop"}, frozenset())
    assert [(each.where, each.reason) for each in faults] == [
        ("q:2", "is about the project else, which is not in the catalog")
    ]


def test_a_set_may_name_a_project_otherwise_than_dbt_if_any_of_its_nodes_is_there() -> None:
    cases = [case(1, project="folder", gold=(A,)), case(2, project="folder", gold=(B,)), case(3, project="folder")]
    assert left_out(cases, {"shop"}, frozenset({A})) == []
