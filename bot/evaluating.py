"""``marty eval``: asks a catalog's search the questions of a set, and counts what it finds."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from agent.evaluation import (
    Case,
    Fault,
    Outcome,
    Run,
    ask,
    compare,
    parse_run,
    run_to_json,
    sift,
)
from bot.evaluation_places import catalogs_of, served_catalog
from bot.evaluation_runs import load_run, show_run
from bot.evaluation_set import first_of_each_set, load_questions
from bot.evaluation_text import comparison_json, comparison_text, fault_lines, run_text, too_low
from bot.parts import Knowledge
from bot.progress import Bars
from bot.settings import Settings
from knowledge import NotFound

if TYPE_CHECKING:
    from agent.evaluation.reranking import Reranker

_INTERRUPTED = "Interrupted: nothing was measured. Vectors that were made stay for the next run."
_NO_MODEL = "--rerank needs a language model: set OPENAI_API_KEY or OPENAI_BASE_URL, and LLM_MODEL."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be measured, and what is shown of it."""

    files: Sequence[Path]
    artifacts: str = ""
    """Where artifacts are; empty: the catalog that is served is asked."""
    limit: int | None = None
    """Questions of each set; None: all."""
    with_context: bool = False
    rerank: bool = False
    as_json: bool = False
    save: Path | None = None
    baseline: Path | None = None
    worst: int = 10
    least_recall: float = 0.0


async def evaluate(settings: Settings, wish: Wish) -> int:
    """Ask every question, print the numbers. Returns 1 when nothing could be measured, or less than ``least_recall``.

    Raises:  NotFound when a file cannot be read, and what the catalog, the model or the database raise.
    """
    baseline = load_run(wish.baseline, parse_run, written_by="marty eval --save") if wish.baseline else None
    cases, faults = load_questions(wish.files)
    cases = first_of_each_set(cases, wish.limit)
    try:
        async with _reranker(settings, wanted=wish.rerank) as reranker:
            outcomes = await _measure(settings, wish, cases, faults, reranker) if cases else []
    except asyncio.CancelledError:
        _hint(_INTERRUPTED)
        raise
    for line in fault_lines(faults):
        _hint(line)
    if not outcomes:
        _hint("No question could be asked.")
        return 1
    run = Run(
        made_at=datetime.now(UTC),
        outcomes=tuple(outcomes),
        faults=tuple(faults),
        with_context=wish.with_context,
        rerank=reranker.costs() if reranker else None,
    )
    _show(run, baseline, wish)
    missed = too_low(run, wish.least_recall)
    for line in missed:
        _hint(line)
    return 1 if missed else 0


async def _measure(
    settings: Settings, wish: Wish, cases: Sequence[Case], faults: list[Fault], reranker: "Reranker | None"
) -> list[Outcome]:
    """What became of every question that could be asked; ``faults`` grows by the others."""
    if wish.artifacts:
        catalogs = catalogs_of(wish.artifacts, settings, cases, faults, with_lineage=False)
    else:
        catalogs = served_catalog(settings, cases)
    outcomes: list[Outcome] = []
    async with aclosing(catalogs):
        async for knowledge, part in catalogs:
            outcomes += await _ask(knowledge, part, faults, wish, reranker)
    return outcomes


async def _ask(
    knowledge: Knowledge, cases: Sequence[Case], faults: list[Fault], wish: Wish, reranker: "Reranker | None"
) -> list[Outcome]:
    sifted = await sift(knowledge.catalog, cases)
    faults += sifted.faults
    outcomes: list[Outcome] = []
    with Bars() as bars:
        for case in sifted.cases:
            if not outcomes:  # what is loaded once is not the latency of a search
                await knowledge.searcher.search(case.question)
            bars.show("asking", len(outcomes), len(sifted.cases))
            outcome = await ask(knowledge.searcher, case, known=sifted.known, with_context=wish.with_context)
            if reranker and outcome.is_ranked and outcome.searched.found:
                outcome = await reranker.rerank(outcome, knowledge.catalog)
            outcomes.append(outcome)
    return outcomes


@asynccontextmanager
async def _reranker(settings: Settings, *, wanted: bool) -> AsyncGenerator["Reranker | None"]:
    """Raises: NotFound when one is wanted and no model is configured."""
    if not wanted:
        yield None
        return
    # The model's client takes a second or two to load: only who wants it should wait.
    from agent.evaluation.reranking import Reranker
    from bot.thinking import open_model

    async with open_model(settings) as model:
        if model is None:
            raise NotFound(_NO_MODEL)
        yield Reranker(model)


def _show(run: Run, baseline: Run | None, wish: Wish) -> None:
    as_json, texts = run_to_json(run), [run_text(run, worst=wish.worst)]
    if baseline:
        comparisons = compare(baseline, run)
        as_json["compared"] = comparison_json(comparisons)
        texts.append(comparison_text(baseline, run, comparisons))
    show_run(as_json, texts, save=wish.save, as_json=wish.as_json)


def _hint(text: str) -> None:
    sys.stderr.write(text + "\n")
