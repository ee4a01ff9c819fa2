"""What a new set of artifacts changes in the catalog, and whether that may be (pure)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from knowledge.errors import Refused
from knowledge.records import fingerprint
from knowledge.values import Artifacts, DataTest, Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """unique_ids by what becomes of them, and the fingerprints of what is there now."""

    added: frozenset[str]
    changed: frozenset[str]
    removed: frozenset[str]
    hashes: Mapping[str, bytes]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """The nodes of a set of artifacts by unique_id, each with its tests."""

    nodes: Mapping[str, Node]
    tests: Mapping[str, tuple[DataTest, ...]]
    """unique_id of a node → its tests."""

    @property
    def results_of(self) -> frozenset[str]:
        """Whose results are worth keeping: nodes' and tests'."""
        return frozenset(self.nodes) | {test.unique_id for tests in self.tests.values() for test in tests}


def definitions(artifacts: Artifacts) -> Definitions:
    """Sort out the artifacts. Of several entries with one unique_id the last counts; tests of no node are left out."""
    nodes = {node.unique_id: node for node in artifacts.nodes}
    tests: dict[str, list[DataTest]] = defaultdict(list)
    for test in {test.unique_id: test for test in artifacts.tests}.values():
        if test.node in nodes:
            tests[test.node].append(test)
    return Definitions(nodes=nodes, tests={node: tuple(attached) for node, attached in tests.items()})


def compare(stored: Mapping[str, bytes], new: Definitions, *, full: bool) -> Changes:
    """What the definitions add, change and remove; ``full`` counts every node that stays as changed."""
    hashes = {unique_id: fingerprint(node, new.tests.get(unique_id, ())) for unique_id, node in new.nodes.items()}
    stay = stored.keys() & hashes.keys()
    return Changes(
        added=frozenset(hashes.keys() - stored.keys()),
        changed=frozenset(unique_id for unique_id in stay if full or stored[unique_id] != hashes[unique_id]),
        removed=frozenset(stored.keys() - hashes.keys()),
        hashes=hashes,
    )


def require_newer(known_at: datetime | None, generated_at: datetime | None) -> None:
    """Raises: Refused when the artifacts are older than those the catalog was made from."""
    if known_at and generated_at and generated_at < known_at:
        raise Refused(
            f"The manifest was made at {_utc(generated_at)}, the catalog already serves one made at {_utc(known_at)}. "
            "Build the project anew, or look whether an old copy was put there."
        )


def require_most(stored: int, changes: Changes) -> None:
    """Raises: Refused when more than half of the nodes would go."""
    if 2 * len(changes.removed) > stored:
        raise Refused(
            f"The manifest lacks {len(changes.removed)} of the {stored} nodes that the catalog serves, so it may be "
            "broken or partial. If it is right, refresh with --accept-shrink."
        )


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
