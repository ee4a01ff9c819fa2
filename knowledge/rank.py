"""From the ranks that each voice gives to one list: reciprocal rank fusion, and what nodes say of each other (pure).

Source: Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods"
(SIGIR 2009): the score of a document is the sum of 1 / (k + rank) over the voices.
What each part gives on sets of real questions is in docs/search.md.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod, sqrt
from typing import Literal

from knowledge.found import Filters, Hit, Part
from knowledge.priors import Standing, priors
from knowledge.words import key_of

Voice = Literal["text", "vector", "column_vector", "name", "column", "described", "listed"]

_K = 20
"""Small enough that a first rank counts; 10 to 40 make no measurable difference."""
_COLUMN_MEANING = 0.4
"""Weight of the nearest column's meaning; text and vector weigh 1."""
_ASKED, _SAID, _COLUMN, _ONE_WORD = 2.0, 1.0, 0.5, 0.3
"""Weight of a name written as an identifier, of one said in several words, of a column's said in several words, and of
either that is a single word, which may mean anything."""
_DESCRIBED = 0.5
"""Share of the score of a metric, exposure, semantic model or saved query that goes to what it rests on; a dashboard of
many models says less of each."""
_OLDER_VERSION = 0.999
"""An older version comes right after the next newer one."""
_AHEAD = 1.001
"""By how much what is called by name stands before what is not."""
_TABLES_OF_A_SOURCE = 3
"""So many tables of one source tell how well the source as a whole fits."""

_NOTHING = Filters()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """What one voice says of one node."""

    voice: Voice
    rank: int
    """1 is best. Of ``described``, how many steps away the node is that describes it."""
    unique_id: str
    name: str
    standing: Standing
    version: str | None = None
    is_latest: bool = True
    source_name: str | None = None
    key: str | None = None
    """The words of the question that name the node or the column; of ``described``, which node describes it."""
    column_name: str | None = None
    distance: float | None = None
    """Of the question's meaning, where the voice is of meanings."""


@dataclass(slots=True, eq=False)
class _Candidate:
    """One node while its score is made: the sum of its parts times all priors."""

    node: Ranked
    parts: dict[str, Part]
    column: str | None
    names: Collection[str]
    """Keys of its names that the question writes."""
    has_asked_column: bool
    describers: list[str]
    priors: dict[str, float]

    @property
    def score(self) -> float:
        return sum(part.points for part in self.parts.values()) * prod(self.priors.values())


def fuse(
    ranked: Iterable[Ranked],
    *,
    asked: Collection[str] = (),
    asked_columns: Collection[str] = (),
    likes: Filters = _NOTHING,
    limit: int,
) -> list[Hit]:
    """The best nodes, best first; equal scores in order of unique_id.

    Args:    asked: keys of names that the question writes as names: those nodes come first.
             asked_columns: keys of what may be their columns, written behind a dot.
             likes: what the question mentions.
    """
    by_node: dict[str, list[Ranked]] = defaultdict(list)
    for each in ranked:
        by_node[each.unique_id].append(each)
    candidates = {unique_id: _candidate(voices, asked, asked_columns, likes) for unique_id, voices in by_node.items()}
    _lift_described(candidates)
    _weigh_sources(candidates.values())
    _put_versions_in_order(candidates)
    _put_named_first(candidates.values())
    best = sorted(candidates, key=lambda unique_id: (-candidates[unique_id].score, unique_id))[:limit]
    return [_hit(candidates[unique_id]) for unique_id in best]


def _candidate(
    voices: Sequence[Ranked], asked: Collection[str], asked_columns: Collection[str], likes: Filters
) -> _Candidate:
    """Several matches of one voice (names that overlap) count once, the best."""
    parts: dict[str, Part] = {}
    for each in voices:
        if each.voice != "described":
            part = Part(rank=each.rank, points=_points(each, asked), matched=each.key)
            if each.voice not in parts or part.points > parts[each.voice].points:
                parts[each.voice] = part
    names = [each.key for each in voices if each.voice == "name" and each.key and each.key in asked]
    return _Candidate(
        node=voices[0],
        parts=parts,
        column=_column(voices, names, asked_columns),
        names=names,
        has_asked_column=any(each.voice == "column" and each.key in asked_columns for each in voices),
        describers=[each.key for each in voices if each.voice == "described" and each.key],
        priors=priors(voices[0].standing, likes, is_asked=bool(names)),
    )


def _column(voices: Sequence[Ranked], names: Collection[str], asked: Collection[str]) -> str | None:
    """The column that is named; failing that, one whose meaning is nearer than the node's own.

    Where the node is asked for by name, one whose name is a part of that name is not named, and none is only meant.
    """
    named = [
        (each.key not in asked, -_points(each, ()), each.column_name)
        for each in voices
        if each.voice == "column"
        and each.column_name
        and (each.key in asked or not any(_is_part(each.key or "", name) for name in names))
    ]
    if named or names:
        return min(named)[2] if named else None
    meant = [(each.distance, each.voice, each.column_name) for each in voices if each.distance is not None]
    return min(meant)[2] if meant else None


def _is_part(key: str, name: str) -> bool:
    return f"_{key}_" in f"_{name.replace('.', '_')}_"


def _points(each: Ranked, asked: Collection[str]) -> float:
    return _weight(each, asked) / (_K + each.rank)


def _weight(each: Ranked, asked: Collection[str]) -> float:
    if each.voice == "column_vector":
        return _COLUMN_MEANING
    if each.key is None:
        return 1.0
    if each.voice == "name" and each.key in asked:
        return _ASKED
    if "_" not in each.key:
        return _ONE_WORD
    return _SAID if each.voice == "name" else _COLUMN


def _lift_described(candidates: Mapping[str, _Candidate]) -> None:
    """Let what describes nodes speak for them: it says in business words what they hold. The best one counts."""
    widths = Counter(other for each in candidates.values() for other in each.describers)
    shares = {
        other: _DESCRIBED * candidates[other].score / sqrt(width)
        for other, width in widths.items()
        if other in candidates
    }
    for each in candidates.values():
        lifts = [(shares[other], other) for other in each.describers if other in shares]
        if lifts:
            points, describer = max(lifts)
            each.parts["described"] = Part(rank=1, points=points, matched=candidates[describer].node.name)


def _weigh_sources(candidates: Collection[_Candidate]) -> None:
    """Let tables of the source that fits best keep their score, and lower the others' by up to half.

    What is asked of several tables is asked of one system, and they tell of one another.
    """
    by_source: dict[tuple[str, str], list[_Candidate]] = defaultdict(list)
    for each in candidates:
        if each.node.source_name:
            by_source[each.node.standing.project, each.node.source_name].append(each)
    fits = {
        source: sum(sorted((table.score for table in tables), reverse=True)[:_TABLES_OF_A_SOURCE])
        for source, tables in by_source.items()
    }
    best = max(fits.values(), default=0.0)
    for source, tables in by_source.items():
        if fits[source] < best:
            for table in tables:
                table.priors["source"] = (1 + fits[source] / best) / 2


def _put_versions_in_order(candidates: Mapping[str, _Candidate]) -> None:
    """Give a model's best score to its latest version; older ones follow, unless that very version was asked for."""
    families: dict[str, list[_Candidate]] = defaultdict(list)
    for unique_id, each in candidates.items():
        node = each.node
        if node.version is not None and not _is_that_version(each):
            families[unique_id.removesuffix(f".v{node.version}")].append(each)
    for family in families.values():
        score = max(each.score for each in family)
        for each in sorted(family, key=lambda each: (not each.node.is_latest, -each.score, each.node.unique_id)):
            wanted = min(score, each.score) if each.node.standing.is_deprecated else score
            if wanted != each.score and each.score:
                each.priors["version"] = wanted / each.score
            score *= _OLDER_VERSION


def _put_named_first(candidates: Collection[_Candidate]) -> None:
    """Raise what the question calls by name, all of it alike, until the best of that stands first.

    Of several that are called so, those that also have the column that is written behind it; and those whose name it
    is, before those whose label.
    """
    called = [each for each in candidates if each.names]
    called = [each for each in called if each.has_asked_column] or called
    named = [each for each in called if key_of(each.node.name) in each.names] or called
    best_named = max((each.score for each in named), default=0.0)
    best = max((each.score for each in candidates if each not in named), default=0.0)
    if 0 < best_named <= best:
        for each in named:
            each.priors["named"] = _AHEAD * best / best_named


def _is_that_version(candidate: _Candidate) -> bool:
    """Whether it was asked for with its number: ``orders_v2``, ``orders.v2``, its unique_id."""
    number = key_of(f"v{candidate.node.version}")
    return any(re.split("[._]", name)[-number.count("_") - 1 :] == number.split("_") for name in candidate.names)


def _hit(candidate: _Candidate) -> Hit:
    return Hit(
        unique_id=candidate.node.unique_id,
        name=candidate.node.name,
        kind=candidate.node.standing.kind,
        score=candidate.score,
        column=candidate.column,
        voices=candidate.parts,
        priors=candidate.priors,
    )
