"""What a question about changes is about: a node or a column, unless its words may mean the data."""

from dataclasses import replace

from rapidfuzz.distance import OSA

from agent.direct.naming import is_pronoun, read_name
from agent.direct.phrasebook import Reading
from agent.direct.subject import Everywhere, Finder, Missing, Subject
from knowledge.values import Kind

_LIKE = 0.75
"""How alike a misspelt name must be, as for names elsewhere."""
_KINDS_OF_FIGURES = frozenset[Kind]({"metric", "semantic_model", "saved_query"})


def may_be_data(reading: Reading) -> bool:
    """Whether the question asks for figures as likely as for changes of a node: ordinary words, or with a time."""
    named = read_name(reading.about)
    is_plain = named is None or named.is_plain
    return reading.tone == "loose" and is_plain and bool(reading.when or " " in reading.about)


async def find_changed(reading: Reading, finder: Finder) -> Subject | Everywhere | Missing | None:
    """The node or column that is asked about; None when the words may mean the data.

    "What changed in revenue?" asks for figures, unless a table is called exactly so, or revenue is called a metric.
    """
    if is_pronoun(reading.about):
        found = await finder.find(reading)
        return found if isinstance(found, Subject) else None
    named = read_name(reading.about)
    found = await finder.find(replace(reading, tone="loose"))
    if found is None and named is not None and named.is_plain and not named.article:
        found = await finder.find(reading)
        if not isinstance(found, Subject) or not all(_is_slip(said, meant) for said, meant in found.took):
            return None
    if isinstance(found, Subject) and found.node.kind in _KINDS_OF_FIGURES and (named is None or named.is_plain):
        return None
    if isinstance(found, Everywhere):
        return found if named is not None and not named.is_plain and not found.took else None
    return found if isinstance(found, Subject) or (isinstance(found, Missing) and found.sure) else None


def _is_slip(said: str, meant: str) -> bool:
    """Whether somebody who wrote ``said`` meant that name; an ordinary word in the singular means the thing."""
    one, other = said.lower(), meant.lower()
    return one.removesuffix("s") != other.removesuffix("s") and OSA.normalized_similarity(one, other) >= _LIKE
