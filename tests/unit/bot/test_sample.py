"""The sample project looks as if it had just been built."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sample import sample_questions, write_sample
from knowledge import Artifacts, DirectorySource

NOW = datetime(2030, 1, 2, 3, 4, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_sample(tmp_path, now=NOW)


async def _artifacts(folder: Path) -> Artifacts:
    async with DirectorySource(folder).fetch(None) as delivery:
        found = delivery.read() if delivery else None
    assert isinstance(found, Artifacts)
    return found


async def test_the_last_run_ended_25_minutes_ago(folder: Path) -> None:
    results = (await _artifacts(folder)).results
    newest = max(result.completed_at for result in results if result.completed_at)
    assert abs(NOW - newest - timedelta(minutes=25)) < timedelta(minutes=1)


async def test_nothing_lies_in_the_future(folder: Path) -> None:
    artifacts = await _artifacts(folder)
    times = [check.checked_at for check in artifacts.freshness] + [artifacts.project.generated_at]
    assert all(at is not None and at <= NOW for at in times)


async def test_a_stale_source_stays_as_stale_as_it_was(folder: Path) -> None:
    statuses = {check.status for check in (await _artifacts(folder)).freshness}
    assert {"pass", "warn"} <= statuses


def test_every_artifact_stays_readable_and_the_bundled_one_untouched(folder: Path) -> None:
    for path in folder.iterdir():
        json.loads(path.read_bytes())
    assert "2030" not in (Path(__file__).parents[3] / "examples/lanternfish/target/run_results.json").read_text("utf-8")


def test_there_are_three_questions_to_try() -> None:
    assert len(sample_questions()) == 3
    assert all(sample_questions())
