"""Files of questions are read line by line; what is odd is said with its line, and the rest is read all the same."""

import json
from typing import Any

import pytest

from agent.evaluation import Case, Reading, read_questions
from agent.evaluation.questions import LONGEST_LINE

ORDERS = "model.shop.orders"


def line(**fields: Any) -> bytes:
    return json.dumps({"id": "a", "question": "Which orders?", "gold_unique_ids": [ORDERS], **fields}).encode()


def read(*lines: bytes) -> Reading:
    return read_questions(lines, name="q.jsonl", usual_set="q")


def case(*lines: bytes) -> Case:
    reading = read(*lines)
    assert not reading.faults
    [only] = reading.cases
    return only


def faults(*lines: bytes) -> list[tuple[str, str]]:
    return [(fault.where, fault.reason) for fault in read(*lines).faults]


def test_a_line_becomes_a_case() -> None:
    full = line(set="s", project="shop", context="Sales > Orders", remove_node="metric.shop.x", answerable=True)
    assert case(full) == Case(
        where="q.jsonl:1",
        set_name="s",
        id="a",
        question="Which orders?",
        project="shop",
        context="Sales > Orders",
        gold=(ORDERS,),
        removed=("metric.shop.x",),
    )


def test_the_file_names_the_set_of_a_line_that_names_none_and_other_keys_are_not_looked_at() -> None:
    assert case(line(difficulty={"any": "thing"})).set_name == "q"


def test_blank_lines_and_a_byte_order_mark_are_nothing() -> None:
    assert case(b"\xef\xbb\xbf" + line(), b"\n", b"   \r\n").id == "a"


def test_a_line_without_an_id_is_known_by_its_question_and_a_number_is_an_id() -> None:
    assert case(line(id=None)).id == "Which orders?"
    assert case(line(id=7)).id == "7"


def test_a_single_node_may_stand_without_a_list_and_one_named_twice_counts_once() -> None:
    assert case(line(gold_unique_ids=ORDERS)).gold == (ORDERS,)
    assert case(line(gold_unique_ids=[ORDERS, ORDERS, ""])).gold == (ORDERS,)


def test_a_question_that_the_catalog_cannot_answer_needs_no_nodes() -> None:
    assert case(line(gold_unique_ids=[], answerable=False)).is_answerable is False


def test_one_that_it_can_answer_by_whatever_nodes_needs_to_say_so() -> None:
    assert case(line(gold_unique_ids=[], answerable=True)).gold == ()
    [(where, reason)] = faults(line(gold_unique_ids=None))
    assert where == "q.jsonl:1"
    assert '"answerable": false' in reason


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (b"not json", "is no JSON"),
        (b'{"question": "x"', "is no JSON"),
        (b"\xff\xfe", "is no JSON"),
        (b'{"question": "x", "other": ' + b"[" * 100_000, "is nested too deeply"),
        (b'"question"', "cannot be used: Expected `object`, got `str`"),
        (b'{"question": 7}', "cannot be used: Expected `str | null`, got `int` - at `$.question`"),
        (line(question=" "), "has no question"),
        (b'{"id": "x", "question": "' + b"a" * LONGEST_LINE + b'"}', "is longer than 1,000,000 bytes"),
    ],
)
def test_an_odd_line_is_named_and_the_next_one_read(odd: bytes, reason: str) -> None:
    reading = read(odd, line())
    assert [each.id for each in reading.cases] == ["a"]
    assert [(fault.where, fault.reason) for fault in reading.faults] == [("q.jsonl:1", reason)]


def test_of_two_lines_with_one_id_the_first_counts_unless_they_are_of_different_sets() -> None:
    reading = read(line(), line(question="Others?"), line(set="other"))
    assert [(each.set_name, each.question) for each in reading.cases] == [
        ("q", "Which orders?"),
        ("other", "Which orders?"),
    ]
    assert [(each.where, each.reason) for each in reading.faults] == [
        ("q.jsonl:2", "has the id of q.jsonl:1: left out")
    ]


def test_an_empty_file_holds_nothing() -> None:
    assert read() == Reading((), ())
