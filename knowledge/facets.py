"""By what nodes are told apart, and which values of that the catalog has: what filters and hints can say (pure).

A value is found as it is said: ``finance daily`` finds the tag ``Finance_Daily``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.found import Filters, Unknown
from knowledge.values import Kind, Layer
from knowledge.words import key_of, phrase_keys, split_words

_NO_NAMES: Mapping[Layer, Iterable[str]] = {}

Facet = Literal["tag", "schema", "owner", "project", "package"]
"""What has values of the project's own; in Filters, each has its plural."""
FACETS: tuple[Facet, ...] = get_args(Facet)

_LIKE = 0.6
"""How alike a value must be that was perhaps meant."""
_SHORTEST_PART = 3
"""Letters of a name that can stand for the whole."""
_GENERIC_WORDS = """
base catalog company data database dataset date db dbt default dev info information list main new old prod
production project public record report reporting schema source sources table tables temp test tests tmp warehouse
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())
"""Words that name nothing by themselves, even where they are the end of a schema's name, as in ``raw_data``."""
_FEW = 8
"""So many values can be told where none is near."""


@dataclass(frozen=True, slots=True)
class _Values:
    """The values of one facet, most frequent first."""

    all: tuple[str, ...]
    by_spelling: Mapping[str, Sequence[str]]
    by_key: Mapping[str, Sequence[str]]
    by_part: Mapping[str, Sequence[str]]


class Facets:
    """An unchanging snapshot of the values that the catalog's nodes have. All look-ups disregard case."""

    def __init__(
        self,
        *,
        generation: str = "",
        kinds: Iterable[Kind] = (),
        layers: Iterable[Layer] = (),
        tags: Iterable[str] = (),
        schemas: Iterable[str] = (),
        owners: Iterable[str] = (),
        projects: Iterable[str] = (),
        packages: Iterable[str] = (),
        upstream: Mapping[Layer, Iterable[str]] = _NO_NAMES,
    ) -> None:
        """``schemas`` are bare and with their database; ``owners`` are names, e-mail addresses and names of groups;
        ``upstream`` are keys (words.key_of) of what is raw, staging or intermediate."""
        self.generation = generation
        self.kinds = frozenset(kinds)
        self.layers = frozenset(layers)
        given = {"tag": tags, "schema": schemas, "owner": owners, "project": projects, "package": packages}
        self._upstream = {layer: frozenset(keys) for layer, keys in upstream.items()}
        self._values = {facet: _values(given[facet], _PARTS.get(facet, _no_parts)) for facet in FACETS}

    def called(self, facet: Facet, said: str) -> tuple[str, ...]:
        """The values written so; failing that, those whose words are these."""
        values = self._values[facet]
        return tuple(values.by_spelling.get(said.strip().lower()) or values.by_key.get(key_of(said.lower())) or ())

    def meant(self, facet: Facet, said: str) -> tuple[str, ...]:
        """The values called so, and owners named so in part; failing that, schemas with something before it.

        ``Ana`` finds ``Ana Ruiz (Growth)``, and ``finance`` the schema ``prod_finance``, as dbt makes them.
        """
        found, key = self.called(facet, said), key_of(said.lower())
        if len(key) < _SHORTEST_PART or key in _GENERIC or (found and facet != "owner"):
            return found
        return tuple(dict.fromkeys((*found, *self._values[facet].by_part.get(key, ()))))

    def is_generic(self, said: str) -> bool:
        """Whether a word names nothing by itself."""
        return key_of(said.lower()) in _GENERIC

    def has_upstream(self, layer: Layer, said: str) -> bool:
        """Whether the layer has a node of this name, whatever stands before it: ``stg_shop__orders`` of "orders"."""
        key = key_of(said).removesuffix("s")
        ends = (key, f"{key}s")
        return bool(key) and any(
            name in ends or name.endswith((f"_{ends[0]}", f"_{ends[1]}")) for name in self._upstream.get(layer, ())
        )

    def count(self, facet: Facet) -> int:
        """How many values there are."""
        return len(self._values[facet].all)

    def resolve(self, only: Filters) -> tuple[Filters, tuple[Unknown, ...]]:
        """The same filters with their values as the catalog writes them, and the values that it does not have."""
        resolved: dict[str, tuple[str, ...]] = {}
        unknown: list[Unknown] = []
        for facet in FACETS:
            said: tuple[str, ...] = getattr(only, f"{facet}s")
            found = {each: self._asked_for(facet, each) for each in said}
            resolved[f"{facet}s"] = tuple(dict.fromkeys(value for values in found.values() for value in values))
            unknown += [self._unknown(facet, each) for each, values in found.items() if not values]
        return replace(only, **resolved), tuple(unknown)

    def _asked_for(self, facet: Facet, said: str) -> tuple[str, ...]:
        return self.meant(facet, said) if facet == "owner" else self.called(facet, said)

    def _unknown(self, facet: Facet, said: str) -> Unknown:
        values = self._values[facet].all
        if facet == "schema" and "." not in said:
            values = tuple(value for value in values if "." not in value)
        nearest = self._nearest(said.strip().lower(), values)
        others = values if not nearest and len(values) <= _FEW else ()
        return Unknown(facet=facet, said=said, nearest=tuple(nearest), others=others)

    def _nearest(self, said: str, values: Sequence[str]) -> list[str]:
        alike = process.extract(
            said[:200], values, scorer=OSA.normalized_similarity, processor=str.lower, score_cutoff=_LIKE, limit=3
        )
        key = key_of(said)
        longer = [value for value in values if key and f"_{key}_" in f"_{key_of(value)}_"]
        return list(dict.fromkeys([*(value for value, _, _ in alike), *longer]))[:3]


def _values(given: Iterable[str], parts_of: Callable[[str], Iterable[str]]) -> _Values:
    values = tuple(dict.fromkeys(value for value in given if value))
    by_spelling: dict[str, list[str]] = defaultdict(list)
    by_key: dict[str, list[str]] = defaultdict(list)
    by_part: dict[str, list[str]] = defaultdict(list)
    for value in values:
        by_spelling[value.strip().lower()].append(value)
        for key in {key_of(value), key_of(value.lower())} - {""}:
            by_key[key].append(value)
        for part in set(parts_of(value)):
            by_part[part].append(value)
    return _Values(values, by_spelling, by_key, by_part)


def _no_parts(_value: str) -> Iterable[str]:
    return ()


def _runs(value: str) -> Iterable[str]:
    """Of a name; of an address nothing."""
    return () if "@" in value else phrase_keys(split_words(value))


def _endings(value: str) -> Iterable[str]:
    """Of a bare schema."""
    words = key_of(value).split("_")
    return () if "." in value else ("_".join(words[at:]) for at in range(1, len(words)))


_PARTS: Mapping[Facet, Callable[[str], Iterable[str]]] = {"owner": _runs, "schema": _endings}
"""Which parts of a value may stand for it."""
