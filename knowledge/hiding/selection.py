"""dbt's node selection as a value: which nodes ``tag:pii group:finance,+orders`` means (pure)."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import reduce

from knowledge.hiding.criteria import criterion
from knowledge.values import Node

_TERM = re.compile(
    r"(?P<at>@)?(?:(?P<up>\d*)\+)?(?:(?P<method>\w+)(?P<key>(?:\.\w+)*):)?(?P<value>.*?)(?:\+(?P<down>\d*))?"
)
_ALL = 2**31
"""More generations than any project has."""

Neighbours = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """``2+tag:pii+``: a method with its value, and how many generations along the graph go with what it finds."""

    method: str | None
    key: str
    value: str
    up: int = 0
    down: int = 0
    around: bool = False
    """``@``: all that it feeds, with all that feeds those."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Words with a blank between them add up; the terms of a word, commas between them, must all apply."""

    words: tuple[tuple[Term, ...], ...]

    def by_word(self, nodes: Mapping[str, Node], fqns: Mapping[str, tuple[str, ...]]) -> list[frozenset[str]]:
        """The unique_ids of the nodes that each word means by itself: one that means nothing may be misspelt.

        Args:    fqns: unique_id → fully qualified name; it is guessed where there is none.
        """
        graph = _Graph(nodes)
        return [
            reduce(frozenset.intersection, (_selected(term, nodes, fqns, graph) for term in terms))
            for terms in self.words
        ]


def parse_selection(text: str) -> Selection | None:
    """Read what ``--select`` of dbt's command line takes; None when it is blank.

    Raises:  ValueError with one sentence without a subject: what is wrong with which word. Values are not in it.
    Source:  dbt's reference of node selection: "Graph operators", "Set operators", "Methods".
    """
    words: list[tuple[Term, ...]] = []
    for place, word in enumerate(text.split(), start=1):
        try:
            words.append(tuple(_term(part) for part in word.split(",")))
        except ValueError as fault:
            raise ValueError(f"word {place} of the selection {fault}") from None
    return Selection(tuple(words)) if words else None


def _term(written: str) -> Term:
    if not written:
        raise ValueError("has a comma with nothing beside it; a comma means *and*, write a blank for *or*")
    if written.startswith("-") or set(written) & set("\"'`{}()"):
        raise ValueError("has a sign that dbt's selection does not know: it takes no options, quotes or parentheses")
    match = _TERM.fullmatch(written)
    if match is None or not match["value"]:
        raise ValueError("has no value")
    if match["value"][0] in "+@:" or match["value"][-1] in "+@:":
        raise ValueError("has a `+`, `@` or `:` where none can stand")
    if match["at"] and match["down"] is not None:
        raise ValueError("has both `@` and a `+` at its end, which exclude each other")
    criterion(match["method"], (match["key"] or "")[1:], match["value"])
    return Term(
        method=match["method"],
        key=(match["key"] or "")[1:],
        value=match["value"],
        up=_generations(match["up"]),
        down=_generations(match["down"]),
        around=bool(match["at"]),
    )


def _generations(written: str | None) -> int:
    """None: no ``+`` at all; nothing before or after it: all of them."""
    return 0 if written is None else int(written) if written else _ALL


class _Graph:
    """Parents and, once they are asked for, children."""

    def __init__(self, nodes: Mapping[str, Node]) -> None:
        self.parents: Neighbours = {unique_id: node.depends_on for unique_id, node in nodes.items()}
        self._children: dict[str, list[str]] = {}

    @property
    def children(self) -> Neighbours:
        if not self._children:
            self._children = defaultdict(list)
            for child, parents in self.parents.items():
                for parent in parents:
                    self._children[parent].append(child)
        return self._children


def _selected(
    term: Term, nodes: Mapping[str, Node], fqns: Mapping[str, tuple[str, ...]], graph: _Graph
) -> frozenset[str]:
    meets = criterion(term.method, term.key, term.value)
    found = {unique_id for unique_id, node in nodes.items() if meets(node, fqns.get(unique_id, ()))}
    selected = set(found)
    if term.up:
        selected |= _reached(found, graph.parents, term.up)
    if term.down:
        selected |= _reached(found, graph.children, term.down)
    if term.around:
        fed = found | _reached(found, graph.children, _ALL)
        selected |= fed | _reached(fed, graph.parents, _ALL)
    return frozenset(selected & nodes.keys())


def _reached(start: Collection[str], neighbours: Neighbours, generations: int) -> set[str]:
    """What lies up to ``generations`` steps from ``start``."""
    reached: set[str] = set()
    edge = set(start)
    while edge and generations:
        edge = {found for each in edge for found in neighbours.get(each, ())} - reached
        reached |= edge
        generations -= 1
    return reached
