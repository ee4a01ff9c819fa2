"""The picture beneath an answer about lineage that a model gave: the same as beneath the catalog's own."""

import re
from collections.abc import Iterator

from langchain_core.messages import AIMessage

from agent.direct.lineage import MOST_STEPS
from agent.direct.picture import picture_lineage
from agent.draft import Draft
from agent.library import Library
from agent.state import Work
from agent.tools import get_lineage
from agent.values import Graph
from knowledge.values import Direction, LineageStep

_ASKS = re.compile(
    r"\b(?:lineage|(?:up|down)-?stream|feed(?:s|ing)?|fed|flows?|depend\w*|impact\w*|affect\w*|break(?:s|ing)?|derived?"
    r"|origins?|originat\w+|provenance|parents?|children|ancestors?|descendants?|consum\w+|built (?:from|on|with)"
    r"|based on|used by|(?:who|what) uses|(?:come|came|comes|stem|stems) from|made (?:of|from)|traced?|path"
    r"|woher|herkunft|abh[äa]ng\w*|speist|provien\w+|d[ée]pend\w*|aliment\w+|provenienza|afkomst)\b",
    re.IGNORECASE,
)
"""Words of a question about what feeds what."""


async def picture_told(work: Work, draft: Draft, library: Library) -> Graph | None:
    """The lineage that a model looked up and tells of; None where the question asks for none.

    Of several nodes it is that of the first which was looked up and is spoken of, to the sides that were looked at.
    """
    if draft.path != "model" or draft.refused or draft.is_question or not _ASKS.search(work.text):
        return None
    looked_up = [(unique_id, side) for unique_id, side in _looked_up(work) if unique_id in draft.nodes]
    if not looked_up:
        return None
    about = looked_up[0][0]
    sides = {side for unique_id, side in looked_up if unique_id == about}
    nodes = await library.catalog.nodes([about])

    async def steps(side: Direction) -> list[LineageStep]:
        return await library.catalog.lineage(about, side, depth=None, limit=MOST_STEPS) if side in sides else []

    up, down = await steps("upstream"), await steps("downstream")
    return await picture_lineage(nodes[0], library, upstream=up, downstream=down) if nodes else None


def _looked_up(work: Work) -> Iterator[tuple[str, Direction]]:
    """The nodes and directions that the model asked its tool for."""
    for message in work.dialogue:
        for call in message.tool_calls if isinstance(message, AIMessage) else ():
            if call["name"] != get_lineage.TOOL.name:
                continue
            found = work.names.exact(str(call["args"].get("name", "")).strip("`\"' "))
            side = call["args"].get("direction")
            if found and side == "upstream":
                yield found[0].unique_id, "upstream"
            elif found and side == "downstream":
                yield found[0].unique_id, "downstream"
