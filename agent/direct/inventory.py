"""How many models, sources, metrics there are, and which: of the whole project or of one of its layers."""

from agent.direct.naming import kinds_of
from agent.direct.phrasebook import Reading
from agent.draft import Draft
from agent.shown import bullets, count, summary_code
from knowledge import Names
from knowledge.values import Kind, Layer

_MOST = 40
_LAYERS: dict[str, Layer] = {"staging": "staging", "intermediate": "intermediate", "mart": "mart", "raw": "raw"}
_ONLY: dict[str, tuple[Kind, ...]] = {"model": ("model",)}
"""Where one asks for models, seeds and snapshots are none."""


def tell_inventory(reading: Reading, names: Names) -> Draft | None:
    """The number, and the names; None when the noun is none of the project's own."""
    noun = reading.noun.removeprefix("dbt ").replace("queries", "querys").removesuffix("s").replace("querys", "query")
    layer, bare = layer_in(noun)
    kinds = _ONLY.get(bare) or kinds_of(bare)
    if not kinds and not layer:
        return None
    found = names.of(kinds=kinds, layer=layer)
    if not found:
        return Draft(text=f"The project has no {noun}.", kind="inventory")
    lines = sorted(map(summary_code, found))
    return Draft(
        text=f"The project has {count(len(found), noun)}:\n{bullets(lines, limit=_MOST)}",
        nodes=tuple(each.unique_id for each in found[:_MOST]),
        kind="inventory",
    )


def layer_in(noun: str) -> tuple[Layer | None, str]:
    """The layer that a noun begins with, and what is left of it: staging model, mart."""
    first, _, rest = noun.partition(" ")
    return (_LAYERS[first], rest or "model") if first in _LAYERS else (None, noun)
