"""Answers a question from the catalog alone when that settles it; otherwise says that it is no lookup."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.direct.broken import tell_broken
from agent.direct.changing import tell_column, tell_gone, tell_node, tell_project
from agent.direct.choosing import choose
from agent.direct.connecting import tell_connection
from agent.direct.deprecating import list_deprecated
from agent.direct.describing import list_having
from agent.direct.fate import Former, find_dropped, find_former, say_gone, say_renamed, with_fate
from agent.direct.inventory import tell_inventory
from agent.direct.late import tell_late
from agent.direct.naming import is_pronoun, read_name
from agent.direct.phrasebook import Kind, Reading
from agent.direct.recounting import Recounted, is_recounting, recount
from agent.direct.remarks import joined, not_understood, say_missing, with_notices
from agent.direct.subject import Everywhere, Finder, Found, Missing, Subject
from agent.direct.target import find_changed, may_be_data
from agent.direct.telling import tell_everywhere, tell_subject
from agent.direct.wanting import Wanted, read_area, read_wanted
from agent.draft import Draft
from agent.library import Library
from agent.state import Recalled

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
        draft = await self._tell(kind, found, like=reading.other)
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
        """The answers to several questions in one; None unless all have one, if only that there is no such name.

        What the later ones call "it" is what the first is about.
        """
        way, drafts = self, list[Draft]()
        for part in reading.parts:
            found = await way.answer([each for each in part if each.about or not drafts])
            draft = say_missing(found) if isinstance(found, Missing) and found.sure else found
            if not isinstance(draft, Draft) or (draft is found and draft.refused):
                return None
            drafts.append(draft)
            focus = () if drafts[0].refused else drafts[0].chosen or way.finder.focus
            way = replace(way, finder=replace(way.finder, focus=focus))
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

    async def _tell(self, kind: Kind, found: Found, *, like: str) -> Draft | None:
        names, hosts = self.finder.names, self.link_hosts
        match found:
            case Subject():
                return await tell_subject(kind, found, self.library, names, like=like, link_hosts=hosts)
            case Everywhere():
                return await tell_everywhere(kind, found, self.library, names)
            case _:
                return None


def _is_worth_saying(missing: Missing, reading: Reading) -> bool:
    """Whether the words must have been meant as a name: not where they hold marks, which no name does."""
    if reading.firm and not reading.setting:
        return not _MARKS_WITHIN.search(missing.said)
    return missing.sure and reading.tone != "hint"


def _column_of(found: Found) -> str:
    if isinstance(found, Everywhere):
        return found.column
    return found.column.name if isinstance(found, Subject) and found.column is not None else ""
