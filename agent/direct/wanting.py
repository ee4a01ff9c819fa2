"""Which changes a question asks for: of what time, which sort, of which nodes and which of their fields (pure)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from agent.direct.naming import kinds_of
from agent.direct.phrasebook import Reading
from agent.direct.since import Period, read_period
from knowledge.values import Change, Kind, Layer, What

_SORTS: Mapping[str, What] = {
    **dict.fromkeys(("added", "created", "introduced", "new"), "added"),
    **dict.fromkeys(("removed", "deleted", "dropped", "gone"), "removed"),
    "renamed": "renamed",
}
_FAULTS: tuple[tuple[re.Pattern[str], What], ...] = (
    (re.compile("recover|fixed"), "recovered"),
    (re.compile("fail|bro?k|break"), "broke"),
)
_PARTS = {"column": "column", "field": "column", "test": "test"}
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "schema": ("column", "column type"),
    **dict.fromkeys(("type", "data type"), ("column type",)),
    **dict.fromkeys(("description", "documentation", "doc"), ("description", "column description")),
    **dict.fromkeys(("owner", "ownership"), ("owner", "group")),
    **dict.fromkeys(("materialization", "materialisation"), ("materialisation",)),
    **dict.fromkeys(("definition", "expression"), ("expression", "upstream")),
    **dict.fromkeys(("input", "parent", "source", "upstream"), ("upstream",)),
    "contract": ("contract",),
    "tag": ("tags",),
    "group": ("group",),
    "acces": ("access",),
    "label": ("label",),
}
"""A field as people say it, without its s → the fields that are meant (knowledge/history/fields.py)."""
_LAYERS: Mapping[str, tuple[Layer, str]] = {
    "mart": ("mart", "mart"),
    "staging": ("staging", "staging model"),
    "intermediate": ("intermediate", "intermediate model"),
    "raw": ("raw", "raw table"),
}
_AREA = re.compile(r"(?:(?:all|the|our|all the|all our) )*(.+?)(?: (?:layer|layers|model|models|table|tables))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which changes a question is about."""

    period: Period | None = None
    sort: What | None = None
    """What became of the nodes, or of the parts of them that are wanted; None: anything."""
    noun: str = ""
    part: str = ""
    """``column`` or ``test``, when only those are wanted."""
    fields: tuple[str, ...] = ()
    """Fields of a node, when only those are wanted."""
    kinds: tuple[Kind, ...] = ()
    layers: tuple[Layer, ...] = ()

    def takes(self, change: Change) -> bool:
        """Whether the question is about that change too."""
        if self.fields:
            return change.what == "changed" and change.field in self.fields
        if not self.part:
            return self.sort is None or change.what == self.sort
        if self.sort in {"broke", "recovered"}:
            return change.what == self.sort and change.field == self.part
        return change.what == "changed" and change.field == self.part and self.sort in {None, sort_of_part(change)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A part of the project that is no single node: its marts, its metrics."""

    noun: str
    kinds: tuple[Kind, ...] = ()
    layers: tuple[Layer, ...] = ()


def read_wanted(reading: Reading, now: datetime) -> Wanted | None:
    """What is asked; None when a time is said that cannot be understood."""
    period = read_period(reading.when, now) if reading.when else None
    if reading.when and period is None:
        return None
    noun = reading.noun.removeprefix("dbt ").removesuffix("s")
    part = _PARTS.get(noun, "")
    return Wanted(
        period=period,
        sort=_sort(reading.verb),
        noun=noun,
        part=part,
        fields=() if part else _FIELDS.get(noun, ()),
        kinds=() if part else kinds_of(noun),
    )


def read_area(words: str) -> Area | None:
    """The part of the project that the words name; None when they name none."""
    found = _AREA.fullmatch(words.lower().strip())
    said = (found[1] if found else "").removesuffix("s")
    if said in _LAYERS:
        layer, noun = _LAYERS[said]
        return Area(noun=noun, layers=(layer,))
    is_plural = words.lower().strip().endswith("s")
    if (kinds := kinds_of(words.lower().strip().removeprefix("the ").removeprefix("our "))) and is_plural:
        return Area(noun=words.lower().split(maxsplit=1)[-1].removesuffix("s") if " " in words else said, kinds=kinds)
    return None


def sort_of_part(change: Change) -> What:
    """What became of a column or test that is told as a change of its node."""
    if change.before and change.after:
        return "renamed"
    return "added" if change.after else "removed"


def _sort(verb: str) -> What | None:
    return _SORTS.get(verb) or next((sort for pattern, sort in _FAULTS if pattern.search(verb)), None)
