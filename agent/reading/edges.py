"""What a model says of the lineage: which node or column feeds which, held against the catalog.

Lineage is the catalog's to tell. A sentence in which a model says that this is built from that stays where it is so, at
any depth, and goes where it is not. What dropping something does is not for a model to say at all: code answers that.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.untrusted import folded
from knowledge import Catalog, Names

MOST_CHECKED = 12
"""Edges of one reply that are looked up; what says more is not shown as a sentence."""

_SPAN = re.compile(
    r"(`{1,2})([^`\n]{1,300})\1|(?<![\w.`])([A-Za-z]\w*_\w+(?:\.\w+)?|[A-Za-z]\w*\.\w+)(?![\w`])"
    r"|(?<=\*\*)([A-Za-z][\w.]*)(?=\*\*)|\b([A-Za-z]\w*)(?= (?:model|table|view|dashboard|source|seed|snapshot)s?\b)"
)
_OPEN, _SHUT = "\u2770", "\u2771"
_THING = r"(?:models?|tables?|views?|sources?|seeds?|snapshots?|dashboards?|exposures?|metrics?|columns?|marts?)"
_ONE = rf"(?:(?:the|its|our|both|a|an) )?(?:(?:\w+ )?{_THING} )?{_OPEN}\d+{_SHUT}(?: (?:\w+ )?{_THING})?"
_LIST = (
    rf"{_ONE}(?:(?:\s*,?\s*(?:and|or|as well as|plus|then|&)\s+|\s*,\s*(?:then )?|\s*(?:→|->|=>|⇒|⟶|-->)\s*){_ONE})*"
)
_PRONOUN = rf"(?:^|(?<=[\s,;(]))(?:it|they|which|(?:the|this|that) (?:\w+ )?{_THING})"
_ADVERB = r"(?:(?:\w+ly|also|all|both|only|just|in turn|never|not|no longer)[, ]+)*"
_BE = r"(?:is|are|was|were|gets?|being|been)(?:n['’]t)?"
_DO = r"(?:(?:does|do|did)(?: not|n['’]t) |(?:can|will|may|must) (?:not )?)?"
_BUILT = (
    r"(?:built|made|created|fed|sourced|populated|constructed|assembled|generated|loaded|filled|produced|staged"
    r"|materiali[sz]ed|model?led)"
)
_MADE = rf"(?:{_BUILT}|derived|computed|calculated|drawn|taken|aggregated|based|copied|merged)"
_FROM = r"(?:from|by|on top of|on|out of|off|of|using|with)"
_RESTS = (
    rf"{_DO}{_ADVERB}(?:depends?|rel(?:y|ies)|builds?|rests?) {_ADVERB}(?:up)?on"
    rf"|{_DO}{_ADVERB}(?:reads?|selects?|comes?|came|draws?|pulls?|stems?|originates?|flows?|inherits?)"
    rf" {_ADVERB}(?:data )?(?:from|on)"
    rf"|{_DO}{_ADVERB}(?:uses?|references?|consumes?|queries)"
)
_CHILD_OF = rf"{_BE} {_ADVERB}(?:a )?(?:direct )?(?:downstream|child|children) of"
_FED_BY = (
    rf"(?:{_BE} {_ADVERB}{_MADE}(?: up)?,? {_ADVERB}{_FROM}|{_CHILD_OF}"
    rf"|(?:built|derived|computed|created|fed|sourced|calculated) {_ADVERB}{_FROM}|{_RESTS})"
)
_BUILT_FROM = rf"(?:{_BE} {_ADVERB}{_BUILT}(?: up)?,? {_ADVERB}{_FROM}|{_CHILD_OF}|{_RESTS})"
_FEEDS = (
    rf"(?:{_DO}{_ADVERB}(?:feeds?(?: {_ADVERB}(?:into|to))?|flows? {_ADVERB}(?:in)?to|powers?|drives?|populates?"
    rf"|underlies|supplies|goes {_ADVERB}into|fills?|produces?)"
    rf"|{_BE} {_ADVERB}(?:used|consumed|referenced|read|queried|selected|needed|required) (?:by|in|for)"
    rf"|{_BE} {_ADVERB}(?:(?:directly )?upstream of|(?:a |the )?(?:direct )?(?:parents?|inputs?) (?:of|for|to)))"
)
_ABOVE = r"(?:upstream(?: (?:models?|tables?|sources?|nodes?|dependenc\w+))?|parents?|inputs?|dependencies|ancestors?)"
_BELOW = r"(?:downstream(?: (?:models?|tables?|nodes?|consumers?))?|children|consumers?|dependents?|descendants?)"
_SAYS = r"(?:\s*[:=]\s*|,? (?:is|are|include|includes|being) (?:\w+ly )?)"
_NOTHING = r"(?:nothing|nobody|no (?:other |downstream |further )?(?:\w+ )?(?:models?|tables?|dashboards?|nodes?|one))"


def _shapes(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


_SHAPES = _shapes(
    rf"(?P<below>{_LIST}),?(?: (?:that|which))? (?P<verb>{_FED_BY}) (?P<above>{_LIST})",
    rf"(?P<above>{_LIST}),?(?: (?:that|which))? (?P<verb>{_FEEDS}) (?P<below>{_LIST})",
    rf"{_ABOVE} (?:of |from )?(?P<below>{_ONE})(?P<verb>{_SAYS})(?P<above>{_LIST})",
    rf"{_BELOW} (?:of |from )?(?P<above>{_ONE})(?P<verb>{_SAYS})(?P<below>{_LIST})",
    rf"(?P<below>{_ONE})['’]s? (?:\w+ )?{_ABOVE}(?P<verb>{_SAYS})(?P<above>{_LIST})",
    rf"(?P<above>{_ONE})['’]s? (?:\w+ )?{_BELOW}(?P<verb>{_SAYS})(?P<below>{_LIST})",
    rf"(?P<above>{_LIST})(?P<verb>\s*(?:→|->|=>|⇒|⟶|-->)\s*)(?P<below>{_LIST})",
    rf"{_PRONOUN} (?P<verb>{_BUILT_FROM}) (?P<above>{_LIST})",
    rf"{_PRONOUN} (?P<verb>{_FEEDS}) (?P<below>{_LIST})",
)
"""Ways to say it. ``above`` is what feeds, ``below`` what is fed; where one is missing, whatever the reply is about."""
_ALONE = _shapes(
    rf"\b{_NOTHING} (?:else )?(?:{_DO}{_ADVERB}(?:depends? on|uses?|reads?(?: from)?|references?|consumes?)"
    rf"|(?:is |are )?downstream of) (?P<above>{_ONE})",
    rf"(?P<above>{_ONE}) (?:is|are) (?:not|never) used\b",
    rf"(?P<above>{_ONE}) (?:feeds|is used by|has) {_NOTHING}\b",
    rf"(?P<above>{_ONE}) has no (?:children|dependents|consumers|downstream)",
)
"""That nothing is fed."""
_DROPPING = re.compile(
    rf"\b(?:drop(?:ping|ped)?|remov(?:e|ing|ed)|delet(?:e|ing|ed)|renam(?:e|ing|ed)) {_ONE}"
    rf"[^.!?]*?\b(?:break|affect|impact|safe|harm|hurt|consequence|side effect|matter)\w*"
    rf"|{_ONE}[^.!?]*?\b(?:safe|safely|harmless|fine|ok(?:ay)?) (?:to |be )?"
    rf"(?:drop|remove|delete|rename|dropped|removed|deleted|renamed)\b"
    rf"|\b(?:safe|safely|harmless|fine|ok(?:ay)?) (?:to |be )?(?:drop|remove|delete|rename) {_ONE}",
    re.IGNORECASE,
)
"""What becomes of the rest without it."""
_NOT = re.compile(r"\b(?:not|never|no longer)\b|n['’]t\b", re.IGNORECASE)
_MARK = re.compile(rf"{_OPEN}(\d+){_SHUT}")

Place = tuple[str, str]
"""unique_id and column, in lower case; the column is empty where the node is meant."""


@dataclass(frozen=True, slots=True)
class Edge:
    """That any of ``above`` feeds any of ``below``; or that it does not; or that it feeds nothing at all."""

    above: tuple[Place, ...]
    below: tuple[Place, ...]
    is_denied: bool = False
    is_alone: bool = False


@dataclass(frozen=True, slots=True)
class Edges:
    """Judges sentences by the edges that were found to be so."""

    names: Names
    about: tuple[Place, ...] = ()
    """All that the reply names: what "it" may mean."""
    true: frozenset[Edge] = frozenset()

    def wrong(self, sentence: str) -> bool:
        """Whether a sentence says something of the lineage that the catalog does not say."""
        text, places = _marked(sentence, self.names)
        if not places:
            return False
        return bool(_DROPPING.search(text)) or any(edge not in self.true for edge in _edges(text, places, self.about))


async def look_up_edges(prose: str, names: Names, catalog: Catalog) -> Edges:
    """The edges that ``prose`` speaks of and that are so. Raises Unavailable when the database is not there."""
    text, places = _marked(prose, names)
    about = tuple(dict.fromkeys(place for each in places for place in each))
    said = [edge for line in text.split("\n") for edge in _edges(line, places, about)]
    true = [edge for edge in list(dict.fromkeys(said))[:MOST_CHECKED] if await _holds(edge, catalog)]
    return Edges(names, about, frozenset(true))


async def _holds(edge: Edge, catalog: Catalog) -> bool:
    if edge.is_alone:
        children = [child for above in edge.above for child in await catalog.lineage(above[0], "downstream", depth=1)]
        return not children
    for above in edge.above:
        for below in edge.below:
            if await _feeds(above, below, catalog):
                return not edge.is_denied
    return edge.is_denied


async def _feeds(above: Place, below: Place, catalog: Catalog) -> bool:
    (upper, upper_column), (lower, lower_column) = above, below
    if upper_column and lower_column and await catalog.columns.state(lower) == "read":
        steps = await catalog.columns.follow(lower, lower_column, "upstream")
        return any(
            step.depth and step.node and (step.node.unique_id, (step.column or "").lower()) == above for step in steps
        )
    if upper == lower:
        return bool(upper_column and lower_column)
    return any(step.node and step.node.unique_id == upper for step in await catalog.lineage(lower, "upstream"))


def _edges(text: str, places: Sequence[tuple[Place, ...]], about: tuple[Place, ...]) -> Iterator[Edge]:
    """What a marked text says of them."""
    for shape in _SHAPES:
        for found in shape.finditer(text):
            said = found.groupdict()
            above, below = (_named(said.get(side), places) for side in ("above", "below"))
            named = {place[0] for each in (above or below) for place in each}
            others = tuple(place for place in about if place[0] not in named)
            for upper in above or [others]:
                for lower in below or [others]:
                    if upper and lower:
                        yield Edge(upper, lower, bool(_NOT.search(found["verb"])))
    for shape in _ALONE:
        for found in shape.finditer(text):
            yield from (Edge(above, (), is_alone=True) for above in _named(found["above"], places))


def _named(text: str | None, places: Sequence[tuple[Place, ...]]) -> list[tuple[Place, ...]]:
    return [places[int(number)] for number in _MARK.findall(text or "")]


def _marked(text: str, names: Names) -> tuple[str, list[tuple[Place, ...]]]:
    """The text with the names of nodes and of their columns replaced by numbers, and what each may stand for."""
    places: list[tuple[Place, ...]] = []

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
        return f"{_OPEN}{len(places) - 1}{_SHUT}"

    return re.sub(r"[*_]{1,2}(?=\u2770)|(?<=\u2771)[*_]{1,2}", "", _SPAN.sub(mark, folded(text))), places
