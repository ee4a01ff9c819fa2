"""Metrics' formulas, readable, from every shape dbt has given them."""

from typing import Any

import pytest
from artifact_factories import entry, only_node

from knowledge.artifacts.expressions import aggregation, filters, metric_expression, plain

PAID = {"where_filters": [{"where_sql_template": "{{ Dimension('voyage__is_paid') }} = true"}]}
MEASURES = {"dues_total": "sum(amount)"}


def expression(kind: str, params: Any, where: Any = None) -> str | None:
    return metric_expression("dues", kind, params, where, MEASURES.get)


@pytest.mark.parametrize(
    ("kind", "params", "expected"),
    [
        ("simple", {"measure": {"name": "dues_total"}}, "sum(amount)"),
        ("simple", {"measure": "dues_total"}, "sum(amount)"),
        ("simple", {"measure": {"name": "unheard_of"}}, "unheard_of"),
        ("simple", {"measure": {"name": "dues_total", "filter": PAID}}, "sum(amount) where voyage__is_paid = true"),
        ("simple", {"metric_aggregation_params": {"agg": "sum"}, "expr": "net + tax"}, "sum(net + tax)"),
        ("simple", {"metric_aggregation_params": {"agg": "average", "expr": "net"}, "expr": None}, "avg(net)"),
        ("simple", {"metric_aggregation_params": {"agg": "max", "expr": None}, "expr": None}, "max(dues)"),
        ("ratio", {"numerator": {"name": "a"}, "denominator": "b"}, "a / b"),
        ("ratio", {"numerator": {"name": "a", "filter": PAID}, "denominator": {"name": "b"}},
         "(a where voyage__is_paid = true) / b"),
        ("derived", {"expr": "a - b", "metrics": [{"name": "a"}, {"name": "b"}]}, "a - b"),
        ("derived", {"expr": "a - b", "metrics": ["a", {"name": "costs", "alias": "b"}]}, "a - b, with b = costs"),
        ("derived", {"expr": "a - b", "metrics": [{"name": "a", "alias": "b", "offset_to_grain": "month"}]},
         "a - b, with b = a at the start of the month"),
        ("derived", {"expr": "a - b", "metrics": [{"name": "a", "alias": "b", "offset_window": "14 days"}]},
         "a - b, with b = a 14 days earlier"),
        ("cumulative", {"measure": {"name": "dues_total"}}, "sum(amount) accumulated over all time"),
        ("cumulative", {"measure": "dues_total", "window": {"count": 1, "granularity": "day"}},
         "sum(amount) accumulated over 1 day"),
        ("cumulative", {"cumulative_type_params": {"metric": {"name": "dues"}, "grain_to_date": "month"}},
         "dues accumulated since the start of the month"),
        ("cumulative", {"measure": {"name": "dues_total", "filter": PAID}},
         "(sum(amount) where voyage__is_paid = true) accumulated over all time"),
        ("conversion", {"conversion_type_params": {"base_measure": "visits", "conversion_metric": {"name": "dues"},
         "calculation": "conversions", "entity": "ship"}}, "dues that follow visits by the same ship"),
        ("of the future", {"expr": "a * 2"}, "a * 2"),
    ],
)  # fmt: skip
def test_each_kind_of_metric_is_told_as_a_formula(kind: str, params: Any, expected: str) -> None:
    assert expression(kind, params) == expected


@pytest.mark.parametrize("kind", ["simple", "ratio", "derived", "cumulative", "conversion", "of the future"])
@pytest.mark.parametrize("params", [{}, None, "odd", {"measure": 5, "numerator": [], "expr": {}, "metrics": {"a": 1}}])
def test_params_that_tell_nothing_give_no_formula_and_no_error(kind: str, params: Any) -> None:
    assert expression(kind, params) in (None, "5", "5 accumulated over all time")


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("{{ Dimension('v__flag') }} = 'NL'", "v__flag = 'NL'"),
        (["a", "b or c"], "a and (b or c)"),
        (["b or c", None], "b or c"),
        ({"where_sql_template": "a = 1\n"}, "a = 1"),
        ({"where_filters": [{"where_sql_template": "a"}, {"where_sql_template": "b"}]}, "a and b"),
        ({"where_filters": []}, None), (None, None), ("", None), (5, None), ([[[[[["deep"]]]]]], None),
    ],
)  # fmt: skip
def test_filters_have_had_several_shapes(where: Any, expected: str | None) -> None:
    assert filters(where) == expected


def test_a_metrics_filter_joins_its_inputs_filter_and_brackets_a_formula() -> None:
    simple = {"measure": {"name": "dues_total", "filter": "{{ Entity('ship') }} is not null"}}
    assert expression("simple", simple, PAID) == "sum(amount) where ship is not null and voyage__is_paid = true"
    ratio = {"numerator": "a", "denominator": "b"}
    assert expression("ratio", ratio, PAID) == "(a / b) where voyage__is_paid = true"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ TimeDimension('metric_time', 'day') }} > 1", "metric_time (day) > 1"),
        ('{{TimeDimension("metric_time",time_granularity_name="week")}}', "metric_time (week)"),
        ("Dimension('v__at').grain('month')", "v__at (month)"),
        ("{{ Metric('dues', group_by=['ship']) }} > 100", "dues > 100"),
        ("{{ Dimension('ship__is_big', entity_path=['voyage']) }}", "ship__is_big"),
        ("{{ not_ours('x') }}", "not_ours('x')"),
        ("plain = 'sql'", "plain = 'sql'"),
    ],
)
def test_templates_are_told_plainly(template: str, expected: str) -> None:
    assert plain(template) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("sum_boolean", "is_paid"), "count_if(is_paid)"),
        (("count", None), "count(*)"),
        (("percentile", "net", {"percentile": 0.949999988}), "percentile(net, 0.95)"),
        (("sum", "balance", None, {"name": "day", "window_choice": "min"}), "sum(balance) at the earliest day"),
        (("a{b}", "{c}"), "a{b}({c})"),
    ],
)
def test_an_aggregation_reads_like_sql(arguments: tuple[Any, ...], expected: str) -> None:
    assert aggregation(*arguments) == expected


def test_metrics_before_version_10_have_no_formula() -> None:
    old = entry("metric.harbour.calls", type="count", sql="id", filters=[], description="Calls per day.")
    node = only_node(metrics={"metric.harbour.calls": old})
    assert (node.description, node.subtype, node.expression) == ("Calls per day.", None, None)
