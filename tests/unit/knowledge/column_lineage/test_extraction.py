"""Compiled SQL tells which columns each of a model's columns is made of, and how."""

import pytest

from knowledge.column_lineage.extraction import Extract, Tables, Unreadable, extract

ORDERS = "db.main.orders"
TABLES: Tables = {ORDERS: ["id", "customer_id", "amount", "status"], "db.main.people": ["id", "name"]}


def read(sql: str, tables: Tables = TABLES, dialect: str = "duckdb") -> dict[str, set[str]]:
    """Column → what it is made of, a table by the last part of its name."""
    found = extract(sql, dialect, tables)
    return {
        column.name: {f"{table.rpartition('.')[2]}.{of}" for table, of in column.sources} for column in found.columns
    }


def needs(extract: Extract) -> set[str]:
    return {column for _, column in extract.uses}


def test_a_column_that_is_handed_on_has_its_source_and_no_expression() -> None:
    [column] = extract("select amount as paid from main.orders", "duckdb", TABLES).columns
    assert (column.name, column.sources, column.steps) == ("paid", ((ORDERS, "amount"),), ())


def test_expressions_are_quoted_as_they_are_written_without_comments_the_outermost_first() -> None:
    sql = """
    with spent as (select customer_id, Sum( amount ) -- all of it
        as Total from main.orders group by 1)
    select coalesce(total,
        0) as lifetime_value from spent
    """
    [column] = extract(sql, "duckdb", TABLES).columns
    assert column.steps == (("lifetime_value", "coalesce(total, 0)"), ("total", "Sum( amount )"))
    assert column.sources == ((ORDERS, "amount"),)


@pytest.mark.parametrize(
    ("sql", "columns"),
    [
        ("select * from main.orders", {each: {f"orders.{each}"} for each in ("id", "amount", "status")}),
        ("select o.* from main.orders o join main.people c on true", {"status": {"orders.status"}}),
        ("select id i from main.orders union all select name from main.people", {"i": {"orders.id", "people.name"}}),
        ("select (select max(name) from main.people c where c.id = o.id) n from main.orders o", {"n": {"people.name"}}),
        ("select c.name, o.amount from main.orders o, main.people c", {"name": {"people.name"}}),
        ("select name, amount from main.orders join main.people using (id)", {"amount": {"orders.amount"}}),
        ('select "AMOUNT" as "A B" from "DB"."Main"."Orders"', {"a b": {"orders.amount"}}),
        ("select lag(id) over (partition by status) as l from main.orders", {"l": {"orders.id", "orders.status"}}),
        ("select amount + 1 as a, a * 2 as b from main.orders", {"b": {"orders.amount"}}),
        ("select count(*) as n from main.orders", {"n": set()}),
        ("with recursive r as (select id from main.orders union select id from r) from r", {"id": {"orders.id"}}),
        ("with orders as (select * from main.orders) select amount from orders", {"amount": {"orders.amount"}}),
        ("select orders.amount from main.orders", {"amount": {"orders.amount"}}),
        ("select x.amount from (select * from main.orders) as x", {"amount": {"orders.amount"}}),
        ("select distinct on (id) id, amount a from main.orders", {"a": {"orders.amount"}}),
    ],
)  # fmt: skip
def test_every_form_of_query_is_followed(sql: str, columns: dict[str, set[str]]) -> None:
    assert read(sql).items() >= columns.items()


def test_ephemeral_models_are_the_tables_they_stand_for() -> None:
    sql = "with __dbt__cte__paid as (select x as amount from y) select sum(amount) as s from __dbt__cte__paid"
    assert read(sql, {"__dbt__cte__paid": ["amount"]}) == {"s": {"__dbt__cte__paid.amount"}}


def test_columns_that_decide_about_rows_are_needed_though_nothing_is_made_of_them() -> None:
    sql = "select c.name from main.orders o join main.people c on c.id = o.customer_id where status = 'paid'"
    assert needs(extract(sql, "duckdb", TABLES)) == {"id", "customer_id", "status"}


def test_a_filter_behind_a_cte_and_a_column_read_in_vain_are_needed_too() -> None:
    sql = """with a as (select id, status as s, amount from main.orders) select id from a where s = 'paid'"""
    assert needs(extract(sql, "duckdb", TABLES)) == {"status", "amount"}


def test_what_only_a_star_brings_in_is_not_needed() -> None:
    assert needs(extract("with a as (select * from main.orders) select id from a", "duckdb", TABLES)) == set()


def test_a_table_of_unknown_columns_has_what_is_asked_of_it() -> None:
    sql = "select id, upper(name) as n from main.people where kind in (select k from main.kinds)"
    assert read(sql, {"db.main.people": None}) == {"id": {"people.id"}, "n": {"people.name"}}


def test_a_star_over_unknown_columns_makes_the_list_incomplete_unless_the_warehouse_tells_it() -> None:
    unknown: Tables = {"db.main.people": None}
    sql = "select *, 1 as one from main.people"
    assert not extract(sql, "duckdb", unknown).is_complete
    found = extract(sql, "duckdb", unknown, own_columns=["ID", "one"])
    assert found.is_complete
    assert {column.name: column.sources for column in found.columns} == {"one": (), "id": (("db.main.people", "id"),)}


def test_a_column_that_may_be_of_two_unknown_tables_is_not_guessed() -> None:
    [column] = extract("select x from main.a join main.b on a.k = b.k", "duckdb", {}).columns
    assert (column.sources, column.is_known) == ((), False)


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("snowflake", "select f.value:id::int as n from main.orders, lateral flatten(input => orders.amount) f"),
        ("bigquery", "select n from `db`.`main`.`orders`, unnest(amount) as n"),
        ("bigquery", "select * except (id, customer_id, status) from `db.main.orders`"),
        ("spark", "select explode(amount) as n from main.orders"),
        ("tsql", "select top 5 [amount] as n from [db].[main].[orders]"),
        ("clickhouse", "select amount as n from main.orders final"),
        ("", "select amount as n from main.orders"),
    ],
)
def test_dialects_are_read_in_their_own_way(dialect: str, sql: str) -> None:
    [sources] = read(sql, dialect=dialect).values()
    assert sources == {"orders.amount"}


@pytest.mark.parametrize(
    "sql", ["", "this is no sql at all (", "create table t (a int)", "select (((", "def model(dbt):"]
)
def test_what_is_no_query_is_unreadable_and_not_quoted(sql: str) -> None:
    with pytest.raises(Unreadable) as caught:
        extract(sql, "duckdb", TABLES)
    assert not sql or sql not in str(caught.value)


def test_long_expressions_are_cut() -> None:
    [column] = extract(f"select {' + '.join(['amount'] * 300)} as n from main.orders", "duckdb", TABLES).columns
    assert len(column.steps[0][1]) == 400
    assert column.steps[0][1].endswith("…")
