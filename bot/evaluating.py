"""``marty eval``: asks a catalog's search the questions of a set, and counts what it finds."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from agent.evaluation import Case, Outcome, Run, ask, compare, parse_run, run_to_json
from bot.console import hint
from bot.evaluation import Evaluation, EvaluationWish, exit_code, load_cases
from bot.evaluation_comparison import comparison_json, comparison_text
from bot.evaluation_runs import RunKind
from bot.evaluation_text import run_text, too_low
from bot.parts import Knowledge
from bot.settings import Settings
from knowledge import NotFound

if TYPE_CHECKING:
    from agent.evaluation.reranking import Reranker

_RUNS = RunKind(
    written_by="marty eval --save",
    parse=parse_run,
    to_json=run_to_json,
    to_text=lambda run, worst: run_text(run, worst=worst),
    compare=compare,
    comparison_json=comparison_json,
    comparison_text=comparison_text,
)
_INTERRUPTED = "Interrupted: nothing was measured. Vectors that were made stay for the next run."
_NO_MODEL = "--rerank needs a language model: set OPENAI_API_KEY or OPENAI_BASE_URL, and LLM_MODEL."


async def evaluate(settings: Settings, wish: EvaluationWish) -> int:
    """Ask every question, print the numbers. Returns 1 when nothing could be measured, or less than is good enough.

    Raises:  NotFound when a file cannot be read, and what the catalog, the model or the database raise.
    """
    baseline = _RUNS.load_baseline(wish)
    outcomes: list[Outcome] = []
    evaluation = Evaluation(settings, wish, *load_cases(wish), outcomes)
    try:
        async with _reranker(settings, wanted=wish.rerank) as reranker:
            await evaluation.ask(lambda knowledge, known: partial(_ask, wish, reranker, knowledge, known))
    except asyncio.CancelledError:
        hint(_INTERRUPTED)
        raise
    if not evaluation.tell_faults():
        return 1
    run = Run(
        made_at=datetime.now(UTC),
        outcomes=tuple(outcomes),
        faults=tuple(evaluation.faults),
        with_context=wish.with_context,
        rerank=reranker.costs() if reranker else None,
    )
    _RUNS.show(run, baseline, wish)
    return exit_code(too_low(run, wish.least))


async def _ask(
    wish: EvaluationWish, reranker: "Reranker | None", knowledge: Knowledge, known: frozenset[str], case: Case
) -> Outcome:
    outcome = await ask(knowledge.searcher, case, known=known, with_context=wish.with_context)
    if reranker and outcome.is_ranked and outcome.searched.found:
        return await reranker.rerank(outcome, knowledge.catalog)
    return outcome


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
