"""How a query itself writes what its columns are computed as (pure)."""

from collections.abc import Sequence

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

_OPEN = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE})
_CLOSE = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE})
_ENDS = frozenset({TokenType.FROM, TokenType.WHERE, TokenType.UNION, TokenType.SEMICOLON})
"""What ends a list of columns, as far as it matters: anything behind an alias is cut off anyway."""
_SAID = "said"


class _List:
    """The columns of one SELECT that is being read."""

    def __init__(self, depth: int, start: int) -> None:
        self.depth = depth
        self.start = start


def note_expressions(tree: exp.Expr, sql: str, tokens: Sequence[Token]) -> None:
    """Remember at each column of the tree that is an expression with a name how ``sql`` writes it.

    To be called before anything is changed in the tree.
    """
    items = _items(tokens)
    for select in tree.find_all(exp.Select):
        for projection in select.expressions:
            if not isinstance(projection, exp.Alias) or isinstance(projection.this, exp.Column):
                continue
            name = projection.args.get("alias")
            start = name.meta_get("start") if isinstance(name, exp.Identifier) else None
            if start in items:
                projection.this.meta[_SAID] = _text(sql, tokens[slice(*items[start])])


def said(expression: exp.Expr, dialect: str) -> str:
    """How the query writes an expression, on one line and without comments."""
    text = expression.meta_get(_SAID) or expression.unnest().meta_get(_SAID)
    return text or expression.sql(dialect=dialect or None, comments=False)


def _items(tokens: Sequence[Token]) -> dict[int, tuple[int, int]]:
    """Where the last token of a column's text begins (its alias) → the tokens before that."""
    found: dict[int, tuple[int, int]] = {}
    lists: list[_List] = []
    depth = 0

    def end(at: int) -> None:
        first = _after_distinct(tokens, lists[-1].start)
        if at - first >= 2:
            last = at - 2 if tokens[at - 2].token_type == TokenType.ALIAS else at - 1
            found[tokens[at - 1].start] = (first, last)

    for at, token in enumerate(tokens):
        kind = token.token_type
        if kind == TokenType.SELECT:
            lists.append(_List(depth, at + 1))
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
            elif kind in _ENDS and tokens[at - 1].token_type != TokenType.DISTINCT:  # not of: is distinct from
                end(at)
                lists.pop()
    while lists:
        end(len(tokens))
        lists.pop()
    return found


def _after_distinct(tokens: Sequence[Token], at: int) -> int:
    """Where a list of columns begins behind ``distinct`` or ``distinct on (…)``."""
    if at >= len(tokens) or tokens[at].token_type != TokenType.DISTINCT:
        return at
    at += 1
    if at + 1 >= len(tokens) or tokens[at].token_type != TokenType.ON:
        return at
    depth = 0
    for place in range(at + 1, len(tokens)):
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
