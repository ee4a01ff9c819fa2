"""From the ranks that each voice gives to one list: reciprocal rank fusion, and priors in one line each (pure).

Source: Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods"
(SIGIR 2009): the score of a document is the sum of 1 / (k + rank) over the voices.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Literal

from knowledge.found import Hit, Part
from knowledge.values import Kind, Layer
from knowledge.words import key_of

Voice = Literal["text", "vector", "name", "column"]

_K = 20
"""Small enough that a first rank counts; 10 to 60 make no measurable difference."""
_LAYER_PRIOR: Mapping[Layer, float] = {"mart": 1.0, "other": 1.0, "intermediate": 0.7, "staging": 0.7, "raw": 0.6}
"""What is built for reading comes before what it is built from."""
_KIND_PRIOR: Mapping[Kind, float] = {"metric": 0.8, "exposure": 0.8, "semantic_model": 0.6, "saved_query": 0.6}
"""What describes other nodes comes after the nodes it describes."""
_FOREIGN_PRIOR = 0.8
"""The project's own nodes come before what its packages bring."""
_DEPRECATED_PRIOR = 0.5
_OLDER_VERSION = 0.999
"""An older version comes right after the next newer one."""

_ASKED, _SAID, _COLUMN, _ONE_WORD = 2.0, 1.0, 0.5, 0.3
"""Weight of a name written as an identifier, of one said in several words, of a column's said in several words, and of
either that is a single word, which may mean anything; text and vector weigh 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One node's rank in one voice."""

    voice: Voice
    rank: int
    unique_id: str
    name: str
    kind: Kind
    layer: Layer
    version: str | None = None
    is_latest: bool = True
    is_own: bool = True
    is_deprecated: bool = False
    key: str | None = None
    """The words of the question that name the node or the column."""
    column_name: str | None = None


def fuse(ranked: Iterable[Ranked], *, asked: Collection[str] = (), limit: int) -> list[Hit]:
    """The best nodes, best first; equal scores in order of unique_id.

    Args:    asked: keys of names that the question writes as identifiers: those nodes stand where they may.
    """
    by_node: dict[str, list[Ranked]] = defaultdict(list)
    for each in ranked:
        by_node[each.unique_id].append(each)
    hits = {unique_id: _hit(voices, asked) for unique_id, voices in by_node.items()}
    scores = {unique_id: hit.score for unique_id, hit in hits.items()}
    _put_versions_in_order(scores, by_node, asked)
    best = sorted(scores, key=lambda unique_id: (-scores[unique_id], unique_id))[:limit]
    return [replace(hits[unique_id], score=scores[unique_id]) for unique_id in best]


def _hit(voices: Sequence[Ranked], asked: Collection[str]) -> Hit:
    """Several matches of one voice (names that overlap) count once, the best."""
    node = voices[0]
    parts: dict[str, Part] = {}
    for each in voices:
        part = Part(rank=each.rank, points=_weight(each, asked) / (_K + each.rank), matched=each.key)
        if each.voice not in parts or part.points > parts[each.voice].points:
            parts[each.voice] = part
    priors = _priors(node, is_asked=_is_asked(voices, asked))
    columns = sorted((-_weight(each, ()) / (_K + each.rank), each.column_name) for each in voices if each.column_name)
    return Hit(
        unique_id=node.unique_id,
        name=node.name,
        kind=node.kind,
        score=sum(part.points for part in parts.values()) * prod(priors.values()),
        column=columns[0][1] if columns else None,
        voices=parts,
        priors=priors,
    )


def _weight(each: Ranked, asked: Collection[str]) -> float:
    if each.key is None:
        return 1.0
    if each.voice == "name" and each.key in asked:
        return _ASKED
    if "_" not in each.key:
        return _ONE_WORD
    return _SAID if each.voice == "name" else _COLUMN


def _is_asked(voices: Iterable[Ranked], asked: Collection[str]) -> bool:
    return any(each.voice == "name" and each.key in asked for each in voices)


def _priors(node: Ranked, *, is_asked: bool) -> dict[str, float]:
    priors = {node.kind: _KIND_PRIOR.get(node.kind, 1.0)}
    if not is_asked:
        priors[node.layer] = _LAYER_PRIOR.get(node.layer, 1.0)
        priors["package"] = 1.0 if node.is_own else _FOREIGN_PRIOR
        priors["deprecated"] = _DEPRECATED_PRIOR if node.is_deprecated else 1.0
    return {reason: factor for reason, factor in priors.items() if factor != 1}


def _put_versions_in_order(
    scores: dict[str, float], by_node: Mapping[str, Sequence[Ranked]], asked: Collection[str]
) -> None:
    """Give a model's best score to its latest version; older ones follow, unless that very version was asked for."""
    families: dict[str, list[Ranked]] = defaultdict(list)
    for unique_id, [node, *_] in by_node.items():
        if node.version is not None and key_of(f"{node.name}_v{node.version}") not in asked:
            families[unique_id.removesuffix(f".v{node.version}")].append(node)
    for family in families.values():
        score = max(scores[node.unique_id] for node in family)
        for node in sorted(family, key=lambda node: (not node.is_latest, -scores[node.unique_id], node.unique_id)):
            scores[node.unique_id] = min(score, scores[node.unique_id]) if node.is_deprecated else score
            score *= _OLDER_VERSION
