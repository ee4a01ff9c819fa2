"""The rule table: how far a node can be relied on, and the line that says why."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.trust import RULES, WORDS, Case, assess, assess_resting, deciding, judge, moment, shown_failure, shown_name
from agent.values import Trust
from knowledge.values import Freshness, Health, Node, Owner, RunResult, SourceState, Summary, UpstreamFault
from knowledge.values import TestState as Outcome
from tests.fakes.artifacts import model, other, source_table

NOW = datetime(2026, 11, 21, 8, 12, tzinfo=UTC)
TWO_HOURS_AGO = NOW - timedelta(hours=2)
DAILY = tuple(NOW - timedelta(days=day, hours=2) for day in range(3, 20))
"""Built every day until three days ago."""
PAGE = Path(__file__).parents[4] / "docs" / "trust.md"


def built(status: str = "success", **facts: Any) -> RunResult:
    return RunResult(unique_id="model.shop.orders", status=status, completed_at=TWO_HOURS_AGO, **facts)


def outcome(status: str | None = "pass", severity: Any = "error", column: str | None = "id") -> Outcome:
    return Outcome(name="not_null", column=column, severity=severity, status=status)


def source(status: str | None = "pass", name: str = "erp.orders") -> SourceState:
    unique_id = f"source.shop.{name}"
    check = Freshness(unique_id=unique_id, status=status, max_loaded_at=TWO_HOURS_AGO) if status else None
    return SourceState(unique_id=unique_id, name=name, freshness=check)


def fault(depth: int = 2, status: str | None = "error", **facts: Any) -> UpstreamFault:
    node = Summary(unique_id="model.shop.stg_orders", name="stg_orders", kind="model")
    return UpstreamFault(node=node, depth=depth, status=status, completed_at=TWO_HOURS_AGO, **facts)


def health(**facts: Any) -> Health:
    return Health(unique_id="model.shop.orders", **facts)


ORDERS = model("orders")
TABLE = source_table("erp", "orders")
OLD = model("orders", deprecated_on=date(2030, 1, 1))
FAILED = "its last build failed"
TEST_FAILS = "a test of severity error fails or breaks"
WARNS = "a test of severity warn complains"
SOURCE_LATE = "a source that feeds it, or it itself, is late or could not be checked"
NOTHING = "no build, no test's outcome and no freshness check is known"
WELL = "none of the above"
CASES: list[tuple[Node, Health, str]] = [
    (ORDERS, health(), NOTHING),
    (ORDERS, health(tests=(outcome(None),)), NOTHING),
    (ORDERS, health(tests=(outcome("skipped"),)), NOTHING),
    (ORDERS, health(tests=(outcome(),)), WELL),
    (ORDERS, health(built=built()), WELL),
    (ORDERS, health(built=built("no-op")), WELL),
    (ORDERS, health(built=built("reused"), sources=(source(),)), WELL),
    (ORDERS, health(built=built(), sources=(source(None),)), WELL),
    (TABLE, health(sources=(source(),)), WELL),
    (ORDERS, health(built=built(), builds=(TWO_HOURS_AGO, *DAILY)), WELL),
    (OLD, health(built=built()), "it is deprecated, now or from a date to come"),
    (OLD, health(built=built(), sources=(source("warn"),)), SOURCE_LATE),
    (ORDERS, health(built=built(), sources=(source("warn"),)), SOURCE_LATE),
    (ORDERS, health(built=built(), sources=(source("error"),)), SOURCE_LATE),
    (ORDERS, health(built=built(), sources=(source("runtime error"),)), SOURCE_LATE),
    (TABLE, health(sources=(source("warn"),)), SOURCE_LATE),
    (ORDERS, health(built=built(), tests=(outcome("warn"),), sources=(source("warn"),)), WARNS),
    (ORDERS, health(built=built(), tests=(outcome(), outcome("warn"))), WARNS),
    (ORDERS, health(built=built(), tests=(outcome("fail", "warn"),)), WARNS),
    (
        ORDERS,
        health(built=built(), upstream=(fault(),), tests=(outcome("warn"),)),
        "a build, or a test of severity error, fails one or two steps up, or what builds there were skipped for",
    ),
    (ORDERS, health(built=built(), builds=DAILY, upstream=(fault(),)), "it is late by its own rhythm"),
    (ORDERS, health(built=built("partial success"), builds=DAILY), "its last build succeeded only in part"),
    (TABLE, health(sources=(source("error"),)), "it is a source, and later than its error limit allows"),
    (TABLE, health(sources=(source("error"),), tests=(outcome("fail"),)), TEST_FAILS),
    (ORDERS, health(built=built("partial success"), tests=(outcome("fail"),)), TEST_FAILS),
    (ORDERS, health(built=built(), tests=(outcome("error"),)), TEST_FAILS),
    (
        ORDERS,
        health(built=built("skipped"), tests=(outcome("fail"),), upstream=(fault(),)),
        "its last build was skipped, because something before it failed",
    ),
    (ORDERS, health(built=built("error"), tests=(outcome("fail"),), builds=DAILY), FAILED),
    (ORDERS, health(built=built("something new")), FAILED),
]


@pytest.mark.parametrize(("node", "state", "rule"), CASES)
def test_the_first_rule_that_applies_decides(node: Node, state: Health, rule: str) -> None:
    assert deciding(Case(node, state, NOW)).when == rule


def test_every_rule_decides_somewhere() -> None:
    assert {rule for _, _, rule in CASES} == {rule.when for rule in RULES}


def test_the_documented_table_is_the_one_that_is_applied() -> None:
    rows = re.findall(r"^\| (\w+) \| ([\w ]+) \| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)[1:]
    assert rows == [(rule.status, WORDS[rule.status], rule.when) for rule in RULES]


def test_without_a_time_until_which_builds_are_known_nothing_is_late() -> None:
    late = health(built=built(), builds=DAILY)
    assert (judge(ORDERS, late, NOW), judge(ORDERS, late)) == ("warning", "healthy")


@pytest.mark.parametrize(
    "node",
    [
        model("orders", materialized="view"),
        model("orders", materialized="materialized_view"),
        model("orders", materialized="ephemeral"),
        other("seed", "orders", materialized="seed"),
    ],
)
def test_what_need_not_be_built_again_is_never_late(node: Node) -> None:
    assert judge(node, health(built=built(), builds=DAILY), NOW) == "healthy"


@pytest.mark.parametrize(
    "node", [model("orders", materialized="incremental"), other("snapshot", "orders", materialized="snapshot")]
)
def test_tables_and_snapshots_can_be_late(node: Node) -> None:
    assert judge(node, health(built=built(), builds=DAILY), NOW) == "warning"


def test_the_line_of_a_node_where_all_is_well() -> None:
    node = model("orders", contract=True, owner=Owner(name="Ana Ruiz", email="ana@shop.example"))
    trust = assess(node, health(built=built(), tests=(outcome(),) * 14, sources=(source(),)), NOW)
    assert trust.line == (
        "orders: healthy · built 06:12 UTC (2 h ago) · 14 of 14 tests pass · sources fresh · owner Ana Ruiz · contract"
    )
    assert (trust.name, trust.word, trust.reasons) == ("orders", "healthy", ())
    assert trust.line == f"{trust.name}: {' · '.join([trust.word, *trust.facts])}"


def test_the_line_of_a_node_in_trouble_names_the_trouble() -> None:
    node = model("orders", deprecated_on=date(2026, 1, 31))
    tests = (outcome(), outcome("fail"), outcome("warn", column=None))
    message = 'Database Error in model orders (models/orders.sql)\n  column "amount" does not exist\n  LINE 3: amount\n'
    state = health(
        built=built("error", message=message),
        builds=(NOW - timedelta(hours=26),),
        tests=tests,
        sources=(source("warn"), source("error", "crm.people")),
    )
    trust = assess(node, state, NOW, successor="orders_v2")
    assert trust.line == (
        'orders: not healthy · last build failed 06:12 UTC (2 h ago): column "amount" does not exist · last built '
        "2026-11-20 06:12 UTC (26 h ago) · not_null(id) failing · not_null warns · 1 of 3 tests pass · late: "
        "erp.orders, crm.people · deprecated since 2026-01-31, use orders_v2"
    )
    assert [reason.split()[0] for reason in trust.reasons] == [
        "last",
        "not_null(id)",
        "not_null",
        "late:",
        "deprecated",
    ]


def test_a_skipped_build_is_explained_by_what_failed_above() -> None:
    upstream = (fault(message="out of memory"), fault(4))
    line = assess(ORDERS, health(built=built("skipped"), upstream=upstream), NOW).line
    assert line == (
        "orders: not healthy · last build skipped 06:12 UTC (2 h ago) · stg_orders, two steps up, failed 06:12 UTC "
        "(2 h ago): out of memory (and 1 more upstream) · no tests"
    )


def test_a_failing_test_above_is_named_with_its_node() -> None:
    upstream = (fault(1, None, tests=("unique(id)", "not_null(id)")),)
    line = assess(ORDERS, health(built=built(), upstream=upstream), NOW).line
    assert "warning · built 06:12 UTC (2 h ago) · stg_orders, one step up, fails unique(id), not_null(id)" in line


def test_a_late_node_says_since_when_and_how_often_it_is_built() -> None:
    late = assess(ORDERS, health(built=built(), builds=DAILY), NOW).line
    assert late == "orders: warning · late: built 2026-11-18 06:12 UTC (3 d ago), usually every day · no tests"


def test_nothing_is_late_for_want_of_a_refresh() -> None:
    state = health(built=built(), builds=DAILY)
    assert assess(ORDERS, state, NOW, known_at=DAILY[0] + timedelta(hours=3)).status == "healthy"


def test_many_troubles_are_counted() -> None:
    state = health(built=built(), tests=tuple(outcome("fail", column=f"c{place}") for place in range(9)))
    assert "not_null(c0), not_null(c1), not_null(c2) and 6 more failing · 0 of 9" in assess(ORDERS, state, NOW).line


def test_a_node_of_which_nothing_is_known_says_so() -> None:
    trust = assess(ORDERS, None, NOW)
    assert (trust.status, trust.line, trust.facts) == (
        "unknown",
        "orders: health unknown · nothing is known of its runs",
        ("nothing is known of its runs",),
    )


@pytest.mark.parametrize(
    ("tests", "said"),
    [
        ([outcome("error", "warn")], "not_null(id) could not run · 0 of 1 test passes"),
        ([outcome("error"), outcome()], "not_null(id) could not run · 1 of 2 tests pass"),
        ([outcome("fail"), outcome("error", column="b")], "not_null(id) failing · not_null(b) could not run · 0 of 2 "),
        ([outcome("fail", "warn")], "not_null(id) warns · 0 of 1 test passes"),
        ([outcome()], "1 of 1 test passes"),
        ([outcome(), outcome("skipped")], "1 of 2 tests pass, 1 not run"),
        ([outcome(), outcome(), outcome(None)], "2 of 3 tests pass, 1 not run"),
        ([outcome(None)], "1 test, which has not run"),
    ],
)
def test_what_became_of_the_tests_is_told_apart(tests: list[Outcome], said: str) -> None:
    assert f" · {said}" in assess(ORDERS, health(built=built(), tests=tuple(tests)), NOW).line


def test_a_source_that_could_not_be_checked_is_not_called_late() -> None:
    line = assess(ORDERS, health(built=built(), sources=(source("runtime error"), source(name="crm.a"))), NOW).line
    assert line == (
        "orders: warning · built 06:12 UTC (2 h ago) · no tests · freshness could not be checked: erp.orders"
    )


def test_an_ephemeral_model_says_why_nothing_is_known_of_its_builds() -> None:
    line = assess(model("orders", materialized="ephemeral"), health(), NOW).line
    assert line == "orders: health unknown · ephemeral, so never built by itself"


def test_what_rests_on_nothing_says_so() -> None:
    assert assess_resting(other("exposure", "board"), [], NOW).line == (
        "board: health unknown · rests on no table that is known"
    )


def test_a_line_mentions_nobody_and_has_no_markup() -> None:
    node = model("<!channel>", owner=Owner(name="@here *Ana*\n[x](http://evil.example)"))
    assert assess(node, None, NOW).line == "(no name): health unknown · nothing is known of its runs · owner here Ana x"


def test_what_a_failed_build_said_looks_like_no_fact_of_ours() -> None:
    evil = "boom · healthy · 9 of 9 tests pass <!channel> http://evil.example\x1b[31m `x`" + " y" * 500
    trust = assess(ORDERS, health(built=built("error", message=evil)), NOW)
    assert trust.facts[:1] == trust.reasons
    assert re.fullmatch(
        r"last build failed [^:]+:\d\d UTC \(2 h ago\): boom - healthy - 9 .+ x( y)+…", trust.reasons[0]
    )
    assert not any(sign in trust.line for sign in ("<", "evil", "\x1b", "`"))
    assert len(trust.line) < 250


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (None, ""),
        ("", ""),
        (
            "Runtime Error in model a (models/a.sql)\n  Binder Error: no column\n  Candidate bindings: b",
            "Binder Error: no column",
        ),
        (
            "Database Error in model a (m/a.sql)\n  000904 (42000): SQL error:\n  invalid 'X'\n  compiled code at a",
            "000904 (42000): SQL error: invalid 'X'",
        ),
        ("Database Error in model a (m/a.sql)", "Database Error in model a (m/a.sql)"),
        ("duplicate key\nDETAIL: Key (email)=(ana@shop.example) already exists.", "duplicate key"),
        ("\x1b[31mERROR\x1b[0m: quota", "ERROR: quota"),
    ],
)
def test_a_failure_is_told_in_the_warehouses_own_words(message: str | None, said: str) -> None:
    assert shown_failure(message) == said


def test_a_source_and_an_old_version_are_called_as_people_call_them() -> None:
    assert shown_name(source_table("erp", "orders")) == "erp.orders"
    assert shown_name(model("orders", version="1", latest_version="2")) == "orders.v1"
    assert shown_name(model("orders", version="2", latest_version="2")) == "orders"


def test_a_dashboard_is_as_well_as_the_worst_table_under_it_and_says_why() -> None:
    board = other("exposure", "board")
    under = [
        (model("a"), Trust(unique_id="a", status="healthy", line="")),
        (model("b"), Trust(unique_id="b", status="unhealthy", line="", reasons=("skipped", "c failed", "late"))),
    ]
    trust = assess_resting(board, under, NOW)
    assert trust.status == "unhealthy"
    assert trust.line == "board: not healthy · rests on b (not healthy), a (healthy) · b: skipped; c failed"
    assert len(trust.reasons) == 2
    assert assess_resting(board, under[:1], NOW).reasons == ()
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
