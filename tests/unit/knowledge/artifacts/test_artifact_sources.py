"""How fresh sources are, by sources.json."""

from datetime import UTC, datetime
from typing import Any

import pytest
from artifact_factories import artifact, entry, manifest

from knowledge.artifacts import parse_artifacts
from knowledge.values import Artifacts

CALLS = "source.harbour.port.calls"
CHECK = {
    "unique_id": CALLS, "status": "warn",
    "max_loaded_at": "2026-11-18T00:00:00+00:00", "snapshotted_at": "2026-11-20T03:00:00.5Z",
}  # fmt: skip


def parsed(*results: Any) -> Artifacts:
    sources = artifact("sources", 3, results=list(results))
    return parse_artifacts(manifest=manifest(entry(CALLS), entry("source.harbour.port.ships")), freshness=[sources])


def test_a_check_tells_how_new_the_newest_row_was_and_when_dbt_looked() -> None:
    (check,) = parsed(CHECK).freshness
    assert (check.unique_id, check.status) == (CALLS, "warn")
    assert check.max_loaded_at == datetime(2026, 11, 18, tzinfo=UTC)
    assert check.checked_at == datetime(2026, 11, 20, 3, 0, 0, 500_000, tzinfo=UTC)


@pytest.mark.parametrize("version", [1, 2, 3])
def test_each_version_of_the_file_is_read(version: int) -> None:
    sources = artifact("sources", version, results=[CHECK])
    (check,) = parse_artifacts(manifest=manifest(entry(CALLS)), freshness=[sources]).freshness
    assert check.status == "warn"


@pytest.mark.parametrize("keys", [{"max_loaded_at": 5, "snapshotted_at": []}, {"criteria": "odd", "timing": None}])
def test_an_odd_part_of_a_check_costs_only_itself(keys: dict[str, Any]) -> None:
    artifacts = parsed({**CHECK, **keys})
    assert [check.status for check in artifacts.freshness] == ["warn"]
    assert artifacts.oddities == ()


@pytest.mark.parametrize("status", ["runtime error", None, []])
def test_a_check_that_could_not_run_has_the_time_of_its_file(status: Any) -> None:
    (check,) = parsed({"unique_id": CALLS, "error": "no such column", "status": status}).freshness
    assert (check.status, check.max_loaded_at) == ("runtime error", None)
    assert check.checked_at == datetime(2026, 11, 20, 4, tzinfo=UTC)


def test_a_table_that_never_got_a_row_has_no_newest_one() -> None:
    (check,) = parsed(CHECK | {"max_loaded_at": "0001-01-01T00:00:00Z", "status": "Error"}).freshness
    assert (check.status, check.max_loaded_at) == ("error", None)


def test_checks_of_sources_that_are_gone_are_left_out() -> None:
    assert parsed(CHECK | {"unique_id": "source.harbour.port.gone"}).freshness == ()


def test_an_odd_check_is_reported_and_costs_no_other() -> None:
    artifacts = parsed(None, CHECK, {"status": "pass"})
    assert [check.unique_id for check in artifacts.freshness] == [CALLS]
    assert [oddity.where for oddity in artifacts.oddities] == ["sources.json[0]", "sources.json[2]"]


@pytest.mark.parametrize("broken", [b"", b"<html>", b'{"results": [', artifact("run-results", 6), b'{"results": 5}'])
def test_a_broken_file_is_reported_and_costs_nothing_else(broken: bytes) -> None:
    artifacts = parse_artifacts(manifest=manifest(entry(CALLS)), freshness=[broken])
    assert len(artifacts.nodes) == 1
    assert [oddity.where for oddity in artifacts.oddities] == ["sources.json"]


def test_no_results_are_nothing_odd() -> None:
    assert parsed().oddities == ()
