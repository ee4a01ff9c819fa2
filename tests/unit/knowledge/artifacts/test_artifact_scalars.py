"""Times, dates, numbers and meta, as dbt's engines and adapters write them."""

from datetime import UTC, datetime

import pytest

from knowledge.artifacts.scalars import asks_to_hide, count, day, duration_s, joined, meta, moment, text, word, words

EARLY = datetime(2026, 11, 20, 4, 15, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-11-20T04:15:01Z", EARLY),
        ("2026-11-20T04:15:01", EARLY),
        ("2026-11-20 04:15:01 UTC", EARLY),
        ("2026-11-20 04:15:01+00:00", EARLY),
        ("2026-11-20T05:15:01+01:00", EARLY),
        ("2026-11-20T04:15:01.1Z", EARLY.replace(microsecond=100_000)),
        ("2026-11-20T04:15:01.123456789Z", EARLY.replace(microsecond=123_456)),
        (" 2026-11-20T04:15:01Z ", EARLY),
        ("2026-11-20", EARLY.replace(hour=0, minute=0, second=0)),
        ("0001-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+05:00", None),
        ("9999-12-31T23:59:59-05:00", None),
        ("2026-13-45T00:00:00Z", None),
        ("yesterday", None), ("", None), (None, None), (1_646_121_600, None), ([], None),
    ],
)  # fmt: skip
def test_times_are_utc_whatever_their_form(written: object, at: datetime | None) -> None:
    assert moment(written) == at


@pytest.mark.parametrize("written", [None, "", "soon", 5, {}])
def test_what_is_no_date_is_none(written: object) -> None:
    assert day(written) is None


@pytest.mark.parametrize(("value", "expected"), [(True, None), ("x", None), ("7", 7), (7.9, 7), (float("nan"), None)])
def test_counts_are_whole_numbers(value: object, expected: int | None) -> None:
    assert count(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(True, None), ("1.5", 1.5), (-1, None), (float("inf"), None), (10**400, None)]
)
def test_durations_are_seconds_that_a_run_can_take(value: object, expected: float | None) -> None:
    assert duration_s(value) == expected


def test_a_word_is_on_one_line_and_never_empty() -> None:
    assert word(" a\n b\t") == "a b"
    assert word("\x00 ") is None
    assert word(2) == "2"
    assert (word([]), word({}), word(None)) == (None, None, None)


def test_words_are_a_sorted_union_and_joined_keeps_the_order() -> None:
    assert words(["b", "a", None, {}], "c", None, ["a"], {"x": 1}) == ("a", "b", "c")
    assert joined(["b", None, "a"]) == "b, a"
    assert joined([]) is None


def test_a_text_keeps_its_lines_and_its_unicode() -> None:
    assert text("  eins\r\nzwei\rdrei \u2028 ⚓ ") == "eins\nzwei\ndrei \u2028 ⚓"


def test_meta_is_a_union_of_what_json_can_hold_sorted_by_key() -> None:
    union = meta({"b": 1, "a": "x\x00"}, None, "odd", {"b": [True, None, {"d": 1.5, "c": 0}]})
    assert union == {"a": "x", "b": [True, None, {"c": 0, "d": 1.5}]}
    assert list(union) == ["a", "b"]
    assert list(union["b"][2]) == ["c", "d"]


def test_meta_without_end_is_cut_off() -> None:
    deep: dict[str, object] = {}
    for _ in range(500):
        deep = {"a": deep}
    levels, value = 0, meta(deep)
    while value:
        levels, value = levels + 1, value["a"]
    assert 10 < levels < 100


@pytest.mark.parametrize(
    ("meta", "asks"),
    [
        ({"marty": {"hide": True}}, True),
        ({"marty": {"hide": " TRUE "}}, True),
        ({"marty.hide": "true"}, True),
        ({"marty": {"hide": 1}}, True),
        ({"marty": {"hide": "yes"}}, True),
        ({"marty": {"hide": "off"}}, False),
        ({"marty": {"hide": 0}}, False),
        ({"marty": {"hide": "no"}}, False),
        ({"marty": "hide"}, True),
        ({"marty": "blue"}, False),
        ({"marty": {}}, False),
        ({"hide": True}, False),
        (["marty"], False),
        (None, False),
    ],
)
def test_a_meta_asks_to_hide_unless_it_says_no(meta: object, asks: bool) -> None:
    assert asks_to_hide(meta) is asks
    assert asks_to_hide({}, meta) is asks
