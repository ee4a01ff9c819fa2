"""What feeds a node and what uses it."""

from collections import Counter
from collections.abc import Sequence

from agent.direct.picture import picture_lineage
from agent.direct.subject import Subject
from agent.draft import Draft
from agent.library import Library
from agent.shown import LONGEST_LIST, count, hidden_nodes, listed, node_code, owned_code, summary_code, what_it_is
from agent.values import Graph
from knowledge.values import TABLES, Direction, LineageStep

MOST_STEPS = 20_000
"""So many that what is counted is counted in full."""
MOST_OTHERS = 4
"""Metrics, semantic models and the like that are named before they are only counted."""


async def tell_upstream(subject: Subject, library: Library) -> Draft:
    """What a node is made from: its parents, and the sources at the very start."""
    steps = await _steps(subject, library, "upstream")
    graph = await picture_lineage(subject.node, library, upstream=steps)
    return _draft(subject, _upstream_text(subject, steps), steps, graph, kind="upstream")


async def tell_downstream(subject: Subject, library: Library) -> Draft:
    """What rests on a node: its children, everything further down, and whose dashboards they are."""
    steps = await _steps(subject, library, "downstream")
    graph = await picture_lineage(subject.node, library, downstream=steps)
    return _draft(subject, await _downstream_text(subject, steps, library), steps, graph, kind="downstream")


async def tell_dashboards(subject: Subject, library: Library) -> Draft:
    """Which dashboards show a node, or what is made from it."""
    steps = await _steps(subject, library, "downstream")
    graph = await picture_lineage(subject.node, library, downstream=steps)
    return _draft(subject, await _dashboards_text(subject, steps, library), steps, graph, kind="dashboards")


async def tell_lineage(subject: Subject, library: Library) -> Draft:
    """Both directions."""
    up = await _steps(subject, library, "upstream")
    down = await _steps(subject, library, "downstream")
    text = f"{_upstream_text(subject, up)}\n{await _downstream_text(subject, down, library)}"
    graph = await picture_lineage(subject.node, library, upstream=up, downstream=down)
    return _draft(subject, text, [*up, *down], graph, kind="lineage")


async def _steps(subject: Subject, library: Library, direction: Direction) -> list[LineageStep]:
    """The nearest first."""
    return await library.catalog.lineage(subject.node.unique_id, direction, depth=None, limit=MOST_STEPS)


def _draft(subject: Subject, text: str, steps: Sequence[LineageStep], graph: Graph | None, *, kind: str) -> Draft:
    ids = dict.fromkeys([subject.node.unique_id, *(step.node.unique_id for step in steps if step.node)])
    return Draft(text=text, nodes=tuple(ids), chosen=(subject.node.unique_id,), graph=graph, kind=kind)


def _upstream_text(subject: Subject, steps: Sequence[LineageStep]) -> str:
    name = node_code(subject.node)
    direct = _at(steps, direct=True)
    if not direct:
        start = "where the project begins" if subject.node.kind in {"source", "seed"} else "fed by no other node"
        return f"Nothing in the project feeds {name}: it is {start}."
    text = f"{name} is fed by {_names(direct)}."
    further = _at(steps, direct=False)
    roots = [step for step in further if step.kind in {"source", "seed"}]
    if roots:
        text += f" All the way up it comes from {_names(roots)}."
    elif further:
        text += f" Further up: {_names(further)}."
    return text


async def _downstream_text(subject: Subject, steps: Sequence[LineageStep], library: Library) -> str:
    name = node_code(subject.node)
    direct = _at(steps, direct=True)
    if not direct:
        return f"Nothing in the project uses {name}."
    text = f"{name} is used by {_names(direct)}."
    if further := [step for step in _at(steps, direct=False) if step.kind != "exposure"]:
        text += f" Through them it reaches {_names(further)}."
    if shown := await _exposures(steps, library):
        text += f" What people see of it: {listed(shown)}."
    return text


async def _dashboards_text(subject: Subject, steps: Sequence[LineageStep], library: Library) -> str:
    name = node_code(subject.node)
    direct = await _exposures(_at(steps, direct=True), library)
    further = await _exposures(_at(steps, direct=False), library)
    if not direct and not further:
        used = _at(steps, direct=True)
        return f"No dashboard in the project shows {name}." + (f" It is used by {_names(used)}." if used else "")
    text = f"{name} is shown by {listed(direct)}." if direct else f"No dashboard reads {name} itself."
    return text + (f" What is made from it is shown by {listed(further)}." if further else "")


async def _exposures(steps: Sequence[LineageStep], library: Library) -> list[str]:
    exposures = [step for step in steps if step.kind == "exposure"]
    ids = [step.node.unique_id for step in exposures if step.node]
    nodes = await library.catalog.nodes(ids) if ids else []
    return [*map(owned_code, nodes), *hidden_nodes(step.kind for step in exposures if step.node is None)]


def _at(steps: Sequence[LineageStep], *, direct: bool) -> list[LineageStep]:
    return [step for step in steps if (step.depth == 1) == direct]


def _names(steps: Sequence[LineageStep]) -> str:
    """Tables by name; what else there is with what it is, metrics after the first few and hidden nodes by number."""
    nodes = [step.node for step in steps if step.node]
    tables = [summary_code(node) for node in nodes if node.kind in TABLES]
    others = [node for node in nodes if node.kind not in TABLES]
    named = [f"{what_it_is(node)} {summary_code(node)}" for node in others]
    if len(named) > MOST_OTHERS:
        kinds = Counter(what_it_is(node) for node in others)
        named = [count(number, kind) for kind, number in kinds.items()]
    hidden = hidden_nodes(step.kind for step in steps if step.node is None)
    return listed([*tables[:LONGEST_LIST], *_more(tables), *named, *hidden], limit=3 * LONGEST_LIST)


def _more(tables: Sequence[str]) -> list[str]:
    return [f"{len(tables) - LONGEST_LIST} more"] if len(tables) > LONGEST_LIST else []
