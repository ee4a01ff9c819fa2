"""The rule table: which of four words a node gets. docs/trust.md shows the same table, and a test compares them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from agent.trust.signs import (
    build_failed,
    checks,
    failing_tests,
    late_sources,
    lateness,
    own_freshness,
    partly_built,
    ran,
    unchecked_sources,
    warning_tests,
)
from agent.values import Status
from knowledge.values import Health, Node

"""What is built or loaded, and so has a health of its own."""


@dataclass(frozen=True, slots=True)
class Case:
    """One node to be judged."""

    node: Node
    health: Health
    known_at: datetime | None = None
    """Until when its builds are known; None: it is not asked whether it is late."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table."""

    status: Status
    when: str
    applies: Callable[[Case], bool]


def _skipped(case: Case) -> bool:
    return case.health.built is not None and case.health.built.status == "skipped"


def _failed(case: Case) -> bool:
    return build_failed(case.health.built) and not _skipped(case)


def _is_late(case: Case) -> bool:
    return lateness(case.node, case.health, case.known_at) is not None


def _is_unknown(case: Case) -> bool:
    return case.health.built is None and not ran(case.health.tests) and not checks(case.health)


RULES = (
    Rule("unhealthy", "its last build failed", _failed),
    Rule("unhealthy", "its last build was skipped, because something before it failed", _skipped),
    Rule("unhealthy", "a test of severity error fails or breaks", lambda case: bool(failing_tests(case.health))),
    Rule(
        "unhealthy",
        "it is a source, and later than its error limit allows",
        lambda case: own_freshness(case.node, case.health) == "error",
    ),
    Rule("warning", "its last build succeeded only in part", lambda case: partly_built(case.health.built)),
    Rule("warning", "it is late by its own rhythm", _is_late),
    Rule(
        "warning",
        "a build, or a test of severity error, fails one or two steps up, or what builds there were skipped for",
        lambda case: bool(case.health.upstream),
    ),
    Rule("warning", "a test of severity warn complains", lambda case: bool(warning_tests(case.health))),
    Rule(
        "warning",
        "a source that feeds it, or it itself, is late or could not be checked",
        lambda case: bool(late_sources(case.health) or unchecked_sources(case.health)),
    ),
    Rule("warning", "it is deprecated, now or from a date to come", lambda case: case.node.deprecated_on is not None),
    Rule("unknown", "no build, no test's outcome and no freshness check is known", _is_unknown),
    Rule("healthy", "none of the above", lambda _case: True),
)
"""The first that applies decides."""


def deciding(case: Case) -> Rule:
    """The rule that decides."""
    return next(rule for rule in RULES if rule.applies(case))


def judge(node: Node, health: Health, known_at: datetime | None = None) -> Status:
    """What the table says of a node."""
    return deciding(Case(node, health, known_at)).status
