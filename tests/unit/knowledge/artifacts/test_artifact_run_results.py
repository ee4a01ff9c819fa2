"""Which outcomes count, and which of them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from artifact_factories import artifact, entry, manifest

from knowledge.artifacts import parse_artifacts
from knowledge.values import Artifacts, RunResult

BUILD = {"which": "build"}
INSTANT = [
    {"name": "execute", "started_at": "2026-11-20T03:00:00.000000Z", "completed_at": "2026-11-20T03:00:00.000011Z"}
]


def result(status: str = "success", at: str | None = "2026-11-20T03:00:01Z", **keys: Any) -> dict[str, Any]:
    timing = [{"name": "execute", "started_at": "2026-11-20T03:00:00Z", "completed_at": at}]
    return {"unique_id": "model.harbour.dues", "status": status, "timing": timing if at else [], **keys}


def file(*results: Any, version: int = 6, **parts: Any) -> bytes:
    return artifact("run-results", version, results=list(results), **parts)


def parsed(*files: bytes) -> Artifacts:
    return parse_artifacts(manifest=manifest(entry("model.harbour.dues")), run_results=files)


def only(*files: bytes) -> RunResult:
    (found,) = parsed(*files).results
    return found


@pytest.mark.parametrize("command", ["build", "run", "test", "seed", "snapshot", "retry"])
@pytest.mark.parametrize("version", [4, 5, 6])
def test_commands_that_build_or_test_count(command: str, version: int) -> None:
    assert only(file(result(), args={"which": command}, version=version)).status == "success"


@pytest.mark.parametrize(
    "command", ["generate", "compile", "parse", "list", "docs", "show", "freshness", "run-operation", "clone"]
)
def test_other_commands_do_not_though_they_write_success(command: str) -> None:
    artifacts = parsed(file(result(), args={"which": command}))
    assert artifacts.results == ()
    assert artifacts.oddities == ()


@pytest.mark.parametrize(("args", "count"), [({"rpc_method": "docs.generate"}, 0), ({"command": "build"}, 1)])
def test_older_and_newer_names_of_the_command_are_understood(args: dict[str, str], count: int) -> None:
    assert len(parsed(file(result(), args=args)).results) == count


@pytest.mark.parametrize("args", [None, {}, "odd"])
def test_where_the_command_is_unknown_only_what_was_plainly_executed_counts(args: Any) -> None:
    compiled = {"unique_id": "model.harbour.dues", "status": "success", "timing": INSTANT, "message": None}
    assert parsed(file(compiled, args=args)).results == ()
    assert only(file(result(), args=args)).status == "success"
    for evidence in ({"message": "SELECT 1"}, {"adapter_response": {"rows": 1}}, {"status": "fail"}):
        assert only(file(compiled | evidence, args=args))


def test_a_result_is_as_old_as_its_execution_or_else_as_its_file() -> None:
    assert only(file(result(), args=BUILD)).completed_at == datetime(2026, 11, 20, 3, 0, 1, tzinfo=UTC)
    skipped = only(file(result("skipped", at=None), args=BUILD))
    assert (skipped.status, skipped.completed_at) == ("skipped", datetime(2026, 11, 20, 4, tzinfo=UTC))


def test_of_several_runs_the_newest_outcome_of_each_node_counts_in_whatever_order_they_come() -> None:
    old, new = result("success"), result("error", at="2026-11-20T03:00:02+00:00")
    for files in ([file(old, args=BUILD), file(new, args=BUILD)], [file(new, args=BUILD), file(old, args=BUILD)]):
        assert only(*files).status == "error"


def test_of_several_runs_all_times_at_which_a_node_was_built_are_kept() -> None:
    days = [f"2026-11-{day}T03:00:00Z" for day in (17, 18, 19, 20)]
    words = ("success", "no-op", "reused", "error")
    runs = [file(result(word, at=day), args=BUILD) for word, day in zip(words, days, strict=True)]
    found = only(*runs[::-1], runs[0], file(result("skipped", at="2026-11-16T03:00:00Z"), args=BUILD))
    assert (found.status, [at.day for at in found.earlier], found.builds) == ("error", [19, 18, 17], found.earlier)
    assert [at.day for at in only(*runs[:2]).builds] == [18, 17]


def test_tests_and_dashboards_are_not_built() -> None:
    for unique_id in ("test.harbour.unique", "exposure.harbour.board", "saved_query.harbour.dues"):
        assert RunResult(unique_id=unique_id, status="success", completed_at=datetime.now(UTC)).builds == ()


def test_a_result_without_any_time_is_older_than_one_with() -> None:
    timeless = json.dumps({"metadata": {}, "results": [result("error", at=None)], "args": BUILD}).encode()
    assert only(file(result(), args=BUILD), timeless).status == "success"


def test_failures_duration_and_message_are_kept() -> None:
    kept = only(file(result("fail", failures=12, execution_time=1.5, message="Got 12\x00 results\n"), args=BUILD))
    assert (kept.failures, kept.duration_s, kept.message) == (12, 1.5, "Got 12 results")


@pytest.mark.parametrize(
    ("failures", "execution_time", "expected"),
    [
        ("3", "2", (3, 2.0)),
        (None, None, (None, None)),
        (2**80, -1, (None, None)),
        ([], {}, (None, None)),
        (3.0, 1e300, (3, None)),
    ],
)
def test_numbers_of_other_types_or_beyond_reason_cost_no_result(
    failures: Any, execution_time: Any, expected: Any
) -> None:
    kept = only(file(result(failures=failures, execution_time=execution_time), args=BUILD))
    assert (kept.failures, kept.duration_s) == expected


def test_a_status_is_lower_case_and_kept_as_dbt_words_it() -> None:
    for status in ("Success", "no-op", "reused", "partial success", "runtime error"):
        assert only(file(result(status), args=BUILD)).status == status.lower()


def test_results_of_nodes_that_are_gone_and_of_hooks_are_left_out() -> None:
    others = [result() | {"unique_id": unique_id} for unique_id in ("model.harbour.gone", "operation.harbour.hook-0")]
    assert parsed(file(*others, args=BUILD)).results == ()


@pytest.mark.parametrize("odd", [None, 5, [], {}, {"unique_id": 5, "status": "x"}, {"unique_id": "model.harbour.dues"}])
def test_an_odd_result_is_reported_and_costs_no_other(odd: Any) -> None:
    artifacts = parsed(file(odd, result(), args=BUILD))
    assert len(artifacts.results) == 1
    assert [oddity.where for oddity in artifacts.oddities] == ["run_results.json[0]"]


@pytest.mark.parametrize(
    "broken", [b"", b"<html>", b"{", b"[]", artifact("catalog", 1), file(args=BUILD)[:-2] + b', "results": 5}']
)
def test_a_broken_file_is_reported_and_costs_nothing_else(broken: bytes) -> None:
    artifacts = parsed(broken, file(result(), args=BUILD))
    assert len(artifacts.results) == 1
    assert [oddity.where for oddity in artifacts.oddities] == ["run_results.json"]


def test_an_empty_list_of_results_is_nothing_odd() -> None:
    artifacts = parsed(file(args=BUILD))
    assert (artifacts.results, artifacts.oddities) == ((), ())
