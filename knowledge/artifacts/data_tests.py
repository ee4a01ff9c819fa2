"""Data tests and unit tests, each attached to the node it tests."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec

from knowledge.artifacts.columns import column_key
from knowledge.artifacts.digests import digest
from knowledge.artifacts.document import Document
from knowledge.artifacts.entries import Entry, Outline
from knowledge.artifacts.reading import read_entries
from knowledge.artifacts.scalars import text, word
from knowledge.values import DataTest, Node, Oddity, join_columns_tested

Attached = Mapping[str, Mapping[str, bytes]]
"""unique_id of a node → its tests by unique_id, each with a digest of all that is read of it."""

_TOGETHER = ("combination_of_columns", "column_list", "column_names")
"""Arguments by which well-known generic tests are given several columns."""
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

    @property
    def arguments(self) -> Mapping[str, Any]:
        """What a generic test was called with."""
        arguments = self.test_metadata.kwargs if self.test_metadata else None
        return arguments if isinstance(arguments, dict) else {}

    @property
    def columns(self) -> tuple[str, ...]:
        """The column it stands at; else those that it was told to look at together."""
        if column := word(self.column_name) or word(self.arguments.get("column_name")):
            return (column,)
        given = (self.arguments.get(name) for name in _TOGETHER)
        return next((tuple(filter(None, map(word, each))) for each in given if isinstance(each, list)), ())


class UnitTestEntry(Entry):
    """A unit test's entry in the manifest."""

    tested_node_unique_id: Any = None


def attach(document: Document, nodes: Mapping[str, Outline], oddities: list[Oddity]) -> Attached:
    """The enabled tests by the node that each is about; a test of nothing that there is is left out."""
    attached: defaultdict[str, dict[str, bytes]] = defaultdict(dict)
    for unique_id, test in read_entries(document.data_tests, TestEntry, oddities):
        if test.enabled and (node := _tested_by(test, nodes)):
            attached[node][unique_id] = digest(test)
    for unique_id, unit_test in read_entries(document.unit_tests, UnitTestEntry, oddities):
        if unit_test.enabled and (node := _unit_tested_by(unit_test, nodes)):
            attached[node][unique_id] = digest(unit_test)
    return attached


def tests_of(node: Node, document: Document, attached: Collection[str]) -> Iterator[DataTest]:
    """The tests that are attached to a node. What is odd about them has been noted."""
    data_tests, unit_tests = (
        {unique_id: entries[unique_id] for unique_id in attached if unique_id in entries}
        for entries in (document.data_tests, document.unit_tests)
    )
    for unique_id, test in read_entries(data_tests, TestEntry, []):
        yield DataTest(
            unique_id=unique_id,
            name=word(test.test_metadata and test.test_metadata.name) or test.called(unique_id),
            node=node.unique_id,
            column=join_columns_tested(_as_spelled(node, column) for column in test.columns),
            severity="warn" if text(test.settings.severity).lower() == "warn" else "error",
            parents=_parents(test, node),
        )
    for unique_id, unit_test in read_entries(unit_tests, UnitTestEntry, []):
        yield DataTest(
            unique_id=unique_id,
            name=unit_test.called(unique_id),
            node=node.unique_id,
            parents=_parents(unit_test, node),
        )


def _parents(entry: Entry, node: Node) -> tuple[str, ...]:
    """All that a test reads, in an order that does not depend on dbt's."""
    return tuple(sorted({*entry.parents, node.unique_id}))


def _tested_by(test: TestEntry, nodes: Mapping[str, Outline]) -> str | None:
    attached = word(test.attached_node)
    if attached:
        return attached if attached in nodes else None
    return _parent_tested(test, nodes)


def _unit_tested_by(test: UnitTestEntry, nodes: Mapping[str, Outline]) -> str | None:
    return next((each for each in (text(test.tested_node_unique_id), *test.parents) if each in nodes), None)


def _parent_tested(test: TestEntry, nodes: Mapping[str, Outline]) -> str | None:
    """Which of its parents a test is about, where the manifest does not say (before version 9, and singular tests).

    A relationships test has two parents. Its ``model`` argument names the tested one, so does the YAML it stands in;
    failing that it is the last. A singular test is about the parent in its name, else the one it selects from first.
    """
    parents = [parent for parent in test.parents if parent in nodes]
    if not parents:
        return None
    if test.test_metadata is None:
        named = [parent for parent in parents if nodes[parent].name.lower() in text(test.name).lower()]
        return max(named, key=lambda parent: len(nodes[parent].name), default=parents[0])
    for written in (_called_with(test.arguments.get("model")), _after_dot(test.file_key_name)):
        matching = [each for each in parents if written and written in (nodes[each].name, nodes[each].source_name)]
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
