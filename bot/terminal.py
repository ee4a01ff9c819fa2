"""The commands that print what is stored: search, refresh, export, manifest."""

import asyncio
import csv
import json
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

from bot.console import hint, lines, say
from bot.exclusion import with_word
from bot.parts import Knowledge, build_sources, open_knowledge
from bot.progress import Bars
from bot.search_text import found_json, found_lines
from bot.settings import Settings
from bot.slack_manifest import PATH, create_link
from bot.upkeep_texts import changes, newer_results
from knowledge import Filters, KnowledgeError, NotFound, Refresher, RefreshOutcome, Source, Turns
from knowledge.embedding import OFFLINE
from knowledge.language import DEFAULT, NO_STEMMER, language_of

_EMPTY = "The catalog is empty: run `marty refresh`."
_NOT_CLOSE = "Nothing in the catalog seems to answer this; what is nearest:"
_IN_ANOTHER_LANGUAGE = (
    "(This is {language}, and the embedder that is set reads English: EMBEDDING_MODEL=multilingual reads both.)"
)
_OLD_STANDS = "Interrupted: the catalog stands as it was."
_VECTORS_LATER = (
    "Interrupted: the catalog is ready; the lineage of its columns and its vectors go on with the next `marty refresh` "
    "or `marty run`."
)


def filters(**given: Sequence[Any] | None) -> Filters:
    """What a search is kept to, from options that may be given any number of times."""
    return Filters(**{field: tuple(values or ()) for field, values in given.items()})


async def search(
    settings: Settings, query: str | None, *, limit: int, only: Filters, explain: bool, as_json: bool
) -> int:
    """Print what is found for ``query``, or for each line of standard input when it is None."""
    told: set[str] = set()
    told_language: set[str] = set()
    async with open_knowledge(settings) as knowledge:
        await require_catalog(settings, knowledge)
        async for text in lines(query):
            found = await knowledge.searcher.search(text, limit=limit, only=only)
            if unknown := [each.sentence for each in found.unknown if each.sentence not in told]:
                hint("\n".join(unknown))
                told.update(unknown)
            if found.is_nothing and found.hits and not as_json:
                hint("\n".join([_NOT_CLOSE, *_other_language(settings, text, told_language)]))
            if as_json:
                say(json.dumps(found_json(text, found, explain=explain), ensure_ascii=False))
            elif found.hits or not found.unknown:
                say(found_lines(found, explain=explain))
    return 1 if told else 0


def _other_language(settings: Settings, text: str, told: set[str]) -> list[str]:
    """Once for a language: that the embedder which reads English alone is asked in another one."""
    language = language_of(text)
    if settings.embedding_model != OFFLINE or language in (None, DEFAULT, *told):
        return []
    told.add(language)
    name = "a language other than English" if language == NO_STEMMER else language.capitalize()
    return [_IN_ANOTHER_LANGUAGE.format(language=name)]


async def refresh(settings: Settings, *, full: bool, wait: bool, accept_shrink: bool) -> int:
    """Make the catalog equal to the artifacts; then, unless told not to wait, work off the missing vectors."""
    sources = build_sources(settings)
    tokens: list[int | None] = []
    async with open_knowledge(settings, on_tokens=tokens.append) as knowledge:
        refresher = knowledge.refresher
        with _interrupted(_OLD_STANDS), Bars() as bars:
            outcome = await refresher.refresh(*sources, full=full, accept_shrink=accept_shrink, on_progress=bars.show)
        for oddity in outcome.oddities:
            hint(f"worth knowing: {with_word(oddity, settings.catalog_exclude)}")
        if not outcome.is_current:
            hint(outcome.reason or "The refresh failed.")
            return 1
        say(f"catalog ready\n{_summary(outcome, (await knowledge.catalog.overview()).nodes)}")
        if wait:
            await _fill(refresher, sources, tokens)
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
    hint(f"Create the app: {create_link()}")


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


async def _fill(refresher: Refresher, sources: Sequence[Source], tokens: Sequence[int | None]) -> None:
    """``tokens``: what requests to an endpoint cost, filled while they go on."""
    with _interrupted(_VECTORS_LATER), Bars() as bars:
        try:
            await refresher.fill_column_lineage(*sources, on_progress=bars.show)
        except KnowledgeError as error:  # the catalog is ready all the same
            hint(f"The lineage of columns could not be read: {error}")
        embedded = await refresher.fill_vectors(on_progress=bars.show)
    if embedded:
        cost = "" if not tokens else ", tokens unknown" if None in tokens else f", {sum(filter(None, tokens)):,} tokens"
        hint(f"{embedded} texts embedded{cost}")


def _summary(outcome: RefreshOutcome, nodes: int) -> str:
    parts = [changes(outcome), newer_results(outcome) if outcome.results else ""]
    news = "; ".join(filter(None, parts)) or "nothing new"
    return f"{nodes:,} {'node' if nodes == 1 else 'nodes'}: {news}; {outcome.duration_s:.1f} s"


def _cell(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


@contextmanager
def _interrupted(sentence: str) -> Generator[None]:
    """Say what becomes of the work when Ctrl-C ends it."""
    try:
        yield
    except asyncio.CancelledError:
        hint(sentence)
        raise
