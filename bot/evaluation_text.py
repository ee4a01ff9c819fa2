"""How an evaluation reads in a terminal: tables of numbers, and the questions that went wrong. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from agent.evaluation import (
    DEPTHS,
    GATE,
    AnswerOutcome,
    Fault,
    Latency,
    Measures,
    Outcome,
    Ranking,
    Run,
    latency,
    measure,
    measure_kinds,
    recognise,
    sets_of,
)
from agent.untrusted import cut, without_controls

_FAULTS = 20
_INSTEAD = 3
_QUESTION = 110
MOST_GOLD = 4


def run_text(run: Run, *, worst: int) -> str:
    """Everything that one run brought."""
    sets = sets_of(run.outcomes)
    ranked = {name: [each for each in outcomes if each.is_ranked] for name, outcomes in sets.items()}
    everything = [each for outcomes in ranked.values() for each in outcomes]
    parts = [_search_table("set", {name: _searched(each) for name, each in _with_all(ranked).items()}, _gone(ranked))]
    if run.rerank:
        title = f"reranked by {run.rerank.model}"
        parts.append(_search_table(title, {name: _reranked(each) for name, each in _with_all(ranked).items()}))
        parts.append(_costs(run))
    kinds = measure_kinds(each.searched for each in everything)
    if len(kinds) > 1:
        parts.append(_table("kind", kinds))
    parts += [_recognition(sets), _latency(latency(run.outcomes), len(run.outcomes))]
    if worst:
        parts += [_misses(everything, worst), _wrongly_answered(run.outcomes, worst), _refused(run.outcomes, worst)]
    return without_controls("\n\n".join(part for part in parts if part))


def fault_lines(faults: Sequence[Fault]) -> list[str]:
    """What could not be asked, for stderr."""
    lines = [without_controls(f"{fault.where} {fault.reason}") for fault in faults[:_FAULTS]]
    return [*lines, f"and {len(faults) - _FAULTS:,} more"] if len(faults) > _FAULTS else lines


def too_low(run: Run, least: float) -> list[str]:
    """A sentence for each set whose recall is lower than ``least``, and for what keeps it from being told."""
    if not least:
        return []
    found: list[str] = []
    measured = {name: measure(_searched(outcomes)) for name, outcomes in sets_of(run.outcomes).items()}
    for name, measures in measured.items():
        if measures.questions and measures.recall[GATE] < least:
            found.append(
                without_controls(f"{name}: recall@{GATE} is {measures.recall[GATE]:.3f}, less than {least:g}.")
            )
    if not any(measures.questions for measures in measured.values()):
        found.append(f"No question has nodes to be found: recall@{GATE} cannot be told.")
    if len(run.faults) > len(run.outcomes):
        found.append(f"Only {len(run.outcomes):,} of {len(run.outcomes) + len(run.faults):,} questions could be asked.")
    return found


def _with_all(ranked: Mapping[str, list[Outcome]]) -> dict[str, list[Outcome]]:
    """The sets, and where there are several all of them together."""
    there = {name: outcomes for name, outcomes in ranked.items() if outcomes}
    return {**there, "all": [each for part in there.values() for each in part]} if len(there) > 1 else there


def _searched(outcomes: Iterable[Outcome]) -> list[Ranking]:
    return [each.searched for each in outcomes if each.is_ranked]


def _reranked(outcomes: Iterable[Outcome]) -> list[Ranking]:
    return [each.reranked or each.searched for each in outcomes if each.is_ranked]


def _gone(ranked: Mapping[str, list[Outcome]]) -> dict[str, int]:
    return {name: sum(len(each.gone) for each in outcomes) for name, outcomes in _with_all(ranked).items()}


def _search_table(title: str, sets: Mapping[str, Sequence[Ranking]], gone: Mapping[str, int] | None = None) -> str:
    return _table(title, {name: measure(rankings) for name, rankings in sets.items()}, gone)


def _table(title: str, rows: Mapping[str, Measures], gone: Mapping[str, int] | None = None) -> str:
    if not rows:
        return ""
    width = max(len(title), *map(len, rows))
    depths = "".join(f"{f'R@{depth}':>8}" for depth in DEPTHS)
    lines = [f"{title:<{width}}{'n':>6}{depths}{'all@5':>8}{'all@10':>8}{'MRR':>8}{'gold gone' if gone else '':>11}"]
    for name, row in rows.items():
        recall = "".join(f"{row.recall[depth]:8.3f}" for depth in DEPTHS)
        found = f"{row.all_found[5]:8.3f}{row.all_found[10]:8.3f}{row.mrr:8.3f}"
        lines.append(f"{name:<{width}}{row.questions:>6}{recall}{found}{gone[name] if gone else '':>11}")
    return "\n".join(line.rstrip() for line in lines)


def _recognition(sets: Mapping[str, list[Outcome]]) -> str:
    lines: list[str] = []
    for name, outcomes in sets.items():
        seen = recognise(outcomes)
        if seen.unanswerable:
            lines.append(f"{name}: {_of(seen.recognised, seen.unanswerable)} unanswerable questions recognised")
        if seen.answerable and (seen.unanswerable or seen.refused):
            lines.append(f"{name}: {_of(seen.refused, seen.answerable)} answerable questions refused")
    return "\n".join(lines)


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / whole:.0%})"


def _latency(times: Latency, number: int) -> str:
    return f"search: p50 {times.p50_ms:.1f} ms, p95 {times.p95_ms:.1f} ms over {number:,} questions"


def _costs(run: Run) -> str:
    if run.rerank is None:
        return ""
    costs = run.rerank
    each_s = costs.seconds / max(1, costs.calls)
    tokens = f"{costs.tokens:,} tokens" if costs.tokens is not None else "tokens not counted"
    unread = f"; {costs.unread} without a usable order" if costs.unread else ""
    return f"reranking: {costs.calls:,} calls, {tokens}, {costs.seconds:.1f} s ({each_s:.2f} s each){unread}"


def _misses(outcomes: Sequence[Outcome], worst: int) -> str:
    missed = [each for each in outcomes if each.searched.recall(GATE) < 1]
    if not missed:
        return ""
    missed.sort(key=lambda each: (each.searched.recall(GATE), -(each.searched.best or 1_000)))
    title = f"not all found among the first {GATE}, the worst of {len(missed):,}:"
    return "\n".join([title, *(line for each in missed[:worst] for line in _miss_lines(each))])


def _miss_lines(outcome: Outcome) -> list[str]:
    gold = [f"{unique_id} ({_rank(outcome, unique_id)})" for unique_id in outcome.searched.ranks]
    more = [f"and {len(gold) - MOST_GOLD} more"] if len(gold) > MOST_GOLD else []
    instead = [each for each in outcome.searched.found if each not in outcome.searched.ranks][:_INSTEAD]
    return [
        question_line(outcome),
        f"    wanted  {', '.join([*gold[:MOST_GOLD], *more])}",
        f"    found   {', '.join(instead) or 'nothing'}",
    ]


def _rank(outcome: Outcome, unique_id: str) -> str:
    if unique_id in outcome.gone:
        return "gone"
    rank = outcome.searched.ranks[unique_id]
    reranked = outcome.reranked.ranks[unique_id] if outcome.reranked else rank
    return place(rank) if reranked == rank else f"{place(rank)}, reranked {place(reranked)}"


def question_line(outcome: Outcome | AnswerOutcome) -> str:
    """The question that had this outcome, as lists of questions begin with it."""
    return f"- {outcome.id}: {cut(outcome.question, _QUESTION)}"


def place(rank: int | None) -> str:
    """Where a node was found."""
    return "not found" if rank is None else str(rank)


def _wrongly_answered(outcomes: Sequence[Outcome], worst: int) -> str:
    wrong = [each for each in outcomes if not each.is_answerable and each.is_answered]
    if not wrong:
        return ""
    lines = [f"{question_line(each)} → {(*each.searched.found, '')[0]}" for each in wrong[:worst]]
    return "\n".join([f"unanswerable, but taken for answerable, the first of {len(wrong):,}:", *lines])


def _refused(outcomes: Sequence[Outcome], worst: int) -> str:
    refused = [each for each in outcomes if each.is_answerable and not each.is_answered]
    if not refused:
        return ""
    lines = map(question_line, refused[:worst])
    return "\n".join([f"answerable, but refused, the first of {len(refused):,}:", *lines])
