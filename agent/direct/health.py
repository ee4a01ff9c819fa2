"""How a node is doing, in sentences: its build, its tests, the sources behind it, what fails above it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from agent.direct.subject import Subject
from agent.draft import Draft
from agent.library import Library
from agent.reliance import look_up_trust
from agent.shown import bullets, code, column_code, count, node_code
from agent.trust import (
    FAILED,
    failing_tests,
    late_sources,
    ran,
    said_of,
    shown_failure,
    shown_fault,
    shown_test,
    warning_tests,
)
from agent.untrusted import one_line
from knowledge.values import Column, Health, Node, TestState

MOST_TESTS = 20
_LONGEST_FAILURE = 300


async def tell_health(subject: Subject, library: Library) -> Draft:
    """Whether a node can be relied on, and why: what its trust line says, and the details of what is wrong."""
    node = subject.node
    health = await _health(node, library)
    [trust] = await look_up_trust([node], library, known={node.unique_id: health})
    text = said_of(trust)
    if troubles := list(_troubles(health, library.now())):
        text += "\n" + bullets(troubles)
    return _draft(node, text, "health")


async def tell_tests(subject: Subject, library: Library) -> Draft:
    """Which tests a node has, and how they went; of a column only its own."""
    node, column = subject.node, subject.column
    health = await _health(node, library)
    tests = [test for test in health.tests if column is None or _is_about(test, column)]
    name = node_code(node) if column is None else column_code(node, column.name)
    if not tests:
        return _draft(node, f"{name} has no tests.", "tests")
    tests.sort(key=lambda test: (test.status == "pass", test.status is None))  # what is wrong, first
    text = f"{name} has {count(len(tests), 'test')}, {_how_many_pass(tests)}:\n"
    text += bullets([f"{code(shown_test(test))}: {_outcome(test)}" for test in tests], limit=MOST_TESTS)
    return _draft(node, text, "tests")


def _draft(node: Node, text: str, kind: str) -> Draft:
    return Draft(text=text, nodes=(node.unique_id,), chosen=(node.unique_id,), at_hand=(node,), kind=kind)


async def _health(node: Node, library: Library) -> Health:
    found = await library.catalog.health([node.unique_id])
    return found.get(node.unique_id) or Health(unique_id=node.unique_id)


def _troubles(health: Health, now: datetime) -> Iterator[str]:
    """What is wrong, one line each, where there is more to say than the facts do."""
    built = health.built
    if built and built.status in FAILED:
        whole = shown_failure(built.message, limit=_LONGEST_FAILURE)
        if whole != shown_failure(built.message):
            yield f"the build said: {whole}"
    for fault in health.upstream[1:]:
        yield shown_fault(fault, now)
    for test in failing_tests(health) + warning_tests(health):
        yield f"{code(shown_test(test))}: {_outcome(test)}"
    for source in health.sources:
        if source.unique_id != health.unique_id and source.name in late_sources(health):
            yield f"{code(source.name)} is late"


def _is_about(test: TestState, column: Column) -> bool:
    return column.name.lower() in map(str.lower, test.columns)


def _how_many_pass(tests: Sequence[TestState]) -> str:
    """Of those that ran: what did not run does not fail."""
    if not (has_run := ran(tests)):
        return "none of which has run" if len(tests) > 1 else "which has not run"
    passed = sum(test.status == "pass" for test in has_run)
    if len(tests) == 1:
        return "which passes" if passed else "which does not pass"
    known = "them" if len(has_run) == len(tests) else f"the {len(has_run)} that ran"
    return f"{passed} of {known} {'passes' if passed == 1 else 'pass'}"


def _outcome(test: TestState) -> str:
    if test.status is None:
        return "has not run"
    failures = f", {count(test.failures, 'row')}" if test.failures and test.status != "pass" else ""
    word = {"fail": "fails", "error": "could not run", "warn": "warns", "pass": "passes"}.get(test.status, test.status)
    if test.severity == "warn" and test.status == "fail":
        word = "warns"
    return one_line(f"{word}{failures}")
