"""Columns that are alike are found by what is said of them: their type, their names, what their descriptions say."""

import pytest

from agent.direct.families import columns_like
from knowledge.values import Column

COLUMNS = (
    Column(name="order_id", data_type="bigint", description="The number."),
    Column(name="ordered_at", data_type="TIMESTAMP"),
    Column(name="ship_street", data_type="varchar", description="Where it goes: the street of the address."),
    Column(name="is_paid", data_type="boolean"),
    Column(name="net_amount", data_type="decimal(12,2)"),
    Column(name="closed_on"),
)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("dates", ["ordered_at", "closed_on"]),
        ("of type date or timestamp", ["ordered_at", "closed_on"]),
        ("boolean", ["is_paid"]),
        ("numeric", ["order_id", "net_amount"]),
        ("text", ["ship_street"]),
        ("ids", ["order_id"]),
        ("not documented", ["ordered_at", "is_paid", "net_amount", "closed_on"]),
        ("without a description", ["ordered_at", "is_paid", "net_amount", "closed_on"]),
        ("documented", ["order_id", "ship_street"]),
        ("amounts", ["net_amount"]),
        ("the address", ["ship_street"]),
    ],
)
def test_they_are_found_by_type_by_name_then_by_description(wanted: str, names: list[str]) -> None:
    assert [column.name for column in columns_like(wanted, COLUMNS)[0]] == names


def test_only_of_a_sort_none_is_an_answer() -> None:
    assert columns_like("booleans", COLUMNS[:2]) == ([], True)
    assert columns_like("refunds", COLUMNS) == ([], False)
