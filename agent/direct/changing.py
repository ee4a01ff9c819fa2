"""What changed, in the project or about one node, from what refreshes have recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from rapidfuzz.distance import OSA

from agent.changes import BECAME, count_up, lines_by_sort, share_out, told_of_node
from agent.direct.naming import is_pronoun, kinds_of, read_name
from agent.direct.phrasebook import Reading
from agent.direct.since import Period, read_period
from agent.direct.subject import Finder, Missing, Subject
from agent.draft import Draft
from agent.library import Library
from agent.shown import bullets, code, node_code
from agent.trust import moment
from knowledge import Names
from knowledge.values import Change, Kind, What

MOST_LINES = 10
_READ = 200
"""Changes that are read of each sort, and of one node."""
_LIKE = 0.75
"""How alike a misspelt name must be, as for names elsewhere."""
_SORTS: Mapping[str, What] = {
    **dict.fromkeys(("added", "created", "introduced", "new"), "added"),
    **dict.fromkeys(("removed", "deleted", "dropped", "gone"), "removed"),
    "renamed": "renamed",
    **dict.fromkeys(("broke", "break", "broken"), "broke"),
    **dict.fromkeys(("recovered", "recover", "fixed"), "recovered"),
}
_NOT: Mapping[What, str] = {
    "removed": "was not removed",
    "broke": "has not broken",
    "recovered": "has not recovered",
    "renamed": "was not renamed",
    "changed": "has not changed",
    "added": "was not added",
}
_PARTS = {"column": "column", "field": "column", "test": "test"}
_KINDS_OF_FIGURES = frozenset[Kind]({"metric", "semantic_model", "saved_query"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which changes a question is about."""

    period: Period | None = None
    sort: What | None = None
    """What became of the nodes, or of the parts of them that are wanted; None: anything."""
    noun: str = ""
    part: str = ""
    """``column`` or ``test``, when only those are wanted."""

    def takes(self, change: Change) -> bool:
        """Whether the question is about that change too."""
        if not self.part:
            return self.sort is None or change.what == self.sort
        return change.what == "changed" and change.field == self.part and self.sort in {None, _sort_of_part(change)}


def read_wanted(reading: Reading, now: datetime) -> Wanted | None:
    """What is asked; None when a time is said that cannot be understood."""
    period = read_period(reading.when, now) if reading.when else None
    if reading.when and period is None:
        return None
    noun = reading.noun.removeprefix("dbt ").removesuffix("s")
    return Wanted(period=period, sort=_SORTS.get(reading.verb), noun=noun, part=_PARTS.get(noun, ""))


async def find_changed(reading: Reading, finder: Finder) -> Subject | Missing | None:
    """The node or column that is asked about; None when the words may mean the data.

    "What changed in revenue?" asks for figures, unless a table is called exactly so, or revenue is called a metric.
    """
    if is_pronoun(reading.about):
        found = await finder.find(reading)
        return found if isinstance(found, Subject) else None
    named = read_name(reading.about)
    found = await finder.find(replace(reading, tone="loose"))
    if found is None and named is not None and named.is_plain and not named.article:
        found = await finder.find(reading)
        if not isinstance(found, Subject) or not all(_is_slip(said, meant) for said, meant in found.took):
            return None
    if isinstance(found, Subject) and found.node.kind in _KINDS_OF_FIGURES and (named is None or named.is_plain):
        return None
    return found if isinstance(found, Subject) or (isinstance(found, Missing) and found.sure) else None


async def tell_project(wanted: Wanted, library: Library) -> Draft:
    """What changed in the whole project."""
    period = wanted.period or read_period("recently", library.now())
    if period is None:
        raise AssertionError("recently is a time")
    kinds = () if wanted.part else kinds_of(wanted.noun)
    found = await library.catalog.history.since(period.since, until=period.until, kinds=kinds, limit=_READ)
    changes = [change for change in found.changes if wanted.takes(change)]
    notices = await _notices(period, library, nothing=not changes)
    if not changes:
        return Draft(text=f"{_nothing(wanted)} {period.words}.", notices=notices, kind="changes")
    lines = lines_by_sort(changes)
    if wanted.part:
        sorts: list[What] = [_sort_of_part(change) for change in changes]
        parts: dict[What, int] = {sort: sorts.count(sort) for sort in sorts}
        head, more = count_up(parts, wanted.part), sum(map(len, lines.values()))
    else:
        nodes: dict[What, int] = {what: found.nodes[what] for what in lines}
        head, more = count_up(nodes, wanted.noun or "node"), sum(nodes.values())
    shown = share_out(lines, MOST_LINES)
    text = f"{_raised(period.words)}: {head}.\n{bullets(shown)}"
    text += f"\n- … and {more - len(shown)} more" if more > len(shown) else ""
    there = await library.catalog.summaries([change.unique_id for change in changes])
    return Draft(text=text, nodes=tuple(each.unique_id for each in there), notices=notices, kind="changes")


async def tell_node(subject: Subject, wanted: Wanted, library: Library) -> Draft:
    """What changed about one node, or one of its columns."""
    node, column = subject.node, subject.column
    name = node_code(node) if column is None else f"`{node_code(node).strip('`')}.{code(column.name).strip('`')}`"
    text, notices = await _tell_one(node.unique_id, name, wanted, library, column.name if column else None)
    return Draft(
        text=text, nodes=(node.unique_id,), chosen=(node.unique_id,), at_hand=(node,), notices=notices, kind="changes"
    )


async def tell_gone(about: str, wanted: Wanted, names: Names, library: Library) -> Draft | None:
    """What became of a node that the catalog does not have any more under that name; None when it never had."""
    named = read_name(about)
    if named is None or names.exact(named.name):
        return None
    if (unique_id := await library.catalog.history.named(named.name)) is None:
        return None
    text, notices = await _tell_one(unique_id, code(named.name), wanted, library, None)
    return Draft(text=text, notices=notices, kind="changes")


async def _tell_one(
    unique_id: str, name: str, wanted: Wanted, library: Library, column: str | None
) -> tuple[str, tuple[str, ...]]:
    """The answer and its notices."""

    async def of_node(since: datetime | None, until: datetime | None) -> list[Change]:
        found = await library.catalog.history.of_node([unique_id], since, until=until, limit=_READ)
        return [change for change in found if wanted.takes(change) and (column is None or _is_about(change, column))]

    period, now = wanted.period, library.now()
    if changes := await of_node(period and period.since, period and period.until):
        return _told_of_one(name, changes, period, now), await _notices(period, library, nothing=False)
    text = f"{name} {_NOT[wanted.sort or 'changed']}{f' {period.words}' if period else ', as far as I have seen'}."
    if period and (before := await of_node(None, period.since)):
        text += f" {_told_of_one('Before that, it', before[:1], None, now)}"
    return text, await _notices(period, library, nothing=True)


def _told_of_one(name: str, changes: Sequence[Change], period: Period | None, now: datetime) -> str:
    last = changes[0].changed_at or now
    moments = [(at or now, list(group)) for at, group in groupby(changes, key=lambda change: change.changed_at)]
    if len(changes) == 1 and changes[0].what in {"removed", "added"}:
        return f"{name} was {changes[0].what} {moment(last, now)}."
    if len(moments) == 1:
        return f"{name} changed {moment(last, now)}: {told_of_node(changes)}."
    words = f" {period.words}" if period else ""
    lines = [f"{at:%Y-%m-%d %H:%M} UTC: {told_of_node(group)}" for at, group in moments]
    return f"{name} changed {len(moments)} times{words}, the last time {moment(last, now)}:\n" + bullets(
        lines, limit=MOST_LINES
    )


async def _notices(period: Period | None, library: Library, *, nothing: bool) -> tuple[str, ...]:
    """Since when there are changes to know of, where that matters."""
    watched = await library.catalog.history.watched_since()
    if watched is None:
        return ("I have not read the project yet, so I cannot know of changes.",)
    if nothing or (period is not None and period.since < watched):
        return (f"I have been watching since {watched:%Y-%m-%d %H:%M} UTC.",)
    return ()


def _nothing(wanted: Wanted) -> str:
    verb = BECAME[wanted.sort or "changed"][0]
    return f"No {wanted.noun} {verb}" if wanted.noun else f"Nothing {verb}"


def _sort_of_part(change: Change) -> What:
    if change.before and change.after:
        return "renamed"
    return "added" if change.after else "removed"


def _is_about(change: Change, column: str) -> bool:
    key = column.lower()
    if change.field in {"test", "test severity"}:
        return (change.item or "").lower().endswith(f"({key})")
    names = {change.item, change.before} if change.field == "column" else {change.item}
    return (change.field or "").startswith("column") and key in {name.lower() for name in names if name}


def _is_slip(said: str, meant: str) -> bool:
    """Whether somebody who wrote ``said`` meant that name; an ordinary word in the singular means the thing."""
    one, other = said.lower(), meant.lower()
    return one.removesuffix("s") != other.removesuffix("s") and OSA.normalized_similarity(one, other) >= _LIKE


def _raised(words: str) -> str:
    return words[:1].upper() + words[1:]
