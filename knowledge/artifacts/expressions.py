"""How metrics are computed, in words and SQL, read from the shapes that dbt has used since version 10."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from knowledge.artifacts.scalars import word

_CALL = re.compile(
    r"(?P<kind>Dimension|TimeDimension|Entity|Metric)\(\s*['\"](?P<name>[^'\"]+)['\"]"
    r"(?:\s*,\s*(?:\w+\s*=\s*)?['\"](?P<grain>\w+)['\"])?[^()]*\)"
    r"(?:\.grain\(\s*['\"](?P<truncated>\w+)['\"]\s*\))?"
)
_TEMPLATE = re.compile(r"\{\{([^{}]*)\}\}")
_MAX_DEPTH = 4
_OPENINGS = {"average": "avg(", "count_distinct": "count(distinct ", "sum_boolean": "count_if("}

FindMeasure = Callable[[str], str | None]
"""A measure's name → how it is computed, None for a measure that nobody defines."""


def aggregation(agg: object, expression: object, params: object = None, non_additive: object = None) -> str:
    """``sum(amount)``, ``percentile(amount, 0.95)``; for balances, at which end of which dimension they are taken."""
    name, operand = word(agg) or "", word(expression) or "*"
    percentile = params.get("percentile") if isinstance(params, dict) else None
    if name == "percentile" and isinstance(percentile, int | float):
        operand += f", {percentile:.6g}"  # dbt 2 writes 0.95 with the digits of a short float
    computed = _OPENINGS.get(name, f"{name}(") + operand + ")"
    if isinstance(non_additive, dict) and (dimension := word(non_additive.get("name"))):
        end = "earliest" if non_additive.get("window_choice") == "min" else "latest"
        computed += f" at the {end} {dimension}"
    return computed


def plain(template: str) -> str:
    """``{{ Dimension('order__is_large') }}`` as ``order__is_large``; a time's grain in brackets."""
    return _CALL.sub(_called, _TEMPLATE.sub(lambda match: match[1].strip(), template))


def filters(value: object) -> str | None:
    """A filter as dbt wrote it over the years: a text, a list, ``where_sql_template`` or ``where_filters``."""
    parts = list(_conditions(value))
    bracketed = [f"({part})" if len(parts) > 1 and " or " in part.lower() else part for part in parts]
    return " and ".join(bracketed) or None


def metric_expression(name: str, kind: str | None, params: object, where: object, find: FindMeasure) -> str | None:
    """How the metric ``name`` is computed; None where the artifact does not tell.

    Args:    kind: simple, ratio, derived, cumulative or conversion; params: its ``type_params``.
    """
    params = _object(params)
    inner: object = None
    if kind == "simple":
        computed, inner = _simple(name, params, find)
    elif kind == "ratio":
        computed = _ratio(params)
    elif kind == "cumulative":
        computed = _cumulative(params, find)
    elif kind == "conversion":
        computed = _conversion(_object(params.get("conversion_type_params")))
    else:
        computed = _derived(params)
    condition = filters([inner, where])
    if not computed or not condition:
        return computed
    return f"{computed if kind == 'simple' else f'({computed})'} where {condition}"


def _simple(name: str, params: dict[str, Any], find: FindMeasure) -> tuple[str | None, object]:
    """The aggregation and the filter of what it is over: a measure, or since the new YAML an expression of its own."""
    if aggregated := _object(params.get("metric_aggregation_params")):
        operand = aggregated.get("expr") or params.get("expr") or name
        non_additive = aggregated.get("non_additive_dimension")
        return aggregation(aggregated.get("agg"), operand, aggregated.get("agg_params"), non_additive), None
    measure = _name(params.get("measure"))
    return (find(measure) or measure) if measure else None, _object(params.get("measure")).get("filter")


def _ratio(params: dict[str, Any]) -> str | None:
    numerator, denominator = _filtered(params.get("numerator")), _filtered(params.get("denominator"))
    return f"{numerator} / {denominator}" if numerator and denominator else None


def _derived(params: dict[str, Any]) -> str | None:
    """The formula, and what each of its names stands for where that is not simply the metric of that name."""
    expression = word(params.get("expr"))
    inputs = params.get("metrics")
    notes = [note for item in inputs if (note := _renamed(item))] if isinstance(inputs, list) else []
    return f"{expression}, with {', '.join(notes)}" if expression and notes else expression


def _renamed(value: object) -> str | None:
    item = _object(value)
    stands_for = _filtered(value)
    if window := _span(item.get("offset_window")):
        stands_for = f"{stands_for} {window} earlier"
    elif grain := word(item.get("offset_to_grain")):
        stands_for = f"{stands_for} at the start of the {grain}"
    called = word(item.get("alias")) or _name(value)
    return f"{called} = {stands_for}" if called != stands_for else None


def _cumulative(params: dict[str, Any], find: FindMeasure) -> str | None:
    special = _object(params.get("cumulative_type_params"))
    measure = _name(params.get("measure"))
    base = _filtered(special.get("metric")) or ((find(measure) or measure) if measure else None)
    if not base:
        return None
    if condition := filters(_object(params.get("measure")).get("filter")):
        base = f"({base} where {condition})"
    if window := _span(special.get("window") or params.get("window")):
        return f"{base} accumulated over {window}"
    if grain := word(special.get("grain_to_date") or params.get("grain_to_date")):
        return f"{base} accumulated since the start of the {grain}"
    return f"{base} accumulated over all time"


def _conversion(params: dict[str, Any]) -> str | None:
    base = _filtered(params.get("base_measure") or params.get("base_metric"))
    conversion = _filtered(params.get("conversion_measure") or params.get("conversion_metric"))
    if not base or not conversion:
        return None
    counted = params.get("calculation") == "conversions"
    computed = f"{conversion} that follow {base}" if counted else f"{conversion} / {base}"
    if entity := word(params.get("entity")):
        computed += f" by the same {entity}"
    window = _span(params.get("window"))
    return f"{computed} within {window}" if window else computed


def _filtered(value: object) -> str | None:
    """An input's name, with its own filter in brackets."""
    name, condition = _name(value), filters(_object(value).get("filter"))
    return f"({name} where {condition})" if name and condition else name


def _span(value: object) -> str | None:
    """A window, written ``{"count": 7, "granularity": "day"}`` or ``7 days``."""
    if not isinstance(value, dict):
        return word(value)
    number, unit = word(value.get("count")), word(value.get("granularity"))
    return f"{number} {unit}{'' if number == '1' or unit.endswith('s') else 's'}" if number and unit else None


def _conditions(value: object, depth: int = 0) -> Iterator[str]:
    if isinstance(value, dict):
        value = value.get("where_filters") or value.get("where_sql_template")
    if isinstance(value, list) and depth < _MAX_DEPTH:
        for item in value:
            yield from _conditions(item, depth + 1)
    elif isinstance(value, str) and (written := word(value)):
        yield plain(written)


def _called(match: re.Match[str]) -> str:
    grain = (match["grain"] if match["kind"] == "TimeDimension" else None) or match["truncated"]
    return f"{match['name']} ({grain})" if grain else match["name"]


def _name(value: object) -> str | None:
    return word(value.get("name")) if isinstance(value, dict) else word(value)


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
