"""Where the boxes of a graph stand."""

import random
from itertools import combinations

import pytest

from agent.values import Graph, GraphNode
from bot.picture.layout import Layout, lay_out


def _graph(*edges: tuple[str, str], asked: str = "x") -> Graph:
    keys = dict.fromkeys([asked, *(key for edge in edges for key in edge)])
    return Graph(nodes=tuple(GraphNode(key=key, name=key) for key in keys), edges=edges, asked=asked)


def _columns(layout: Layout) -> dict[str, int]:
    return {key: spot.column for key, spot in layout.spots.items()}


def test_what_feeds_stands_at_the_left_and_what_is_fed_at_the_right() -> None:
    layout = lay_out(_graph(("a", "b"), ("b", "x"), ("x", "c")))
    assert _columns(layout) == {"a": 0, "b": 1, "x": 2, "c": 3}
    assert layout.columns == 4


def test_a_node_stands_next_to_what_it_feeds_however_early_it_could_stand() -> None:
    columns = _columns(lay_out(_graph(("a", "b"), ("b", "x"), ("late", "x"), ("x", "y"), ("y", "z"), ("x", "z"))))
    assert columns["late"] == columns["b"]
    assert columns["z"] == columns["y"] + 1


def test_a_line_over_several_columns_has_a_bend_in_each() -> None:
    layout = lay_out(_graph(("a", "b"), ("b", "x"), ("a", "x")))
    assert sorted(len(line) for line in layout.lines) == [2, 2, 3]
    long = max(layout.lines, key=len)
    assert [spot.column for spot in long] == [0, 1, 2]
    assert abs(long[1].height - layout.spots["b"].height) >= 0.6, "it passes beside the box"


def test_lines_that_need_not_cross_do_not() -> None:
    layout = lay_out(_graph(("p", "x"), ("q", "x"), ("r", "x"), ("a", "r"), ("b", "q"), ("c", "p")))
    assert _crossings(layout) == 0


@pytest.mark.parametrize("edges", [[("a", "x"), ("x", "a")], [("x", "x")], [("a", "b"), ("b", "c"), ("c", "a")], []])
def test_cycles_loops_and_nothing_are_laid_out_too(edges: list[tuple[str, str]]) -> None:
    layout = lay_out(_graph(*edges))
    assert all(spot.column >= 0 for spot in layout.spots.values())


def test_a_line_that_goes_back_ends_where_it_should() -> None:
    layout = lay_out(_graph(("a", "x"), ("x", "a")))
    ends = {(line[0], line[-1]) for line in layout.lines}
    assert (layout.spots["x"], layout.spots["a"]) in ends or (layout.spots["a"], layout.spots["x"]) in ends


@pytest.mark.parametrize("seed", range(20))
def test_nothing_overlaps_and_everything_has_its_place(seed: int) -> None:
    chance = random.Random(seed)
    keys = [f"n{number}" for number in range(35)]
    edges = [(chance.choice(keys), chance.choice(keys)) for _ in range(60)]
    graph = _graph(*edges, asked="n0")
    layout = lay_out(graph)
    assert layout.spots.keys() == {node.key for node in graph.nodes}
    for one, other in combinations(layout.spots.values(), 2):
        assert one.column != other.column or abs(one.height - other.height) > 0.999
    assert min(spot.height for spot in layout.spots.values()) >= 0.5 - 1e-9
    assert max(spot.height for spot in layout.spots.values()) <= layout.height - 0.5 + 1e-9
    assert max(spot.column for spot in layout.spots.values()) < layout.columns


def _crossings(layout: Layout) -> int:
    pairs = [(line[0], line[1]) for line in layout.lines]
    return sum(
        a.column == c.column and (a.height - c.height) * (b.height - d.height) < 0
        for (a, b), (c, d) in combinations(pairs, 2)
    )
