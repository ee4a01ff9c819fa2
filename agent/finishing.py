"""Adds by code what an answer rests on: trust lines, citations, the confidence word. Nothing here is a model's."""

import asyncio
from collections.abc import Collection, Mapping, Sequence

from agent.draft import Draft
from agent.equipment import Equipment
from agent.library import Library
from agent.links import address_of
from agent.picturing import picture_told
from agent.reliance import look_up_trust
from agent.shown import formula, what_it_is
from agent.state import Recalled, Work
from agent.trust import shown_name, shown_owner
from agent.values import Answer, Citation, Confidence, Trust
from knowledge import Node

MOST_NODES = 50
MOST_CITED = 8
_LONGEST_DEFINITION = 120


async def finish(work: Work, draft: Draft, equipment: Equipment) -> Answer:
    """The whole answer."""
    library, recalled = equipment.library, work.recalled or Recalled()
    nodes = await _cited(draft, recalled, library)
    chosen = [nodes[each] for each in draft.chosen if each in nodes]
    trust = tuple(await look_up_trust(chosen, library, known=recalled.health))
    calls, hosts = work.spent.calls, equipment.link_hosts
    return Answer(
        text=draft.text,
        more=draft.more,
        nodes=draft.nodes[:MOST_NODES],
        sql=draft.sql,
        sql_withheld=draft.sql_withheld,
        confidence=_confidence(draft, chosen, trust),
        trust=trust,
        citations=tuple(_citation(node, hosts) for node in nodes.values()),
        shown_in=cite(draft.shown_in, recalled, hosts),
        choice=draft.choice,
        assumed=draft.assumed,
        options=tuple(_citation(nodes[each], hosts) for each in draft.options if each in nodes),
        whom=_whom(draft, nodes, equipment.help_channel),
        refused=draft.refused,
        is_question=draft.is_question,
        path=draft.path,
        model_calls=calls,
        tokens=work.spent.tokens if calls else 0,
        cost_usd=work.spent.cost_usd if calls else 0.0,
        model=work.spent.model if draft.path == "model" else "",
        seconds=round(asyncio.get_running_loop().time() - work.started_s, 3),
        graph=draft.graph or await picture_told(work, draft, library),
        notices=(*draft.notices, *((work.caveat,) if work.caveat else ())),
    )


def cite(unique_ids: Sequence[str], recalled: Recalled, hosts: Collection[str]) -> tuple[Citation, ...]:
    """Nodes that were recalled, as they are shown."""
    nodes = {node.unique_id: node for node in recalled.nodes}
    return tuple(_citation(nodes[each], hosts) for each in unique_ids if each in nodes)


async def _cited(draft: Draft, recalled: Recalled, library: Library) -> dict[str, Node]:
    """The nodes that are cited, chosen ones first; only those that nobody has read yet are fetched."""
    at_hand = {node.unique_id: node for node in (*recalled.nodes, *draft.at_hand)}
    cited = list(dict.fromkeys([*draft.chosen, *draft.options, *_weighed(draft), *draft.nodes]))[:MOST_CITED]
    if missing := [each for each in cited if each not in at_hand]:
        at_hand |= {node.unique_id: node for node in await library.catalog.nodes(missing)}
    return {each: at_hand[each] for each in cited if each in at_hand}


def _weighed(draft: Draft) -> list[str]:
    choice = draft.choice
    return [each for each in (choice.use, choice.runner_up) if each] if choice else []


def _whom(draft: Draft, nodes: Mapping[str, Node], help_channel: str) -> tuple[str, ...]:
    """Whom to ask where the catalog has no answer: the owner of what comes nearest, and the place for questions."""
    if not draft.refused or draft.is_question:
        return ()
    owned = ((shown_owner(node), node) for node in nodes.values())
    owner = next((f"{owner}, who owns {shown_name(node)}" for owner, node in owned if owner), None)
    return tuple(filter(None, (owner, help_channel)))


def _confidence(draft: Draft, chosen: list[Node], trust: tuple[Trust, ...]) -> Confidence | None:
    """Checked when all names hold and every node it rests on is described and healthy, else inferred.

    None for what rests on no node: a refusal, a question back, a greeting, a list of what changed.
    """
    if draft.refused or draft.is_question or (not draft.chosen and draft.path == "direct"):
        return None
    described = all(node.description.strip() for node in chosen)
    healthy = all(each.status == "healthy" for each in trust)
    return "checked" if draft.sure and chosen and described and healthy else "inferred"


def _citation(node: Node, hosts: Collection[str]) -> Citation:
    definition = formula(node, limit=_LONGEST_DEFINITION) if node.kind == "metric" else ""
    return Citation(
        unique_id=node.unique_id,
        name=shown_name(node),
        kind=node.kind,
        url=address_of(node, hosts),
        definition=definition,
        what=what_it_is(node) if node.kind == "exposure" else "",
    )
