"""The fake platform as tests hold it: they fill it, spoil it, read what it was asked, and make it send webhooks."""

import asyncio
import itertools
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fakes.dbt_platform import webhooks
from tests.fakes.dbt_platform.faults import Faults
from tests.fakes.dbt_platform.values import Account, Environment, Job, Project, Run, Seen, Status, Step, Token, Trigger

FIRST_ID = 70_403_110_257_794
"""Ids do not fit into 32 bits."""
EPOCH = datetime(2026, 11, 20, 6, 0, 0, 179_903, tzinfo=UTC)

StepFacts = Step | tuple[str, Mapping[str, bytes]]
"""A step, or its name and its artifacts."""


class DbtPlatform:
    """Objects get ids that grow; runs begin ten minutes after each other and take five, unless said otherwise."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        """Seconds; only the rate limit reads it."""
        self.url = ""
        self.legacy_url = ""
        """A second origin of the same API."""
        self.faults = Faults()
        self.requests: list[Seen] = []
        self.accounts: list[Account] = []
        self.projects: list[Project] = []
        self.environments: list[Environment] = []
        self.jobs: list[Job] = []
        self.runs: list[Run] = []
        self.tokens: dict[str, Token] = {}
        self.leaving = asyncio.Event()
        """Set: let go of the requests that hang."""
        self._ids = itertools.count(FIRST_ID)

    def add_account(self, name: str = "Acme", *, id: int | None = None, **facts: Any) -> Account:  # noqa: A002
        self.accounts.append(Account(id=self._id(id), name=name, **facts))
        return self.accounts[-1]

    def add_token(
        self,
        account: Account,
        value: str = "dbtc_reader",
        *,
        projects: Iterable[Project] | None = None,
        permission_sets: Iterable[str] = ("job_viewer",),
    ) -> str:
        """Let ``value`` see these projects of an account, all when None; returns it."""
        self.tokens[value] = Token(
            value=value,
            account=account,
            project_ids=None if projects is None else frozenset(project.id for project in projects),
            permission_sets=frozenset(permission_sets),
        )
        return value

    def add_project(self, account: Account, name: str = "Shop", *, id: int | None = None, **facts: Any) -> Project:  # noqa: A002
        project = Project(id=self._id(id), account=account, name=name, **{"created_at": EPOCH, **facts})
        self.projects.append(project)
        return project

    def add_environment(
        self,
        project: Project,
        name: str = "Production",
        *,
        id: int | None = None,  # noqa: A002
        deployment_type: str | None = "production",
        **facts: Any,
    ) -> Environment:
        given = {"created_at": EPOCH, "deployment_type": deployment_type, **facts}
        self.environments.append(Environment(id=self._id(id), project=project, name=name, **given))
        return self.environments[-1]

    def add_job(
        self,
        environment: Environment,
        name: str = "Daily",
        *,
        id: int | None = None,  # noqa: A002
        job_type: str = "scheduled",
        **facts: Any,
    ) -> Job:
        given = {"created_at": EPOCH, "job_type": job_type, **facts}
        self.jobs.append(Job(id=self._id(id), environment=environment, name=name, **given))
        return self.jobs[-1]

    def add_run(
        self,
        environment: Environment,
        job: Job,
        status: int = Status.SUCCESS,
        *,
        steps: Sequence[StepFacts] = (),
        id: int | None = None,  # noqa: A002
        created_at: datetime | None = None,
        finished_at: datetime | None = None,
        trigger: Trigger | None = None,
        **facts: Any,
    ) -> Run:
        """A run, by default a finished one; ``facts`` are fields of ``Run``."""
        if created_at is None:
            usual = EPOCH + timedelta(minutes=10) * len(self.runs)
            created_at = usual if finished_at is None else finished_at - timedelta(minutes=5)
        if finished_at is None and status >= Status.SUCCESS:
            finished_at = created_at + timedelta(minutes=5)
        started_at = created_at + timedelta(seconds=4) if status >= Status.RUNNING else None
        run = Run(
            id=self._id(id),
            environment=environment,
            job=job,
            status=status,
            steps=[step if isinstance(step, Step) else Step(name=step[0], artifacts=step[1]) for step in steps],
            trigger=trigger or Trigger(),
            **{"created_at": created_at, "started_at": started_at, "finished_at": finished_at, **facts},
        )
        self.runs.append(run)
        return run

    def repeat_newest_run(self) -> None:
        """Add a run like the newest, ten minutes later."""
        newest = max(self.runs, key=lambda run: run.id, default=None)
        if newest is not None:
            later = [
                None if at is None else at + timedelta(minutes=10) for at in (newest.started_at, newest.finished_at)
            ]
            created_at = newest.created_at + timedelta(minutes=10)
            again = replace(newest, id=self._id(None), created_at=created_at, started_at=later[0], finished_at=later[1])
            self.runs.append(again)

    def asked(self, part: str = "") -> list[Seen]:
        """Requests so far whose path has ``part`` in it."""
        return [seen for seen in self.requests if part in seen.path]

    async def send_webhook(
        self,
        url: str,
        secret: str,
        run: Run,
        event_type: str = "job.run.completed",
        *,
        duplicate: bool = False,
        bad_signature: bool = False,
        old_payload: bool = False,
        test_ping: bool = False,
        event_id: str | None = None,
        sent_at: datetime | None = None,
        retries: int = 5,
    ) -> list[int]:
        """Tell ``url`` of an event, again until it is accepted.

        Args:
            duplicate: the accepted event is sent a second time.
            bad_signature: signed with another secret.
            old_payload: without webhooksID, projectId and runStatusCode.
            test_ping: signed, but about no run at all.
        Returns: the statuses of all replies, in order; 0 where none came within ten seconds.
        Source:  the platform's webhooks page, deliveries and retries.
        """
        event = webhooks.Event(
            kind=event_type,
            id=event_id or f"wev_{next(self._ids)}",
            sent_at=sent_at or run.finished_at or run.created_at,
        )
        body = webhooks.render_ping(event, run) if test_ping else webhooks.render_event(event, run, old=old_payload)
        signature = webhooks.sign(body, secret if not bad_signature else f"not {secret}")
        return await webhooks.deliver(url, body, signature, times=2 if duplicate else 1, retries=retries)

    def _id(self, given: int | None) -> int:
        return next(self._ids) if given is None else given
