"""What is said around what was looked up: names taken for others, namesakes, what is missing, several in one (pure)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from agent.direct.subject import Everywhere, Found, Missing, Subject
from agent.draft import Draft
from agent.shown import code, listed, node_code, summary_code, what_it_is
from agent.untrusted import one_line
from knowledge import Node

T = TypeVar("T")


def with_notices(draft: Draft, found: Found) -> Draft:
    """The same, saying which misspelt name was taken as which, and who else is called so."""
    notices = list(draft.notices)
    if isinstance(found, Subject | Everywhere):
        notices += [f"I took {code(said)} as {code(meant)}." for said, meant in found.took]
    if isinstance(found, Subject):
        same = [each for each in found.namesakes if each.kind == found.node.kind and each.is_latest]
        if same:
            draft = replace(draft, text=_with_package(draft.text, found.node))
            others = listed([f"{summary_code(each)} ({each.package})" for each in same], limit=3)
            notices.append(f"Another {what_it_is(found.node)} of that name: {others}.")
        if found.said and (other := next((each for each in found.namesakes if each.kind != found.node.kind), None)):
            notices.append(f"{code(found.said)} is also the {what_it_is(other)} {summary_code(other)}.")
    return replace(draft, notices=tuple(notices))


def _with_package(text: str, node: Node) -> str:
    """The same, saying at the node's first name which of its namesakes it is."""
    name, package = node_code(node), one_line(node.package)
    in_brackets = text.replace(f"{name} (", f"{name} ({package}, ", 1)
    return in_brackets if in_brackets != text else text.replace(name, f"{name} ({package})", 1)


def say_missing(missing: Missing) -> Draft:
    """An honest "there is no such thing", with the nearest names."""
    fate = f" {missing.fate}" if missing.fate else ""
    near = f" The nearest are {listed([code(name) for name in missing.nearest])}." if missing.nearest else ""
    if len(missing.nearest) == 1:
        near = f" The nearest is {code(missing.nearest[0])}."
    if missing.within is None:
        text = f"There is no {code(missing.said)} in the catalog.{fate}{near}"
        return Draft(text=text, nodes=missing.nodes, refused=True)
    node = missing.within
    verb = "has" if node.columns_known else "documents"
    return Draft(
        text=f"{node_code(node)} {verb} no column {code(missing.said)}.{fate}{near}",
        nodes=(node.unique_id,),
        refused=True,
    )


def not_understood(when: str) -> Draft:
    """That the time in an otherwise clear question means nothing."""
    return Draft(
        text=f"I do not understand the time {code(when)}. Say for example “since Monday”, “yesterday”, "
        "“in the last 3 days” or “since 2026-11-20”.",
        refused=True,
        is_question=True,
    )


def joined(drafts: Sequence[Draft]) -> Draft:
    """One answer of several: their texts one beneath the other, and all that they rest on, the first's before."""

    def together(each: Callable[[Draft], Iterable[T]]) -> tuple[T, ...]:
        return tuple(dict.fromkeys(item for draft in drafts for item in each(draft)))

    return replace(
        next((draft for draft in drafts if not draft.refused), drafts[0]),
        text="\n".join(dict.fromkeys(draft.text for draft in drafts)),
        nodes=together(lambda draft: draft.nodes),
        chosen=together(lambda draft: draft.chosen),
        notices=together(lambda draft: draft.notices),
        at_hand=tuple(node for draft in drafts for node in draft.at_hand),
        sure=all(draft.sure for draft in drafts),
        graph=next((draft.graph for draft in drafts if draft.graph), None),
        sql=next((draft.sql for draft in drafts if draft.sql), None),
    )
