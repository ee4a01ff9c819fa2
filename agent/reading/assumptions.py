"""What a query takes for granted, read from its SQL: the date it counts by, the grain, the filters (pure)."""

import re
from collections.abc import Iterator

from sqlglot import exp

from agent.checker.parsing import Parsed, parse
from agent.checker.vocabulary import Vocabulary
from agent.untrusted import code_line
from agent.values import Assumed

MOST_FILTERS = 6
LONGEST_FILTER = 160
_DATES = (
    exp.DateTrunc, exp.TimestampTrunc, exp.DatetimeTrunc, exp.Extract, exp.DateAdd, exp.DateSub, exp.DateDiff,
    exp.TsOrDsToDate, exp.Year, exp.Month, exp.Day, exp.Week, exp.Quarter, exp.TimeToStr, exp.CurrentDate,
    exp.CurrentTimestamp, exp.Interval,
)  # fmt: skip
"""What is done to dates alone: a column beside one of these in a comparison, or inside one, is a date."""
_DATE_TYPES = ("date", "time")
_DATE = re.compile(r"\d{4}-\d{2}(?:-\d{2})?")


def assumed_in(sql: str, vocabulary: Vocabulary) -> Assumed | None:
    """What the query assumes; None when it assumes nothing that can be read from it."""
    parsed = parse(sql, vocabulary.dialect)
    if parsed is None or not parsed.is_one_query:
        return None
    query = parsed.statements[0]
    found = Assumed(
        date_column=_date_column(query, vocabulary),
        grain=_grain(query, vocabulary.dialect),
        filters=tuple(_filters(query, parsed, vocabulary.dialect)),
    )
    return found if found != Assumed() else None


def _date_column(query: exp.Expr, vocabulary: Vocabulary) -> str:
    """The first column that is a date by its type or by what is done to it: what rows are grouped by comes first."""
    dates = {
        column.name.lower()
        for node in vocabulary.nodes.values()
        for column in node.columns
        if any(kind in (column.data_type or "").lower() for kind in _DATE_TYPES)
    }
    grouped = [column for group in query.find_all(exp.Group) for column in _grouped(group)]
    compared = [column for date in query.find_all(*_DATES, exp.Literal) for column in _compared_with(date)]
    treated = [column for date in query.find_all(*_DATES) for column in date.find_all(exp.Column)]
    filtered = [column for where in query.find_all(exp.Where) for column in where.find_all(exp.Column)]
    known = {id(column) for column in (*compared, *treated)}
    for column in (*grouped, *treated, *compared, *filtered):
        if column.name.lower() in dates or id(column) in known:
            return column.name
    return ""


def _compared_with(date: exp.Expr) -> Iterator[exp.Column]:
    """The columns that a date, or a text that is one, is compared with."""
    if isinstance(date, exp.Literal) and not (date.is_string and _DATE.match(date.name)):
        return
    if (comparison := date.find_ancestor(exp.Predicate)) is not None:
        yield from comparison.find_all(exp.Column)


def _grouped(group: exp.Group) -> Iterator[exp.Column]:
    for key in group.expressions:
        yield from _meant(key, group.parent).find_all(exp.Column)


def _meant(key: exp.Expr, select: exp.Expr | None) -> exp.Expr:
    """What a key of GROUP BY stands for: ``group by 1`` and a given name stand for an expression of the SELECT."""
    selects = select.selects if isinstance(select, exp.Select) else []
    if isinstance(key, exp.Literal) and key.is_int and 0 < int(key.name) <= len(selects):
        return selects[int(key.name) - 1]
    if isinstance(key, exp.Column) and not key.table:
        return next((each for each in selects if isinstance(each, exp.Alias) and each.alias == key.name), key)
    return key


def _grain(query: exp.Expr, dialect: str) -> str:
    """``one row per region and month``; empty where the query only passes rows on."""
    last = query if isinstance(query, exp.Select) else None
    group = last.args.get("group") if last else None
    if last is None or not isinstance(group, exp.Group):
        return "one row in all" if last is not None and _is_total(last) else ""
    names = [_said(_meant(key, last), dialect) for key in group.expressions]
    return f"one row per {' and '.join(filter(None, [', '.join(names[:-1]), names[-1]]))}" if names else ""


def _is_total(select: exp.Select) -> bool:
    return bool(select.selects) and all(
        each.find(exp.AggFunc) is not None and each.find(exp.Window) is None for each in select.selects
    )


def _said(expression: exp.Expr, dialect: str) -> str:
    return _short(expression.alias_or_name or expression.sql(dialect=dialect or None))


def _filters(query: exp.Expr, parsed: Parsed, dialect: str) -> Iterator[str]:
    """The conditions of all WHERE clauses, one by one, each once."""
    conditions = [part for where in query.find_all(exp.Where) for part in _conjuncts(where.this)]
    shown = list(dict.fromkeys(_short(each.sql(dialect=dialect or None)) for each in conditions))
    shown = [each for each in shown if not any(stand_in in each for stand_in in parsed.rendered.tables)]
    yield from shown[:MOST_FILTERS]
    if len(shown) > MOST_FILTERS:
        yield f"{len(shown) - MOST_FILTERS} more"


def _conjuncts(condition: exp.Expr) -> Iterator[exp.Expr]:
    if isinstance(condition, exp.And):
        yield from _conjuncts(condition.left)
        yield from _conjuncts(condition.right)
    else:
        yield condition


def _short(text: str) -> str:
    return code_line(text, limit=LONGEST_FILTER)
