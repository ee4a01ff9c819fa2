"""What a question is about: the node or column of the catalog that its words name, misspelt or not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from agent.direct.likeness import slips_of
from agent.direct.naming import GENERAL_WORDS, Named, is_pronoun, place_of, read_name, split_dotted, splits_of_column
from agent.direct.phrasebook import Kind, Reading
from agent.library import Library
from knowledge.names import Names
from knowledge.values import Column, Node, Summary
from knowledge.words import key_of

_OF_COLUMNS: frozenset[Kind] = frozenset(
    {"describe", "upstream", "downstream", "lineage", "computed", "tests", "tags", "grain", "changes"}
)
"""What "it" may be asked after a column: who owns it and whether it is healthy is asked of the node."""
_LIKE_IT = 10
"""Columns that are looked at for one that is meant."""
_MOST_ENDING = 8
"""Words at the end of a setting that may be a name, with the column's and the words between."""
_LONG_NAME = 3
"""Words from which on a name, exactly said, is one even after an article."""
_UNMISTAKABLE = 14
"""Letters of a name in ordinary words from which on a slip is no other word."""
_HELPFUL = 40  # rapidfuzz ratio; below it a name is no help


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A node, or one of its columns."""

    node: Node
    column: Column | None = None
    took: tuple[tuple[str, str], ...] = ()
    """(said, taken as) of every name that was misspelt."""
    namesakes: tuple[Summary, ...] = ()
    """Other nodes of that name."""
    said: str = ""
    """The name, where it was said with what stands before it: ``stripe.invoices``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Everywhere:
    """A column that was named without a node: all nodes that have it."""

    column: str
    places: tuple[tuple[Summary, Column], ...]
    took: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A name that the catalog does not know."""

    said: str
    nearest: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    """unique_ids of those of them that are nodes."""
    within: Node | None = None
    """The node that has no such column."""
    sure: bool = True
    """Nothing but a name can have been meant."""
    is_node: bool = False
    """Said to be a node."""
    fate: str = ""
    """What became of it, as a sentence, when it once was there."""

    @property
    def is_plainly_said(self) -> bool:
        """A column that was called one, of a node that is there."""
        return self.within is not None and self.sure


Found = Subject | Everywhere | Missing | None


@dataclass(frozen=True, slots=True)
class Finder:
    """Looks names up for one question.

    ``focus``: what the thread was about before, most important first; ``column``: the first one's that was meant.
    """

    names: Names
    library: Library
    focus: Sequence[str] = ()
    column: str = ""

    async def find(self, reading: Reading) -> Found:
        """What the reading's words name; None when they need not be a name at all."""
        about, firm = reading.about, reading.firm and not reading.setting
        if not about or is_pronoun(about):
            if self.column and reading.kind in _OF_COLUMNS and (found := await self._column_in_focus(self.column)):
                return found
            return await self._in_focus()
        if (place := place_of(about)) is not None:
            return await self._in_focus(place)
        if (found := await self._within(about, firm=firm)) is not None:
            return found
        if (named := read_name(about)) is None:
            if len(about.split()) >= _LONG_NAME and (found := await self._subject(self._spoken(about))) is not None:
                return found
            with_of = read_name(about, has_of=True)
            if with_of is None or with_of.article or reading.tone == "bare" or not self.names.has_column(with_of.name):
                return None
            return await self._everywhere(with_of.name)
        if reading.tone == "bare" and named.is_plain and not self._is_written_so(named):
            return None
        if not named.is_column and (found := await self._node(named, firm=firm)) is not None:
            return found
        if (pair := split_dotted(named)) is not None:
            found = await self._column_of(*pair, firm=firm)
            return self._missing(named) if found is None or _lacks_node(found) else found
        return await self._similar(named, firm=firm, is_here=reading.kind != "changes")

    async def find_last(self, reading: Reading) -> Subject | None:
        """The node or column with whose name the setting ends, else the node that it names anywhere."""
        words = reading.setting.split()
        for start in range(max(0, len(words) - _MOST_ENDING), len(words)):
            found = await self.find(replace(reading, about=" ".join(words[start:]), tone="loose"))
            if isinstance(found, Subject):
                return found
        return await self._subject(self.names.mentioned(reading.setting)[:1])

    async def _within(self, about: str, *, firm: bool) -> Subject | Missing | None:
        """A column that is said together with its node, in whichever way of reading it is there."""
        missing: Missing | None = None
        for column, node in splits_of_column(about):
            found = await self._column_of(column, node, firm=firm)
            found = found if isinstance(found, Subject) else await self._subject(self._of_domain(column, node)) or found
            if isinstance(found, Subject):
                return found
            missing = missing or found
        return missing

    def _is_written_so(self, named: Named) -> bool:
        return any(summary.name == named.said for summary in self.names.exact(named.said))

    async def find_column(self, named: Named) -> Everywhere | Missing | None:
        """Every node that has the column; misspelt ones are taken as the nearest."""
        if self.names.has_column(named.name):
            return await self._everywhere(named.name)
        if near := self._columns_like(named):
            return await self._everywhere(near[0], took=((named.said, near[0]),))
        return Missing(said=named.said) if named.written or not named.article else None

    async def _in_focus(self, place: int = 0) -> Subject | None:
        nodes = await self.library.catalog.nodes(self.focus[place : place + 1])
        return Subject(node=nodes[0]) if nodes else None

    async def _node(self, named: Named, *, firm: bool) -> Subject | None:
        """The node of exactly that name; ordinary words after an article mean things, unless the question is firm.

        "Our customers" always are the people: who means the table, says so.
        """
        is_long = len(named.said.split()) >= _LONG_NAME
        if named.is_plain and (named.ours or (named.article and not firm and not is_long)):
            return None
        subject = await self._subject(self._exact(named))
        is_whole = "." in named.name and not named.kinds
        return replace(subject, said=named.name) if subject and is_whole else subject

    def _exact(self, named: Named) -> list[Summary]:
        """The nodes of that name, or of that label, whose last word may be what they are."""
        for name in (named.name, named.said, named.whole, "_".join(named.whole.split())):
            if name and (found := self.names.exact(name)):
                return ranked(found, named)
        return ranked(self._spoken(named.whole) or self._spoken(named.said), named)

    def _spoken(self, words: str) -> list[Summary]:
        """The nodes whose names are said so: ``core__patient`` as "core patient", ``ads.daily_spend`` as its words."""
        key = key_of(words)
        if found := [each for each in self.names.mentioned(words) if key_of(each.name) == key]:
            return found
        parts = key.split("_")
        dotted = (f"{'_'.join(parts[:at])}.{'_'.join(parts[at:])}" for at in range(1, len(parts)))
        return next(filter(None, map(self.names.exact, dotted)), []) or self._without_domain(key)

    def _of_domain(self, node: Named, domain: Named) -> list[Summary]:
        """The node called by both names: "order lines in finance" for ``finance__order_lines``."""
        return [] if domain.written or is_pronoun(domain.said) else self._spoken(f"{domain.said} {node.said}")

    def _without_domain(self, key: str) -> list[Summary]:
        """The only node called so but for the domain before it: ``finance__order_lines`` as "order lines"."""
        if "_" not in key:
            return []
        found = [each for each in self.names.similar(key) if key_of(each.name.rpartition("__")[2]) == key]
        return found if len(found) == 1 else []

    async def _subject(self, found: Sequence[Summary], took: tuple[tuple[str, str], ...] = ()) -> Subject | None:
        nodes = await self.library.catalog.nodes([found[0].unique_id]) if found else []
        return Subject(node=nodes[0], namesakes=tuple(found[1:]), took=took) if nodes else None

    async def _column_of(self, column: Named, within: Named, *, firm: bool) -> Subject | Missing | None:
        if column.is_plain and column.article and not firm:
            return None
        subject = await self._in_focus() if is_pronoun(within.said) else await self._named_node(within)
        if subject is None:
            return self._missing(within) if within.written and (firm or column.written or column.is_column) else None
        wanted, known = key_of(column.name), {key_of(each.name): each for each in subject.node.columns}
        if (exact := known.get(key_of(column.whole)) or known.get(wanted)) is not None:
            return replace(subject, column=exact)
        if column.is_plain and not firm:
            return None
        if slips := slips_of(wanted, list(known)):
            taken = known[slips[0]]
            return replace(subject, column=taken, took=(*subject.took, (column.said, taken.name)))
        if (unlisted := await self._unlisted(subject.node, column)) is not None:
            return replace(subject, column=unlisted)
        near = process.extract(wanted, list(known), scorer=fuzz.ratio, limit=3, score_cutoff=_HELPFUL)
        nearest = tuple(known[key].name for key, _, _ in near)
        return Missing(said=column.said, nearest=nearest, within=subject.node, sure=column.written or column.is_column)

    async def _unlisted(self, node: Node, column: Named) -> Column | None:
        """A column that nobody documents and that the node's SQL makes, where the warehouse's own list is missing."""
        if node.columns_known:
            return None
        steps = await self.library.catalog.columns.follow(node.unique_id, column.name, "upstream")
        is_made = bool(steps) and (len(steps) > 1 or bool(steps[0].steps))
        return Column(name=column.name) if is_made else None

    async def _named_node(self, named: Named) -> Subject | None:
        if (exact := await self._subject(self._exact(named))) is not None:
            return exact
        near = similar(self.names, named)
        return await self._subject(near[:1], ((named.said, near[0].name),)) if near else None

    async def _similar(self, named: Named, *, firm: bool, is_here: bool) -> Found:
        """A column of that name, else a node or column whose name is nearly that, else nothing of the kind.

        Args: is_here: whether a column of what the thread is about comes before others of its name.
        """
        if named.said.lower() in GENERAL_WORDS and not named.written:
            return None
        is_phrase = len(named.said.split()) > 1
        if named.is_plain and (named.ours or (named.article and not firm)):
            return None
        whole = "_".join(named.whole.split())
        if (column := next(filter(self.names.has_column, (whole, named.name)), "")) and not named.kinds:
            found = await self._column_in_focus(column) if is_here else None
            return found or await self._everywhere(column)
        if named.is_plain and (not firm or (named.article and is_phrase)):
            near = [] if firm or named.article else _written_otherwise(self.names, named)
            return await self._subject(near[:1], ((named.said, near[0].name),)) if near else None
        near = [] if named.is_column else similar(self.names, named)
        columns = [] if named.kinds else self._columns_like(named)
        if columns and (not near or _nearness(columns[0], named) > _nearness(near[0].name, named)):
            return await self._everywhere(columns[0], took=((named.said, columns[0]),))
        if near:
            return await self._subject(near[:1], ((named.said, near[0].name),))
        return self._missing(named)

    async def _column_in_focus(self, column: str) -> Subject | None:
        """The column of that name of what the thread is about."""
        subject = await self._in_focus()
        columns = subject.node.columns if subject else ()
        found = next((each for each in columns if key_of(each.name) == key_of(column)), None)
        return replace(subject, column=found) if subject and found else None

    def _columns_like(self, named: Named) -> list[str]:
        return slips_of(named.name, self.names.similar_columns(named.name, limit=_LIKE_IT))

    async def _everywhere(self, column: str, took: tuple[tuple[str, str], ...] = ()) -> Everywhere | None:
        places = await self.library.catalog.columns_named(column)
        return Everywhere(column=column, places=tuple(places), took=took) if places else None

    def _missing(self, named: Named) -> Missing:
        near = self.names.similar(named.name)
        return Missing(
            said=named.said,
            nearest=tuple([each.name for each in near] or self.names.similar_columns(named.name)),
            nodes=tuple(each.unique_id for each in near),
            sure=not named.is_plain,
            is_node=bool(named.kinds),
        )


def ranked(found: Sequence[Summary], named: Named) -> list[Summary]:
    """Nodes that share a name, those of the kind that was said first; else the catalog's own order decides."""
    return sorted(found, key=lambda summary: bool(named.kinds) and summary.kind not in named.kinds)


def similar(names: Names, named: Named) -> list[Summary]:
    """Nodes that are likely meant by a misspelt name: of as many words as were said, of the kind that was said.

    The only one of its kind may have words besides: "the churn rate metric" for subscription_churn_rate.
    """
    words = len(named.said.split())
    found = [each for each in names.similar(named.name) if not named.kinds or each.kind in named.kinds]
    if named.kinds and len(found) == 1:
        return found
    return [each for each in found if words == 1 or len(key_of(each.name).split("_")) == words]


def _written_otherwise(names: Names, named: Named) -> list[Summary]:
    """Nodes whose names are long enough that one slip leaves no doubt; a plural is none, it means the things."""
    said = key_of(named.name)
    if "_" not in said or len(said) < _UNMISTAKABLE:
        return []
    return [
        each
        for each in names.similar(named.name)
        if OSA.distance(said, key := key_of(each.name)) == 1 and said.removesuffix("s") != key.removesuffix("s")
    ]


def _lacks_node(found: Found) -> bool:
    return isinstance(found, Missing) and found.within is None


def _nearness(name: str, named: Named) -> float:
    return fuzz.ratio(name.lower(), named.name.lower())
