"""The commands that print what is stored: search, refresh, export, manifest."""

import asyncio
import csv
import json
import sys
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import contextmanager
from typing import Any

from bot.exclusion import with_word
from bot.parts import Knowledge, build_sources, open_knowledge
from bot.progress import Bars
from bot.settings import Settings
from bot.slack_manifest import PATH, create_link
from bot.upkeep_texts import changes, newer_results
from knowledge import Hit, NotFound, Refresher, RefreshOutcome, Turns

_EMPTY = "The catalog is empty: run `marty refresh`."
_OLD_STANDS = "Interrupted: the catalog stands as it was."
_VECTORS_LATER = (
    "Interrupted: the catalog is ready, and its vectors go on with the next `marty refresh` or `marty run`."
)


async def search(settings: Settings, query: str | None, *, limit: int, as_json: bool) -> int:
    """Print what is found for ``query``, or for each line of standard input when it is None."""
    async with open_knowledge(settings) as knowledge:
        await require_catalog(settings, knowledge)
        async for text in lines(query):
            hits = (await knowledge.searcher.search(text, limit=limit)).hits
            say(json.dumps(_search_json(text, hits), ensure_ascii=False) if as_json else _hit_lines(hits))
    return 0


async def refresh(settings: Settings, *, full: bool, wait: bool, accept_shrink: bool) -> int:
    """Make the catalog equal to the artifacts; then, unless told not to wait, work off the missing vectors."""
    sources = build_sources(settings)
    async with open_knowledge(settings) as knowledge:
        refresher = knowledge.refresher
        with _interrupted(_OLD_STANDS), Bars() as bars:
            outcome = await refresher.refresh(*sources, full=full, accept_shrink=accept_shrink, on_progress=bars.show)
        for oddity in outcome.oddities:
            _hint(f"worth knowing: {with_word(oddity, settings.catalog_exclude)}")
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


async def require_catalog(settings: Settings, knowledge: Knowledge) -> None:
    """Raises: NotFound when there is nothing to ask about, saying what to do."""
    overview = await knowledge.catalog.overview()
    if overview.nodes:
        return
    try:
        build_sources(settings)
    except NotFound as missing:
        raise NotFound(f"The catalog is empty. {missing}") from missing
    failed = overview.last_refresh_failed
    raise NotFound(f"{_EMPTY} The newest refresh did not succeed: {failed}" if failed else _EMPTY)


async def _fill(refresher: Refresher) -> None:
    with _interrupted(_VECTORS_LATER), Bars() as bars:
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


def _search_json(query: str, hits: Sequence[Hit]) -> dict[str, Any]:
    results = [
        {"unique_id": hit.unique_id, "name": hit.name, "kind": hit.kind, "score": round(hit.score, 6)}
        | ({"column": hit.column} if hit.column else {})
        for hit in hits
    ]
    return {"query": query, "results": results}


def _hit_lines(hits: Sequence[Hit]) -> str:
    if not hits:
        return "Nothing found."
    width = max(len(hit.name) for hit in hits)
    return "\n".join(
        f"{hit.score:8.4f}  {hit.name:<{width}}  {hit.kind}{f'  (column {hit.column})' if hit.column else ''}"
        for hit in hits
    )


def _summary(outcome: RefreshOutcome, nodes: int) -> str:
    parts = [changes(outcome), newer_results(outcome) if outcome.results else ""]
    news = "; ".join(filter(None, parts)) or "nothing new"
    return f"{nodes:,} {'node' if nodes == 1 else 'nodes'}: {news}; {outcome.duration_s:.1f} s"


def _cell(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _hint(text: str) -> None:
    sys.stderr.write(text + "\n")


@contextmanager
def _interrupted(sentence: str) -> Generator[None]:
    """Say what becomes of the work when Ctrl-C ends it."""
    try:
        yield
    except asyncio.CancelledError:
        _hint(sentence)
        raise
