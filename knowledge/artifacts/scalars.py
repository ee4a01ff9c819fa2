"""JSON scalars as dbt writes them, made clean values: texts, words, lists of words, times, numbers, meta."""

import math
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_MAX_DEPTH = 32
_MAX_INTEGER = 2**63 - 1


def text(value: object) -> str:
    """A text of any length without control characters (Postgres stores no NUL), outer blanks or carriage returns."""
    if not isinstance(value, str):
        return "" if value is None or isinstance(value, dict | list) else str(value)
    if not value.isprintable():
        value = _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return value.strip()


def word(value: object) -> str | None:
    """A name or another short text on one line; None when nothing is left of it."""
    if value is None:
        return None
    if isinstance(value, str) and value.isprintable():
        return value.strip() or None
    cleaned = text(value)
    return (cleaned if cleaned.isprintable() else " ".join(cleaned.split())) or None


def words(*values: object) -> tuple[str, ...]:
    """The union of lists of words, each perhaps a single word or missing, sorted."""
    if not any(values):
        return ()
    found: set[str] = set()
    for value in filter(None, values):
        found.update(filter(None, map(word, value if isinstance(value, list) else [value])))
    return tuple(sorted(found))


def joined(value: object) -> str | None:
    """A word, or a list of them on one line, in their order."""
    return word(", ".join(filter(None, map(word, value)))) if isinstance(value, list) else word(value)


def meta(*values: object) -> dict[str, Any]:
    """The union of JSON objects, the later over the earlier, keys sorted, every text clean."""
    if not any(values):
        return {}
    union: dict[Any, Any] = {}
    for value in values:
        union.update(value if isinstance(value, dict) else {})
    return _json_object(union.items(), depth=0)


_NO = (None, False, 0, "", "false", "no", "off", "n", "0", "none", "null")


def asks_to_hide(*metas: object) -> bool:
    """Whether one of these metas says ``{"marty": {"hide": true}}``: the key may have a dot, all but a no is a yes."""
    for found in metas:
        if isinstance(found, dict) and found:
            own = found.get("marty")
            wish = own.get("hide") if isinstance(own, dict) else found.get("marty.hide", own == "hide")
            said = wish.strip().lower() if isinstance(wish, str) else wish
            if said not in _NO:
                return True
    return False


def moment(value: object) -> datetime | None:
    """An instant in UTC: with T or a blank, with Z, an offset or neither (then UTC), to the nanosecond.

    The year 1 is how some adapters say "never" and becomes None, as does what is no time at all.
    """
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value.strip().removesuffix("UTC").rstrip())
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if at.year > 1 else None


def day(value: object) -> date | None:
    """A date, written alone or as the beginning of a time."""
    try:
        return date.fromisoformat(text(value)[:10])
    except ValueError:
        return None


def duration_s(value: object) -> float | None:
    """Seconds; None for what no run can have taken."""
    number = _number(value)
    return number if number is not None and 0 <= number < 1e9 else None


def count(value: object) -> int | None:
    """A whole number that Postgres' bigint holds."""
    number = value if isinstance(value, int) and not isinstance(value, bool) else _number(value)
    return int(number) if number is not None and abs(number) <= _MAX_INTEGER else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _json_object(items: Iterable[tuple[Any, Any]], depth: int) -> dict[str, Any]:
    cleaned = {text(key): _json_value(value, depth + 1) for key, value in items}
    return {key: cleaned[key] for key in sorted(cleaned)}


def _json_value(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return text(value)
    if depth > _MAX_DEPTH:
        return None
    if isinstance(value, dict):
        return _json_object(value.items(), depth)
    if isinstance(value, list):
        return [_json_value(item, depth + 1) for item in value]
    return value
