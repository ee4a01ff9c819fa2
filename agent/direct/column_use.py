"""What is made of a column and what needs it: what breaks when it goes, and whom that concerns."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from agent.direct.column_lineage import WHY_NOT, step_name, tell_origin
from agent.direct.column_picture import picture_column
from agent.direct.lineage import MOST_OTHERS, tell_downstream
from agent.direct.picture import joined
from agent.direct.subject import Subject
from agent.draft import Draft
from agent.library import Library
from agent.shown import (
    bullets,
    code,
    column_code,
    count,
    hidden_nodes,
    listed,
    node_code,
    owned_code,
    summary_code,
    what_it_is,
)
from agent.trust import shown_owner
from knowledge.column_lineage.lineage import ColumnStep, Resting, State
from knowledge.values import Column, Node, Summary

MOST_MODELS = 12
_MOST_COLUMNS = 6
_MOST_UNREAD = 6
_MOST_READ = 60
"""Nodes that are looked up for their owners."""


async def tell_use(subject: Subject, column: Column, library: Library) -> Draft:
    """Which models use a column, what they make of it, and the dashboards, metrics and people behind them."""
    base = await tell_downstream(replace(subject, column=None), library)
    lineage, node = library.catalog.columns, subject.node
    name = column_code(node, column.name)
    steps = await lineage.follow(node.unique_id, column.name, "downstream")
    unread = await lineage.unread_children(node.unique_id, column.name)
    users = _by_node(step for step in steps if step.depth == 1)
    if not users and unread:
        return replace(base, text=f"{_unknown(name, unread)} {base.text}")
    reached = list(dict.fromkeys(step.node.unique_id for step in steps[1:] if step.node))
    resting = await lineage.resting_on(reached) if reached else []
    exposures = [each.node.unique_id for each in resting if each.node and each.kind == "exposure"]
    read = [*reached, *exposures]
    nodes = {each.unique_id: each for each in await library.catalog.nodes(read[:_MOST_READ])} if read else {}
    lines = [*_users(name, users, nodes), *_further(steps), *_resting(resting, nodes)]
    lines += await _of_the_node(node, column, library, besides=exposures)
    lines += [_also_unread(unread)] if unread else []
    ids = dict.fromkeys([node.unique_id, *reached, *base.nodes])
    graph = await picture_column(node, column, library, downstream=steps, resting=exposures)
    return replace(base, text="\n".join(lines), nodes=tuple(ids), graph=graph or base.graph)


async def tell_both(subject: Subject, column: Column, library: Library) -> Draft:
    """Where a column comes from, and where it goes."""
    origin = await tell_origin(subject, column, library)
    use = await tell_use(subject, column, library)
    ids = dict.fromkeys([*origin.nodes, *use.nodes])
    graph = joined(origin.graph, use.graph)
    return replace(origin, text=f"{origin.text}\n{use.text}", nodes=tuple(ids), graph=graph, kind="lineage")


def _by_node(steps: Iterable[ColumnStep]) -> dict[str, list[ColumnStep]]:
    """The steps of each node; hidden ones go together."""
    found: dict[str, list[ColumnStep]] = {}
    for step in steps:
        found.setdefault(step.node.unique_id if step.node else "", []).append(step)
    return found


def _users(name: str, users: Mapping[str, Sequence[ColumnStep]], nodes: Mapping[str, Node]) -> list[str]:
    if not users:
        return [f"No SQL of the project uses {name}."]
    hidden = hidden_nodes(step.kind for step in users.get("", ()))
    lines = [_user(steps, nodes.get(unique_id)) for unique_id, steps in users.items() if unique_id]
    number = len(lines) + len(users.get("", ()))
    head = f"{name} is used by {count(number, 'model')}, which {'breaks' if number == 1 else 'break'} without it:"
    return [head, bullets([*lines, *hidden], limit=MOST_MODELS)]


def _user(steps: Sequence[ColumnStep], node: Node | None) -> str:
    """``orders_daily`` (owner Ana Ruiz): makes ``order_count`` of it."""
    summary = next(step.node for step in steps if step.node)
    owner = shown_owner(node) if node else None
    made = [code(step.column) for step in steps if step.column is not None]
    does = [f"makes {listed(made, limit=_MOST_COLUMNS)} of it"] if made else []
    if any(step.column is None for step in steps):
        does.append("filters, joins or groups by it")
    return f"{summary_code(summary)}{f' (owner {owner})' if owner else ''}: {' and '.join(does)}"


def _further(steps: Sequence[ColumnStep]) -> list[str]:
    """Columns that are made of those, and models that need one of those."""
    beyond = [step for step in steps if step.depth > 1]
    made = [step_name(step) for step in beyond if step.column is not None]
    direct = {step.node.unique_id for step in steps if step.depth == 1 and step.node}
    needing = dict.fromkeys(
        summary_code(step.node)
        for step in beyond
        if step.column is None and step.node and step.node.unique_id not in direct
    )
    lines = [f"Through them it reaches {listed(made, limit=MOST_MODELS)}."] if made else []
    return [*lines, f"What they make of it is needed by {listed(list(needing))}."] if needing else lines


def _resting(resting: Sequence[Resting], nodes: Mapping[str, Node]) -> list[str]:
    """Exposures with their owners; metrics and the like by name as long as they are few."""
    exposures = [_exposure(each.node, nodes) for each in resting if each.node and each.kind == "exposure"]
    exposures += hidden_nodes(each.kind for each in resting if not each.node and each.kind == "exposure")
    others = [each.node for each in resting if each.node and each.kind != "exposure"]
    named = [f"{what_it_is(node)} {summary_code(node)}" for node in others]
    if len(named) > MOST_OTHERS:
        named = [count(number, kind) for kind, number in Counter(map(what_it_is, others)).items()]
    named += hidden_nodes(each.kind for each in resting if not each.node and each.kind != "exposure")
    lines = [f"What people see of these models: {listed(exposures)}."] if exposures else []
    return [*lines, f"On them rest {listed(named)}."] if named else lines


def _exposure(summary: Summary, nodes: Mapping[str, Node]) -> str:
    node = nodes.get(summary.unique_id)
    return owned_code(node) if node else summary_code(summary)


async def _of_the_node(node: Node, column: Column, library: Library, *, besides: Sequence[str]) -> list[str]:
    """Semantic models on the node that name the column, the metrics that do, and exposures, which tell no columns."""
    children = await library.catalog.lineage(node.unique_id, "downstream", depth=1)
    direct = [step.node.unique_id for step in children if step.node and step.kind in {"semantic_model", "exposure"}]
    found = await library.catalog.nodes(direct) if direct else []
    models = [each for each in found if each.kind == "semantic_model" and _names_column(each, column)]
    metrics = await library.catalog.columns.resting_on([each.unique_id for each in models]) if models else []
    ids = [each.node.unique_id for each in metrics if each.node and each.kind == "metric"]
    computed = [each for each in await library.catalog.nodes(ids) if _has_word(each.expression, column)] if ids else []
    named = [f"{what_it_is(each)} {owned_code(each)}" for each in [*models, *computed]]
    shown = [owned_code(each) for each in found if each.kind == "exposure" and each.unique_id not in besides]
    lines = [f"Of {node_code(node)} itself, it is named by {listed(named)}."] if named else []
    return [*lines, f"What people see of {node_code(node)} may show it: {listed(shown)}."] if shown else lines


def _names_column(model: Node, column: Column) -> bool:
    return any(each.name.lower() == column.name.lower() or _has_word(each.data_type, column) for each in model.columns)


def _has_word(text: str | None, column: Column) -> bool:
    return re.search(rf"\b{re.escape(column.name)}\b", text or "", re.IGNORECASE) is not None


def _unknown(name: str, unread: Sequence[tuple[Summary, State]]) -> str:
    return f"What uses {name} is known by model only ({listed(_reasons(unread))})."


def _also_unread(unread: Sequence[tuple[Summary, State]]) -> str:
    if len(unread) == 1:
        [(summary, state)] = unread
        return f"Whether {summary_code(summary)} uses it is not known: {WHY_NOT[state]}."
    return f"Whether these use it is not known: {'; '.join(_reasons(unread))}."


def _reasons(unread: Sequence[tuple[Summary, State]]) -> list[str]:
    """Each reason once, behind the models that it is the reason for."""
    found: dict[State, list[str]] = {}
    for summary, state in unread:
        found.setdefault(state, []).append(summary_code(summary))
    return [f"{listed(names, limit=_MOST_UNREAD)}: {WHY_NOT[state]}" for state, names in found.items()]
