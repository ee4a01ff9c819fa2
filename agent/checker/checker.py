"""The check of a whole answer: what in it does not hold, and which nodes it rests on (pure but for fetching nodes)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from agent.checker.mentions import find_mentions
from agent.checker.parsing import Parsed, named, own_names, parse, table_names
from agent.checker.prose import check_prose
from agent.checker.snippets import find_queries
from agent.checker.sql import check_sql
from agent.checker.vocabulary import Problem, Vocabulary
from agent.checker.words import KnownWords
from agent.reading.said import Said
from knowledge import Catalog, Health, Names, Node

MOST_NAMED = 60
"""Nodes that one answer may name and still be checked column by column."""
_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the check found. ``nodes``: unique_ids of what the answer names, those of its SQL first."""

    prose: tuple[Problem, ...] = ()
    sql: tuple[Problem, ...] = ()
    nodes: tuple[str, ...] = ()
    sql_nodes: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(dict.fromkeys([*self.sql, *self.prose]))


async def gather_vocabulary(
    said: Said, names: Names, at_hand: Sequence[Node], health: Iterable[Health], dialect: str, catalog: Catalog
) -> Vocabulary:
    """Everything that is needed to check the answer; nodes that are not at hand are fetched, in one statement."""
    nodes = {node.unique_id: node for node in at_hand}
    parsed = _read(said, dialect)
    wanted = [unique_id for unique_id in _named(said.prose, parsed.values(), names) if unique_id not in nodes]
    if wanted:
        nodes |= {node.unique_id: node for node in await catalog.nodes(wanted[:MOST_NAMED])}
    return replace(build_vocabulary(names, list(nodes.values()), health, dialect), parsed=parsed)


def build_vocabulary(names: Names, nodes: Sequence[Node], health: Iterable[Health], dialect: str) -> Vocabulary:
    """The names that may stand in an answer about ``nodes``."""
    words: set[str] = set()
    places = {place.lower() for node in nodes for place in (node.schema, node.database, node.source_name) if place}
    for node in nodes:
        words.update(filter(None, (node.schema, node.database, node.source_name, node.group, node.package)))
        words.update(node.tags)
        words.update(word for word in _WORD.findall(f"{node.description} {node.expression or ''}") if "_" in word)
        for column in node.columns:
            words.update(word for word in _WORD.findall(column.description) if "_" in word)
    words.update(test.name for each in health for test in each.tests)
    lower = frozenset(word.lower() for word in words)
    by_id = {node.unique_id: node for node in nodes}
    return Vocabulary(names=names, nodes=by_id, dialect=dialect, words=lower, places=frozenset(places))


def named_nodes(said: Said, names: Names, dialect: str = "") -> list[str]:
    """unique_ids of all nodes that the answer may mean, of every namesake."""
    return _named(said.prose, _read(said, dialect).values(), names)


def _read(said: Said, dialect: str) -> dict[str, Parsed | None]:
    """All SQL of an answer, each statement read once."""
    return {query: parse(query, dialect) for query in dict.fromkeys((*said.queries, *find_queries(said.prose)))}


def _named(prose: str, queries: Iterable[Parsed | None], names: Names) -> list[str]:
    asked = [name for query in queries if query for name in _tables(query)]
    for mention in find_mentions(prose):
        parts = mention.name.split(".")
        asked += [".".join(parts[:size]) for size in range(len(parts), 0, -1)] + parts[-1:]
    found = [summary.unique_id for name in dict.fromkeys(asked) for summary in names.exact(name)]
    return list(dict.fromkeys(found))


def check(said: Said, vocabulary: Vocabulary, known: KnownWords) -> Verdict:
    """Check prose and SQL of an answer."""
    parsed = [parsed for query in said.queries if (parsed := vocabulary.read(query)) is not None]
    own = frozenset(name for each in parsed for name in own_names(each))
    sql = [problem for query in said.queries for problem in check_sql(query, vocabulary)]
    sql_nodes = [node for each in parsed for name in table_names(each) for node in vocabulary.tables(name)[:1]]
    mentioned = list(
        _mentioned(said.prose, vocabulary, {column.name.lower() for node in sql_nodes for column in node.columns})
    )
    return Verdict(
        prose=tuple(check_prose(said.prose, vocabulary, known, own)),
        sql=tuple(dict.fromkeys(sql)),
        nodes=tuple(dict.fromkeys([*(node.unique_id for node in sql_nodes), *mentioned])),
        sql_nodes=tuple(dict.fromkeys(node.unique_id for node in sql_nodes)),
    )


def is_clean(part: str, vocabulary: Vocabulary, known: KnownWords) -> bool:
    """Whether a piece of a growing answer may be shown: its names are known, and what is at hand sufficed to check."""
    if any(unique_id not in vocabulary.nodes for unique_id in named_nodes(Said(prose=part), vocabulary.names)):
        return False
    return not check_prose(part, vocabulary, known)


def _mentioned(prose: str, vocabulary: Vocabulary, columns: set[str]) -> Iterable[str]:
    """The nodes that prose names, in order. A word that is a column of the answer's SQL means that column."""
    for mention in find_mentions(prose):
        if mention.is_denied or (mention.name.lower() in columns and not mention.has_noun):
            continue
        name = mention.name
        found = vocabulary.names.exact(name) or vocabulary.names.exact(name.rpartition(".")[0])
        at_hand = [each for each in found if each.unique_id in vocabulary.nodes]
        yield from (each.unique_id for each in (at_hand or found)[:1])


def _tables(query: Parsed) -> list[str]:
    names = named(query)
    return names + [name.rpartition(".")[2] for name in names if "." in name]
