"""What is stored of a node: its definition, what search needs of it, and the fingerprint that tells of a change."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any

import msgspec

from knowledge.brief import first_sentence
from knowledge.passages import RECIPE, Fields, column_passages, node_fields, node_passage
from knowledge.terms import Lexicon
from knowledge.values import Column, DataTest, Node
from knowledge.words import dotted_key, key_of

_MOST_WORDS = 32_767
"""What a smallint holds."""


def fingerprint(node: Node, tests: Sequence[DataTest]) -> bytes:
    """A hash over all that is searched or shown of a node's definition, its tests included; run state is not in it."""
    attached = [replace(test, parents=()) for test in sorted(tests, key=lambda test: test.unique_id)]
    definition = msgspec.json.encode((RECIPE, node, attached), order="deterministic")
    return blake2b(definition, digest_size=16).digest()


def text_hash(text: str) -> bytes:
    """By what a vector is found, together with the model that made it."""
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()


def record(
    node: Node, tests: Sequence[DataTest], node_hash: bytes, lexicon: Lexicon, *, tells_language: bool = False
) -> dict[str, Any]:
    """A node as the statement ``store_nodes`` takes it: JSON values only, hashes in hexadecimal.

    Args:    tells_language: whether the lexicon is of the node's own language, not of that which most others have.
    """
    return {
        "unique_id": node.unique_id,
        "definition": _compact(replace(node, columns=())),
        "definition_hash": node_hash.hex(),
        "kind": node.kind,
        "name": node.name,
        "layer": node.layer,
        "package": node.package,
        "label": node.label,
        "source_name": node.source_name,
        "identifier": node.identifier,
        "relation": node.relation,
        "version": node.version,
        "is_latest": node.is_latest,
        "deprecated_on": node.deprecated_on,
        "brief": first_sentence(node.description),
        "name_keys": _name_keys(node),
        "language": lexicon.language,
        "tells_language": tells_language,
        **_searched(node_fields(node), lexicon),
        "passages": _passages(node),
        "columns": [_column(column) for column in node.columns],
        "tests": [_compact(replace(test, parents=())) for test in tests],
        "depends_on": sorted(set(node.depends_on)),
    }


def _compact(value: Any) -> dict[str, Any]:
    """A value's fields without those that say nothing; reading fills them in again."""
    fields: dict[str, Any] = msgspec.to_builtins(value)
    return {name: content for name, content in fields.items() if content is not None and content not in ((), [], {})}


def _passages(node: Node) -> list[dict[str, Any]]:
    """Texts that are embedded; those about a column name it."""
    texts: dict[str | None, str] = {None: node_passage(node), **column_passages(node)}
    return [
        {"column_name": column, "text": text, "hash": text_hash(text).hex()} for column, text in texts.items() if text
    ]


def _column(column: Column) -> dict[str, Any]:
    definition = _compact(column)
    del definition["hidden"]  # never true here
    return {"name": column.name, "name_key": key_of(column.name), "definition": definition}


def _name_keys(node: Node) -> list[str]:
    names = [node.name, node.identifier, node.label]
    if node.source_name:
        names.append(f"{node.source_name} {node.name}")
    if node.version is not None:
        names.append(f"{node.name} v{node.version}")
    keys = {key_of(name) for name in _spellings(names)} | {dotted_key(name) for name in _spellings(_full_names(node))}
    return sorted(keys - {""})


def _full_names(node: Node) -> list[str]:
    """What it is called together with where it belongs: in dbt, and in the warehouse with schema and database."""
    names = [node.unique_id, f"{node.package}.{node.name}"]
    if node.source_name:
        names += [f"{node.source_name}.{table}" for table in (node.name, node.identifier) if table]
    parts = (node.relation or "").split(".")
    return [*names, *(".".join(parts[start:]) for start in range(len(parts) - 1))]


def _spellings(names: Iterable[str | None]) -> Iterable[str]:
    """Humps part words only where they are written."""
    return (spelling for name in names if name for spelling in (name, name.lower()))


def _searched(fields: Fields, lexicon: Lexicon) -> dict[str, Any]:
    """How often each term stands in each field, as parallel lists, and how many words the fields have."""
    counted = {
        "name": lexicon.count(fields.name),
        "description": lexicon.count(fields.description, is_prose=True),
        "column": lexicon.count(fields.columns),
        "column_description": lexicon.count(fields.column_descriptions, is_prose=True),
    }
    terms = list(dict.fromkeys(term for counts, _ in counted.values() for term in counts))
    return (
        {"terms": terms}
        | {f"{field}_tfs": [counts.get(term, 0) for term in terms] for field, (counts, _) in counted.items()}
        | {f"{field}_words": min(words, _MOST_WORDS) for field, (_, words) in counted.items()}
    )
