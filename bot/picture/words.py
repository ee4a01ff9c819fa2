"""What a picture of a lineage says, for those who cannot see it (pure)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from agent.values import Graph, GraphNode

LONGEST_ALT = 1_000
"""Source: Slack's files.getUploadURLExternal, error alt_txt_too_large."""
LONGEST_IN_URL = 4_000
"""The SDK sends it as part of an address, where a letter may take twelve characters."""
_LAYERS = {
    "source": "source", "staging": "staging", "intermediate": "intermediate", "mart": "mart", "metric": "metric",
    "exposure": "exposure", "other": "model",
}  # fmt: skip


def caption(node: GraphNode) -> str:
    """What stands below a box's name: the column that is meant, what the node is built for, and what ails it."""
    parts = [node.column or "", _what(node), node.state if node.state != "ok" else ""]
    return " · ".join(part for part in parts if part)


def _what(node: GraphNode) -> str:
    """A model's layer, and of anything else what it is: no colour has to be told from another."""
    if node.more:
        return ""
    if node.kind == "model" and node.layer == "source":
        return "model"
    return _LAYERS.get(node.layer, "") if node.kind in ("", "model") else node.kind


def title(graph: Graph) -> str:
    """The picture's name."""
    return f"Lineage of {_name(_by_key(graph)[graph.asked])}"


def describe(graph: Graph, *, limit: int = LONGEST_ALT) -> str:
    """The picture in at most ``limit`` characters: what feeds the node, what it feeds, the nearest first."""
    before: dict[str, list[str]] = defaultdict(list)
    after: dict[str, list[str]] = defaultdict(list)
    for start, end in graph.edges:
        before[end].append(start)
        after[start].append(end)
    asked = _by_key(graph)[graph.asked]
    text = f"{title(graph)}{_ailing(asked)}."
    for opening, neighbours in (("Fed by", before), ("Feeds", after)):
        if found := _walk(graph, neighbours):
            text += f" {opening}: {', '.join(found)}."
    shown = text
    while len(shown) > limit or len(quote(shown)) > LONGEST_IN_URL:
        text = text[:-20].rsplit(", ", 1)[0]
        shown = f"{text}…"
    return shown


def _walk(graph: Graph, neighbours: Mapping[str, Sequence[str]]) -> list[str]:
    """The names of everything on one side, breadth first."""
    nodes = _by_key(graph)
    order, seen = [graph.asked], {graph.asked}
    for key in order:
        new = [each for each in dict.fromkeys(neighbours.get(key, ())) if each not in seen]
        seen.update(new)
        order += new
    return [f"{_name(nodes[key])}{_ailing(nodes[key])}" for key in _counts_last(order[1:], nodes)]


def _counts_last(keys: Iterable[str], nodes: Mapping[str, GraphNode]) -> list[str]:
    return sorted(keys, key=lambda key: nodes[key].more > 0)


def _name(node: GraphNode) -> str:
    return f"{node.name}.{node.column}" if node.column else node.name


def _ailing(node: GraphNode) -> str:
    return "" if node.state == "ok" else f" ({node.state})"


def _by_key(graph: Graph) -> Mapping[str, GraphNode]:
    return {node.key: node for node in graph.nodes}
