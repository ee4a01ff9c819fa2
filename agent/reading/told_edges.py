"""What a text says of the lineage, right or wrong: which node or column it says feeds which (pure)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from agent.reading import edge_phrases as phrases
from agent.reading import relation_phrases as relations
from agent.reading.marking import Marked, Places

_NEAR = 200
"""Characters before a phrase that bear on it."""


@dataclass(frozen=True, slots=True)
class Edge:
    """That any of ``above`` feeds any of ``below``; that nothing does, or that it feeds nothing, where one is empty."""

    above: Places
    below: Places
    is_denied: bool = False
    is_direct: bool = False
    either_way: bool = False
    """One of the two feeds the other, whichever."""


def told_edges(marked: Marked, about: tuple[Places, ...] | None, *, reads_queries: bool) -> Iterator[Edge]:
    """What one sentence says. ``reads_queries``: the reply speaks of a query, so that what "it" reads is no lineage."""
    text = phrases.COMPARED.sub("", marked.text)
    if not marked.places or phrases.ASKED.match(text):
        return
    yield from _related_somehow(text, marked)
    if not phrases.HINT.search(text):
        return
    marks = [found.start() for found in phrases.MARK.finditer(text)]
    for shape in phrases.FROM_A_NAME:
        for mark in marks:
            if found := shape.match(text, mark):
                yield from _of_names(found, marked)
    for shape in phrases.ANYWHERE:
        for found in shape.finditer(text):
            yield from _between(found, found["verb"], marked.named(found["above"]), marked.named(found["below"]))
    of_pronouns = (
        *phrases.OF_A_PRONOUN,
        *phrases.OF_NOTHING_NAMED,
        *(() if reads_queries else phrases.READ_BY_A_PRONOUN),
    )
    for shape in of_pronouns:
        for found in shape.finditer(text):
            yield from _of_a_pronoun(found, marked, about)
    for shapes, is_above in ((phrases.CHILDLESS, True), (phrases.PARENTLESS, False)):
        for shape in shapes:
            for found in shape.finditer(text):
                for each in marked.named(found["of"]):
                    yield Edge(each, ()) if is_above else Edge((), each)


def _related_somehow(text: str, marked: Marked) -> Iterator[Edge]:
    """What is said of two names that follow each other, whichever of them it says to feed the other."""
    for first, second in pairwise(phrases.MARK.finditer(text)):
        before, between = text[max(0, first.start() - _NEAR) : first.start()], text[first.end() : second.start()]
        if phrases.DENIED.search(between) or relations.ADVICE.search(before + between):
            continue
        has = relations.HAS.fullmatch(between) and relations.AS_ITS.match(text, second.end())
        led = relations.BEFORE.search(before) and relations.THEN.fullmatch(between)
        if has or led or relations.BETWEEN.fullmatch(between) or relations.ASIDE.fullmatch(between):
            one, other = marked.places[int(first[1])], marked.places[int(second[1])]
            if not {place[0] for place in one} & {place[0] for place in other}:
                yield Edge(one, other, either_way=True)


def _of_names(found: re.Match[str], marked: Marked) -> Iterator[Edge]:
    """What is said where one name follows another."""
    text, sides = found.string, found.groupdict()
    first, verb = ("above" if found.start("above") == found.start() else "below"), found["verb"]
    before = text[max(0, found.start() - _NEAR) : found.start()]
    if phrases.SUPPOSED.search(before) or (verb.strip(" -=<>→←") == "" and phrases.KEYS.search(text)):
        return
    subjects = marked.named(sides[first])
    if len(subjects) > 1 and phrases.ONE_DOES.search(verb) and not phrases.CLAUSE_BEGINS.search(before):
        return  # "use `a` with `b` and `c` is fed by …": another begin, at the last name, tells of it
    if len(subjects) == 1 and phrases.IMPERATIVE.match(verb):
        return
    above, below = marked.named(sides["above"]), marked.named(sides["below"])
    if phrases.REFERENCES.search(verb) and any(place[1] for each in above for place in each):
        return
    yield from _between(found, verb, above, below)
    if phrases.FLOWS.search(verb):
        if further := phrases.FLOWS_ON.match(text, found.end()):
            yield from _between(found, verb, below, marked.named(further["below"]))
    elif via := phrases.VIA.match(text, found.end()):
        between = marked.named(via["via"])
        yield from _between(found, verb, above, between)
        yield from _between(found, verb, between, below)
    elif first == "below" and (also := phrases.AND_ALSO.match(text, found.end())):
        yield from _between(found, also["verb"], marked.named(also["above"]), below)


def _of_a_pronoun(found: re.Match[str], marked: Marked, about: tuple[Places, ...] | None) -> Iterator[Edge]:
    """What is said of "it": of what the sentence named before, or else of anything that the reply names."""
    sides = found.groupdict()
    above, below = marked.named(sides.get("above")), marked.named(sides.get("below"))
    named = {place[0] for each in (above or below) for place in each}
    before = marked.named(found.string[: found.start()])
    if not before and found[0].lower().startswith("which"):
        return
    if about is None:
        yield from (Edge(each, each) for each in above or below)  # whatever it is
        return
    meant = tuple(place for each in (before or about) for place in each if place[0] not in named)
    if meant:
        yield from _between(found, found["verb"], above or [meant], below or [meant])


def _between(found: re.Match[str], verb: str, above: Iterable[Places], below: Sequence[Places]) -> Iterator[Edge]:
    before = found.string[max(0, found.start() - _NEAR) : found.start()]
    denied = bool(phrases.DENIED.search(verb)) or bool(phrases.NEITHER.search(before))
    direct = bool(phrases.DIRECT.search(verb) or phrases.DIRECT_BEHIND.match(found.string, found.end()))
    for upper in above:
        for lower in below:
            yield Edge(upper, lower, denied, direct)


def announces(marked: Marked) -> bool:
    """Whether a line is the head of a list of what feeds something, or is fed; or of such a table."""
    return _head(marked) is not None or _related(marked.text) is not None


def _head(marked: Marked) -> tuple[list[Places], bool] | None:
    """What a line announces a list about, and whether of what is above it."""
    for shapes, is_above in ((phrases.HEAD_ABOVE, True), (phrases.HEAD_BELOW, False)):
        for shape in shapes:
            if found := shape.search(marked.text):
                return marked.named(found["of"]), is_above
    return None


def told_by_items(lines: Sequence[Marked]) -> Iterator[tuple[int, list[Edge]]]:
    """The places of lines that are items of a list, or rows of a table, of edges; with what they say."""
    head: tuple[list[Places], bool] | None = None
    table: tuple[int, int, bool] | None = None
    for place, line in enumerate(lines):
        if line.text.lstrip().startswith("|"):
            table, said = (table, list(_row(line, table))) if table else (_related(line.text), [])
            if said:
                yield place, said
            continue
        table = None
        item = phrases.ITEM.match(line.text)
        if head and item:
            listed, (of, is_above) = line.named(item["names"]), head
            yield place, [Edge(*((each, one) if is_above else (one, each))) for each in listed for one in of]
        elif line.text.strip() and not (head and line.text.startswith((" ", "\t"))):
            head = _head(line)


def _related(header: str) -> tuple[int, int, bool] | None:
    """Of a table's header: the columns that hold the nodes and what is related to them, and whether that is above."""
    cells = header.strip().strip("|").split("|")
    if not header.lstrip().startswith("|") or len(cells) < 2:
        return None
    for place in [*range(1, len(cells)), 0]:
        for pattern, is_above in ((phrases.CELL_ABOVE, True), (phrases.CELL_BELOW, False)):
            if pattern.fullmatch(cells[place]) and (place or cells[0].strip(" *").lower() not in {"source", "sources"}):
                return (0 if place else 1), place, is_above
    return None


def _row(line: Marked, table: tuple[int, int, bool]) -> Iterator[Edge]:
    cells = line.text.strip().strip("|").split("|")
    subject, related, is_above = table
    if max(subject, related) >= len(cells):
        return
    for one in line.named(cells[subject]):
        for other in line.named(cells[related]):
            yield Edge(*((other, one) if is_above else (one, other)))
