"""Objects of the platform as its Admin API writes them.

Source: Admin API v2 and v3 as published in OpenAPI, and replies recorded by clients of it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fakes.dbt_platform.values import Account, Environment, Job, Project, Run, Status, Step, Trigger

Row = dict[str, Any]
Names = frozenset[str]
"""What ``include_related`` asks for: all else is null or empty."""

RELATED_TO_LISTED_RUNS = frozenset({"trigger", "job", "debug_logs", "run_steps"})
"""A list gives less than a single run does."""


def account_row(account: Account) -> Row:
    return {
        "id": account.id,
        "name": account.name,
        "plan": account.plan,
        "identifier": f"act_{account.id}",
        "static_subdomain": "abc12",
        "state": account.state,
        "locked": False,
    }


def project_row(project: Project, related: Names, environments: Sequence[Environment]) -> Row:
    repository = {"full_name": project.repository, "remote_backend": "github", "state": 1}
    return {
        "id": project.id,
        "account_id": project.account.id,
        "name": project.name,
        "description": project.description,
        "connection_id": project.id + 1,
        "repository_id": None if project.repository is None else project.id + 2,
        "semantic_layer_config_id": None,
        "dbt_project_subdirectory": project.subdirectory,
        "docs_job_id": None,
        "freshness_job_id": None,
        "type": project.kind,
        "state": project.state,
        "created_at": _with_t(project.created_at),
        "updated_at": _with_t(project.created_at),
        "repository": repository if "repository" in related and project.repository else None,
        "environments": [environment_row(e) for e in environments] if "environments" in related else None,
    }


def environment_row(environment: Environment) -> Row:
    return {
        "id": environment.id,
        "account_id": environment.project.account.id,
        "project_id": environment.project.id,
        "name": environment.name,
        "type": environment.kind,
        "deployment_type": environment.deployment_type,
        "dbt_version": environment.dbt_version,
        "raw_dbt_version": environment.dbt_version,
        "use_custom_branch": environment.custom_branch is not None,
        "custom_branch": environment.custom_branch,
        "supports_docs": True,
        "state": environment.state,
        "created_at": _with_t(environment.created_at),
        "updated_at": _with_t(environment.created_at),
    }


def job_row(job: Job, related: Names = frozenset(), runs: Sequence[Run] = ()) -> Row:
    """A job, and ``runs`` of its own if they are asked for."""
    newest = max(runs, key=lambda run: run.id, default=None)
    completed = max((run for run in runs if run.is_complete), key=lambda run: run.id, default=None)
    return {
        "id": job.id,
        "account_id": job.environment.project.account.id,
        "project_id": job.environment.project.id,
        "environment_id": job.environment.id,
        "name": job.name,
        "description": job.description,
        "dbt_version": job.dbt_version,
        "execute_steps": job.execute_steps,
        "generate_docs": job.generate_docs,
        "run_generate_sources": job.run_generate_sources,
        "job_type": job.job_type,
        "is_system": job.is_system,
        "triggers": {
            "github_webhook": job.job_type == "ci",
            "git_provider_webhook": False,
            "schedule": job.job_type == "scheduled",
            "on_merge": job.job_type == "merge",
        },
        "settings": {"threads": 4, "target_name": job.target_name},
        "schedule": {
            "cron": job.cron,
            "date": {"type": "custom_cron", "cron": job.cron},
            "time": {"type": "every_hour", "interval": 12},
        },
        "state": job.state,
        "deactivated": job.deactivated,
        "next_run": None,
        "created_at": _with_t(job.created_at),
        "updated_at": _with_t(job.created_at),
        "environment": environment_row(job.environment) if "environment" in related else None,
        "custom_environment_variables": [] if "custom_environment_variables" in related else None,
        "most_recent_run": run_row(newest) if newest and "most_recent_run" in related else None,
        "most_recent_completed_run": (
            run_row(completed) if completed and "most_recent_completed_run" in related else None
        ),
    }


def run_row(run: Run, related: Names = frozenset(), *, url: str = "", asked: int = 0) -> Row:
    """A run. Some of its texts say how long ago things were: they change whenever they are ``asked`` for."""
    project = run.environment.project
    steps = [_step_row(run, index, step, related) for index, step in enumerate(run.steps, start=1)]
    return {
        "id": run.id,
        "trigger_id": run.id + 3,
        "account_id": project.account.id,
        "environment_id": run.environment.id,
        "project_id": project.id,
        "job_definition_id": run.job.id,
        "job_id": run.job.id,
        **_run_state(run),
        "dbt_version": run.dbt_version,
        "git_branch": run.git_branch,
        "git_sha": run.git_sha,
        "status_message": run.status_message,
        "deferring_run_id": None,
        "retrying_run_id": None,
        "can_retry": run.status == Status.ERROR,
        "artifacts_saved": run.saved,
        "artifact_s3_path": f"prod/runs/{run.id}/artifacts/target" if run.saved else None,
        "has_docs_generated": run.has("catalog.json", given=run.has_docs_generated),
        "has_sources_generated": run.has("sources.json", given=run.has_sources_generated),
        "notifications_sent": run.is_complete,
        "blocked_by": [],
        "used_repo_cache": None,
        **_run_times(run, asked),
        "href": f"{url}/deploy/{project.account.id}/projects/{project.id}/runs/{run.id}/",
        "trigger": _trigger_row(run.id + 3, run.job, run.trigger) if "trigger" in related else None,
        "job": job_row(run.job) if "job" in related else None,
        "environment": environment_row(run.environment) if "environment" in related else None,
        "repository": {"full_name": project.repository} if "repository" in related else None,
        "run_steps": steps if not related.isdisjoint({"run_steps", "debug_logs"}) else [],
        "run_retries": [],
    }


def _run_state(run: Run) -> Row:
    return {
        "status": int(run.status),
        "status_humanized": Status(run.status).name.capitalize(),
        "in_progress": not run.is_complete,
        "is_complete": run.is_complete,
        "is_success": run.status == Status.SUCCESS,
        "is_error": run.status == Status.ERROR,
        "is_cancelled": run.status == Status.CANCELLED,
    }


def _run_times(run: Run, asked: int) -> Row:
    started_at, finished_at = run.started_at or run.created_at, run.finished_at or run.created_at
    return {
        "created_at": _with_space(run.created_at),
        "updated_at": _with_space(run.finished_at or run.created_at),
        "dequeued_at": _with_space(run.started_at),
        "started_at": _with_space(run.started_at),
        "finished_at": _with_space(run.finished_at),
        "should_start_at": None,
        "duration": _clock(finished_at - run.created_at),
        "queued_duration": _clock(started_at - run.created_at),
        "run_duration": _clock(finished_at - started_at),
        "created_at_humanized": f"{asked + 5} minutes ago",
        "finished_at_humanized": f"{asked} minutes ago" if run.finished_at else "0 minutes from now",
    }


def _step_row(run: Run, index: int, step: Step, related: Names) -> Row:
    usual = run.status if index == len(run.steps) else Status.SUCCESS
    status = Status(usual if step.status is None else step.status)
    return {
        "id": run.id * 100 + index,
        "run_id": run.id,
        "account_id": run.environment.project.account.id,
        "index": index,
        "name": step.name,
        "status": int(status),
        "status_humanized": status.name.capitalize(),
        "logs": step.logs,
        "debug_logs": step.logs if "debug_logs" in related else None,
        "truncated_debug_logs": None,
        "started_at": _with_space(run.started_at),
        "finished_at": _with_space(run.finished_at) if status >= Status.SUCCESS else None,
    }


def _trigger_row(trigger_id: int, job: Job, trigger: Trigger) -> Row:
    return {
        "id": trigger_id,
        "job_definition_id": job.id,
        "cause": trigger.cause,
        "cause_category": trigger.cause_category,
        "git_branch": trigger.git_branch,
        "git_sha": trigger.git_sha,
        "github_pull_request_id": trigger.github_pull_request_id,
        "gitlab_merge_request_id": trigger.gitlab_merge_request_id,
        "azure_pull_request_id": trigger.azure_pull_request_id,
        "schema_override": trigger.schema_override,
        "target_name_override": trigger.target_name_override,
        "steps_override": None if trigger.steps_override is None else list(trigger.steps_override),
    }


def _with_space(at: datetime | None) -> str | None:
    """As runs write dates."""
    return None if at is None else at.astimezone(UTC).isoformat(" ", "microseconds")


def _with_t(at: datetime) -> str:
    """As all else writes dates."""
    return at.astimezone(UTC).isoformat("T", "microseconds")


def _clock(duration: timedelta) -> str:
    seconds = int(duration.total_seconds())
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
