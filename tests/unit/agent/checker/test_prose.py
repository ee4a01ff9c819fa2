"""Names in prose: code style and identifiers are checked, ordinary words are left alone."""

import pytest

from agent.checker.prose import check_prose, find_mentions
from agent.checker.words import load_known_words
from tests.unit.agent.shop import vocabulary_of

KNOWN = load_known_words()


@pytest.mark.parametrize(
    "text",
    [
        "Use `orders`.",
        "Use `ORDERS` and `Orders.Status`.",
        "Group by `orders.ordered_at` or `customers.country`.",
        "`sales.orders` lies in `prod`, as `prod.sales.orders`.",
        "`erp.refunds` and `refunds.reason`.",
        "`payments_v1`, `payments.v2`.",
        "The `status` column is `NULL` when `amount = 0`.",
        "`in_transit` is a status, and `returned_late` too.",
        "Filter on `status = 'never_heard_of'`.",
        "`count(distinct customer_id)`, `sum(amount) / nullif(count(*), 0)`, `date_trunc('month', ordered_at)`.",
        "`{{ ref('orders') }}`, `ref('orders')`, `source('erp', 'refunds')`.",
        "`select order_id from orders`",
        "Run `dbt build --select orders+` with `dbt_project.yml` and `models/sales/orders.sql`.",
        "`not_null`, `accepted_values`, `dbt_utils.star`, `is_incremental()`, `unique_key`.",
        "`2026-01-01`, `v1.2`, `0.5`, `1_000`, `100%`, `true`, `varchar(20)`, `timestamp_ntz`.",
        "`customer__country`, `order_ids`.",
        "An `incremental` model, a `view` model, the `date` column.",
        "`MY_ENV_VAR` is a setting.",
        "`o.amount` where o is `orders`.",
        "The file orders.csv, e.g. from example.com or a_b@example.com, see https://x.example/a_b.",
        "There is no `ghost_table` in the catalog.",
        "`ghost_table` does not exist. Neither does `other_ghost` appear.",
        "I could not find `ghost_table`; the nearest is `orders`.",
        "`orders` has no column `ghost_column`.",
        "`events.whatever` may be there: nobody wrote its columns down.",
        "",
        "Plain words only, half-baked and so on.",
    ],
)
def test_what_is_no_invention_raises_no_alarm(text: str) -> None:
    assert check_prose(text, vocabulary_of(), KNOWN) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Use `ghost_table`.", "ghost_table"),
        ("Use ghost_table, not orders.", "ghost_table"),
        ("Use **ghost_table**.", "ghost_table"),
        ("See `orders.ghost`.", "orders.ghost"),
        ("See orders.ghost_date.", "orders.ghost_date"),
        ("The `ghosts` table.", "ghosts"),
        ("The table `ghosts`.", "ghosts"),
        ("The column `ghost`.", "ghost"),
        ("`ghosts.amount`", "ghosts.amount"),
        ("`nowhere.orders`", "nowhere.orders"),
        ("`sum(orders.ghost)`", "orders.ghost"),
        ("`{{ ref('ghosts') }}`", "ghosts"),
        ("`ref('ghosts')`", "ghosts"),
        ("`select ghost from orders`", "ghost"),
        ("Use `in_transit` as a table.", "in_transit"),
        ("Do not forget to use `ghost_table`.", "ghost_table"),
        ("There is no better one than orders. Use `ghost_table`.", "ghost_table"),
        ("`revenue.ghost`", None),
    ],
)
def test_an_invention_is_found(text: str, name: str | None) -> None:
    assert [problem.name for problem in check_prose(text, vocabulary_of(), KNOWN)] == ([name] if name else [])


def test_names_of_the_answers_own_sql_are_known() -> None:
    own = frozenset({"weekly_total", "o"})
    assert check_prose("`weekly_total` sums `o.amount`.", vocabulary_of(), KNOWN, own) == []
    assert check_prose("`o.ghost`", vocabulary_of(), KNOWN, own)


def test_a_document_of_one_long_line_is_read_quickly_enough_to_finish() -> None:
    assert len(list(find_mentions("`a_b` c_d " * 5_000))) == 10_000
    assert check_prose("`" * 20_000 + "no such column " * 2_000, vocabulary_of(), KNOWN) == []
