"""How changes are told: a line a node, a few words a change."""

from collections.abc import Iterable, Mapping, Sequence

from agent.shown import KIND_WORDS, code, count, listed
from agent.untrusted import one_line
from knowledge.history.fields import HIDDEN
from knowledge.values import Change, What

GRAVEST_FIRST: tuple[What, ...] = ("removed", "broke", "recovered", "renamed", "changed", "added")
BECAME: Mapping[What, tuple[str, str]] = {
    "removed": ("was removed", "were removed"),
    "broke": ("broke", "broke"),
    "recovered": ("recovered", "recovered"),
    "renamed": ("was renamed", "were renamed"),
    "changed": ("changed", "changed"),
    "added": ("was added", "were added"),
}
"""What is said of one node, and of several."""
_MOST_TOLD = 5
_LONGEST_VALUE = 60
_FAILING = {"build": "its build fails", "freshness": "it is late", "test": "{test} fails"}
_WELL = {"build": "it builds again", "freshness": "it is fresh again", "test": "{test} passes again"}
_WARNING = {"freshness": "its freshness only warns now", "test": "{test} only warns now"}
_ONE_EACH = frozenset({"materialisation", "owner", "group", "access", "label", "latest version", "relation"})
"""Fields whose texts are short enough to be told, before and after."""


def count_up(numbers: Mapping[What, int], noun: str) -> str:
    """``2 models were removed, 1 broke and 3 were added``, the gravest sort first."""
    parts: list[str] = []
    for what in GRAVEST_FIRST:
        if number := numbers.get(what):
            subject = f"{number:,}" if parts else count(number, noun)
            parts.append(f"{subject} {BECAME[what][number != 1]}")
    return listed(parts)


def lines_by_sort(changes: Iterable[Change]) -> dict[What, list[str]]:
    """A line for each node, by what became of it, in the order of ``changes``; the gravest sort first."""
    by_node: dict[tuple[What, str], list[Change]] = {}
    for change in changes:
        by_node.setdefault((change.what, change.unique_id), []).append(change)
    lines: dict[What, list[str]] = {what: [] for what in GRAVEST_FIRST}
    for (what, _), of_node in by_node.items():
        lines[what].append(_line(of_node))
    return {what: told for what, told in lines.items() if told}


def share_out(lines: Mapping[What, Sequence[str]], room: int) -> list[str]:
    """As many lines as there is room for, some of every sort, in their order."""
    shown = dict.fromkeys(lines, 0)
    while room > 0 and any(shown[what] < len(lines[what]) for what in lines):
        for what in lines:
            if room > 0 and shown[what] < len(lines[what]):
                shown[what], room = shown[what] + 1, room - 1
    return [line for what in lines for line in lines[what][: shown[what]]]


def told_of_node(changes: Iterable[Change]) -> str:
    """What became of one node, in one line without its name."""
    return listed([said_change(change) for change in changes], limit=_MOST_TOLD)


def said_change(change: Change) -> str:
    """One change in a few words, without the node's name."""
    match change.what:
        case "renamed":
            return f"renamed from {code(change.before or '')}"
        case "broke" | "recovered":
            return _said_state(change)
        case "changed":
            return _said_field(change)
        case _:
            return change.what


def _line(changes: Sequence[Change]) -> str:
    first = changes[0]
    package = f" of {one_line(first.package)}" if first.package else ""
    name = f"{code(first.name)} ({KIND_WORDS[first.kind]}{package})"
    match first.what:
        case "removed" | "added":
            return f"{name} was {first.what}"
        case "renamed":
            return f"{code(first.before or '')} is called {code(first.name)} now"
        case "changed":
            return f"{name} changed: {told_of_node(changes)}"
        case _:
            return f"{name} {first.what}: {told_of_node(changes)}"


def _said_state(change: Change) -> str:
    part = change.field or "build"
    words = _FAILING if change.what == "broke" else (_WARNING if change.after == "warn" else _WELL)
    return words.get(part, _WELL["build"]).format(test=f"test {code(change.item or '')}")


def _said_field(change: Change) -> str:
    field, item = change.field or "", change.item or ""
    match field:
        case "column" if change.before and change.after:
            return f"column {code(change.before)} renamed to {code(change.after)}"
        case "column" | "test":
            return f"{field} {code(item)} {'added' if change.after else 'dropped'}"
        case "upstream":
            return f"{'now reads' if change.after else 'no longer reads'} {_parent(change)}"
        case "column type":
            return f"type of {code(item)}{_from_to(change)}"
        case "column description":
            return f"description of {code(item)}"
        case "test severity":
            return f"severity of test {code(item)}{_from_to(change)}"
        case "contract":
            return "contract enforced" if change.after else "contract no longer enforced"
        case "deprecation":
            return f"deprecated on {one_line(change.after)}" if change.after else "no longer deprecated"
        case _:
            how = "" if change.before and change.after else (" added" if change.after else " removed")
            return f"{field}{_from_to(change) if field in _ONE_EACH else how}"


def _parent(change: Change) -> str:
    name = change.after or change.before or ""
    return one_line(name) if (change.item or "").startswith(HIDDEN) else code(name)


def _from_to(change: Change) -> str:
    if max(len(change.before or ""), len(change.after or "")) > _LONGEST_VALUE:
        return ""
    before, after = (code(text) if text else "none" for text in (change.before, change.after))
    return f" from {before} to {after}"
