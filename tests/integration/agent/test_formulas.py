"""How a metric is computed and what type a column has are told with all their signs, or not at all."""

from dataclasses import replace

import pytest

from agent.shown import formula, type_of
from knowledge import Column
from tests.fakes.artifacts import FakeSource, model, other
from tests.integration.agent.asking import Asking

GROWTH = (
    "(now - before) * 100 / before where order__total >= 20 and kind <> '[test]', with before = revenue 1 month earlier"
)
METRIC = other("metric", "growth", "How fast it grows.", expression=GROWTH, subtype="derived", depends_on=["orders"])


async def test_a_metric_is_told_with_its_whole_formula(asking_about: Asking) -> None:
    await asking_about.load(FakeSource([model("orders", "One row per order."), METRIC]))
    asked = await asking_about.ask("how is the metric growth calculated?")
    assert f"Computed as: `{GROWTH}`." in asked.text
    assert asked.answer.citations[0].definition == GROWTH


def test_a_formula_ends_no_code_style_and_pings_nobody() -> None:
    said = formula(replace(METRIC, expression="<!here> sum(`amount`) <!channel>\n  @here https://evil.example/x"))
    assert said == "sum(amount) here (link left out)"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("VARCHAR", "varchar"),
        ("TIMESTAMP_NTZ(9)", "timestamp_ntz(9)"),
        ("ARRAY<STRUCT<a INT64, b STRING>>", "`array<struct<a int64, b string>>`"),
        ("integer[]", "`integer[]`"),
        ("measure: sum(price * quantity)", "`measure: sum(price * quantity)`"),
        ("categorical dimension on case when kind = 'FOOD' then 1 end",) * 2,
        (None, ""),
    ],
)
def test_a_type_keeps_its_signs(written: str | None, shown: str) -> None:
    assert type_of(Column(name="c", data_type=written)) == shown
