"""How a node is doing, in sentences: its build, its tests, the sources behind it."""

from agent.direct.subject import Subject
from agent.draft import Draft
from agent.library import Library
from agent.reliance import look_up_trust
from agent.shown import bullets, code, count, node_code
from agent.trust import (
    TABLES,
    WORDS,
    build_fact,
    failing_tests,
    freshness_fact,
    judge,
    late_sources,
    shown_test,
    tests_fact,
    warning_tests,
)
from agent.untrusted import one_line
from knowledge.values import Health, Node, TestState

MOST_TESTS = 20


async def tell_health(subject: Subject, library: Library) -> Draft:
    """Whether a node can be relied on, and why."""
    node = subject.node
    if node.kind not in TABLES:
        [trust] = await look_up_trust([node], library)
        return _draft(node, f"{node_code(node)} is {trust.line.partition(': ')[2].replace(' · ', '; ')}.", "health")
    health = await _health(node, library)
    now = library.now()
    status = judge(node, health)
    facts = [build_fact(health.built, now), tests_fact(health) if health.tests or health.built else None]
    facts += [_sources_fact(node, health, library)]
    if node.deprecated_on is not None:
        facts.append(f"deprecated, {node.deprecated_on.isoformat()}")
    if node.contract:
        facts.append("it has a contract")
    known = [fact for fact in facts if fact]
    word = {"warning": "usable with care", "unknown": "of unknown health"}.get(status, WORDS[status])
    text = f"{node_code(node)} is {word}" + (f": {'; '.join(known)}." if known else ": nothing is known of its runs.")
    if troubles := _troubles(health):
        text += "\n" + bullets(troubles)
    return _draft(node, text, "health")


async def tell_tests(subject: Subject, library: Library) -> Draft:
    """Which tests a node has, and how they went; of a column only its own."""
    node, column = subject.node, subject.column
    health = await _health(node, library)
    tests = [test for test in health.tests if column is None or (test.column or "").lower() == column.name.lower()]
    name = node_code(node) if column is None else f"`{node_code(node).strip('`')}.{one_line(column.name)}`"
    if not tests:
        return _draft(node, f"{name} has no tests.", "tests")
    passed = sum(test.status == "pass" for test in tests)
    text = f"{name} has {count(len(tests), 'test')}, {passed} of them pass:\n"
    text += bullets([f"{code(shown_test(test))}: {_outcome(test)}" for test in tests], limit=MOST_TESTS)
    return _draft(node, text, "tests")


def _draft(node: Node, text: str, kind: str) -> Draft:
    return Draft(text=text, nodes=(node.unique_id,), chosen=(node.unique_id,), at_hand=(node,), kind=kind)


async def _health(node: Node, library: Library) -> Health:
    found = await library.catalog.health([node.unique_id])
    return found.get(node.unique_id) or Health(unique_id=node.unique_id)


def _sources_fact(node: Node, health: Health, library: Library) -> str | None:
    checked = [source for source in health.sources if source.freshness]
    if not checked:
        return None
    if node.kind == "source":
        own = next((source for source in checked if source.unique_id == node.unique_id), checked[0])
        return freshness_fact(own.freshness, library.now()) if own.freshness else None
    late = late_sources(health)
    return f"{count(len(late), 'source')} behind it late" if late else "the sources behind it are fresh"


def _troubles(health: Health) -> list[str]:
    """What is wrong, one line each, in dbt's own words where there are any."""
    troubles = [f"{code(shown_test(test))}: {_outcome(test)}" for test in failing_tests(health) + warning_tests(health)]
    troubles += [f"{code(name)} is late" for name in late_sources(health)]
    if health.built and health.built.status in {"error", "fail", "runtime error"} and health.built.message:
        troubles.insert(0, f"the build said: {one_line(health.built.message.strip().splitlines()[0], limit=200)}")
    return troubles


def _outcome(test: TestState) -> str:
    if test.status is None:
        return "has not run"
    failures = f", {count(test.failures, 'row')}" if test.failures and test.status != "pass" else ""
    word = {"fail": "fails", "error": "could not run", "warn": "warns", "pass": "passes"}.get(test.status, test.status)
    if test.severity == "warn" and test.status == "fail":
        word = "warns"
    return one_line(f"{word}{failures}")
