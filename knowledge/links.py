"""Addresses of nodes' pages, from the templates that a source gave with its artifacts (pure)."""

from urllib.parse import quote

from knowledge.values import Node


def node_page(node: Node, node_link: str | None, code_link: str | None) -> str | None:
    """The page of a node, else its file; None where the project's place has neither.

    Args:    node_link: with ``{unique_id}`` and ``{kind}`` in it.
             code_link: with ``{path}`` in it.
    """
    if node_link:
        return node_link.replace("{unique_id}", quote(node.unique_id, safe="")).replace("{kind}", node.kind)
    if code_link and node.path and not node.path.startswith("../"):
        return code_link.replace("{path}", quote(node.path))
    return None
