"""What a dbt platform holds. Tests may change these while it serves: a run finishes, a job is deleted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from multidict import MultiMapping


class Status(IntEnum):
    """Of a run or a step; the platform's own numbers.

    Source: Admin API v2, list of run statuses.
    """

    QUEUED = 1
    STARTING = 2
    RUNNING = 3
    SUCCESS = 10
    ERROR = 20
    CANCELLED = 30


ACTIVE, DELETED = 1, 2
"""States of accounts, projects, environments and jobs."""


@dataclass(kw_only=True)
class Account:
    id: int
    name: str
    plan: str = "enterprise"
    state: int = ACTIVE


@dataclass(kw_only=True)
class Project:
    id: int
    account: Account
    name: str
    created_at: datetime
    description: str | None = None
    subdirectory: str | None = None
    repository: str | None = "acme/shop"
    """Its full name."""
    kind: int = 0
    state: int = ACTIVE


@dataclass(kw_only=True)
class Environment:
    id: int
    project: Project
    name: str
    created_at: datetime
    deployment_type: str | None = "production"
    kind: str = "deployment"
    dbt_version: str = "versionless"
    custom_branch: str | None = None
    state: int = ACTIVE


@dataclass(kw_only=True)
class Job:
    id: int
    environment: Environment
    name: str
    created_at: datetime
    job_type: str = "scheduled"
    execute_steps: list[str] = field(default_factory=lambda: ["dbt build"])
    generate_docs: bool = False
    run_generate_sources: bool = False
    is_system: bool = False
    deactivated: bool = False
    target_name: str = "default"
    cron: str = "0 */12 * * *"
    description: str = ""
    dbt_version: str | None = None
    state: int = ACTIVE


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """Why a run began, and with what instead of its job's own settings."""

    cause: str = "scheduled"
    cause_category: str = "scheduled"
    git_branch: str | None = None
    git_sha: str | None = None
    github_pull_request_id: int | None = None
    gitlab_merge_request_id: int | None = None
    azure_pull_request_id: int | None = None
    schema_override: str | None = None
    target_name_override: str | None = None
    steps_override: tuple[str, ...] | None = None


@dataclass(kw_only=True)
class Step:
    name: str
    artifacts: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    """Path to content, as the step left them."""
    status: int | None = None
    """None: success, or for the last step the run's own status."""
    logs: str = ""


@dataclass(kw_only=True)
class Run:
    id: int
    environment: Environment
    job: Job
    status: int
    steps: list[Step]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    trigger: Trigger = field(default_factory=Trigger)
    artifacts_saved: bool | None = None
    """This and the next two: None says what the artifacts say."""
    has_docs_generated: bool | None = None
    has_sources_generated: bool | None = None
    dbt_version: str = "versionless"
    git_branch: str | None = "main"
    git_sha: str | None = "8d1ef1b22e961221d4ce2892fb296ee3b0be8628"
    status_message: str | None = None

    @property
    def is_complete(self) -> bool:
        return self.status >= Status.SUCCESS

    @property
    def saved(self) -> bool:
        """Whether artifacts can be had: never while the run goes on."""
        wrote = any(step.artifacts for step in self.steps) if self.artifacts_saved is None else self.artifacts_saved
        return self.is_complete and wrote

    def has(self, artifact: str, *, given: bool | None) -> bool:
        """Whether the run says that it wrote ``artifact``."""
        return self.saved and any(artifact in step.artifacts for step in self.steps) if given is None else given

    def find_artifacts(self, step: int | None = None) -> Mapping[str, bytes]:
        """Those of one step, the first being 1; of the last step that wrote any when none is named."""
        if not self.saved:
            return {}
        if step is None:
            return next((step.artifacts for step in reversed(self.steps) if step.artifacts), {})
        return self.steps[step - 1].artifacts if 1 <= step <= len(self.steps) else {}


READERS = frozenset(
    {
        "account_admin",
        "account_viewer",
        "admin",
        "analyst",
        "developer",
        "job_admin",
        "job_runner",
        "job_viewer",
        "member",
        "owner",
        "readonly",
    }
)
"""Permission sets that read projects, environments, jobs and runs. ``metadata_only`` is not among them.

Source: Admin API v3, permission_set; the platform's table of enterprise permissions.
"""


@dataclass(frozen=True, kw_only=True)
class Token:
    value: str
    account: Account
    project_ids: frozenset[int] | None
    """None: all of them."""
    permission_sets: frozenset[str]

    def may_see(self, project: Project) -> bool:
        in_scope = self.project_ids is None or project.id in self.project_ids
        return project.account is self.account and in_scope

    @property
    def may_read(self) -> bool:
        return not READERS.isdisjoint(self.permission_sets)


@dataclass(kw_only=True)
class Seen:
    """A request, and what it was answered."""

    method: str
    path: str
    query: MultiMapping[str]
    headers: MultiMapping[str]
    """Their names may be written in any case."""
    status: int | None = None
    """None while there is no answer."""
