"""Answers a question from the catalog alone when that settles it; otherwise says that it is no lookup."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from agent.direct.broken import tell_broken
from agent.direct.changing import tell_column, tell_gone, tell_node, tell_project
from agent.direct.choosing import choose
from agent.direct.column_lineage import origin_in_short, tell_origin
from agent.direct.column_use import tell_both, tell_use
from agent.direct.connecting import tell_connection
from agent.direct.deprecating import list_deprecated, tell_deprecation, tell_successor
from agent.direct.describing import (
    describe,
    describe_column,
    describe_everywhere,
    list_columns,
    list_having,
    tell_owner,
)
from agent.direct.families import list_family
from agent.direct.fate import Former, find_dropped, find_former, say_gone, say_renamed, with_fate
from agent.direct.grain import tell_grain
from agent.direct.health import tell_health, tell_tests
from agent.direct.inventory import tell_inventory
from agent.direct.late import tell_late
from agent.direct.lineage import tell_dashboards, tell_downstream, tell_lineage, tell_upstream
from agent.direct.linking import tell_link
from agent.direct.naming import is_pronoun, read_name
from agent.direct.particulars import PARTICULARS, tell_particular
from agent.direct.phrasebook import Kind, Reading
from agent.direct.placing import tell_place
from agent.direct.recounting import Recounted, is_recounting, recount
from agent.direct.subject import Everywhere, Finder, Found, Missing, Subject
from agent.direct.target import find_changed, may_be_data
from agent.direct.timing import tell_timing
from agent.direct.wanting import Wanted, read_area, read_wanted
from agent.draft import Draft
from agent.library import Library
from agent.shown import code, listed, node_code, summary_code, what_it_is
from agent.state import Recalled
from agent.untrusted import one_line
from knowledge.values import TABLES, Column, Node

T = TypeVar("T")

_OF_WHOLE_NODES = frozenset[Kind]({"place", "access", "file", "version", "timing", "deprecated", "replaced"})
"""What columns have none of."""
_MARKS_WITHIN = re.compile(r"[,;:!?] ")

_WHICH = Draft(text="Which one do you mean? Please ask again with its name.", refused=True, is_question=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct:
    """One question's way to an answer without a model."""

    library: Library
    finder: Finder
    recalled: Recalled | None
    asked_before: Kind | None
    told: Recounted | None = None
    """What the thread's last answer rested on."""
    has_model: bool = False
    link_hosts: Sequence[str] = ()

    async def answer(self, readings: Sequence[Reading]) -> Draft | Missing | None:
        """The first reading that holds; else the name that is missing for it; None when it is no lookup."""
        missing: Missing | None = None
        for reading in readings:
            if missing is not None and missing.is_plainly_said and not reading.firm:
                continue
            found = await self._answer(reading)
            if isinstance(found, Draft):
                return found
            missing = missing or found
        return await with_fate(missing, self.library) if missing else None

    async def _answer(self, reading: Reading) -> Draft | Missing | None:
        if reading.kind == "choice":
            return self._choose(reading)
        if reading.kind == "having":
            return await self._having(reading)
        kind = self.asked_before if reading.kind == "same" else reading.kind
        if kind is None:
            return None
        if is_recounting(kind):
            return await self._recount(kind)
        if kind == "broken":
            return await tell_broken(reading, self.library)
        if kind == "late":
            return await tell_late(reading, self.library)
        if kind == "changes":
            return await self._changes(reading)
        if kind == "several":
            return await self._several(reading)
        if kind == "inventory":
            return tell_inventory(reading, self.finder.names)
        if kind in {"rests", "between"}:
            return await tell_connection(reading, self.finder, self.library) if reading.other else None
        if kind == "deprecated" and not reading.about:
            return await list_deprecated(reading, self.finder.names, self.library)
        if (former := await find_former(reading, self.finder.names, self.library)) is not None:
            return await self._former(former)
        found = await self._find(reading)
        if found is None and reading.firm and not reading.setting and is_pronoun(reading.about):
            return _WHICH
        if isinstance(found, Missing):
            return found if _is_worth_saying(found, reading) else None
        draft = await self._tell(kind, found) if kind != "family" else _family(found, reading.other)
        return replace(with_notices(draft, found), column=_column_of(found)) if draft is not None else None

    async def _find(self, reading: Reading) -> Found:
        """What the reading names; where it only points, what is named beside it comes before the thread's."""
        if reading.setting and is_pronoun(reading.about):
            return await self.finder.find_last(reading) or await self.finder.find(reading)
        return await self.finder.find(reading)

    def _choose(self, reading: Reading) -> Draft | None:
        """What the search alone can choose; what is not certain is left to a model that is there."""
        draft = choose(reading.about, self.recalled, noun=reading.noun) if self.recalled else None
        return None if draft is not None and self.has_model and not draft.sure else draft

    async def _several(self, reading: Reading) -> Draft | None:
        """The answers to several questions in one; None unless all have one.

        What the later ones call "it" is what the first is about.
        """
        first = await self.answer(reading.parts[0])
        if not isinstance(first, Draft) or first.refused:
            return None
        way = replace(self, finder=replace(self.finder, focus=first.chosen or self.finder.focus))
        drafts = [first]
        for part in reading.parts[1:]:
            found = await way.answer([each for each in part if each.about])
            if not isinstance(found, Draft) or found.refused:
                return None
            drafts.append(found)
        return joined(drafts)

    async def _former(self, former: Former) -> Draft | Missing | None:
        if former.reading is None:
            return say_gone(former)
        found = await self._answer(former.reading)
        return say_renamed(found, former) if isinstance(found, Draft) else found

    async def _recount(self, kind: Kind) -> Draft | None:
        """What the last answer rested on, unless something of it is no longer there, or hidden by now."""
        if not self.told:
            return None
        nodes = self.told["nodes"]
        is_there = len(await self.library.catalog.summaries(nodes)) == len(nodes)
        return recount(kind, self.told, may_ask_model=self.has_model) if is_there else None

    async def _having(self, reading: Reading) -> Draft | Missing | None:
        named = read_name(reading.about)
        if named is None or not (reading.firm or named.written):
            return None
        column = replace(named, noun="column")
        found = await self.finder.find_column(column)
        return with_notices(list_having(found), found) if isinstance(found, Everywhere) else found

    async def _changes(self, reading: Reading) -> Draft | Missing | None:
        wanted = read_wanted(reading, self.library.now())
        if not reading.about:
            return not_understood(reading.when) if wanted is None else await tell_project(wanted, self.library)
        area = None if self.finder.names.exact(reading.about) else read_area(reading.about)
        if area is not None and wanted is not None:
            wanted = replace(wanted, noun=area.noun, kinds=area.kinds, layers=area.layers)
            return await tell_project(wanted, self.library)
        if may_be_data(reading):
            return None
        former = await find_former(reading, self.finder.names, self.library)
        if former is not None and former.reading is not None:
            return await self._former(former)
        found = None if former is not None else await find_changed(reading, self.finder)
        if found is None and (quoted := await find_dropped(reading, self.library)) is not None:
            found = await find_changed(quoted, self.finder)
        if wanted is None:
            return not_understood(reading.when) if isinstance(found, Subject) else None
        return await self._changes_of(found, reading.about, wanted)

    async def _changes_of(
        self, found: Subject | Everywhere | Missing | None, about: str, wanted: Wanted
    ) -> Draft | Missing | None:
        if isinstance(found, Subject):
            return with_notices(await tell_node(found, wanted, self.library), found)
        if isinstance(found, Everywhere):
            return await tell_column(found, wanted, self.library)
        if is_pronoun(about):
            return _WHICH
        return await tell_gone(about, wanted, self.finder.names, self.library) or found

    async def _tell(self, kind: Kind, found: Found) -> Draft | None:
        if isinstance(found, Everywhere):
            return await self._tell_everywhere(kind, found)
        if not isinstance(found, Subject):
            return None
        match kind:
            case "columns" if found.column is None:
                return list_columns(found)
            case "place" if found.column is None:
                return tell_place(found)
            case "owner":
                return tell_owner(found)
            case "link":
                return tell_link(found, self.link_hosts)
            case "health":
                return await tell_health(found, self.library)
            case "tests":
                return await tell_tests(found, self.library)
            case "grain":
                return await tell_grain(found, self.library)
            case _ if kind in _OF_WHOLE_NODES and found.column is not None:
                return None
            case "timing":
                return await tell_timing(found, self.library)
            case _ if kind in PARTICULARS:
                return tell_particular(kind, found)
            case "deprecated":
                return await tell_deprecation(found, self.library)
            case "replaced":
                return await tell_successor(found, self.finder.names, self.library)
            case "dashboards" if found.column is None:
                return await tell_dashboards(found, self.library)
            case "computed" if found.column is None and found.node.kind not in TABLES:
                return describe(found)
            case "lineage" if found.column is not None:
                return await tell_both(found, found.column, self.library)
            case "upstream" | "computed" if found.column is not None:
                return await tell_origin(found, found.column, self.library)
            case "downstream" | "dashboards" if found.column is not None:
                return await tell_use(found, found.column, self.library)
            case "upstream" | "computed":
                return await tell_upstream(found, self.library)
            case "downstream":
                return await tell_downstream(found, self.library)
            case "lineage":
                return await tell_lineage(found, self.library)
            case _ if found.column is not None:
                return await self._describe_column(found, found.column)
            case _:
                return describe(found)

    async def _describe_column(self, subject: Subject, column: Column) -> Draft:
        """What it means; where nobody has written that down, how it is computed."""
        if column.description.strip():
            return describe_column(subject, column)
        origin = await origin_in_short(subject, column, self.library)
        return describe_column(subject, column, await self.library.catalog.columns_named(column.name), origin=origin)

    async def _tell_everywhere(self, kind: Kind, found: Everywhere) -> Draft | None:
        """A column that was named without a node: its lineage is that of the most important one."""
        if kind == "describe":
            return describe_everywhere(found)
        if kind not in {"upstream", "downstream", "computed", "lineage"} or "_" not in found.column:
            return None
        (summary, column), *others = found.places
        [node] = await self.library.catalog.nodes([summary.unique_id]) or [None]
        draft = await self._tell(kind, Subject(node=node, column=column, took=found.took)) if node else None
        if draft is None or not others:
            return draft
        also = listed([summary_code(each) for each, _ in others], limit=4)
        return replace(draft, notices=(*draft.notices, f"{code(column.name)} is also a column of {also}."))


def joined(drafts: Sequence[Draft]) -> Draft:
    """One answer of several: their texts one beneath the other, and all that they rest on, the first's before."""

    def together(each: Callable[[Draft], Iterable[T]]) -> tuple[T, ...]:
        return tuple(dict.fromkeys(item for draft in drafts for item in each(draft)))

    return replace(
        drafts[0],
        text="\n".join(dict.fromkeys(draft.text for draft in drafts)),
        nodes=together(lambda draft: draft.nodes),
        chosen=together(lambda draft: draft.chosen),
        notices=together(lambda draft: draft.notices),
        at_hand=tuple(node for draft in drafts for node in draft.at_hand),
        sure=all(draft.sure for draft in drafts),
        graph=next((draft.graph for draft in drafts if draft.graph), None),
        sql=next((draft.sql for draft in drafts if draft.sql), None),
    )


def _is_worth_saying(missing: Missing, reading: Reading) -> bool:
    """Whether the words must have been meant as a name: not where they hold marks, which no name does."""
    if reading.firm and not reading.setting:
        return not _MARKS_WITHIN.search(missing.said)
    return missing.sure and reading.tone != "hint"


def _family(found: Found, wanted: str) -> Draft | None:
    return list_family(found, wanted) if isinstance(found, Subject) and found.column is None else None


def _column_of(found: Found) -> str:
    if isinstance(found, Everywhere):
        return found.column
    return found.column.name if isinstance(found, Subject) and found.column is not None else ""


def with_notices(draft: Draft, found: Found) -> Draft:
    """The same, saying which misspelt name was taken as which, and who else is called so."""
    notices = list(draft.notices)
    if isinstance(found, Subject | Everywhere):
        notices += [f"I took {code(said)} as {code(meant)}." for said, meant in found.took]
    if isinstance(found, Subject):
        same = [each for each in found.namesakes if each.kind == found.node.kind and each.is_latest]
        if same:
            draft = replace(draft, text=_with_package(draft.text, found.node))
            others = listed([f"{summary_code(each)} ({each.package})" for each in same], limit=3)
            notices.append(f"Another {what_it_is(found.node)} of that name: {others}.")
        if found.said and (other := next((each for each in found.namesakes if each.kind != found.node.kind), None)):
            notices.append(f"{code(found.said)} is also the {what_it_is(other)} {summary_code(other)}.")
    return replace(draft, notices=tuple(notices))


def _with_package(text: str, node: Node) -> str:
    """The same, saying at the node's first name which of its namesakes it is."""
    name, package = node_code(node), one_line(node.package)
    in_brackets = text.replace(f"{name} (", f"{name} ({package}, ", 1)
    return in_brackets if in_brackets != text else text.replace(name, f"{name} ({package})", 1)


def say_missing(missing: Missing) -> Draft:
    """An honest "there is no such thing", with the nearest names."""
    fate = f" {missing.fate}" if missing.fate else ""
    near = f" The nearest are {listed([code(name) for name in missing.nearest])}." if missing.nearest else ""
    if len(missing.nearest) == 1:
        near = f" The nearest is {code(missing.nearest[0])}."
    if missing.within is None:
        text = f"There is no {code(missing.said)} in the catalog.{fate}{near}"
        return Draft(text=text, nodes=missing.nodes, refused=True)
    node = missing.within
    verb = "has" if node.columns_known else "documents"
    return Draft(
        text=f"{node_code(node)} {verb} no column {code(missing.said)}.{fate}{near}",
        nodes=(node.unique_id,),
        refused=True,
    )


def not_understood(when: str) -> Draft:
    """That the time in an otherwise clear question means nothing."""
    return Draft(
        text=f"I do not understand the time {code(when)}. Say for example “since Monday”, “yesterday”, "
        "“in the last 3 days” or “since 2026-11-20”.",
        refused=True,
        is_question=True,
    )
