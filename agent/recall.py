"""What to look up before thinking: what the question names, what the thread is about, and one search."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from langchain_core.messages import HumanMessage

from agent.direct.naming import is_pronoun, kinds_of, layers_of
from agent.direct.phrasebook import Kind, Phrasebook, Reading
from agent.direct.recounting import is_recounting
from agent.direct.since import time_last
from agent.direct.spotting import has_name, retold
from agent.direct.turning import asks_twice
from agent.direct.wordbook import Wordbook
from agent.direct.wording import mend, tidy
from agent.library import Library
from agent.state import Recalled, State
from agent.untrusted import cut
from knowledge import Filters, Found, Names, Searcher
from knowledge.values import TABLES

SEARCHED = 10
MOST_NODES = 12
MOST_NAMED = 6
_SHORT_WORDS = 7
"""A question of fewer words in a thread is about what was asked before."""
_LONGEST_QUERY = 1_500
_GOES_ON = re.compile(r"\s*(?:and|or|plus|also)\b(?=[^?]{1,80}\??\s*$)", re.IGNORECASE)
"""Who begins so and says a name asks of it what was asked before."""

_NOT_RETOLD: Mapping[bool, frozenset[Kind]] = {
    False: frozenset({"choice", "several"}),
    True: frozenset({"choice", "several", "changes"}),
}
"""What a question told otherwise is not read as; of names that were only said, figures may be asked in these words."""


def read_question(
    text: str, phrasebook: Phrasebook, wordbook: Wordbook, names: Names | None = None
) -> tuple[Reading, ...]:
    """The lookups that a question may be, likeliest first; those with slips in its words mended come last.

    Args: names: what nodes are called, so that a name said in words is read like one that is written.
    """
    words = tidy(text)
    readings = list(phrasebook.read(words))
    timely = time_last(tidy(text, keep_times=True))
    if timely != words:
        readings[:0] = [reading for reading in phrasebook.read(timely) if reading.kind == "changes"]
    mended = mend(words)
    if mended != words:
        readings += [reading for reading in phrasebook.read(mended) if reading.firm]
    if _GOES_ON.match(text):
        readings.append(Reading(kind="same", about=words, tone="loose"))
    is_one = not asks_twice(words)
    if is_one:
        readings += wordbook.read(words) if mended == words else [*wordbook.read(words), *wordbook.read(mended)]
    if is_one and names is not None:
        readings += _read_retold(mended, names, phrasebook, wordbook)
    readings.sort(key=lambda reading: not is_recounting(reading.kind))  # "that" is the last answer before it is a node
    return tuple(dict.fromkeys(readings))


def _read_retold(words: str, names: Names, phrasebook: Phrasebook, wordbook: Wordbook) -> Iterator[Reading]:
    """What is read once the names are written out and the part that asks stands alone: it counts only with a name."""
    for told in retold(words, names):
        of_words = wordbook.read_spoken if told.is_spoken else wordbook.read
        found = [*phrasebook.read_whole(told.asked), *of_words(told.asked)]
        yield from (
            replace(each, tone="hint", setting=told.setting or each.setting)
            for each in found
            if (has_name(each.about) or (told.setting and is_pronoun(each.about)))
            and each.tone != "bare"
            and each.kind not in _NOT_RETOLD[told.is_spoken]
        )


async def recall(text: str, state: State, names: Names, readings: Sequence[Reading], library: Library) -> Recalled:
    """The nodes that the question is likely about: those it names, the thread's, those that a search finds."""
    query, only, likes = _query(text, state, readings)
    found = await library.searcher.search(query, limit=SEARCHED, only=only, likes=likes)
    of_itself = await _of_itself(text, query, found, library.searcher)
    ids = [summary.unique_id for summary in names.mentioned(text)[:MOST_NAMED]]
    focus = state.get("focus", [])
    searched = [hit.unique_id for hit in found.hits]
    ordered = dict.fromkeys([*(each for each in ids if each in searched), *focus[:2], *searched, *ids])
    wanted = list(ordered)[:MOST_NODES]
    nodes = await library.catalog.nodes(wanted)
    return Recalled(
        nodes=tuple(nodes),
        hits={hit.unique_id: hit for hit in found.hits},
        health=await library.catalog.health([node.unique_id for node in nodes]) if nodes else {},
        known_at=library.known_at(),
        adapter=await library.catalog.adapter(),
        unheard=of_itself.unheard,
        is_nothing=of_itself.is_nothing and not ids,
    )


async def _of_itself(text: str, query: str, found: Found, searcher: Searcher) -> Found:
    """What a search says of the question alone: what a thread adds to the query is not asked now."""
    if query in text:
        return found
    if not any(said in text for said in found.unheard):
        return Found()
    return await searcher.search(text, limit=1)


def _query(text: str, state: State, readings: Sequence[Reading]) -> tuple[str, Filters, Filters]:
    """What to search for, what alone is wanted, and what rather."""
    for reading in readings:
        if reading.kind == "choice":
            kinds = kinds_of(reading.noun)
            only = Filters() if set(kinds) & TABLES else Filters(kinds=kinds)
            return reading.about, only, Filters(layers=layers_of(reading.noun))
    if len(text.split()) >= _SHORT_WORDS:
        return cut(text, _LONGEST_QUERY), Filters(), Filters()
    before = [message for message in state.get("messages", []) if isinstance(message, HumanMessage)]
    return cut(f"{before[-1].text} {text}" if before else text, _LONGEST_QUERY), Filters(), Filters()
