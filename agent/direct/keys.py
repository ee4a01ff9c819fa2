"""What one row of a node is, and which columns tell its rows apart, as far as the project says and tests it."""

import re
from collections.abc import Sequence

from agent.direct.subject import Subject
from agent.draft import Draft
from agent.library import Library
from agent.shown import code, column_code, listed, node_code, sentence
from agent.trust import shown_test
from knowledge.values import TABLES, Column, Health, Node, TestState

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`])")
_OF_ROWS = re.compile(
    r"\b(?:(?:one|each|every|a single|1) (?:row|record|line|entry)|(?:row|record|line)s? (?:is|are|per|for each)|grain"
    r"|granularity|primary key|uniquely|one per)\b",
    re.IGNORECASE,
)
_UNIQUE = re.compile(r"unique|primary_key|duplicate", re.IGNORECASE)


async def tell_key(subject: Subject, library: Library) -> Draft:
    """The grain in the description's own words, then the columns that are tested to be unique."""
    node = subject.node
    health = (await library.catalog.health([node.unique_id])).get(node.unique_id)
    tests = _tests_of_keys(health)
    text = _of_column(node, subject.column, tests) if subject.column else _of_node(node, tests)
    return Draft(text=text, nodes=(node.unique_id,), chosen=(node.unique_id,), at_hand=(node,), kind="key")


def _of_node(node: Node, tests: Sequence[TestState]) -> str:
    parts = [f"{node_code(node)}: {grain}" for grain in [_grain(node)] if grain]
    columns = [test.column for test in tests if test.column and test.name == "unique"]
    others = [code(shown_test(test)) for test in tests if test.column not in columns or not test.column]
    it = "Its" if parts else f"{node_code(node)}'s"
    if columns:
        parts.append(f"{it} rows are told apart by {listed([code(each) for each in columns])}, tested to be unique.")
    elif others:
        parts.append(f"That its rows differ is tested by {listed(others)}." if parts else _tested(node, others))
    elif node.kind in TABLES:
        parts.append(f"No test says which column of {node_code(node)} is unique.")
    else:
        parts.append(f"{node_code(node)} is no table: it has no rows.")
    return " ".join(parts)


def _tested(node: Node, tests: Sequence[str]) -> str:
    return f"That the rows of {node_code(node)} differ is tested by {listed(tests)}."


def _of_column(node: Node, column: Column, tests: Sequence[TestState]) -> str:
    name = column_code(node, column.name)
    found = [test for test in tests if (test.column or "").lower() == column.name.lower()]
    if not found:
        return f"No test says whether {name} is unique."
    passes = all(test.status == "pass" for test in found)
    ran = any(test.status for test in found)
    outcome = "and passes" if passes else "and does not pass" if ran else "and the test has not run"
    return f"{name} is tested to be unique, {outcome}."


def _tests_of_keys(health: Health | None) -> list[TestState]:
    return [test for test in health.tests if _UNIQUE.search(test.name)] if health else []


def _grain(node: Node) -> str:
    """The sentence of the description that says what a row is."""
    said = _SENTENCE.split(sentence(node.description))
    return next((each for each in said if _OF_ROWS.search(each)), "")
