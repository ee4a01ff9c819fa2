"""What became of questions that were asked before, of which only digests and ranks were kept."""

from dataclasses import replace

from agent.evaluation import Case, Outcome, Ranking
from agent.evaluation.replay import digest_of, digest_of_set, drift, ranks_of

A, B = "model.shop.a", "model.shop.b"
CASE = Case(where="q:1", set_name="q", id="1", question="Which?", gold=(A, B))


def asked(case: Case, *ranks: int | None) -> tuple[Case, Outcome]:
    return case, Outcome(
        set_name=case.set_name, id=case.id, question=case.question, is_answerable=case.is_answerable, is_answered=True,
        searched=Ranking(ranks=dict(zip(case.gold, ranks, strict=True))),
    )  # fmt: skip


def test_what_is_kept_names_neither_question_nor_node() -> None:
    kept = ranks_of([asked(CASE, 1, None)])
    assert kept == {digest_of(CASE): [1, None]}
    assert not any(word in str(kept) for word in ("Which", "shop", "model"))


def test_a_question_is_the_same_wherever_it_stands_and_another_with_other_words_or_nodes() -> None:
    assert digest_of(replace(CASE, where="q:9")) == digest_of(CASE)
    assert digest_of(replace(CASE, question="Who?")) != digest_of(CASE)
    assert digest_of(replace(CASE, gold=(B, A))) != digest_of(CASE)
    other = replace(CASE, id="2")
    assert digest_of_set([CASE, other]) == digest_of_set([other, CASE]) != digest_of_set([CASE])


def test_a_loss_names_the_nodes_that_left_the_first_five() -> None:
    found = drift(ranks_of([asked(CASE, 1, 5)]), [asked(CASE, 2, 6)])
    assert (found.questions, found.before, found.after, found.drop) == (1, 1.0, 0.5, 0.5)
    [lost] = found.lost
    assert (lost.nodes, lost.before.ranks) == ([B], {A: 1, B: 5})


def test_the_gravest_loss_stands_first_and_a_gain_is_none() -> None:
    cases = [replace(CASE, id=each) for each in ("half", "all", "gain")]
    before = ranks_of([asked(cases[0], 1, 2), asked(cases[1], 1, 2), asked(cases[2], None, 2)])
    found = drift(before, [asked(cases[0], 1, 7), asked(cases[1], None, 8), asked(cases[2], 1, 2)])
    assert [lost.outcome.id for lost in found.lost] == ["all", "half"]


def test_questions_that_were_not_asked_before_change_nothing() -> None:
    found = drift({}, [asked(CASE, None, None)])
    assert (found.questions, found.drop, list(found.lost)) == (0, 0.0, [])
