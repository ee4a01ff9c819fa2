"""How an answer is scored, and what the scores of many come to."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from agent.evaluation import (
    AnswerOutcome,
    AnswerRun,
    Case,
    Run,
    Share,
    answers_to_json,
    compare_answers,
    measure_answer_kinds,
    measure_answers,
    parse_answer_run,
    run_to_json,
)
from agent.evaluation.answers import Examined, outcome_of
from agent.values import Answer
from bot.answer_evaluation_text import answer_comparison_text, answers_text, too_seldom_right

GOLD = "model.shop.orders"
OTHER = "model.shop.refunds"


def case(**more: Any) -> Case:
    return Case(**{"where": "q:1", "set_name": "q", "id": "1", "question": "how many?", "gold": (GOLD,), **more})


def answer(**more: Any) -> Answer:
    return Answer(**{"text": "Use `orders`.", "nodes": (GOLD,), "confidence": "checked", "path": "model", **more})


def scored(question: Case | None = None, given: Answer | None = None, found: Examined | None = None) -> AnswerOutcome:
    question = question or case()
    return outcome_of(question, given or answer(), found or Examined(), seconds=1.0, known=question.gold)


def test_the_first_node_counts_and_so_do_the_first_three() -> None:
    assert scored().is_first_right
    third = scored(given=answer(nodes=(OTHER, "model.shop.x", GOLD)))
    assert (third.is_first_right, third.is_near, third.is_wrong) == (False, True, True)
    fourth = scored(given=answer(nodes=(OTHER, "model.shop.x", "model.shop.y", GOLD)))
    assert (fourth.is_first_right, fourth.is_near) == (False, False)


def test_who_refuses_or_asks_back_has_chosen_nothing_but_misleads_nobody() -> None:
    refused = scored(given=answer(refused=True, confidence=None))
    assert (refused.is_first_right, refused.is_near, refused.is_wrong) == (False, False, False)
    asked = scored(given=answer(text="Which do you mean?", is_question=True, confidence=None))
    assert (asked.asked_back, asked.is_first_right, asked.is_wrong) == (True, False, False)


def test_what_the_catalog_cannot_answer_is_to_be_refused() -> None:
    unanswerable = case(gold=(), is_answerable=False)
    assert scored(unanswerable, answer(refused=True, confidence=None)).is_right
    answered = scored(unanswerable)
    assert (answered.is_right, answered.is_wrong, answered.is_first_right) == (False, True, None)


def test_where_no_node_is_known_to_answer_nothing_is_said_of_the_choice() -> None:
    found = scored(case(gold=()))
    assert (found.is_first_right, found.is_wrong) == (None, None)


def test_a_node_that_does_not_compete_is_passed_over() -> None:
    assert scored(case(removed=(OTHER,)), answer(nodes=(OTHER, GOLD))).is_first_right


@pytest.mark.parametrize(
    ("tables", "sql", "has_all"),
    [
        ({GOLD, OTHER, "source.shop.raw.x"}, "select 1", True),
        ({GOLD}, "select 1", False),
        ({GOLD, OTHER}, None, None),
    ],
)
def test_sql_is_to_use_every_table_of_gold(tables: set[str], sql: str | None, has_all: bool | None) -> None:
    found = scored(
        case(gold=(GOLD, OTHER, "metric.shop.revenue")), answer(sql=sql), Examined(sql_tables=frozenset(tables))
    )
    assert found.has_all_tables is has_all
    assert found.sql == ("shown" if sql else "none")


def test_sql_that_did_not_hold_is_told_from_none() -> None:
    assert scored(given=answer(sql_withheld=True)).sql == "withheld"
    assert scored(given=answer(notices=("I left out what only repeats my own instructions.",))).sql == "none"


def test_a_name_that_the_answer_itself_flags_is_no_wrong_name() -> None:
    found = Examined(wrong_names=("ordrs", "made_up"))
    given = answer(notices=("`ordrs` is not in the catalog.",))
    assert scored(given=given, found=found).wrong_names == ("made_up",)


def test_the_numbers_of_many_answers() -> None:
    wrong = scored(case(id="2"), answer(nodes=(OTHER,), confidence="inferred", tokens=10, cost_usd=0.25))
    refused = scored(case(id="3", gold=(), is_answerable=False), answer(refused=True, confidence=None, path="direct"))
    broken = replace(
        scored(case(id="4"), answer(sql="select 1")),
        sql_faults=("`x` is no column.",),
        wrong_names=("x",),
        wrong_trust=(GOLD,),
        calls=3,
    )
    found = measure_answers([scored(), wrong, refused, broken])
    assert found.first == Share(2, 3)
    assert found.wrong["checked"] == Share(0, 2)
    assert found.wrong["inferred"] == Share(1, 1)
    assert (found.refused_rightly, found.refused_wrongly) == (Share(1, 1), Share(0, 3))
    assert (found.names, found.trust, found.sql_valid) == (Share(3, 4), Share(3, 4), Share(0, 1))
    assert found.paths == {"direct": 1, "model": 3, "fallback": 0}
    assert (found.calls_p50, found.calls_most) == (0, 3)
    assert (found.tokens, found.cost_usd) == (None, None), "unknown is not nothing"


def test_costs_add_up_once_all_are_known() -> None:
    rows = [replace(scored(), tokens=10, cost_usd=0.5), replace(scored(), tokens=5, cost_usd=0.25)]
    found = measure_answers(rows)
    assert (found.tokens, found.cost_usd) == (15, 0.75)


def test_questions_are_counted_by_their_kind() -> None:
    rows = [scored(case(kind="figures")), scored(case(id="2", kind="lookup"), answer(path="direct")), scored()]
    assert {kind: each.paths["direct"] for kind, each in measure_answer_kinds(rows).items()} == {
        "figures": 0,
        "lookup": 1,
    }


def test_a_saved_run_reads_as_it_was() -> None:
    run = AnswerRun(made_at=datetime(2026, 11, 29, tzinfo=UTC), outcomes=(scored(case(kind="x")),), model="m")
    assert parse_answer_run(json.dumps(answers_to_json(run)).encode()) == run


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b'{"made_at": "2026-11-29T00:00:00Z", "questions": [{"set": "q"}]}',
        b'{"made_at": "2026-11-29T00:00:00Z", "measured": "answers", "questions": [{"set": "q"}]}',
        json.dumps(run_to_json(Run(made_at=datetime(2026, 11, 29, tzinfo=UTC), outcomes=()))).encode(),
        b'{"x": ' + b"[" * 100_000,
    ],
    ids=["nothing", "no facts", "no kind", "half a question", "a run of search", "nested"],
)
def test_what_is_no_run_of_answers_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_answer_run(content)


def test_two_runs_tell_which_questions_were_won_and_lost() -> None:
    one, two, new = case(id="1"), case(id="2"), case(id="3")
    bad = answer(nodes=(OTHER,))
    before, after = [scored(one, bad), scored(two)], [scored(one), scored(two, bad), scored(new)]
    [compared] = compare_answers(before, after)
    assert compared.after.questions == 2
    assert [shift.after.id for shift in compared.won] == ["1"]
    assert [shift.after.id for shift in compared.lost] == ["2"]
    at = datetime(2026, 11, 29, tzinfo=UTC)
    runs = AnswerRun(made_at=at, outcomes=tuple(before)), AnswerRun(made_at=at, outcomes=tuple(after), model="m")
    text = answer_comparison_text(*runs, [compared])
    assert f"won:\n- 1: how many?\n    {OTHER} → {GOLD}" in text
    assert "without a language model; now by m" in text


def test_what_is_not_true_is_listed_before_what_is_merely_wrong() -> None:
    broken = replace(scored(case(id="b")), wrong_names=("made_up",))
    wrong = scored(case(id="w"), answer(nodes=(OTHER,)))
    run = AnswerRun(made_at=datetime(2026, 11, 29, tzinfo=UTC), outcomes=(wrong, broken))
    text = answers_text(run, worst=5)
    assert text.index("no such name: made_up") < text.index("wrong, though checked or verified, 1 of 1:\n- w")
    assert "not true" not in answers_text(run, worst=0)
    assert too_seldom_right(run, 0.6) == ["q: the first node is right for 0.500 of the questions, less than 0.6."]
    assert too_seldom_right(run, 0.5) == []


def test_the_name_of_a_set_steers_no_terminal() -> None:
    outcome = scored(case(set_name="q\x1b[2J"), answer(nodes=(OTHER,)))
    [line] = too_seldom_right(AnswerRun(made_at=datetime(2026, 11, 29, tzinfo=UTC), outcomes=(outcome,)), 0.5)
    assert line.isprintable()
