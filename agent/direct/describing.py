"""What a node or a column is, who answers for it, which columns it has: one fact in one line."""

import re
from collections.abc import Sequence
from typing import Any

from agent.direct.subject import Everywhere, Subject
from agent.draft import Draft
from agent.shown import (
    bullets,
    code,
    column_code,
    column_line,
    count,
    formula,
    listed,
    node_code,
    sentence,
    summary_code,
    type_of,
    what_it_is,
)
from agent.trust import shown_owner
from agent.untrusted import one_line
from knowledge.values import TABLES, Column, Node, Summary

MOST_COLUMNS = 60
MOST_PLACES = 8
_CONTRIBUTORS = re.compile(
    r"(?i)(?:contributor|author|creator|developer|editor)s?|(?:created|written|developed)[_ ]?by"
)


def describe(subject: Subject) -> Draft:
    """What a node is: its description, then what the catalog knows besides."""
    node = subject.node
    about = sentence(node.description) or "It has no description in the project."
    lines = [f"{node_code(node)} ({what_it_is(node)}): {about}"]
    if computed := formula(node):
        lines.append(f"Computed as: `{computed}`.")
    if facts := _facts(node):
        lines.append(" · ".join(facts))
    return _about(subject, "\n".join(lines))


def describe_column(
    subject: Subject, column: Column, elsewhere: Sequence[tuple[Summary, Column]] = (), *, origin: str = ""
) -> Draft:
    """What a column means.

    Args: elsewhere: every column of that name, for when this one is not described.
          origin: a sentence about how it is made, for the same case.
    """
    name = column_code(subject.node, column.name)
    kind = f" ({written})" if (written := type_of(column)) else ""
    if column.description.strip():
        return _about(subject, f"{name}{kind}: {sentence(column.description)}")
    text = f"{name}{kind} has no description in the project."
    told = [(place, other) for place, other in elsewhere if other.description.strip()]
    if told:
        place, other = told[0]
        text += f" In {what_it_is(place)} {summary_code(place)} the column of that name is described as: "
        text += sentence(other.description)
    return _about(subject, f"{text} {origin}".rstrip())


def describe_everywhere(found: Everywhere) -> Draft:
    """What a column means when no node was named: the same sentence once, with all nodes that have it."""
    meanings: dict[str, list[Summary]] = {}
    for place, column in found.places:
        meanings.setdefault(sentence(column.description, limit=300), []).append(place)
    name = code(found.places[0][1].name)
    told = sorted((meaning for meaning in meanings if meaning), key=lambda meaning: -len(meanings[meaning]))
    silent = meanings.get("", [])
    if len(told) == 1:
        text = f"{name} (in {_places(meanings[told[0]])}): {told[0]}"
        text += f" Without a description it is also in {_places(silent)}." if silent else ""
    elif not told:
        text = f"{name} is a column of {_places(silent)}, and has no description in the project."
    else:
        lines = [f"in {_places(meanings[meaning])}: {meaning}" for meaning in told]
        lines += [f"in {_places(silent)}: no description"] if silent else []
        text = f"{name} means different things, depending on where it is:\n{bullets(lines, limit=MOST_PLACES)}"
    ids = tuple(place.unique_id for place, _ in found.places)
    chosen = meanings[told[0]][0].unique_id if told else ids[0]
    return Draft(
        text=text, nodes=(chosen, *(each for each in ids if each != chosen)), chosen=(chosen,), kind="describe"
    )


def list_having(found: Everywhere) -> Draft:
    """Which nodes have a column."""
    places = [place for place, _ in found.places]
    text = f"{code(found.places[0][1].name)} is a column of {count(len(places), 'node')}: {_places(places, limit=25)}."
    ids = tuple(place.unique_id for place in places)
    return Draft(text=text, nodes=ids, chosen=ids[:1], kind="having")


def list_columns(subject: Subject) -> Draft:
    """Which columns a node has."""
    node = subject.node
    name = node_code(node)
    if not node.columns:
        return _about(subject, f"The catalog knows no columns of {name}.", kind="columns")
    head = f"{name} has {count(len(node.columns), 'column')}:"
    if not node.columns_known and node.kind in TABLES:
        head = f"{name} documents {count(len(node.columns), 'column')} (whether it has more is not known):"
    body = bullets([column_line(column) for column in node.columns], limit=MOST_COLUMNS)
    return _about(subject, f"{head}\n{body}", kind="columns")


def tell_owner(subject: Subject) -> Draft:
    """Who answers for a node."""
    node = subject.node
    owner = shown_owner(node)
    if owner is None:
        return _about(subject, f"{node_code(node)} has no owner in the project.{_contributors(node)}", kind="owner")
    text = f"{node_code(node)} is owned by {owner}"
    if node.owner and node.owner.name and node.owner.email:
        text += f" ({one_line(node.owner.email)})"
    if node.group and one_line(node.group) != owner:
        text += f", group {code(node.group)}"
    return _about(subject, f"{text}.", kind="owner")


def _contributors(node: Node) -> str:
    """Who has worked on it, where its meta tells: no owners, but people to ask."""
    for key, value in node.meta.items():
        if _CONTRIBUTORS.fullmatch(key) and (names := _names_in(value)):
            return f" Its meta names as {one_line(key).replace('_', ' ')}: {listed(names, limit=8)}."
    return ""


def _names_in(value: Any) -> list[str]:
    """Names in a list, or in a text with commas."""
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, list):
        return []
    return [name for item in items if isinstance(item, str) and (name := one_line(item))]


def _about(subject: Subject, text: str, *, kind: str = "describe") -> Draft:
    only = (subject.node.unique_id,)
    return Draft(text=text, nodes=only, chosen=only, at_hand=(subject.node,), kind=kind)


def _facts(node: Node) -> list[str]:
    facts: list[str] = []
    if node.columns:
        names = [code(column.name) for column in node.columns]
        facts.append(f"{count(len(names), 'column')}: {listed(names, limit=8)}")
    if node.version and not node.is_latest:
        facts.append(f"version {one_line(node.version)}, the latest is {one_line(node.latest_version or '')}")
    if (owner := shown_owner(node)) is not None:
        facts.append(f"owner {owner}")
    return facts


def _places(summaries: Sequence[Summary], *, limit: int = MOST_PLACES) -> str:
    return listed([summary_code(summary) for summary in summaries], limit=limit)
