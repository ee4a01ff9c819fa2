"""What is deprecated, since when, and what to use instead: of one node, or in the whole project."""

from collections.abc import Mapping
from dataclasses import replace

from agent.direct.naming import kinds_of
from agent.direct.phrasebook import Reading
from agent.direct.subject import Subject
from agent.draft import Draft
from agent.library import Library
from agent.reliance import look_up_successors
from agent.shown import bullets, code, count, node_code, what_it_is
from agent.untrusted import one_line
from knowledge import Names
from knowledge.values import Node

_MOST_LINES = 20


async def list_deprecated(reading: Reading, names: Names, library: Library) -> Draft:
    """Every node that is deprecated or will be, with what to use instead, the longest deprecated first."""
    kinds = kinds_of(reading.noun.lower())
    wanted = [each.unique_id for each in names.deprecated() if not kinds or each.kind in kinds]
    nodes = await library.catalog.nodes(wanted[:_MOST_LINES])
    what = reading.noun.lower().removeprefix("dbt ").removesuffix("s") if kinds else "node"
    if not nodes:
        return Draft(
            text=f"No {what} in the project is deprecated." if kinds else "Nothing in the project is deprecated."
        )
    successors = await look_up_successors(nodes, library)
    lines = [f"{node_code(node)} ({what_it_is(node)}): {_since(node, successors, library)}" for node in nodes]
    text = f"{count(len(wanted), what)} {'is' if len(wanted) == 1 else 'are'} deprecated or about to be:\n"
    text += bullets(lines, limit=_MOST_LINES)
    text += f"\n- … and {len(wanted) - len(nodes):,} more" if len(wanted) > len(nodes) else ""
    return Draft(text=text, nodes=tuple(node.unique_id for node in nodes), kind="deprecated")


async def tell_deprecation(subject: Subject, library: Library) -> Draft:
    """Whether a node is deprecated."""
    node = subject.node
    if node.deprecated_on is None:
        return _draft(subject, f"{node_code(node)} is not deprecated.{_newer(node)}", "deprecated")
    successors = await look_up_successors([node], library)
    return _draft(subject, f"{node_code(node)} is {_since(node, successors, library)}.", "deprecated")


async def tell_successor(subject: Subject, names: Names, library: Library) -> Draft:
    """What to use instead of a node."""
    node = subject.node
    if node.deprecated_on is None:
        text = f"{node_code(node)} is not deprecated, and the project names nothing that replaces it.{_newer(node)}"
        return _draft(subject, text, "replaced")
    successors = await look_up_successors([node], library)
    if (successor := successors.get(node.unique_id)) is None:
        text = f"{node_code(node)} is {_since(node, successors, library)}; the project does not say what replaces it."
        return _draft(subject, text, "replaced")
    text = f"Use {code(successor)} instead of {node_code(node)}, which is {_since(node, {}, library)}."
    found = [each.unique_id for each in names.exact(successor)[:1]]
    return replace(_draft(subject, text, "replaced"), nodes=(node.unique_id, *found))


def _newer(node: Node) -> str:
    """That there is a later version."""
    if node.version is None:
        return ""
    if node.is_latest:
        return f" It is version {one_line(node.version)}, the latest."
    return f" It is version {one_line(node.version)}; the latest is {one_line(node.latest_version or '')}."


def _since(node: Node, successors: Mapping[str, str], library: Library) -> str:
    """``deprecated since 2026-09-30: use `orders_daily` ``."""
    on = node.deprecated_on
    if on is None:
        return "not deprecated"
    word = "since" if on <= library.now().date() else "from"
    successor = successors.get(node.unique_id)
    return f"deprecated {word} {on.isoformat()}" + (f": use {code(successor)}" if successor else "")


def _draft(subject: Subject, text: str, kind: str) -> Draft:
    only = (subject.node.unique_id,)
    return Draft(text=text, nodes=only, chosen=only, at_hand=(subject.node,), kind=kind)
