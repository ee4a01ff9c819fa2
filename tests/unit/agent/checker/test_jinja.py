"""dbt's Jinja in SQL: what it calls is checked, what only dbt can work out is left alone."""

import pytest

from agent.checker.jinja import Reference, render
from agent.checker.sql import check_sql
from tests.unit.agent.shop import vocabulary_of

FINE = [
    "select orders.order_id from {{ ref('orders') }} join {{ ref('customers') }} using (customer_id)",
    "select payments_v1.payment_id from {{ ref('shop', 'payments', version=1) }}",
    "select refunds.reason from {{- source('erp', 'refunds') -}}",
    "with orders as (select * from {{ ref('orders') }}) select order_id from orders",
    "{{ config(materialized='table', post_hook=\"{{ grant_to('x') }}\") }} select order_id from {{ ref('orders') }}",
    "select {{ dbt_utils.star(from=ref('orders')) }} from {{ ref('orders') }}",
    "with a as (select {{ dbt_utils.star(ref('orders')) }} from {{ ref('orders') }}) select order_id from a",
    "with x as ({{ dbt_utils.deduplicate(ref('orders'), 'order_id', 'amount') }}) select order_id from x",
    """with p as (select {% for m in ms %} sum(amount) as {{ m }}_amount {{ ',' if not loop.last }} {% endfor %}
    from {{ ref('orders') }}) select card_amount from p""",
    "{% for t in ts %} select order_id from {{ ref('orders') }} {% if not loop.last %} union {% endif %} {% endfor %}",
    "{% set q %} select nothing from nowhere {% endset %} select order_id from {{ ref('orders') }}",
    "{% macro m() %} select nothing {% endmacro %} select order_id from {{ ref('orders') }} {# select ghost #}",
    "select * from {{ this }} where x > (select max(x) from {{ this }})",
    "select status, sum(amount) from {{ ref('orders') }} {{ dbt_utils.group_by(n=1) }}",
    "select order_id from {{ source(var('schema'), 'orders') }}, {{ target.schema }}.whatever",
    "select * from {{ semantic_layer.query(metrics=['revenue'], group_by=[Dimension('metric_time')]) }}",
    "select * from {{ metrics.calculate(metric('revenue'), grain='month') }}",
]  # fmt: skip


@pytest.mark.parametrize("sql", FINE)
def test_jinja_as_people_paste_it_raises_no_alarm(sql: str) -> None:
    assert check_sql(sql, vocabulary_of()) == []


@pytest.mark.parametrize(
    ("sql", "kind", "name"),
    [
        ("select orders.ghost from {{ ref('orders') }}", "column", "orders.ghost"),
        ("select order_id from {{ ref('refunds') }}", "table", "refunds"),
        ("select order_id from {{ source('sales', 'orders') }}", "table", "sales.orders"),
        ("select {{ dbt_utils.star(from=ref('ghosts')) }} from {{ ref('orders') }}", "table", "ghosts"),
        ("{% set x = ref('ghosts') %} select * from {{ x }}", "table", "ghosts"),
        ("select * from {{ metrics.calculate(metric('ghost'), grain='month') }}", "metric", "ghost"),
        ("select * from {{ semantic_layer.query(metrics=['revenue', 'ghost']) }}", "metric", "ghost"),
        ("{% if x %} select ghost from {{ ref('orders') }} {% else %} nonsense {% endif %}", "column", "ghost"),
    ],
)
def test_what_jinja_calls_has_to_be_there(sql: str, kind: str, name: str) -> None:
    assert [(problem.kind, problem.name) for problem in check_sql(sql, vocabulary_of())] == [(kind, name)]


@pytest.mark.parametrize(
    "jinja",
    [
        "{% do run_query('drop table orders') %}",
        "{% do run_query('DROP  VIEW IF EXISTS ' ~ ref('orders')) %}",
        "{% call statement('x') %} drop table orders {% endcall %}",
        "{% set q %} delete from orders {% endset %}{% do run_query(q) %}",
        "{% set q = 'truncate table orders' %}",
        "{{ config(post_hook='drop table orders') }}",
        "{{ config(pre_hook=['insert into log values (1)']) }}",
        "{% do adapter.drop_relation(ref('orders')) %}",
        "{% do drop_relation_if_exists(old) %}",
        "-- {{ run_query('update orders set amount = 0') }}\n",
        "{% if false %} {% do run_query('grant all on orders to x') %} {% endif %}",
    ],
)
def test_what_jinja_would_have_dbt_change_is_no_query(jinja: str) -> None:
    sql = f"{jinja} select order_id from {{{{ ref('orders') }}}}"
    assert [problem.kind for problem in check_sql(sql, vocabulary_of())] == ["write"]


@pytest.mark.parametrize(
    "jinja",
    [
        "{# drop table orders #}",
        "{% set found = run_query('select distinct status from orders') %}",
        "{% set columns = adapter.get_columns_in_relation(ref('orders')) %}",
        "{{ config(materialized='incremental', on_schema_change='append_new_columns') }}",
        "{% set text = 'create an account, drop us a line, update your settings' %}",
    ],
)
def test_what_jinja_reads_or_says_is(jinja: str) -> None:
    assert check_sql(f"{jinja} select order_id from {{{{ ref('orders') }}}}", vocabulary_of()) == []


def test_brackets_in_texts_end_nothing_and_loops_go_round_once() -> None:
    assert render("{{ f('}}') }} x").sql == "jinja_value x"
    assert render("{% if loop.first %}a{% else %}b{% endif %}").sql.strip() == "a"
    assert render("{% if not loop.first %}a{% else %}b{% endif %}").sql.split() == ["b"]
    assert render("{{ ref('a', v='2') }}").tables == {"jinja_table_0": Reference("ref", "a.v2")}


@pytest.mark.parametrize("sql", ["{{" * 15_000, "{{'" * 10_000, "{% if a %}" * 3_000, "{#" * 15_000, "{{ x }}" * 4_000])
def test_brackets_that_nobody_closes_are_read_through_once(sql: str) -> None:
    assert check_sql(f"select order_id from orders {sql}", vocabulary_of())
