"""Which model to use: chosen from the search alone, with what in the catalog speaks for it."""

import re
from collections.abc import Sequence

from agent.direct.naming import kinds_of
from agent.draft import Draft
from agent.evidence import borne_out, content_words, telling_columns
from agent.shown import bullets, code, listed, node_code, sentence, what_it_is
from agent.state import Recalled
from agent.trust import TABLES
from agent.untrusted import first_sentence
from knowledge import Node

ENOUGH = 0.3
"""The share of a question's content words that a node must bear out before an answer rests on it."""
WELL_BORNE_OUT = 0.5
MOST_SHOWN = 5


def choose(need: str, recalled: Recalled, *, noun: str = "") -> Draft | None:
    """The node for ``need`` and its runner-up; None when nothing but nearness speaks for any.

    Args: noun: what kind of thing is wanted; a model, table or nothing in particular: whatever SQL can select from.
    """
    words = content_words(need)
    asked = set(kinds_of(noun)) - {"source"}
    kinds = asked if asked and not asked & TABLES else TABLES
    usable = [node for node in _found(recalled) if node.kind in kinds and _share(words, node) >= ENOUGH]
    if not words or not usable or recalled.is_nothing:
        return None
    first, *others = sorted(usable[:MOST_SHOWN], key=lambda node: (_reluctance(node), -_share(words, node)))
    about = sentence(first_sentence(first.description, limit=260)) or "It has no description."
    text = f"Use {node_code(first)} ({what_it_is(first)}). {about}"
    if columns := telling_columns(words, first):
        text += f" It has {listed([code(column.name) for column in columns])}."
    shown = [first, *others[:2]]
    if others:
        text += "\nNearest besides: " + "; ".join(_gist(node) for node in others[:2]) + "."
    trusted = [
        node
        for node in _found(recalled)
        if node.kind in {"metric", "exposure"} - kinds and _share(words, node) >= WELL_BORNE_OUT
    ]
    if trusted:
        text += f"\nAlready built on it: {listed([f'{what_it_is(node)} {node_code(node)}' for node in trusted[:3]])}."
    ids = tuple(node.unique_id for node in [*shown, *trusted[:3]])
    return Draft(text=text, nodes=ids, chosen=ids[:1], kind="choice")


def nearest(question: str, recalled: Recalled) -> Draft:
    """What the catalog holds that comes closest to a question which nothing but a search could be tried on."""
    words = content_words(question)
    found = sorted(_found(recalled)[:MOST_SHOWN], key=lambda node: -_share(words, node))
    if not found:
        return Draft(text="I find nothing about that in the catalog.", path="fallback", refused=True)
    lines = [f"{_short(node)}{_why(words, node)}" for node in found]
    ids = tuple(node.unique_id for node in found)
    if not words or recalled.is_nothing or max(_share(words, node) for node in found) < ENOUGH:
        text = f"I find nothing about that in the catalog. What comes nearest:\n{bullets(lines[:3])}"
        return Draft(text=text, nodes=ids[:3], path="fallback", refused=True)
    text = f"These come closest in the catalog:\n{bullets(lines)}"
    return Draft(text=text, nodes=ids, chosen=ids[:1], path="fallback", sure=False)


def _found(recalled: Recalled) -> list[Node]:
    """What the search found, in its order, before what was recalled for other reasons."""
    place = {unique_id: rank for rank, unique_id in enumerate(recalled.hits)}
    return sorted(recalled.nodes, key=lambda node: place.get(node.unique_id, len(place)))


def _reluctance(node: Node) -> int:
    """Sorts what is outdated behind what is raw, and that behind the rest; the search's order stays within each."""
    return 2 if node.deprecated_on is not None or not node.is_latest else int(node.kind == "source")


def _share(words: Sequence[str], node: Node) -> float:
    return len(borne_out(words, node)) / len(words) if words else 0.0


def _short(node: Node) -> str:
    about = first_sentence(node.description, limit=160)
    old = ", deprecated" if node.deprecated_on else ""
    return f"{node_code(node)} ({what_it_is(node)}{old})" + (f": {about.rstrip('.')}" if about else "")


def _gist(node: Node) -> str:
    """A runner-up in half a sentence: what comes before the first comma or colon says what it is."""
    half = re.split(r"[,:;(]\s|\s\(", first_sentence(node.description, limit=160))[0].rstrip(". ")
    return node_code(node) + (f" ({half})" if half else "")


def _why(words: Sequence[str], node: Node) -> str:
    columns = telling_columns(words, node, limit=3)
    return f". Columns: {listed([code(column.name) for column in columns])}" if columns else ""
