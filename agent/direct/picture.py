"""A lineage cut down to what can be seen at once: the nearest nodes, and boxes that say how many more there are."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from agent.library import Library
from agent.shown import KIND_WORDS
from agent.trust import judge, late_sources, shown_name, shown_summary
from agent.trust.signs import lateness
from agent.values import Graph, GraphLayer, GraphNode, GraphState
from knowledge.values import TABLES, Direction, Health, Layer, LineageStep, Node, Summary

MOST_BOXES = 28
"""Boxes of one picture; the one in the middle, and those that count the rest, come on top."""
MOST_AT_A_DEPTH = 9
MOST_DEPTHS = 4
"""On each side; beyond, the rest is counted."""
MOST_COLUMNS = 7
"""Boxes in a row from the first to the last; with more, fewer depths are shown: where a thread shows a picture, each
makes the letters smaller."""
ASKED = "asked"
_MIDDLE_LAYERS: dict[Layer, GraphLayer] = {"staging": "staging", "intermediate": "intermediate", "mart": "mart"}


async def picture_lineage(
    node: Node,
    library: Library,
    *,
    upstream: Sequence[LineageStep] = (),
    downstream: Sequence[LineageStep] = (),
    columns: Mapping[str, str] = MappingProxyType({}),
) -> Graph | None:
    """The lineage around ``node`` as it is drawn; None when there is nothing around it.

    Args: upstream, downstream: what the catalog's ``lineage`` returned, in its order.
          columns: unique_id → the columns that are meant, where columns are.
    """
    if not upstream and not downstream:
        return None
    graph = build_graph(node, upstream=upstream, downstream=downstream)
    steps = {_key("upstream", place): step for place, step in enumerate(upstream, start=1)}
    steps |= {_key("downstream", place): step for place, step in enumerate(downstream, start=1)}
    found: dict[str, Summary | Node | None] = {ASKED: node}
    found |= {box.key: steps[box.key].node for box in graph.nodes if box.key in steps}
    boxes = ((box, found.get(box.key)) for box in graph.nodes)
    meant = (replace(box, column=columns.get(each.unique_id)) if each else box for box, each in boxes)
    graph = replace(graph, nodes=tuple(meant))
    tables = {key: summary.unique_id for key, summary in found.items() if summary and summary.kind in TABLES}
    return await mark_states(graph, tables, library)


def joined(upstream: Graph | None, downstream: Graph | None) -> Graph | None:
    """The pictures of both sides of one node as one (pure)."""
    if upstream is None or downstream is None:
        return upstream or downstream
    below = [box for box in downstream.nodes if box.key != ASKED]
    return Graph(nodes=(*upstream.nodes, *below), edges=(*upstream.edges, *downstream.edges), asked=ASKED)


def build_graph(node: Node, *, upstream: Sequence[LineageStep] = (), downstream: Sequence[LineageStep] = ()) -> Graph:
    """The same, without how the nodes are doing (pure)."""
    graphs = (_graph(node, upstream, downstream, depths) for depths in range(MOST_DEPTHS, 1, -1))
    fitting = (graph for graph in graphs if _columns(graph) <= MOST_COLUMNS)
    return next(fitting, None) or _graph(node, upstream, downstream, 1)


def _graph(node: Node, upstream: Sequence[LineageStep], downstream: Sequence[LineageStep], depths: int) -> Graph:
    up, down = _shared(len(upstream), len(downstream))
    sides = [_cut("upstream", upstream, up, depths), _cut("downstream", downstream, down, depths)]
    asked = GraphNode(key=ASKED, name=shown_name(node), layer=layer_of(node), kind=KIND_WORDS[node.kind])
    nodes = [asked, *(each for side in sides for each in side.nodes())]
    edges = dict.fromkeys(edge for side in sides for edge in side.edges())
    return Graph(nodes=tuple(nodes), edges=tuple(edges), asked=ASKED)


def _columns(graph: Graph) -> int:
    """How many boxes the longest way through the graph passes, with more than are wanted where it goes in circles."""
    reach = {node.key: 1 for node in graph.nodes}
    for _ in range(MOST_COLUMNS):
        for start, end in graph.edges:
            reach[end] = max(reach[end], reach[start] + 1)
    return max(reach.values())


def layer_of(node: Node | Summary) -> GraphLayer:
    """How a node is coloured."""
    match node.kind:
        case "source" | "seed":
            return "source"
        case "exposure":
            return "exposure"
        case "metric" | "semantic_model" | "saved_query":
            return "metric"
        case _:
            return "source" if node.layer == "raw" else _MIDDLE_LAYERS.get(node.layer, "other")


def more_box(key: str, number: int) -> GraphNode:
    """The box that stands for ``number`` nodes which have none of their own."""
    return GraphNode(key=key, name=f"+{number:,} more", more=number)


async def mark_states(graph: Graph, unique_ids: Mapping[str, str], library: Library) -> Graph:
    """The graph with failing and late nodes marked.

    Args: unique_ids: the tables, by the keys of their boxes.
    """
    ids = list(unique_ids.values())
    nodes, health = await library.catalog.nodes(ids), await library.catalog.health(ids)
    states = {node.unique_id: _state(node, health[node.unique_id], library.known_at()) for node in nodes}
    boxes = (replace(box, state=states.get(unique_ids.get(box.key, ""), "ok")) for box in graph.nodes)
    return replace(graph, nodes=tuple(boxes))


def _state(node: Node, health: Health, known_at: datetime | None) -> GraphState:
    """What ails a table itself: a model behind a late source is doubtful, not late, and gets no mark."""
    if node.kind == "source" and late_sources(health):
        return "late"
    if judge(node, health, known_at) == "unhealthy":
        return "failing"
    return "late" if lateness(node, health, known_at) else "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One direction of a lineage, and in which box each of its steps is shown."""

    direction: Direction
    steps: Sequence[LineageStep]
    boxes: Mapping[int, str]
    """The place of each step (from 1; 0 is the node asked about) → the key of its box."""

    def nodes(self) -> Iterator[GraphNode]:
        """The boxes."""
        counted = Counter(key for place, key in self.boxes.items() if self._is_counted(place))
        for place, step in enumerate(self.steps, start=1):
            if not self._is_counted(place):
                yield _box(self.boxes[place], step)
        yield from (more_box(key, number) for key, number in counted.items())

    def edges(self) -> Iterator[tuple[str, str]]:
        """From what feeds to what is fed; of a box that counts, only those towards the middle."""
        for place, step in enumerate(self.steps, start=1):
            own = self.boxes[place]
            for neighbour in step.nearer:
                other = self.boxes[neighbour]
                sideways = neighbour > 0 and self.steps[neighbour - 1].depth >= step.depth
                if own == other or (sideways and (self._is_counted(place) or self._is_counted(neighbour))):
                    continue
                yield (own, other) if self.direction == "upstream" else (other, own)

    def _is_counted(self, place: int) -> bool:
        return place > 0 and self.boxes[place] != _key(self.direction, place)


def _cut(direction: Direction, steps: Sequence[LineageStep], most: int, depths: int) -> _Side:
    """Give the nearest nodes a box each and count the others, in one box for those that are equally far away."""
    boxes = {0: ASKED}
    by_depth: dict[int, list[int]] = defaultdict(list)
    for place, step in enumerate(steps, start=1):
        by_depth[min(step.depth, depths + 1)].append(place)
    left = most
    for depth, places in by_depth.items():
        room = min(left, MOST_AT_A_DEPTH) if depth <= depths else 0
        if len(places) == room + 1:
            room += 1  # a box that says "+1 more" can as well show that one
        kept = sorted(places, key=lambda place: _weight(steps[place - 1]))[:room]
        left = max(0, left - len(kept))
        rest = f"{direction} more {depth if left else 'far'}"
        boxes |= {place: _key(direction, place) if place in kept else rest for place in places}
    return _Side(direction=direction, steps=steps, boxes=boxes)


def _key(direction: Direction, place: int) -> str:
    return f"{direction} {place}"


def _shared(upstream: int, downstream: int) -> tuple[int, int]:
    """How many boxes each side gets: half of them, and what the other one leaves."""
    half = MOST_BOXES // 2
    up = min(upstream, max(half, MOST_BOXES - downstream))
    return up, min(downstream, MOST_BOXES - up)


def _weight(step: LineageStep) -> tuple[bool, bool]:
    """What is shown before it is counted: what people see, then what has a name."""
    return step.kind != "exposure", step.node is None


def _box(key: str, step: LineageStep) -> GraphNode:
    if step.node is None:
        return GraphNode(key=key, name=f"hidden {KIND_WORDS[step.kind]}", layer="hidden")
    kind = KIND_WORDS[step.kind]
    return GraphNode(key=key, name=shown_summary(step.node), layer=layer_of(step.node), kind=kind)
