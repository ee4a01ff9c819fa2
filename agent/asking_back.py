"""A question back, and the answer to it: which of the offered nodes somebody means (pure)."""

import re
from collections.abc import Mapping, Sequence

from agent.state import State
from agent.values import Citation

_ORDINALS = (("first", "1st", "former"), ("second", "2nd", "two"), ("third", "3rd", "three"), ("fourth", "4th", "four"))
_LAST = ("last", "latter")
_FILLER = re.compile(
    r"\b(?:the|option|number|no|nr|please|pls|i|mean|meant|want|take|use|it|is|one|yes|model|table|dashboard|metric|"
    r"source|thanks)\b|[#.,!?()`'\":]",
    re.IGNORECASE,
)
_LONGEST_PICK = 80


def offers(options: Sequence[Citation]) -> dict[str, str]:
    """Names → unique_ids of what was offered, in order; where two share a name the id itself is the name."""
    names = [each.name for each in options]
    return {each.name if names.count(each.name) == 1 else each.unique_id: each.unique_id for each in options}


def picked(text: str, offered: Mapping[str, str]) -> str | None:
    """The name of the one that ``text`` picks, by its number, place or name; None when it picks none."""
    said = " ".join(text.split()).lower()
    if not offered or len(said) > _LONGEST_PICK:
        return None
    names = list(offered)
    bare = " ".join(_FILLER.sub(" ", said).split()) or said.strip(" .,!?")
    for place, name in enumerate(names):
        ordinals = [*_ORDINALS[place], *(_LAST if name == names[-1] else ())]
        if bare in {name.lower(), str(place + 1), *ordinals}:
            return name
    return None


def with_choice(text: str, state: State) -> str:
    """The question that was asked back about, with what is meant in it; else ``text`` as it is."""
    name = picked(text, state.get("offered", {}))
    return f"{state.get('offered_for', '')} (I mean `{name}`.)" if name else text
