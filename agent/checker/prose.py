"""What an answer's prose names that the catalog does not have."""

import re

from agent.checker.columns import NO_STRUCTS
from agent.checker.mentions import Mention, find_mentions
from agent.checker.set_apart import humps
from agent.checker.snippets import CODE_STYLE, code_of, find_queries, is_query
from agent.checker.sources import relation_of
from agent.checker.sql import check_sql
from agent.checker.vocabulary import MOST_PROBLEMS, Problem, Vocabulary, nearest
from agent.checker.words import KnownWords, is_shouted

_LAYERED = re.compile(r"(?:fct|fact|dim|stg|int|mart|raw|base|src|agg|rpt|vw)_", re.IGNORECASE)
_NESTED = re.compile(r"struct|record|row|json|variant|object|map|array|list|super|\[\]|<", re.IGNORECASE)
"""Types of columns that have fields."""
LEFT_OUT = "(a query that I left out)"


def without_broken_queries(text: str, vocabulary: Vocabulary) -> tuple[str, list[Problem]]:
    """``text`` without the queries in code style that must not be shown, and what is wrong with them.

    A query without one of its columns means something else, in the middle of a sentence as well.
    """
    broken: list[Problem] = []

    def judged(span: re.Match[str]) -> str:
        query = code_of(span)
        problems = check_sql(query, vocabulary) if is_query(query) else []
        found = [problem for problem in problems if problem.breaks_sql and problem.kind != "unreadable"]
        broken.extend(found)
        return LEFT_OUT if found else span[0]

    return CODE_STYLE.sub(judged, text), broken


def check_prose(
    text: str, vocabulary: Vocabulary, known: KnownWords, own: frozenset[str] = frozenset()
) -> list[Problem]:
    """Everything that ``text`` names and the catalog does not have.

    Args: own: lower-case names that the answer's own SQL brings in: aliases and CTEs.
    """
    problems: dict[Problem, None] = {}
    for query in find_queries(text):
        for problem in check_sql(query, vocabulary):
            if problem.kind not in {"unreadable", "write"}:
                problems.setdefault(problem)
    alike = {mention.key: mention for mention in find_mentions(text)}
    for mention in alike.values():
        problem = check_mention(mention, vocabulary, known, own)
        if problem is not None:
            problems.setdefault(problem)
        if len(problems) >= MOST_PROBLEMS:
            break
    return list(problems)


def check_mention(mention: Mention, vocabulary: Vocabulary, known: KnownWords, own: frozenset[str]) -> Problem | None:
    """What is wrong with one name; None when it is known, is no name, or is said not to exist."""
    name = mention.name
    if vocabulary.names.exact(name) or name in known or name.lower() in own:
        return None
    problem = _dotted(mention, vocabulary, known, own) if "." in name else _single(mention, vocabulary)
    return None if problem is None or mention.is_denied else problem


def _single(mention: Mention, vocabulary: Vocabulary) -> Problem | None:
    name, lower = mention.name, mention.name.lower()
    words = [] if mention.code else humps(name)
    if words and not _are_of_the_catalog(words, vocabulary):
        return None
    if vocabulary.has_column(name) or (
        not mention.is_claimed and (lower in vocabulary.words or _is_known(lower, vocabulary))
    ):
        return None
    parts = [part for part in lower.split("__") if part]
    if len(parts) > 1 and all(
        vocabulary.has_column(part) or vocabulary.names.exact(part) or "_" not in part for part in parts
    ):
        return None  # a semantic layer's path, customer__region
    if mention.is_other:
        return None
    is_constant = is_shouted(name) and not (mention.has_noun or mention.is_chosen or _LAYERED.match(name))
    is_named = (mention.code or bool(words)) and (mention.has_noun or mention.has_rows or mention.is_reckoned)
    if is_constant or not ("_" in name.strip("_") or is_named or mention.is_chosen):
        return None
    near = (*vocabulary.nearest_tables(name), *vocabulary.names.similar_columns(name))
    return Problem(kind="name", name=name, nearest=tuple(dict.fromkeys(near))[:3])


def _are_of_the_catalog(words: list[str], vocabulary: Vocabulary) -> bool:
    """Whether a name like ``OrderItems`` speaks of the catalog, and not of HubSpot, and has another spelling there."""
    if vocabulary.names.exact("_".join(words)):
        return False
    own = {part.removesuffix("s") for node in vocabulary.nodes.values() for part in node.name.lower().split("_")}
    return any(word.removesuffix("s") in own or word in {"fct", "fact", "dim", "stg", "mart"} for word in words)


def _is_known(name: str, vocabulary: Vocabulary) -> bool:
    """Whether it is a column's name, or the plural of a name."""
    one = name.removesuffix("s")
    return (
        vocabulary.has_column(name)
        or bool(vocabulary.names.exact(name))
        or (one != name and (vocabulary.has_column(one) or bool(vocabulary.names.exact(one))))
    )


def _dotted(mention: Mention, vocabulary: Vocabulary, known: KnownWords, own: frozenset[str]) -> Problem | None:
    name = mention.name
    node, _, column = name.rpartition(".")
    first = node.split(".")[0]
    if vocabulary.tables(name):
        return None
    if _is_within_column(name, vocabulary):
        return None
    if not vocabulary.tables(node) and (mention.code or "_" in name) and _is_elsewhere(name, vocabulary):
        return None if mention.is_other else Problem(kind="name", name=name, nearest=vocabulary.nearest_tables(column))
    if not vocabulary.tables(node) and (known.is_package(first) or first.lower() in vocabulary.words):
        return None
    if not mention.code and "_" not in name and not column.islower():
        return None  # two sentences without a blank between them
    if tables := vocabulary.tables(node):
        relation = relation_of(tables)
        if column.lower() in relation.columns or (relation.open and not relation.documented_only) or column == "*":
            return None
        kind = vocabulary.kind_of_missing(column, documented_only=relation.documented_only)
        return Problem(kind=kind, name=name, within=tables[0].name, nearest=nearest(column, list(relation.columns)))
    if found := vocabulary.names.exact(node):
        nodes = [vocabulary.nodes[each.unique_id] for each in found if each.unique_id in vocabulary.nodes]
        offered = [each.name for one in nodes for each in one.columns]
        if column.lower() in {each.lower() for each in offered} or not offered:
            return None
        return Problem(kind="name", name=name, within=found[0].name, nearest=nearest(column, offered))
    if (first.lower() in own or len(first) == 1) and (vocabulary.has_column(column) or column.lower() in own):
        return None
    if not mention.code and "_" not in name:
        return None  # an abbreviation, a domain, the end of a sentence
    return Problem(kind="name", name=name, nearest=vocabulary.nearest_tables(column) + vocabulary.nearest_tables(node))


def _is_within_column(name: str, vocabulary: Vocabulary) -> bool:
    """Whether a dotted name leads into a column that may have fields: ``device.category``, ``visits.device.os``."""
    first, *rest = name.split(".")
    tables = vocabulary.tables(first)
    if vocabulary.dialect in NO_STRUCTS or (tables and len(rest) < 2):
        return False
    column = (rest[0] if tables else first).lower()
    if not (relation_of(tables).may_have(column) if tables else vocabulary.has_column(column)):
        return False
    nodes = tables or list(vocabulary.nodes.values())
    types = [each.data_type or "" for node in nodes for each in node.columns if each.name.lower() == column]
    return not types or any(not each or _NESTED.search(each) for each in types)


def _is_elsewhere(name: str, vocabulary: Vocabulary) -> bool:
    """Whether a dotted name says that a table lies in a database, schema or source of the catalog, and none does."""
    first, *rest = name.lower().split(".")
    if first in vocabulary.places:
        return any(part not in vocabulary.words for part in rest)
    return bool(_LAYERED.match(rest[-1])) and not vocabulary.names.exact(rest[-1])
