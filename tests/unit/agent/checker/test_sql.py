"""SQL is read as a database would read it: what exists raises no alarm, what does not is found."""

import pytest

from agent.checker.parsing import own_names, parse, table_names
from agent.checker.sql import check_sql
from agent.checker.vocabulary import Problem
from knowledge.dialects import dialect_of
from tests.fakes.artifacts import source_table
from tests.unit.agent.shop import vocabulary_of

FINE = [
    "select order_id, amount from orders",
    "SELECT ORDER_ID FROM ORDERS",
    'select "order_id" from "orders"',
    "select o.order_id from orders as o",
    "select orders.order_id from orders",
    "select sales.orders.order_id from sales.orders",
    "select * from prod.sales.orders",
    "select o.*, c.country from orders o join customers c on o.customer_id = c.customer_id",
    "select order_id from orders join customers using (customer_id)",
    "select sum(amount) as total from orders group by status having total > 0 order by total",
    "select status as s, count(*) from orders group by s",
    "select amount * 2 as twice, twice + 1 as more from orders",
    "with big as (select * from orders where amount > 10) select order_id from big",
    "with a as (select order_id as x from orders), b as (select x as y from a) select y from b",
    "with t(a, b) as (select order_id, amount from orders) select a, b from t",
    "with recursive n as (select 1 as i union all select i + 1 from n where i < 5) select i from n",
    "select x.order_id from (select order_id from orders) as x",
    "select x.order_id from (select * from orders) x",
    "select order_id from orders union all select payment_id from payments order by order_id",
    "select order_id from orders where customer_id in (select customer_id from customers where country = 'NL')",
    "select order_id from orders o where exists (select 1 from customers c where c.customer_id = o.customer_id)",
    "select (select max(amount) from payments p where p.order_id = o.order_id) from orders o",
    "select row_number() over (partition by customer_id order by ordered_at) as n from orders qualify n = 1",
    "select date_trunc('month', ordered_at) as m, current_date from orders",
    "select count(*) filter (where status = 'x') from orders",
    "select case when status = 'a' then 1 else null end from orders",
    "select order_id from {{ ref('orders') }}",
    "select order_id from {{ ref('shop', 'orders') }} as o",
    "select payment_id from {{ ref('payments', v=1) }}",
    "select refund_id from {{ source('erp', 'refunds') }}",
    "{{ config(materialized='table') }} select order_id from {{ ref('orders') }} where status = '{{ var(\"d\") }}'",
    "select order_id from {{ ref('orders') }} {% if x %} where amount > 1 {% else %} where 1 {% endif %}",
    "select payment_id from payments_v1",
    "select refund_id from erp.refunds",
    "select anything, at_all from events",
    "select e.anything from events e join orders o on e.x = o.order_id",
    "select unnest([1, 2]) as n from orders",
    "select t.n from orders, unnest([1, 2]) as t(n)",
    "select table_name from information_schema.tables",
    "select 1",
    "select order_id from orders; -- done",
]


@pytest.mark.parametrize("sql", FINE)
def test_what_exists_raises_no_alarm(sql: str) -> None:
    assert check_sql(sql, vocabulary_of()) == []


WRONG = [
    ("select ghost from orders", "column", "ghost"),
    ("select o.ghost from orders o", "column", "o.ghost"),
    ("select orders.ghost from orders", "column", "orders.ghost"),
    ("select ghost as ghost from orders", "column", "ghost"),
    ("select order_id from orders order by ghost", "column", "ghost"),
    ("select order_id from orders where ghost = 1", "column", "ghost"),
    ("select order_id from orders group by order_id having max(ghost) > 1", "column", "ghost"),
    ("select sum(ghost) over (partition by order_id) from orders", "column", "ghost"),
    ("select order_id from orders o join customers c on o.customer_id = c.ghost", "column", "c.ghost"),
    ("with a as (select order_id from orders) select amount from a", "column", "amount"),
    ("with a as (select ghost from orders) select 1 from a", "column", "ghost"),
    ("select x.amount from (select order_id from orders) x", "column", "x.amount"),
    ("select order_id from orders union all select ghost from payments", "column", "ghost"),
    ("select order_id from orders intersect select order_id from payments order by ghost", "column", "ghost"),
    ("select order_id from orders where customer_id in (select ghost from customers)", "column", "ghost"),
    ("select order_id from ghosts", "table", "ghosts"),
    ("select order_id from orders join ghosts using (order_id)", "table", "ghosts"),
    ("select order_id from {{ ref('ghosts') }}", "table", "ghosts"),
    ("select refund_id from {{ source('erp', 'ghosts') }}", "table", "erp.ghosts"),
    ("select order_id from elsewhere.orders", "table", "elsewhere.orders"),
    ("select g.order_id from orders", "table", "g"),
    ("select payment_id, amount from {{ ref('payments', v=1) }}", "column", "amount"),
    ("select customers.country from orders", "table", "customers"),
    ("select value from revenue", "table", "revenue"),
    ("select ghost from erp.refunds", "undocumented", "ghost"),
    ("select amount from erp.refunds", "elsewhere", "amount"),
    ("selec order_id frm orders", "unreadable", "selec order_id frm orders"),
    ("", "unreadable", ""),
    ("drop table orders", "write", "drop table orders"),
    ("update orders set amount = 0", "write", "update orders set amount = 0"),
    ("select 1; select 2", "write", "select 1; select 2"),
    ("truncate table orders", "write", "truncate table orders"),
    ("grant select on orders to public", "write", "grant select on orders to public"),
]


@pytest.mark.parametrize(("sql", "kind", "name"), WRONG)
def test_what_does_not_exist_is_found(sql: str, kind: str, name: str) -> None:
    problems = check_sql(sql, vocabulary_of())
    assert (kind, name) in [(problem.kind, problem.name) for problem in problems]


def test_the_nearest_real_names_come_with_a_problem() -> None:
    [problem] = check_sql("select amoumt from orders", vocabulary_of())
    assert problem == Problem(kind="column", name="amoumt", within="orders", nearest=("amount",))
    [problem] = check_sql("select order_id from ordrs", vocabulary_of())
    assert problem.nearest == ("orders",)


def test_each_problem_is_told_once() -> None:
    assert len(check_sql("select ghost, ghost + 1 from orders where ghost > 0", vocabulary_of())) == 1


def test_names_that_several_schemas_have_are_taken_from_the_one_that_fits() -> None:
    one = source_table("a", "visits", columns=["visit_id", "page"], schema="a")
    two = source_table("b", "visits", columns=["visit_id", "country"], schema="b")
    vocabulary = vocabulary_of([one, two])
    assert check_sql("select visit_id, country from visits", vocabulary) == []
    assert check_sql("select page, country from visits", vocabulary)


def test_a_double_quoted_word_is_a_text_to_sqlite() -> None:
    statement = 'select order_id from orders where status = "placed"'
    assert check_sql(statement, vocabulary_of(dialect="sqlite")) == []
    assert check_sql(statement, vocabulary_of(dialect="postgres"))


def test_sql_too_deep_or_too_long_to_read_is_unreadable_not_an_error() -> None:
    for statement in ("select " + "(" * 3000 + "1" + ")" * 3000, "select 1" + " + 1" * 40_000):
        assert [problem.kind for problem in check_sql(statement, vocabulary_of())] == ["unreadable"]


@pytest.mark.parametrize(
    ("adapter", "dialect"),
    [
        ("snowflake", "snowflake"),
        ("bigquery", "bigquery"),
        ("databricks", "databricks"),
        ("sqlserver", "tsql"),
        ("fabric", "fabric"),
        ("postgres", "postgres"),
        ("trino", "trino"),
        ("home_grown", ""),
        (None, ""),
    ],
)
def test_adapters_have_dialects_and_unknown_ones_are_read_generically(adapter: str | None, dialect: str) -> None:
    assert dialect_of(adapter) == dialect


def test_tables_are_told_in_order_without_the_querys_own() -> None:
    parsed = parse("with x as (select 1 from b.c) select * from a join x on true join {{ ref('d') }} on true", "duckdb")
    assert parsed is not None
    assert set(table_names(parsed)) == {"a", "b.c", "d"}
    assert {"x"} <= own_names(parsed)
