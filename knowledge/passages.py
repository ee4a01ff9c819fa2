"""A node as texts to be searched: one passage for its vector, and its words by field for lexical search."""

from dataclasses import dataclass

from knowledge.values import Node
from knowledge.words import spoken

RECIPE = 1
"""Raised when a node's texts come out differently for the same node, so that every node is stored anew."""

_PASSAGE_CHARACTERS = 1_200
"""More text does not make a better vector: measured best with name, description and column names, cut here."""
_FIELD_CHARACTERS = 40_000
"""A field's words beyond this are not searched; all fields of a node must fit into one tsvector of 1 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """The words of a node where they stand; identifiers are split."""

    name: str
    description: str
    columns: str
    column_descriptions: str


def node_passage(node: Node) -> str:
    """What the vector of a node is made of. Column descriptions stay out: they blur it."""
    names = spoken(" ".join(filter(None, (node.source_name, node.name))))
    columns = ", ".join(spoken(column.name) for column in node.columns)
    parts = filter(None, (names, node.label, node.description, node.expression, columns))
    return ". ".join(parts)[:_PASSAGE_CHARACTERS]


def node_fields(node: Node) -> Fields:
    """The node's words for lexical search."""
    return Fields(
        name=_field(*_names(node)),
        description=_field(node.description, node.expression),
        columns=_field(*(column.name for column in node.columns)),
        column_descriptions=_field(*(column.description for column in node.columns)),
    )


def _names(node: Node) -> list[str]:
    """All that people call it; the table's own name only where it says something new."""
    names = [node.source_name, node.name, node.label]
    if node.identifier and node.identifier.lower() != node.name.lower():
        names.append(node.identifier)
    return [name for name in names if name]


def _field(*texts: str | None) -> str:
    return spoken(" ".join(filter(None, texts))[:_FIELD_CHARACTERS])
