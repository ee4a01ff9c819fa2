"""``marty eval --answers``: asks the agent the questions of a set, and scores what it answers against the catalog."""

import asyncio
import sys
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from agent import ChatModel
from agent.evaluation import Case, Fault, sift
from agent.evaluation.answer_measures import compare_answers
from agent.evaluation.answer_record import AnswerRun, answer_comparison_json, answers_to_json, parse_answer_run
from agent.evaluation.answering import Examiner
from agent.evaluation.answers import AnswerOutcome
from agent.library import Library
from bot.answer_evaluation_text import answer_comparison_text, answers_text, too_seldom_right
from bot.evaluation_places import catalogs_of, served_catalog
from bot.evaluation_runs import load_run, show_run
from bot.evaluation_set import first_of_each_set, load_questions
from bot.evaluation_text import fault_lines
from bot.parts import Knowledge
from bot.progress import Bars
from bot.settings import Settings
from bot.thinking import build_agent, open_model


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerWish:
    """What is to be asked, and what is shown of it."""

    files: Sequence[Path]
    artifacts: str = ""
    """Where artifacts are; empty: the catalog that is served is asked."""
    with_context: bool = False
    limit: int | None = None
    """Questions of each set; None: all."""
    askers: int = 1
    """Questions that are asked at once."""
    as_json: bool = False
    save: Path | None = None
    baseline: Path | None = None
    worst: int = 10
    least_right: float = 0.0


async def evaluate_answers(settings: Settings, wish: AnswerWish) -> int:
    """Ask every question, print the numbers. Returns 1 when nothing could be asked, or too little was right.

    An endpoint that does not answer is no reason to stop: such answers come from the catalog alone, and count as that.

    Raises:  NotFound when a file cannot be read, and what the catalog and the database raise.
    """
    baseline = (
        load_run(wish.baseline, parse_answer_run, written_by="marty eval --answers --save") if wish.baseline else None
    )
    cases, faults = load_questions(wish.files)
    cases = first_of_each_set(cases, wish.limit)
    outcomes: list[AnswerOutcome] = []
    run = _Run(settings, wish, faults, outcomes)
    try:
        async with open_model(settings) as model:
            await run.ask(cases, model)
    except asyncio.CancelledError:
        _hint(f"Interrupted: {len(outcomes):,} of {len(cases):,} questions were asked.")
        if outcomes:
            _show(_whole(outcomes, faults, wish, settings), baseline, wish)
        raise
    for line in fault_lines(faults):
        _hint(line)
    if not outcomes:
        _hint("No question could be asked.")
        return 1
    if settings.models and not any(each.path == "model" for each in outcomes) and any(each.calls for each in outcomes):
        _hint("The language model has answered none of the questions: `marty doctor` says why.")
    whole = _whole(outcomes, faults, wish, settings)
    _show(whole, baseline, wish)
    missed = too_seldom_right(whole, wish.least_right)
    for line in missed:
        _hint(line)
    return 1 if missed else 0


@dataclass(frozen=True, slots=True)
class _Run:
    """One evaluation under way; ``faults`` and ``outcomes`` grow."""

    settings: Settings
    wish: AnswerWish
    faults: list[Fault]
    outcomes: list[AnswerOutcome]

    async def ask(self, cases: Sequence[Case], model: ChatModel | None) -> None:
        if not cases:
            return
        if self.wish.artifacts:
            catalogs = catalogs_of(self.wish.artifacts, self.settings, cases, self.faults, with_lineage=True)
        else:
            catalogs = served_catalog(self.settings, cases)
        async with aclosing(catalogs):
            async for knowledge, part in catalogs:
                await self._ask_one(knowledge, part, model)

    async def _ask_one(self, knowledge: Knowledge, cases: Sequence[Case], model: ChatModel | None) -> None:
        """Ask one catalog. Its clock stands still, so that an age is the same whenever it is read again."""
        sifted = await sift(knowledge.catalog, cases)
        self.faults.extend(sifted.faults)
        started_at = datetime.now(UTC)
        agent = build_agent(self.settings, knowledge, model, memory=None, now=lambda: started_at)
        examiner = Examiner(agent, Library(knowledge.catalog, knowledge.searcher, lambda: started_at))
        if sifted.cases:  # what is loaded once is not the latency of an answer
            await knowledge.searcher.search(sifted.cases[0].question)
            if model is not None:
                await model.prepare()
        free = asyncio.Semaphore(self.wish.askers)
        with Bars() as bars:

            async def ask(case: Case) -> AnswerOutcome:
                async with free:
                    outcome = await examiner.ask(case, known=sifted.known, with_context=self.wish.with_context)
                bars.show("asking", sum(task.done() for task in tasks) + 1, len(tasks))
                return outcome

            tasks = [asyncio.create_task(ask(case)) for case in sifted.cases]
            try:
                for task in tasks:
                    self.outcomes.append(await task)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)


def _whole(
    outcomes: Sequence[AnswerOutcome], faults: Sequence[Fault], wish: AnswerWish, settings: Settings
) -> AnswerRun:
    return AnswerRun(
        made_at=datetime.now(UTC),
        outcomes=tuple(outcomes),
        faults=tuple(faults),
        with_context=wish.with_context,
        model=next(iter(settings.models), ""),
    )


def _show(run: AnswerRun, baseline: AnswerRun | None, wish: AnswerWish) -> None:
    as_json, texts = answers_to_json(run), [answers_text(run, worst=wish.worst)]
    if baseline:
        comparisons = compare_answers(baseline.outcomes, run.outcomes)
        as_json["compared"] = answer_comparison_json(comparisons)
        texts.append(answer_comparison_text(baseline, run, comparisons))
    show_run(as_json, texts, save=wish.save, as_json=wish.as_json)


def _hint(text: str) -> None:
    sys.stderr.write(text + "\n")
