"""What is in a syntax tree is listed as sqlglot walks it."""

import sqlglot
from sqlglot import exp

from knowledge.column_lineage.tree import all_of, nodes

SQL = """
with orders as (select id, sum(amount) as total from raw.orders, unnest([1, 2]) group by all)
select * except (id), case when total > 1 then 'a' end as size from orders
union all (select 1, (select max(x) from t) from u join v using (id))
"""


def test_nodes_stand_in_the_order_in_which_sqlglot_walks() -> None:
    tree = sqlglot.parse_one(SQL, dialect="duckdb")
    assert list(map(id, nodes(tree))) == list(map(id, tree.walk()))


def test_a_tree_may_be_changed_while_its_nodes_are_gone_through() -> None:
    tree = sqlglot.parse_one(SQL, dialect="duckdb")
    columns = all_of(exp.Column, tree)
    for column in columns:
        column.replace(exp.column("x", table="y"))
    assert [column.name for column in columns if column.name != "*"] != ["x"] * len(columns)
    assert {column.sql() for column in all_of(exp.Column, tree)} == {"y.x"}
