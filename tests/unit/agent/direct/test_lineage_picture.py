"""Which nodes of a lineage get a box, which are counted, and what is joined to what."""

from collections.abc import Sequence
from itertools import pairwise

import pytest

from agent.direct.picture import ASKED, MOST_AT_A_DEPTH, MOST_BOXES, MOST_COLUMNS, MOST_DEPTHS, build_graph
from agent.values import Graph, GraphNode
from knowledge.values import Kind, LineageStep, Node, Summary

ORDERS = Node(unique_id="model.shop.orders", name="orders", kind="model", layer="mart")


def _step(
    name: str | None, depth: int = 1, nearer: Sequence[int] = (0,), *, kind: Kind = "model", **facts: object
) -> LineageStep:
    node = None
    if name is not None:
        unique_id = f"source.shop.{name}" if kind == "source" else f"{kind}.shop.{name}"
        node = Summary(unique_id=unique_id, name=name, kind=kind, **facts)  # pyright: ignore[reportArgumentType]
    return LineageStep(node=node, kind=kind, depth=depth, nearer=tuple(nearer))


def _names(graph: Graph) -> list[str]:
    return [node.name for node in graph.nodes]


def _edges(graph: Graph) -> set[tuple[str, str]]:
    names = {node.key: node.name for node in graph.nodes}
    return {(names[start], names[end]) for start, end in graph.edges}


def _box(graph: Graph, name: str) -> GraphNode:
    return next(node for node in graph.nodes if node.name == name)


def test_what_feeds_stands_before_and_what_is_fed_behind() -> None:
    upstream = [_step("stg_orders", layer="staging"), _step("raw.orders", 2, [1], kind="source")]
    downstream = [_step("weekly", kind="exposure")]
    graph = build_graph(ORDERS, upstream=upstream, downstream=downstream)
    assert _edges(graph) == {("raw.orders", "stg_orders"), ("stg_orders", "orders"), ("orders", "weekly")}
    assert graph.asked == ASKED
    assert [node.layer for node in graph.nodes] == ["mart", "staging", "source", "exposure"]


def test_every_way_between_shown_nodes_is_shown() -> None:
    steps = [_step("a"), _step("b", 1, [0, 1]), _step("c", 2, [1, 2])]
    edges = _edges(build_graph(ORDERS, upstream=steps))
    assert edges == {("a", "orders"), ("b", "orders"), ("b", "a"), ("c", "a"), ("c", "b")}


def test_a_hidden_node_is_a_box_without_its_name_and_lineage_goes_through_it() -> None:
    graph = build_graph(ORDERS, upstream=[_step(None), _step("stg", 2, [1])])
    assert _box(graph, "hidden model").layer == "hidden"
    assert _edges(graph) == {("stg", "hidden model"), ("hidden model", "orders")}


def test_many_nodes_equally_far_away_are_counted_in_one_box() -> None:
    graph = build_graph(ORDERS, downstream=[_step(f"m{number:03}") for number in range(500)])
    rest = _box(graph, f"+{500 - MOST_AT_A_DEPTH} more")
    assert rest.more == 500 - MOST_AT_A_DEPTH
    assert len(graph.nodes) == MOST_AT_A_DEPTH + 2
    assert (ASKED, rest.key) in graph.edges


def test_nobody_is_told_that_there_is_one_more() -> None:
    graph = build_graph(ORDERS, downstream=[_step(f"m{number}") for number in range(MOST_AT_A_DEPTH + 1)])
    assert not any(node.more for node in graph.nodes)


def test_dashboards_are_shown_before_anything_else_and_hidden_nodes_last() -> None:
    models = [_step(f"m{number:03}") for number in range(40)]
    graph = build_graph(ORDERS, downstream=[_step(None), *models, _step("weekly", kind="exposure")])
    assert "weekly" in _names(graph)
    assert "hidden model" not in _names(graph)


def test_a_long_chain_ends_in_a_count() -> None:
    steps = [_step(f"m{number}", number, [number - 1]) for number in range(1, 30)]
    graph = build_graph(ORDERS, upstream=steps)
    shown = [f"m{number}" for number in range(1, MOST_DEPTHS + 1)]
    assert _names(graph) == ["orders", *shown, f"+{29 - MOST_DEPTHS} more"]
    assert (f"+{29 - MOST_DEPTHS} more", shown[-1]) in _edges(graph)


@pytest.mark.parametrize(("up", "down"), [(300, 300), (2, 300), (300, 2), (0, 300), (MOST_BOXES, 0)])
def test_both_sides_share_the_boxes_and_nothing_is_lost(up: int, down: int) -> None:
    graph = build_graph(ORDERS, upstream=_tree(up), downstream=_tree(down))
    singles = [node for node in graph.nodes if not node.more]
    assert len(singles) <= MOST_BOXES + 1 + 2 * MOST_DEPTHS
    assert sum(node.more or 1 for node in graph.nodes) == up + down + 1
    assert len({node.key for node in graph.nodes}) == len(graph.nodes)


def test_no_box_stands_alone() -> None:
    graph = build_graph(ORDERS, upstream=_tree(300), downstream=_tree(300))
    joined = {key for edge in graph.edges for key in edge}
    assert joined == {node.key for node in graph.nodes}


def test_a_box_is_never_joined_to_itself() -> None:
    steps = [_step(f"m{number}", 1, [0, *range(1, number)]) for number in range(1, 60)]
    graph = build_graph(ORDERS, upstream=steps)
    assert all(start != end for start, end in graph.edges)
    assert len(set(graph.edges)) == len(graph.edges)


def _tree(size: int) -> list[LineageStep]:
    """Every node feeds, or is fed by, three more."""
    depths = [0]
    for place in range(1, size + 1):
        depths.append(depths[(place - 1) // 3] + 1)
    assert all(before <= after for before, after in pairwise(depths))
    return [_step(f"m{place}", depths[place], [(place - 1) // 3]) for place in range(1, size + 1)]


def test_a_lineage_that_is_long_on_both_sides_is_cut_to_what_a_thread_can_show() -> None:
    steps = [_step(f"m{depth}", depth, [depth - 1]) for depth in range(1, 12)]
    graph = build_graph(ORDERS, upstream=steps, downstream=steps)
    assert len(graph.nodes) <= MOST_COLUMNS
    assert _names(graph).count("+9 more") == 2


def test_nodes_equally_far_away_that_feed_each_other_count_as_a_row() -> None:
    near = [_step(f"a{number}", 1, [0, number - 1] if number > 1 else [0]) for number in range(1, 9)]
    far = [_step(f"b{number}", 2, [8]) for number in range(20)]
    graph = build_graph(ORDERS, downstream=[*near, *far])
    assert "+20 more" in _names(graph), "of what is farther away only the number is told"


def test_a_box_says_what_it_is() -> None:
    graph = build_graph(ORDERS, downstream=[_step("revenue", kind="saved_query"), _step("history", kind="snapshot")])
    assert [node.kind for node in graph.nodes] == ["model", "saved query", "snapshot"]
