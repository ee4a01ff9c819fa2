"""catalog.json: what the warehouse itself says of each relation (dbt writes version 1 to this day)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from mmap import mmap
from typing import Any

import msgspec

from knowledge.artifacts.columns import WarehouseColumn
from knowledge.artifacts.reading import (
    NOTHING,
    Odd,
    artifact_kind,
    read_artifact,
    read_entry,
    read_list,
    read_metadata,
    try_parts,
)
from knowledge.artifacts.scalars import count, moment, text, word
from knowledge.values import Oddity

_FILE = "catalog.json"


@dataclass(frozen=True, slots=True)
class Table:
    """A relation of the warehouse with its columns in their order."""

    comment: str
    columns: tuple[WarehouseColumn, ...]


@dataclass(frozen=True, slots=True)
class Catalog:
    """The relations the warehouse had. One that is missing was not asked for or not built."""

    entries: Mapping[str, msgspec.Raw] = field(default_factory=dict[str, msgspec.Raw])
    """By unique_id."""
    generated_at: datetime | None = None
    fault: str | None = None
    """Why nothing could be read of it, as the end of a sentence."""

    def table(self, unique_id: str, oddities: list[Oddity]) -> Table | None:
        """One relation; what is odd about it is added to ``oddities``."""
        raw = self.entries.get(unique_id)
        entry = read_entry(f"{_FILE} {unique_id}", raw, CatalogEntry, oddities) if raw is not None else None
        return _table(entry) if entry is not None else None


class _Document(msgspec.Struct):
    metadata: msgspec.Raw = NOTHING
    nodes: msgspec.Raw = NOTHING
    sources: msgspec.Raw = NOTHING
    errors: msgspec.Raw = NOTHING


class _About(msgspec.Struct):
    comment: Any = None


class _ColumnEntry(msgspec.Struct):
    name: Any = None
    type: Any = None
    index: Any = None
    comment: Any = None


class CatalogEntry(msgspec.Struct):
    """A relation's entry in the catalog."""

    metadata: _About | None = None
    columns: dict[str, _ColumnEntry | None] | None = None


def parse_catalog(data: bytes | mmap | None, oddities: list[Oddity]) -> Catalog:
    """Split a catalog, also a partial or an empty one, into its entries; what is odd is added to ``oddities``."""
    if data is None:
        return Catalog()
    try:
        document = read_artifact(data, _Document)
        metadata = read_metadata(document.metadata)
        if (kind := artifact_kind(metadata) or "catalog") != "catalog":
            raise Odd(f"is a dbt {kind}, not a catalog")
    except Odd as odd:
        oddities.append(Oddity(where=_FILE, reason=str(odd)))
        return Catalog(fault=str(odd))
    entries = try_parts(_FILE, document.nodes, oddities) | try_parts(_FILE, document.sources, oddities)
    complaints = list(read_list(_FILE, document.errors, str, oddities))
    oddities += [Oddity(where=_FILE, reason=f"is incomplete: {text(complaint)}") for complaint in complaints]
    return Catalog(entries, moment(metadata.generated_at))


def _table(entry: CatalogEntry) -> Table:
    columns = [(key, column or _ColumnEntry()) for key, column in (entry.columns or {}).items()]
    in_order = sorted(columns, key=lambda item: _position(item[1], last=len(columns)))
    return Table(
        comment=text(entry.metadata.comment) if entry.metadata else "",
        columns=tuple(
            WarehouseColumn(name, word(column.type), text(column.comment))
            for key, column in in_order
            if (name := word(column.name) or word(key))
        ),
    )


def _position(column: _ColumnEntry, *, last: int) -> int:
    """Where a column stands in its table: adapters count from 0 or from 1, some not at all."""
    position = count(column.index)
    return last if position is None else position
