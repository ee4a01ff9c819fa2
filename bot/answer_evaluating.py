"""``marty eval --answers``: asks the agent the questions of a set, and scores what it answers against the catalog."""

import asyncio
from datetime import UTC, datetime
from functools import partial

from agent import ChatModel
from agent.evaluation import (
    AnswerOutcome,
    AnswerRun,
    answer_comparison_json,
    answers_to_json,
    compare_answers,
    parse_answer_run,
)
from agent.evaluation.answering import Examiner
from agent.library import Library
from bot.answer_evaluation_text import answer_comparison_text, answers_text, too_seldom_right
from bot.console import hint
from bot.evaluation import Ask, Evaluation, EvaluationWish, exit_code, load_cases
from bot.evaluation_runs import load_run, show_run
from bot.parts import Knowledge
from bot.settings import Settings
from bot.thinking import build_agent, open_model


async def evaluate_answers(settings: Settings, wish: EvaluationWish) -> int:
    """Ask every question, print the numbers. Returns 1 when nothing could be asked, or too little was right.

    An endpoint that does not answer is no reason to stop: such answers come from the catalog alone, and count as that.

    Raises:  NotFound when a file cannot be read, and what the catalog and the database raise.
    """
    written_by = "marty eval --answers --save"
    baseline = load_run(wish.baseline, parse_answer_run, written_by=written_by) if wish.baseline else None
    outcomes: list[AnswerOutcome] = []
    evaluation = Evaluation(settings, wish, *load_cases(wish), outcomes)
    try:
        async with open_model(settings) as model:
            if model is not None:  # what is loaded once is not the latency of an answer
                await model.prepare()
            build_ask = partial(_build_ask, settings, wish, model)
            await evaluation.ask(build_ask, at_once=wish.askers, with_lineage=True)
    except asyncio.CancelledError:
        hint(f"Interrupted: {len(outcomes):,} of {len(evaluation.cases):,} questions were asked.")
        if outcomes:
            _show(_whole(evaluation), baseline, wish)
        raise
    if not evaluation.tell_faults():
        return 1
    if settings.models and not any(each.path == "model" for each in outcomes) and any(each.calls for each in outcomes):
        hint("The language model has answered none of the questions: `marty doctor` says why.")
    run = _whole(evaluation)
    _show(run, baseline, wish)
    return exit_code(too_seldom_right(run, wish.least))


def _build_ask(
    settings: Settings, wish: EvaluationWish, model: ChatModel | None, knowledge: Knowledge, known: frozenset[str]
) -> Ask[AnswerOutcome]:
    """What asks one catalog. Its clock stands still, so that an age is the same whenever it is read again."""
    started_at = datetime.now(UTC)
    agent = build_agent(settings, knowledge, model, memory=None, now=lambda: started_at)
    examiner = Examiner(agent, Library(knowledge.catalog, knowledge.searcher, lambda: started_at))
    return partial(examiner.ask, known=known, with_context=wish.with_context)


def _whole(evaluation: Evaluation[AnswerOutcome]) -> AnswerRun:
    return AnswerRun(
        made_at=datetime.now(UTC),
        outcomes=tuple(evaluation.outcomes),
        faults=tuple(evaluation.faults),
        with_context=evaluation.wish.with_context,
        model=next(iter(evaluation.settings.models), ""),
    )


def _show(run: AnswerRun, baseline: AnswerRun | None, wish: EvaluationWish) -> None:
    as_json, texts = answers_to_json(run), [answers_text(run, worst=wish.worst)]
    if baseline:
        comparisons = compare_answers(baseline.outcomes, run.outcomes)
        as_json["compared"] = answer_comparison_json(comparisons)
        texts.append(answer_comparison_text(baseline, run, comparisons))
    show_run(as_json, texts, save=wish.save, as_json=wish.as_json)
