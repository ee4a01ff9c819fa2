"""What an evaluation prints."""

from dataclasses import replace

from agent.evaluation import Fault, Ranking
from agent.evaluation.record import RerankCosts
from bot.evaluation_text import fault_lines, run_text, too_low
from tests.unit.agent.evaluation.outcomes import outcome, run

A, B, C = "model.shop.a", "model.shop.b", "metric.shop.c"


def test_the_whole_report() -> None:
    whole = run(
        outcome("first", {A: 1}, (A, B), seconds=0.01),
        outcome("last", {A: 7, C: None}, (B,), gone=(C,), seconds=0.02),
        outcome("elsewhere", {B: 2}, (A, B), set_name="other"),
        outcome("never", {}, (B,), is_answerable=False),
        outcome("shy", {A: 2}, (), is_answered=False),
    )
    assert run_text(whole, worst=5) == (
        "set       n     R@1     R@3     R@5    R@10    R@20   all@5  all@10     MRR  gold gone\n"
        "shop      3   0.333   0.667   0.667   0.833   0.833   0.667   0.667   0.548          1\n"
        "other     1   0.000   1.000   1.000   1.000   1.000   1.000   1.000   0.500          0\n"
        "all       4   0.250   0.750   0.750   0.875   0.875   0.750   0.750   0.536          1\n"
        "\n"
        "kind       n     R@1     R@3     R@5    R@10    R@20   all@5  all@10     MRR\n"
        "model      4   0.250   0.750   0.750   1.000   1.000   0.750   1.000   0.536\n"
        "metric     1   0.000   0.000   0.000   0.000   0.000   0.000   0.000   0.000\n"
        "\n"
        "shop: 0 of 1 (0%) unanswerable questions recognised\n"
        "shop: 1 of 3 (33%) answerable questions refused\n"
        "\n"
        "search: p50 0.0 ms, p95 20.0 ms over 5 questions\n"
        "\n"
        "not all found among the first 5, the worst of 1:\n"
        "- last: last?\n"
        "    wanted  model.shop.a (7), metric.shop.c (gone)\n"
        "    found   model.shop.b\n"
        "\n"
        "unanswerable, but taken for answerable, the first of 1:\n"
        "- never: never? → model.shop.b\n"
        "\n"
        "answerable, but refused, the first of 1:\n"
        "- shy: shy?"
    )


def test_reranking_has_a_table_of_its_own_and_its_price() -> None:
    better = outcome("a", {A: 9}, (B,), reranked=Ranking(ranks={A: 1}, found=(A,)))
    costs = RerankCosts(model="mini", calls=2, unread=1, tokens=1_234, seconds=3.0)
    text = run_text(run(better, rerank=costs), worst=5)
    searched, reranked = (line.split()[1:5] for line in text.splitlines() if line.startswith("shop "))
    assert "reranked by mini" in text
    assert "reranking: 2 calls, 1,234 tokens, 3.0 s (1.50 s each); 1 without a usable order" in text
    assert "model.shop.a (9, reranked 1)" in text
    assert (searched, reranked) == (["1", "0.000", "0.000", "0.000"], ["1", "1.000", "1.000", "1.000"])


def test_worst_0_lists_no_question() -> None:
    assert "wanted" not in run_text(run(outcome("a", {A: None})), worst=0)


def test_a_set_below_the_least_recall_is_named_and_one_that_reaches_it_is_not() -> None:
    both = run(outcome("a", {A: 1, B: 9}), outcome("b", {A: 1}, set_name="other"))
    assert too_low(both, 0.6) == ["shop: recall@5 is 0.500, less than 0.6."]
    assert too_low(both, 0.5) == []


def test_a_gate_that_measured_nothing_or_little_is_missed() -> None:
    nothing = run(outcome("n", {}, is_answerable=False))
    assert too_low(nothing, 0.5) == ["No question has nodes to be found: recall@5 cannot be told."]
    assert too_low(nothing, 0.0) == []
    little = run(outcome("a", {A: 1}), faults=(Fault("q:2", "is no JSON"), Fault("q:3", "is no JSON")))
    assert too_low(little, 0.5) == ["Only 1 of 3 questions could be asked."]
    assert too_low(run(outcome("a", {A: 1}), faults=(Fault("q:2", "is no JSON"),)), 0.5) == []


def test_many_faults_are_cut() -> None:
    lines = fault_lines([Fault(f"q:{number}", "is no JSON") for number in range(25)])
    assert (len(lines), lines[0], lines[-1]) == (21, "q:0 is no JSON", "and 5 more")


def test_nothing_of_a_set_steers_the_terminal() -> None:
    hostile = run(
        replace(outcome("\x1b[2Ja", {"model.\x9b31m": None}, ("b\x1b]0;x\x07",)), question="\x1b[31mq"),
        outcome("n\x1b[1m", {}, ("x",), is_answerable=False, set_name="s\x1b[5m"),
    )
    texts = [
        run_text(hostile, worst=5),
        *too_low(hostile, 0.9),
        *fault_lines([Fault("f\x1b[1m:1", "is about the project \x1b[2J")]),
    ]
    assert all(letter.isprintable() or letter == "\n" for text in texts for letter in text)
