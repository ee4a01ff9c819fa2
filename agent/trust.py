"""How far a node can be relied on right now: one rule table over the catalog's facts, and the line that shows it.

The first row that applies decides:

unhealthy  the last build failed or was skipped; a test of severity error fails or breaks; the source itself is later
           than its error limit allows
warning    the last build succeeded only in part; a test of severity warn complains; a source that feeds it is late, or
           could not be checked; the node is deprecated
unknown    neither a build, nor a test's outcome, nor a freshness check is known
healthy    anything else

A warning test never makes a node unhealthy, and a late source makes the models behind it doubtful, not wrong.
What is not built itself (an exposure, a metric) is as well as the worst of the tables it rests on.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from agent.untrusted import one_line
from agent.values import Status, Trust
from knowledge import Freshness, Health, Kind, Node, RunResult, TestState

BUILT = frozenset({"success", "no-op", "reused"})
FAILED = frozenset({"error", "fail", "runtime error"})
WORDS: dict[Status, str] = {
    "healthy": "healthy",
    "warning": "warning",
    "unhealthy": "not healthy",
    "unknown": "health unknown",
}
TABLES: frozenset[Kind] = frozenset({"model", "source", "seed", "snapshot"})
"""What is built or loaded, and so has a health of its own."""
_WORST_FIRST: tuple[Status, ...] = ("unhealthy", "warning", "unknown", "healthy")
_SHOWN_NAMES = 3


def assess(node: Node, health: Health | None, now: datetime) -> Trust:
    """Judge ``node``, and say on what that rests.

    Args:    health: its run state; None when nothing is known of it.
             now: aware; ages are counted from it.
    """
    known = health or Health(unique_id=node.unique_id)
    status = judge(node, known)
    facts = [WORDS[status], *_facts(node, known, now)]
    return Trust(unique_id=node.unique_id, status=status, line=f"{shown_name(node)}: {' · '.join(facts)}")


def assess_resting(node: Node, under: Sequence[tuple[Node, Trust]], now: datetime) -> Trust:
    """Judge a node that is not built itself by the tables that it rests on."""
    worst_first = sorted(under, key=lambda pair: _WORST_FIRST.index(pair[1].status))
    status: Status = worst_first[0][1].status if worst_first else "unknown"
    facts = [WORDS[status]]
    if worst_first:
        facts.append(
            f"rests on {_some([f'{shown_name(table)} ({WORDS[trust.status]})' for table, trust in worst_first])}"
        )
    facts += _standing(node, now)
    return Trust(unique_id=node.unique_id, status=status, line=f"{shown_name(node)}: {' · '.join(facts)}")


def judge(node: Node, health: Health) -> Status:
    """The rule table of this module."""
    if _build_failed(health.built) or failing_tests(health) or _own_freshness(node, health) == "error":
        return "unhealthy"
    if _partly_built(health.built) or warning_tests(health) or late_sources(health) or node.deprecated_on is not None:
        return "warning"
    if health.built is None and not _ran(health.tests) and not _checks(health):
        return "unknown"
    return "healthy"


def shown_name(node: Node) -> str:
    """The name people say: a source with its source's name, an older version with its number."""
    name = f"{node.source_name}.{node.name}" if node.kind == "source" and node.source_name else node.name
    return one_line(name if node.is_latest or not node.version else f"{name}.v{node.version}") or "(no name)"


def shown_owner(node: Node) -> str | None:
    """Who answers for ``node``, as plain text: a person or team, else the group it belongs to."""
    owner = node.owner
    name = (owner.name or owner.email) if owner else None
    return one_line(name or node.group or "") or None


def failing_tests(health: Health) -> list[TestState]:
    """Tests whose failure means that the data is wrong."""
    return [test for test in health.tests if test.severity == "error" and test.status in FAILED]


def warning_tests(health: Health) -> list[TestState]:
    """Tests that complain without the project treating that as an error."""
    return [
        test for test in health.tests if test.status == "warn" or (test.severity == "warn" and test.status in FAILED)
    ]


def late_sources(health: Health) -> list[str]:
    """Names of the sources that are late, or whose lateness could not be checked."""
    return [source.name for source in health.sources if source.freshness and source.freshness.status != "pass"]


def shown_test(test: TestState) -> str:
    """A test as people say it: ``not_null(order_id)``."""
    return one_line(f"{test.name}({test.column})" if test.column else test.name)


def moment(at: datetime, now: datetime) -> str:
    """A time and its age: ``06:12 UTC (2 h ago)``, with the date when it is not today's."""
    at, now = at.astimezone(UTC), now.astimezone(UTC)
    clock = at.strftime("%H:%M UTC") if at.date() == now.date() else at.strftime("%Y-%m-%d %H:%M UTC")
    return f"{clock} ({_age(now - at)})"


def build_fact(built: RunResult | None, now: datetime) -> str | None:
    """When and how the last build went, in a few words; None when it is not known."""
    if built is None:
        return None
    when = f" {moment(built.completed_at, now)}" if built.completed_at else ""
    if built.status in BUILT:
        return f"built{when}"
    words = {"skipped": "skipped", "partial success": "succeeded only in part"}
    return f"last build {words.get(built.status, 'failed')}{when}"


def tests_fact(health: Health) -> str | None:
    """How many of the tests pass, and the names of those that do not."""
    ran = _ran(health.tests)
    if not health.tests:
        return "no tests"
    if not ran:
        return f"{len(health.tests)} tests, none has run" if len(health.tests) > 1 else "1 test, which has not run"
    passed = sum(test.status == "pass" for test in health.tests)
    fact = f"{passed} of {len(health.tests)} tests pass"
    if failing := failing_tests(health):
        fact += f", failing: {_named(failing)}"
    if warning := warning_tests(health):
        fact += f", warning: {_named(warning)}"
    return fact


def _facts(node: Node, health: Health, now: datetime) -> Iterable[str]:
    if (built := build_fact(health.built, now)) is not None:
        yield built
    if health.tests or health.built:
        yield tests_fact(health) or ""
    if sources := _sources_fact(node, health, now):
        yield sources
    yield from _standing(node, now)


def _standing(node: Node, now: datetime) -> Iterable[str]:
    """What holds whatever the runs say."""
    if owner := shown_owner(node):
        yield f"owner {owner}"
    if node.contract:
        yield "contract"
    if node.deprecated_on is not None:
        word = "deprecated since" if node.deprecated_on <= now.astimezone(UTC).date() else "deprecated from"
        yield f"{word} {node.deprecated_on.isoformat()}"


def _sources_fact(node: Node, health: Health, now: datetime) -> str | None:
    checks = _checks(health)
    if not checks:
        return None
    if node.kind == "source":
        return freshness_fact(next((check for check in checks if check.unique_id == node.unique_id), checks[0]), now)
    if late := late_sources(health):
        return f"late: {_some([one_line(name) for name in late])}"
    return "sources fresh"


def freshness_fact(check: Freshness, now: datetime) -> str:
    """One source's newest freshness check in a few words."""
    word = {"pass": "fresh", "warn": "late", "error": "much too late"}.get(
        check.status, "freshness could not be checked"
    )
    return f"{word}, newest row {moment(check.max_loaded_at, now)}" if check.max_loaded_at else word


def _own_freshness(node: Node, health: Health) -> str | None:
    own = [check for check in _checks(health) if check.unique_id == node.unique_id]
    return own[0].status if own and node.kind == "source" else None


def _checks(health: Health) -> list[Freshness]:
    return [source.freshness for source in health.sources if source.freshness]


def _build_failed(built: RunResult | None) -> bool:
    return built is not None and built.status not in BUILT and not _partly_built(built)


def _partly_built(built: RunResult | None) -> bool:
    return built is not None and built.status == "partial success"


def _ran(tests: Sequence[TestState]) -> list[TestState]:
    return [test for test in tests if test.status not in {None, "skipped"}]


def _named(tests: Sequence[TestState]) -> str:
    return _some([shown_test(test) for test in tests])


def _some(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN_NAMES
    return ", ".join(names[:_SHOWN_NAMES]) + (f" and {more} more" if more > 0 else "")


def _age(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d ago"
