"""What a refresh changes about the project's nodes, as people would tell it (pure).

A refresh that hides something tells nothing: the difference would be what must not be told.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from knowledge.changes import Changes, Definitions
from knowledge.history.fields import (
    differences_of_columns,
    differences_of_fields,
    differences_of_parents,
    differences_of_tests,
)
from knowledge.values import Change, DataTest, Node, What

GOOD = frozenset({"success", "pass", "no-op", "reused", "warn"})
BAD = frozenset({"error", "fail", "runtime error", "partial success"})
"""dbt's words for how a build, test or freshness check ended; any other (skipped) leaves the state as it was."""
_FEW_COLUMNS = 2
"""From as many columns on, columns alone tell a node from others."""


def changes_between(old: Definitions, new: Definitions, changes: Changes) -> list[Change]:
    """All that a refresh changes about definitions, in the order of unique_ids.

    Args:    old: the nodes, with their tests, that ``changes`` calls removed or changed, as they were.
    """
    gone = [old.nodes[each] for each in sorted(changes.removed) if each in old.nodes]
    come = [new.nodes[each] for each in sorted(changes.added)]
    renames = moved(gone, come)
    pairs = {each: each for each in changes.changed if each in old.nodes} | {new: old for old, new in renames.items()}
    found = [_whole(node, "removed") for node in gone if node.unique_id not in renames]
    found += [_whole(node, "added") for node in come if node.unique_id not in pairs]
    found += [_renamed(old.nodes[before], new.nodes[after]) for before, after in renames.items()]
    for after, before in pairs.items():
        found += node_changes(
            old.nodes[before],
            old.tests.get(before, ()),
            new.nodes[after],
            new.tests.get(after, ()),
            renames=renames,
        )
    return sorted(found, key=lambda change: change.unique_id)


def node_changes(
    before: Node,
    before_tests: Iterable[DataTest],
    after: Node,
    after_tests: Iterable[DataTest],
    *,
    renames: Mapping[str, str] | None = None,
) -> list[Change]:
    """What is different about the definition of one node, field by field.

    Args:    renames: old → new unique_id of nodes that have another name now: as a parent each is still the same.
    """
    found = [
        *differences_of_fields(before, after),
        *differences_of_columns(before, after),
        *differences_of_tests(before_tests, after_tests),
        *differences_of_parents(before.depends_on, after.depends_on, renames=renames or {}),
    ]
    is_renamed = before.unique_id != after.unique_id
    return [
        Change(
            unique_id=after.unique_id,
            name=said_name(after),
            kind=after.kind,
            layer=after.layer,
            what="changed",
            field=each.field,
            item=each.item,
            before=each.before,
            after=each.after,
        )
        for each in found
        if not (is_renamed and each.field == "relation")  # its table is called as it is
    ]


def moved(removed: Iterable[Node], added: Iterable[Node]) -> dict[str, str]:
    """Old → new unique_id of nodes that have only been given another name: same kind, same description and columns.

    Only pairs without a rival count, and only nodes that have a description or a few columns to be known by.
    """
    olds, news = _by_text(removed), _by_text(added)
    return {
        olds[text][0].unique_id: news[text][0].unique_id
        for text in olds.keys() & news.keys()
        if len(olds[text]) == len(news[text]) == 1
    }


def said_name(node: Node) -> str:
    """What people call the node."""
    if node.kind == "source" and node.source_name:
        return f"{node.source_name}.{node.name}"
    return node.name if node.is_latest or not node.version else f"{node.name}.v{node.version}"


def _by_text(nodes: Iterable[Node]) -> dict[tuple[object, ...], list[Node]]:
    found: dict[tuple[object, ...], list[Node]] = defaultdict(list)
    for node in nodes:
        text = node.description.strip()
        columns = tuple((each.name.lower(), (each.data_type or "").lower(), each.description) for each in node.columns)
        if text or len(columns) >= _FEW_COLUMNS:
            found[node.kind, text, columns].append(node)
    return found


def _whole(node: Node, what: What) -> Change:
    return Change(unique_id=node.unique_id, name=said_name(node), kind=node.kind, layer=node.layer, what=what)


def _renamed(before: Node, after: Node) -> Change:
    old, new = said_name(before), said_name(after)
    if old == new:  # it has moved to another package
        old, new = f"{before.package}.{old}", f"{after.package}.{new}"
    return Change(
        unique_id=after.unique_id,
        name=said_name(after),
        kind=after.kind,
        layer=after.layer,
        what="renamed",
        item=before.unique_id,
        before=old,
        after=new,
    )
