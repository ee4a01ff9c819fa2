"""What a query takes for granted is read from its SQL."""

import pytest

from agent.reading.assumptions import assumed_in
from agent.values import Assumed
from tests.unit.agent.shop import vocabulary_of

READ: dict[str, Assumed | None] = {
    "select date_trunc('month', ordered_at) as month, count(*) from orders where status = 'paid' group by 1": Assumed(
        date_column="ordered_at", grain="one row per month", filters=("status = 'paid'",)
    ),
    "select status, country, sum(amount) from orders join customers using (customer_id) group by 1, 2": Assumed(
        grain="one row per status and country"
    ),
    "select sum(amount) from orders where ordered_at >= current_date - interval '7 days' and amount > 0": Assumed(
        date_column="ordered_at",
        grain="one row in all",
        filters=("ordered_at >= CURRENT_DATE - INTERVAL '7' DAYS", "amount > 0"),
    ),
    "with paid as (select * from orders where status = 'paid') select status, count(*) from paid group by all": Assumed(
        filters=("status = 'paid'",)
    ),
    "select extract(year from ordered_at) as year, status as state, count(*) from orders group by year, state": Assumed(
        date_column="ordered_at", grain="one row per year and state"
    ),
    "select count(*) from orders where ordered_at between '2026-01-01' and '2026-02-01'": Assumed(
        date_column="ordered_at", grain="one row in all", filters=("ordered_at BETWEEN '2026-01-01' AND '2026-02-01'",)
    ),
    "select order_id, amount from orders": None,
    "select sum(amount) over (partition by customer_id) from orders": None,
    "delete from orders where amount > 0": None,
    "this is no query at all": None,
    "": None,
}


@pytest.mark.parametrize("sql", READ)
def test_date_grain_and_filters_are_those_of_the_query(sql: str) -> None:
    assert assumed_in(sql, vocabulary_of()) == READ[sql]


def test_many_and_long_conditions_are_cut() -> None:
    conditions = " and ".join(f"amount <> {number}" for number in range(20))
    found = assumed_in(f"select order_id from orders where status = '{'x' * 500}' and {conditions}", vocabulary_of())
    assert found is not None
    assert len(found.filters) == 7
    assert found.filters[0].endswith("…")
    assert found.filters[-1] == "15 more"
