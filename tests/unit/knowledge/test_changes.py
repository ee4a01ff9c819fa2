"""What a new set of artifacts changes, and whether that may be."""

from datetime import datetime, timedelta

import pytest

from knowledge.changes import Changes, compare, definitions, require_most, require_newer
from knowledge.errors import Refused
from tests.fakes.artifacts import NOON, FakeSource, data_test, model


def _changes(*, removed: int) -> Changes:
    gone = frozenset(f"model.shop.m{n}" for n in range(removed))
    return Changes(
        added=frozenset(),
        changed=frozenset(),
        differing=frozenset(),
        removed=gone,
        hidden=frozenset(),
        hidden_columns={},
        hashes={},
    )


def test_nodes_are_added_changed_removed_or_left() -> None:
    before = compare({}, definitions(FakeSource([model("a"), model("b"), model("c")]).load()), (), full=False)
    after = definitions(FakeSource([model("a"), model("b", "new words"), model("d")]).load())
    changes = compare(before.hashes, after, (), full=False)
    assert changes.added == {"model.shop.d"}
    assert changes.changed == {"model.shop.b"}
    assert changes.removed == {"model.shop.c"}


def test_a_full_comparison_counts_all_that_stays_as_changed() -> None:
    same = definitions(FakeSource([model("a"), model("b")]).load())
    stored = compare({}, same, (), full=False).hashes
    assert not compare(stored, same, (), full=False)
    assert compare(stored, same, (), full=True).changed == {"model.shop.a", "model.shop.b"}


def test_a_test_that_comes_or_goes_changes_its_node_alone() -> None:
    nodes = [model("a"), model("b")]
    stored = compare({}, definitions(FakeSource(nodes).load()), (), full=False).hashes
    tested = FakeSource(nodes, [data_test("a"), data_test("nowhere")])
    changes = compare(stored, definitions(tested.load()), (), full=False)
    assert changes.changed == {"model.shop.a"}
    assert not changes.added | changes.removed


def test_of_entries_with_one_unique_id_the_last_counts() -> None:
    sorted_out = definitions(
        FakeSource([model("a", "old"), model("a", "new")], [data_test("a"), data_test("a")]).load()
    )
    assert sorted_out.nodes["model.shop.a"].description == "new"
    assert len(sorted_out.tests["model.shop.a"]) == 1


@pytest.mark.parametrize("known", [None, NOON, NOON - timedelta(days=1)])
def test_artifacts_as_new_as_the_catalog_pass(known: datetime | None) -> None:
    require_newer(known, NOON)
    require_newer(NOON, None)


def test_older_artifacts_are_refused() -> None:
    with pytest.raises(Refused, match=r"2026-11-20 11:59:59 UTC.*2026-11-20 12:00:00 UTC"):
        require_newer(NOON, NOON - timedelta(seconds=1))


@pytest.mark.parametrize(("stored", "removed"), [(0, 0), (10, 5), (3, 1), (1, 0)])
def test_half_of_the_nodes_may_go(stored: int, removed: int) -> None:
    require_most(stored, _changes(removed=removed))


@pytest.mark.parametrize(("stored", "removed"), [(10, 6), (3, 2), (1, 1)])
def test_more_than_half_may_not(stored: int, removed: int) -> None:
    with pytest.raises(Refused, match=f"lacks {removed} of the {stored} nodes.*--accept-shrink"):
        require_most(stored, _changes(removed=removed))
