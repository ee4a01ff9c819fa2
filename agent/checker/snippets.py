"""Code style in prose: its snippets, the queries among them, and what names one of them has."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from agent.checker.jinja import VALUE, is_jinja, render
from agent.checker.parsing import plain_name

CODE_STYLE = re.compile(
    r"(?<!`)(?:(`{1,2})(?!`)(?P<code>.{1,600}?)(?<!`)\1|```(?P<line>[^`\n]{1,600})```)(?!`)", re.DOTALL
)
"""One snippet in prose, its backticks among it."""
_IDENTIFIER = re.compile(r"[^\W\d][\w$]*(?:\.[^\W\d][\w$]*)*\Z|\$[\w$]+\Z")
_ELEMENT = re.compile(r"\[[\d'\"*]")
"""An element of an array, which is no quoted name."""
_CLAUSE = re.compile(
    r"\s*(?:where|group\s+by|order\s+by|partition\s+by|having|qualify|from|on|using|and|or|when"
    r"|(?:(?:left|right|full|inner|outer|cross|natural)\s+)*join)\b",
    re.IGNORECASE,
)
"""How a piece of a query begins that is no expression."""
_SELECTED_FROM = "select 1 from jinja_value"
_BEFORE_CLAUSE = {
    "from": "select 1",
    "on": f"{_SELECTED_FROM} join jinja_value",
    "using": f"{_SELECTED_FROM} join jinja_value",
}
"""What makes a query of a clause, by the clause's first word."""
_COMMAND = re.compile(r"\s*dbtf?\s+\w")
_SELECTED = re.compile(r"\s(?:-s|-m|--select|--models?|--exclude)(?:\s+|=)((?:[\w.+@*:/,]+(?:\s+(?!-)|$))+)")
_GRAPH = re.compile(r"@?(?:\d*\+)?(?P<name>[^\W\d]\w*)(?:\+\d*)?\Z")
"""A node with the operators by which dbt selects what is around it."""
_CALL = re.compile(r"\b(?:ref|source)\(\s*['\"][^()]*\)")
_QUERY = re.compile(r"\s*(?:select|with)\b.+\bfrom\b|\s*select\b", re.IGNORECASE | re.DOTALL)
_LONGEST_EXPRESSION = 2_000
_TIME_ZONE = re.compile(r"[A-Z][A-Za-z]+(?:/[A-Z]\w+){1,2}\Z")
_COMPUTED = re.compile(r"[(=<>,+*/]|::|\s-\s|\|\||\b(?:is|in|and|or|not|as|between|like|case)\b")
"""What makes a snippet an expression rather than words."""


def find_queries(text: str) -> list[str]:
    """SQL statements in code style within a line of prose."""
    return [code for code in map(code_of, CODE_STYLE.finditer(text)) if is_query(code)]


def code_of(snippet: re.Match[str]) -> str:
    """What a match of ``CODE_STYLE`` holds."""
    return snippet["code"] or snippet["line"]


def is_query(code: str) -> bool:
    """Whether it is a whole SELECT."""
    return bool(_QUERY.match(code))


def sole_name(code: str) -> str | None:
    """The name that a snippet is, without quotes; None when it is more than a name."""
    name = plain_name(code)
    return name if _IDENTIFIER.match(name) and not _ELEMENT.search(code) else None


@dataclass(frozen=True, slots=True)
class Part:
    """A name within a snippet."""

    name: str
    is_called: bool = False
    """It is a table: called by Jinja, selected from, selected by one of dbt's commands."""
    is_reckoned: bool = False
    """It is what an aggregate takes: a column."""


def names_in_expression(code: str) -> Iterator[Part]:
    """The columns and tables in a piece of SQL or Jinja; nothing when it is neither."""
    if is_query(code) or len(code) > _LONGEST_EXPRESSION or _TIME_ZONE.match(code):
        return
    if _COMMAND.match(code) or _GRAPH.match(code):
        yield from (Part(name, is_called=True) for name in _selected(code))
        return
    rendered = render(_CALL.sub(lambda found: f"{{{{ {found[0]} }}}}", code) if "{{" not in code else code)
    yield from (Part(each.name, is_called=True) for each in (*rendered.tables.values(), *rendered.others))
    is_clause = bool(_CLAUSE.match(rendered.sql))
    if not (is_clause or _COMPUTED.search(rendered.sql)) or "--" in rendered.sql:
        return
    try:
        expression = _parse_piece(rendered.sql, is_clause=is_clause)
    except (SqlglotError, RecursionError):
        return
    for table in expression.find_all(exp.Table) if is_clause else ():
        name = plain_name(".".join(part.name for part in table.parts))
        if not is_jinja(name) and table.name not in rendered.tables and _IDENTIFIER.match(name):
            yield Part(name, is_called=True)
    for column in expression.find_all(exp.Column):
        name = ".".join(part.name for part in column.parts)
        if column.this.args.get("quoted") and not column.table:
            continue  # many write a text in the quotes of a name
        if not is_jinja(name) and column.name not in rendered.tables and _IDENTIFIER.match(name):
            yield Part(name, is_reckoned=column.find_ancestor(exp.AggFunc) is not None)


def _parse_piece(code: str, *, is_clause: bool) -> exp.Expr:
    """A piece of a query as one that can be parsed."""
    if not is_clause:
        return sqlglot.parse_one(f"select {code}")
    word = code.split(None, 1)[0].lower()
    if word == "partition":
        return sqlglot.parse_one(f"select sum({VALUE}) over ({code})")
    if word in {"and", "or", "when"}:
        return sqlglot.parse_one(" ".join(["select", *code.split(None, 1)[1:]]))
    return sqlglot.parse_one(f"{_BEFORE_CLAUSE.get(word, _SELECTED_FROM)} {code}")


def _selected(code: str) -> Iterator[str]:
    """The nodes that one of dbt's commands, or a selector alone, calls by name."""
    if _COMMAND.match(code):
        asked = [token for found in _SELECTED.finditer(code) for token in re.split(r"[\s,]+", found[1])]
    else:
        asked = [code] if code.endswith("+") else []
    for token in asked:
        if (found := _GRAPH.match(token)) is not None:
            yield found["name"]
