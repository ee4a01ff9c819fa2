"""How far the nodes of a lineage are from where it starts (pure)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping


def in_steps(start: str, nearer: Mapping[str, Iterable[str]]) -> list[tuple[str, int]]:
    """The nodes by their shortest distance from ``start`` and then by name; cycles are walked once.

    Args:    nearer: node → its neighbours on the side of ``start``, whether they lead there or not.
    """
    farther: dict[str, list[str]] = defaultdict(list)
    for node, neighbours in nearer.items():
        for neighbour in neighbours:
            farther[neighbour].append(node)
    distances = {start: 0}
    edge = [start]
    while edge:
        found = {node for reached in edge for node in farther[reached]} - distances.keys()
        distances |= dict.fromkeys(found, distances[edge[0]] + 1)
        edge = sorted(found)
    return sorted(((node, steps) for node, steps in distances.items() if steps), key=lambda step: (step[1], step[0]))
