"""What a model says of the lineage: which node or column feeds which, held against the catalog.

Lineage is the catalog's to tell. A sentence in which a model says that this is built from that stays where it is so, at
any depth, and goes where it is not. What dropping something does is not for a model to say at all: code answers that.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from agent.reading import edge_phrases as phrases
from agent.reading import relation_phrases as relations
from agent.reading.sentences import LONGEST, lines_of, pieces, sentences_of_line, shorter
from agent.untrusted import folded
from knowledge import Catalog, Names

MOST_CHECKED = 12
"""Nodes of one reply whose lineage is looked up; what is said of more is not shown."""
MOST_STEPS = 100_000
_NEAR = 200
"""Characters before a phrase that bear on it."""

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
class Edge:
    """That any of ``above`` feeds any of ``below``; that nothing does, or that it feeds nothing, where one is empty."""

    above: Places
    below: Places
    is_denied: bool = False
    is_direct: bool = False
    either_way: bool = False
    """One of the two feeds the other, whichever."""


@dataclass(frozen=True, slots=True)
class _Marked:
    """A text with numbers in place of names, and what each stands for."""

    text: str
    places: Sequence[Places]

    def named(self, part: str | None) -> list[Places]:
        return [self.places[int(number)] for number in phrases.MARK.findall(part or "")]


@dataclass(frozen=True, slots=True)
class Edges:
    """Judges sentences by the lineage of the nodes that were looked up."""

    names: Names
    about: tuple[Places, ...] | None = None
    """All that the reply names: what "it" may mean. None: nothing was looked up, and nothing holds."""
    ancestors: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, Mapping[str, int]])
    """unique_id → those of all that feeds it, and how many steps away."""
    childless: frozenset[str] = frozenset()
    columns: Mapping[Place, frozenset[Place]] = field(default_factory=dict[Place, frozenset[Place]])
    """Column → those that it is made of, where that is known."""
    wrong_items: frozenset[str] = frozenset()
    """First sentences of list items and rows that are wrong under what announces them."""
    reads_queries: bool = False

    def wrong(self, sentence: str) -> bool:
        """Whether a sentence says something of the lineage that the catalog does not say."""
        if sentence.strip() in self.wrong_items:
            return True
        return any(self._wrong(_marked(piece, self.names)) for piece in pieces(sentence))

    def _wrong(self, marked: _Marked) -> bool:
        if self.about is None and _announces(marked):
            return True
        if not marked.places:
            return False
        dropping = phrases.DROPPING.search(marked.text) and not phrases.IN_A_QUERY.search(marked.text)
        return bool(dropping) or any(
            not self.holds(edge) for edge in _said(marked, self.about, reads_queries=self.reads_queries)
        )

    def holds(self, edge: Edge) -> bool:
        """Whether it is so, as far as was looked up."""
        if self.about is None:
            return False
        if not edge.below:
            return any(above[0] in self.childless for above in edge.above)
        if not edge.above:
            return any(self.ancestors.get(below[0]) == {} for below in edge.below)
        if edge.either_way:
            turned = Edge(edge.below, edge.above)
            return self.holds(Edge(edge.above, edge.below)) or self.holds(turned)
        known = [(above, below) for above in edge.above for below in edge.below if below[0] in self.ancestors]
        return bool(known) and edge.is_denied != any(
            self._feeds(above, below, is_direct=edge.is_direct) for above, below in known
        )

    def _feeds(self, above: Place, below: Place, *, is_direct: bool) -> bool:
        if above[1] and below in self.columns:
            return above in self.columns[below]
        if above[0] == below[0]:
            return bool(above[1] or below[1])
        steps = self.ancestors[below[0]].get(above[0])
        return steps is not None and (steps == 1 or not is_direct)


async def look_up_edges(prose: str, names: Names, catalog: Catalog) -> Edges:
    """The lineage of what ``prose`` says something of. Raises Unavailable when the database is not there."""
    lines = [line for line, fenced in lines_of(prose) if not fenced]
    about = tuple(dict.fromkeys(_marked(prose, names).places))
    reads_queries = bool(phrases.QUERY.search(prose))
    edges: list[Edge] = []
    for sentence in dict.fromkeys(
        each for line in lines for whole in sentences_of_line(line) for each in _forms(whole)
    ):
        edges += _said(_marked(sentence, names), about, reads_queries=reads_queries)
    items = list(_items([_marked(line, names) for line in lines]))
    edges += (edge for _, said in items for edge in said)
    found = await _look_up(dict.fromkeys(edges), Edges(names, about, reads_queries=reads_queries), catalog)
    wrong = (next(sentences_of_line(lines[place])).strip() for place, said in items if not all(map(found.holds, said)))
    return Edges(names, about, found.ancestors, found.childless, found.columns, frozenset(wrong), reads_queries)


async def _look_up(edges: Iterable[Edge], known: Edges, catalog: Catalog) -> Edges:
    edges = list(edges)
    turned = [Edge(edge.below, edge.above) for edge in edges if edge.either_way]
    below = list(dict.fromkeys(place[0] for edge in (*edges, *turned) for place in edge.below))[:MOST_CHECKED]
    alone = list(dict.fromkeys(place[0] for edge in edges if not edge.below for place in edge.above))[:MOST_CHECKED]
    pairs = dict.fromkeys(
        place for edge in edges for place in edge.below if place[1] and any(above[1] for above in edge.above)
    )
    ancestors = {
        each: {
            step.node.unique_id if step.node else "": step.depth
            for step in await catalog.lineage(each, "upstream", limit=MOST_STEPS)
        }
        for each in below
    }
    childless = [each for each in alone if not await catalog.lineage(each, "downstream", depth=1)]
    columns: dict[Place, frozenset[Place]] = {}
    for node, column in list(pairs)[:MOST_CHECKED]:
        if await catalog.columns.state(node) == "read":
            steps = await catalog.columns.follow(node, column, "upstream", limit=MOST_STEPS)
            made_of = ((step.node.unique_id, (step.column or "").lower()) for step in steps if step.depth and step.node)
            columns[node, column] = frozenset(made_of)
    return Edges(known.names, known.about, ancestors, frozenset(childless), columns)


def _forms(sentence: str) -> Iterator[str]:
    """The sentence in pieces, and what may be left of it when other claims are taken out."""
    yield from pieces(sentence)
    for left in shorter(sentence) if len(sentence) <= LONGEST else ():
        yield from pieces(left)


def _said(marked: _Marked, about: tuple[Places, ...] | None, *, reads_queries: bool) -> Iterator[Edge]:
    text = phrases.COMPARED.sub("", marked.text)
    if not marked.places or phrases.ASKED.match(text):
        return
    yield from _related_somehow(text, marked)
    if not phrases.HINT.search(text):
        return
    marks = [found.start() for found in phrases.MARK.finditer(text)]
    for shape in phrases.FROM_A_NAME:
        for mark in marks:
            if found := shape.match(text, mark):
                yield from _of_names(found, marked)
    for shape in phrases.ANYWHERE:
        for found in shape.finditer(text):
            yield from _between(found, found["verb"], marked.named(found["above"]), marked.named(found["below"]))
    of_pronouns = (
        *phrases.OF_A_PRONOUN,
        *phrases.OF_NOTHING_NAMED,
        *(() if reads_queries else phrases.READ_BY_A_PRONOUN),
    )
    for shape in of_pronouns:
        for found in shape.finditer(text):
            yield from _of_a_pronoun(found, marked, about)
    for shapes, is_above in ((phrases.CHILDLESS, True), (phrases.PARENTLESS, False)):
        for shape in shapes:
            for found in shape.finditer(text):
                for each in marked.named(found["of"]):
                    yield Edge(each, ()) if is_above else Edge((), each)


def _related_somehow(text: str, marked: _Marked) -> Iterator[Edge]:
    """What is said of two names that follow each other, whichever of them it says to feed the other."""
    for first, second in pairwise(phrases.MARK.finditer(text)):
        before, between = text[max(0, first.start() - _NEAR) : first.start()], text[first.end() : second.start()]
        if phrases.DENIED.search(between) or relations.ADVICE.search(before + between):
            continue
        has = relations.HAS.fullmatch(between) and relations.AS_ITS.match(text, second.end())
        led = relations.BEFORE.search(before) and relations.THEN.fullmatch(between)
        if has or led or relations.BETWEEN.fullmatch(between) or relations.ASIDE.fullmatch(between):
            one, other = marked.places[int(first[1])], marked.places[int(second[1])]
            if not {place[0] for place in one} & {place[0] for place in other}:
                yield Edge(one, other, either_way=True)


def _of_names(found: re.Match[str], marked: _Marked) -> Iterator[Edge]:
    """What is said where one name follows another."""
    text, sides = found.string, found.groupdict()
    first, verb = ("above" if found.start("above") == found.start() else "below"), found["verb"]
    before = text[max(0, found.start() - _NEAR) : found.start()]
    if phrases.SUPPOSED.search(before) or (verb.strip(" -=<>→←") == "" and phrases.KEYS.search(text)):
        return
    subjects = marked.named(sides[first])
    if len(subjects) > 1 and phrases.ONE_DOES.search(verb) and not phrases.CLAUSE_BEGINS.search(before):
        return  # "use `a` with `b` and `c` is fed by …": another begin, at the last name, tells of it
    if len(subjects) == 1 and phrases.IMPERATIVE.match(verb):
        return
    above, below = marked.named(sides["above"]), marked.named(sides["below"])
    if phrases.REFERENCES.search(verb) and any(place[1] for each in above for place in each):
        return
    yield from _between(found, verb, above, below)
    if phrases.FLOWS.search(verb):
        if further := phrases.FLOWS_ON.match(text, found.end()):
            yield from _between(found, verb, below, marked.named(further["below"]))
    elif via := phrases.VIA.match(text, found.end()):
        between = marked.named(via["via"])
        yield from _between(found, verb, above, between)
        yield from _between(found, verb, between, below)
    elif first == "below" and (also := phrases.AND_ALSO.match(text, found.end())):
        yield from _between(found, also["verb"], marked.named(also["above"]), below)


def _of_a_pronoun(found: re.Match[str], marked: _Marked, about: tuple[Places, ...] | None) -> Iterator[Edge]:
    """What is said of "it": of what the sentence named before, or else of anything that the reply names."""
    sides = found.groupdict()
    above, below = marked.named(sides.get("above")), marked.named(sides.get("below"))
    named = {place[0] for each in (above or below) for place in each}
    before = marked.named(found.string[: found.start()])
    if not before and found[0].lower().startswith("which"):
        return
    if about is None:
        yield from (Edge(each, each) for each in above or below)  # whatever it is
        return
    meant = tuple(place for each in (before or about) for place in each if place[0] not in named)
    if meant:
        yield from _between(found, found["verb"], above or [meant], below or [meant])


def _between(found: re.Match[str], verb: str, above: Iterable[Places], below: Sequence[Places]) -> Iterator[Edge]:
    before = found.string[max(0, found.start() - _NEAR) : found.start()]
    denied = bool(phrases.DENIED.search(verb)) or bool(phrases.NEITHER.search(before))
    direct = bool(phrases.DIRECT.search(verb) or phrases.DIRECT_BEHIND.match(found.string, found.end()))
    for upper in above:
        for lower in below:
            yield Edge(upper, lower, denied, direct)


def _announces(marked: _Marked) -> bool:
    """Whether a line is the head of a list of what feeds something, or is fed; or of such a table."""
    return _head(marked) is not None or _related(marked.text) is not None


def _head(marked: _Marked) -> tuple[list[Places], bool] | None:
    """What a line announces a list about, and whether of what is above it."""
    for shapes, is_above in ((phrases.HEAD_ABOVE, True), (phrases.HEAD_BELOW, False)):
        for shape in shapes:
            if found := shape.search(marked.text):
                return marked.named(found["of"]), is_above
    return None


def _items(lines: Sequence[_Marked]) -> Iterator[tuple[int, list[Edge]]]:
    """The places of lines that are items of a list, or rows of a table, of edges; with what they say."""
    head: tuple[list[Places], bool] | None = None
    table: tuple[int, int, bool] | None = None
    for place, line in enumerate(lines):
        if line.text.lstrip().startswith("|"):
            table, said = (table, list(_row(line, table))) if table else (_related(line.text), [])
            if said:
                yield place, said
            continue
        table = None
        item = phrases.ITEM.match(line.text)
        if head and item:
            listed, (of, is_above) = line.named(item["names"]), head
            yield place, [Edge(*((each, one) if is_above else (one, each))) for each in listed for one in of]
        elif line.text.strip() and not (head and line.text.startswith((" ", "\t"))):
            head = _head(line)


def _related(header: str) -> tuple[int, int, bool] | None:
    """Of a table's header: the columns that hold the nodes and what is related to them, and whether that is above."""
    cells = header.strip().strip("|").split("|")
    if not header.lstrip().startswith("|") or len(cells) < 2:
        return None
    for place in [*range(1, len(cells)), 0]:
        for pattern, is_above in ((phrases.CELL_ABOVE, True), (phrases.CELL_BELOW, False)):
            if pattern.fullmatch(cells[place]) and (place or cells[0].strip(" *").lower() not in {"source", "sources"}):
                return (0 if place else 1), place, is_above
    return None


def _row(line: _Marked, table: tuple[int, int, bool]) -> Iterator[Edge]:
    cells = line.text.strip().strip("|").split("|")
    subject, related, is_above = table
    if max(subject, related) >= len(cells):
        return
    for one in line.named(cells[subject]):
        for other in line.named(cells[related]):
            yield Edge(*((other, one) if is_above else (one, other)))


def _marked(text: str, names: Names) -> _Marked:
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
    return _Marked(_EMPHASIS.sub("", _SPAN.sub(mark, plain)), places)
