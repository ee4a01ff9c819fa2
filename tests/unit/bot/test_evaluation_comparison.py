"""What an evaluation prints beside an earlier one."""

from dataclasses import replace

from agent.evaluation import compare
from bot.evaluation_comparison import comparison_json, comparison_text
from tests.unit.agent.evaluation.outcomes import outcome, run

A, B = "model.shop.a", "model.shop.b"


def test_a_comparison_tells_what_was_won_and_lost() -> None:
    before = run(outcome("up", {A: 8}), outcome("down", {A: 1}))
    after = run(outcome("up", {A: 1}), outcome("down", {A: None}, (B,)))
    assert comparison_text(before, after, compare(before, after)) == (
        "\n"
        "compared with the run of 2026-11-20 12:00\n"
        "set      n                      R@5                      MRR  won  lost\n"
        "shop     2   0.500 → 0.500 (+0.000)   0.562 → 0.500 (-0.062)    1     1\n"
        "\n"
        "lost:\n"
        "- down: down?\n"
        "    model.shop.a 1 → not found; first now model.shop.b\n"
        "\n"
        "won:\n"
        "- up: up?\n"
        "    model.shop.a 8 → 1"
    )


def test_a_comparison_with_other_questions_says_so() -> None:
    before, after = run(outcome("a", {A: 1})), run(outcome("b", {A: 1}))
    assert comparison_text(before, after, compare(before, after)) == "The earlier run has none of these questions."


def test_questions_of_the_same_id_that_were_put_otherwise_are_named() -> None:
    before = run(outcome("a", {A: 1}), outcome("b", {A: 1}))
    after = run(replace(outcome("a", {A: 2}), question="another?"), outcome("b", {A: 1}))
    assert "asked in other words than before: a" in comparison_text(before, after, compare(before, after))
    assert comparison_json(compare(before, after))["shop"]["reworded"] == ["a"]
    assert "other words" not in comparison_text(before, before, compare(before, before))


def test_nothing_of_a_set_that_is_compared_steers_the_terminal() -> None:
    before = run(replace(outcome("\x1b[2Ja", {"model.\x9b31m": 1}, ("b\x1b]0;x\x07",)), question="\x1b[31mq"))
    after = run(replace(outcome("\x1b[2Ja", {"model.\x9b31m": None}, ("b\x1b]0;x\x07",)), question="\x1b[31mp"))
    text = comparison_text(before, after, compare(before, after))
    assert "lost:" in text
    assert all(letter.isprintable() or letter == "\n" for letter in text)
