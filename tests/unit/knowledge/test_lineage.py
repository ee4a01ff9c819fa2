"""How far the nodes of a lineage are from where it starts."""

from knowledge.lineage import in_steps


def test_the_shortest_way_counts_and_the_nearest_come_first() -> None:
    nearer = {"c": ["b", "start"], "b": ["start"], "d": ["c"], "a": ["start"]}
    assert in_steps("start", nearer) == [("a", 1), ("b", 1), ("c", 1), ("d", 2)]


def test_a_cycle_is_walked_once() -> None:
    assert in_steps("start", {"a": ["start", "b"], "b": ["a"], "start": ["b"]}) == [("a", 1), ("b", 2)]


def test_what_leads_nowhere_near_is_left_out() -> None:
    assert in_steps("start", {"b": ["a"]}) == []
    assert in_steps("start", {}) == []
