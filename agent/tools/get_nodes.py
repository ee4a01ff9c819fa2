"""Tool: read definitions."""

from pydantic import Field

from agent.told import node_details
from agent.tools.naming import find_nodes
from agent.tools.tool import Arguments, Reach, Tool, fitted

MOST_NODES = 6


class GetNodes(Arguments):
    """Which nodes to read."""

    names: list[str] = Field(description=f"Names of nodes, at most {MOST_NODES}.", min_length=1)


async def run(arguments: GetNodes, reach: Reach) -> str:
    nodes, unknown = await find_nodes(arguments.names[:MOST_NODES], reach)
    lines = [line for node in nodes for line in node_details(node)] + unknown
    if (omitted := len(arguments.names) - MOST_NODES) > 0:
        lines.append(f"({omitted} more omitted: ask for at most {MOST_NODES})")
    return fitted(lines, what="more lines omitted")


TOOL = Tool(name="get_nodes", arguments=GetNodes, run=run, doing="is reading definitions…")
