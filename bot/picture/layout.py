"""Where the boxes of a graph stand: in columns from what feeds to what is fed, with few lines that cross (pure).

Source: Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system structures", 1981: columns,
then orders by the middle of the neighbours; here with the best order seen kept, and heights by isotonic regression.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from agent.values import Graph

BEND_HEIGHT = 0.4
"""The room between boxes that a line gets when it passes a column, a box with its gap being 1."""
_SWEEPS = 12
Edge = tuple[str, str]
Neighbours = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something stands: its column, and the height of its middle, a box with its gap being 1 high."""

    column: int
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Columns count from 0 at the left, heights from 0 at the top."""

    spots: Mapping[str, Spot]
    """Of every node, by its key."""
    lines: tuple[tuple[Spot, ...], ...]
    """Of every edge: where it begins, passes and ends."""
    columns: int
    height: float


def lay_out(graph: Graph) -> Layout:
    """Place every node of a graph; cycles are cut open."""
    keys = [node.key for node in graph.nodes]
    edges, turned = _acyclic(keys, graph.edges)
    ranks = _ranks(keys, edges, graph.asked)
    chains = [_chain(edge, ranks) for edge in edges]
    columns = _columns(keys, chains, ranks)
    before, after = _neighbours(chains)
    ordered = _ordered(columns, before, after)
    heights = _heights(ordered, before, after, set(keys))
    spots = {key: Spot(column, heights[key]) for column, members in enumerate(ordered) for key in members}
    lines = tuple(tuple(spots[key] for key in chain) for chain in chains)
    return Layout(
        spots={key: spots[key] for key in keys},
        lines=tuple(line[::-1] if edge in turned else line for edge, line in zip(edges, lines, strict=True)),
        columns=len(ordered),
        height=max(heights.values(), default=0.0) + 0.5,
    )


def _acyclic(keys: Sequence[str], edges: Iterable[Edge]) -> tuple[list[Edge], set[Edge]]:
    """The edges with those that close a cycle turned round, and which those are (as they are now)."""
    after: dict[str, list[str]] = defaultdict(list)
    for start, end in dict.fromkeys(edges):
        after[start].append(end)
    kept: dict[Edge, None] = {}
    turned: set[Edge] = set()
    done: set[str] = set()
    for key in keys:
        path, walk = [key], [iter(after[key] if key not in done else ())]
        while walk:
            end = next(walk[-1], None)
            if end is None:
                done.add(path.pop())
                walk.pop()
            elif end in path:
                if end != path[-1]:
                    turned.add((end, path[-1]))
            else:
                kept[path[-1], end] = None
                if end not in done:
                    path.append(end)
                    walk.append(iter(after[end]))
    turned -= kept.keys()
    return [*kept, *sorted(turned)], turned


def _ranks(keys: Sequence[str], edges: Sequence[Edge], asked: str) -> dict[str, int]:
    """Each node's column, the asked one's being 0: what feeds it as near as it can be, and so what it feeds."""
    before, after = _neighbours(edges)
    order = _topological(keys, before, after)
    feeding, fed = _reached(asked, before), _reached(asked, after)
    ranks = {asked: 0}
    for key in reversed(order):
        if key in feeding:
            ranks[key] = min(ranks[child] for child in after[key] if child in ranks) - 1
    for key in order:
        if key in fed and key not in ranks:
            ranks[key] = max(ranks[parent] for parent in before[key] if parent in ranks) + 1
    for key in order:
        if key not in ranks:
            above = [ranks[parent] + 1 for parent in before[key] if parent in ranks]
            ranks[key] = max(
                above, default=min((ranks[child] for child in after[key] if child in ranks), default=1) - 1
            )
    return ranks


def _reached(start: str, neighbours: Neighbours) -> set[str]:
    found: set[str] = set()
    edge = [start]
    while edge:
        new = set(neighbours.get(edge.pop(), ())) - found
        found |= new
        edge += new
    return found


def _topological(keys: Sequence[str], before: Neighbours, after: Neighbours) -> list[str]:
    waiting = {key: len(before.get(key, ())) for key in keys}
    order = [key for key in keys if not waiting[key]]
    for key in order:
        for child in after.get(key, ()):
            waiting[child] -= 1
            if not waiting[child]:
                order.append(child)
    return order


def _chain(edge: Edge, ranks: Mapping[str, int]) -> list[str]:
    """The edge with a bend in each column that it passes."""
    start, end = edge
    step = 1 if ranks[end] > ranks[start] else -1
    return [start, *(f"{start}\n{end}\n{rank}" for rank in range(ranks[start] + step, ranks[end], step)), end]


def _columns(keys: Sequence[str], chains: Iterable[Sequence[str]], ranks: Mapping[str, int]) -> list[list[str]]:
    placed = {key: ranks[key] for key in keys}
    for chain in chains:
        step = 1 if ranks[chain[-1]] > ranks[chain[0]] else -1
        placed |= {key: ranks[chain[0]] + step * place for place, key in enumerate(chain[1:-1], start=1)}
    first = min(placed.values(), default=0)
    columns: list[list[str]] = [[] for _ in range(max(placed.values(), default=0) - first + 1)]
    for key, rank in placed.items():
        columns[rank - first].append(key)
    return columns


def _neighbours(chains: Iterable[Sequence[str]]) -> tuple[Neighbours, Neighbours]:
    before: dict[str, list[str]] = defaultdict(list)
    after: dict[str, list[str]] = defaultdict(list)
    for chain in chains:
        for start, end in pairwise(chain):
            before[end].append(start)
            after[start].append(end)
    return before, after


def _ordered(columns: list[list[str]], before: Neighbours, after: Neighbours) -> list[list[str]]:
    """Each column sorted by the middle of its neighbours, to and fro, the order with the fewest crossings kept."""
    best, fewest = columns, _crossings(columns, after)
    current = columns
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        current = _sweep(current if forward else current[::-1], before if forward else after)
        current = current if forward else current[::-1]
        if (crossings := _crossings(current, after)) < fewest:
            best, fewest = current, crossings
    return best


def _sweep(columns: list[list[str]], neighbours: Neighbours) -> list[list[str]]:
    places: dict[str, float] = {}
    swept: list[list[str]] = []
    for column in columns:
        middles: dict[str, float] = {}
        for place, key in enumerate(column):
            known = [places[each] for each in neighbours.get(key, ()) if each in places]
            middles[key] = sum(known) / len(known) if known else place / max(1, len(column) - 1)
        swept.append(sorted(column, key=middles.__getitem__))
        places |= {key: place / max(1, len(column) - 1) for place, key in enumerate(swept[-1])}
    return swept


def _crossings(columns: Sequence[Sequence[str]], after: Neighbours) -> int:
    place = {key: number for column in columns for number, key in enumerate(column)}
    total = 0
    for column in columns:
        lines = [(place[key], place[end]) for key in column for end in after.get(key, ())]
        total += sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(lines, 2))
    return total


def _heights(
    columns: Sequence[Sequence[str]], before: Neighbours, after: Neighbours, boxes: set[str]
) -> dict[str, float]:
    """How high everything stands: near the middle of its neighbours, in its column's order, nothing overlapping."""
    rooms = {key: 1.0 if key in boxes else BEND_HEIGHT for column in columns for key in column}
    heights: dict[str, float] = {}
    for column in columns:
        heights |= _spread([0.0] * len(column), column, rooms)
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 else columns[::-1]:
            wanted = [_middle(key, heights, before, after) for key in column]
            heights |= _spread(wanted, column, rooms)
    top = min((heights[key] - rooms[key] / 2 for key in heights), default=0.0)
    return {key: height - top for key, height in heights.items()}


def _middle(key: str, heights: Mapping[str, float], before: Neighbours, after: Neighbours) -> float:
    near = [heights[each] for each in (*before.get(key, ()), *after.get(key, ()))]
    return sum(near) / len(near) if near else heights[key]


def _spread(wanted: Sequence[float], column: Sequence[str], rooms: Mapping[str, float]) -> dict[str, float]:
    """The heights nearest to ``wanted`` at which everything has its room: an isotonic regression."""
    offsets = [0.0]
    for above, below in pairwise(column):
        offsets.append(offsets[-1] + (rooms[above] + rooms[below]) / 2)
    blocks: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=False):
        total, number = want - offset, 1
        while blocks and blocks[-1][0] / blocks[-1][1] >= total / number:
            total, number = total + blocks[-1][0], number + blocks[-1][1]
            blocks.pop()
        blocks.append((total, number))
    levels = [total / number for total, number in blocks for _ in range(number)]
    return {key: level + offset for key, level, offset in zip(column, levels, offsets, strict=False)}
