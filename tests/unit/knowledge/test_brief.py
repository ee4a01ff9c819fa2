"""The one line that stands for a description."""

import pytest

from knowledge.brief import first_sentence


@pytest.mark.parametrize(
    ("description", "line"),
    [
        ("One row per order. Built nightly.", "One row per order."),
        ("One row per\norder, e.g. a purchase! More.", "One row per order, e.g. a purchase!"),
        ("# Orders\n\nOne row per **order** and `day`.\n\nMore.", "One row per order and day."),
        ("# Orders", "Orders"),
        ("See [the docs](https://x.example/a.b) first. Then", "See the docs first."),
        ("<b>Paid</b> orders {{ doc('orders') }} only", "Paid orders only"),
        ("- grain: order_id\n- owner: finance", "grain: order_id owner: finance"),
        ("Keeps _raw_ and __init__ of stg_orders", "Keeps raw and init of stg_orders"),
        ("The No. 5 of the U.S. stores. Next.", "The No. 5 of the U.S. stores."),
        ("注文の一覧。二つ目の文。", "注文の一覧。"),
        ("version 1.2 of it", "version 1.2 of it"),
        ("", ""),
        ("\n \n", ""),
        ("***", "***"),
    ],
)
def test_the_first_sentence_comes_without_markup(description: str, line: str) -> None:
    assert first_sentence(description) == line


def test_a_sentence_too_long_is_cut_at_a_word() -> None:
    line = first_sentence("revenue " * 500)
    assert len(line) <= 200
    assert line.endswith("revenue…")


@pytest.mark.parametrize("hostile", ["[" * 50_000, "<a" * 50_000, "{%" * 50_000, "*_`" * 30_000, "x" * 100_000])
def test_a_hostile_description_gives_a_short_line(hostile: str) -> None:
    assert len(first_sentence(hostile)) <= 200
