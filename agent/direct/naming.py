"""The words that stand where a question has a name: which name they mean, and how surely they are meant as one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from knowledge.values import Kind, Layer

NOUNS: dict[str, tuple[Kind, ...]] = {
    "model": ("model", "snapshot", "seed"),
    "table": ("model", "source", "seed", "snapshot"),
    "view": ("model",),
    "mart": ("model",),
    "dataset": ("model", "source", "seed", "snapshot"),
    "source": ("source",),
    "source table": ("source",),
    "seed": ("seed",),
    "snapshot": ("snapshot",),
    "metric": ("metric",),
    "semantic model": ("semantic_model",),
    "saved query": ("saved_query",),
    "exposure": ("exposure",),
    "dashboard": ("exposure",),
    "report": ("exposure",),
    "thing": (),
}
_LAYERS: dict[str, tuple[Layer, ...]] = {
    **dict.fromkeys(("mart", "marts"), ("mart",)),
    **dict.fromkeys(("source", "sources", "data source", "seed", "seeds"), ("raw",)),
}
COLUMN_NOUNS = frozenset({"column", "field", "attribute", "flag", "measure", "dimension"})
PRONOUNS = frozenset(
    [
        "it",
        "its",
        "there",
        "in there",
        "on there",
        "this",
        "that",
        "them",
        "they",
        "these",
        "those",
        "this one",
        "that one",
        "the same",
        "the same one",
    ]
    + [
        f"{pointer} {noun}"
        for pointer in ("this", "that", "the", "same")
        for noun in ("model", "table", "source", "metric")
    ]
)
_EMPTY_WORDS = """
everything anything something nothing all today there who what which when where why how the a an our my your we
you i and or not of in on for from with by than that is are was were has have had does do did it its
"""
_PLACES = ("first", "second", "third", "fourth", "fifth")
_PLACED = re.compile(
    rf"(?:the )?(?P<place>{'|'.join(_PLACES)})(?: (?:one|model|table|source|metric|of (?:them|those|these)))"
)
NEVER_NAMES = frozenset(_EMPTY_WORDS.split())
_FLAGS = frozenset({"is", "has", "had", "was"})
"""Words that names of columns begin with: is late, has refund."""
_GENERAL_WORDS = """
data dbt project catalog warehouse database pipeline pipelines job jobs run runs build builds model models table tables
dashboard dashboards metric metrics source sources column columns number numbers team people company
"""
GENERAL_WORDS = frozenset(_GENERAL_WORDS.split())
"""Names only where something is called exactly so, never misspelt ones."""
_ARTICLE = re.compile(r"(?:the|(?P<ours>our|my|your|their)|a|an)\s+", re.IGNORECASE)
_CALLED = re.compile(r"(?:called|named)\s+", re.IGNORECASE)
_NOUN = rf"(?:dbt\s+)?({'|'.join(sorted([*NOUNS, *COLUMN_NOUNS], key=len, reverse=True))})"
_NOUN_FIRST = re.compile(rf"{_NOUN}\s+(?=\S)", re.IGNORECASE)
_NOUN_LAST = re.compile(rf"(?<=\S)\s+{_NOUN}$", re.IGNORECASE)
_QUOTED = re.compile(r"([`\"'*_]{1,2})(.+)\1\Z")
_IDENTIFIER = re.compile(r"[\w$]+(?:\.[\w$]+)*\Z")
_WITHIN = re.compile(r"\s+(?:in|of|on|from|inside|within)\s+", re.IGNORECASE)
_OWN = re.compile(r"\s+'s\s+")
_BESIDE = re.compile(r"`?(\w+)`? `?(\w+)`?")
"""A column and its node with nothing between: ``voucher_code stg_orders``."""
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A name as somebody said it."""

    said: str
    name: str
    """As it would be written in the project: words joined by underscores, no quotes."""
    whole: str = ""
    """With the noun, which may be part of it: Weekly Sales Dashboard."""
    noun: str | None = None
    """What it was called: model, table, column, metric, …"""
    article: bool = False
    ours: bool = False
    """Its article says whose it is."""
    written: bool = False
    """Written like an identifier or in quotes, so that nothing but a name can be meant."""

    @property
    def is_column(self) -> bool:
        return self.noun in COLUMN_NOUNS

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of node that the noun allows; none: any."""
        return NOUNS.get(self.noun or "", ())

    @property
    def is_plain(self) -> bool:
        """Ordinary words, which may mean things instead of their names."""
        return not self.written and self.noun is None


def kinds_of(noun: str) -> tuple[Kind, ...]:
    """The kinds of node that a noun, in the singular or plural, stands for; none when it may be any."""
    one = noun.removeprefix("dbt ")
    return NOUNS.get(one) or NOUNS.get(one.removesuffix("s"), ())


def layers_of(noun: str) -> tuple[Layer, ...]:
    """The layer that a noun speaks of; none when it may be any."""
    return _LAYERS.get(noun, ())


def place_of(words: str) -> int | None:
    """Which of what was just named ``words`` point at, from 0 on; None when they point at none by its place."""
    found = _PLACED.fullmatch(words.lower().strip("`'\"?!. "))
    return _PLACES.index(found["place"]) if found else None


def is_pronoun(words: str) -> bool:
    """Whether ``words`` point at what the thread is about."""
    return words.lower().strip("`'\" ") in PRONOUNS


def read_name(words: str, *, has_of: bool = False) -> Named | None:
    """The name that ``words`` say; None when they are too many, or none of them can be one.

    Args: has_of: whether an "of" may be part of it: length of stay.
    """
    said = words.strip().rstrip("?!,;:- ")
    found_article = _ARTICLE.match(said)
    article = found_article is not None
    whole = rest = _ARTICLE.sub("", said, count=1) if article else said
    noun = None
    for _ in range(2):
        if (found := _NOUN_FIRST.match(rest)) is not None and noun is None:
            rest, noun = rest[found.end() :], found[1].lower()
        elif (found := _NOUN_LAST.search(rest)) is not None and noun is None:
            rest, noun = rest[: found.start()], found[1].lower()
        rest = _CALLED.sub("", rest, count=1) if _CALLED.match(rest) else rest
    quoted = _QUOTED.match(rest)
    rest = (quoted[2] if quoted else rest).strip(" `\"'")
    parts = rest.split()
    telling = parts[1:] if len(parts) > 1 and parts[0].lower() in _FLAGS else parts
    if has_of and len(telling) > 2:
        telling = [telling[0], *(part for part in telling[1:-1] if part.lower() != "of"), telling[-1]]
    if not parts or len(parts) > _MOST_WORDS or any(part.lower() in NEVER_NAMES for part in telling):
        return None
    is_identifier = _IDENTIFIER.match(rest) is not None
    name = rest if is_identifier else "_".join(parts)
    ours = found_article is not None and found_article["ours"] is not None
    written = is_identifier and (quoted is not None or bool(re.search(r"[_.$]", rest)))
    return Named(said=rest, name=name, whole=whole, noun=noun, article=article, ours=ours, written=written)


def split_column(words: str) -> tuple[Named, Named] | None:
    """A column and the node it is said to be in: ``net_amount in orders``, ``the orders model 's status column``."""
    return next(splits_of_column(words), None)


def splits_of_column(words: str) -> Iterator[tuple[Named, Named]]:
    """Every way to read ``words`` as a column and its node, the likeliest first: ``length of stay in encounters``."""
    if (beside := _BESIDE.fullmatch(words.strip())) and "_" in words:
        pair = [read_name(each) for each in beside.groups()]
        if pair[0] and pair[1]:
            yield pair[0], pair[1]
            yield pair[1], pair[0]
    for pattern, column_first in ((_WITHIN, True), (_OWN, False)):
        for between in pattern.finditer(words):
            first = read_name(words[: between.start()], has_of=True)
            second = read_name(words[between.end() :])
            if first and second:
                yield (first, second) if column_first else (second, first)


def split_dotted(named: Named) -> tuple[Named, Named] | None:
    """``orders.net_amount`` as the column and the node."""
    node, dot, column = named.name.rpartition(".")
    if not dot or not node or not column or " " in named.said:
        return None
    return replace(named, name=column, said=column, noun="column", written=True), replace(
        named, name=node, said=node, noun=None, written=True
    )
