"""The names of nodes and columns in a text, as numbers that patterns can speak of (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.reading import edge_phrases as phrases
from agent.untrusted import folded
from knowledge import Names

_SPAN = re.compile(
    r"(`{1,2})([^`\n]{1,300})\1|(?<![\w.`])([A-Za-z]\w{0,150}_\w{1,150}(?:\.\w{1,150})?|[A-Za-z]\w{0,150}\.\w{1,150})(?![\w`])"
    r"|(?<=\*\*)([A-Za-z][\w.]{0,150})(?=\*\*)"
    r"|\b([A-Za-z]\w{0,150})(?= (?:model|table|view|dashboard|source|seed|snapshot)s?\b)"
)
_EMPHASIS = re.compile(r"[*_]{1,3}(?=\u2770)|(?<=\u2771)[*_]{1,3}")

Place = tuple[str, str]
"""unique_id and column, in lower case; the column is empty where the node is meant."""
Places = tuple[Place, ...]
"""What one name may stand for."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with numbers in place of names, and what each stands for."""

    text: str
    places: Sequence[Places]

    def named(self, part: str | None) -> list[Places]:
        return [self.places[int(number)] for number in phrases.MARK.findall(part or "")]


def mark_names(text: str, names: Names) -> Marked:
    """The text with the names of nodes and of their columns replaced by numbers, and what each may stand for."""
    places: list[Places] = []

    def mark(found: re.Match[str]) -> str:
        name = next(filter(None, found.groups()[1:])).strip()
        nodes, column = names.exact(name), ""
        if not nodes and "." in name:
            before, _, column = name.rpartition(".")
            nodes = names.exact(before)
        if not nodes:
            return found[0]
        meant = [node for node in nodes if node.kind == nodes[0].kind]  # the metric `orders` is not the model
        places.append(tuple((node.unique_id, column.strip('"`').lower()) for node in meant))
        return f"{phrases.OPEN}{len(places) - 1}{phrases.SHUT}"

    plain = re.sub(r"[ \t]+", " ", folded(text).translate({ord(sign): None for sign in "\u2770\u2771"}))
    return Marked(_EMPHASIS.sub("", _SPAN.sub(mark, plain)), places)
