"""The part of ``marty doctor`` about the dbt project: what there is to read, what of it is hidden, what is served."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from bot.age import ago, is_late
from bot.cron import parse_cron
from bot.exclusion import SETTING, with_word
from bot.finding import Finding, Findings
from bot.parts import build_sources
from bot.settings import Settings
from knowledge import Artifacts, Catalog, KnowledgeError, PlatformSource, Source, open_database
from knowledge.changes import is_older
from knowledge.hiding import hide, parse_selection
from knowledge.values import Overview, Project

_PROJECT = "dbt project"
_ODDITIES = 10
_ANY_KEY = b"nothing that is hidden here is stored"


async def check_project(settings: Settings) -> Findings:
    """The project where it comes from, then the database and the catalog in it."""
    if settings.dbt_artifacts and settings.dbt_host:
        ignored = "DBT_ARTIFACTS is set, so the dbt platform (DBT_HOST) is ignored: take out the one you do not mean."
        yield Finding(_PROJECT, "warning", ignored)
    read: list[Artifacts] = []
    try:
        for source in build_sources(settings):
            artifacts, findings = await _look(source, settings.catalog_exclude)
            for finding in findings:
                yield finding
            read += [artifacts] if artifacts else []
    except KnowledgeError as error:
        yield Finding(_PROJECT, "broken", str(error))
    async for finding in _database(settings, [artifacts.project for artifacts in read]):
        yield finding


async def _look(source: Source, exclude: str) -> tuple[Artifacts | None, list[Finding]]:
    """Fetch and read everything, as a first refresh would; on the platform, see that it could."""
    try:
        if isinstance(source, PlatformSource):
            return None, [Finding(_PROJECT, "ok", await source.check())]
        async with source.fetch(None) as delivery:
            found = await asyncio.to_thread(delivery.read) if delivery else None
    except KnowledgeError as error:
        return None, [Finding(_PROJECT, "broken", str(error))]
    if not isinstance(found, Artifacts):
        return None, [Finding(_PROJECT, "broken", "there is no manifest.")]
    visible = await asyncio.to_thread(hide, found, parse_selection(exclude), _ANY_KEY)
    return found, [*_contents(found), *_hidden(found, visible), *_oddities(visible, exclude)]


def _contents(found: Artifacts) -> Iterator[Finding]:
    models = sum(node.kind == "model" for node in found.nodes)
    name = " ".join(filter(None, (found.project.name, found.project.environment_name)))
    yield Finding(_PROJECT, "ok", f"{_count(len(found.nodes), 'node')}, {models:,} of them models, in {name}")


def _hidden(found: Artifacts, visible: Artifacts) -> Iterator[Finding]:
    """What a refresh would keep out of the catalog."""
    nodes = len(visible.hidden)
    stays = {node.unique_id for node in visible.nodes}
    columns = sum(column.hidden for node in found.nodes if node.unique_id in stays for column in node.columns)
    if found.nodes and not visible.nodes:
        remedy = f"every node is hidden, so nothing can be answered: narrow {SETTING} or the meta of the nodes."
        yield Finding("hidden", "warning", remedy)
    elif nodes or columns:
        parts = [_count(nodes, "node") if nodes else "", _count(columns, "column") if columns else ""]
        yield Finding("hidden", "ok", f"{' and '.join(filter(None, parts))} will be kept out of the catalog")


def _oddities(visible: Artifacts, exclude: str) -> Iterator[Finding]:
    """Every word of the selection that means nothing, and some of the rest."""
    rest = [oddity for oddity in visible.oddities if oddity.where != SETTING]
    for oddity in visible.oddities:
        if oddity.where == SETTING:
            yield Finding("hidden", "warning", f"{with_word(oddity, exclude)}: look whether it is misspelt.")
    for oddity in rest[:_ODDITIES]:
        yield Finding(_PROJECT, "warning", f"{oddity.where} {oddity.reason}")
    if len(rest) > _ODDITIES:
        yield Finding(_PROJECT, "warning", f"and {len(rest) - _ODDITIES:,} more: `marty refresh` lists them.")


async def _database(settings: Settings, read: Sequence[Project]) -> Findings:
    url = settings.database_url.get_secret_value()
    try:
        async with open_database(url, settings.marty_home, pool_size=2) as database:
            if url:
                yield Finding("database", "ok", "answers, with pgvector")
            else:
                where = f"embedded, in {settings.marty_home}: right for one machine; back it up, or set DATABASE_URL."
                yield Finding("database", "warning", where)
            overview = await Catalog(database).overview()
    except KnowledgeError as error:
        yield Finding("database", "broken", str(error))
        return
    for finding in _served(overview, settings.refresh_cron, datetime.now(UTC)):
        yield finding
    for project in read:
        for finding in _refused(project, overview.projects):
            yield finding


def _served(overview: Overview, cron: str, now: datetime) -> Iterator[Finding]:
    """How old the catalog is, and why it is no newer."""
    at = overview.refreshed_at
    if not overview.nodes and not overview.last_refresh_failed and not overview.hidden:
        yield Finding("catalog", "warning", "is empty: run `marty refresh`, or `marty run`, which refreshes at start.")
        return
    age = f"last current {ago(at, now)}" if at else "not complete yet"
    contents = f"{_count(overview.nodes, 'node')}, {age}"
    if overview.last_refresh_failed:
        reason = f"{contents}. The newest refresh did not succeed: {overview.last_refresh_failed}"
        yield Finding("catalog", "warning", reason)
    elif at and is_late(parse_cron(cron), at, now):
        yield Finding("catalog", "warning", f"{contents}; refreshes are overdue: look whether `marty run` runs.")
    else:
        yield Finding("catalog", "ok", contents)


def _refused(project: Project, served: Sequence[Project]) -> Iterator[Finding]:
    """Artifacts that are older than what the catalog was made from."""
    for known in served:
        is_same = (known.name, known.environment) == (project.name, project.environment)
        if not (is_same and is_older(project.generated_at, known.generated_at)):
            continue
        made, serves = (f"{at:%Y-%m-%d %H:%M} UTC" if at else "" for at in (project.generated_at, known.generated_at))
        yield Finding(
            _PROJECT,
            "warning",
            f"the manifest was made at {made}, the catalog serves one made at {serves}: a refresh refuses the older "
            "one. Have dbt write a new one.",
        )


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number:,} {noun}s"
