"""What is late right now, in the whole project: sources without new rows, models not built by their own rhythm."""

from agent.direct.naming import kinds_of
from agent.direct.phrasebook import Reading
from agent.draft import Draft
from agent.library import Library
from agent.shown import bullets, count, summary_code, what_it_is
from agent.trust import said_late
from knowledge.values import Kind

_MOST_LINES = 15
_TIMED: tuple[Kind, ...] = ("source", "model", "snapshot")


async def tell_late(reading: Reading, library: Library) -> Draft | None:
    """A line for each node that is late, sources first; None when what is asked for is never late by itself."""
    noun = reading.noun.lower().removeprefix("dbt ").removesuffix("s")
    said = kinds_of(noun)
    kinds: list[Kind] = [kind for kind in _TIMED if not said or kind in said]
    if not kinds:
        return None
    timings = await library.catalog.timings(kinds)
    what = noun if said else "source or model"
    if not any(timing.freshness or timing.builds for timing in timings):
        return Draft(text=f"I cannot tell: no {what} has a freshness check or a run that I know of.", kind="late")
    now, known_at = library.now(), library.known_at()
    late = [(timing.node, fact) for timing in timings if (fact := said_late(timing, now, known_at))]
    if not late:
        return Draft(text=f"No {what} is late right now, as far as I know.", kind="late")
    lines = [f"{summary_code(node)} ({what_it_is(node)}): {fact}" for node, fact in late]
    number = count(len(late), noun if said else "node")
    text = f"{number} {'is' if len(late) == 1 else 'are'} late right now:\n{bullets(lines, limit=_MOST_LINES)}"
    return Draft(text=text, nodes=tuple(node.unique_id for node, _ in late), kind="late")
