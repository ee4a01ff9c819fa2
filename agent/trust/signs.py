"""What in a node's run state speaks for or against it."""

from collections.abc import Sequence
from datetime import datetime

from agent.trust.cadence import Cadence, cadence_of
from knowledge.values import BUILT, Freshness, Health, Kind, Node, RunResult, TestState

COULD_NOT_RUN = frozenset({"error", "runtime error"})
FAILED = COULD_NOT_RUN | {"fail"}
_LATE = frozenset({"warn", "error"})
_KEPT_UP = frozenset({"view", "ephemeral", "materialized_view", "dynamic_table", "streaming_table"})
"""Materializations that show what their parents hold without being built again."""


def failing_tests(health: Health) -> list[TestState]:
    """Tests whose failure means that the data is wrong."""
    return [test for test in health.tests if test.severity == "error" and test.status in FAILED]


def warning_tests(health: Health) -> list[TestState]:
    """Tests that complain without the project treating that as an error."""
    return [
        test for test in health.tests if test.status == "warn" or (test.severity == "warn" and test.status in FAILED)
    ]


def ran(tests: Sequence[TestState]) -> list[TestState]:
    """Tests of which an outcome is known."""
    return [test for test in tests if test.status not in {None, "skipped"}]


def checks(health: Health) -> list[Freshness]:
    """The freshness checks of all sources that feed a node."""
    return [source.freshness for source in health.sources if source.freshness]


def own_freshness(node: Node, health: Health) -> str | None:
    """How a source's own newest check ended."""
    own = [check for check in checks(health) if check.unique_id == node.unique_id]
    return own[0].status if own and node.kind == "source" else None


def late_sources(health: Health) -> list[str]:
    """Names of the sources that are late."""
    return [source.name for source in health.sources if is_late(source.freshness)]


def is_late(check: Freshness | None) -> bool:
    """Whether a source's newest check found it late."""
    return check is not None and check.status in _LATE


def unchecked_sources(health: Health) -> list[str]:
    """Names of the sources of which a check was tried, and did not say whether they are late."""
    told = _LATE | {"pass"}
    return [source.name for source in health.sources if source.freshness and source.freshness.status not in told]


def build_failed(built: RunResult | None) -> bool:
    """Whether the last build left nothing new: it failed, or was not even begun."""
    return built is not None and built.status not in BUILT and not partly_built(built)


def partly_built(built: RunResult | None) -> bool:
    """Whether only some batches of the last build succeeded."""
    return built is not None and built.status == "partial success"


def lateness(node: Node, health: Health, known_at: datetime | None) -> Cadence | None:
    """The rhythm by which a node is late; None when it is not, when it has none, or need not be built again.

    A view shows what its parents hold, and a seed is as old as its file: neither is ever late.

    Args: known_at: until when builds are known of; None: nothing is late.
    """
    return missed_rhythm(node.kind, node.materialized, health.builds, known_at)


def missed_rhythm(
    kind: Kind, materialized: str | None, builds: Sequence[datetime], known_at: datetime | None
) -> Cadence | None:
    """The same, of a node that is not read whole."""
    if known_at is None or kind not in {"model", "snapshot"} or (materialized or "").lower() in _KEPT_UP:
        return None
    cadence = cadence_of(builds)
    return cadence if cadence and cadence.is_late(known_at) else None
