"""The commands that print what is stored: search, refresh, export, manifest."""

import asyncio
import csv
import json
import sys
from collections.abc import AsyncGenerator
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bot.parts import Knowledge, build_sources, open_knowledge
from bot.settings import Settings
from bot.slack_manifest import PATH, create_link
from knowledge import Hit, NotFound, Refresher, RefreshOutcome, Turns

_EMPTY = (
    "The catalog is empty: set DBT_ARTIFACTS to the folder with dbt's target/, or DBT_HOST and the other "
    "DBT_ settings for the dbt platform, then run `marty refresh`."
)


async def search(settings: Settings, query: str | None, *, limit: int, as_json: bool) -> int:
    """Print what is found for ``query``, or for each line of standard input when it is None."""
    async with open_knowledge(settings) as knowledge:
        await require_catalog(knowledge)
        async for text in lines(query):
            hits = await knowledge.searcher.search(text, limit=limit)
            say(json.dumps(_search_json(text, hits), ensure_ascii=False) if as_json else _hit_lines(hits))
    return 0


async def refresh(settings: Settings, *, full: bool, wait: bool, accept_shrink: bool) -> int:
    """Make the catalog equal to the artifacts; then, unless told not to wait, work off the missing vectors."""
    sources = build_sources(settings)
    async with open_knowledge(settings) as knowledge:
        refresher = knowledge.refresher
        with _bars() as bars:
            outcome = await refresher.refresh(*sources, full=full, accept_shrink=accept_shrink, on_progress=bars.show)
        for oddity in outcome.oddities:
            _hint(f"worth knowing: {oddity.where} {oddity.reason}")
        if not outcome.is_current:
            _hint(outcome.reason or "The refresh failed.")
            return 1
        say(f"catalog ready\n{_summary(outcome, (await knowledge.catalog.overview()).nodes)}")
        if wait:
            await _fill(refresher)
    return 0


async def export(settings: Settings, *, as_csv: bool) -> int:
    """Print a row for every turn."""
    async with open_knowledge(settings) as knowledge:
        writer: Any = None
        async for row in Turns(knowledge.database).export():
            if not as_csv:
                say(json.dumps(row, ensure_ascii=False))
                continue
            if writer is None:
                writer = csv.DictWriter(sys.stdout, list(row))
                writer.writeheader()
            writer.writerow({name: _cell(value) for name, value in row.items()})
    return 0


def print_manifest() -> None:
    """Print the Slack app's manifest, and to stderr the link that creates the app."""
    say(PATH.read_text("utf-8").rstrip())
    _hint(f"Create the app: {create_link()}")


async def require_catalog(knowledge: Knowledge) -> None:
    if not (await knowledge.catalog.overview()).nodes:
        raise NotFound(_EMPTY)


async def _fill(refresher: Refresher) -> None:
    with _bars() as bars:
        embedded = await refresher.fill_vectors(on_progress=bars.show)
    if embedded:
        _hint(f"{embedded} texts embedded")


async def lines(only: str | None) -> AsyncGenerator[str]:
    """``only``, or standard input line by line as it comes."""
    if only is not None:
        yield only
        return
    while line := await asyncio.to_thread(sys.stdin.readline):
        yield line.rstrip("\r\n")


def _search_json(query: str, hits: list[Hit]) -> dict[str, Any]:
    results = [
        {"unique_id": hit.unique_id, "name": hit.name, "kind": hit.kind, "score": round(hit.score, 6)}
        | ({"column": hit.column} if hit.column else {})
        for hit in hits
    ]
    return {"query": query, "results": results}


def _hit_lines(hits: list[Hit]) -> str:
    if not hits:
        return "Nothing found."
    width = max(len(hit.name) for hit in hits)
    return "\n".join(
        f"{hit.score:8.4f}  {hit.name:<{width}}  {hit.kind}{f'  (column {hit.column})' if hit.column else ''}"
        for hit in hits
    )


def _summary(outcome: RefreshOutcome, nodes: int) -> str:
    if outcome.status == "unchanged" and not outcome.results:
        return f"{nodes} nodes; nothing new"
    changes = f"{outcome.added} added, {outcome.changed} changed, {outcome.removed} removed"
    return f"{nodes} nodes: {changes}; {outcome.results} results of runs; {outcome.duration_s:.1f} s"


def _cell(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _hint(text: str) -> None:
    sys.stderr.write(text + "\n")


class _Bars:
    """Progress bars on stderr, one a stage; nothing where stderr is no terminal."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def show(self, stage: str, done: int, total: int | None) -> None:
        """The callback of refresh and fill_vectors."""
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(stage, total=total)
        self._progress.update(self._tasks[stage], completed=done, total=total)

    def __enter__(self) -> "_Bars":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()


def _bars() -> _Bars:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return _Bars(Progress(*columns, console=console, disable=not console.is_terminal))
