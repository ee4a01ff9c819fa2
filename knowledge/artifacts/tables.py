"""Models, seeds, snapshots and sources: the nodes that are tables, or would be."""

import re
from typing import Any

from knowledge.artifacts.catalog import Catalog, Table
from knowledge.artifacts.columns import ColumnEntries, documented_columns, join_columns
from knowledge.artifacts.document import Entries
from knowledge.artifacts.entries import Entry, kind_of, node_from, slashed
from knowledge.artifacts.layers import layer_of
from knowledge.artifacts.owners import Groups
from knowledge.artifacts.reading import read_entry
from knowledge.artifacts.scalars import day, text, word
from knowledge.values import Kind, Node, Oddity

_MERGED = frozenset({"incremental", "snapshot"})
"""Materializations that look at a unique key."""
_EXPRESSION = re.compile(r"[^\w\s,.$\"`]")
_QUOTES = '"`'


class TableEntry(Entry):
    """A table's entry in the manifest."""

    path: Any = None
    database: Any = None
    schema: Any = None
    alias: Any = None
    identifier: Any = None
    relation_name: Any = None
    source_name: Any = None
    source_description: Any = None
    loader: Any = None
    access: Any = None
    version: Any = None
    latest_version: Any = None
    deprecation_date: Any = None
    contract: Any = None
    language: Any = None
    columns: ColumnEntries = None
    constraints: Any = None


def table_nodes(
    entries: Entries,
    groups: Groups,
    catalog: Catalog,
    oddities: list[Oddity],
    fqns: dict[str, tuple[str, ...]],
    *,
    copies_tags: bool,
) -> tuple[dict[str, Node], set[str]]:
    """The enabled tables, and the unique_ids of odd entries; fully qualified names are added to ``fqns``.

    Args:    copies_tags: this dbt writes a node's tags at each of its columns too.
    """
    nodes: dict[str, Node] = {}
    odd: set[str] = set()
    for unique_id, raw in entries.items():
        known_oddities = len(oddities)
        entry = read_entry(unique_id, raw, TableEntry, oddities)
        if entry is not None and entry.enabled:
            found = catalog.table(unique_id, oddities)
            nodes[unique_id] = _table_from(unique_id, entry, groups, found, copies_tags=copies_tags)
            fqns[unique_id] = entry.full_name
        if len(oddities) > known_oddities:
            odd.add(unique_id)
    return nodes, odd


def _table_from(unique_id: str, entry: TableEntry, groups: Groups, found: Table | None, *, copies_tags: bool) -> Node:
    """A table with its columns, joined with those that the warehouse has."""
    kind = kind_of(unique_id) or "model"
    inherited = entry.all_tags if copies_tags else ()
    documented = documented_columns(entry.columns, entry.constraints, inherited_tags=inherited)
    materialized = _materialized(kind, entry)
    name = entry.called(unique_id)
    identifier = word(entry.identifier) or word(entry.alias) or name
    return node_from(
        unique_id,
        kind,
        entry,
        groups,
        description=_description(text(entry.description) or (found.comment if found else ""), entry),
        relation=None if materialized == "ephemeral" else _relation(entry, identifier),
        database=word(entry.database),
        schema=word(entry.schema),
        identifier=identifier,
        source_name=word(entry.source_name),
        loader=word(entry.loader),
        materialized=materialized,
        unique_key=_unique_key(entry.settings.unique_key) if materialized in _MERGED else (),
        layer=layer_of(kind, name, slashed(entry.path)),
        access=word(entry.access) or word(entry.settings.access),
        version=word(entry.version),
        latest_version=_latest_version(entry),
        deprecated_on=day(entry.deprecation_date),
        contract=_is_enforced(entry.contract) or _is_enforced(entry.settings.contract),
        language=_language(kind, entry),
        columns=join_columns(documented, found.columns if found else ()),
        columns_known=bool(found and found.columns),
    )


def _description(own: str, entry: TableEntry) -> str:
    """The table's own text (or its comment in the warehouse), and below it what is said of its source as a whole."""
    of_source = text(entry.source_description)
    return own if of_source in own else f"{own}\n\n{of_source}".strip()


def _materialized(kind: Kind, entry: TableEntry) -> str | None:
    return word(entry.settings.materialized) or (kind if kind in ("seed", "snapshot") else None)


def _unique_key(written: Any) -> tuple[str, ...]:
    """A column or an expression, several columns in a list, or all of them in one text: ``id, line``."""
    if isinstance(written, str) and not _EXPRESSION.search(written):
        written = written.split(",")
    parts = written if isinstance(written, list) else [written]
    return tuple(name.strip(_QUOTES) for part in parts if (name := word(part)))


def _relation(entry: TableEntry, identifier: str) -> str | None:
    """The name dbt gives the relation; the oldest manifests have only its parts."""
    parts = (entry.database, entry.schema, identifier)
    return word(entry.relation_name) or ".".join(filter(None, map(word, parts))) or None


def _latest_version(entry: TableEntry) -> str | None:
    """The latest version, spelled as this one where dbt takes the two for the same: 2.0 and 2."""
    is_number = isinstance(entry.version, int | float)
    return word(entry.version if is_number and entry.version == entry.latest_version else entry.latest_version)


def _is_enforced(contract: Any) -> bool:
    return isinstance(contract, dict) and contract.get("enforced") is True


def _language(kind: Kind, entry: TableEntry) -> str | None:
    """A model's language; before version 7 of the manifest only the file tells."""
    if kind not in ("model", "snapshot"):
        return None
    return word(entry.language) or ("python" if slashed(entry.path).endswith(".py") else "sql")
