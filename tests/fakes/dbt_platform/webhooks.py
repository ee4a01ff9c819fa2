"""Events of runs as the platform posts them: bodies, their signature, their delivery."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp

from tests.fakes.dbt_platform.values import Run, Status

TIMEOUT_S = 10
STATUSES = {Status.SUCCESS: "Success", Status.ERROR: "Errored", Status.CANCELLED: "Cancelled"}


@dataclass(frozen=True, kw_only=True)
class Event:
    kind: str
    id: str
    sent_at: datetime


def render_event(event: Event, run: Run, *, old: bool) -> bytes:
    """The body of ``event``; ids of the run are strings in it, the account's is a number."""
    started = event.kind == "job.run.started"
    status = Status.RUNNING if started else run.status
    project = run.environment.project
    data: dict[str, Any] = {
        "jobId": str(run.job.id),
        "jobName": run.job.name,
        "runId": str(run.id),
        "environmentId": str(run.environment.id),
        "environmentName": run.environment.name,
        "dbtVersion": run.dbt_version,
        "projectName": project.name,
        "projectId": str(project.id),
        "runStatus": STATUSES.get(Status(status), "Running"),
        "runStatusCode": int(status),
        "runStatusMessage": str(run.status_message),
        "runReason": run.trigger.cause,
        "runStartedAt": _seconds(run.started_at),
    }
    if not started:
        data["runErroredAt" if event.kind == "job.run.errored" else "runFinishedAt"] = _seconds(run.finished_at)
    body = {**_head(event, run), "webhookName": "test", "data": data}
    if old:
        del body["webhooksID"], data["projectId"], data["runStatusCode"]
    return json.dumps(body).encode()


def render_ping(event: Event, run: Run) -> bytes:
    """The body of a test: its shape is written down nowhere, so this one has nothing to rely on."""
    return json.dumps({**_head(event, run), "eventType": "webhook.test", "data": None}).encode()


def sign(body: bytes, secret: str) -> str:
    """The header ``Authorization``: no scheme, lowercase hexadecimal digits."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


async def deliver(url: str, body: bytes, signature: str, *, times: int, retries: int) -> list[int]:
    """Post ``body`` ``times`` times, each until it is accepted; returns the statuses."""
    statuses: list[int] = []
    headers = {"Authorization": signature, "Content-Type": "application/json"}
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S)) as session:
        for _ in range(times):
            for _ in range(1 + retries):
                statuses.append(await _post(session, url, body, headers))
                if 200 <= statuses[-1] < 300:
                    break
    return statuses


async def _post(session: aiohttp.ClientSession, url: str, body: bytes, headers: dict[str, str]) -> int:
    try:
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as response:
            return response.status
    except (aiohttp.ClientError, TimeoutError):
        return 0


def _head(event: Event, run: Run) -> dict[str, Any]:
    return {
        "accountId": run.environment.project.account.id,
        "webhooksID": "wsu_2cWvSXbHqgkBQkQQ9k5G",
        "eventId": event.id,
        "timestamp": f"{event.sent_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}936Z",
        "eventType": event.kind,
    }


def _seconds(at: datetime | None) -> str | None:
    return None if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
