"""A SELECT that acts by a function is not one that only reads."""

import pytest

from agent.checker.parsing import parse


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("postgres", "select pg_terminate_backend(42)"),
        ("postgres", "select pg_catalog.pg_read_file('/etc/passwd')"),
        ("postgres", "select * from dblink('host=evil', 'drop table t') as d(a int)"),
        ("postgres", "select a, (select setval('s', 1)) from t"),
        ("postgres", "with x as (select lo_unlink(1)) select * from x"),
        ("tsql", "select * from openrowset('SQLNCLI', 'x', 'select 1')"),
        ("snowflake", "select system$cancel_all_queries(1)"),
        ("mysql", "select load_file('/etc/passwd')"),
        ("duckdb", "select * from read_text('/etc/passwd')"),
        ("clickhouse", "select * from url('http://evil.example', CSV)"),
        ("bigquery", "select * from external_query('c', 'drop table t')"),
        ("duckdb", "select * from read_csv('https://evil.example/x.csv')"),
        ("duckdb", "select * from read_parquet('s3://bucket/x')"),
        ("duckdb", "select * from postgres_query('db', 'drop table t')"),
        ("duckdb", "select * from sqlite_scan('x.db', 't')"),
        ("duckdb", "select * from query('select 1')"),
        ("databricks", "select java_method('java.lang.Runtime', 'exec', 'x')"),
        ("postgres", "select pg_notify('c', 'x')"),
        ("postgres", "select database_to_xml(true, true, '')"),
    ],
)
def test_functions_that_act_are_recognised(dialect: str, sql: str) -> None:
    parsed = parse(sql, dialect)
    assert parsed is not None
    assert not parsed.is_one_query


@pytest.mark.parametrize(
    "sql",
    [
        "select sum(amount), date_trunc('month', paid_at), coalesce(url, file) from t group by 2",
        "select file, url, sleep, remote from t where benchmark > 1",
        "select pg_size_pretty(1), http, next_val from t",
    ],
)
def test_functions_and_columns_that_only_read_are_not(sql: str) -> None:
    parsed = parse(sql, "postgres")
    assert parsed is not None
    assert parsed.is_one_query
