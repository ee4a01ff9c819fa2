"""Nodes, people, tests and failures as a plain line names them: harmless, no markup, no mention."""

import re
from collections.abc import Sequence

from agent.untrusted import one_line
from knowledge.values import Node, Summary, TestState

_SHOWN_NAMES = 3
_LONGEST_FAILURE = 120
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_HEADING = re.compile(r"^\w[\w ]* Error in \w+ \S+ \(.*\)$")
"""How dbt begins: ``Database Error in model orders (models/orders.sql)``; the reason stands below."""
_DETAIL = re.compile(
    r"^(?:LINE \d+|compiled code at|\^|See https?:|-->|Candidate bindings:|DETAIL:|HINT:|CONTEXT:)", re.IGNORECASE
)
"""Where to look, and values out of the data: for whoever mends it, not for whoever asks."""


def plain(text: str, *, limit: int = 100) -> str:
    """``text`` as part of a line whose facts a raised dot parts: it imitates none."""
    return one_line(text.replace("·", "-"), limit=limit)


def shown_name(node: Node) -> str:
    """The name people say: a source with its source's name, an older version with its number."""
    name = f"{node.source_name}.{node.name}" if node.kind == "source" and node.source_name else node.name
    return plain(name if node.is_latest or not node.version else f"{name}.v{node.version}") or "(no name)"


def shown_summary(summary: Summary) -> str:
    """The same for a node of which only the summary is at hand; a source is ``source.<package>.<source>.<table>``."""
    name = summary.unique_id.split(".", 2)[-1] if summary.kind == "source" else summary.name
    return plain(name if summary.is_latest or not summary.version else f"{name}.v{summary.version}") or "(no name)"


def shown_owner(node: Node) -> str | None:
    """Who answers for ``node``, as plain text: a person or team, else the group it belongs to."""
    owner = node.owner
    name = (owner.name or owner.email) if owner else None
    return plain(name or node.group or "") or None


def shown_test(test: TestState) -> str:
    """A test as people say it: ``not_null(order_id)``."""
    return plain(f"{test.name}({test.column})" if test.column else test.name)


def shown_failure(message: str | None, *, limit: int = _LONGEST_FAILURE) -> str:
    """Why a build failed, in the warehouse's own words, without dbt's heading and the SQL that it quotes."""
    lines = [line.strip() for line in _COLOUR.sub("", message or "").splitlines()]
    told = [line for line in lines if line and not _HEADING.match(line)]
    end = next((place for place, line in enumerate(told) if place and _DETAIL.match(line)), len(told))
    return plain(" ".join(told[:end] or lines), limit=limit)


def some(names: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    more = len(names) - _SHOWN_NAMES
    return ", ".join(names[:_SHOWN_NAMES]) + (f" and {more} more" if more > 0 else "")
