"""What a model says of the lineage: which node or column feeds which, held against the catalog.

Lineage is the catalog's to tell. A sentence in which a model says that this is built from that stays where it is so, at
any depth, and goes where it is not. What dropping something does is not for a model to say at all: code answers that.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from agent.reading import edge_phrases as phrases
from agent.reading.marking import Marked, Place, Places, mark_names
from agent.reading.sentences import LONGEST, lines_of, pieces, sentences_of_line, shorter
from agent.reading.told_edges import Edge, announces, told_by_items, told_edges
from knowledge import Catalog, Names

MOST_CHECKED = 12
"""Nodes of one reply whose lineage is looked up; what is said of more is not shown."""
MOST_STEPS = 100_000


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
        return any(self._wrong(mark_names(piece, self.names)) for piece in pieces(sentence))

    def _wrong(self, marked: Marked) -> bool:
        if self.about is None and announces(marked):
            return True
        if not marked.places:
            return False
        dropping = phrases.DROPPING.search(marked.text) and not phrases.IN_A_QUERY.search(marked.text)
        return bool(dropping) or any(
            not self.holds(edge) for edge in told_edges(marked, self.about, reads_queries=self.reads_queries)
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
    about = tuple(dict.fromkeys(mark_names(prose, names).places))
    reads_queries = bool(phrases.QUERY.search(prose))
    edges: list[Edge] = []
    for sentence in dict.fromkeys(
        each for line in lines for whole in sentences_of_line(line) for each in _forms(whole)
    ):
        edges += told_edges(mark_names(sentence, names), about, reads_queries=reads_queries)
    items = list(told_by_items([mark_names(line, names) for line in lines]))
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
