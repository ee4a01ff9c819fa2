"""Data tests and unit tests, each attached to the node it tests."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from knowledge.artifacts.columns import column_key
from knowledge.artifacts.entries import Entry
from knowledge.artifacts.scalars import text, word
from knowledge.values import DataTest, Node

_TESTED = re.compile(r"(?:ref|source)\(([^()]*)\)")


class _Generic(msgspec.Struct):
    """What a generic test was called with."""

    name: Any = None
    kwargs: Any = None


class TestEntry(Entry):
    """A data test's entry in the manifest."""

    __test__ = False  # the name says what dbt calls it, pytest need not collect it

    column_name: Any = None
    attached_node: Any = None
    file_key_name: Any = None
    test_metadata: _Generic | None = None


class UnitTestEntry(Entry):
    """A unit test's entry in the manifest."""

    tested_node_unique_id: Any = None


def data_test_from(unique_id: str, entry: TestEntry, nodes: Mapping[str, Node]) -> DataTest | None:
    """The test with the node it tests; None when it tests nothing that we know."""
    generic = entry.test_metadata or _Generic()
    arguments = generic.kwargs if isinstance(generic.kwargs, dict) else {}
    attached = word(entry.attached_node)
    node = nodes.get(attached) if attached else _tested(entry, arguments, nodes)
    if node is None:
        return None
    column = word(entry.column_name) or word(arguments.get("column_name"))
    return DataTest(
        unique_id=unique_id,
        name=word(generic.name) or entry.called(unique_id),
        node=node.unique_id,
        column=_as_spelled(node, column) if column else None,
        severity="warn" if text(entry.settings.severity).lower() == "warn" else "error",
        parents=_parents(entry, node),
    )


def unit_test_from(unique_id: str, entry: UnitTestEntry, nodes: Mapping[str, Node]) -> DataTest | None:
    """The unit test with the model it tests; None when we do not know that model."""
    candidates = [text(entry.tested_node_unique_id), *entry.parents]
    node = next((nodes[candidate] for candidate in candidates if candidate in nodes), None)
    if node is None:
        return None
    return DataTest(
        unique_id=unique_id, name=entry.called(unique_id), node=node.unique_id, parents=_parents(entry, node)
    )


def _parents(entry: Entry, node: Node) -> tuple[str, ...]:
    """All that a test reads, in an order that does not depend on dbt's."""
    return tuple(sorted({*entry.parents, node.unique_id}))


def _tested(entry: TestEntry, arguments: Mapping[str, Any], nodes: Mapping[str, Node]) -> Node | None:
    """Which of its parents a test is about, where the manifest does not say (before version 9, and singular tests).

    A relationships test has two parents. Its ``model`` argument names the tested one, so does the YAML it stands in;
    failing that it is the last. A singular test is about the parent in its name, else the one it selects from first.
    """
    parents = [nodes[parent] for parent in entry.parents if parent in nodes]
    if not parents:
        return None
    if entry.test_metadata is None:
        named = [parent for parent in parents if parent.name.lower() in text(entry.name).lower()]
        return max(named, key=lambda parent: len(parent.name), default=parents[0])
    for written in (_called_with(arguments.get("model")), _after_dot(entry.file_key_name)):
        matching = [parent for parent in parents if written and written in (parent.name, parent.source_name)]
        if matching:
            return matching[0]
    return parents[-1]


def _called_with(model: object) -> str | None:
    """The table in ``{{ get_where_subquery(ref('package', 'orders')) }}``."""
    match = _TESTED.search(model) if isinstance(model, str) else None
    arguments = match[1].split(",") if match else []
    names = [argument.strip().strip("'\"") for argument in arguments if "=" not in argument]
    return names[-1] if names else None


def _after_dot(file_key_name: object) -> str | None:
    """``orders`` in ``models.orders``."""
    return text(file_key_name).partition(".")[2] or None


def _as_spelled(node: Node, column: str) -> str:
    """The column as the node's own list spells it."""
    key = column_key(column)
    return next((known.name for known in node.columns if column_key(known.name) == key), column)
