"""Sentences that rest on SQL which nobody sees are marked, or gone where they only announce it; others stay."""

import pytest

from agent.checker.checker import build_vocabulary
from agent.checker.sql import check_sql
from agent.reading.resting import MARK, read_withheld
from tests.unit.agent.shop import NODES, names_of

VOCABULARY = build_vocabulary(names_of(NODES), NODES, (), "")
SQL = "with weekly as (select order_id, ghost as shade from orders) select shade from weekly"
GONE = read_withheld(check_sql(SQL, VOCABULARY), [SQL], VOCABULARY)

RESTING = """
The query below joins `orders` with `customers`
This query gives one row per week
The SQL counts each order once
The statement above is limited to 2026
My query leaves out drafts
This joins `orders` and `customers` by `customer_id`
It returns one row per customer
The result has one row per week
In the result each customer stands once
You get one row per week
I joined `orders` with `customers`
We filter by `orders.status`
Run this on `orders`
Use `orders`, as follows
Sum `orders.ghost` per week
The column `ghost` holds it
The `weekly` CTE has it
`shade` is the share of it
Sort by shade_total, then by `shade`
Diese Abfrage summiert `orders.amount`
Cette requête compte les lignes
Esta consulta suma `orders.amount`
The SELECT joins orders to customers
I wrote a query for you
You can run it as is
The statement groups by week and sorts descending
The window function ranks customers
The join is on `customer_id`
First we aggregate by week, then join customers
Each row of the output is a week
The last column is the running total
Change the date in the first line if you need another year
Note that it ignores refunds
This will give you weekly totals
Running it gives the weekly totals
As shown in the query, amounts are net
Feel free to adapt the query
"""
STANDING = """
Use `orders` and sum `orders.amount`.
`orders` gives one row per order.
You can join `orders` to `customers` by `customer_id`.
`orders.status` tells which orders count.
See `customers` for the country.
The dashboard below shows it.
This is the model for revenue.
Sort by `orders.amount`.
Filter on `orders.status`.
It is one row per order.
Use `orders`.
It has one row per order.
It counts orders that were paid.
`orders.status` says how far it is.
You can write a query over `orders`.
The SQL of `orders` reads two tables.
Here `orders` is the better choice.
See the dashboard `board`.
Test results are in `lab_tests.result`.
I would use `orders`.
"""
ANNOUNCING = """
Here is the query:
Here's how to get it:
Here you go:
Run this:
Try this.
See the query below.
The SQL is as follows:
"""


@pytest.mark.parametrize("sentence", RESTING.strip().split("\n"))
def test_a_sentence_that_rests_on_it_is_marked(sentence: str) -> None:
    assert GONE.marked(f"{sentence}.") == f"{sentence} {MARK}."


@pytest.mark.parametrize("prose", STANDING.strip().split("\n"))
def test_another_sentence_stays_as_it_is(prose: str) -> None:
    assert GONE.marked(prose) == prose


@pytest.mark.parametrize("sentence", ANNOUNCING.strip().split("\n"))
def test_what_only_announces_it_is_gone(sentence: str) -> None:
    assert GONE.marked(f"Use `orders`. {sentence}") == "Use `orders`."
    assert GONE.marked(sentence) == ""


@pytest.mark.parametrize(
    ("prose", "shown"),
    [
        ("Use `orders`:", "Use `orders`."),
        ("Run this:\n\nIt gives one row per week.", f"It gives one row per week {MARK}."),
        ("**Run this on `orders`:**", f"**Run this on `orders` {MARK}.**"),
        ("- Use `orders`\n- This query sums it", f"- Use `orders`\n- This query sums it {MARK}"),
        ("| a |\n|---|\n| the query sums it |", f"| a |\n|---|\n| the query sums it {MARK} |"),
        ("Use these:\n- `orders`\n- `customers`", "Use these:\n- `orders`\n- `customers`"),
        ("Do it:\n```bash\ndbt build\n```", "Do it:\n```bash\ndbt build\n```"),
    ],
)
def test_the_rest_reads_on(prose: str, shown: str) -> None:
    assert GONE.marked(prose) == shown
