"""What admins read when questions of their set lose what answers them."""

from agent.evaluation import Outcome, Ranking
from agent.evaluation.replay import Drift, Lost
from bot.markdown import TEXT_LIMIT
from bot.replay_text import Cause, Fate, loss_text
from knowledge import Change

A, B = "model.shop.a", "model.shop.b"


def lost(question: str, before: dict[str, int | None], after: dict[str, int | None]) -> Lost:
    outcome = Outcome(
        set_name="q", id=question, question=question, is_answerable=True, is_answered=True,
        searched=Ranking(ranks=after),
    )  # fmt: skip
    return Lost(outcome=outcome, before=Ranking(ranks=before))


def told(*causes: Cause) -> str:
    losses = [cause.lost for cause in causes]
    return loss_text(Drift(questions=30, before=0.9, after=0.8, lost=losses), causes, file="q.jsonl")


def line(fate: Fate, *, now: int | None = None, first: str = "", is_new: bool = False) -> str:
    one = Cause(lost=lost("Which?", {A: 2}, {A: now}), fates={A: fate}, first=first, first_is_new=is_new)
    [only] = [each for each in told(one).splitlines() if each.startswith("- ")]
    return only.removeprefix("- “Which?”: ")


def test_the_head_tells_how_far_recall_fell_and_that_nothing_is_held_back() -> None:
    text = told(Cause(lost=lost("Which?", {A: 1}, {A: 9}), fates={A: Fate(name="a")}))
    assert text.startswith("Since the catalog has changed, recall@5 of EVAL_SET is 0.80; it was 0.90.")
    assert "1 of its 30 questions" in text
    assert text.endswith("`marty eval q.jsonl` shows every question.")


def test_why_a_node_is_not_found_any_more() -> None:
    change = Change(unique_id=A, name="a", kind="model", what="changed", field="description", before="x", after=None)
    assert line(Fate(name="a"), now=9) == "`a` fell from place 2 to place 9"
    assert line(Fate(name="a", changes=[change])) == "`a` fell from place 2 out of sight (changed: description removed)"
    assert line(Fate(name="a", is_there=False)) == "`a` (place 2 before) was removed"
    assert line(Fate(name="a", is_there=False, renamed_to="b")) == (
        "`a` (place 2 before) is called `b` now: correct the set"
    )


def test_a_node_that_may_be_hidden_is_not_named() -> None:
    told_line = line(Fate(is_there=False))
    assert told_line == "what stood at place 2 is no longer in the catalog: removed, or hidden"


def test_what_stands_first_now_is_named_and_whether_it_is_new() -> None:
    assert line(Fate(name="a"), now=9, first="b") == "`a` fell from place 2 to place 9; first now: `b`"
    assert line(Fate(name="a"), now=9, first="b", is_new=True).endswith("; first now: `b`, which is new")


def test_a_question_pings_nobody_and_a_long_message_is_cut() -> None:
    text = told(*(Cause(lost=lost(f"<!channel> @ana {'x ' * 300}{n}", {A: 1}, {A: 9}), fates={}) for n in range(10)))
    assert "<!channel>" not in text
    assert "@ana" not in text
    assert len(text) <= TEXT_LIMIT


def test_questions_that_are_not_listed_are_counted() -> None:
    cause = Cause(lost=lost("Which?", {A: 1}, {A: 9}), fates={A: Fate(name="a")})
    text = loss_text(Drift(questions=30, before=0.9, after=0.5, lost=[cause.lost] * 14), [cause], file="q.jsonl")
    assert "- … and 13 more" in text
