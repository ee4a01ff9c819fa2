"""Whether one node is built from another, and by way of what: "does X use Y?", "is X downstream of Y?"."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.direct.column_lineage import WHY_NOT, step_name
from agent.direct.lineage import MOST_STEPS
from agent.direct.naming import is_pronoun, read_name
from agent.direct.phrasebook import Reading
from agent.direct.subject import Finder, Missing, Subject
from agent.draft import Draft
from agent.library import Library
from agent.shown import column_code, node_code, summary_code
from knowledge.column_lineage.lineage import ColumnStep
from knowledge.values import TABLES, LineageStep

_DIRECT = 2
"""Names on the way where nothing lies between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """How one thing leads to another."""

    names: tuple[str, ...]
    """In code style, from the beginning to the end."""
    nodes: tuple[str, ...]
    """unique_ids of those of them that may be known."""


async def tell_connection(reading: Reading, finder: Finder, library: Library) -> Draft | Missing | None:
    """Yes or no, with the way there; None when the words need not name two nodes."""
    lower = await _find(reading, reading.about, finder)
    upper = await _find(reading, reading.other, finder)
    if not isinstance(lower, Subject) or not isinstance(upper, Subject):
        missing = [each for each in (lower, upper) if isinstance(each, Missing) and each.sure]
        is_one_there = isinstance(lower, Subject) or isinstance(upper, Subject)
        return missing[0] if missing and is_one_there else None
    if lower.node.unique_id == upper.node.unique_id or not (reading.firm or _is_named(reading)):
        return None
    text, way = await _told(lower, upper, library, is_open=reading.kind == "between")
    ids = dict.fromkeys([lower.node.unique_id, upper.node.unique_id, *(way.nodes if way else ())])
    took = tuple(f"I took `{said}` as `{meant}`." for said, meant in (*lower.took, *upper.took))
    return Draft(
        text=text,
        nodes=tuple(ids),
        chosen=(lower.node.unique_id,),
        at_hand=(lower.node, upper.node),
        notices=took,
        kind=reading.kind,
    )


async def _find(reading: Reading, said: str, finder: Finder) -> Subject | Missing | None:
    """The node or column that the words name, surely."""
    found = await finder.find(replace(reading, about=said, tone="loose"))
    if found is None and read_name(said) is not None:
        found = await finder.find(replace(reading, about=said, tone="firm"))
    return found if isinstance(found, Subject | Missing) else None


def _is_named(reading: Reading) -> bool:
    """Whether one of the two is no ordinary word: "do orders use vouchers" asks about the things."""
    named = [read_name(each) for each in (reading.about, reading.other)]
    return any(
        each is not None and (not each.is_plain or (" " in each.said and not each.article)) for each in named
    ) or any(map(is_pronoun, (reading.about, reading.other)))


async def _told(lower: Subject, upper: Subject, library: Library, *, is_open: bool) -> tuple[str, _Way | None]:
    """Args: is_open: nobody said which of the two is made from the other."""
    doubt = await _doubt(lower, upper, library)
    if way := await _way(lower, upper, library):
        return f"Yes: {_sentence(lower, upper, way)}{doubt}", way
    if way := await _way(upper, lower, library):
        begin = "Yes" if is_open else "No, it is the other way round"
        return f"{begin}: {_sentence(upper, lower, way)}", way
    if is_open:
        return f"No: neither {_name(lower)} nor {_name(upper)} is built from the other.{doubt}", None
    return f"No: {_name(lower)} does not rest on {_name(upper)}, directly or through others.{doubt}", None


def _sentence(lower: Subject, upper: Subject, way: _Way) -> str:
    is_direct = len(way.names) <= _DIRECT
    verb, joint = ("is built", "from") if lower.node.kind in TABLES else ("rests", "on")
    by_way_of = "" if is_direct else f": {' → '.join(way.names)}"
    return f"{_name(lower)} {verb}{' directly' if is_direct else ''} {joint} {_name(upper)}{by_way_of}."


async def _way(lower: Subject, upper: Subject, library: Library) -> _Way | None:
    """From the upper to the lower one, the shortest."""
    if lower.column is not None and await _is_read(lower, library):
        steps = await library.catalog.columns.follow(lower.node.unique_id, lower.column.name, "upstream")
        return _shortest(steps, _column_place(steps, upper))
    if upper.column is not None and await _is_read(upper, library):
        steps = await library.catalog.columns.follow(upper.node.unique_id, upper.column.name, "downstream")
        way = _shortest(steps, _column_place(steps, lower))
        return _Way(names=way.names[::-1], nodes=way.nodes) if way else None
    start = _Way(names=(node_code(lower.node),), nodes=(lower.node.unique_id,))
    return _between(await _steps(lower, library), upper.node.unique_id, start)


async def _steps(lower: Subject, library: Library) -> list[LineageStep]:
    return await library.catalog.lineage(lower.node.unique_id, "upstream", depth=None, limit=MOST_STEPS)


def _between(steps: Sequence[LineageStep], wanted: str, start: _Way) -> _Way | None:
    place = next((at for at, step in enumerate(steps, 1) if step.node and step.node.unique_id == wanted), 0)
    if not place:
        return None
    names: list[str] = []
    nodes: list[str] = []
    while place:
        step = steps[place - 1]
        names.append(summary_code(step.node) if step.node else "something hidden")
        nodes += [step.node.unique_id] if step.node else []
        place = step.nearer[0] if step.nearer else 0
    return _Way(names=(*names, *start.names), nodes=tuple(nodes))


def _column_place(steps: Sequence[ColumnStep], wanted: Subject) -> int:
    """Where in a column's lineage the node stands, with its column if one is meant; 0 where it does not."""
    column = wanted.column.name.lower() if wanted.column else None
    return next(
        (
            place
            for place, step in enumerate(steps)
            if place
            and step.node
            and step.node.unique_id == wanted.node.unique_id
            and (column is None or (step.column or "").lower() == column)
        ),
        0,
    )


def _shortest(steps: Sequence[ColumnStep], place: int) -> _Way | None:
    if not place:
        return None
    taken = [steps[place]]
    while taken[-1].nearer:
        taken.append(steps[taken[-1].nearer[0]])
    names = tuple(map(step_name, taken))
    return _Way(names=names, nodes=tuple(step.node.unique_id for step in taken if step.node))


async def _is_read(subject: Subject, library: Library) -> bool:
    return await library.catalog.columns.state(subject.node.unique_id) not in WHY_NOT


async def _doubt(lower: Subject, upper: Subject, library: Library) -> str:
    """That it is known by model only where a column was named."""
    if lower.column is not None:
        is_known = await _is_read(lower, library)
    elif upper.column is not None:
        unread = await library.catalog.columns.unread_children(upper.node.unique_id, upper.column.name)
        is_known = await _is_read(upper, library) and not unread
    else:
        is_known = True
    return "" if is_known else " I know that by model only, not by column."


def _name(subject: Subject) -> str:
    return column_code(subject.node, subject.column.name) if subject.column else node_code(subject.node)
