"""Takes the names of what is hidden out of what is said of other things (pure)."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from knowledge.values import Node

MENTION = "[hidden]"
"""What stands where a name stood."""

_WORD = re.compile(r"\w+")
_CHAIN = re.compile(r"[`'\"\[]?\b\w+[`'\"\]]?(?:\.[`\"\[]?\w+[`\"\]]?)*")
"""A name with what it is qualified by, quoted or not: ``hr."payroll"``, ``model.shop.payroll``."""
_QUOTED = re.compile(r"[`'\"\[]\w+[`'\"\]]")
_UNLIKE_A_WORD = re.compile(r"[_\d]|[a-z][A-Z]")
"""What tells an identifier from a word of everyday language, which may mean anything."""
_FEW_TEXTS = 2
"""A word in the texts of so few visible nodes is taken for a hidden node's name, however ordinary it looks."""
_LONGEST_CHAIN = 6
_EXPRESSION_WORDS = """
and at average avg by case categorical count dimension distinct earliest else end entity foreign in is latest max
measure median min natural not null on or percentile primary sum then time unique when where
"""
_LANGUAGE = frozenset(_EXPRESSION_WORDS.split())
"""Words of an expression that are not names, even where a hidden column is called so."""


class Scrubber:
    """Knows what hidden things are called and nothing visible is; made once, used on many texts."""

    def __init__(self, hidden: Iterable[Node], columns: Iterable[str], visible: Iterable[Node]) -> None:
        """``columns``: names of hidden columns of visible nodes."""
        gone, there = list(hidden), list(visible)
        own = {name.casefold(): name for name in (*columns, *_names_of(gone))}
        around = {name.casefold(): name for name in _surroundings_of(gone)} if gone else {}
        self._known = {name.casefold() for name in (*_names_of(there), *_surroundings_of(there))}
        own = {key: name for key, name in own.items() if key not in self._known}
        unlike = {key for key, name in (around | own).items() if _UNLIKE_A_WORD.search(name)} - self._known
        self._names = frozenset(filter(_WORD.fullmatch, unlike)) | _rare(_titles_of(gone) & own.keys(), there)
        self._words = frozenset(filter(_WORD.fullmatch, own))
        self._chains = {chain for node in gone for chain in _chains(node)}
        lasts = {chain.rpartition(".")[2] for chain in self._chains}
        namesakes = (node for node in there if not lasts.isdisjoint(_called(node)))
        self._chains -= {chain for node in namesakes for chain in _chains(node)}
        phrases = [key for key in own if not _WORD.fullmatch(key)]
        self._phrases = _any_of(phrases) if phrases else None
        self._by_part = _by_rarest_part(own)
        firsts = {found[0] for phrase in phrases if (found := _WORD.search(phrase))}
        self._signs = self._names | self._words | lasts | firsts

    def touches(self, text: str) -> bool:
        """Whether a closer look at the text is worth it: far cheaper than that look."""
        return not self._signs.isdisjoint(_WORD.findall(text.casefold()))

    def prose(self, text: str) -> str:
        """The text without names that look like names, qualified ones, and quoted ones."""
        return self._without(text, self._names) if self.touches(text) else text

    def code(self, text: str) -> str:
        """The same for an expression, in which every word is a name."""
        return self._without(text, (self._names | self._words) - _LANGUAGE, qualified=True)

    def report(self, text: str) -> str:
        """The same for what a run says: of made-up names in it, such as tests', those with a hidden one go whole."""

        def name(match: re.Match[str]) -> str:
            is_made_up = "_" in match[0] and match[0].casefold() not in self._known
            return MENTION if is_made_up and self.is_named_in(match[0]) else match[0]

        return _WORD.sub(name, self.prose(text))

    def json(self, value: Any) -> Any:
        """The same for all texts of a JSON value, keys included."""
        if isinstance(value, str):
            return self.prose(value)
        if isinstance(value, Mapping):
            return {self.prose(str(key)): self.json(each) for key, each in value.items()}
        return [self.json(each) for each in value] if isinstance(value, list | tuple) else value

    def is_named_in(self, identifier: str) -> bool:
        """Whether a made-up name, such as dbt gives a test, has a hidden one among its parts."""
        parts = _split(identifier.casefold())
        if self._by_part.keys().isdisjoint(parts):
            return False
        spelled = _spelled(parts)
        return any(name in spelled for part in parts for name in self._by_part.get(part, ()))

    def _without(self, text: str, names: Collection[str], *, qualified: bool = False) -> str:
        def name(match: re.Match[str]) -> str:
            key = match[0].casefold()
            parts = key.split("__") if qualified else [key]
            return MENTION if any(each in names for each in (key, *parts)) else match[0]

        def chain(match: re.Match[str]) -> str:
            words = _WORD.findall(match[0].casefold())
            if not qualified and self._signs.isdisjoint(words):
                return match[0]
            if self._has_chain(words):
                return MENTION
            if words[0] in self._words and _QUOTED.match(match[0]):
                return _WORD.sub(MENTION, match[0], count=1)
            cleaned = _WORD.sub(name, match[0])
            return MENTION if cleaned.count(MENTION) == len(words) > 1 else cleaned

        if self._phrases:
            text = self._phrases.sub(MENTION, text)
        return _CHAIN.sub(chain, text)

    def _has_chain(self, words: list[str]) -> bool:
        return len(words) > 1 and any(
            ".".join(words[start:end]) in self._chains
            for start in range(len(words) - 1)
            for end in range(start + 2, min(start + _LONGEST_CHAIN, len(words)) + 1)
        )


def _names_of(nodes: Iterable[Node]) -> Iterable[str]:
    """What nodes and their columns are called."""
    for node in nodes:
        yield node.name
        if node.identifier:
            yield node.identifier
        if node.version:
            yield f"{node.name}_v{node.version}"
        if node.kind == "exposure" and node.label and " " in node.label:
            yield node.label
        for column in node.columns:
            yield column.name


def _titles_of(nodes: Iterable[Node]) -> set[str]:
    """What nodes themselves are called."""
    return {name.casefold() for node in nodes for name in (node.name, node.identifier) if name}


def _rare(words: Collection[str], nodes: Iterable[Node]) -> frozenset[str]:
    """Those of the words that hardly any node's texts have."""
    plain = frozenset(filter(_WORD.fullmatch, words))
    bearers: Counter[str] = Counter()
    if plain:
        for node in nodes:
            texts = [node.description, node.label or "", *(column.description for column in node.columns)]
            bearers.update(plain.intersection(_WORD.findall(" ".join(texts).casefold())))
    return frozenset(word for word in plain if bearers[word] <= _FEW_TEXTS)


def _surroundings_of(nodes: Iterable[Node]) -> Iterable[str]:
    """Where nodes are and what they belong to."""
    for node in nodes:
        yield node.package
        yield from filter(None, (node.source_name, node.schema, node.database, node.group))
        yield from node.tags
        yield from (node.path or "").replace(".", "/").split("/")


def _chains(node: Node) -> Iterable[str]:
    """Names that only a qualifier makes names."""
    yield node.unique_id.casefold()
    yield f"{node.package}.{node.name}".casefold()
    if node.source_name:
        yield f"{node.source_name}.{node.name}".casefold()
    if node.schema and node.identifier:
        yield f"{node.schema}.{node.identifier}".casefold()
    if node.relation and "." in node.relation:
        yield ".".join(_WORD.findall(node.relation.casefold())[-2:])


def _called(node: Node) -> tuple[str, str]:
    return node.name.casefold(), (node.identifier or "").casefold()


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)


def _by_rarest_part(names: Iterable[str]) -> dict[str, list[str]]:
    """The names, spelled by ``_spelled``, under the part of each that the fewest others have."""
    split = [_split(name) for name in names if name.strip("._")]
    counts = Counter(part for parts in split for part in parts)
    found: dict[str, list[str]] = defaultdict(list)
    for parts in split:
        found[min(filter(None, parts), key=counts.__getitem__)].append(_spelled(parts))
    return found


def _split(identifier: str) -> list[str]:
    return identifier.replace(".", "_").split("_")


def _spelled(parts: Iterable[str]) -> str:
    """Parts as a text in which other parts stand exactly when their spelling does."""
    return f"_{'_'.join(parts)}_"
