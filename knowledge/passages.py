"""A node as texts to be searched: passages for vectors, of itself and of its columns, and its words by field."""

from dataclasses import dataclass

from knowledge.terms import STEMS
from knowledge.values import TABLES, Node
from knowledge.words import spoken

RECIPE = f"3, {STEMS}"
"""Its number is raised when a node's texts, terms or names come out differently for the same node: all are stored
anew."""

_PASSAGE_CHARACTERS = 1_200
"""More text does not make a better vector: measured best with name, description and column names, cut here."""
_COLUMN_CHARACTERS = 400
_MOST_COLUMNS = 300
"""Tables of thousands of columns hold measurements, of which each says little."""
_FIELD_CHARACTERS = 32_000
"""A field's words beyond this are not searched: their number must fit into a smallint."""


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


def column_passages(node: Node) -> dict[str, str]:
    """Column → what its vector is made of, for tables: the documented ones, and as many others as there is room for."""
    if node.kind not in TABLES:
        return {}
    columns = sorted(node.columns, key=lambda column: not column.description)[:_MOST_COLUMNS]
    table = spoken(node.name)
    return {
        column.name: f"{table}: {spoken(column.name)}. {column.description}".rstrip(". ")[:_COLUMN_CHARACTERS]
        for column in columns
    }


def node_prose(node: Node) -> str:
    """What people wrote of the node in sentences, by which its language is told."""
    return "\n".join(filter(None, (node.description, *(column.description for column in node.columns))))


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
