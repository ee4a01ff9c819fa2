"""What a trust line says besides its word: each fact in a few plain words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from agent.trust.cadence import Cadence, cadence_of
from agent.trust.moments import moment, rhythm
from agent.trust.naming import plain, shown_failure, shown_owner, shown_summary, shown_test, some
from agent.trust.rules import Case
from agent.trust.signs import (
    COULD_NOT_RUN,
    checks,
    failing_tests,
    is_late,
    late_sources,
    lateness,
    missed_rhythm,
    partly_built,
    ran,
    unchecked_sources,
    warning_tests,
)
from knowledge.values import BUILT, Freshness, Health, Node, TestState, Timing, UpstreamFault

_STEPS = ("here", "one step up", *(f"{number} steps up" for number in ("two", "three", "four", "five", "six", "seven")))


@dataclass(frozen=True, slots=True)
class Fact:
    """A few words, and whether they speak against the node."""

    text: str
    is_reason: bool = False


def run_facts(case: Case, now: datetime) -> Iterator[Fact]:
    """What the runs say: build, trouble above, tests, sources."""
    yield from _building(case, now)
    if fault := upstream_fact(case.health, now):
        yield Fact(fault, is_reason=True)
    yield from _testing(case.health)
    yield from _loading(case.node, case.health, now)


def standing_facts(node: Node, now: datetime, successor: str | None) -> Iterator[Fact]:
    """What holds whatever the runs say."""
    if owner := shown_owner(node):
        yield Fact(f"owner {owner}")
    if node.contract:
        yield Fact("contract")
    if deprecated := deprecation(node, now, successor):
        yield Fact(deprecated, is_reason=True)


def deprecation(node: Node, now: datetime, successor: str | None) -> str | None:
    """From when on the node should not be used any more, and what instead."""
    if node.deprecated_on is None:
        return None
    word = "deprecated since" if node.deprecated_on <= now.astimezone(UTC).date() else "deprecated from"
    return f"{word} {node.deprecated_on.isoformat()}" + (f", use {successor}" if successor else "")


def build_fact(health: Health, now: datetime) -> Fact | None:
    """When and how the last build went; None when it is not known."""
    built = health.built
    if built is None:
        return None
    when = f" {moment(built.completed_at, now)}" if built.completed_at else ""
    if built.status in BUILT:
        return Fact(f"built{when}")
    words = {"skipped": "skipped", "partial success": "succeeded only in part"}
    why = shown_failure(built.message) if built.status != "skipped" else ""
    return Fact(f"last build {words.get(built.status, 'failed')}{when}" + (f": {why}" if why else ""), is_reason=True)


def late_fact(case: Case, now: datetime) -> str | None:
    """That the node is late, by what rhythm; None when it is not."""
    cadence = lateness(case.node, case.health, case.known_at)
    return f"late: {rhythm_fact(cadence, now)}" if cadence else None


def rhythm_fact(cadence: Cadence, now: datetime) -> str:
    """When a node was built last, and how often it usually is."""
    return f"built {moment(cadence.last, now)}, usually {rhythm(cadence.usual)}"


def said_rhythm(builds: Sequence[datetime]) -> str | None:
    """How often a node is usually built; None as long as too few builds are known.

    Args: builds: as ``knowledge.Health`` has them.
    """
    cadence = cadence_of(builds)
    return rhythm(cadence.usual) if cadence else None


def said_late(timing: Timing, now: datetime, known_at: datetime) -> str | None:
    """Why a node is late; None when it is not."""
    if timing.freshness and is_late(timing.freshness):
        return freshness_fact(timing.freshness, now)
    missed = missed_rhythm(timing.node.kind, timing.materialized, timing.builds, known_at)
    return rhythm_fact(missed, now) if missed else None


def upstream_fact(health: Health, now: datetime) -> str | None:
    """The nearest node above that fails, and why."""
    if not health.upstream:
        return None
    nearest, *others = health.upstream
    return shown_fault(nearest, now) + (f" (and {len(others)} more upstream)" if others else "")


def shown_fault(fault: UpstreamFault, now: datetime) -> str:
    """``stg_orders, two steps up, failed 03:38 UTC (4 h ago): why``."""
    steps = _STEPS[fault.depth] if fault.depth < len(_STEPS) else f"{fault.depth} steps up"
    where = f"{shown_summary(fault.node)}, {steps},"
    if fault.status is None:
        return f"{where} fails {some([plain(test) for test in fault.tests])}"
    when = f" {moment(fault.completed_at, now)}" if fault.completed_at else ""
    why = shown_failure(fault.message)
    return f"{where} failed{when}" + (f": {why}" if why else "")


def freshness_fact(check: Freshness, now: datetime) -> str:
    """One source's newest freshness check in a few words."""
    word = {"pass": "fresh", "warn": "late", "error": "much too late"}.get(
        check.status, "freshness could not be checked"
    )
    return f"{word}, newest row {moment(check.max_loaded_at, now)}" if check.max_loaded_at else word


def _building(case: Case, now: datetime) -> Iterator[Fact]:
    if late := late_fact(case, now):
        yield Fact(late, is_reason=True)
    fact = build_fact(case.health, now)
    if fact is None and case.node.kind == "model" and (case.node.materialized or "").lower() == "ephemeral":
        yield Fact("ephemeral, so never built by itself")
    if fact is None or (late and not fact.is_reason):
        return
    yield fact
    if fact.is_reason and not late and case.health.builds and not partly_built(case.health.built):
        yield Fact(f"last built {moment(case.health.builds[0], now)}")


def _testing(health: Health) -> Iterator[Fact]:
    """The names of the tests that do not pass, and how many do."""
    failing, warning = failing_tests(health), warning_tests(health)
    stopped = [test for test in (*failing, *warning) if test.status in COULD_NOT_RUN]
    if fail := [test for test in failing if test not in stopped]:
        yield Fact(f"{_named(fail)} failing", is_reason=True)
    if stopped:
        yield Fact(f"{_named(stopped)} could not run", is_reason=True)
    if warn := [test for test in warning if test not in stopped]:
        yield Fact(f"{_named(warn)} {'warns' if len(warn) == 1 else 'warn'}", is_reason=True)
    number, has_run = len(health.tests), ran(health.tests)
    if has_run:
        passed = sum(test.status == "pass" for test in health.tests)
        resting = f", {number - len(has_run)} not run" if number > len(has_run) else ""
        yield Fact(f"{passed} of {number} {'tests pass' if number > 1 else 'test passes'}{resting}")
    elif number:
        yield Fact(f"{number} tests, none has run" if number > 1 else "1 test, which has not run")
    elif health.built:
        yield Fact("no tests")


def _loading(node: Node, health: Health, now: datetime) -> Iterator[Fact]:
    known = checks(health)
    if not known:
        return
    late, unchecked = late_sources(health), unchecked_sources(health)
    if node.kind == "source":
        own = next((check for check in known if check.unique_id == node.unique_id), known[0])
        yield Fact(freshness_fact(own, now), is_reason=bool(late or unchecked))
        return
    if late:
        yield Fact(f"late: {some([plain(name) for name in late])}", is_reason=True)
    if unchecked:
        yield Fact(f"freshness could not be checked: {some([plain(name) for name in unchecked])}", is_reason=True)
    if not late and not unchecked:
        yield Fact("sources fresh")


def _named(tests: list[TestState]) -> str:
    return some([shown_test(test) for test in tests])
