"""The rule table: how far a node can be relied on, and the line that says why."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from agent.trust import assess, assess_resting, judge, moment, shown_name
from agent.values import Status, Trust
from knowledge.values import Freshness, Health, Node, Owner, RunResult, SourceState
from knowledge.values import TestState as Outcome
from tests.fakes.artifacts import model, other, source_table

NOW = datetime(2026, 11, 21, 8, 12, tzinfo=UTC)
TWO_HOURS_AGO = NOW - timedelta(hours=2)


def built(status: str = "success") -> RunResult:
    return RunResult(unique_id="model.shop.orders", status=status, completed_at=TWO_HOURS_AGO)


def outcome(status: str | None = "pass", severity: Any = "error", column: str | None = "id") -> Outcome:
    return Outcome(name="not_null", column=column, severity=severity, status=status)


def source(status: str | None = "pass", name: str = "erp.orders") -> SourceState:
    unique_id = f"source.shop.{name}"
    check = Freshness(unique_id=unique_id, status=status, max_loaded_at=TWO_HOURS_AGO) if status else None
    return SourceState(unique_id=unique_id, name=name, freshness=check)


def health(**facts: Any) -> Health:
    return Health(unique_id="model.shop.orders", **facts)


ORDERS = model("orders")
RULES: list[tuple[Node, Health, Status]] = [
    (ORDERS, health(), "unknown"),
    (ORDERS, health(tests=(outcome(None),)), "unknown"),
    (ORDERS, health(tests=(outcome("skipped"),)), "unknown"),
    (ORDERS, health(tests=(outcome(),)), "healthy"),
    (ORDERS, health(built=built()), "healthy"),
    (ORDERS, health(built=built("no-op")), "healthy"),
    (ORDERS, health(built=built("reused"), sources=(source(),)), "healthy"),
    (ORDERS, health(built=built(), tests=(outcome(), outcome("warn"))), "warning"),
    (ORDERS, health(built=built(), tests=(outcome("fail", "warn"),)), "warning"),
    (ORDERS, health(built=built(), sources=(source("warn"),)), "warning"),
    (ORDERS, health(built=built(), sources=(source("error"),)), "warning"),
    (ORDERS, health(built=built(), sources=(source("runtime error"),)), "warning"),
    (ORDERS, health(built=built(), sources=(source(None),)), "healthy"),
    (ORDERS, health(built=built("partial success")), "warning"),
    (model("orders", deprecated_on=date(2030, 1, 1)), health(built=built()), "warning"),
    (ORDERS, health(built=built(), tests=(outcome("fail"),)), "unhealthy"),
    (ORDERS, health(built=built(), tests=(outcome("error"),)), "unhealthy"),
    (ORDERS, health(built=built("error"), tests=(outcome(),)), "unhealthy"),
    (ORDERS, health(built=built("skipped")), "unhealthy"),
    (ORDERS, health(built=built("something new")), "unhealthy"),
    (source_table("erp", "orders"), health(sources=(source("error"),)), "unhealthy"),
    (source_table("erp", "orders"), health(sources=(source("warn"),)), "warning"),
    (source_table("erp", "orders"), health(sources=(source(),)), "healthy"),
]


@pytest.mark.parametrize(("node", "state", "status"), RULES)
def test_the_first_rule_that_applies_decides(node: Node, state: Health, status: Status) -> None:
    assert judge(node, state) == status


def test_the_line_of_a_node_where_all_is_well() -> None:
    node = model("orders", contract=True, owner=Owner(name="Ana Ruiz", email="ana@shop.example"))
    state = health(built=built(), tests=(outcome(),) * 14, sources=(source(),))
    assert assess(node, state, NOW).line == (
        "orders: healthy · built 06:12 UTC (2 h ago) · 14 of 14 tests pass · sources fresh · owner Ana Ruiz · contract"
    )


def test_the_line_of_a_node_in_trouble_names_the_trouble() -> None:
    node = model("orders", deprecated_on=date(2026, 1, 31))
    tests = (outcome(), outcome("fail"), outcome("warn", column=None))
    state = health(built=built("error"), tests=tests, sources=(source("warn"), source("error", "crm.people")))
    assert assess(node, state, NOW).line == (
        "orders: not healthy · last build failed 06:12 UTC (2 h ago) · 1 of 3 tests pass, failing: not_null(id), "
        "warning: not_null · late: erp.orders, crm.people · deprecated since 2026-01-31"
    )


def test_many_troubles_are_counted() -> None:
    state = health(built=built(), tests=tuple(outcome("fail", column=f"c{place}") for place in range(9)))
    assert "failing: not_null(c0), not_null(c1), not_null(c2) and 6 more" in assess(ORDERS, state, NOW).line


def test_a_node_of_which_nothing_is_known_says_so() -> None:
    assert assess(ORDERS, None, NOW) == Trust(
        unique_id="model.shop.orders", status="unknown", line="orders: health unknown"
    )


def test_a_line_mentions_nobody_and_has_no_markup() -> None:
    node = model("<!channel>", owner=Owner(name="@here *Ana*\n[x](http://evil.example)"))
    assert assess(node, None, NOW).line == "(no name): health unknown · owner here Ana x"


def test_a_source_and_an_old_version_are_called_as_people_call_them() -> None:
    assert shown_name(source_table("erp", "orders")) == "erp.orders"
    assert shown_name(model("orders", version="1", latest_version="2")) == "orders.v1"
    assert shown_name(model("orders", version="2", latest_version="2")) == "orders"


def test_a_dashboard_is_as_well_as_the_worst_table_under_it() -> None:
    board = other("exposure", "board")
    under = [
        (model("a"), Trust(unique_id="a", status="healthy", line="")),
        (model("b"), Trust(unique_id="b", status="unhealthy", line="")),
    ]
    trust = assess_resting(board, under, NOW)
    assert trust.status == "unhealthy"
    assert trust.line == "board: not healthy · rests on b (not healthy), a (healthy)"
    assert assess_resting(board, [], NOW).status == "unknown"


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(seconds=-5), "08:12 UTC (just now)"),
        (timedelta(minutes=5), "08:07 UTC (5 min ago)"),
        (timedelta(hours=7, minutes=59), "00:13 UTC (7 h ago)"),
        (timedelta(hours=47), "2026-11-19 09:12 UTC (47 h ago)"),
        (timedelta(days=9), "2026-11-12 08:12 UTC (9 d ago)"),
    ],
)
def test_a_time_is_told_with_its_age(age: timedelta, said: str) -> None:
    assert moment(NOW - age, NOW) == said
