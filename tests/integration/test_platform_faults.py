"""What becomes of a fetch when the dbt platform refuses, fails, is slow or is not there; and where the token goes."""

import json
import logging
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from knowledge.errors import KnowledgeError, NotFound, Unavailable
from knowledge.sources.platform.access import Limits
from tests.fakes.dbt_platform import Status
from tests.integration.platform_room import Room, open_room, read

pytestmark = pytest.mark.timeout(30)
SMALL = {"manifest.json": b"{}"}


@pytest.fixture
async def room() -> AsyncGenerator[Room]:
    async with open_room() as room:
        yield room


async def fails(room: Room, **changes: Any) -> KnowledgeError:
    """The error of a fetch with a source of its own."""
    with pytest.raises(KnowledgeError) as caught:
        async with room.new_source(**changes).fetch(None):
            pass
    return caught.value


async def test_a_token_that_is_not_known_points_at_token_and_host(room: Room) -> None:
    error = await fails(room, token="dbtc_wrong")
    assert isinstance(error, Unavailable)
    assert "HTTP 401" in str(error)
    assert "DBT_TOKEN and DBT_HOST" in str(error)
    assert len(room.platform.requests) == 1


async def test_another_account_points_at_the_account(room: Room) -> None:
    error = await fails(room, account_id=2)
    assert "HTTP 403" in str(error)
    assert "DBT_ACCOUNT_ID" in str(error)


async def test_a_token_without_permission_points_at_the_permission(room: Room) -> None:
    account = room.environment.project.account
    error = await fails(room, token=room.platform.add_token(account, "dbtc_few", permission_sets=["metadata_only"]))
    assert "Job Viewer" in str(error)


async def test_an_unknown_environment_may_also_be_an_empty_one(room: Room) -> None:
    room.add_run()
    error = await fails(room, environment_id=99)
    assert isinstance(error, NotFound)
    assert "Environment 99" in str(error)
    assert "DBT_PROD_ENV_ID" in str(error)


async def test_a_list_that_is_not_there_points_at_the_ids(room: Room) -> None:
    async with serve(lambda _: web.json_response({"status": {"code": 404}}, status=404)) as url:
        error = await fails(room, host=url)
    assert isinstance(error, NotFound)
    assert "DBT_ACCOUNT_ID, DBT_PROD_ENV_ID" in str(error)


async def test_a_request_that_is_not_understood_is_told_in_the_platforms_words(room: Room) -> None:
    said = {"status": {"code": 400, "is_success": False, "user_message": "No such\nfilter."}, "data": None}
    async with serve(lambda _: web.json_response(said, status=400)) as url:
        error = await fails(room, host=url)
    assert str(error) == "The dbt platform refused (HTTP 400): “No such filter”."


async def test_a_web_page_points_at_the_host(room: Room) -> None:
    room.platform.faults.html_200 = True
    assert "DBT_HOST" in str(await fails(room))
    assert len(room.platform.requests) == 1


async def test_a_failure_in_the_envelope_is_a_failure(room: Room) -> None:
    room.platform.faults.is_success_false_200 = True
    assert "Something failed" in str(await fails(room))


@pytest.mark.parametrize("status", [408, 500, 503])
async def test_failures_that_pass_are_waited_out(room: Room, status: int) -> None:
    room.add_run(docs=True)
    room.platform.faults.server_errors = 4
    room.platform.faults.server_error_status = status
    assert await room.take()
    assert [round(pause_s - 0.5) for pause_s in room.pauses] == pytest.approx([1, 2, 4, 8], abs=0.51)
    assert all(0 <= pause_s - least <= 1 for pause_s, least in zip(room.pauses, (1, 2, 4, 8), strict=True))


async def test_failures_that_stay_are_given_up_after_five_attempts(room: Room) -> None:
    room.platform.faults.server_errors = 99
    assert "fails (HTTP 503)" in str(await fails(room))
    assert len(room.platform.requests) == 5


async def test_a_host_that_is_not_there_points_at_the_host(room: Room, unused_tcp_port: int) -> None:
    error = await fails(room, host=f"http://127.0.0.1:{unused_tcp_port}")
    assert "cannot be reached" in str(error)
    assert "DBT_HOST" in str(error)
    assert len(room.pauses) == 4


@pytest.mark.parametrize("host", ["", "https://", "http://[", "ftp://127.0.0.1", "http://127.0.0.1:99999"])
async def test_a_host_that_is_none_points_at_the_host(room: Room, host: str) -> None:
    assert "DBT_HOST" in str(await fails(room, host=host))


async def test_a_platform_that_does_not_answer_is_given_up(room: Room) -> None:
    room.platform.faults.hang_on = "/runs/$"
    assert "does not answer in time" in str(await fails(room, limits=Limits(reply_s=0.05)))
    assert len(room.platform.requests) == 5


async def test_an_artifact_that_does_not_come_is_given_up(room: Room) -> None:
    room.add_run()
    room.platform.faults.hang_on = "manifest.json"
    error = await fails(room, limits=Limits(silence_s=0.4))
    assert "does not answer in time (manifest.json" in str(error)


async def test_slow_artifacts_are_taken_a_few_at_a_time(room: Room) -> None:
    for _ in range(8):
        room.add_run("build", "test", docs=True)
    room.platform.faults.chunked_slow_s = 0.005
    most = 0

    class Counting(list[Any]):
        def append(self, request: Any) -> None:
            nonlocal most
            super().append(request)
            most = max(most, sum(each.status is None for each in self))

    room.platform.requests = Counting()
    assert len((await room.taken()).run_results) == 16
    assert most == 4


async def test_a_request_too_many_is_made_again_after_a_short_while(room: Room) -> None:
    room.add_run(docs=True)
    room.platform.faults.rate_limit_after = 0
    room.platform.faults.retry_after = "7"
    room.heals = True
    assert await room.take()
    assert room.pauses == [7]


@pytest.mark.parametrize(("retry_after", "wait_s"), [(None, 300), ("31", 31), ("1200", 1200), ("date", 600)])
async def test_a_platform_that_wants_to_be_left_alone_is(room: Room, retry_after: str | None, wait_s: int) -> None:
    room.add_run(docs=True)
    room.platform.faults.rate_limit_after = 0
    room.now = room.now.replace(microsecond=0)
    is_date = retry_after == "date"
    room.platform.faults.retry_after = format_datetime(room.now + timedelta(minutes=10)) if is_date else retry_after
    until = room.now + timedelta(seconds=wait_s)
    sentence = f"(HTTP 429). It is asked again after {until:%Y-%m-%d %H:%M:%S} UTC."
    with pytest.raises(Unavailable) as first:
        await room.take()
    assert str(first.value).endswith(sentence)
    assert len(room.platform.requests) == 1
    room.platform.faults.rate_limit_after = None
    room.now = until - timedelta(seconds=1)
    with pytest.raises(Unavailable) as second:
        await room.take()
    with pytest.raises(Unavailable):
        await room.source.check()
    assert str(second.value) == str(first.value)
    assert room.platform.requests == []
    room.now = until
    assert await room.take()
    assert room.pauses == []


async def test_a_platform_that_stays_busy_is_left_alone(room: Room) -> None:
    room.platform.faults.rate_limit_after = 0
    room.platform.faults.retry_after = "1"
    assert "asked again after" in str(await fails(room))
    assert room.pauses == [1, 1]
    assert len(room.platform.requests) == 3


async def test_a_manifest_that_is_cut_short_once_comes_whole(room: Room) -> None:
    room.add_run(name="x" * 500, docs=True)
    room.platform.faults.truncate_at = 20
    room.heals = True
    assert (await room.taken()).manifest == {"name": "x" * 500}


@pytest.mark.parametrize("surplus", [-5, 5])
async def test_a_body_of_another_length_than_announced_is_not_believed(room: Room, surplus: int) -> None:
    room.add_run(name="x", docs=True)
    room.platform.faults.wrong_content_length = surplus
    room.heals = True
    assert (await room.taken()).manifest == {"name": "x"}
    assert room.pauses


async def test_a_manifest_that_stays_cut_short_cannot_be_had(room: Room) -> None:
    room.add_run()
    room.platform.faults.truncate_at = 10
    error = await fails(room)
    assert isinstance(error, Unavailable)
    assert "cut short (manifest.json of run" in str(error)


async def test_results_that_stay_cut_short_are_noted(room: Room) -> None:
    run = room.add_run("build", "test", name="x", docs=True)
    run.steps[1].artifacts = SMALL | {"run_results.json": json.dumps({"of": secrets.token_hex(5000)}).encode()}
    room.platform.faults.truncate_at = 2000
    room.now = run.finished_at or room.now
    taken = await room.taken()
    assert room.of(taken) == ["x test"]
    (oddity,) = taken.delivery.oddities
    assert oddity.where == f"run_results.json of run {run.id}"
    assert "cut short" in oddity.reason
    assert await room.take(taken.cursor) is None


async def test_a_catalog_that_stays_cut_short_is_noted_and_another_taken(room: Room) -> None:
    room.add_run("build", docs=True)
    run = room.add_run("build", docs=True)
    large = {"nodes": {secrets.token_hex(5000): {}}}
    run.steps[2].artifacts = SMALL | {"catalog.json": json.dumps(large).encode()}
    room.platform.faults.truncate_at = 2000
    taken = await room.taken()
    assert "model.shop.orders" in taken.catalog["nodes"]
    assert f"catalog.json of run {run.id}" in [oddity.where for oddity in taken.delivery.oddities]


@pytest.mark.parametrize("hours", [0, 3])
async def test_results_that_fail_are_waited_for_while_the_run_is_young(room: Room, hours: int) -> None:
    run = room.add_run(docs=True)
    room.now = (run.finished_at or room.now) + timedelta(hours=hours)
    room.platform.faults.hang_on = "run_results"
    room._source = room.new_source(limits=Limits(silence_s=0.4))  # pyright: ignore[reportPrivateUsage]
    if not hours:
        with pytest.raises(Unavailable, match=r"does not answer in time \(run_results\.json of run"):
            await room.take()
    else:
        assert [oddity.where for oddity in (await room.taken()).delivery.oddities] == [
            f"run_results.json of run {run.id}"
        ]


async def test_a_catalog_that_fails_is_not_taken_for_none(room: Room) -> None:
    room.add_run(docs=True)
    room.platform.faults.hang_on = "catalog.json"
    error = await fails(room, limits=Limits(silence_s=0.4))
    assert "does not answer in time (catalog.json of run" in str(error)


@pytest.mark.parametrize("force_identity", [False, True])
async def test_an_artifact_that_is_too_large_is_not_taken(room: Room, force_identity: bool) -> None:
    room.add_run()
    room.platform.faults.pad_to_bytes = 3 * 1024**2
    room.platform.faults.force_identity = force_identity
    error = await fails(room, limits=Limits(artifact_bytes=2 * 1024**2))
    assert "more than 2 MiB (manifest.json of run" in str(error)
    assert room.pauses == []


@pytest.mark.parametrize("fault", ["force_identity", "octet_stream", "send_etag"])
async def test_artifacts_may_come_in_other_ways(room: Room, fault: str) -> None:
    room.add_run(name="x", docs=True)
    setattr(room.platform.faults, fault, True)
    assert (await room.taken()).manifest == {"name": "x"}


async def test_artifacts_are_asked_for_as_they_are_and_may_be_gzipped(room: Room) -> None:
    room.add_run(docs=True)
    await room.take()
    (request,) = room.platform.asked("manifest.json")
    assert (request.headers["Accept"], request.headers["Accept-Encoding"]) == ("*/*", "gzip")
    async with room.source.fetch(None) as delivery:
        assert delivery
        assert delivery.manifest
        assert delivery.manifest.read_bytes().startswith(b"\x1f\x8b")
        assert read(delivery.manifest)


@pytest.mark.parametrize("status", [301, 308])
async def test_a_legacy_host_sends_us_on(room: Room, status: int) -> None:
    room.add_run(name="x", docs=True)
    room.platform.faults.legacy_host_redirect = status
    async with room.new_source(host=f" {room.platform.legacy_url}/deploy/1/ ").fetch(None) as delivery:
        assert delivery
        assert delivery.manifest
    assert all("//" not in request.path for request in room.platform.requests)


async def test_a_circle_of_redirects_ends(room: Room) -> None:
    async with serve(lambda request: web.Response(status=302, headers={"Location": request.path})) as url:
        assert "redirects in a circle" in str(await fails(room, host=url))


@pytest.mark.parametrize(
    ("target", "follows"),
    [("http://files.ab123.dbt.example/x", True), ("http://bucket.storage.example/x?sig=a%2Fb", False)],
)
async def test_the_token_does_not_leave_the_site(
    room: Room, monkeypatch: pytest.MonkeyPatch, target: str, follows: bool
) -> None:
    seen: list[tuple[str, str | None, str]] = []

    def answer(request: web.Request) -> web.Response:
        seen.append((request.host, request.headers.get("Authorization"), request.raw_path))
        if request.host == "ab123.dbt.example":
            return web.Response(status=302, headers={"Location": target})
        return web.json_response({"status": {"code": 200, "is_success": True}, "data": []})

    async with serve(answer) as proxy:
        monkeypatch.setenv("http_proxy", proxy)
        assert "no finished runs" in str(await fails(room, host="http://ab123.dbt.example"))
    assert seen[0][:2] == ("ab123.dbt.example", "Token dbtc_reader")
    assert seen[1][1] == ("Token dbtc_reader" if follows else None)
    assert seen[1][2].endswith(target.partition(".example")[2])


async def test_a_password_file_for_the_host_does_not_displace_the_token(
    room: Room, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("default login ana password other\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    room.add_run(docs=True)
    assert await room.take()


async def test_the_token_is_nowhere_to_be_read(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    faults = room.platform.faults
    room.add_run(docs=True)
    taken = await room.taken()
    said += [repr(taken), repr(taken.cursor), repr(room.source), room.source.key, await room.source.check()]
    for fault, value in (("html_200", True), ("is_success_false_200", True), ("server_errors", 5)):
        setattr(faults, fault, value)
        said += everything(await fails(room))
        setattr(faults, fault, False)
    faults.truncate_at = 10
    said += everything(await fails(room))
    faults.truncate_at, faults.rate_limit_after = None, 0
    said += everything(await fails(room))
    faults.rate_limit_after = None
    said += everything(await fails(room, account_id=2)) + everything(await fails(room, host="http://127.0.0.1:1"))

    def repeat(request: web.Request) -> web.Response:
        said_back = {"code": 400, "is_success": False, "user_message": request.headers["Authorization"]}
        return web.json_response({"status": said_back, "data": None}, status=400)

    async with serve(repeat) as url:
        said += everything(await fails(room, host=url))
    assert len(said) > 12
    assert not [each for each in [*said, caplog.text] if "dbtc_reader" in each]


def everything(error: BaseException) -> list[str]:
    """What the error says, and all that led to it."""
    said: list[str] = []
    chain: BaseException | None = error
    while chain:
        said += [str(chain), repr(chain), repr(vars(chain))]
        chain = chain.__cause__ or chain.__context__
    return said


async def test_a_poll_that_finds_a_running_run_costs_nothing_more(room: Room) -> None:
    room.add_run(docs=True)
    cursor = (await room.taken()).cursor
    room.platform.add_run(room.environment, room.job, Status.RUNNING)
    assert await room.take(cursor) is None
    assert len(room.platform.requests) == 1


@asynccontextmanager
async def serve(answer: Any) -> AsyncGenerator[str]:
    """A server on loopback that answers everything in one way; yields its address."""

    async def handle(request: web.Request) -> web.Response:
        return answer(request)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
