"""manifest.json (versions 2 to 12 and dbt 2's): the project's definition, and the one artifact that must be there."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import msgspec

from knowledge.artifacts.catalog import Catalog
from knowledge.artifacts.data_tests import TestEntry, UnitTestEntry, data_test_from, unit_test_from
from knowledge.artifacts.entries import Entry
from knowledge.artifacts.owners import GroupEntry, Groups
from knowledge.artifacts.reading import (
    NOTHING,
    Metadata,
    Odd,
    artifact_kind,
    read_artifact,
    read_entries,
    read_metadata,
    read_parts,
    try_parts,
)
from knowledge.artifacts.scalars import moment, text, word
from knowledge.artifacts.semantic import (
    ExposureEntry,
    MetricEntry,
    SavedQueryEntry,
    SemanticModelEntry,
    exposure_from,
    measures_of,
    metric_from,
    saved_query_from,
    semantic_model_from,
)
from knowledge.artifacts.tables import TableEntry, table_from
from knowledge.values import DataTest, Node, Oddity, Project

_TABLES = ("model.", "seed.", "snapshot.")

E = TypeVar("E", bound=Entry)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The project, its nodes and its tests, each sorted by unique_id, and the nodes' fully qualified names."""

    project: Project
    nodes: tuple[Node, ...]
    tests: tuple[DataTest, ...]
    fqns: Mapping[str, tuple[str, ...]]


class _Document(msgspec.Struct):
    metadata: msgspec.Raw = NOTHING
    nodes: msgspec.Raw = NOTHING
    sources: msgspec.Raw = NOTHING
    exposures: msgspec.Raw = NOTHING
    metrics: msgspec.Raw = NOTHING
    groups: msgspec.Raw = NOTHING
    semantic_models: msgspec.Raw = NOTHING
    saved_queries: msgspec.Raw = NOTHING
    unit_tests: msgspec.Raw = NOTHING
    errors: msgspec.Raw = msgspec.Raw()


def parse_manifest(data: bytes, catalog: Catalog, oddities: list[Oddity], *, environment: str = "") -> Manifest:
    """Read a manifest, its tables' columns joined with the catalog's.

    Disabled nodes, analyses, operations, macros and docs are left out; odd entries too, and added to ``oddities``.
    Raises:  Odd when this is no manifest.
    """
    document = read_artifact(data, _Document)
    metadata = read_metadata(document.metadata)
    entries = _node_entries(document, metadata)
    groups = Groups(read_entries(try_parts("groups", document.groups, oddities), GroupEntry, oddities))
    copies_tags = _is_dbt_2(metadata)
    nodes: dict[str, Node] = {}
    fqns: dict[str, tuple[str, ...]] = {}
    sources = try_parts("sources", document.sources, oddities)
    for parts, prefix in ((entries, _TABLES), (sources, "source.")):
        for unique_id, entry in read_entries(parts, TableEntry, oddities, prefix=prefix):
            if entry.enabled:
                nodes[unique_id] = table_from(unique_id, entry, groups, catalog, copies_tags=copies_tags)
                fqns[unique_id] = entry.full_name
    nodes |= _semantic_nodes(document, groups, oddities, fqns, synthesised=copies_tags)
    nodes = {unique_id: _among(node, nodes) for unique_id, node in sorted(nodes.items())}
    tests = _tests(entries, document.unit_tests, nodes, oddities)
    named = {unique_id: fqn for unique_id, fqn in fqns.items() if fqn}
    return Manifest(_project(metadata, catalog, environment, nodes.values()), tuple(nodes.values()), tests, named)


def _node_entries(document: _Document, metadata: Metadata) -> dict[str, msgspec.Raw]:
    """The entries under ``nodes``, which no manifest lacks. Raises Odd when this is another artifact."""
    kind = artifact_kind(metadata)
    if kind is None and document.errors != msgspec.Raw():
        kind = "catalog"  # the one artifact that lists errors, be it null
    if kind not in (None, "manifest"):
        raise Odd(f"is a dbt {kind}, not a manifest")
    if kind is None and document.nodes == NOTHING:
        raise Odd("is not a dbt manifest: it has no nodes")
    try:
        return read_parts(document.nodes)
    except Odd as odd:
        raise Odd("has nodes that are no JSON object") from odd


def _semantic_nodes(
    document: _Document,
    groups: Groups,
    oddities: list[Oddity],
    fqns: dict[str, tuple[str, ...]],
    *,
    synthesised: bool,
) -> dict[str, Node]:
    """Exposures, metrics, semantic models and saved queries; their fully qualified names are added to ``fqns``."""
    exposures = _enabled("exposures", "exposure.", document.exposures, ExposureEntry, oddities)
    metrics = _enabled("metrics", "metric.", document.metrics, MetricEntry, oddities)
    models = _enabled("semantic_models", "semantic_model.", document.semantic_models, SemanticModelEntry, oddities)
    queries = _enabled("saved_queries", "saved_query.", document.saved_queries, SavedQueryEntry, oddities)
    for entries in (exposures, metrics, models, queries):
        fqns.update((unique_id, entry.full_name) for unique_id, entry in entries.items())
    measures = measures_of(models)
    own = frozenset(entry.called(key) for key, entry in metrics.items() if synthesised)
    return {
        **{key: exposure_from(key, entry, groups) for key, entry in exposures.items()},
        **{key: metric_from(key, entry, groups, measures) for key, entry in metrics.items()},
        **{key: semantic_model_from(key, entry, groups, no_measures=own) for key, entry in models.items()},
        **{key: saved_query_from(key, entry, groups) for key, entry in queries.items()},
    }


def _enabled(name: str, prefix: str, part: msgspec.Raw, kind: type[E], oddities: list[Oddity]) -> dict[str, E]:
    entries = read_entries(try_parts(name, part, oddities), kind, oddities, prefix=prefix)
    return {unique_id: entry for unique_id, entry in entries if entry.enabled}


def _tests(
    entries: Mapping[str, msgspec.Raw], unit_tests: msgspec.Raw, nodes: Mapping[str, Node], oddities: list[Oddity]
) -> tuple[DataTest, ...]:
    found = [
        data_test_from(unique_id, entry, nodes)
        for unique_id, entry in read_entries(entries, TestEntry, oddities, prefix="test.")
        if entry.enabled
    ]
    found += [
        unit_test_from(unique_id, entry, nodes)
        for unique_id, entry in _enabled("unit_tests", "unit_test.", unit_tests, UnitTestEntry, oddities).items()
    ]
    return tuple(sorted((test for test in found if test), key=lambda test: test.unique_id))


def _among(node: Node, nodes: Mapping[str, Node]) -> Node:
    """The node without parents of other kinds, such as functions, and without those that are disabled or odd."""
    parents = tuple(parent for parent in node.depends_on if parent in nodes)
    return node if parents == node.depends_on else replace(node, depends_on=parents)


def _is_dbt_2(metadata: Metadata) -> bool:
    return text(metadata.dbt_version).startswith("2.")


def _project(metadata: Metadata, catalog: Catalog, environment: str, nodes: Iterable[Node]) -> Project:
    return Project(
        name=word(metadata.project_name) or _project_name(metadata.project_id, nodes),
        environment=environment,
        adapter=word(metadata.adapter_type),
        dbt_version=word(metadata.dbt_version),
        generated_at=moment(metadata.generated_at),
        catalog_generated_at=catalog.generated_at,
    )


def _project_name(project_id: object, nodes: Iterable[Node]) -> str:
    """Before version 10 a manifest has only the MD5 of its project's name: one of the packages, else the largest."""
    packages = Counter(node.package for node in nodes if node.package)
    for package in packages:
        if hashlib.md5(package.encode(), usedforsecurity=False).hexdigest() == project_id:
            return package
    return packages.most_common(1)[0][0] if packages else ""
