"""What to use instead of a deprecated node: only what the project itself says, and only what the catalog has (pure)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from agent.trust.naming import plain, shown_summary
from knowledge import Names
from knowledge.values import Kind, Node, Summary

_KINDS: frozenset[Kind] = frozenset({"model", "source", "seed", "snapshot", "metric"})
_KEYS = re.compile(
    "successor|replacement(_model)?|replaced?_(by|with)|superseded_by|succeeded_by|(migrate|move)d?_to|new_model"
    "|(use_)?instead"
)
_REF = re.compile(
    r"\b(?:ref|source)\s*\(\s*(?:['\"](?P<before>[\w.-]+)['\"]\s*,\s*)?['\"](?P<name>[\w.-]+)['\"]"
    r"(?:\s*,\s*v(?:ersion)?\s*=\s*['\"]?(?P<version>\w+)['\"]?)?\s*\)"
)
_LEAD = r"(?:(?:the|new|model|table|view|metric)\s+|\{\{\s*|[*'\"\[]+)*"
_NAME = r"(?P<name>`[^`\n]{1,200}`|(?:ref|source)\s*\([^()]{1,200}\)|[A-Za-z_][\w.]*\w)"
_SURE = re.compile(
    r"\b(?:(?:replaced|superseded|succeeded) (?:by|with)|in favou?r of|use instead:?|instead,? (?:please )?use"
    r"|(?:migrat|mov|switch)(?:e|es|ed|ing)? (?:over )?to"
    rf"|successor(?: is|:)?|replacement(?: is|:)?)\s+{_LEAD}{_NAME}",
    re.IGNORECASE,
)
_LIKELY = re.compile(
    rf"\b(?:use|using|see|prefer|query|refer to|go to)\s+{_LEAD}{_NAME}"
    r"(?=(?P<rest>[^.;\n]{0,40}))",
    re.IGNORECASE,
)
"""Everyday words: what follows them is a name only if it looks like one, or if it is to be used "instead"."""
_LOOKS_LIKE_A_NAME = re.compile(r"[`_(]|\w\.\w")
_LONGEST_TEXT = 5_000


def find_successor(node: Node, names: Names) -> str | None:
    """The name of what replaces ``node``, as people say it: a newer version of it, or what its meta or description
    names; None where that is not in the catalog.
    """
    for said in _said(node):
        found = next((each for each in names.exact(said) if _may_follow(each, node)), None)
        if found is not None:
            return plain(f"{found.name}.v{found.version}") if _is_version(found, node) else shown_summary(found)
    return None


def _may_follow(found: Summary, node: Node) -> bool:
    return found.kind in _KINDS and found.unique_id != node.unique_id


def _is_version(found: Summary, node: Node) -> bool:
    return found.version is not None and (found.name, found.package) == (node.name, node.package)


def _said(node: Node) -> Iterator[str]:
    """All that may be names of a successor, the surest first."""
    yield from _in_meta(node.meta)
    if node.version is not None and not node.is_latest:
        yield f"{node.package}.{node.name}_v{node.latest_version}"
        yield f"{node.name}_v{node.latest_version}"
    text = node.description[:_LONGEST_TEXT]
    yield from (name for found in _SURE.finditer(text) for name in _names_in(found["name"]))
    for found in _LIKELY.finditer(text):
        if _LOOKS_LIKE_A_NAME.search(found["name"]) or re.match(r"\s+(?:\w+\s+){0,2}instead\b", found["rest"]):
            yield from _names_in(found["name"])


def _in_meta(meta: Mapping[str, Any]) -> Iterator[str]:
    for key, value in meta.items():
        if _KEYS.fullmatch(re.sub(r"\W+", "_", str(key).strip().lower())):
            yield from (name for text in _texts(value) for name in _names_in(text))
        elif isinstance(value, Mapping):
            yield from _in_meta(value)


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        return [value[:_LONGEST_TEXT]]
    if isinstance(value, Mapping):
        value = list(value.values())
    return [each[:_LONGEST_TEXT] for each in value if isinstance(each, str)] if isinstance(value, list | tuple) else []


def _names_in(text: str) -> Iterator[str]:
    """``orders_v2`` of itself, of ``ref('orders', v=2)``, of code style."""
    if (call := _REF.search(text)) is None:
        yield text.strip().strip("`").strip()
        return
    name = f"{call['name']}_v{call['version']}" if call["version"] else call["name"]
    yield f"{call['before']}.{name}" if call["before"] else name
    yield name
