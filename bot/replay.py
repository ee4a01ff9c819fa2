"""Asks the owner's set of questions again once definitions have changed, and tells the admins what was lost."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from agent.evaluation import Case, Outcome, ask
from agent.evaluation.replay import Drift, Lost, digest_of_set, drift, ranks_of
from bot.evaluation_set import load_kept_set
from bot.replay_text import TOLD, Cause, Fate, loss_text
from bot.upkeep_queue import TELL_LOSS
from bot.worker import BACKGROUND
from knowledge import Catalog, Database, KnowledgeError, Searcher
from knowledge.evaluations import Evaluation, Evaluations, Telling
from knowledge.history.fields import said_parent

logger = logging.getLogger(__name__)


class Replayer:
    """One process's share of it; any number of processes may be about the same.

    What is kept of each time are ranks by digests. Later times are compared with a reference: the newest time that was
    no worse than the one before, or whose loss was told. So a recall that falls little by little is told as well.
    """

    def __init__(
        self, path: Path, *, drop: float, admins: Sequence[str], database: Database, searcher: Searcher,
        catalog: Catalog,
    ) -> None:  # fmt: skip
        """``drop``: by how much recall@5 may fall before the admins are told."""
        self._path = path
        self._drop = drop
        self._admins = admins
        self._searcher = searcher
        self._catalog = catalog
        self._evaluations = Evaluations(database)

    async def replay(self) -> None:
        """Ask the set, unless it was asked of the same definitions; when that is not possible, a log line says why."""
        try:
            cases = await asyncio.to_thread(load_kept_set, self._path)
            async with self._evaluations.alone() as is_mine:
                if is_mine:
                    await self._replay(cases)
        except KnowledgeError as error:
            logger.warning("EVAL_SET not asked", extra={"reason": str(error)})

    async def _replay(self, cases: Sequence[Case]) -> None:
        state, questions = await self._evaluations.state(), digest_of_set(cases)
        newest = await self._evaluations.newest()
        if state.missing_vectors or (
            newest and (newest.definitions, newest.questions) == (state.definitions, questions)
        ):
            return
        asked = await self._ask(cases)
        if await self._evaluations.state() != state:
            return  # a refresh came in between: whoever has made its vectors has the set asked again
        reference = await self._evaluations.reference()
        change = drift(reference.ranks if reference else {}, asked)
        telling = await self._telling(change, reference) if reference and self._is_loss(change) else None
        is_same_set = reference is not None and reference.questions == questions
        await self._evaluations.record(
            state,
            questions=questions,
            ranks=ranks_of(asked),
            is_reference=not is_same_set or change.drop <= 0 or self._is_loss(change),
            telling=telling,
        )
        facts = {"questions": change.questions, "before": round(change.before, 4), "after": round(change.after, 4)}
        logger.info("EVAL_SET asked", extra={**facts, "lost": len(change.lost), "told": telling is not None})

    def _is_loss(self, change: Drift) -> bool:
        return bool(change.lost) and change.drop > self._drop

    async def _ask(self, cases: Sequence[Case]) -> list[tuple[Case, Outcome]]:
        """Those whose nodes are known, be they in the catalog or not: that they are gone is what is looked for."""
        return [(case, await ask(self._searcher, case)) for case in cases if case.gold]

    async def _telling(self, change: Drift, reference: Evaluation) -> Telling | None:
        if not self._admins:
            return None
        causes = [await self._cause(lost, reference) for lost in change.lost[:TOLD]]
        markdown = loss_text(change, causes, file=str(self._path))
        return Telling(admins=self._admins, markdown=markdown, queue=BACKGROUND, task=TELL_LOSS)

    async def _cause(self, lost: Lost, reference: Evaluation) -> Cause:
        fates = {unique_id: await self._fate(unique_id, reference) for unique_id in lost.nodes}
        first = next(iter(lost.outcome.searched.found), "")
        if not first or first in lost.before.ranks:
            return Cause(lost=lost, fates=fates)
        changes = await self._catalog.history.of_node([first], reference.made_at)
        return Cause(
            lost=lost,
            fates=fates,
            first=said_parent(first),
            first_is_new=any(change.what == "added" for change in changes),
        )

    async def _fate(self, unique_id: str, reference: Evaluation) -> Fate:
        name, history = said_parent(unique_id), self._catalog.history
        changes = await history.of_node([unique_id], reference.made_at)
        if await self._catalog.summaries([unique_id]):
            return Fate(name=name, changes=[change for change in changes if change.what == "changed"])
        successor = await history.named(name)
        if successor and successor != unique_id and await self._catalog.summaries([successor]):
            return Fate(name=name, is_there=False, renamed_to=said_parent(successor))
        is_removed = any(change.what == "removed" for change in changes)
        return Fate(name=name if is_removed else "", is_there=False)
