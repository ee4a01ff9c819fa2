"""How a query itself writes what its columns are computed as (pure)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

_OPEN = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE})
_CLOSE = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE})
_ENDS = frozenset(
    {
        TokenType.FROM, TokenType.WHERE, TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT, TokenType.GROUP_BY,
        TokenType.ORDER_BY, TokenType.LIMIT, TokenType.SEMICOLON,
    }
)  # fmt: skip
"""What ends a list of columns, as far as it matters: anything behind an alias is cut off anyway."""
_BEHIND_ALIAS = frozenset({TokenType.EQ, TokenType.COLON})
"""Between an alias that stands in front and its expression: ``total = sum(amount)``."""
_SAID = "said"


@dataclass(slots=True)
class _List:
    """The columns of one SELECT, or of one ``replace (…)`` behind a star."""

    depth: int
    start: int
    within: "tuple[_List, int] | None" = None
    """Of a ``replace (…)``, which may be the function of that name: the list that it stands in, and where in that."""
    items: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    """Places of the first token and of the one behind the last."""


Owners = Mapping[int, tuple[_List, int]]
"""Where a token begins → the list that it stands in, and the place of its item."""


def note_expressions(selects: Iterable[exp.Select], sql: str, tokens: Sequence[Token], dialect: str) -> None:
    """Remember at each column of each SELECT in ``sql`` how that writes it.

    To be called before anything is changed in them.
    """
    owners = _owners(tokens)
    places = {token.start: at for at, token in enumerate(tokens)}
    for select in selects:
        for at, projection in enumerate(select.expressions):
            for each in _replaced(projection):
                if (item := _item(each, owners, is_of_star=True)) is not None:
                    _note(each, item, sql, tokens, places)
            item = _item(projection, owners) or _place(select, at, owners)
            if item is not None:
                _note(projection, item, sql, tokens, places)
            elif (found := _somewhere(projection, sql, dialect)) is not None:
                _keeper(projection).meta[_SAID] = found


def said(projection: exp.Expr) -> str:
    """How the query writes a column, without its name, on one line and without comments; empty: nobody can tell."""
    return _keeper(projection).meta_get(_SAID) or _keeper(projection.unalias().unnest()).meta_get(_SAID) or ""


def _note(
    projection: exp.Expr,
    item: tuple[int, int],
    sql: str,
    tokens: Sequence[Token],
    places: Mapping[int, int],
) -> None:
    if (span := _without_alias(projection, item, tokens, places)) is not None:
        _keeper(projection).meta[_SAID] = _text(sql, tokens[slice(*span)])


def _keeper(projection: exp.Expr) -> exp.Expr:
    """What of a projection stays the same when its names are resolved: of a path its last name."""
    inner = projection.unalias()
    if isinstance(inner, exp.Dot):
        return inner.expression
    return inner.this if isinstance(inner, exp.Column | exp.TableColumn) and isinstance(inner.this, exp.Expr) else inner


def _replaced(projection: exp.Expr) -> Sequence[exp.Expr]:
    """What a star is told to put in the place of some of its columns."""
    star = projection.this if isinstance(projection, exp.Column) else projection
    return star.args.get("replace") or () if isinstance(star, exp.Star) else ()


def _item(projection: exp.Expr, owners: Owners, *, is_of_star: bool = False) -> tuple[int, int] | None:
    """The tokens of a projection with its name; None where nothing in it is known by its place."""
    owner = next((owners[start] for start in _starts(projection) if start in owners), None)
    while owner is not None and owner[0].within is not None and not is_of_star:
        owner = owner[0].within
    return owner[0].items[owner[1]] if owner is not None and owner[1] < len(owner[0].items) else None


def _place(select: exp.Select, at: int, owners: Owners) -> tuple[int, int] | None:
    """The tokens of a projection of which no name is there to tell: counted in the list of its neighbours."""
    starts = (start for each in select.expressions for start in _starts(each))
    owner = next((owners[start] for start in starts if start in owners and owners[start][0].within is None), None)
    return owner[0].items[at] if owner is not None and len(owner[0].items) == len(select.expressions) else None


def _starts(projection: exp.Expr) -> Iterator[int]:
    """Where the names in a projection begin, its own first; not those of queries in it."""
    names = [projection.args.get("alias")] if isinstance(projection, exp.Alias) else []
    for name in chain(names, projection.walk(prune=lambda each: isinstance(each, exp.Query))):
        if isinstance(name, exp.Identifier) and (start := name.meta_get("start")) is not None:
            yield start


def _somewhere(projection: exp.Expr, sql: str, dialect: str) -> str | None:
    """A constant in a query of nothing but constants, if ``sql`` has it anywhere as sqlglot writes it, but capitals."""
    if projection.find(exp.Query):
        return None
    text = projection.unalias().sql(dialect=dialect or None, comments=False)
    found = re.search(re.escape(text), sql, re.IGNORECASE)
    return found[0] if found else None


def _without_alias(
    projection: exp.Expr, item: tuple[int, int], tokens: Sequence[Token], places: Mapping[int, int]
) -> tuple[int, int] | None:
    first, end = item
    if not isinstance(projection, exp.Alias):
        return item if end > first else None
    name = projection.args.get("alias")
    at = places.get(name.meta_get("start", -1)) if isinstance(name, exp.Identifier) else None
    if at is None or not first <= at < end:
        return None
    if at == first:  # the name stands in front
        return (first + 2, end) if end > first + 2 and tokens[first + 1].token_type in _BEHIND_ALIAS else None
    last = at - 1 if tokens[at - 1].token_type == TokenType.ALIAS else at
    return (first, last) if last > first else None


def _owners(tokens: Sequence[Token]) -> Owners:
    owners: dict[int, tuple[_List, int]] = {}
    lists: list[_List] = []
    depth = 0

    def end(at: int) -> None:
        if at > lists[-1].start:
            lists[-1].items.append((lists[-1].start, at))

    for at, token in enumerate(tokens):
        kind = token.token_type
        if kind == TokenType.SELECT:
            lists.append(_List(depth, _after_modifiers(tokens, at + 1)))
        elif kind == TokenType.REPLACE and lists and _kind(tokens, at + 1) == TokenType.L_PAREN:
            lists.append(_List(depth + 1, at + 2, within=(lists[-1], len(lists[-1].items))))
        elif kind in _OPEN:
            depth += 1
        elif kind in _CLOSE:
            depth -= 1
            while lists and lists[-1].depth > depth:
                end(at)
                lists.pop()
        elif lists and lists[-1].depth == depth:
            if kind == TokenType.COMMA:
                end(at)
                lists[-1].start = at + 1
            elif _is_end(tokens, at):
                end(at)
                lists.pop()
        if lists:
            owners[token.start] = lists[-1], len(lists[-1].items)
    while lists:
        end(len(tokens))
        lists.pop()
    return owners


def _is_end(tokens: Sequence[Token], at: int) -> bool:
    kind = tokens[at].token_type
    if kind == TokenType.EXCEPT and tokens[at - 1].token_type == TokenType.STAR:
        return False  # of: * except (a, b)
    return kind in _ENDS and tokens[at - 1].token_type != TokenType.DISTINCT  # nor of: is distinct from


def _after_modifiers(tokens: Sequence[Token], at: int) -> int:
    """Where a list of columns begins behind ``distinct on (…)``, ``all``, ``top 5``, ``as struct`` and hints."""
    while (kind := _kind(tokens, at)) is not None:
        following = _kind(tokens, at + 1)
        if kind in (TokenType.HINT, TokenType.ALL) or (kind == TokenType.DISTINCT and following != TokenType.ON):
            at += 1
        elif kind == TokenType.DISTINCT:
            at = _behind_bracket(tokens, at + 2)
        elif kind == TokenType.TOP and following == TokenType.NUMBER:
            at += 2
        elif kind == TokenType.TOP and following == TokenType.L_PAREN:
            at = _behind_bracket(tokens, at + 1)
        elif kind == TokenType.ALIAS and following is not None:
            at += 2
        else:
            break
    return at


def _kind(tokens: Sequence[Token], at: int) -> TokenType | None:
    return tokens[at].token_type if at < len(tokens) else None


def _behind_bracket(tokens: Sequence[Token], at: int) -> int:
    """The place behind the bracket that opens at ``at``."""
    depth = 0
    for place in range(at, len(tokens)):
        depth += (tokens[place].token_type in _OPEN) - (tokens[place].token_type in _CLOSE)
        if depth == 0:
            return place + 1
    return at


def _text(sql: str, tokens: Sequence[Token]) -> str:
    """The tokens as they are written: comments and line breaks are but the gaps between them."""
    parts: list[str] = []
    end = None
    for token in tokens:
        if end is not None and token.start > end:
            parts.append(" ")
        parts.append(sql[token.start : token.end + 1])
        end = token.end + 1
    return "".join(parts)
