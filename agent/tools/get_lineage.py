"""Tool: what feeds a node, and what it feeds."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from pydantic import Field

from agent.shown import hidden_nodes
from agent.told import summary_line
from agent.tools.naming import find_one, unknown
from agent.tools.tool import Arguments, Reach, Tool, fitted
from knowledge.values import Direction, LineageStep

LIMIT = 60


class GetLineage(Arguments):
    """Where to look from."""

    name: str = Field(description="The node's name.")
    direction: Direction = Field(description="upstream: what feeds it; downstream: what it feeds.")
    depth: int = Field(default=2, ge=1, le=20, description="How many steps away.")


async def run(arguments: GetLineage, reach: Reach) -> str:
    node = find_one(arguments.name, reach)
    if node is None:
        return unknown(arguments.name, reach)
    steps = await reach.library.catalog.lineage(node.unique_id, arguments.direction, depth=arguments.depth, limit=LIMIT)
    if not steps:
        return f"{node.name} has nothing {arguments.direction}."
    return fitted(list(_lines(steps)))


def _lines(steps: Sequence[LineageStep]) -> Iterator[str]:
    """A line for each node, and where there are hidden ones, a line for each kind of them."""
    for depth, at_depth in groupby(steps, key=lambda step: step.depth):
        found = list(at_depth)
        yield from (f"- {depth} away: {summary_line(step.node)}" for step in found if step.node)
        yield from (f"- {depth} away: {some}" for some in hidden_nodes(step.kind for step in found if not step.node))


TOOL = Tool(name="get_lineage", arguments=GetLineage, run=run, doing="is following the lineage…")
