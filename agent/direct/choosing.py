"""Which model to use: chosen from the search alone, with what in the catalog speaks for it."""

from collections.abc import Sequence

from agent.direct.naming import kinds_of
from agent.draft import Draft
from agent.evidence import borne_out, content_words, telling_columns
from agent.shown import bullets, code, listed, node_code, sentence, what_it_is
from agent.state import Recalled
from agent.trust import judge
from agent.untrusted import first_sentence, one_line
from agent.values import Choice
from knowledge import Node
from knowledge.values import TABLES

ENOUGH = 0.3
"""The share of a question's content words that a node must bear out before an answer rests on it."""
WELL_BORNE_OUT = 0.6
"""The share from which on a node is about what was asked, and not only near it."""
_TRUSTED = ("exposure", "metric")
"""What people trust already, most trusted first."""
MOST_SHOWN = 5
MOST_SHOWING = 2
_BEFORE_THINGS_WORDS = """
a an the our my your their its any some no each every per by of for about on with without from in into at via versus vs
have has track store keep and or
"""
_BEFORE_THINGS = frozenset(_BEFORE_THINGS_WORDS.split())
_FOR_BUILDING = frozenset({"staging", "intermediate", "raw"})


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
    first, *others = sorted(usable[:MOST_SHOWN], key=_reluctance)
    about = sentence(first_sentence(first.description, limit=260)) or "It has no description."
    is_sure = not recalled.unheard and _share(words, first) >= WELL_BORNE_OUT
    advice = "Use" if is_sure else "The closest I find is"
    text = f"{advice} {node_code(first)} ({what_it_is(first)}). {about}"
    columns = listed([code(column.name) for column in telling_columns(words, first)])
    trusted = [node for node in showing(need, recalled) if node.kind not in kinds][:1]
    if trusted:
        text = f"For a query of your own {text[0].lower()}{text[1:]}"
    elif columns:
        text += f" It has {columns}."
    shown = [first, *others[:2], *trusted]
    choice = Choice(
        use=first.unique_id,
        why=_why_it(need, columns, first),
        runner_up=others[0].unique_id if others else None,
        why_not=_why_not(need, first, others[0], recalled) if others else "",
    )
    return Draft(
        text=text,
        nodes=tuple(node.unique_id for node in shown),
        chosen=(first.unique_id,),
        kind="choice",
        shown_in=shown_first(need, recalled),
        choice=choice,
        sure=is_sure,
        notices=(_unheard(recalled),) if recalled.unheard else (),
    )


def showing(question: str, recalled: Recalled) -> list[Node]:
    """Dashboards, then metrics, that were found and bear out most of what the question says."""
    words = content_words(question)
    found = [node for node in _found(recalled) if node.kind in _TRUSTED and _share(words, node) >= WELL_BORNE_OUT]
    return sorted(found, key=lambda node: _TRUSTED.index(node.kind))


def shown_first(question: str, recalled: Recalled) -> tuple[str, ...]:
    """unique_ids of the first of them: what is told before the answer itself."""
    return tuple(node.unique_id for node in showing(question, recalled)[:MOST_SHOWING])


def nearest(question: str, recalled: Recalled) -> Draft:
    """What the catalog holds that comes closest to a question which nothing but a search could be tried on."""
    words = content_words(question)
    found = _found(recalled)[:MOST_SHOWN]
    nothing = _unheard(recalled) if recalled.unheard else "I find nothing about that in the catalog."
    if not found:
        return Draft(text=nothing, path="fallback", refused=True)
    lines = [f"{_short(node)}{_why(words, node)}" for node in found]
    ids = tuple(node.unique_id for node in found)
    if not words or recalled.is_nothing:
        text = f"{nothing} What comes nearest:\n{bullets(lines[:3])}"
        return Draft(text=text, nodes=ids[:3], path="fallback", refused=True)
    things = [said for said in recalled.unheard if _is_a_thing(said, question)]
    lead = f"{_nothing_mentions(things)} These come closest" if things else "These come closest in the catalog"
    text = f"{lead}:\n{bullets(lines)}"
    return Draft(text=text, nodes=ids, chosen=ids[:1], path="fallback", sure=False)


def _why_it(need: str, columns: str, node: Node) -> str:
    said = borne_out(content_words(need), node)
    parts = [f"it has {columns}" if columns else f"it speaks of {_as_said(said, need)}"]
    parts += ["it is made for reading"] if node.layer == "mart" else []
    return f"{', and '.join(parts)}."


def _why_not(need: str, first: Node, second: Node, recalled: Recalled) -> str:
    """The plainest reason against the runner-up."""
    words = content_words(need)
    if second.deprecated_on is not None:
        return "it is deprecated."
    if not second.is_latest:
        return "it is an older version."
    if second.unique_id in first.depends_on:
        return f"{node_code(first)} is built from it."
    if second.layer != first.layer and second.layer in _FOR_BUILDING:
        return f"it is a {what_it_is(second)}, there to build on."
    lacking = [word for word in borne_out(words, first) if word not in borne_out(words, second)]
    if lacking:
        return f"it says nothing of {_as_said(lacking, need)}."
    health = recalled.health.get(second.unique_id)
    if health and judge(second, health) == "unhealthy":
        return "it is not healthy right now."
    if first.description.strip() and not second.description.strip():
        return "it has no description."
    return "it is farther from the question by meaning."


def _as_said(stems: Sequence[str], need: str) -> str:
    """The words of the question that begin so, in quotes."""
    spelled = [next((word for word in need.split() if stem in word.lower()), stem) for stem in stems[:3]]
    return listed([f"“{one_line(word)}”" for word in spelled])


def _unheard(recalled: Recalled) -> str:
    """Which of the words nobody in the project uses."""
    return _nothing_mentions(recalled.unheard)


def _nothing_mentions(words: Sequence[str]) -> str:
    return f"Nothing in the catalog mentions {listed([f'“{one_line(said)}”' for said in words], limit=3)}."


def _is_a_thing(said: str, question: str) -> bool:
    """Whether the words before say that it is asked about; else it may be a verb: "how do refunds develop"."""
    before = question[: question.find(said)].split()
    return bool(before) and before[-1].lower() in _BEFORE_THINGS


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


def _why(words: Sequence[str], node: Node) -> str:
    columns = telling_columns(words, node, limit=3)
    return f". Columns: {listed([code(column.name) for column in columns])}" if columns else ""
