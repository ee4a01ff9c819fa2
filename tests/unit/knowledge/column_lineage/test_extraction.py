"""Compiled SQL tells which columns each of a model's columns is made of, and how."""

import pytest

from knowledge.column_lineage.extraction import Extract, Unreadable, extract
from knowledge.column_lineage.naming import Tables
from knowledge.column_lineage.steps import HANDED_ON, OR

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


EVENTS = {"db.main.events": ["id", "params", "user"]}


@pytest.mark.parametrize(
    ("dialect", "sql", "expression"),
    [
        ("bigquery", "select * replace (amount/100 as amount) from `db.main.orders`", "amount/100"),
        ("bigquery", "select * except (id) replace (Upper(status) as status) from `db.main.orders`", "Upper(status)"),
        ("bigquery", "select as struct amount+1 as n from `db.main.orders`", "amount+1"),
        ("bigquery", "select o.status.text as n from `db.main.orders` as o", "o.status.text"),
        ("bigquery", "select status.text from `db.main.orders`", "status.text"),
        ("bigquery", "select t.key as n from `db.main.orders` o, unnest(o.status) as t", "t.key"),
        ("postgres", "select o as n from main.orders o", "o"),
        ("snowflake", "select top 5 amount+1 as n from main.orders", "amount+1"),
        ("snowflake", "select /*+ hint */ distinct amount+1 as n, from main.orders", "amount+1"),
        ("snowflake", "select replace(status, 'a', 'b') as n, id from main.orders", "replace(status, 'a', 'b')"),
        ("tsql", "select n = amount+1, id from main.orders", "amount+1"),
        ("postgres", "select id n from main.orders union all select cast(null as int)", "cast(null as int)"),
        ("postgres", "select id n, 'x' t from main.orders union all select 0.0, Lower(name) from main.people", "0.0"),
        ("postgres", "with recursive r(n) as (select 1 union all select r.n + 1 from r) select n from r", "r.n + 1"),
    ],
)
def test_an_expression_is_never_written_anew(dialect: str, sql: str, expression: str) -> None:
    said = [text for column in extract(sql, dialect, TABLES).columns for _, text in column.steps]
    assert expression in said
    assert all(text in sql or text == HANDED_ON for text in said)


def test_what_a_join_makes_of_two_columns_of_one_name_is_handed_on() -> None:
    [column] = extract("select id from main.orders join main.people using (id)", "duckdb", TABLES).columns
    assert (len(column.sources), column.steps) == (2, ())


def test_the_parts_of_a_union_stand_beside_each_other() -> None:
    sql = """
    with both as (select amount as x from main.orders union all select id + 1 from main.people
        union all select 0 from main.people)
    select x * 2 as y from both
    """
    [column] = extract(sql, "duckdb", TABLES).columns
    assert column.steps == (("y", "x * 2"), ("x", "id + 1"), (OR, "0"), (OR, HANDED_ON))


def test_a_subquery_is_quoted_once() -> None:
    sql = "select (select max(id * 2) from main.people) as n from main.orders"
    [column] = extract(sql, "duckdb", TABLES).columns
    assert column.steps == (("n", "(select max(id * 2) from main.people)"),)


@pytest.mark.parametrize(
    ("dialect", "sql", "sources"),
    [
        ("bigquery", "select (select v.n from unnest(params) where k = 'a') as n from `db.main.events`", {"params"}),
        ("bigquery", "select params.a.b.c as n from `db.main.events`", {"params"}),
        ("bigquery", "select t.a.b as n from `db.main.events`, unnest(params) as t", {"params"}),
        ("bigquery", "select key as n from `db.main.events`, unnest(params)", {"params"}),
        ("bigquery", "select to_json_string(e) as n from `db.main.events` e", {"id", "params", "user"}),
        ("snowflake", "select object_construct(*) as n from main.events", {"id", "params", "user"}),
        ("snowflake", "select hash(e.*) as n from main.events e", {"id", "params", "user"}),
        ("postgres", "select count(*) as n from main.events", set[str]()),
        ("postgres", "select s.n from main.events e, lateral (select max(d.id) n from main.events d) s", {"id"}),
        ("tsql", "select s.n from main.events e cross apply (select max(d.[user]) n from main.events d) s", {"user"}),
        ("postgres", "select exists(select 1 from main.events d where d.id = 1) as n from main.events", {"id"}),
        ("postgres", "select (select count(*) from main.events d where d.id = 1) as n from main.events", {"id"}),
        ("postgres", "select main.events.id as n from main.events join other.events on true", {"id"}),
        ("duckdb", "select n from (select id, user from events) pivot(max(id) for user in (1)) p(n)", {"id", "user"}),
        ("snowflake", "select n from main.events unpivot (n for k in (id, user))", {"id", "user"}),
    ],
)  # fmt: skip
def test_structs_arrays_rows_and_pivots_are_followed(dialect: str, sql: str, sources: set[str]) -> None:
    [column] = extract(sql, dialect, EVENTS).columns
    assert ({of for _, of in column.sources}, column.is_known) == (sources, True)


def test_an_unpivot_hands_on_columns_of_a_table_of_which_nothing_is_known() -> None:
    sql = "select id, v from main.wide unpivot (v for k in (a, b))"
    assert read(sql, {"main.wide": None}, "snowflake") == {"id": {"wide.id"}, "v": {"wide.a", "wide.b"}}


@pytest.mark.parametrize("sql", ["select max(id) from main.orders", "select columns('i.*') from main.orders"])
def test_a_column_without_a_name_is_not_given_one(sql: str) -> None:
    found = extract(sql, "duckdb", TABLES)
    assert (found.columns, found.is_complete) == ((), False)


def test_a_column_without_a_name_needs_what_it_is_made_of() -> None:
    assert needs(extract("select max(amount) from main.orders", "duckdb", TABLES)) == {"amount"}


@pytest.mark.parametrize(
    ("sql", "lost"),
    [
        ("select x from main.a join main.b on a.k = b.k", ("x",)),
        ("select a.k from main.a join main.b on a.k = b.k where y = 1", ("y",)),
        ("select s.t as u from main.a join main.b on a.k = b.k", ("s",)),
        ("select 1 as one from main.c where exists (select 1 from a join b on a.k = b.k where z = 1)", ("z",)),
        ("select * from main.a", ("*",)),
        ("select sum(a.n) as total from main.a join main.b on a.k = b.k order by total", ()),
        ("with s as (select * from main.a) select k from s", ()),
    ],
)  # fmt: skip
def test_columns_that_may_be_of_several_tables_are_named_as_lost(sql: str, lost: tuple[str, ...]) -> None:
    assert extract(sql, "duckdb", {}).lost == lost


def test_patterns_of_rows_are_not_understood() -> None:
    sql = (
        "select * from main.orders match_recognize (partition by id order by id measures first(amount) as f "
        "one row per match pattern (a b+) define b as b.amount > 1)"
    )
    with pytest.raises(Unreadable):
        extract(sql, "snowflake", TABLES)


def test_a_recursive_query_with_a_list_of_names_is_followed_through_itself() -> None:
    sql = """
    with recursive way (node, path) as (
        select id, name from main.people
        union all
        select o.id, way.path || o.status from main.orders o join way on way.node = o.customer_id
    )
    select path from way
    """
    [column] = extract(sql, "postgres", TABLES).columns
    assert ({of for _, of in column.sources}, column.is_known) == ({"name", "status"}, True)
    assert column.steps[0] == ("path", "way.path || o.status")


def test_a_subquery_that_cannot_be_resolved_spoils_only_itself() -> None:
    sql = """
    select amount, (select max(z) from main.a cross join main.b where y = o.id) as most from main.orders o
    """
    found = extract(sql, "snowflake", TABLES)
    assert [(column.name, column.is_known) for column in found.columns] == [("amount", True), ("most", False)]
    assert found.lost == ("y", "z")
