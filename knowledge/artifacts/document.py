"""manifest.json taken apart: its entries as they are written, by what they are read as."""

from collections.abc import Mapping
from dataclasses import dataclass
from mmap import mmap

import msgspec

from knowledge.artifacts.reading import (
    NOTHING,
    Metadata,
    Odd,
    artifact_kind,
    cleaned,
    read_artifact,
    read_metadata,
    try_parts,
)
from knowledge.values import Oddity

_TABLES = ("model.", "seed.", "snapshot.")

Entries = Mapping[str, msgspec.Raw]
"""unique_id → the entry as it is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A manifest's metadata and entries."""

    metadata: Metadata
    tables: Entries
    exposures: Entries
    metrics: Entries
    semantic_models: Entries
    saved_queries: Entries
    data_tests: Entries
    unit_tests: Entries
    groups: Entries
    written_groups: msgspec.Raw
    """All of them as they are written."""

    @property
    def nodes(self) -> Entries:
        """The entries of all that may be nodes."""
        return {**self.tables, **self.exposures, **self.metrics, **self.semantic_models, **self.saved_queries}


class _Parts(msgspec.Struct):
    metadata: msgspec.Raw = NOTHING
    nodes: dict[str, msgspec.Raw] | None = None  # the bulk of it, split with the rest in one go
    sources: msgspec.Raw = NOTHING
    exposures: msgspec.Raw = NOTHING
    metrics: msgspec.Raw = NOTHING
    groups: msgspec.Raw = NOTHING
    semantic_models: msgspec.Raw = NOTHING
    saved_queries: msgspec.Raw = NOTHING
    unit_tests: msgspec.Raw = NOTHING
    errors: msgspec.Raw = msgspec.Raw()


def read_document(data: bytes | mmap, oddities: list[Oddity]) -> Document:
    """Take a manifest apart; odd parts are empty and added to ``oddities``.

    Raises:  Odd when this is no manifest.
    """
    parts = read_artifact(data, _Parts)
    metadata = read_metadata(parts.metadata)
    nodes = _nodes(parts, metadata)

    def part(name: str, raw: msgspec.Raw, prefix: str = "") -> Entries:
        return _beginning(try_parts(name, raw, oddities), prefix)

    return Document(
        metadata=metadata,
        tables={**_beginning(nodes, _TABLES), **part("sources", parts.sources, "source.")},
        exposures=part("exposures", parts.exposures, "exposure."),
        metrics=part("metrics", parts.metrics, "metric."),
        semantic_models=part("semantic_models", parts.semantic_models, "semantic_model."),
        saved_queries=part("saved_queries", parts.saved_queries, "saved_query."),
        data_tests=_beginning(nodes, "test."),
        unit_tests=part("unit_tests", parts.unit_tests, "unit_test."),
        groups=part("groups", parts.groups),
        written_groups=parts.groups,
    )


def _nodes(parts: _Parts, metadata: Metadata) -> Entries:
    """The entries under ``nodes``, which no manifest lacks. Raises Odd when this is another artifact."""
    kind = artifact_kind(metadata)
    if kind is None and parts.errors != msgspec.Raw():
        kind = "catalog"  # the one artifact that lists errors, be it null
    if kind not in (None, "manifest"):
        raise Odd(f"is a dbt {kind}, not a manifest")
    if kind is None and parts.nodes is None:
        raise Odd("is not a dbt manifest: it has no nodes")
    return cleaned(parts.nodes or {})


def _beginning(entries: Entries, prefix: str | tuple[str, ...]) -> Entries:
    return {unique_id: raw for unique_id, raw in entries.items() if unique_id.startswith(prefix)}
