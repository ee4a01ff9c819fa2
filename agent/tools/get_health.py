"""Tool: how nodes are doing."""

from pydantic import Field

from agent.reliance import look_up_trust
from agent.tools.naming import find_nodes
from agent.tools.tool import Arguments, Reach, Tool, fitted

MOST_NODES = 10


class GetHealth(Arguments):
    """Which nodes to look at."""

    names: list[str] = Field(description=f"Names of nodes, at most {MOST_NODES}.", min_length=1)


async def run(arguments: GetHealth, reach: Reach) -> str:
    nodes, unknown = await find_nodes(arguments.names[:MOST_NODES], reach)
    lines = [trust.line for trust in await look_up_trust(nodes, reach.library)] + unknown
    if (omitted := len(arguments.names) - MOST_NODES) > 0:
        lines.append(f"({omitted} more omitted: ask for at most {MOST_NODES})")
    return fitted(lines)


TOOL = Tool(name="get_health", arguments=GetHealth, run=run, doing="is looking at runs and tests…")
