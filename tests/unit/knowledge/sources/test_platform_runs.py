"""Which runs of the dbt platform count, which of their steps matter, and how far they have been read."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from knowledge.sources.platform.run_steps import Environment, Step, parse_detail, step_kind
from knowledge.sources.platform.runs import Run, first_choice, own_runs, parse_jobs, parse_runs
from knowledge.sources.platform.watermark import Origin, Watermark, parse_watermark, render_watermark, with_taken

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ENVIRONMENT = 7


def raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(json.dumps(value).encode())


def row(run_id: int = 1, **facts: Any) -> dict[str, Any]:
    times = {"started_at": "2026-11-20 11:50:00.179903+00:00", "finished_at": "2026-11-20 12:00:00+00:00"}
    given = {"id": run_id, "status": 10, "environment_id": ENVIRONMENT, "job_definition_id": 3, "artifacts_saved": True}
    return {
        **given,
        **times,
        "trigger": {"cause_category": "scheduled"},
        "job": {"id": 3, "job_type": "other"},
        **facts,
    }


def parsed(*rows: Any) -> list[Run]:
    return parse_runs(map(raw, rows), ENVIRONMENT)


def run(run_id: int, *, minutes: float = 0, job_id: int | None = 3) -> Run:
    finished_at = NOON + timedelta(minutes=minutes)
    return Run(id=run_id, started_at=finished_at - timedelta(minutes=5), finished_at=finished_at, job_id=job_id)


@pytest.mark.parametrize("command", ["build", "run", "test", "seed", "snapshot", "retry"])
@pytest.mark.parametrize(
    "name",
    [
        "Invoke dbt with `dbt {}`",
        "Invoke dbt with `dbt {} --select tag:nightly --vars '{{run: docs}}'`",
        "dbt {}",
        "INVOKE DBT WITH `DBT {}`",
        "Invoke dbt with `dbt --no-partial-parse --log-level debug {}`",
        'Invoke dbt with `dbt --warn-error-options \'{{"include": "all"}}\' {} -s docs`',
        "Invoke dbt with `dbt --target=compile --unheard-of thing {}`",
        "dbtf {}",
    ],
)
def test_a_step_that_builds_or_tests_has_results(name: str, command: str) -> None:
    assert step_kind(name.format(command)) == "results"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Invoke dbt with `dbt docs generate`", "docs"),
        ("Invoke dbt with `dbt --quiet docs generate --no-compile`", "docs"),
        ("dbt source freshness", "freshness"),
        ("Invoke dbt with `dbt source snapshot-freshness --select source:run`", "freshness"),
        ("Clone git repository", None),
        ("Create profile from connection Snowflake (override schema to 'dbt_run')", None),
        ("Invoke dbt with `dbt deps`", None),
        ("Invoke dbt with `dbt compile --select test`", None),
        ("Invoke dbt with `dbt run-operation run --args '{a: build}'`", None),
        ("Invoke dbt with `dbt parse`", None),
        ("Invoke dbt with `dbt ls --resource-type test`", None),
        ("Invoke dbt with `dbt docs serve`", None),
        ("", None),
    ],
)
def test_other_steps_are_known_by_their_command(name: str, kind: str | None) -> None:
    assert step_kind(name) == kind


def test_steps_that_did_not_end_and_steps_without_an_index_are_passed_over() -> None:
    steps: list[dict[str, Any]] = [
        {"index": 4, "name": "dbt build", "status": 20},
        {"index": 5, "name": "dbt test", "status": 30},
        {"index": 6, "name": "dbt test", "status": 1},
        {"index": None, "name": "dbt run", "status": 10},
        {"index": 7, "name": None, "status": 10},
        {"index": 8, "name": "dbt docs generate"},
    ]
    found = parse_detail(raw({"run_steps": steps}))
    assert found.steps == (Step(index=4, kind="results"), Step(index=8, kind="docs"))
    assert found.environment is None


@pytest.mark.parametrize(
    ("deployment_type", "slug"), [("production", "production"), ("staging", "staging"), (None, "production")]
)
def test_a_run_tells_its_environment(deployment_type: str | None, slug: str) -> None:
    environment = {"name": " Production\n", "project_id": 5, "deployment_type": deployment_type}
    found = parse_detail(raw({"project_id": None, "environment": environment, "run_steps": None}))
    assert found.environment == Environment(name="Production", project_id=5, slug=slug)


@pytest.mark.parametrize("data", ["[]", "null", '{"run_steps": 5}'])
def test_a_run_that_cannot_be_read_has_no_steps(data: str) -> None:
    assert parse_detail(msgspec.Raw(data.encode())).steps == ()


def test_runs_come_newest_end_first_and_each_once() -> None:
    earlier, later = "2026-11-20 10:00:00+00:00", "2026-11-20 13:00:00Z"
    found = parsed(row(1, finished_at=earlier), row(3), row(2, finished_at=later), row(3), row(4))
    assert [each.id for each in found] == [2, 4, 3, 1]


@pytest.mark.parametrize(
    "facts", [{"status": 30}, {"status": 3}, {"finished_at": None}, {"environment_id": 8}, {"id": None}, {"status": []}]
)
def test_what_is_not_over_or_belongs_elsewhere_is_no_run_of_ours(facts: dict[str, Any]) -> None:
    assert parsed(row(**facts)) == []


def test_most_of_a_row_may_be_missing() -> None:
    (found,) = parsed({"id": 9, "status": 20, "finished_at": "2026-11-20T12:00:00Z", "unheard_of": {}})
    assert (found.started_at, found.has_artifacts, found.has_catalog, found.is_own) == (NOON, True, False, True)


@pytest.mark.parametrize(
    "facts",
    [
        {"job": {"id": 3, "job_type": "ci"}},
        {"job": {"id": 3, "job_type": "merge"}},
        {"job": {"id": 3, "job_type": "exposure_sync"}},
        {"job": {"id": 3, "job_type": "other", "is_system": True}},
        {"trigger": {"cause_category": "ci"}},
        {"trigger": {"cause_category": "Merge"}},
        {"trigger": {"github_pull_request_id": 12}},
        {"trigger": {"gitlab_merge_request_id": 12}},
        {"trigger": {"azure_devops_pull_request_id": 12}},
        {"trigger": {"non_native_pull_request_id": "12"}},
        {"trigger": {"schema_override": "dbt_ana"}},
        {"trigger": {"target_name_override": "dev"}},
        {"trigger": {"schema_override": "dbt_ana"}, "job": None},
    ],
)
def test_a_run_that_built_something_else_does_not_count(facts: dict[str, Any]) -> None:
    assert own_runs(parsed(row(**facts)), {}) == []


@pytest.mark.parametrize(
    "facts",
    [
        {"trigger": None},
        {"trigger": {"cause_category": "api", "github_pull_request_id": None, "schema_override": ""}},
        {"trigger": {"cause_category": "rerun", "steps_override": ["dbt run"]}},
        {"job": {"id": 3}},
        {"job": None, "job_definition_id": None},
    ],
)
def test_any_other_run_counts(facts: dict[str, Any]) -> None:
    assert len(own_runs(parsed(row(**facts)), {})) == 1


def test_a_run_that_does_not_say_what_its_job_is_counts_as_the_job_does() -> None:
    jobs = parse_jobs([raw({"id": 3, "job_type": "ci"}), raw({"id": 4, "job_type": "scheduled"}), raw("?")])
    runs = parsed(*(row(job_id, job=None, job_definition_id=job_id) for job_id in (3, 4, 5)))
    assert [each.is_own for each in runs] == [None, None, None]
    assert {each.id for each in own_runs(runs, jobs)} == {4, 5}, "the job of 5 is gone"


def test_at_first_the_newest_fifty_runs_are_read_and_the_newest_of_each_other_job() -> None:
    runs = [run(1000 - n, minutes=-n, job_id=3) for n in range(50)]
    runs += [run(100, job_id=3), run(99, job_id=4), run(98, job_id=4), run(97, job_id=5)]
    assert [each.id for each in first_choice(runs)] == [*range(1000, 950, -1), 99, 97]


def test_artifacts_are_waited_for_during_an_hour() -> None:
    assert run(1).is_young(NOON + timedelta(minutes=59))
    assert not run(1).is_young(NOON + timedelta(minutes=60))


def test_a_run_is_known_when_it_was_taken_or_ended_long_before_the_newest() -> None:
    watermark = Watermark(taken=(2,), newest_finished_at=NOON)
    assert watermark.knows(run(2))
    assert not watermark.knows(run(3, minutes=1))
    assert not watermark.knows(run(1, minutes=-30)), "it may have been listed late"
    assert watermark.knows(run(1, minutes=-181))
    assert not Watermark().knows(run(1, minutes=-10_000))


def test_of_the_taken_runs_the_newest_are_remembered() -> None:
    taken = with_taken(range(499, 0, -1), [run(600, minutes=6), run(700, minutes=7), run(499, minutes=5)])
    assert taken[:4] == (700, 600, 499, 498)
    assert len(taken) == 500


def test_a_cursor_is_json_and_comes_back_the_same() -> None:
    watermark = Watermark(
        taken=(2**53 + 1, 2),
        newest_finished_at=NOON,
        manifest=Origin(run_id=2, started_at=NOON),
        catalog=Origin(run_id=1, started_at=NOON, step=5),
        environment=Environment(name="Prod", project_id=4, slug="staging"),
    )
    assert parse_watermark(json.loads(json.dumps(render_watermark(watermark)))) == watermark


@pytest.mark.parametrize("cursor", [None, {}, {"taken": "?"}, {"manifest": {"run": 5}}])
def test_a_cursor_that_is_none_of_ours_is_none(cursor: dict[str, Any] | None) -> None:
    assert parse_watermark(cursor) is None
