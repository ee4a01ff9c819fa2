"""What became of a name that the catalog does not have any more: removed, renamed, dropped."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from agent.direct.naming import is_pronoun, read_name, split_column, split_dotted
from agent.direct.phrasebook import Reading
from agent.direct.subject import Missing
from agent.draft import Draft
from agent.library import Library
from agent.shown import code
from agent.trust import moment
from knowledge import Names
from knowledge.values import Change

_READ = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """A node that was called so once."""

    said: str
    reading: Reading | None
    """The same question about what the node is called now; None: it is gone."""
    fate: str
    """What became of it, as a sentence that begins with "It"."""


async def find_former(reading: Reading, names: Names, library: Library) -> Former | None:
    """The node that the question's name meant before; None when the name is known, or never was."""
    for name, column in _named_nodes(reading):
        if names.exact(name) or (not column and names.has_column(name)):
            return None
        if (unique_id := await library.catalog.history.named(name)) is None:
            continue
        changes = await library.catalog.history.of_node([unique_id], limit=_READ)
        there = await library.catalog.summaries([unique_id])
        if not there:
            fate = _told(changes, "removed", library.now())
            return Former(said=name, reading=None, fate=fate) if fate else None
        now_called = changes[0].name if changes else there[0].name
        if fate := _told(changes, "renamed", library.now(), now_called):
            about = f"{column} in `{now_called}`" if column else f"`{now_called}`"
            return Former(said=name, reading=replace(reading, about=about), fate=fate)
    return None


async def find_dropped(reading: Reading, library: Library) -> Reading | None:
    """The same question with an ordinary word marked as the name it was: a column that is gone; None: it never was."""
    pair = split_column(reading.about)
    named = pair[0] if pair else read_name(reading.about)
    if named is None or named.article or not await library.catalog.history.of_column(named.name):
        return None
    return replace(reading, about=f"`{named.name}` in {pair[1].said}" if pair else f"column `{named.name}`")


def say_gone(former: Former) -> Draft:
    """That the node is not there any more, and since when."""
    return Draft(text=f"There is no {code(former.said)} in the catalog any more. {former.fate}", refused=True)


def say_renamed(draft: Draft, former: Former) -> Draft:
    """An answer about the node as it is called now, saying so."""
    return replace(draft, notices=(former.fate.replace("It", code(former.said), 1), *draft.notices))


async def with_fate(missing: Missing, library: Library) -> Missing:
    """The same, with what became of a column that a node, or the whole project, once had."""
    name = missing.said.replace(" ", "_")
    within = [missing.within.unique_id] if missing.within else None
    changes = await library.catalog.history.of_column(name, within)
    if not changes or (missing.within is None and missing.is_node):
        return missing
    last, now = changes[0], library.now()
    at = moment(last.changed_at or now, now)
    it = "It" if missing.within else f"{code(f'{last.name}.{last.before}')}"
    fate = f"{it} is called {code(last.after)} since {at}." if last.after else f"{it} was dropped {at}."
    return replace(missing, fate=fate)


def _named_nodes(reading: Reading) -> list[tuple[str, str]]:
    """Names of nodes that the words may say, each with the column that is said to be in it."""
    if not reading.about or is_pronoun(reading.about):
        return []
    found: list[tuple[str, str]] = []
    named = read_name(reading.about)
    if named is not None and not named.is_column and not (named.is_plain and named.article and not reading.firm):
        found.append((named.name, ""))
    pair = split_column(reading.about) or (split_dotted(named) if named else None)
    if pair is not None and not is_pronoun(pair[1].said):
        found.append((pair[1].name, pair[0].said))
    return found


def _told(changes: Sequence[Change], what: str, now: datetime, name: str = "") -> str:
    last = next((change for change in changes if change.what == what), None)
    if last is None:
        return ""
    at = moment(last.changed_at or now, now)
    return f"It was removed {at}." if what == "removed" else f"It is called {code(name)} since {at}."
