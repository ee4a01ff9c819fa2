"""SQL as each warehouse writes it: what its own grammar brings in raises no alarm, what is wrong in it is found."""

import pytest

from agent.checker.sql import check_sql
from tests.unit.agent.shop import NODES, table, vocabulary_of

CARTS = table("carts", ["cart_id", "customer_id", "items", "payload", "created_at", "q1", "q2", "amount"])

FINE = {
    "duckdb": """
from orders select order_id
select status, sum(amount) from orders group by all order by all
select * exclude (amount) replace (order_id + 1 as order_id) from orders
select columns('a.*') from orders
select [x + 1 for x in [1, 2]] from orders
select list_transform(items, x -> x.a), list_filter(items, lambda y: y > 1) from carts
select payload.user.id, c.payload.user from carts c
select t.item, g.generate_series, i from carts, unnest(items) as t(item), generate_series(1, 3) g, range(5) r(i)
select order_id from orders semi join customers on orders.customer_id = customers.customer_id
select order_id from orders anti join customers using (customer_id)
select amount as total from orders where total > 1
pivot orders on status using sum(amount)
select u.k, v, cart_id from carts unpivot (v for k in (q1, q2)) as u
select struct_pack(a := amount), {'b': amount}, first(amount order by ordered_at), count(o) from orders o
select order_id from orders union all by name select payment_id as order_id from payments
select date_part('year', ordered_at), datediff('day', ordered_at, current_date) from orders
select count(*) from (select 1 from orders), (select 1 from customers)
with Big as (select customer_id as cid from orders) select cid from big
with recursive r(a, b) as (select order_id, amount from orders union all select a, b from r) select b from r
select l.country from orders o, lateral (select country from customers c where c.customer_id = o.customer_id) l
(select order_id from orders) limit 1
select order_id, country from (orders join customers using (customer_id))
select prod.sales.orders.order_id, s.amount from prod.sales.orders, sales.orders s
pivot orders on status using sum(amount) group by customer_id
select * from (pivot orders on status using sum(amount))
with p as (pivot orders on status using sum(amount)) select placed from p
select cart_id, quarter, v from (unpivot carts on q1, q2 into name quarter value v)
select sku from (select unnest(payload, recursive := true) from carts)
select j.key, json_each.value from carts, json_each(payload) as j, json_each(items)
""",
    "snowflake": """
select f.value:sku::string, index from carts, lateral flatten(input => items) f
select f.value, g.value from carts c, table(flatten(input => c.items)) f, lateral flatten(input => c.payload) g
select payload:user.id::string, payload['a']['b'] from carts
select * from orders qualify row_number() over (partition by customer_id order by ordered_at desc) = 1
select p."'a'" from (select customer_id, status, amount from orders) pivot(sum(amount) for status in ('a', 'b')) as p
select amount as a, a + 1 as b from orders where b > 2
select dateadd(day, 1, ordered_at), date_trunc(week, ordered_at), date_part(epoch_second, ordered_at) from orders
with x as (select * exclude (amount) rename (status as s) from orders) select s from x
select seq4() from table(generator(rowcount => 10))
with r as (select order_id as n from orders union all select n + 1 from r where n < 3) select n from r
select filter(items, i -> i:value > 1), level from carts start with cart_id = 1 connect by prior cart_id = customer_id
select column1 from values (1)
select x.value, s.index from carts, table(flatten(items)) x, lateral split_to_table(payload, ',') s
select * from orders match_recognize (order by ordered_at measures a.amount as s pattern (a) define a as amount > 1)
""",
    "bigquery": """
select item.sku, off from carts, unnest(items) as item with offset as off
select sku, i.price from carts as c, c.items as i
select * except (amount) replace (upper(status) as status) from `prod.sales.orders`
select o.* except (amount) from `prod`.`sales`.`orders` o
select array(select as struct status, amount from orders), payload.user.id, payload.a[0].b from carts
select d from unnest(generate_date_array('2024-01-01', current_date())) as d
select amount as total from orders group by total having total > 1 order by total
select countif(status = "a"), extract(dayofweek from ordered_at), date_trunc(ordered_at, month) from orders
select * from orders where _partitiontime > timestamp('2024-01-01')
select to_json_string(o), any_value(status having max amount) from orders as o
select (select sum(x.price) from unnest(items) x) from carts
select table_id from `prod.sales.__TABLES__`
select c.column_name from `prod.sales.INFORMATION_SCHEMA.COLUMNS` c
""",
    "postgres": """
select distinct on (customer_id) order_id from orders order by customer_id, ordered_at desc
select payload->'a'->>'b', x->>'c', e.key from carts, jsonb_array_elements(items) x, jsonb_each(payload) e
select g, d::date from generate_series(1, 5) g, generate_series('2024-01-01'::date, now(), interval '1 day') as d
select status as s, count(*) filter (where amount > 0) as n from orders group by s order by n
select row_to_json(o), extract(epoch from o.ordered_at), ctid from orders o
select u.x from unnest(array[1, 2]) with ordinality as u(x, i)
""",
    "spark": """
select item.sku, k from carts lateral view explode(items) e as item lateral view explode(map('a', 1)) m as k, v
select transform(items, x -> x.a), payload.user from carts
""",
    "databricks": """
select payload:user.id::string from carts
select col.sku from (select explode(items) from carts)
select sku from (select inline(items) from carts)
select c0 from (select json_tuple(payload, 'a') from carts)
""",
    "trino": """
select t.item.sku from carts cross join unnest(items) as t(item)
select n, date_diff('day', created_at, current_date) from carts, unnest(sequence(1, 3)) as s(n)
select t.sku, t.n, n from carts cross join unnest(items) with ordinality as t(sku, qty, n)
""",
    "tsql": """
select top 10 [order_id] from [sales].[orders] with (nolock)
select x.country from orders o cross apply (select top 1 country from customers c where c.customer_id = o.customer_id) x
select j.[key] from carts cross apply openjson(payload) j
select j.sku from carts cross apply openjson(items) with (sku int '$.sku') j
with r as (select 1 as n union all select n + 1 from r where n < 3) select n from r
""",
    "clickhouse": "select item from carts array join items as item",
    "redshift": """
select c.payload.a, i.sku from carts c, c.items i
select c.cart_id, item.sku, place, k from carts c, c.items as item at place, unpivot c.payload as v at k
""",
    "mysql": "select `order_id`, payload->>'$.a' from `orders`, carts group by order_id having order_id > 1",
}  # fmt: skip

WRONG = {
    "duckdb": """
country: select order_id from orders join customers using (country)
ghost: select * exclude (ghost) from orders
amount: with a as (select * exclude (amount) from orders) select amount from a
ghost: select ghost from orders, unnest([1, 2]) as t(n)
ghost: select k, ghost from carts unpivot (v for k in (q1, q2))
ghost: select cart_id from carts unpivot (v for k in (q1, ghost))
ghost: select * from orders pivot (sum(ghost) for status in ('a'))
ghost: select * from orders pivot (sum(amount) for ghost in ('a'))
ghost: with recursive r(a) as (select order_id from orders union all select ghost from r) select a from r
month: select month, sum(amount) from orders group by month
month: select date_trunc('month', month) from orders
value: select value from orders
customer_id: with Big as (select customer_id as cid from orders) select customer_id from big
elsewhere.sales.orders: select order_id from elsewhere.sales.orders
o.payload: select o.payload.id from orders o
ghosts: select item from carts, unnest(ghosts) as t(item)
ghost: select order_id from orders window w as (partition by ghost)
ghost: pivot orders on ghost using sum(amount)
ghost: pivot orders on status using sum(ghost) group by customer_id
ghost: select * from (pivot orders on status using sum(amount) group by ghost)
ghost: select ghost from (unpivot carts on q1, q2 into name quarter value v)
ghost: select order_id from orders o, lateral (select ghost from payments p where p.order_id = o.order_id) x
j.ghost: select j.ghost from carts, json_each(payload) as j
""",
    "snowflake": """
ghost: select ghost:user.id from carts
f.ghost: select f.ghost from carts, lateral flatten(input => items) f
ghosts: select f.value from carts, lateral flatten(input => ghosts) f
ghosts: select f.value, f.key from carts, table(flatten(input => ghosts, outer => true)) f
/tmp/x.csv: select * from '/tmp/x.csv'
@stage/x.csv: select $1 from @stage/x.csv
ghost: select ghost from carts, lateral flatten(input => items) f
ghost: with r as (select order_id as n from orders union all select ghost from r) select n from r
ghost: select ghost, x.value from carts, table(flatten(items)) x
ghost: select ghost from values (1)
status: with x as (select * rename (status as s) from orders) select status from x
""",
    "bigquery": """
ghosts: select item.sku from carts, unnest(ghosts) as item
ghost: select ghost.user from carts
total: select amount as total from orders where total > 1
ghost: select array_agg(struct(order_id, ghost)) from orders
""",
    "postgres": """
total: select amount as total from orders where total > 1
payload: select payload.user from carts
ghost: select distinct on (ghost) order_id from orders
ghosts: select e->>'sku' from carts, jsonb_array_elements(ghosts) as e
ghost: select ghost from carts, jsonb_each(payload)
ghost: select order_id from orders o cross join lateral (select ghost from payments p) x
write: select order_id from orders for update
""",
    "spark": "ghost: select ghost from carts lateral view explode(items) e as item",
    "trino": "a: select amount as a, count(*) from orders group by a",
    "tsql": """
j.ghost: select j.ghost from carts cross apply openjson(items) with (sku int '$.sku') j
x.ghost: select x.ghost from orders o cross apply (select country from customers where o.order_id = 1) x
""",
}  # fmt: skip


def _lines(tables: dict[str, str]) -> list[tuple[str, str]]:
    return [(dialect, line) for dialect, text in tables.items() for line in text.strip().splitlines()]


@pytest.mark.parametrize(("dialect", "sql"), _lines(FINE))
def test_a_warehouses_own_grammar_raises_no_alarm(dialect: str, sql: str) -> None:
    assert check_sql(sql, vocabulary_of([*NODES, CARTS], dialect)) == []


@pytest.mark.parametrize(("dialect", "line"), _lines(WRONG))
def test_a_wrong_name_is_found_in_it(dialect: str, line: str) -> None:
    wrong, _, sql = line.partition(": ")
    problems = check_sql(sql, vocabulary_of([*NODES, CARTS], dialect))
    assert wrong in [problem.kind if problem.kind == "write" else problem.name for problem in problems]


def test_where_nobody_wrote_all_columns_down_a_struct_may_be_meant() -> None:
    assert check_sql("select payload.id from events", vocabulary_of(dialect="bigquery")) == []
    assert check_sql("select payload.id from events", vocabulary_of(dialect="postgres"))
