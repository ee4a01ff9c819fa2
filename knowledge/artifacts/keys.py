"""By what a table is known to be the same again: a digest of all that its values are made from (pure)."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from knowledge.artifacts.catalog import Catalog, CatalogEntry
from knowledge.artifacts.data_tests import Attached
from knowledge.artifacts.digests import DIGEST_BYTES, digest
from knowledge.artifacts.document import Entries
from knowledge.artifacts.entries import Config, DependsOn, Outline, called, parents_in
from knowledge.artifacts.reading import NOTHING, read_entry
from knowledge.artifacts.scalars import word
from knowledge.artifacts.tables import TableEntry
from knowledge.values import Oddity

_T = TypeVar("_T")


class _Switch(msgspec.Struct):
    enabled: Any = None


class _Outlined(msgspec.Struct):
    """What is looked at before a value is made of an entry."""

    name: Any = None
    source_name: Any = None
    config: _Switch | None = None
    depends_on: DependsOn | None = None


def _written(kind: type[msgspec.Struct], base: type[msgspec.Struct], **read: Any) -> Any:
    """The kind of entry that ``base`` is, with all else that ``kind`` reads left as it is written.

    Args:    read: other types of fields of ``base``.
    """
    known = {field.name for field in msgspec.structs.fields(base)}
    rest = [(field.name, msgspec.Raw, NOTHING) for field in msgspec.structs.fields(kind) if field.name not in known]
    return msgspec.defstruct(
        kind.__name__, [*rest, *((name, type_, None) for name, type_ in read.items())], bases=(base,)
    )


_WrittenTable: type[_Outlined] = _written(TableEntry, _Outlined, config=_written(Config, _Switch) | None)
_WrittenInCatalog: type[msgspec.Struct] = _written(CatalogEntry, msgspec.Struct)


def split_keys(keys: bytes) -> frozenset[bytes]:
    """Keys that were joined to be stored."""
    return frozenset(keys[start : start + DIGEST_BYTES] for start in range(0, len(keys), DIGEST_BYTES))


def read_outlines(entries: Entries) -> dict[str, Outline]:
    """The nodes that there are, by unique_id: entries that are enabled. What is odd shows when they are read whole."""
    found: dict[str, tuple[str, str | None, list[str], bytes]] = {}
    for unique_id, raw in entries.items():
        entry, written = _read(raw, _WrittenTable)
        if entry and (entry.config is None or entry.config.enabled is not False):
            name = called(entry.name, unique_id)
            found[unique_id] = name, word(entry.source_name), parents_in(entry.depends_on), written
    return {
        unique_id: Outline(name, source_name, tuple(parent for parent in parents if parent not in found), written)
        for unique_id, (name, source_name, parents, written) in found.items()
    }


def table_keys(
    tables: Entries, nodes: Mapping[str, Outline], tests: Attached, catalog: Catalog, *, context: bytes
) -> dict[str, bytes]:
    """unique_id → key of each table that there is. While its key stays, so do its values and those of its tests.

    Args:    nodes: all that there are, of every kind.
             context: a digest of what the values of every table depend on.
    """
    return {
        unique_id: digest(
            (
                context,
                unique_id,
                nodes[unique_id].written,
                nodes[unique_id].missing,
                _read(catalog.entries[unique_id], _WrittenInCatalog)[1] if unique_id in catalog.entries else None,
                sorted(tests.get(unique_id, {}).items()),
            )
        )
        for unique_id in tables.keys() & nodes.keys()
    }


def _read(raw: msgspec.Raw, kind: type[_T]) -> tuple[_T | None, bytes]:
    """An entry, and the digest of what is read of it: of an odd one, of all there is."""
    oddities: list[Oddity] = []
    entry = read_entry("", raw, kind, oddities)
    return entry, digest(bytes(raw) if oddities else entry)
