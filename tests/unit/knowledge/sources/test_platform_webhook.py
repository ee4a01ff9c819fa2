"""What dbt's webhook sends: who speaks, and what is to be done about it."""

import hashlib
import hmac
import json
from typing import Any

import pytest

from knowledge.sources.platform.webhook import Event, judge, read_event, verify

SECRET = "wh-secret"
BODY = b'{"eventId":"wev_1"}'
SIGNATURE = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()


def payload(**changes: Any) -> dict[str, Any]:
    """As dbt's documentation shows it."""
    data = {
        "jobId": "123", "jobName": "Daily Job (dbt build)", "runId": "12345", "environmentId": "1234",
        "environmentName": "Production", "dbtVersion": "1.0.0", "projectName": "Snowflake Github Demo",
        "projectId": "167194", "runStatus": "Success", "runStatusCode": 10, "runStatusMessage": "None",
        "runReason": "Kicked off from the UI by test@test.com", "runStartedAt": "2026-11-20T11:28:07Z",
        "runFinishedAt": "2026-11-20T11:29:32Z",
    }  # fmt: skip
    event = {
        "accountId": 1, "webhooksID": "wsu_12345abcde", "eventId": "wev_2L6Z3l8uPedXKPq9D2nWbPIip7Z",
        "timestamp": "2026-11-20T11:29:35.789265936Z", "eventType": "job.run.completed", "webhookName": "test",
        "data": data,
    }  # fmt: skip
    return event | changes


def read(event: Any) -> Event | None:
    return read_event(json.dumps(event).encode())


@pytest.mark.parametrize("header", [SIGNATURE, SIGNATURE.upper(), f" {SIGNATURE}\t"])
def test_the_signature_is_the_bare_hex_of_the_body(header: str) -> None:
    assert verify(SECRET, BODY, header)


@pytest.mark.parametrize(
    "header",
    [
        None, "", " ", SIGNATURE[:-1], SIGNATURE + "0", f"Bearer {SIGNATURE}", f"sha256={SIGNATURE}", f'"{SIGNATURE}"',
        SIGNATURE[:32] + " " + SIGNATURE[32:], "0" * 64, "é" * 64, "\udcff" * 64, f"{SIGNATURE}\n",
    ],
)  # fmt: skip
def test_anything_else_is_no_signature(header: str | None) -> None:
    assert not verify(SECRET, BODY, header)


def test_another_body_or_secret_has_another_signature() -> None:
    assert not verify(SECRET, BODY + b" ", SIGNATURE)
    assert not verify("other", BODY, SIGNATURE)


def test_an_event_is_read_with_its_run_and_environment() -> None:
    event = read(payload())
    assert event == Event(
        event_id="wev_2L6Z3l8uPedXKPq9D2nWbPIip7Z",
        event_type="job.run.completed",
        run_id="12345",
        environment_id="1234",
    )


def test_an_older_payload_lacks_keys_and_spells_others_differently() -> None:
    old = payload(data={"jobId": 123, "runId": 12345, "environmentId": 1234, "runStatus": "Success"})
    old["eventID"] = old.pop("eventId")
    old["webhookId"] = old.pop("webhooksID")
    event = read(old)
    assert event is not None
    assert (event.event_id, event.run_id, event.environment_id) == ("wev_2L6Z3l8uPedXKPq9D2nWbPIip7Z", "12345", "1234")


def test_without_an_id_an_event_is_known_by_its_run() -> None:
    event = payload()
    del event["eventId"], event["timestamp"]
    first, again = read(event), read(event)
    assert first is not None
    assert first == again
    assert judge(first, environments=()) == "refresh"


@pytest.mark.parametrize(
    "body",
    [b"", b"ping", b"null", b"[]", b"{}", b'{"test": true}', b'{"eventType": "job.run.completed"}', b"\xff\xfe",
     b"[" * 100_000, b'{"eventType": {}, "data": {"runId": []}}', b'{"eventType": "x", "data": "y"}'],
)  # fmt: skip
def test_what_has_no_run_is_a_test(body: bytes) -> None:
    assert judge(read_event(body), environments=()) == "test"


@pytest.mark.parametrize(
    ("event_type", "verdict"),
    [("job.run.completed", "refresh"), ("job.run.errored", "refresh"), ("job.run.started", "ignored"),
     ("job.run.dreamt", "ignored")],
)  # fmt: skip
def test_runs_that_have_ended_are_refreshed_for(event_type: str, verdict: str) -> None:
    assert judge(read(payload(eventType=event_type)), environments={"1234"}) == verdict


def test_runs_of_other_environments_do_not_matter() -> None:
    event = read(payload())
    assert judge(event, environments={"99"}) == "ignored"
    assert judge(event, environments=()) == "refresh"
