"""Answers a question from the catalog alone when that settles it; otherwise says that it is no lookup."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from agent.direct.changing import find_changed, read_wanted, tell_gone, tell_node, tell_project
from agent.direct.choosing import choose
from agent.direct.describing import (
    describe,
    describe_column,
    describe_everywhere,
    elsewhere,
    list_columns,
    list_having,
    tell_owner,
)
from agent.direct.health import tell_health, tell_tests
from agent.direct.lineage import tell_downstream, tell_lineage, tell_upstream
from agent.direct.naming import is_pronoun, read_name
from agent.direct.phrasebook import Kind, Reading
from agent.direct.subject import Everywhere, Finder, Found, Missing, Subject
from agent.draft import Draft
from agent.library import Library
from agent.shown import code, listed, node_code, summary_code, what_it_is
from agent.state import Recalled

_WHICH = Draft(text="Which one do you mean? Please ask again with its name.", refused=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct:
    """One question's way to an answer without a model."""

    library: Library
    finder: Finder
    recalled: Recalled | None
    asked_before: Kind | None

    async def answer(self, readings: Sequence[Reading]) -> Draft | Missing | None:
        """The first reading that holds; else the name that is missing for it; None when it is no lookup."""
        missing: Missing | None = None
        for reading in readings:
            found = await self._answer(reading)
            if isinstance(found, Draft):
                return found
            missing = missing or found
        return missing

    async def _answer(self, reading: Reading) -> Draft | Missing | None:
        if reading.kind == "choice":
            return choose(reading.about, self.recalled, noun=reading.noun) if self.recalled else None
        if reading.kind == "having":
            return await self._having(reading.about)
        kind = self.asked_before if reading.kind == "same" else reading.kind
        if kind is None:
            return None
        if kind == "changes":
            return await self._changes(reading)
        found = await self.finder.find(reading)
        if found is None and reading.firm and is_pronoun(reading.about):
            return _WHICH
        if isinstance(found, Missing):
            return found if reading.firm or found.sure else None
        draft = await self._tell(kind, found)
        return with_notices(draft, found) if draft is not None else None

    async def _having(self, about: str) -> Draft | Missing | None:
        named = read_name(about)
        if named is None:
            return None
        column = replace(named, noun="column")
        found = await self.finder.find_column(column)
        return with_notices(list_having(found), found) if isinstance(found, Everywhere) else found

    async def _changes(self, reading: Reading) -> Draft | Missing | None:
        wanted = read_wanted(reading, self.library.now())
        if wanted is None:
            return None
        if not reading.about:
            return await tell_project(wanted, self.library)
        found = await find_changed(reading, self.finder)
        if isinstance(found, Subject):
            return with_notices(await tell_node(found, wanted, self.library), found)
        if is_pronoun(reading.about):
            return _WHICH
        return await tell_gone(reading.about, wanted, self.finder.names, self.library) or found

    async def _tell(self, kind: Kind, found: Found) -> Draft | None:
        if isinstance(found, Everywhere):
            return describe_everywhere(found) if kind == "describe" else None
        if not isinstance(found, Subject):
            return None
        match kind:
            case "columns" if found.column is None:
                return list_columns(found)
            case "owner":
                return tell_owner(found)
            case "health":
                return await tell_health(found, self.library)
            case "tests":
                return await tell_tests(found, self.library)
            case "upstream":
                return await tell_upstream(found, self.library)
            case "downstream":
                return await tell_downstream(found, self.library)
            case "lineage":
                return await tell_lineage(found, self.library)
            case _ if found.column is not None:
                return describe_column(found, found.column, await elsewhere(self.library, found.column))
            case _:
                return describe(found)


def with_notices(draft: Draft, found: Found) -> Draft:
    """The same, saying which misspelt name was taken as which, and who else is called so."""
    notices = list(draft.notices)
    if isinstance(found, Subject | Everywhere):
        notices += [f"I took {code(said)} as {code(meant)}." for said, meant in found.took]
    if isinstance(found, Subject):
        same = [each for each in found.namesakes if each.kind == found.node.kind and each.is_latest]
        if same:
            others = listed([f"{summary_code(each)} ({each.package})" for each in same], limit=3)
            notices.append(f"Another {what_it_is(found.node)} of that name: {others}.")
    return replace(draft, notices=tuple(notices))


def say_missing(missing: Missing) -> Draft:
    """An honest "there is no such thing", with the nearest names."""
    near = f" The nearest are {listed([code(name) for name in missing.nearest])}." if missing.nearest else ""
    if len(missing.nearest) == 1:
        near = f" The nearest is {code(missing.nearest[0])}."
    if missing.within is None:
        return Draft(text=f"There is no {code(missing.said)} in the catalog.{near}", refused=True)
    node = missing.within
    verb = "has" if node.columns_known else "documents"
    return Draft(
        text=f"{node_code(node)} {verb} no column {code(missing.said)}.{near}", nodes=(node.unique_id,), refused=True
    )


def kind_of(word: str | None) -> Kind | None:
    """A remembered kind of question."""
    return cast("Kind", word) if word else None
