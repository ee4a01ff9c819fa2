"""What a new set of artifacts changes in the catalog, and whether that may be (pure)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from knowledge.errors import Refused
from knowledge.records import fingerprint
from knowledge.values import Artifacts, DataTest, Node

_CLOCKS_DIFFER = timedelta(hours=1)
_SEMANTIC = {"metric": "metrics", "semantic_model": "semantic models", "saved_query": "saved queries"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """unique_ids by what becomes of them, and the fingerprints of what is there now."""

    added: frozenset[str]
    changed: frozenset[str]
    """To be written anew, whether they differ or not."""
    differing: frozenset[str]
    """Those of the changed ones whose definition is another."""
    removed: frozenset[str]
    hidden: frozenset[str]
    """Those of the removed ones that the project still has, but that must not be known any more."""
    hidden_columns: Mapping[str, frozenset[str]]
    """unique_id → columns, in lower case, that must not be known: of every node that has any."""
    hashes: Mapping[str, bytes]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """The nodes of a set of artifacts by unique_id, each with its tests."""

    nodes: Mapping[str, Node]
    tests: Mapping[str, tuple[DataTest, ...]]
    """unique_id of a node → its tests."""


def definitions(artifacts: Artifacts) -> Definitions:
    """Sort out the artifacts. Of several entries with one unique_id the last counts; tests of no node are left out."""
    nodes = {node.unique_id: node for node in artifacts.nodes}
    tests: dict[str, list[DataTest]] = defaultdict(list)
    for test in {test.unique_id: test for test in artifacts.tests}.values():
        if test.node in nodes:
            tests[test.node].append(test)
    return Definitions(nodes=nodes, tests={node: tuple(attached) for node, attached in tests.items()})


def compare(stored: Mapping[str, bytes], new: Definitions, whole: Sequence[Node], *, full: bool) -> Changes:
    """What the definitions add, change and remove.

    Args:    whole: all nodes and columns that the artifacts have, what is hidden included.
             full: every node that stays counts as changed.
    """
    hashes = {unique_id: fingerprint(node, new.tests.get(unique_id, ())) for unique_id, node in new.nodes.items()}
    stay = stored.keys() & hashes.keys()
    differing = frozenset(unique_id for unique_id in stay if stored[unique_id] != hashes[unique_id])
    removed = frozenset(stored.keys() - hashes.keys())
    return Changes(
        added=frozenset(hashes.keys() - stored.keys()),
        changed=frozenset(stay) if full else differing,
        differing=differing,
        removed=removed,
        hidden=removed.intersection(node.unique_id for node in whole),
        hidden_columns={
            node.unique_id: frozenset(column.name.lower() for column in node.columns if column.hidden)
            for node in whole
            if any(column.hidden for column in node.columns)
        },
        hashes=hashes,
    )


def is_older(at: datetime | None, known_at: datetime | None) -> bool:
    """Whether artifacts are older than those the catalog was made from, as far as both tell.

    A time that lies ahead tells nothing: a machine whose clock was wrong once must not lock out all that follows.
    """
    return bool(at and known_at and at < known_at and known_at < datetime.now(UTC) + _CLOCKS_DIFFER)


def require_newer(known_at: datetime | None, generated_at: datetime | None) -> None:
    """Raises: Refused when the artifacts are older than those the catalog was made from."""
    if known_at and generated_at and is_older(generated_at, known_at):
        raise Refused(
            f"The manifest was made at {_utc(generated_at)}, the catalog already serves one made at {_utc(known_at)}. "
            "Build the project anew, or look whether an old copy was put there; after a deliberate step back, let dbt "
            "parse the older project once more."
        )


def require_most(stored: int, changes: Changes) -> None:
    """Raises: Refused when more than half of the nodes would go; what is merely hidden does not count."""
    lost = len(changes.removed - changes.hidden)
    if 2 * lost > stored:
        raise Refused(
            f"The manifest lacks {lost} of the {stored} nodes that the catalog serves, so it may be broken or partial. "
            "If it is right, run `marty refresh --accept-shrink`."
        )


def require_same_project(served: str, artifacts: Artifacts, stored: Sequence[str]) -> None:
    """Raises: Refused when a place suddenly holds another project, which has hardly a node of the one that serves."""
    there = {node.unique_id for node in artifacts.nodes}
    lost = sum(unique_id not in there for unique_id in stored)
    if 2 * lost > len(stored):
        name = artifacts.project.name
        raise Refused(
            f"The manifest is of {f'the project {name}' if name else 'no project'}, and it lacks {lost} of the "
            f"{len(stored)} nodes of {served or 'the project'} that the catalog serves from there, so it may be broken "
            "or in the wrong place. If it is right, run `marty refresh --accept-shrink`."
        )


def require_catalog(fault: str, *, has_columns: bool) -> None:
    """Raises: Refused when catalog.json is there and useless: the warehouse's columns must not seem to be gone."""
    if has_columns:
        raise Refused(
            f"catalog.json {fault}, so that the warehouse's columns would be lost. Let dbt write it anew, "
            "or take it away; if it is right, run `marty refresh --accept-shrink`."
        )


def require_kinds(
    stored: Mapping[str, str], new: Definitions, changes: Changes, *, before: str | None, after: str | None
) -> None:
    """Raises: Refused when another dbt than before has lost everything of a kind of the semantic layer.

    dbt 2 leaves out what is written in the older YAML for metrics, with no more than a warning.
    Source: dbt 2.0.0-preview.196, warning dbt1157.

    Args:    stored: unique_id → kind of what the catalog serves.
             before, after: the versions of dbt.
    """
    lost = {stored[unique_id] for unique_id in changes.removed - changes.hidden}
    there = {node.kind for node in new.nodes.values()}
    words = [word for kind, word in _SEMANTIC.items() if kind in lost - there]
    if words and before and before != after:
        raise Refused(
            f"dbt {before} wrote {' and '.join(words)}, dbt {after or '?'} writes none any more: it may not read the "
            "YAML they are written in. If they are gone for good, run `marty refresh --accept-shrink`."
        )


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
