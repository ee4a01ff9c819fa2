"""Nodes as the model is told of them: compact, harmless, and never more than asked for."""

from agent.shown import formula, what_it_is
from agent.trust import WORDS, shown_name, shown_owner, shown_summary
from agent.untrusted import code_line, first_sentence, one_line, prose
from agent.values import Status
from knowledge import Column, Node, Summary

MOST_COLUMNS = 80


def node_line(node: Node, *, status: Status | None = None) -> str:
    """A candidate in one line: name, what it is, its first sentence, how it is doing."""
    marks = [word for word in (_status(status), "deprecated" if node.deprecated_on else None) if word]
    if node.version and not node.is_latest:
        marks.append("old version")
    about = first_sentence(node.description, limit=130) or "no description"
    return f"{shown_name(node)} ({what_it_is(node)}): {about}" + (f" [{', '.join(marks)}]" if marks else "")


def summary_line(summary: Summary) -> str:
    """The same when only the summary is at hand."""
    about = first_sentence(summary.description, limit=160)
    return f"{shown_summary(summary)} ({what_it_is(summary)})" + (f": {about}" if about else "")


def node_details(node: Node, *, columns: int = MOST_COLUMNS, column_words: int = 120) -> list[str]:
    """A node's definition in lines, each column on its own."""
    lines = [f"{shown_name(node)} ({what_it_is(node)}): {prose(node.description, limit=350) or 'no description'}"]
    if node.relation:
        lines.append(f"  relation: {one_line_relation(node.relation)}")
    if computed := formula(node):
        lines.append(f"  computed as: {computed}")
    if (owner := shown_owner(node)) is not None:
        lines.append(f"  owner: {owner}")
    if node.deprecated_on:
        lines.append(f"  deprecated: {node.deprecated_on.isoformat()}")
    if node.columns:
        known = "" if node.columns_known else " (documented ones; there may be more)"
        lines.append(f"  columns{known}:")
        lines += [f"  - {_column(column, column_words)}" for column in node.columns[:columns]]
        if len(node.columns) > columns:
            lines.append(f"  ({len(node.columns) - columns} more omitted)")
    return lines


def one_line_relation(relation: str) -> str:
    """A table's full name as SQL needs it, quotes included."""
    return " ".join(relation.split())[:300]


def _column(column: Column, words: int) -> str:
    kind = f" {code_line(column.data_type, limit=200).lower()}" if column.data_type else ""
    about = first_sentence(column.description, limit=words) if words else ""
    return f"{one_line(column.name)}{kind}" + (f": {about}" if about else "")


def _status(status: Status | None) -> str | None:
    """What is to be known of a candidate's health; that it is healthy goes without saying."""
    if status is None or status == "healthy":
        return None
    return "with warnings" if status == "warning" else WORDS[status]
