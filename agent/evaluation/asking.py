"""Asks the catalog's search the questions of a set."""

import time
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from agent.evaluation.values import DEEPEST, Case, Fault, Outcome, rank_among
from knowledge import Catalog, Found, Searcher


@dataclass(frozen=True, slots=True)
class Sifted:
    """What can be asked of a catalog."""

    cases: Sequence[Case]
    faults: Sequence[Fault]
    """Why the others cannot."""
    known: frozenset[str]
    """Those of the nodes that answer questions which the catalog has."""


async def sift(catalog: Catalog, cases: Sequence[Case]) -> Sifted:
    """Leave out the questions about projects that are not in the catalog.

    Raises:  Unavailable when the database does not answer.
    """
    gold = {unique_id for case in cases for unique_id in case.gold}
    known = frozenset(summary.unique_id for summary in await catalog.summaries(sorted(gold)))
    faults = left_out(cases, {project.name for project in (await catalog.overview()).projects}, known)
    strange = {fault.where for fault in faults}
    return Sifted([case for case in cases if case.where not in strange], faults, known)


def left_out(cases: Sequence[Case], projects: Collection[str], known: frozenset[str]) -> list[Fault]:
    """The questions about projects that are not in the catalog (pure).

    A project is there when the catalog has one of its name, or any node that answers one of its questions: a set may
    name it otherwise than dbt does.
    """
    of_project: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        of_project[case.project].append(case)
    return [
        Fault(case.where, f"is about the project {project}, which is not in the catalog")
        for project, asked in of_project.items()
        if project and project not in projects and known.isdisjoint(gold for each in asked for gold in each.gold)
        for case in asked
    ]


async def ask(
    searcher: Searcher, case: Case, *, known: Collection[str] | None = None, with_context: bool = False
) -> Outcome:
    """What the search finds for a question, ``removed`` nodes taken out.

    Args:    known: those of its nodes that the catalog has, if somebody wants to know which are gone.
    Raises:  Unavailable when the database does not answer.
    """
    text = case.text(with_context=with_context)
    started = time.perf_counter()
    found = await searcher.search(text, limit=DEEPEST)
    seconds = time.perf_counter() - started
    is_answered, assurance = _verdict(found)
    ids = [hit.unique_id for hit in found.hits if hit.unique_id not in case.removed]
    return Outcome(
        set_name=case.set_name,
        id=case.id,
        question=case.question,
        is_answerable=case.is_answerable,
        is_answered=is_answered,
        assurance=assurance,
        searched=rank_among(case.gold, ids),
        gone=() if known is None else case.gone(known),
        seconds=seconds,
    )


def _verdict(found: Found) -> tuple[bool, float | None]:
    """Whether the search says that the catalog answers the question, and how sure it is of that, if it can tell."""
    return bool(found.hits) and not found.is_nothing, found.assurance
