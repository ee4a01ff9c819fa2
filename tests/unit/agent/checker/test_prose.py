"""Names in prose: code style and identifiers are checked, ordinary words are left alone."""

from functools import cache
from pathlib import Path

import pytest

from agent.checker.checker import build_vocabulary, named_nodes
from agent.checker.prose import check_prose
from agent.checker.vocabulary import Problem
from agent.checker.words import load_known_words
from agent.reading.said import Said
from knowledge import Artifacts, Column, Names
from knowledge.artifacts import parse_artifacts
from tests.unit.agent.shop import names_of, table, vocabulary_of

KNOWN = load_known_words()


def _lines(name: str) -> list[str]:
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("# ")]


@cache
def _sample() -> Artifacts:
    target = Path(__file__).parents[4] / "examples" / "lanternfish" / "target"
    return parse_artifacts(
        manifest=(target / "manifest.json").read_bytes(), catalog=(target / "catalog.json").read_bytes()
    )


@cache
def _names() -> Names:
    return names_of(_sample().nodes)


def _problems(text: str, *at_hand: str) -> list[Problem]:
    """What is wrong with a text about the sample project, some nodes being at hand besides those it names."""
    asked = {*at_hand, *named_nodes(Said(prose=text), _names())}
    nodes = [node for node in _sample().nodes if node.unique_id in asked]
    return check_prose(text, build_vocabulary(_names(), nodes, (), "duckdb"), KNOWN)


@pytest.mark.parametrize("snippet", _lines("harmless.txt"))
def test_a_snippet_that_names_nothing_raises_no_alarm(snippet: str) -> None:
    assert _problems(f"Mind `{snippet}`, if you like: `{snippet}` is what it says.") == []


@pytest.mark.parametrize("sentence", _lines("planted.txt"))
def test_a_name_that_no_catalog_has_is_found(sentence: str) -> None:
    assert _problems(sentence)


def test_what_the_project_says_of_itself_raises_no_alarm() -> None:
    for node in _sample().nodes:
        texts = [node.description, *(column.description for column in node.columns)]
        assert [problem for text in texts for problem in _problems(text, node.unique_id)] == [], node.unique_id


@pytest.mark.parametrize(
    "text",
    [
        "The value `gift_card` marks vouchers.",
        "Set to `gift_card` for vouchers, tagged `finance_core`.",
        "Call the macro `cents_to_euros`; the `assert_no_gaps` test checks it.",
        "The CTE `first_orders` keeps one row each.",
        "Name the result `total_per_week`; what you call `net_sales` is `orders.items_amount`.",
        "Set `start_day` as a variable; a key is like `ord_123`.",
        "`orders.channel` is one of `gift_shop`, `pop_up` and `web_shop_2`.",
        "Take `sum(x)` or `max(value)` of any column.",
        'The HubSpot model and the PayPal table are elsewhere; see the **same** table, the "final" model.',
        "This table **must** be filtered; that column **never** is.",
        "A table named after its source is what the model called for.",
    ],
)
def test_what_is_called_something_else_is_no_claim(text: str) -> None:
    assert _problems(text) == []


def test_a_name_in_humps_is_one_where_it_speaks_of_the_catalog() -> None:
    names = [problem.name for problem in check_prose("The OrderBlorps table has it.", vocabulary_of(), KNOWN)]
    assert names == ["OrderBlorps"]
    assert check_prose("The HubSpot table has it.", vocabulary_of(), KNOWN) == []
    lines = vocabulary_of([table("order_items", ["item_id"])])
    assert check_prose("The OrderItems table has it.", lines, KNOWN) == []


@pytest.mark.parametrize("path", ["device.category", "visits.device.category", "visits.items.sku", "items.a.b"])
def test_a_path_into_a_column_with_fields_is_no_invention(path: str) -> None:
    visits = table("visits", ["device", "items", Column(name="day", data_type="date")])
    assert check_prose(f"Group by `{path}`.", vocabulary_of([visits], "bigquery"), KNOWN) == []
    assert check_prose(f"Group by `{path}`.", vocabulary_of([visits], "postgres"), KNOWN)
    assert check_prose("Group by `visits.ghost.a` and `day.a`.", vocabulary_of([visits], "bigquery"), KNOWN)


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
        "The `status` column's values are `placed`, `sent_back` and `gone_missing`.",
        "Filter on `status = 'sent_back'` or `gone_missing`.",
        "`lines[0].sku` is the first one's.",
        'Use `status = "USA"`, or `where status in ("sent_back", "gone_missing")`.',
        "`orders`.`status` and `prod`.`sales`.`orders`.",
        "order\\_id is the key, and __order_id__ too.",
        "`group by status`, `order by ordered_at desc`, `join customers using (customer_id)`, `where amount > 0`.",
        "`dbt run -s orders+`, `dbt build --select tag:nightly customers`, `+orders+`.",
        "Es gibt keine Spalte `ghost_column`. La table `ghost_table` n'existe pas.",
        "No hay ninguna columna `ghost_column`.",
        "The `marketing_raw` schema, `prod.sales`.",
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
        ("`sales.ghosts`", "sales.ghosts"),
        ("`prod.sales.ghosts`", "prod.sales.ghosts"),
        ("`prod.elsewhere.orders`", "prod.elsewhere.orders"),
        ("`prod.sales.orders.ghost`", "prod.sales.orders.ghost"),
        ("`source('erp', 'ghosts')`", "erp.ghosts"),
        ("`marts.fct_ghosts`", "marts.fct_ghosts"),
        ("`orders`.`ghost`", "orders.ghost"),
        ("Unlike orders, which lacks tax, `ghost_table` has it.", "ghost_table"),
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
    assert check_prose("`o.weekly_total` is per week.", vocabulary_of(), KNOWN, own) == []


def test_a_document_of_one_long_line_is_read_quickly_enough_to_finish() -> None:
    assert check_prose("`" * 20_000 + "no such column " * 2_000, vocabulary_of(), KNOWN) == []
