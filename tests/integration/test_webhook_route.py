"""dbt's webhook over HTTP, against Postgres: each event is taken once, with the job for it."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from prometheus_client import CollectorRegistry

from bot.http import Webhook, serve_http
from bot.upkeep_queue import take_run
from knowledge import Database, WebhookEvents
from knowledge.sources.platform.webhook import LONGEST_BODY, Event

SECRET = "wh-secret"
PATIENCE_S = 30.0
JOBS = "select task_name, queue_name, args, queueing_lock from procrastinate_jobs order by id"


@asynccontextmanager
async def served(database: Database) -> AsyncGenerator[str]:
    """The address of the route of one process."""
    events = WebhookEvents(database)

    async def take(event: Event) -> bool:
        return await take_run(events, event_id=event.event_id, run_id=event.run_id)

    async def readiness() -> list[str]:
        return []

    webhook = Webhook(secret=SECRET, environments=frozenset({"1234"}), take=take)
    async with serve_http(0, readiness=readiness, registry=CollectorRegistry(), webhook=webhook) as port:
        yield f"http://127.0.0.1:{port}/webhooks/dbt"


@pytest.fixture
async def url(database: Database) -> AsyncGenerator[str]:
    async with served(database) as url:
        yield url


def event(event_id: str = "wev_1", run_id: str = "77", **changes: Any) -> bytes:
    data = {"runId": run_id, "environmentId": "1234", "runStatus": "Success"}
    whole = {"eventId": event_id, "eventType": "job.run.completed", "timestamp": "2026-11-20T12:00:00Z", "data": data}
    return json.dumps(whole | changes).encode()


async def post(url: str, body: Any, signature: str | None = "right", signed: bytes | None = None) -> int:
    headers = {}
    if signature == "right":
        headers["Authorization"] = hmac.new(SECRET.encode(), signed or body, hashlib.sha256).hexdigest()
    elif signature is not None:
        headers["Authorization"] = signature
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as reply:
        return reply.status


async def test_the_end_of_a_run_is_taken_together_with_the_refresh_for_it(url: str, database: Database) -> None:
    assert await post(url, event()) == 202
    [job] = await database.fetch(JOBS)
    assert (job["task_name"], job["queue_name"], job["args"]["run_id"]) == ("refresh", "background", "77")


async def test_a_second_delivery_is_known_whichever_process_gets_it(url: str, database: Database) -> None:
    async with served(database) as other:
        statuses = await asyncio.gather(*(post(each, event()) for each in (url, other) * 5))
    assert sorted(statuses) == [200] * 9 + [202]
    assert len(await database.fetch(JOBS)) == 1


async def test_two_events_of_one_run_are_both_taken_and_make_one_refresh(url: str, database: Database) -> None:
    bodies = [event(f"wev_{number}") for number in range(6)]
    assert await asyncio.gather(*(post(url, body) for body in bodies)) == [202] * 6
    assert await post(url, event("wev_x", "78")) == 202
    assert [job["args"]["run_id"] for job in await database.fetch(JOBS)] == ["77", "78"]


async def test_without_the_right_signature_nothing_is_taken(url: str, database: Database) -> None:
    for signature in (None, "", "0" * 64, "Bearer x"):
        assert await post(url, event(), signature) == 401
    assert await post(url, event(), signed=b"something else") == 401
    assert await database.fetch("select 1 from webhook_event") == []


async def test_what_dbt_sends_as_a_test_is_welcome(url: str, database: Database) -> None:
    for body in (b"", b"ping", b'{"test": true}'):
        assert await post(url, body) == 200
    assert await database.fetch(JOBS) == []


async def test_what_does_not_matter_is_acknowledged_and_nothing_happens(url: str, database: Database) -> None:
    assert await post(url, event(eventType="job.run.started")) == 200
    assert await post(url, event(data={"runId": "1", "environmentId": "9"})) == 200
    assert await database.fetch(JOBS) == []
    assert await post(url, event()) == 202


async def test_a_body_that_is_too_big_is_refused_before_it_is_read(url: str) -> None:
    asked = url.removeprefix("http://").split("/")[0].split(":")
    reader, writer = await asyncio.open_connection(asked[0], int(asked[1]))
    writer.write(f"POST /webhooks/dbt HTTP/1.1\r\nHost: x\r\nContent-Length: {LONGEST_BODY + 1}\r\n\r\n".encode())
    assert b" 413 " in await asyncio.wait_for(reader.readline(), 5)
    writer.close()


async def test_a_body_that_hides_its_size_is_refused_when_it_becomes_too_big(url: str) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(17):
            yield b"x" * 64 * 1024

    assert await post(url, pieces(), "0" * 64) == 413
    assert await post(url, b"x" * LONGEST_BODY) == 200


async def test_without_its_database_dbt_is_asked_to_come_again(url: str, database: Database) -> None:
    await database.pool.close()
    assert await post(url, event()) == 503


async def test_a_database_that_takes_too_long_counts_as_gone(url: str, database: Database) -> None:
    async with database.transaction() as connection, asyncio.timeout(PATIENCE_S):
        await connection.execute("lock table webhook_event in access exclusive mode")
        assert await post(url, event()) == 503, "while the table is locked still"
    assert await post(url, event()) in {200, 202}


async def test_events_are_forgotten_after_a_week(url: str, database: Database) -> None:
    assert await post(url, event()) == 202
    await database.execute("update webhook_event set received_at = now() - interval '6 days'")
    assert await post(url, event("wev_2", "78")) == 202
    assert await post(url, event()) == 200
    await database.execute("update webhook_event set received_at = now() - interval '8 days'")
    assert await post(url, event("wev_3", "79")) == 202
    assert [row["event_id"] for row in await database.fetch("select event_id from webhook_event")] == ["wev_3"]


async def test_only_posting_is_known_here(url: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(url) as reply:
        assert reply.status == 405


async def test_a_body_that_is_not_packed_as_it_says_is_refused(url: str) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=b"not gzip at all", headers={"Content-Encoding": "gzip"}, skip_auto_headers=()) as reply,
    ):
        assert reply.status == 400
