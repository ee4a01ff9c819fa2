"""The bundled sample project, as if it had been built a moment ago."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parents[1] / "examples"
_ARTIFACTS = ("manifest.json", "catalog.json", "run_results.json", "sources.json", "semantic_manifest.json")
_TIME_KEYS = frozenset(
    {"generated_at", "invocation_started_at", "started_at", "completed_at", "max_loaded_at", "snapshotted_at"}
)
_AGO = timedelta(minutes=25)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")


def sample_folder() -> Path:
    """The sample project's folder: the one in ``examples/`` that has artifacts."""
    return next(path.parent.parent for path in sorted(EXAMPLES.glob("*/target/manifest.json")))


def sample_questions() -> list[str]:
    """The three questions to try."""
    lines = (EXAMPLES / "questions.txt").read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")][:3]


def write_sample(target: Path, *, now: datetime | None = None) -> Path:
    """Write the sample's artifacts to ``target``, their times moved so that the last run ended 25 minutes ago.

    Everything keeps its distance in time: what was stale stays stale. Returns ``target``.
    """
    source = sample_folder() / "target"
    target.mkdir(parents=True, exist_ok=True)
    ended_at = _newest(json.loads((source / "run_results.json").read_bytes()))
    shift = (now or datetime.now(UTC)) - _AGO - ended_at
    for name in _ARTIFACTS:
        if (source / name).exists():
            moved = _moved(json.loads((source / name).read_bytes()), lambda at: at + shift)
            (target / name).write_text(json.dumps(moved), "utf-8")
    return target


def _newest(run_results: Any) -> datetime:
    times = [
        timing["completed_at"]
        for result in run_results["results"]
        for timing in result["timing"]
        if "completed_at" in timing
    ]
    return max(_parse(text) for text in times)


def _parse(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _moved(value: Any, move: Callable[[datetime], datetime]) -> Any:
    if isinstance(value, list):
        return [_moved(item, move) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _moved_entry(key, item, move) for key, item in value.items()}


def _moved_entry(key: str, value: Any, move: Callable[[datetime], datetime]) -> Any:
    if key in _TIME_KEYS and isinstance(value, str) and _TIME.fullmatch(value):
        return move(_parse(value)).isoformat().replace("+00:00", "Z")
    return _moved(value, move)
