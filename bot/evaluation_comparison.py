"""How an evaluation reads beside an earlier one: what was won and what was lost. Pure."""

from collections.abc import Sequence
from typing import Any

from agent.evaluation import GATE, Comparison, Run, Shift
from agent.untrusted import without_controls
from bot.evaluation_text import MOST_GOLD, place, question_line

_IDS = 10


def comparison_text(before: Run, after: Run, comparisons: Sequence[Comparison]) -> str:
    """What is different from an earlier run."""
    if not comparisons:
        return "The earlier run has none of these questions."
    head = f"compared with the run of {before.made_at:%Y-%m-%d %H:%M}"
    if before.with_context != after.with_context:
        head += ", which asked the questions " + ("with" if before.with_context else "without") + " their context"
    width = max(len("set"), *(len(each.set_name) for each in comparisons))
    columns = f"{'set':<{width}} {'n':>5}  {f'R@{GATE}':>23}  {'MRR':>23}  won  lost"
    lines = [
        f"{each.set_name:<{width}} {each.after.questions:>5}  {_from_to(each, f'R@{GATE}'):>23}  "
        f"{_from_to(each, 'MRR'):>23}  {len(each.won):>3}  {len(each.lost):>4}"
        for each in comparisons
    ]
    reworded = [shift.after.id for each in comparisons for shift in each.reworded]
    if reworded:
        lines.append(f"asked in other words than before: {', '.join(reworded[:_IDS])}{_more(reworded, _IDS)}")
    lost = [_shift_line(shift) for each in comparisons for shift in each.lost]
    won = [_shift_line(shift) for each in comparisons for shift in each.won]
    parts = ["\n".join([head, columns, *lines])]
    parts += ["\n".join(["lost:", *lost])] if lost else []
    parts += ["\n".join(["won:", *won])] if won else []
    return without_controls("\n" + "\n\n".join(parts))


def comparison_json(comparisons: Sequence[Comparison]) -> dict[str, Any]:
    """The same for other programs."""
    return {
        each.set_name: {
            "questions": each.after.questions,
            f"recall@{GATE}": {"before": each.before.recall[GATE], "after": each.after.recall[GATE]},
            "mrr": {"before": each.before.mrr, "after": each.after.mrr},
            "won": [shift.after.id for shift in each.won],
            "lost": [shift.after.id for shift in each.lost],
            "reworded": [shift.after.id for shift in each.reworded],
        }
        for each in comparisons
    }


def _more(items: Sequence[object], shown: int) -> str:
    return f" and {len(items) - shown:,} more" if len(items) > shown else ""


def _from_to(comparison: Comparison, number: str) -> str:
    before, after = (
        (each.mrr if number == "MRR" else each.recall[GATE]) for each in (comparison.before, comparison.after)
    )
    return f"{before:.3f} → {after:.3f} ({after - before:+.3f})"


def _shift_line(shift: Shift) -> str:
    before, after = shift.before.searched.ranks, shift.after.searched.ranks
    moves = [
        f"{unique_id} {place(before.get(unique_id))} → {place(rank)}"
        for unique_id, rank in after.items()
        if before.get(unique_id) != rank
    ]
    instead = next((each for each in shift.after.searched.found if each not in after), None)
    now = f"; first now {instead}" if shift.gain < 0 and instead else ""
    return f"{question_line(shift.after)}\n    {', '.join(moves[:MOST_GOLD])}{_more(moves, MOST_GOLD)}{now}"
