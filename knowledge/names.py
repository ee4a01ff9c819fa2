"""All names of the catalog in memory: who is called exactly that, who nearly, and who stands in a text (pure)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from knowledge.function_words import FUNCTION_WORDS
from knowledge.values import Kind, Layer, Summary
from knowledge.words import key_of, split_words

_DOTTED = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_QUOTES = str.maketrans("", "", "\"`'[]")
_LAYER_ORDER: Mapping[Layer, int] = {"mart": 0, "other": 1, "intermediate": 2, "staging": 3, "raw": 4}
_KIND_ORDER: Mapping[Kind, int] = {"model": 0, "snapshot": 1, "source": 2, "seed": 3}
_LIKE = 0.75
"""How alike a misspelt name must be: one slip in four letters, two in eight."""
_LONGEST_NAME = 200
_LONGEST_TEXT = 20_000
_MOST_WORDS = 8
"""How many words a name in a text may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One node with all that it may be called."""

    summary: Summary
    keys: tuple[str, ...]
    """Its names as they are said (words.key_of)."""
    is_own: bool = True
    label: str | None = None
    source_name: str | None = None
    identifier: str | None = None
    relation: str | None = None


class Names:
    """An unchanging snapshot of the catalog's names. All look-ups disregard case.

    Making one takes about 40 µs a node: not for the event loop.
    """

    def __init__(self, nodes: Iterable[Named], columns: Iterable[str]) -> None:
        self._by_name: dict[str, list[Summary]] = defaultdict(list)
        self._by_key: dict[str, list[Summary]] = defaultdict(list)
        for named in sorted(nodes, key=_precedence):
            for name in {_plain(name) for name in _names(named) if name}:
                self._by_name[name].append(named.summary)
            for key in named.keys:
                if "." not in key:  # those with dots are among the names already
                    self._by_key[key].append(named.summary)
        # What people type, and misspell, has no dots; and they type a part of it.
        self._short = [name for name in self._by_name if "." not in name]
        self._keys_with: dict[str, set[str]] = defaultdict(set)
        for key in self._by_key:
            for word in key.split("_"):
                self._keys_with[word].add(key)
        self._columns = sorted({column.lower() for column in columns})
        self._column_set = frozenset(self._columns)

    def exact(self, name: str) -> list[Summary]:
        """The nodes of that name: a node's name, one of a version (``orders_v2``, ``orders.v2``), its table's name with
        or without schema and database, ``source.table``, ``package.name``, label or unique_id; quoted or not.

        The latest version comes first, the project's own package before others, models before what feeds them.
        """
        return list(self._by_name.get(_plain(name), ()))

    def called(self, words: str) -> list[Summary]:
        """The nodes whose names are said so, word for word: ``order items`` for ``order_items``."""
        key = key_of(words)
        return [] if key in FUNCTION_WORDS else list(self._by_key.get(key, ()))

    def similar(self, name: str, *, limit: int = 3) -> list[Summary]:
        """The nodes whose names are misspelt as ``name``, or of which it is the better half; best first, or none."""
        asked = _plain(name)[:_LONGEST_NAME]
        key = key_of(asked)
        if not key:
            return []
        found = [node for match in _misspelt(asked, self._short, limit) for node in self._by_name[match]]
        for longer in self._longer(key)[:limit]:
            found += self._by_key[longer]
        return list({node.unique_id: node for node in found if node.is_latest}.values())[:limit]

    def deprecated(self) -> list[Summary]:
        """The nodes that are deprecated or will be, the longest deprecated first."""
        found = {node.unique_id: node for nodes in self._by_name.values() for node in nodes if node.deprecated_on}
        return sorted(found.values(), key=lambda node: (node.deprecated_on or date.max, node.unique_id))

    def of(self, *, kinds: Sequence[Kind] = (), layer: Layer | None = None) -> list[Summary]:
        """The nodes of those kinds, or of any, in one layer or in all; by name."""
        found = {node.unique_id: node for nodes in self._by_name.values() for node in nodes}
        wanted = (
            node
            for node in found.values()
            if (not kinds or node.kind in kinds) and (layer is None or node.layer == layer)
        )
        return sorted(wanted, key=lambda node: (node.name, node.unique_id))

    def mentioned(self, text: str) -> list[Summary]:
        """The nodes that a free text names, as identifiers or in words (``order items``); longest names first.

        A name within a longer one that was found does not count.
        """
        found: dict[str, list[Summary]] = {}

        def take(dotted: re.Match[str]) -> str:
            if nodes := self.exact(dotted[0]):
                found[_plain(dotted[0])] = nodes
                return "\n"
            return dotted[0]

        for line in _DOTTED.sub(take, text[:_LONGEST_TEXT].translate(_QUOTES)).split("\n"):
            found |= {key: self._by_key[key] for key in self._keys_in(line)}
        summaries = (node for name in sorted(found, key=len, reverse=True) for node in found[name])
        return list({node.unique_id: node for node in summaries}.values())

    def has_column(self, column: str) -> bool:
        """Whether any node has a column of that name."""
        return _plain(column) in self._column_set

    def similar_columns(self, column: str, *, limit: int = 3) -> list[str]:
        """Column names that ``column`` is a misspelling of, in lower case, best first, or none."""
        return _misspelt(_plain(column)[:_LONGEST_NAME], self._columns, limit)

    def _keys_in(self, text: str) -> list[str]:
        """Keys of nodes among the runs of a text's words, from left to right, the longest first."""
        words = [word.lower() for word in split_words(text)]
        found: list[str] = []
        at = 0
        while at < len(words):
            runs = (words[at : at + size] for size in range(min(_MOST_WORDS, len(words) - at), 0, -1))
            run = next((run for run in runs if self._is_name(run)), None)
            if run:
                found.append("_".join(run))
            at += len(run) if run else 1
        return found

    def _is_name(self, run: Sequence[str]) -> bool:
        return "_".join(run) in self._by_key and (len(run) > 1 or run[0] not in FUNCTION_WORDS)

    def _longer(self, key: str) -> list[str]:
        """Keys that hold all words of ``key`` and at most as many others, likest first: ``dim_customers``."""
        words = set(key.split("_"))
        holding = set.intersection(*(self._keys_with.get(word, set()) for word in words))
        longer = [other for other in holding - {key} if other.count("_") < 2 * len(words)]
        return sorted(longer, key=lambda other: (-fuzz.ratio(key, other), other))


def _misspelt(asked: str, names: Sequence[str], limit: int) -> list[str]:
    found = process.extract(asked, names, scorer=OSA.normalized_similarity, score_cutoff=_LIKE, limit=limit)
    return [name for name, _, _ in found]


def _plain(name: str) -> str:
    return name.translate(_QUOTES).strip().lower()


def _precedence(named: Named) -> tuple[object, ...]:
    node = named.summary
    return (
        not node.is_latest,
        not named.is_own,
        _KIND_ORDER.get(node.kind, 4),
        _LAYER_ORDER.get(node.layer, 1),
        node.unique_id,
    )


def _names(named: Named) -> list[str | None]:
    """What the node is called by itself, and together with where it belongs."""
    node = named.summary
    names = [node.name, named.identifier, named.label, node.unique_id, f"{node.package}.{node.name}"]
    if node.version is not None:
        names += [f"{node.name}_v{node.version}", f"{node.name}.v{node.version}"]
    if named.source_name:
        names += [f"{named.source_name}.{table}" for table in (node.name, named.identifier) if table]
    parts = _plain(named.relation).split(".") if named.relation else []
    return [*names, *(".".join(parts[start:]) for start in range(len(parts) - 1))]
