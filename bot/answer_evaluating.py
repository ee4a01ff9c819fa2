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
from bot.evaluation_runs import RunKind
from bot.parts import Knowledge
from bot.settings import Settings
from bot.thinking import build_agent, open_model

_RUNS = RunKind(
    written_by="marty eval --answers --save",
    parse=parse_answer_run,
    to_json=answers_to_json,
    to_text=lambda run, worst: answers_text(run, worst=worst),
    compare=lambda before, after: compare_answers(before.outcomes, after.outcomes),
    comparison_json=answer_comparison_json,
    comparison_text=answer_comparison_text,
)


async def evaluate_answers(settings: Settings, wish: EvaluationWish) -> int:
    """Ask every question, print the numbers. Returns 1 when nothing could be asked, or too little was right.

    An endpoint that does not answer is no reason to stop: such answers come from the catalog alone, and count as that.

    Raises:  NotFound when a file cannot be read, and what the catalog and the database raise.
    """
    baseline = _RUNS.load_baseline(wish)
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
            _RUNS.show(_whole(evaluation), baseline, wish)
        raise
    if not evaluation.tell_faults():
        return 1
    if settings.models and not any(each.path == "model" for each in outcomes) and any(each.calls for each in outcomes):
        hint("The language model has answered none of the questions: `marty doctor` says why.")
    run = _whole(evaluation)
    _RUNS.show(run, baseline, wish)
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
