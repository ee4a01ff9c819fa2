"""The lineage of one column as a picture: only the nodes on its way, each with its columns that are on it."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from agent.direct.picture import picture_lineage
from agent.library import Library
from agent.untrusted import one_line
from agent.values import Graph
from knowledge.column_lineage.lineage import ColumnStep
from knowledge.values import Column, LineageStep, Node


async def picture_column(
    node: Node,
    column: Column,
    library: Library,
    *,
    upstream: Sequence[ColumnStep] = (),
    downstream: Sequence[ColumnStep] = (),
    resting: Collection[str] = (),
) -> Graph | None:
    """None when the column comes from nowhere and goes nowhere.

    Args: upstream, downstream: what the catalog's ``columns.follow`` returned.
          resting: unique_ids of dashboards and the like behind them.
    """
    columns: dict[str, list[str]] = {node.unique_id: [column.name]}
    for step in [*upstream[1:], *downstream[1:]]:
        if step.node is not None and step.column is not None:
            columns.setdefault(step.node.unique_id, []).append(step.column)
    above = _ids(upstream)
    below = _ids(downstream) | set(resting)
    return await picture_lineage(
        node,
        library,
        upstream=within(await library.catalog.lineage(node.unique_id, "upstream"), above) if above else (),
        downstream=within(await library.catalog.lineage(node.unique_id, "downstream"), below) if below else (),
        columns={unique_id: _in_short(names) for unique_id, names in columns.items()},
    )


def within(steps: Sequence[LineageStep], unique_ids: Collection[str]) -> list[LineageStep]:
    """The part of a lineage that has only those nodes; what loses its neighbours is next to the start (pure)."""
    kept = [place for place, step in enumerate(steps, start=1) if step.node and step.node.unique_id in unique_ids]
    places = {0: 0} | {old: new for new, old in enumerate(kept, start=1)}
    return [
        replace(step, nearer=tuple(places[each] for each in step.nearer if each in places) or (0,))
        for step in (steps[place - 1] for place in kept)
    ]


def _ids(steps: Sequence[ColumnStep]) -> set[str]:
    return {step.node.unique_id for step in steps[1:] if step.node}


def _in_short(names: Sequence[str]) -> str:
    """``line_amount +1``: there is room for one name in a box."""
    first, *more = dict.fromkeys(map(one_line, names))
    return f"{first} +{len(more)}" if more else first
