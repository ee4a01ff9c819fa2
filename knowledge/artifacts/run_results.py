"""run_results.json (versions 1 to 6): how the nodes and tests that one command touched came out."""

from datetime import datetime
from typing import Any

import msgspec

from knowledge.artifacts.reading import NOTHING, Odd, artifact_kind, read, read_artifact, read_list, read_metadata
from knowledge.artifacts.scalars import count, duration_s, moment, text, word
from knowledge.values import Oddity, RunResult

_FILE = "run_results.json"
_COMMANDS = frozenset({"build", "run", "test", "seed", "snapshot", "retry"})
"""The commands that build or test. ``docs generate``, ``compile`` and others write the same file, all "success"."""
_EXECUTED_S = 0.001
"""Commands that only compile report an execution of some microseconds."""


class _Document(msgspec.Struct):
    metadata: msgspec.Raw = NOTHING
    results: msgspec.Raw = NOTHING
    args: msgspec.Raw = NOTHING


class _Arguments(msgspec.Struct):
    which: Any = None
    command: Any = None
    rpc_method: Any = None


class _Entry(msgspec.Struct):
    unique_id: str
    status: str
    timing: Any = None
    execution_time: Any = None
    failures: Any = None
    message: Any = None
    adapter_response: Any = None


def parse_run_results(data: bytes, oddities: list[Oddity]) -> list[RunResult]:
    """The outcomes in one file; none when its command neither builds nor tests."""
    try:
        document = read_artifact(data, _Document)
        metadata = read_metadata(document.metadata)
        if (kind := artifact_kind(metadata) or "run-results") != "run-results":
            raise Odd(f"is a dbt {kind}, not run results")
    except Odd as odd:
        oddities.append(Oddity(where=_FILE, reason=str(odd)))
        return []
    command = _command(document.args)
    if command is not None and command not in _COMMANDS:
        return []
    entries = read_list(_FILE, document.results, _Entry, oddities)
    written_at = moment(metadata.generated_at)
    return [_result(entry, written_at) for entry in entries if command is not None or _was_executed(entry)]


def _command(part: msgspec.Raw) -> str | None:
    try:
        arguments = read(part, _Arguments)
    except Odd:
        return None
    return word(arguments.which) or word(arguments.command) or word(arguments.rpc_method)


def _was_executed(entry: _Entry) -> bool:
    """Whether a result whose command is unknown shows more than a compilation would."""
    if entry.message or entry.adapter_response or entry.status.lower() != "success":
        return True
    started_at, completed_at = _execution(entry.timing)
    return bool(started_at and completed_at and (completed_at - started_at).total_seconds() >= _EXECUTED_S)


def _execution(timing: Any) -> tuple[datetime | None, datetime | None]:
    """When executing a node began and ended."""
    for phase in timing if isinstance(timing, list) else ():
        if isinstance(phase, dict) and phase.get("name") == "execute":
            return moment(phase.get("started_at")), moment(phase.get("completed_at"))
    return None, None


def _result(entry: _Entry, written_at: datetime | None) -> RunResult:
    return RunResult(
        unique_id=text(entry.unique_id),
        status=text(entry.status).lower(),
        completed_at=_execution(entry.timing)[1] or written_at,
        duration_s=duration_s(entry.execution_time),
        failures=count(entry.failures),
        message=text(entry.message) or None,
    )
