"""sources.json (versions 1 to 3): how fresh the source tables were when dbt last looked."""

from datetime import datetime
from typing import Any

import msgspec

from knowledge.artifacts.reading import NOTHING, Odd, artifact_kind, read_artifact, read_list, read_metadata
from knowledge.artifacts.scalars import moment, text
from knowledge.values import Freshness, Oddity

_FILE = "sources.json"


class _Document(msgspec.Struct):
    metadata: msgspec.Raw = NOTHING
    results: msgspec.Raw = NOTHING


class _Entry(msgspec.Struct):
    unique_id: str
    status: Any = None
    max_loaded_at: Any = None
    snapshotted_at: Any = None
    error: Any = None


def parse_sources(data: bytes, oddities: list[Oddity]) -> list[Freshness]:
    """The checks in one file, those that could not run included."""
    try:
        document = read_artifact(data, _Document)
        metadata = read_metadata(document.metadata)
        if (kind := artifact_kind(metadata) or "sources") != "sources":
            raise Odd(f"is a dbt {kind}, not the freshness of sources")
    except Odd as odd:
        oddities.append(Oddity(where=_FILE, reason=str(odd)))
        return []
    written_at = moment(metadata.generated_at)
    entries = read_list(_FILE, document.results, _Entry, oddities)
    return [check for entry in entries if (check := _freshness(entry, written_at)).status]


def _freshness(entry: _Entry, written_at: datetime | None) -> Freshness:
    status = text(entry.status).lower() or ("runtime error" if entry.error else "")
    return Freshness(
        unique_id=text(entry.unique_id),
        status=status,
        max_loaded_at=moment(entry.max_loaded_at),
        checked_at=moment(entry.snapshotted_at) or written_at,
    )
