"""The catalogs that an evaluation asks: the one that is served, or one made of each project's artifacts."""

import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import SecretStr

from agent.evaluation import Case, Fault
from bot.console import hint
from bot.parts import Knowledge, open_knowledge
from bot.progress import Bars
from bot.settings import Settings
from bot.terminal import require_catalog
from knowledge import Database, Source, open_source
from knowledge.sources import Cursor, Delivery

_HOME = "eval"
"""Below MARTY_HOME: the database for artifacts. It holds one project at a time; vectors stay from run to run."""
_MANIFESTS = ("manifest.json", "manifest.json.gz", "target/manifest.json", "target/manifest.json.gz")

Catalogs = AsyncGenerator[tuple[Knowledge, Sequence[Case]]]
"""What is to be asked of which catalog, one after the other."""


def catalogs_for(
    settings: Settings, artifacts: str, cases: Sequence[Case], faults: list[Fault], *, with_lineage: bool
) -> Catalogs:
    """The catalogs made of the artifacts, or the one that is served where none are named.

    Args:    faults: grows by what cannot be asked.
             with_lineage: that of columns too, which answers may be about and no search looks at.
    Raises:  NotFound, once it is iterated, when the served one is empty.
    """
    if artifacts:
        return _made_of(artifacts, settings, cases, faults, with_lineage=with_lineage)
    return _served(settings, cases)


async def _served(settings: Settings, cases: Sequence[Case]) -> Catalogs:
    async with open_knowledge(settings) as knowledge:
        await require_catalog(settings, knowledge)
        yield knowledge, cases


async def _made_of(
    artifacts: str, settings: Settings, cases: Sequence[Case], faults: list[Fault], *, with_lineage: bool
) -> Catalogs:
    """A catalog of each project in turn, in a database of their own, so that no project competes with another's."""
    places = _places(artifacts, cases, faults)
    if not places:
        return
    apart = {"database_url": SecretStr(""), "marty_home": settings.marty_home / _HOME}
    async with open_knowledge(settings.model_copy(update=apart)) as knowledge, _alone(knowledge.database):
        for place, asked in places.items():
            if fault := await _fill(knowledge, place, with_lineage=with_lineage):
                faults.append(fault)
            else:
                yield knowledge, asked


def _places(artifacts: str, cases: Sequence[Case], faults: list[Fault]) -> dict[str, list[Case]]:
    """Where the artifacts of each question's project are."""
    folder = Path(artifacts).expanduser()
    if not folder.is_dir() or any((folder / each).exists() for each in _MANIFESTS):
        return {artifacts: list(cases)}
    found: dict[str, list[Case]] = {}
    for case in cases:
        if case.project and (folder / case.project).is_dir():
            found.setdefault(str(folder / case.project), []).append(case)
        else:
            about = f"is about the project {case.project}" if case.project else "names no project"
            faults.append(Fault(case.where, f"{about}, and {folder} has no folder of that name with artifacts"))
    return found


async def _fill(knowledge: Knowledge, place: str, *, with_lineage: bool) -> Fault | None:
    """Make the artifacts there the only project of the catalog, vectors included; why not, if they cannot be read."""
    source = _Afresh(open_source(place))
    with Bars() as bars:
        outcome = await knowledge.refresher.refresh(source, on_progress=bars.show)
    if not outcome.is_current:
        return Fault(place, outcome.reason or "cannot be read")
    hint(f"{place}: {outcome.added:,} nodes")
    with Bars() as bars:
        if with_lineage:
            await knowledge.refresher.fill_column_lineage(source, on_progress=bars.show)
        embedded = await knowledge.refresher.fill_vectors(on_progress=bars.show)
    if embedded:
        hint(f"{embedded:,} texts embedded")
    return None


@dataclass(frozen=True, slots=True)
class _Afresh:
    """A source as if nobody had ever read it: neither its age nor what it held before counts.

    The environment of its own tells its project apart from those of earlier runs, which a refresh then drops.
    """

    source: Source
    key: str = field(default_factory=lambda: f"evaluation {uuid.uuid4().hex}")

    @asynccontextmanager
    async def fetch(self, cursor: Cursor | None, *, anew: bool = False) -> AsyncGenerator[Delivery | None]:
        async with self.source.fetch(None, anew=True) as delivery:
            yield delivery and replace(delivery, place=replace(delivery.place, environment=self.key))


@asynccontextmanager
async def _alone(database: Database) -> AsyncGenerator[None]:
    """Wait until no other evaluation uses the database."""
    async with database.lock("evaluation", wait=False) as is_mine:
        if is_mine:
            yield
            return
    hint("another evaluation is running; waiting")
    async with database.lock("evaluation"):
        yield
