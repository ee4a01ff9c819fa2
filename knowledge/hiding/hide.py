"""Keeps out of the catalog what must not be known, before anything is stored (pure).

A node is hidden when the admin's selection means it or its meta says ``{"marty": {"hide": true}}``; a column by meta
alone. With a node go its columns, tests, results and freshness. What is left of it is its kind and its place in the
lineage, under an opaque id. Where visible things speak of it, its name is taken out.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import get_args

from knowledge.artifacts.columns import column_key
from knowledge.artifacts.scalars import asks_to_hide
from knowledge.hiding.scrubbing import MENTION, Scrubber
from knowledge.hiding.selection import Selection
from knowledge.history.fields import HIDDEN
from knowledge.values import Artifacts, Column, DataTest, HiddenNode, Kind, Node, Oddity, RunResult

_DIGITS = 20
_TYPES = (*get_args(Kind), "test", "unit_test", "analysis", "operation", "function", "group", "macro")
_ID = re.compile(rf"\b({'|'.join(_TYPES)})\..+", re.DOTALL)
"""A unique_id in what an oddity is about; it ends that, since names may have blanks in them."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Hidden:
    """unique_ids of hidden nodes, and of visible nodes with the keys of their hidden columns."""

    nodes: frozenset[str]
    columns: Mapping[str, frozenset[str]]
    key: bytes

    def __bool__(self) -> bool:
        return bool(self.nodes or self.columns)

    def parents(self, unique_ids: Collection[str]) -> tuple[str, ...]:
        """The same parents, hidden ones without their names."""
        if self.nodes.isdisjoint(unique_ids):
            return tuple(unique_ids)
        return tuple(sorted(opaque_id(each, self.key) if each in self.nodes else each for each in unique_ids))


def opaque_id(unique_id: str, key: bytes) -> str:
    """What a hidden thing is called: the same at every refresh, and nothing that a name could be guessed from."""
    digest = blake2b(unique_id.encode("utf-8", "surrogatepass"), key=key).hexdigest()
    return f"{HIDDEN}{digest[:_DIGITS]}"


def hide(artifacts: Artifacts, selection: Selection | None, key: bytes) -> Artifacts:
    """The artifacts without what must not be known; the same object when there is no rule at all.

    Args:    key: up to 64 bytes that nobody knows, the same at every refresh.
    """
    nodes = {node.unique_id: node for node in artifacts.nodes}
    meant = selection.by_word(nodes, artifacts.fqns) if selection else []
    hidden = _hidden(nodes, meant, key)
    if not hidden and selection is None:
        return artifacts
    if not hidden:
        ids = {*nodes, *(test.unique_id for test in artifacts.tests)}
        oddities = (_scrubbed_oddity(each, ids, Scrubber((), (), ())) for each in artifacts.oddities)
        return replace(artifacts, oddities=(*_misspelt(meant), *oddities))
    visible = [_without_columns(node, hidden) for node in nodes.values() if node.unique_id not in hidden.nodes]
    gone = [node for node in nodes.values() if node.unique_id in hidden.nodes]
    scrubber = Scrubber(gone, _column_names(nodes, hidden), visible)
    tests = {test.unique_id: _scrubbed_test(test, scrubber, key) for test in artifacts.tests if _stays(test, hidden)}
    known = {unique_id: unique_id for unique_id in nodes.keys() - hidden.nodes}
    known |= {unique_id: test.unique_id for unique_id, test in tests.items()}
    said = {message: scrubber.report(message) for message in {each.message for each in artifacts.results} if message}
    return replace(
        artifacts,
        project=replace(artifacts.project, hidden=len(hidden.nodes)),
        nodes=tuple(_scrubbed_node(node, scrubber) for node in visible),
        tests=tuple(tests.values()),
        results=tuple(_scrubbed_result(each, known, said) for each in artifacts.results if each.unique_id in known),
        freshness=tuple(each for each in artifacts.freshness if each.unique_id in known),
        oddities=(*_misspelt(meant), *(_scrubbed_oddity(each, known, scrubber) for each in artifacts.oddities)),
        hidden=tuple(sorted((_remains(node, hidden) for node in gone), key=lambda each: each.unique_id)),
        fqns={unique_id: fqn for unique_id, fqn in artifacts.fqns.items() if unique_id in known},
    )


def is_asked_to_hide(artifacts: Artifacts) -> bool:
    """Whether the meta of a node or column asks for it."""
    return bool(_hidden({node.unique_id: node for node in artifacts.nodes}, (), b""))


def _hidden(nodes: Mapping[str, Node], meant: Iterable[frozenset[str]], key: bytes) -> _Hidden:
    asking = (unique_id for unique_id, node in nodes.items() if node.meta and asks_to_hide(node.meta))
    found = frozenset(asking).union(*meant)
    # A semantic model tells its model's columns by other names.
    found |= {
        unique_id
        for unique_id, node in nodes.items()
        if node.kind == "semantic_model" and not found.isdisjoint(node.depends_on)
    }
    columns = {
        unique_id: frozenset(column_key(column.name) for column in node.columns if column.hidden)
        for unique_id, node in nodes.items()
        if unique_id not in found and any(column.hidden for column in node.columns)
    }
    return _Hidden(found, columns, key)


def _without_columns(node: Node, hidden: _Hidden) -> Node:
    """The node without its hidden columns, and without parents' names and the elements that rest on their columns."""
    own = hidden.columns.get(node.unique_id, frozenset())
    columns = tuple(column for column in node.columns if column_key(column.name) not in own) if own else node.columns
    if node.kind == "semantic_model":
        below = frozenset().union(*(hidden.columns.get(parent, ()) for parent in node.depends_on))
        columns = tuple(column for column in columns if not (below and _rests_on(column, below)))
    parents = hidden.parents(node.depends_on)
    key = () if own and any(_has_word(part, own) for part in node.unique_key) else node.unique_key
    if len(columns) == len(node.columns) and parents == node.depends_on:
        return node
    return replace(node, columns=columns, depends_on=parents, unique_key=key)


def _rests_on(element: Column, columns: Collection[str]) -> bool:
    """Whether an entity, dimension or measure is one of the columns, or is computed with one."""
    return column_key(element.name) in columns or _has_word(element.data_type or "", columns)


def _has_word(text: str, columns: Collection[str]) -> bool:
    return column_key(text) in columns or any(word in columns for word in _WORD.findall(text.lower()))


def _column_names(nodes: Mapping[str, Node], hidden: _Hidden) -> list[str]:
    return [
        column.name
        for unique_id, keys in hidden.columns.items()
        for column in nodes[unique_id].columns
        if column_key(column.name) in keys
    ]


def _remains(node: Node, hidden: _Hidden) -> HiddenNode:
    return HiddenNode(
        unique_id=opaque_id(node.unique_id, hidden.key),
        kind=node.kind,
        depends_on=hidden.parents(node.depends_on),
    )


def _stays(test: DataTest, hidden: _Hidden) -> bool:
    """Whether a test neither stands on what is hidden nor reads it."""
    if test.node in hidden.nodes or not hidden.nodes.isdisjoint(test.parents):
        return False
    return hidden.columns.get(test.node, frozenset()).isdisjoint(map(column_key, test.columns))


def _scrubbed_test(test: DataTest, scrubber: Scrubber, key: bytes) -> DataTest:
    """dbt makes a test's id of what the test is about; where that tells of something hidden, it becomes opaque."""
    if not scrubber.is_named_in(test.unique_id):
        return test
    name = MENTION if scrubber.is_named_in(test.name) else test.name
    return replace(test, unique_id=opaque_id(test.unique_id, key), name=name)


def _scrubbed_node(node: Node, scrubber: Scrubber) -> Node:
    """The node whose texts name nothing hidden."""
    texts = [node.description, node.label, node.loader, node.url, str(node.meta) if node.meta else None]
    texts += [text for column in node.columns for text in (column.description, column.data_type)]
    if node.expression:
        node = replace(node, expression=scrubber.code(node.expression))
    if not scrubber.touches("\n".join(filter(None, texts))) and node.kind != "semantic_model":
        return node
    return replace(
        node,
        description=scrubber.prose(node.description),
        label=node.label and scrubber.prose(node.label),
        loader=node.loader and scrubber.prose(node.loader),
        url=node.url if node.url == scrubber.prose(node.url or "") else None,
        meta=scrubber.json(node.meta),
        columns=tuple(_scrubbed_column(column, scrubber, node) for column in node.columns),
    )


def _scrubbed_column(column: Column, scrubber: Scrubber, node: Node) -> Column:
    """A semantic model's columns have as their type what they are computed from."""
    clean = scrubber.code if node.kind == "semantic_model" else scrubber.prose
    description, data_type = scrubber.prose(column.description), column.data_type and clean(column.data_type)
    if (description, data_type) == (column.description, column.data_type):
        return column
    return replace(column, description=description, data_type=data_type)


def _scrubbed_result(result: RunResult, known: Mapping[str, str], said: Mapping[str, str]) -> RunResult:
    message = result.message and said[result.message]
    if message == result.message and known[result.unique_id] == result.unique_id:
        return result
    return replace(result, unique_id=known[result.unique_id], message=message)


def _scrubbed_oddity(oddity: Oddity, known: Collection[str], scrubber: Scrubber) -> Oddity:
    """What could not be read may be something to hide, for nobody knows what its entry says: it keeps its kind."""
    where = _ID.sub(lambda found: found[0] if found[0] in known else f"{found[1]}.{MENTION}", oddity.where)
    return Oddity(where=scrubber.prose(where), reason=scrubber.report(oddity.reason))


def _misspelt(meant: Iterable[Collection[str]]) -> Iterable[Oddity]:
    for place, found in enumerate(meant, start=1):
        if not found:
            yield Oddity(where="CATALOG_EXCLUDE", reason=f"has a word, number {place}, that matches nothing here")
