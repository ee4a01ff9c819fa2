"""What changed, in the project or about one node, from what refreshes have recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from agent.changes import BECAME, count_up, lines_by_sort, share_out, told_of_node
from agent.direct.naming import read_name
from agent.direct.since import Period, read_period
from agent.direct.subject import Everywhere, Subject
from agent.direct.wanting import Wanted, sort_of_part
from agent.draft import Draft
from agent.library import Library
from agent.shown import bullets, code, column_code, count, listed, node_code
from agent.trust import moment
from knowledge import Names
from knowledge.values import Change, What

MOST_LINES = 10
_READ = 200
"""Changes that are read of each sort, and of one node."""
_NOT: Mapping[What, str] = {
    "removed": "was not removed",
    "broke": "has not broken",
    "recovered": "has not recovered",
    "renamed": "was not renamed",
    "changed": "has not changed",
    "added": "was not added",
}


async def tell_project(wanted: Wanted, library: Library) -> Draft:
    """What changed in the whole project, or in a part of it."""
    period = wanted.period or read_period("recently", library.now())
    if period is None:
        raise AssertionError("recently is a time")
    found = await library.catalog.history.since(
        period.since, until=period.until, kinds=wanted.kinds, layers=wanted.layers, limit=_READ
    )
    changes = [change for change in found.changes if wanted.takes(change)]
    besides = _besides(wanted, found.nodes)
    if not changes:
        said, notices = await _say_nothing(_nothing(wanted), period, library)
        return Draft(text=said + besides, notices=notices, kind="changes")
    text = f"{_raised(period.words)}: {_counted(wanted, changes, found.nodes)}{besides}"
    there = await library.catalog.summaries([change.unique_id for change in changes])
    notices = await _notices(period, library, nothing=False)
    return Draft(text=text, nodes=tuple(each.unique_id for each in there), notices=notices, kind="changes")


def _counted(wanted: Wanted, changes: Sequence[Change], nodes: Mapping[What, int]) -> str:
    """How many there are of each sort, and a line for the most important."""
    lines = lines_by_sort(changes)
    if wanted.part and wanted.sort not in {"broke", "recovered"}:
        sorts: list[What] = [sort_of_part(change) for change in changes]
        parts: dict[What, int] = {sort: sorts.count(sort) for sort in sorts}
        head, more = count_up(parts, wanted.part), sum(map(len, lines.values()))
    elif wanted.part:
        tests: dict[What, int] = {what: sum(change.what == what for change in changes) for what in lines}
        head, more = count_up(tests, wanted.part), sum(map(len, lines.values()))
    else:
        told: dict[What, int] = {what: nodes[what] for what in lines}
        head, more = count_up(told, wanted.noun or "node"), sum(told.values())
    shown = share_out(lines, MOST_LINES)
    rest = f"\n- … and {more - len(shown):,} more" if more > len(shown) else ""
    return f"{head}.\n{bullets(shown)}{rest}"


def _besides(wanted: Wanted, nodes: Mapping[What, int]) -> str:
    """What else there is for somebody who asked "what is new?" and may have meant it."""
    others: dict[What, int] = {what: number for what, number in nodes.items() if what != "added"}
    if wanted.sort != "added" or wanted.noun or not others:
        return ""
    return f"\nBesides, {count_up(others, 'node')}: ask “what changed?” for those."


async def tell_node(subject: Subject, wanted: Wanted, library: Library) -> Draft:
    """What changed about one node, or one of its columns."""
    node, column = subject.node, subject.column
    name = node_code(node) if column is None else column_code(node, column.name)
    if column is not None and wanted.sort in {"added", "removed", "renamed"}:
        wanted = replace(wanted, part="column")
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


async def tell_column(found: Everywhere, wanted: Wanted, library: Library) -> Draft | None:
    """Where a column was dropped or renamed that other nodes still have; None when that is not asked."""
    if wanted.sort not in {"removed", "renamed"}:
        return None
    changes = await library.catalog.history.of_column(found.column)
    period, name = wanted.period, code(found.column)
    told = [each for each in changes if sort_of_part(each) == wanted.sort and (not period or _is_in(each, period))]
    still = f"{count(len(found.places), 'node')} {'has' if len(found.places) == 1 else 'have'} it"
    if not told:
        when = f" {period.words}" if period else ", as far as I have seen"
        return Draft(text=f"{name} {_NOT[wanted.sort]}{when}: {still}.", kind="changes")
    lines = [f"{code(each.name)} {moment(each.changed_at or library.now(), library.now())}" for each in told]
    verb = "dropped from" if wanted.sort == "removed" else "renamed in"
    return Draft(text=f"{name} was {verb} {listed(lines)}; {still}.", kind="changes")


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
    said = _not(wanted, name, column)
    if period is None:
        return f"{said}, as far as I have seen.", await _notices(period, library, nothing=True)
    text, notices = await _say_nothing(said, period, library)
    if before := await of_node(None, period.since):
        text += f" {_told_of_one('Before that, it', before[:1], None, now)}"
    return text, notices


def _told_of_one(name: str, changes: Sequence[Change], period: Period | None, now: datetime) -> str:
    last = changes[0].changed_at or now
    moments = [(at or now, list(group)) for at, group in groupby(changes, key=lambda change: change.changed_at)]
    if len(changes) == 1 and changes[0].what in {"removed", "added"}:
        return f"{name} was {changes[0].what} {moment(last, now)}."
    whats = {change.what for change in changes}
    if len(moments) == 1:
        verb = changes[0].what if whats in ({"broke"}, {"recovered"}) else "changed"
        return f"{name} {verb} {moment(last, now)}: {told_of_node(changes)}."
    words = f" {period.words}" if period else ""
    lines = [f"{at:%Y-%m-%d %H:%M} UTC: {told_of_node(group)}" for at, group in moments]
    return f"{name} changed {len(moments)} times{words}, the last time {moment(last, now)}:\n" + bullets(
        lines, limit=MOST_LINES
    )


async def _say_nothing(said: str, period: Period, library: Library) -> tuple[str, tuple[str, ...]]:
    """That nothing happened, as far as somebody can say who has been watching since then only."""
    watched = await library.catalog.history.watched_since()
    if watched is None or watched <= period.since:
        return f"{said} {period.words}.", await _notices(period, library, nothing=True)
    known = "since then" if period.until is None or period.until > watched else f"{period.words}, as far as I know"
    return f"I have been watching only since {watched:%Y-%m-%d %H:%M} UTC. {said} {known}.", ()


async def _notices(period: Period | None, library: Library, *, nothing: bool) -> tuple[str, ...]:
    """Since when there are changes to know of, where that matters."""
    watched = await library.catalog.history.watched_since()
    if watched is None:
        return ("I have not read the project yet, so I cannot know of changes.",)
    if nothing or (period is not None and period.since < watched):
        return (f"I have been watching since {watched:%Y-%m-%d %H:%M} UTC.",)
    return ()


def _is_in(change: Change, period: Period) -> bool:
    at = change.changed_at
    return at is not None and at >= period.since and (period.until is None or at < period.until)


def _nothing(wanted: Wanted) -> str:
    verb = BECAME[wanted.sort or "changed"][0]
    return f"No {wanted.noun} {verb}" if wanted.noun else f"Nothing {verb}"


def _not(wanted: Wanted, name: str, column: str | None) -> str:
    if wanted.part and column is None:
        return f"No {wanted.part} of {name} {BECAME[wanted.sort or 'changed'][0]}"
    return f"{name} {_NOT[wanted.sort or 'changed']}" + (f" in its {wanted.noun}" if wanted.fields else "")


def _is_about(change: Change, column: str) -> bool:
    key = column.lower()
    if change.field in {"test", "test severity"}:
        return (change.item or "").lower().endswith(f"({key})")
    names = {change.item, change.before} if change.field == "column" else {change.item}
    return (change.field or "").startswith("column") and key in {name.lower() for name in names if name}


def _raised(words: str) -> str:
    return words[:1].upper() + words[1:]
