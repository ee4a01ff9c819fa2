"""How an evaluation of answers reads in a terminal: tables of numbers, and the answers that went wrong. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from agent.evaluation import (
    AnswerComparison,
    AnswerMeasures,
    AnswerOutcome,
    AnswerRun,
    AnswerShift,
    Share,
    measure_answer_kinds,
    measure_answers,
    sets_of,
)
from agent.untrusted import without_controls
from bot.evaluation_text import MOST_GOLD, question_line

_Columns = Mapping[str, Callable[[AnswerMeasures], str]]


def answers_text(run: AnswerRun, *, worst: int) -> str:
    """Everything that one run brought."""
    sets = sets_of(run.outcomes)
    rows = {name: measure_answers(outcomes) for name, outcomes in sets.items()}
    if len(rows) > 1:
        rows["all"] = measure_answers(run.outcomes)
    parts = [_table("set", rows, columns) for columns in (_CHOICES, _SQL, _CONFIDENCE, _COSTS)]
    kinds = measure_answer_kinds(run.outcomes)
    parts += [_table("kind", kinds, columns) for columns in (_CHOICES, _COSTS) if len(kinds) > 1]
    parts.append(_gone(run.outcomes))
    if worst:
        parts += [_listed(title, found, worst) for title, found in _faults(run.outcomes).items()]
    return without_controls("\n\n".join(part for part in parts if part))


def answer_comparison_text(before: AnswerRun, after: AnswerRun, comparisons: Sequence[AnswerComparison]) -> str:
    """What is different from an earlier run."""
    if not comparisons:
        return "The earlier run has none of these questions."
    head = f"compared with the run of {before.made_at:%Y-%m-%d %H:%M}, {_by(before)}; now {_by(after)}"
    if before.with_context != after.with_context:
        head += f"; that run asked {'with' if before.with_context else 'without'} context"
    rows = [[each.set_name, *_changes(each), str(len(each.won)), str(len(each.lost))] for each in comparisons]
    parts = [head + "\n" + _lines(["set", "n", *_COMPARED, "won", "lost"], rows)]
    for title, shifts in (
        ("lost", [shift for each in comparisons for shift in each.lost]),
        ("won", [shift for each in comparisons for shift in each.won]),
    ):
        parts += ["\n".join([f"{title}:", *map(_shift_line, shifts)])] if shifts else []
    return without_controls("\n" + "\n\n".join(parts))


def too_seldom_right(run: AnswerRun, least: float) -> list[str]:
    """A sentence for each set whose first node is right less often than ``least``, or that no set tells of it."""
    if not least:
        return []
    shares = {name: measure_answers(outcomes).first.ratio for name, outcomes in sets_of(run.outcomes).items()}
    if all(share is None for share in shares.values()):
        return ["No question has nodes to be found: how often the first is right cannot be told."]
    return [
        without_controls(f"{name}: the first node is right for {share:.3f} of the questions, less than {least:g}.")
        for name, share in shares.items()
        if share is not None and share < least
    ]


def _share(share: Share) -> str:
    return "-" if share.ratio is None else f"{share.ratio:.3f}"


def _part(share: Share) -> str:
    return f"{share.part}/{share.whole}" if share.whole else "-"


_CHOICES: _Columns = {
    "n": lambda each: str(each.questions),
    "first": lambda each: _share(each.first),
    "first 3": lambda each: _share(each.near),
    "names ok": lambda each: _share(each.names),
    "trust ok": lambda each: _share(each.trust),
    "refused rightly": lambda each: _part(each.refused_rightly),
    "wrongly": lambda each: _part(each.refused_wrongly),
    "asked back": lambda each: str(each.asked_back),
}
_SQL: _Columns = {
    "SQL shown": lambda each: str(each.sql_shown),
    "withheld": lambda each: str(each.sql_withheld),
    "valid": lambda each: _share(each.sql_valid),
    "all tables": lambda each: _share(each.sql_tables),
}
_CONFIDENCE: _Columns = {
    "verified wrong": lambda each: _part(each.wrong["verified"]),
    "checked wrong": lambda each: _part(each.wrong["checked"]),
    "inferred wrong": lambda each: _part(each.wrong["inferred"]),
}
_COSTS: _Columns = {
    "direct": lambda each: str(each.paths["direct"]),
    "model": lambda each: str(each.paths["model"]),
    "fallback": lambda each: str(each.paths["fallback"]),
    "calls p50": lambda each: f"{each.calls_p50:g}",
    "most": lambda each: str(each.calls_most),
    "tokens": lambda each: "unknown" if each.tokens is None else f"{each.tokens:,}",
    "cost": lambda each: "unknown" if each.cost_usd is None else f"${each.cost_usd:.4f}",
    "p50": lambda each: f"{each.seconds_p50:.2f} s",
    "p95": lambda each: f"{each.seconds_p95:.2f} s",
}
_COMPARED: Mapping[str, Callable[[AnswerMeasures], str]] = {
    "first": lambda each: _share(each.first),
    "checked wrong": lambda each: _part(each.wrong["checked"]),
    "refused wrongly": lambda each: _part(each.refused_wrongly),
    "calls p50": lambda each: f"{each.calls_p50:g}",
    "p50": lambda each: f"{each.seconds_p50:.2f} s",
}


def _table(title: str, rows: Mapping[str, AnswerMeasures], columns: _Columns) -> str:
    if not rows:
        return ""
    return _lines([title, *columns], [[name, *(show(row) for show in columns.values())] for name, row in rows.items()])


def _lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table: the first column to the left, numbers to the right."""
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    return "\n".join(
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in (head, *rows)
    )


def _gone(outcomes: Sequence[AnswerOutcome]) -> str:
    gone = sum(len(each.gone) for each in outcomes)
    return f"{gone:,} nodes of gold are not in the catalog, and count as not found" if gone else ""


def _faults(outcomes: Sequence[AnswerOutcome]) -> dict[str, list[str]]:
    """What went wrong, the gravest first."""
    confident = [each for each in outcomes if each.is_wrong and each.confidence in {"checked", "verified"}]
    answered = [each for each in outcomes if not each.is_answerable and not each.refused and not each.asked_back]
    missed = [each for each in outcomes if each.is_near is False and not each.refused and each not in confident]
    refused = [each for each in outcomes if each.is_answerable and each.refused]
    return {
        "not true, whatever was asked": [_broken_line(each) for each in outcomes if each.is_broken],
        "wrong, though checked or verified": [_wrong_line(each) for each in confident if each not in answered],
        "unanswerable, but answered": [_answered_line(each) for each in answered],
        "not among the first three": [_wrong_line(each) for each in missed],
        "answerable, but refused": [question_line(each) for each in refused],
    }


def _listed(title: str, lines: Sequence[str], worst: int) -> str:
    if not lines:
        return ""
    return "\n".join([f"{title}, {min(worst, len(lines)):,} of {len(lines):,}:", *lines[:worst]])


def _broken_line(outcome: AnswerOutcome) -> str:
    wrongs = [
        *(f"no such name: {name}" for name in outcome.wrong_names),
        *(f"SQL: {fault}" for fault in outcome.sql_faults),
        *(f"trust line differs: {unique_id}" for unique_id in outcome.wrong_trust),
    ]
    return f"{question_line(outcome)} ({outcome.path})\n    {'; '.join(wrongs)}"


def _wrong_line(outcome: AnswerOutcome) -> str:
    return "\n".join(
        [
            question_line(outcome),
            f"    wanted  {_some(outcome.gold)}",
            f"    chose   {_some(outcome.nodes[:3]) if not outcome.asked_back else 'asked back'} ({outcome.path})",
        ]
    )


def _answered_line(outcome: AnswerOutcome) -> str:
    return f"{question_line(outcome)} → {_some(outcome.nodes[:1])} ({outcome.confidence or outcome.path})"


def _some(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - MOST_GOLD} more" if len(ids) > MOST_GOLD else ""
    return f"{', '.join(ids[:MOST_GOLD])}{more}" if ids else "nothing"


def _shift_line(shift: AnswerShift) -> str:
    before, after = (
        "refused" if each.refused else "asked back" if each.asked_back else _some(each.nodes[:1])
        for each in (shift.before, shift.after)
    )
    return f"{question_line(shift.after)}\n    {before} → {after}"


def _by(run: AnswerRun) -> str:
    return f"by {run.model}" if run.model else "without a language model"


def _changes(comparison: AnswerComparison) -> Iterable[str]:
    yield str(comparison.after.questions)
    for show in _COMPARED.values():
        yield f"{show(comparison.before)} → {show(comparison.after)}"
