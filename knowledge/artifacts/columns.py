"""A node's columns: those its YAML documents and those the warehouse has, joined without regard to case."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from knowledge.artifacts.scalars import asks_to_hide, text, word, words
from knowledge.values import Column

_QUOTES = '"`[]'


class ColumnEntry(msgspec.Struct):
    """A column as the manifest has it: one that the project's YAML names."""

    name: Any = None
    description: Any = None
    data_type: Any = None
    tags: Any = None
    meta: Any = None
    config: Any = None
    constraints: Any = None


ColumnEntries = dict[str, ColumnEntry | None] | list[ColumnEntry] | None


@dataclass(frozen=True, slots=True)
class WarehouseColumn:
    """A column as the warehouse has it."""

    name: str
    data_type: str | None
    comment: str


def column_key(name: str) -> str:
    """What two spellings of one column have in common."""
    return name.strip(_QUOTES).lower()


def documented_columns(
    entries: ColumnEntries, constraints: Any = None, *, inherited_tags: Collection[str] = ()
) -> list[Column]:
    """The columns of a node's YAML in their order.

    Args:    constraints: the node's own, those of several columns together.
             inherited_tags: those that dbt 2 copies from the node, which are left out.
    """
    keys = {column_key(name) for each in _primary_keys(constraints) for name in words(each.get("columns"))}
    named = entries.items() if isinstance(entries, dict) else (("", entry) for entry in entries or ())
    columns: dict[str, Column] = {}
    for key, found in named:
        entry = found or ColumnEntry()
        name = (word(entry.name) or word(key) or "").strip(_QUOTES)
        config = entry.config if isinstance(entry.config, dict) else {}
        tags = words(entry.tags, config.get("tags"))
        hidden = asks_to_hide(entry.meta, config.get("meta"))
        if name and (hidden or name not in columns):
            columns[name] = Column(
                name=name,
                description=text(entry.description),
                data_type=word(entry.data_type),
                tags=tuple(tag for tag in tags if tag not in inherited_tags) if inherited_tags else tags,
                hidden=hidden,
                key=column_key(name) in keys or any(_primary_keys(entry.constraints)),
            )
    return list(columns.values())


def _primary_keys(constraints: Any) -> Iterator[dict[str, Any]]:
    for each in constraints if isinstance(constraints, list) else ():
        if isinstance(each, dict) and each.get("type") == "primary_key":
            yield each


def join_columns(documented: Collection[Column], warehouse: Iterable[WarehouseColumn]) -> tuple[Column, ...]:
    """The warehouse's columns in its order and spelling with the YAML's text, then those only the YAML knows.

    Where two columns differ in case alone, the one spelled alike is the match; where one is hidden, both are.
    """
    columns = _matched(documented, warehouse)
    hidden = {column_key(column.name) for column in documented if column.hidden}
    if not hidden:
        return columns
    return tuple(replace(column, hidden=column_key(column.name) in hidden) for column in columns)


def _matched(documented: Iterable[Column], warehouse: Iterable[WarehouseColumn]) -> tuple[Column, ...]:
    found = list(warehouse)
    if not found:
        return _without_namesakes(documented)
    waiting = {column.name: column for column in documented}
    by_key: dict[str, str] = {}
    for name in waiting:
        by_key.setdefault(column_key(name), name)
    spellings = {column.name for column in found}
    columns: list[Column] = []
    for column in found:
        name = column.name if column.name in waiting else by_key.get(column_key(column.name), "")
        free = name == column.name or name not in spellings
        columns.append(_joined(waiting.pop(name, None) if free else None, column))
    seen = {column_key(column.name) for column in columns}
    for column in waiting.values():
        if (key := column_key(column.name)) not in seen:
            seen.add(key)
            columns.append(replace(column, missing=True))
    return tuple(columns)


def _without_namesakes(documented: Iterable[Column]) -> tuple[Column, ...]:
    """Each column but those whose name differs in case alone from an earlier one's."""
    columns: dict[str, Column] = {}
    for column in documented:
        columns.setdefault(column_key(column.name), column)
    return tuple(columns.values())


def _joined(documented: Column | None, column: WarehouseColumn) -> Column:
    if documented is None:
        return Column(name=column.name, description=column.comment, data_type=column.data_type, documented=False)
    return Column(
        name=column.name,
        description=documented.description or column.comment,
        data_type=column.data_type or documented.data_type,
        tags=documented.tags,
        key=documented.key,
    )
