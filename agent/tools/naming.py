"""Names that the model gives its tools, and the nodes they mean."""

from collections.abc import Sequence

from agent.tools.tool import Reach
from knowledge import Node, Summary


def find_one(name: str, reach: Reach) -> Summary | None:
    """The node of that name; of several the catalog's first."""
    found = reach.names.exact(name.strip("`\"' "))
    return found[0] if found else None


def unknown(name: str, reach: Reach) -> str:
    """What to tell the model of a name that does not exist."""
    near = [summary.name for summary in reach.names.similar(name)]
    return f"{name[:100]}: not in the catalog." + (f" Nearest: {', '.join(near)}." if near else "")


async def find_nodes(names: Sequence[str], reach: Reach) -> tuple[list[Node], list[str]]:
    """The nodes of these names, and a sentence for each name that is not one."""
    found = {name: find_one(name, reach) for name in names}
    nodes = await reach.library.catalog.nodes([each.unique_id for each in found.values() if each])
    return nodes, [unknown(name, reach) for name, each in found.items() if each is None]
