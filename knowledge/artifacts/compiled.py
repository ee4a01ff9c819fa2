"""The manifest's compiled SQL, and what has to be known of each table to follow columns through it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from mmap import mmap
from typing import Any

import msgspec

from knowledge.artifacts.columns import ColumnEntries, column_key, documented_columns
from knowledge.artifacts.document import Entries, read_document
from knowledge.artifacts.entries import Config, DependsOn, called, parents_in, slashed
from knowledge.artifacts.reading import Odd, read_entry
from knowledge.artifacts.scalars import moment, word
from knowledge.values import Oddity

_QUOTES = {'"': '"', "`": "`", "[": "]"}


class _Entry(msgspec.Struct):
    """What is read of every table."""

    name: Any = None
    alias: Any = None
    identifier: Any = None
    database: Any = None
    schema: Any = None
    relation_name: Any = None
    path: Any = None
    language: Any = None
    config: Config | None = None
    depends_on: DependsOn | None = None
    columns: ColumnEntries = None


class _Code(msgspec.Struct):
    """The SQL of one table; before version 7 of the manifest it had the other name."""

    compiled_code: Any = None
    compiled_sql: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledTable:
    """A model, seed, snapshot or source as other tables' compiled SQL speaks of it."""

    unique_id: str
    relation: str | None
    """Its full name in lower case without quotes, parts joined by dots; None for ephemeral models."""
    names: tuple[str, ...]
    """What an ephemeral model may be called in the SQL of others; none for other tables."""
    parents: tuple[str, ...]
    hidden_columns: frozenset[str]
    """Keys of the columns that the project's YAML asks to hide."""
    has_sql: bool
    """Whether it may have compiled SQL: no seed, no source, no Python."""


class Compiled:
    """A manifest whose SQL is read a table at a time: all of it at once may be a hundred megabytes."""

    def __init__(self, entries: Entries, generated_at: datetime | None) -> None:
        self.generated_at = generated_at
        self._entries = entries
        self.tables: Mapping[str, CompiledTable] = dict(_tables(entries))

    def sql(self, unique_id: str) -> str | None:
        """A table's compiled SQL; None where the manifest has none: dbt only parsed the project."""
        entry = read_entry(unique_id, self._entries[unique_id], _Code, [])
        written = (entry.compiled_code, entry.compiled_sql) if entry else ()
        return next((sql for sql in written if isinstance(sql, str) and sql.strip()), None)


def read_compiled(manifest: bytes | mmap) -> Compiled | None:
    """Take a manifest apart for its SQL; None when it is none (a refresh tells of that, and of what else is odd)."""
    try:
        document = read_document(manifest, [])
    except Odd:
        return None
    return Compiled(document.tables, moment(document.metadata.generated_at))


def relation_key(relation: str) -> str:
    """A relation's full name as it compares with others: in lower case, without quotes."""
    parts: list[str] = []
    rest = relation.strip()
    while rest:
        if (closing := _QUOTES.get(rest[0])) and (end := rest.find(closing, 1)) > 0:
            parts.append(rest[1:end])
            rest = rest[end + 1 :].removeprefix(".")
        else:
            part, _, rest = rest.partition(".")
            parts.append(part)
    return ".".join(filter(None, parts)).lower()


def _tables(entries: Entries) -> Iterable[tuple[str, CompiledTable]]:
    oddities: list[Oddity] = []  # told by the refresh
    for unique_id, raw in entries.items():
        entry = read_entry(unique_id, raw, _Entry, oddities)
        if entry is not None and not (entry.config and entry.config.enabled is False):
            yield unique_id, _table(unique_id, entry)


def _table(unique_id: str, entry: _Entry) -> CompiledTable:
    name = called(entry.name, unique_id)
    identifier = word(entry.identifier) or word(entry.alias) or name
    is_ephemeral = bool(entry.config and entry.config.materialized == "ephemeral")
    written = word(entry.relation_name) or ".".join(filter(None, map(word, (entry.database, entry.schema, identifier))))
    is_python = word(entry.language) == "python" or slashed(entry.path).endswith(".py")
    return CompiledTable(
        unique_id=unique_id,
        relation=None if is_ephemeral else relation_key(written),
        names=tuple(dict.fromkeys((identifier.lower(), name.lower()))) if is_ephemeral else (),
        parents=tuple(dict.fromkeys(parents_in(entry.depends_on))),
        hidden_columns=frozenset(column_key(each.name) for each in documented_columns(entry.columns) if each.hidden),
        has_sql=unique_id.startswith(("model.", "snapshot.")) and not is_python,
    )
