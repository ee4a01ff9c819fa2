"""Where a column comes from and how it is computed, as the compiled SQL says."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.direct.column_picture import picture_column
from agent.direct.lineage import tell_upstream
from agent.direct.subject import Subject
from agent.draft import Draft
from agent.library import Library
from agent.shown import bullets, code, column_code, listed, node_code, summary_code
from agent.trust import shown_owner
from agent.untrusted import code_line
from knowledge.column_lineage.lineage import ColumnStep, State
from knowledge.column_lineage.steps import ADDED_TO_SNAPSHOTS, HANDED_ON, OR
from knowledge.values import Column, Node

WHY_NOT: Mapping[State, str] = {
    "due": "its SQL is still being read, ask again in a minute",
    "no sql": "the artifacts have no compiled SQL of it, as after `dbt parse`",
    "python": "it is written in Python",
    "unreadable": "its SQL could not be read",
    "unplaced": "its SQL names such a column without telling of which table",
    "open": "its SQL takes all columns of tables whose columns are not known",
}
"""Why nothing is known of a node's columns, as the end of a sentence."""
MOST_LINES = 10
MOST_OWNERS = 8
_MOST_NESTED = 3
"""Expressions inside an expression that are quoted."""
_MOST_PARENTS = 6


async def tell_origin(subject: Subject, column: Column, library: Library) -> Draft:
    """What a column is made of, step by step up to where it begins, with the expressions along the way."""
    base = await tell_upstream(replace(subject, column=None), library)
    name = column_code(subject.node, column.name)
    state = await library.catalog.columns.state(subject.node.unique_id)
    if reason := WHY_NOT.get(state):
        return replace(base, text=f"Where {name} comes from is known by model only: {reason}. {base.text}")
    if state == "begins":
        return replace(base, text=f"{name} begins here: {_begins(subject.node)}.")
    if subject.node.kind == "snapshot" and column.name.lower() in ADDED_TO_SNAPSHOTS:
        return replace(base, text=f"{name} begins here: dbt adds it when it takes the snapshot.")
    steps = await library.catalog.columns.follow(subject.node.unique_id, column.name, "upstream")
    parents = _parents(steps)
    if not steps[0].steps and not parents[0]:
        return replace(
            base, text=f"The SQL of {node_code(subject.node)} does not tell where {name} is from. {base.text}"
        )
    lines = [_head(name, steps, parents)]
    if chain := [
        _line(steps, parents, place) for place in range(1, len(steps)) if parents[place] or steps[place].steps
    ]:
        lines.append(bullets(chain, limit=MOST_LINES))
    lines += [*_beginnings(steps, parents), *await _owners(subject.node, steps, library)]
    ids = [step.node.unique_id for step in steps if step.node]
    graph = await picture_column(subject.node, column, library, upstream=steps)
    return replace(
        base, text="\n".join(lines), nodes=tuple(dict.fromkeys([*ids, *base.nodes])), graph=graph or base.graph
    )


async def origin_in_short(subject: Subject, column: Column, library: Library) -> str:
    """How a column is made, in the first sentence of what ``tell_origin`` says; empty where that is not known."""
    if await library.catalog.columns.state(subject.node.unique_id) != "read":
        return ""
    steps = await library.catalog.columns.follow(subject.node.unique_id, column.name, "upstream")
    parents = _parents(steps)
    is_told = bool(steps) and (steps[0].steps or parents[0])
    return _head(code(column.name), steps, parents) if is_told else ""


def step_name(step: ColumnStep) -> str:
    """``orders.status`` in code style; what must not be known has no name."""
    if step.node is None:
        return "one hidden model" if step.kind == "model" else f"one hidden {step.kind.replace('_', ' ')}"
    if step.column is None:
        return f"a hidden column of {summary_code(step.node)}"
    return column_code(step.node, step.column)


def _begins(node: Node) -> str:
    kind = {"source": "a source", "seed": "a seed"}.get(node.kind, "no SQL of the project makes it")
    return f"{node_code(node)} is {kind}" if node.kind in {"source", "seed"} else kind


def _parents(steps: Sequence[ColumnStep]) -> list[list[ColumnStep]]:
    """Of each step, what it is made of."""
    found: list[list[ColumnStep]] = [[] for _ in steps]
    for step in steps:
        for place in step.nearer:
            found[place].append(step)
    return found


def _head(name: str, steps: Sequence[ColumnStep], parents: Sequence[Sequence[ColumnStep]]) -> str:
    first = steps[0]
    if _is_hidden(parents[0]):
        return f"{name} is made of {_from(parents[0])}: I may not show how."
    if not first.steps:
        return f"{name} is {_from(parents[0])}, handed on as it is.{_rest(first)}"
    made_of = f", from {_from(parents[0])}" if parents[0] else ", from no other column"
    return f"{name} is computed{_expression(first)}{made_of}.{_rest(first)}"


def _line(steps: Sequence[ColumnStep], parents: Sequence[Sequence[ColumnStep]], place: int) -> str:
    step = steps[place]
    if _is_hidden(parents[place]):
        return f"{step_name(step)}: made of {_from(parents[place])}"
    how = f"computed{_expression(step)}," if step.steps else "as it is"
    made_of = f" from {_from(parents[place])}" if parents[place] else ""
    return f"{step_name(step)}: {(how + made_of).removeprefix('computed as ').removesuffix(',')}{_rest(step)}"


def _is_hidden(parents: Sequence[ColumnStep]) -> bool:
    """Whether an expression may name what must not be known, so that there is none."""
    return any(step.node is None or step.column is None for step in parents)


def _from(parents: Sequence[ColumnStep]) -> str:
    return listed([step_name(step) for step in parents], limit=_MOST_PARENTS)


def _rest(step: ColumnStep) -> str:
    return "" if step.is_whole else " (not all that it is made of is known)"


def _expression(step: ColumnStep) -> str:
    """`` as coalesce(total, 0)``, where ``total`` is ``sum(amount)``; parts of a union with an *or* between them."""
    (_, own), *inner = _either(step.steps)
    text = f" as {' or '.join(own)}" if own else ""
    if nested := [f"`{code_line(name)}` is {' or '.join(texts)}" for name, texts in inner[:_MOST_NESTED]]:
        text += f" where {listed(nested)}"
    return text


def _either(steps: Sequence[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Of each name all that it is computed as."""
    found: list[tuple[str, list[str]]] = []
    for name, expression in steps:
        if name != OR or not found:
            found.append((name, []))
        if expression:
            found[-1][1].append("handed on as it is" if expression == HANDED_ON else f"`{code_line(expression)}`")
    return found


def _beginnings(steps: Sequence[ColumnStep], parents: Sequence[Sequence[ColumnStep]]) -> list[str]:
    found = [
        step
        for place, step in enumerate(steps)
        if place and not parents[place] and not step.steps and (step.node is None or step.column is not None)
    ]
    return [f"It begins in {listed(list(dict.fromkeys(map(step_name, found))))}."] if found else []


async def _owners(node: Node, steps: Sequence[ColumnStep], library: Library) -> list[str]:
    """Whom to ask about the tables along the way."""
    others = dict.fromkeys(step.node.unique_id for step in steps if step.node and step.node.unique_id != node.unique_id)
    nodes = [node, *await library.catalog.nodes(list(others)[: 3 * MOST_OWNERS])]
    return owners_line(nodes)


def owners_line(nodes: Sequence[Node]) -> list[str]:
    """Who owns what, an owner once; nothing where nobody does."""
    owned: dict[str, list[str]] = {}
    for node in nodes:
        if (owner := shown_owner(node)) is not None:
            owned.setdefault(owner, []).append(node_code(node))
    parts = [f"{owner} ({listed(names, limit=4)})" for owner, names in owned.items()]
    return [f"Owners: {listed(parts, limit=MOST_OWNERS)}."] if parts else []
