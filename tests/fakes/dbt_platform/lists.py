"""Lists as the Admin API answers them: which rows, in which order, which page, and what it says about them."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

Row = dict[str, Any]
Query = Mapping[str, str]
Keep = Callable[[Row], bool]

MAX_LIMIT = 100
STATES = {"active": 1, "1": 1, "deleted": 2, "2": 2, "all": None}
_OPEN_ENDED = re.compile(r".+__(gte|lte)|.+_at__(gt|lt)")


class BadRequest(Exception):
    """A parameter that the API does not understand."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What one list can be asked."""

    filters: Mapping[str, type]
    """Parameter, with its lookup, to the type of its values. Others are ignored."""
    orders: frozenset[str]
    state: str = "active"
    """Rows in this state are listed when none is asked for."""


RUNS = Listing(
    filters={
        "project_id": int,
        "project_id__in": int,
        "environment_id": int,
        "job_definition_id": int,
        "deferring_run_id": int,
        "status": int,
        "status__in": int,
        "created_at__range": datetime,
        "finished_at__range": datetime,
        "id__gt": int,
        "pk": int,
        "pk__in": int,
        "has_docs_generated": bool,
        "has_sources_generated": bool,
        "dbt_version": str,
        "dbt_version__in": str,
    },
    orders=frozenset({"id", "created_at", "finished_at"}),
    state="all",
)
JOBS = Listing(
    filters={
        "project_id": int,
        "project_id__in": int,
        "environment_id": int,
        "is_system": bool,
        "name__icontains": str,
        "pk": int,
    },
    orders=frozenset({"id", "name", "created_at"}),
)
PROJECTS = Listing(
    filters={"name__icontains": str, "pk": int, "pk__in": int}, orders=frozenset({"id", "name", "created_at"})
)
ENVIRONMENTS = Listing(
    filters={"deployment_type": str, "type": str, "name__icontains": str, "dbt_version": str, "pk": int},
    orders=frozenset({"id", "name", "created_at"}),
)
ACCOUNTS = Listing(filters={}, orders=frozenset({"id"}))


def select_page(
    rows: Sequence[Row], query: Query, listing: Listing, *, account_id: int | None, reverse_ties: bool
) -> tuple[list[Row], Row]:
    """The rows of the page that ``query`` asks for, and the envelope's ``extra``."""
    limit = min(max(_number(query, "limit", MAX_LIMIT), 1), MAX_LIMIT)
    offset = max(_number(query, "offset", 0), 0)
    kept, echoed = filter_rows(rows, query, listing)
    state = query.get("state", listing.state)
    if state not in STATES:
        raise BadRequest(f"Invalid state: {state!r}")
    wanted = STATES[state]
    kept = [row for row in kept if wanted is None or row.get("state", 1) == wanted]
    ordered = _sort(kept[::-1] if reverse_ties else kept, query.get("order_by"), listing, by_id=not reverse_ties)
    page = ordered[offset : offset + limit]
    account = {} if account_id is None else {"account_id": account_id}
    extra = {
        "filters": {"limit": limit, "offset": offset, "state": state, **account, **echoed},
        "order_by": query.get("order_by", "id"),
        "pagination": {"count": len(page), "total_count": len(ordered)},
    }
    return page, extra


def filter_rows(rows: Iterable[Row], query: Query, listing: Listing) -> tuple[list[Row], Row]:
    """The rows that pass all filters of ``query``, and these filters as they were understood."""
    echoed: Row = {}
    keeps: list[Keep] = []
    for name, text in query.items():
        if name in listing.filters:
            echoed[name], keep = _parse_filter(name, text, listing.filters[name])
            keeps.append(keep)
        elif _OPEN_ENDED.fullmatch(name):
            raise BadRequest(f"Unsupported lookup: {name}")
    return [row for row in rows if all(keep(row) for keep in keeps)], echoed


def parse_related(query: Query) -> frozenset[str]:
    """Names in ``include_related``, written a,b or ['a','b'] or ["a","b"]."""
    return frozenset(re.findall(r"\w+", query.get("include_related", "")))


def parse_whole(text: str, name: str) -> int:
    """A whole number in a parameter."""
    if not re.fullmatch(r"-?\d+", text):
        raise BadRequest(f"Invalid value for {name}: {text!r}")
    return int(text)


def _number(query: Query, name: str, usual: int) -> int:
    return parse_whole(query[name], name) if name in query else usual


def _parse_filter(name: str, text: str, kind: type) -> tuple[Any, Keep]:
    field, _, lookup = name.partition("__")
    field = "id" if field == "pk" else field
    if not text:
        return text, lambda row: False
    if lookup == "icontains":
        return text, lambda row: text.lower() in row[field].lower()
    if lookup == "in":
        values = [_parse_value(name, str(value), kind) for value in _parse_array(name, text)]
        return values, lambda row: row[field] in values
    if lookup == "range":
        return _parse_range(name, field, text)
    value = _parse_value(name, text, kind)
    if lookup == "gt":
        return value, lambda row: row[field] > value
    return value, lambda row: row[field] == value


def _parse_range(name: str, field: str, text: str) -> tuple[Any, Keep]:
    ends = _parse_array(name, text)
    if len(ends) != 2:
        raise BadRequest(f"{name} takes two dates")
    first, last = (_parse_value(name, str(end), datetime) for end in ends)
    return ends, lambda row: row[field] is not None and first <= datetime.fromisoformat(row[field]) <= last


def _parse_array(name: str, text: str) -> list[Any]:
    try:
        values = json.loads(text)
    except ValueError:
        values = None
    if not isinstance(values, list) or any(not isinstance(value, str | int) for value in values):
        raise BadRequest(f"{name} takes a JSON array, got {text!r}")
    return values


def _parse_value(name: str, text: str, kind: type) -> Any:
    if kind is int:
        return parse_whole(text, name)
    if kind is bool:
        if text.lower() not in {"true", "false", "1", "0"}:
            raise BadRequest(f"Invalid value for {name}: {text!r}")
        return text.lower() in {"true", "1"}
    if kind is datetime:
        try:
            at = datetime.fromisoformat(text)
        except ValueError as error:
            raise BadRequest(f"Invalid date in {name}: {text!r}") from error
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    return text


def _sort(rows: list[Row], order_by: str | None, listing: Listing, *, by_id: bool) -> list[Row]:
    """Nothing comes last upwards and first downwards, as in Postgres."""
    if by_id:
        rows = sorted(rows, key=lambda row: row["id"])
    if order_by is None:
        return rows
    field = order_by.removeprefix("-")
    if field not in listing.orders:
        raise BadRequest(f"Cannot order by {order_by!r}")
    return sorted(rows, key=lambda row: (row[field] is None, row[field] or 0), reverse=order_by.startswith("-"))
