"""manifest.json (versions 2 to 12 and dbt 2's): the project's definition, and the one artifact that must be there."""

import hashlib
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Set
from dataclasses import dataclass, replace
from mmap import mmap

from knowledge.artifacts.catalog import Catalog
from knowledge.artifacts.data_tests import attach, tests_of
from knowledge.artifacts.digests import digest
from knowledge.artifacts.document import read_document
from knowledge.artifacts.entries import package_in
from knowledge.artifacts.keys import read_outlines, table_keys
from knowledge.artifacts.owners import GroupEntry, Groups
from knowledge.artifacts.reading import Metadata, read_entries
from knowledge.artifacts.scalars import moment, word
from knowledge.artifacts.semantic import semantic_nodes
from knowledge.artifacts.tables import table_nodes
from knowledge.values import DataTest, Node, Oddity, Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The project with its nodes and tests, each sorted by unique_id, but for tables that were known."""

    project: Project
    nodes: tuple[Node, ...]
    tests: tuple[DataTest, ...]
    fqns: Mapping[str, tuple[str, ...]]
    """The nodes' fully qualified names."""
    same: frozenset[str]
    """unique_ids of the tables that were known."""
    keys: frozenset[bytes]
    """Of all tables but those with an oddity, which is to be told each time."""
    ids: frozenset[str]
    """unique_ids of all nodes and tests that there are."""


def parse_manifest(
    data: bytes | mmap,
    catalog: Catalog,
    oddities: list[Oddity],
    *,
    environment: str = "",
    known: Set[bytes] = frozenset(),
) -> Manifest:
    """Read a manifest, its tables' columns joined with the catalog's.

    Disabled nodes, analyses, operations, macros and docs are left out; odd entries too, and added to ``oddities``.
    Args:    known: keys of an earlier reading: tables that have one of them still are left out, and so are their tests.
    Raises:  Odd when this is no manifest.
    """
    document = read_document(data, oddities)
    groups = Groups(read_entries(document.groups, GroupEntry, oddities))
    there = read_outlines(document.nodes)
    attached = attach(document, there, oddities)
    project = _project(document.metadata, catalog, environment, there)
    is_dbt_2 = (project.dbt_version or "").startswith("2.")
    context = digest((project.name, environment, is_dbt_2, document.written_groups))
    keys = table_keys(document.tables, there, attached, catalog, context=context)
    ids = frozenset(there)
    del there  # of large projects it takes room that the nodes need
    same = frozenset(unique_id for unique_id, key in keys.items() if key in known)
    new = {unique_id: raw for unique_id, raw in document.tables.items() if unique_id not in same}
    fqns: dict[str, tuple[str, ...]] = {}
    tables, odd = table_nodes(new, groups, catalog, oddities, fqns, copies_tags=is_dbt_2)
    nodes = {**tables, **semantic_nodes(document, groups, oddities, fqns, synthesised=is_dbt_2)}
    tests = [test for node in nodes.values() for test in tests_of(node, document, attached.get(node.unique_id, ()))]
    return Manifest(
        project=project,
        nodes=tuple(_among(nodes[unique_id], ids) for unique_id in sorted(nodes)),
        tests=tuple(sorted(tests, key=lambda test: test.unique_id)),
        fqns={unique_id: fqn for unique_id, fqn in fqns.items() if fqn},
        same=same,
        keys=frozenset(key for unique_id, key in keys.items() if unique_id not in odd),
        ids=ids.union(*attached.values()),
    )


def _among(node: Node, there: Container[str]) -> Node:
    """The node without parents of other kinds, such as functions, and without those that are disabled or odd."""
    parents = tuple(parent for parent in node.depends_on if parent in there)
    return node if parents == node.depends_on else replace(node, depends_on=parents)


def _project(metadata: Metadata, catalog: Catalog, environment: str, unique_ids: Iterable[str]) -> Project:
    return Project(
        name=word(metadata.project_name) or _project_name(metadata.project_id, unique_ids),
        environment=environment,
        adapter=word(metadata.adapter_type),
        dbt_version=word(metadata.dbt_version),
        generated_at=moment(metadata.generated_at),
        catalog_generated_at=catalog.generated_at,
    )


def _project_name(project_id: object, unique_ids: Iterable[str]) -> str:
    """Before version 10 a manifest has only the MD5 of its project's name: one of the packages, else the largest."""
    packages = Counter(package for unique_id in sorted(unique_ids) if (package := package_in(unique_id)))
    for package in packages:
        if hashlib.md5(package.encode(), usedforsecurity=False).hexdigest() == project_id:
            return package
    return packages.most_common(1)[0][0] if packages else ""
