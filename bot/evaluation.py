"""One evaluation, whatever it measures: what is wished, which catalogs are asked which questions, what came of it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from agent.evaluation import AnswerOutcome, Case, Fault, Outcome, sift
from bot.console import hint
from bot.evaluation_places import catalogs_for
from bot.evaluation_set import first_of_each_set, load_questions
from bot.evaluation_text import fault_lines
from bot.parts import Knowledge
from bot.progress import Bars
from bot.settings import Settings

Asked = TypeVar("Asked", Outcome, AnswerOutcome)
Ask = Callable[[Case], Awaitable[Asked]]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationWish:
    """What is to be asked, and what is shown of it."""

    files: Sequence[Path]
    artifacts: str = ""
    """Where artifacts are; empty: the catalog that is served is asked."""
    limit: int | None = None
    """Questions of each set; None: all."""
    with_context: bool = False
    rerank: bool = False
    """Whether the model puts what the search finds into order; means nothing for answers."""
    askers: int = 1
    """Answers that are asked for at once; the search is always asked one by one, so that its latency is its own."""
    as_json: bool = False
    save: Path | None = None
    baseline: Path | None = None
    worst: int = 10
    least: float = 0.0
    """The recall, or the share of first nodes that are right, with which a set is good enough."""


@dataclass(frozen=True, slots=True)
class Evaluation(Generic[Asked]):
    """The questions of a wish, being asked; ``faults`` and ``outcomes`` grow."""

    settings: Settings
    wish: EvaluationWish
    cases: Sequence[Case]
    faults: list[Fault]
    """What cannot be asked."""
    outcomes: list[Asked]

    async def ask(
        self,
        build_ask: Callable[[Knowledge, frozenset[str]], Ask[Asked]],
        *,
        at_once: int = 1,
        with_lineage: bool = False,
    ) -> None:
        """Ask every question of its catalog; outcomes come in the order of the questions.

        Args:    build_ask: what asks one catalog, given those of the nodes that answer questions which it has.
                 with_lineage: whether the lineage of columns is read from artifacts, too.
        """
        if not self.cases:
            return
        catalogs = catalogs_for(self.settings, self.wish.artifacts, self.cases, self.faults, with_lineage=with_lineage)
        async with aclosing(catalogs):
            async for knowledge, part in catalogs:
                sifted = await sift(knowledge.catalog, part)
                self.faults.extend(sifted.faults)
                if sifted.cases:  # what is loaded once is not the latency of a question
                    await knowledge.searcher.search(sifted.cases[0].question)
                await self._ask_each(sifted.cases, build_ask(knowledge, sifted.known), at_once)

    async def _ask_each(self, cases: Sequence[Case], ask: Ask[Asked], at_once: int) -> None:
        free = asyncio.Semaphore(at_once)
        with Bars() as bars:

            async def ask_one(case: Case) -> Asked:
                async with free:
                    outcome = await ask(case)
                bars.show("asking", sum(task.done() for task in tasks) + 1, len(tasks))
                return outcome

            tasks = [asyncio.create_task(ask_one(case)) for case in cases]
            try:
                for task in tasks:
                    self.outcomes.append(await task)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def tell_faults(self) -> bool:
        """Say what could not be asked. Returns whether anything could."""
        for line in fault_lines(self.faults):
            hint(line)
        if not self.outcomes:
            hint("No question could be asked.")
        return bool(self.outcomes)


def load_cases(wish: EvaluationWish) -> tuple[list[Case], list[Fault]]:
    """The questions that are to be asked, and what in their files is none. Raises: NotFound."""
    cases, faults = load_questions(wish.files)
    return first_of_each_set(cases, wish.limit), faults


def exit_code(missed: Sequence[str]) -> int:
    """Say what is not good enough. Returns 1 when anything is not."""
    for line in missed:
        hint(line)
    return 1 if missed else 0
