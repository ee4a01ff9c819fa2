"""How nodes and their columns are named and listed in answers: code style, kind words, lists that end."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from agent.trust import shown_name, shown_owner, shown_summary
from agent.untrusted import code_line, first_sentence, one_line, prose
from knowledge.values import Column, Kind, Node, Summary

KIND_WORDS: dict[Kind, str] = {
    "model": "model",
    "source": "source",
    "seed": "seed",
    "snapshot": "snapshot",
    "exposure": "exposure",
    "metric": "metric",
    "semantic_model": "semantic model",
    "saved_query": "saved query",
}
_LAYER_WORDS = {"mart": "mart", "intermediate": "intermediate", "staging": "staging"}
LONGEST_LIST = 12
_PLAIN_IN_ADDRESS = "!#$%&'*+,/:;=?@~"
"""What stays as it is in a link: no bracket, which would end it."""


def code(name: str) -> str:
    """A name in code style."""
    return f"`{one_line(name)}`"


def link(name: str, url: str | None) -> str:
    """A name as a link; in code style where there is no address."""
    label = one_line(name)
    return f"[{label}]({quote(url, safe=_PLAIN_IN_ADDRESS)})" if url and label else code(name)


def code_as_written(text: str) -> str:
    """A path or a table's full name in code style, signs included, but for quotes that would end the style."""
    return f"`{code_line(text)}`"


def node_code(node: Node) -> str:
    """A node's name in code style, as people say it."""
    return f"`{shown_name(node)}`"


def owned_code(node: Node) -> str:
    """The same with who answers for it, where that is known."""
    owner = shown_owner(node)
    return node_code(node) + (f" (owner {owner})" if owner else "")


def summary_code(summary: Summary) -> str:
    """The same for a node of which only the summary is at hand."""
    return f"`{shown_summary(summary)}`"


def column_code(node: Node | Summary, column: str) -> str:
    """A column's name in code style, behind that of its node."""
    name = shown_name(node) if isinstance(node, Node) else shown_summary(node)
    return f"`{name}.{one_line(column)}`"


def formula(node: Node, *, limit: int = 600) -> str:
    """How a metric is computed, or what a saved query asks for, with all its signs: only code style shows it whole."""
    return code_line(node.expression or "", limit=limit)


def type_of(column: Column) -> str:
    """A column's type, in lower case; in code style where it holds signs that mean something else elsewhere."""
    written = code_line(column.data_type or "", limit=200)
    written = written if re.search("['\"]", written) else written.lower()  # what is quoted is no type
    return f"`{written}`" if re.search(r"[<>*~|\[\]]", written) else written


def what_it_is(node: Node | Summary) -> str:
    """``mart model``, ``source``, ``dashboard``: what kind of thing a node is."""
    if isinstance(node, Node) and node.kind in {"exposure", "metric"} and node.subtype:
        return one_line(node.subtype if node.kind == "exposure" else f"{node.subtype} metric")
    if node.kind == "model" and node.layer in _LAYER_WORDS:
        return f"{_LAYER_WORDS[node.layer]} model"
    return KIND_WORDS[node.kind]


def column_line(column: Column) -> str:
    """A column with its type and what it means."""
    kind, about = type_of(column), first_sentence(column.description, limit=140)
    return f"{code(column.name)}{f' {kind}' if kind else ''}{f': {about}' if about else ''}"


def listed(items: Sequence[str], *, limit: int = LONGEST_LIST) -> str:
    """``a, b and c``, or the first ``limit`` and how many more there are."""
    if len(items) > limit:
        return f"{', '.join(items[:limit])} and {len(items) - limit:,} more"
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def bullets(items: Sequence[str], *, limit: int = LONGEST_LIST) -> str:
    """A Markdown list, cut after ``limit`` items with the number of those left out."""
    lines = [f"- {item}" for item in items[:limit]]
    if len(items) > limit:
        lines.append(f"- … and {len(items) - limit:,} more")
    return "\n".join(lines)


def sentence(text: str, *, limit: int = 600) -> str:
    """A description as text that ends like a sentence; empty when there is none."""
    shown = prose(text, limit=limit)
    return shown if not shown or shown[-1] in ".!?…:`)" else f"{shown}."


def hidden_nodes(kinds: Iterable[Kind]) -> list[str]:
    """``one hidden model``, ``3 hidden sources``: what is said of nodes that must not be known, a kind an item."""
    words = Counter(f"hidden {KIND_WORDS[kind]}" for kind in kinds)
    return [f"one {word}" if number == 1 else count(number, word) for word, number in words.items()]


def count(number: int, word: str) -> str:
    """``1 model``, ``2 models``."""
    plural = f"{word.removesuffix('y')}ies" if word.endswith("query") else f"{word}s"
    return f"{number:,} {word if number == 1 else plural}"
