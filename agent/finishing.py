"""Adds by code what an answer rests on: trust lines, citations, the confidence word. Nothing here is a model's."""

import asyncio
from urllib.parse import urlsplit

from agent.draft import Draft
from agent.library import Library
from agent.reliance import look_up_trust
from agent.state import Recalled, Work
from agent.trust import shown_name
from agent.values import Answer, Citation, Confidence, Trust
from knowledge import Node

MOST_NODES = 50
MOST_CITED = 8


async def finish(work: Work, draft: Draft, library: Library) -> Answer:
    """The whole answer."""
    recalled = work.recalled or Recalled()
    nodes = await _cited(draft, recalled, library)
    chosen = [nodes[each] for each in draft.chosen if each in nodes]
    trust = tuple(await look_up_trust(chosen, library, known=recalled.health))
    calls = work.spent.calls
    return Answer(
        text=draft.text,
        nodes=draft.nodes[:MOST_NODES],
        sql=draft.sql,
        confidence=_confidence(draft, chosen, trust),
        trust=trust,
        citations=tuple(_citation(node) for node in nodes.values()),
        refused=draft.refused,
        path=draft.path,
        model_calls=calls,
        tokens=work.spent.tokens if calls else 0,
        seconds=round(asyncio.get_running_loop().time() - work.started_s, 3),
        notices=(*draft.notices, *((work.caveat,) if work.caveat else ())),
    )


async def _cited(draft: Draft, recalled: Recalled, library: Library) -> dict[str, Node]:
    """The nodes that are cited, chosen ones first; only those that nobody has read yet are fetched."""
    at_hand = {node.unique_id: node for node in (*recalled.nodes, *draft.at_hand)}
    cited = list(dict.fromkeys([*draft.chosen, *draft.nodes]))[:MOST_CITED]
    if missing := [each for each in cited if each not in at_hand]:
        at_hand |= {node.unique_id: node for node in await library.catalog.nodes(missing)}
    return {each: at_hand[each] for each in cited if each in at_hand}


def _confidence(draft: Draft, chosen: list[Node], trust: tuple[Trust, ...]) -> Confidence | None:
    """Checked when all names hold and every node it rests on is described and healthy, else inferred.

    None for what rests on no node: a refusal, a greeting, a list of what changed.
    """
    if draft.refused or (not draft.chosen and draft.path == "direct"):
        return None
    described = all(node.description.strip() for node in chosen)
    healthy = all(each.status == "healthy" for each in trust)
    return "checked" if draft.sure and chosen and described and healthy else "inferred"


def _citation(node: Node) -> Citation:
    url = node.url if node.url and urlsplit(node.url).scheme in {"http", "https"} else node.page
    return Citation(unique_id=node.unique_id, name=shown_name(node), kind=node.kind, url=url)
