"""Looks up how far nodes can be relied on: tables by their own runs, whatever else there is by the tables under it."""

from collections.abc import Iterable, Mapping, Sequence

from agent.library import Library
from agent.trust import assess, assess_resting, find_successor
from agent.values import Trust
from knowledge import Health, Node
from knowledge.values import TABLES

_MOST_STEPS = 4
"""From a dashboard over a saved query, a metric and a semantic model to a table."""
_MOST_UNDER = 40


async def look_up_trust(
    nodes: Sequence[Node], library: Library, *, known: Mapping[str, Health] | None = None
) -> list[Trust]:
    """A trust line for each of ``nodes``, in their order.

    Args: known: how some of them are doing, as it was read in this turn already.
    """
    under = {node.unique_id: await tables_under(node, library) for node in nodes if node.kind not in TABLES}
    tables = [node for node in nodes if node.kind in TABLES]
    tables += [table for found in under.values() for table in found]
    successors = await look_up_successors([*nodes, *tables], library)
    trusts = await _of_tables(tables, library, known or {}, successors)
    now = library.now()
    return [
        assess_resting(
            node,
            [(table, trusts[table.unique_id]) for table in under[node.unique_id]],
            now,
            successor=successors.get(node.unique_id),
        )
        if node.unique_id in under
        else trusts[node.unique_id]
        for node in nodes
    ]


async def look_up_successors(nodes: Iterable[Node], library: Library) -> dict[str, str]:
    """What to use instead of those of ``nodes`` that are deprecated, by unique_id, where the project says it."""
    deprecated = [node for node in nodes if node.deprecated_on is not None]
    if not deprecated:
        return {}
    names = await library.catalog.names()
    found = {node.unique_id: find_successor(node, names) for node in deprecated}
    return {unique_id: successor for unique_id, successor in found.items() if successor}


async def tables_under(node: Node, library: Library) -> list[Node]:
    """The nearest tables that a node rests on, through metrics and semantic models."""
    tables: dict[str, Node] = {}
    wanted = list(node.depends_on)
    for _ in range(_MOST_STEPS):
        if not wanted:
            break
        found = await library.catalog.nodes(wanted[:_MOST_UNDER])
        tables |= {each.unique_id: each for each in found if each.kind in TABLES}
        wanted = [parent for each in found if each.kind not in TABLES for parent in each.depends_on]
    return list(tables.values())[:_MOST_UNDER]


async def _of_tables(
    tables: Sequence[Node], library: Library, known: Mapping[str, Health], successors: Mapping[str, str]
) -> Mapping[str, Trust]:
    ids = list(dict.fromkeys(table.unique_id for table in tables if table.unique_id not in known))
    health = {**known, **(await library.catalog.health(ids) if ids else {})}
    now, known_at = library.now(), library.known_at()
    return {
        table.unique_id: assess(
            table, health.get(table.unique_id), now, known_at=known_at, successor=successors.get(table.unique_id)
        )
        for table in tables
    }
