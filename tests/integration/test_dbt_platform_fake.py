"""The fake dbt platform is as strict as the real one, and as faulty as it is told to be."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.fakes.dbt_platform import DbtPlatform, Environment, Faults, Job, Run, Status, Trigger, open_dbt_platform

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
MANIFEST = json.dumps({"metadata": {"dbt_schema_version": "v12"}, "nodes": {f"model.shop.m{n}": {} for n in range(99)}})
BUILD = ("Invoke dbt with `dbt build`", {"manifest.json": MANIFEST.encode(), "run_results.json": b'{"step": 4}'})
DOCS = ("Invoke dbt with `dbt docs generate`", {"catalog.json": b"{}", "run_results.json": b'{"step": 5}'})
CLONE, PROFILE, DEPS = (("Clone git repository", {}), ("Create profile", {}), ("Invoke dbt with `dbt deps`", {}))
STEPS = (CLONE, PROFILE, DEPS, BUILD, DOCS)


@dataclass(frozen=True, kw_only=True)
class Reply:
    status: int
    body: bytes
    headers: Any

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def data(self) -> Any:
        return self.json["data"]

    @property
    def ids(self) -> list[int]:
        return [row["id"] for row in self.data]


@dataclass(kw_only=True)
class Client:
    """Asks as the owner of a good token, adding nothing else."""

    session: aiohttp.ClientSession
    platform: DbtPlatform
    authorization: str | None = "Token dbtc_reader"
    account: int = 0

    async def get(self, path: str, query: Any = (), *, method: str = "GET", **headers: str) -> Reply:
        """``path`` is an address of the server, or goes on after the account's part of one."""
        url = path if path.startswith("http") else self.platform.url + path
        if path.startswith("v"):
            version, _, rest = path.partition("/")
            url = f"{self.platform.url}/api/{version}/accounts/{self.account}/{rest}"
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.authorization is not None:
            given["Authorization"] = self.authorization
        async with self.session.request(
            method, url, params=query or None, headers=given, allow_redirects=False
        ) as response:
            return Reply(status=response.status, body=await response.read(), headers=response.headers)


@pytest.fixture
async def platform() -> AsyncIterator[DbtPlatform]:
    async with open_dbt_platform() as platform:
        yield platform


@pytest.fixture
def environment(platform: DbtPlatform) -> Environment:
    account = platform.add_account()
    platform.add_token(account)
    return platform.add_environment(platform.add_project(account))


@pytest.fixture
def job(platform: DbtPlatform, environment: Environment) -> Job:
    return platform.add_job(environment)


@pytest.fixture
def run(platform: DbtPlatform, environment: Environment, job: Job) -> Run:
    return platform.add_run(environment, job, steps=STEPS)


AddRun = Callable[..., Run]


@pytest.fixture
def add_run(platform: DbtPlatform, environment: Environment, job: Job) -> AddRun:
    return lambda *args, **facts: platform.add_run(environment, job, *args, **facts)


@pytest.fixture
async def client(platform: DbtPlatform, environment: Environment) -> AsyncIterator[Client]:
    timeout = aiohttp.ClientTimeout(total=5)
    async with aiohttp.ClientSession(timeout=timeout, skip_auto_headers=["Accept-Encoding"]) as session:
        yield Client(session=session, platform=platform, account=environment.project.account.id)


# Who may ask


@pytest.mark.parametrize("scheme", ["Token", "Bearer"])
async def test_both_schemes_of_a_known_token_are_let_in(client: Client, scheme: str) -> None:
    client.authorization = f"{scheme} dbtc_reader"
    assert (await client.get("v2/runs/")).status == 200


@pytest.mark.parametrize("authorization", [None, "Token dbtc_other", "Basic dbtc_reader", "dbtc_reader", "Token"])
async def test_anybody_else_is_told_that_the_token_is_invalid(client: Client, authorization: str | None) -> None:
    client.authorization = authorization
    reply = await client.get("v2/runs/")
    assert reply.status == 401
    assert reply.json == {
        "status": {
            "code": 401,
            "is_success": False,
            "user_message": "Invalid token.",
            "developer_message": None,
        },
        "data": None,
    }


async def test_a_token_is_not_scoped_to_another_account_whether_that_exists_or_not(
    client: Client, platform: DbtPlatform
) -> None:
    for client.account in (platform.add_account().id, 12):
        reply = await client.get("v2/runs/")
        assert reply.status == 403
        assert reply.json["status"]["user_message"] == "Access denied: Token is not scoped to account."


async def test_a_token_for_metadata_only_may_list_its_account_and_no_runs(
    client: Client, platform: DbtPlatform, environment: Environment
) -> None:
    platform.add_token(environment.project.account, permission_sets=["metadata_only"])
    assert (await client.get("v2/runs/")).status == 403
    assert (await client.get("/api/v3/accounts/")).ids == [client.account]


async def test_what_a_token_cannot_see_is_not_there(client: Client, platform: DbtPlatform, run: Run) -> None:
    other = platform.add_project(run.environment.project.account, "Other")
    platform.add_token(other.account, projects=[other])
    hidden = (f"v2/runs/{run.id}/", f"v2/jobs/{run.job.id}/", f"v3/projects/{run.environment.project.id}/environments/")
    for path in (*hidden, f"v2/runs/{run.id}/artifacts/manifest.json", "v2/runs/1/"):
        reply = await client.get(path)
        assert reply.status == 404
        assert reply.json["status"]["user_message"].endswith("check that you have the proper permissions.")
    assert (await client.get("v2/runs/")).ids == []
    assert (await client.get("v3/projects/")).ids == [other.id]


async def test_what_belongs_to_another_account_is_not_there(client: Client, platform: DbtPlatform, run: Run) -> None:
    elsewhere = platform.add_environment(platform.add_project(platform.add_account("Elsewhere")))
    foreign = platform.add_run(elsewhere, platform.add_job(elsewhere))
    assert (await client.get(f"v2/runs/{foreign.id}/")).status == 404
    assert (await client.get("v2/runs/")).ids == [run.id]


# Addresses


@pytest.mark.parametrize("path", ["v2/runs", "v2/jobs", "v3/projects"])
async def test_an_address_without_its_last_slash_leads_to_the_one_with_it(client: Client, path: str) -> None:
    reply = await client.get(path, {"limit": "5"})
    assert reply.status == 301
    assert reply.headers["Location"] == f"/api/{path[:2]}/accounts/{client.account}{path[2:]}/?limit=5"


async def test_a_double_slash_is_no_address(client: Client) -> None:
    reply = await client.get("v2//runs/")
    assert (reply.status, reply.headers["Content-Type"]) == (404, "text/html; charset=utf-8")


async def test_nothing_can_be_changed(client: Client) -> None:
    assert (await client.get("v2/runs/", method="POST")).status == 405


async def test_unknown_addresses_are_refused_in_the_envelope_of_the_api_and_as_a_page_elsewhere(client: Client) -> None:
    assert (await client.get("v2/secrets/")).json["status"]["code"] == 404
    assert (await client.get("/robots.txt")).headers["Content-Type"].startswith("text/html")


async def test_requests_are_recorded_with_their_answers(client: Client, platform: DbtPlatform) -> None:
    await client.get("v2/runs/", {"limit": "3"})
    await client.get("v2/runs")
    seen = platform.asked("/runs")
    home = f"/api/v2/accounts/{client.account}"
    assert [(one.method, one.path, dict(one.query), one.status) for one in seen] == [
        ("GET", f"{home}/runs/", {"limit": "3"}, 200),
        ("GET", f"{home}/runs", {}, 301),
    ]
    assert seen[0].headers["authorization"] == "Token dbtc_reader"


# Rows


async def test_projects_environments_and_jobs_are_listed(client: Client, job: Job, platform: DbtPlatform) -> None:
    project = job.environment.project
    staging = platform.add_environment(project, "Staging", deployment_type="staging")
    assert (await client.get("v3/projects/")).ids == [project.id]
    environments = await client.get(f"v3/projects/{project.id}/environments/")
    assert [(row["name"], row["deployment_type"]) for row in environments.data] == [
        ("Production", "production"),
        ("Staging", "staging"),
    ]
    only = await client.get(f"v3/projects/{project.id}/environments/", {"deployment_type": "staging"})
    assert only.ids == [staging.id]
    assert (await client.get("v2/jobs/", {"environment_id": str(job.environment.id)})).ids == [job.id]
    assert (await client.get(f"v2/jobs/{job.id}/")).data["job_type"] == "scheduled"


async def test_deleted_things_and_the_jobs_of_the_system_are_listed_on_demand(
    client: Client, platform: DbtPlatform, job: Job
) -> None:
    deleted = platform.add_job(job.environment, state=2)
    system = platform.add_job(job.environment, is_system=True)
    assert (await client.get("v2/jobs/")).ids == [job.id]
    assert (await client.get("v2/jobs/", {"state": "all"})).ids == [job.id, deleted.id]
    assert (await client.get("v2/jobs/", {"state": "2"})).ids == [deleted.id]
    assert (await client.get("v2/jobs/", {"is_system": "true"})).ids == [system.id]


async def test_ids_need_more_than_32_bits(run: Run) -> None:
    assert run.id > 2**32


async def test_runs_write_dates_with_a_space_and_jobs_with_a_t(client: Client, add_run: AddRun) -> None:
    run = add_run(finished_at=NOON)
    row = (await client.get(f"v2/runs/{run.id}/")).data
    assert row["finished_at"] == "2026-11-20 12:00:00.000000+00:00"
    assert row["duration"] == "00:05:00"
    assert (await client.get(f"v2/jobs/{run.job.id}/")).data["created_at"] == "2026-11-20T06:00:00.179903+00:00"


async def test_a_run_says_what_its_artifacts_say_unless_told_otherwise(client: Client, add_run: AddRun) -> None:
    built, documented = add_run(steps=[BUILD]), add_run(steps=[BUILD, DOCS])
    running, silent = add_run(Status.RUNNING, steps=[DOCS]), add_run(steps=[BUILD, DOCS], has_docs_generated=False)
    lost = add_run(steps=[BUILD], artifacts_saved=False)
    rows = {row["id"]: row for row in (await client.get("v2/runs/")).data}
    facts = {run_id: (row["artifacts_saved"], row["has_docs_generated"]) for run_id, row in rows.items()}
    assert facts == {
        built.id: (True, False),
        documented.id: (True, True),
        running.id: (False, False),
        silent.id: (True, False),
        lost.id: (False, False),
    }
    assert rows[running.id]["finished_at"] is None


async def test_related_objects_come_only_when_asked_for(client: Client, add_run: AddRun) -> None:
    run = add_run(Status.ERROR, steps=STEPS, trigger=Trigger(cause="Pull request", schema_override="dbt_pr_7"))
    plain = (await client.get(f"v2/runs/{run.id}/")).data
    assert (plain["trigger"], plain["job"], plain["environment"], plain["run_steps"]) == (None, None, None, [])
    for written in ("trigger,run_steps", "['trigger','run_steps']", '["trigger", "run_steps"]'):
        row = (await client.get(f"v2/runs/{run.id}/", {"include_related": written})).data
        assert row["trigger"]["schema_override"] == "dbt_pr_7"
        assert [(step["index"], step["status"]) for step in row["run_steps"]] == [
            (1, 10), (2, 10), (3, 10), (4, 10), (5, 20),
        ]  # fmt: skip
        assert row["job"] is None


async def test_a_list_of_runs_gives_no_environments(client: Client, run: Run) -> None:
    row = (await client.get("v2/runs/", {"include_related": "job,environment"})).data[0]
    assert (row["job"]["id"], row["environment"]) == (run.job.id, None)


async def test_of_a_parameter_that_is_repeated_only_one_counts(client: Client, run: Run) -> None:
    twice = [("include_related", "trigger"), ("include_related", "run_steps")]
    row = (await client.get(f"v2/runs/{run.id}/", twice)).data
    assert row["trigger"] is None
    assert len(row["run_steps"]) == 5


async def test_a_job_tells_of_its_newest_runs(client: Client, add_run: AddRun) -> None:
    done, going = add_run(), add_run(Status.RUNNING)
    related = '["most_recent_run", "most_recent_completed_run"]'
    row = (await client.get("v2/jobs/", {"include_related": related})).data[0]
    assert (row["most_recent_run"]["id"], row["most_recent_completed_run"]["id"]) == (going.id, done.id)


async def test_how_long_ago_a_run_was_changes_at_every_asking(client: Client, run: Run) -> None:
    replies = [(await client.get(f"v2/runs/{run.id}/")).data for _ in range(2)]
    assert replies[0]["finished_at_humanized"] != replies[1]["finished_at_humanized"]


# Lists


async def test_a_list_is_paged_and_counts_its_page_and_everything(client: Client, add_run: AddRun) -> None:
    runs = [add_run() for _ in range(5)]
    reply = await client.get("v2/runs/", {"limit": "2", "offset": "3", "status__in": "[10,20]", "colour": "red"})
    assert reply.ids == [run.id for run in runs[3:]]
    assert reply.json["extra"] == {
        "filters": {
            "limit": 2,
            "offset": 3,
            "state": "all",
            "account_id": client.account,
            "status__in": [10, 20],
        },
        "order_by": "id",
        "pagination": {"count": 2, "total_count": 5},
    }


@pytest.mark.parametrize(("asked", "given"), [("0", 1), ("-3", 1), ("100", 100), ("500", 100), (None, 100)])
async def test_a_page_has_one_to_a_hundred_rows(client: Client, add_run: AddRun, asked: str | None, given: int) -> None:
    for _ in range(101):
        add_run()
    assert len((await client.get("v2/runs/", {} if asked is None else {"limit": asked})).data) == given


async def test_runs_are_ordered_both_ways_and_those_without_a_date_lead_downwards(
    client: Client, add_run: AddRun
) -> None:
    late, early, going = (
        add_run(finished_at=NOON),
        add_run(finished_at=NOON - timedelta(hours=1)),
        add_run(Status.RUNNING),
    )
    assert (await client.get("v2/runs/", {"order_by": "finished_at"})).ids == [early.id, late.id, going.id]
    assert (await client.get("v2/runs/", {"order_by": "-finished_at"})).ids == [going.id, late.id, early.id]
    assert (await client.get("v2/runs/", {"order_by": "-id"})).ids == [going.id, early.id, late.id]
    assert (await client.get("v2/runs/", {"order_by": "colour"})).status == 400


async def test_runs_are_filtered(client: Client, platform: DbtPlatform, add_run: AddRun) -> None:
    old = add_run(Status.ERROR, finished_at=NOON - timedelta(days=1), dbt_version="1.9.1")
    new = add_run(finished_at=NOON, steps=[BUILD, DOCS])
    other = platform.add_environment(new.environment.project, "Staging")
    staged = platform.add_run(other, platform.add_job(other), Status.QUEUED)
    expected = {
        ("status", "20"): [old],
        ("status__in", "[1, 20]"): [old, staged],
        ("environment_id", str(other.id)): [staged],
        ("job_definition_id", str(new.job.id)): [old, new],
        ("project_id__in", f"[{new.environment.project.id}]"): [old, new, staged],
        ("id__gt", str(old.id)): [new, staged],
        ("pk__in", f"[{old.id}, {staged.id}]"): [old, staged],
        ("has_docs_generated", "true"): [new],
        ("dbt_version__in", '["1.9.1"]'): [old],
        ("finished_at__range", '["2026-11-20 00:00:00", "2026-11-21T00:00:00+00:00"]'): [new],
        ("project_id", ""): [],
        ("state", "deleted"): [],
    }
    for (name, value), runs in expected.items():
        assert (await client.get("v2/runs/", {name: value})).ids == [run.id for run in runs], name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status__in", "10,20"),
        ("status__in", "10"),
        ("status__in", '["ten"]'),
        ("project_id", "shop"),
        ("has_docs_generated", "yes"),
        ("finished_at__range", '["2026-11-20"]'),
        ("finished_at__range", '["2026-11-20", "tomorrow"]'),
        ("finished_at__range", "2026-11-20,2026-11-21"),
        ("created_at__gte", "2026-11-20"),
        ("finished_at__lt", "2026-11-20"),
        ("limit", "many"),
        ("state", "asleep"),
    ],
)
async def test_what_a_list_does_not_understand_is_a_bad_request(
    client: Client, run: Run, name: str, value: str
) -> None:
    reply = await client.get("v2/runs/", {name: value})
    assert (reply.status, reply.json["status"]["is_success"]) == (400, False)


async def test_names_are_searched_in_any_case(client: Client, platform: DbtPlatform) -> None:
    platform.add_project(platform.accounts[0], "Finance")
    assert [row["name"] for row in (await client.get("v3/projects/", {"name__icontains": "FIN"})).data] == ["Finance"]


# Artifacts


async def test_a_file_of_a_step_comes_as_it_was_written(client: Client, run: Run) -> None:
    reply = await client.get(f"v2/runs/{run.id}/artifacts/manifest.json", {"step": "4"})
    assert reply.body == MANIFEST.encode()
    assert reply.headers["Content-Type"] == "application/json"
    assert not {"ETag", "Last-Modified", "Content-Encoding"} & set(reply.headers)


async def test_without_a_step_the_last_that_wrote_anything_is_meant(client: Client, add_run: AddRun) -> None:
    run = add_run(steps=[*STEPS, ("Upload", {})])
    assert (await client.get(f"v2/runs/{run.id}/artifacts/run_results.json")).json == {"step": 5}
    assert (await client.get(f"v2/runs/{run.id}/artifacts/manifest.json")).status == 404


@pytest.mark.parametrize("step", ["-1", "0", "1", "4", "6"])
async def test_a_step_that_did_not_write_a_file_has_none(client: Client, run: Run, step: str) -> None:
    assert (await client.get(f"v2/runs/{run.id}/artifacts/catalog.json", {"step": step})).status == 404


async def test_files_lie_in_folders_and_never_redirect(client: Client, add_run: AddRun) -> None:
    run = add_run(steps=[("build", {"compiled/shop/models/a b.sql": b"select 1"})])
    reply = await client.get(f"v2/runs/{run.id}/artifacts/compiled/shop/models/a%20b.sql")
    assert (reply.body, reply.headers["Content-Type"]) == (b"select 1", "text/plain")
    assert (await client.get(f"v2/runs/{run.id}/artifacts/compiled")).status == 404
    assert (await client.get(f"v2/runs/{run.id}/artifacts/compiled/shop/models/a%20b.sql/")).status == 404


async def test_the_list_of_artifacts_is_names_or_null(client: Client, add_run: AddRun) -> None:
    some, none, going = add_run(steps=STEPS), add_run(steps=[CLONE]), add_run(Status.RUNNING, steps=STEPS)
    assert (await client.get(f"v2/runs/{some.id}/artifacts/")).data == ["catalog.json", "run_results.json"]
    assert (await client.get(f"v2/runs/{none.id}/artifacts/")).json["data"] is None
    assert (await client.get(f"v2/runs/{going.id}/artifacts/")).status == 404


async def test_a_run_has_artifacts_once_it_has_finished_and_saved_them(client: Client, add_run: AddRun) -> None:
    run = add_run(Status.RUNNING, steps=[BUILD])
    path = f"v2/runs/{run.id}/artifacts/manifest.json"
    assert (await client.get(path)).status == 404
    run.status = Status.ERROR
    assert (await client.get(path)).status == 200
    run.artifacts_saved = False
    assert (await client.get(path)).status == 404


async def test_the_artifact_of_a_job_is_that_of_its_newest_success(client: Client, add_run: AddRun) -> None:
    add_run(steps=[("build", {"manifest.json": b"1", "catalog.json": b"1"})])
    job = add_run(steps=[("build", {"manifest.json": b"2"})]).job
    add_run(Status.ERROR, steps=[("build", {"manifest.json": b"3"})])
    assert (await client.get(f"v2/jobs/{job.id}/artifacts/manifest.json")).body == b"2"
    assert (await client.get(f"v2/jobs/{job.id}/artifacts/catalog.json")).status == 404
    documented = await client.get(f"v2/jobs/{job.id}/artifacts/catalog.json", {"has_docs_generated": "true"})
    assert documented.body == b"1"


async def test_files_are_compressed_for_those_who_accept_it(client: Client, platform: DbtPlatform, run: Run) -> None:
    path = f"v2/runs/{run.id}/artifacts/manifest.json?step=4"
    reply = await client.get(path, Accept_Encoding="deflate, gzip")
    assert reply.headers["Content-Encoding"] == "gzip"
    assert int(reply.headers["Content-Length"]) < len(MANIFEST)
    assert reply.body == MANIFEST.encode()
    assert "Content-Encoding" not in (await client.get(path, Accept_Encoding="gzip;q=0")).headers
    platform.faults.force_identity = True
    assert "Content-Encoding" not in (await client.get(path, Accept_Encoding="gzip")).headers


# Faults


async def test_the_legacy_host_answers_until_it_redirects_to_another_origin(
    client: Client, platform: DbtPlatform
) -> None:
    legacy = f"{platform.legacy_url}/api/v3/accounts/?limit=1"
    assert (await client.get(legacy)).status == 200
    for platform.faults.legacy_host_redirect in (301, 308):
        reply = await client.get(legacy)
        assert reply.status == platform.faults.legacy_host_redirect
        assert reply.headers["Location"] == f"{platform.url}/api/v3/accounts/?limit=1"
    assert (await client.get("/api/v3/accounts/")).status == 200


async def test_an_unstable_order_shows_rows_twice_unless_they_are_told_apart(
    client: Client, platform: DbtPlatform, add_run: AddRun
) -> None:
    runs = [add_run().id for _ in range(4)]
    platform.faults.unstable_order = True

    async def pages(**query: str) -> list[int]:
        return [
            run_id
            for offset in ("0", "2")
            for run_id in (await client.get("v2/runs/", {"limit": "2", "offset": offset, **query})).ids
        ]

    assert len(set(await pages())) < 4
    assert await pages(order_by="id") == runs


async def test_new_runs_shift_the_pages_of_those_who_start_at_the_newest(
    client: Client, platform: DbtPlatform, add_run: AddRun
) -> None:
    runs = [add_run().id for _ in range(4)]
    platform.faults.new_run_between_pages = 1
    first = await client.get("v2/runs/", {"order_by": "-id", "limit": "2"})
    second = await client.get("v2/runs/", {"order_by": "-id", "limit": "2", "offset": "2"})
    assert (first.ids, second.ids) == ([runs[3], runs[2]], [runs[2], runs[1]])
    assert len(platform.runs) == 5


async def test_lists_can_keep_their_pagination_to_themselves(client: Client, platform: DbtPlatform, run: Run) -> None:
    platform.faults.no_extra = True
    reply = await client.get("v2/runs/")
    assert (reply.ids, "extra" in reply.json) == ([run.id], False)


async def test_a_failure_can_come_with_status_200(client: Client, platform: DbtPlatform) -> None:
    platform.faults.is_success_false_200 = True
    reply = await client.get("v2/runs/")
    assert (reply.status, reply.json["status"]["is_success"], reply.data) == (200, False, None)


async def test_a_web_page_can_come_with_status_200(client: Client, platform: DbtPlatform) -> None:
    platform.faults.html_200 = True
    reply = await client.get("v2/runs/")
    assert (reply.status, reply.body[:15]) == (200, b"<!DOCTYPE html>")


async def test_the_next_requests_fail_and_then_all_is_well(client: Client, platform: DbtPlatform) -> None:
    platform.faults = Faults(server_errors=2, server_error_status=502)
    assert [(await client.get("v2/runs/")).status for _ in range(3)] == [502, 502, 200]


async def test_too_many_requests_are_refused_until_the_server_has_cooled_down() -> None:
    now = [100.0]
    async with open_dbt_platform(clock=lambda: now[0]) as platform, aiohttp.ClientSession() as session:
        client = Client(session=session, platform=platform)
        platform.add_token(platform.add_account())
        platform.faults = Faults(rate_limit_after=1, cooldown_s=300)
        replies = [await client.get("/api/v3/accounts/") for _ in range(2)]
        assert [reply.status for reply in replies] == [200, 429]
        assert "Retry-After" not in replies[1].headers
        now[0] += 299
        platform.faults.retry_after = "7"
        assert (await client.get("/api/v3/accounts/")).headers["Retry-After"] == "7"
        now[0] += 1
        assert [(await client.get("/api/v3/accounts/")).status for _ in range(3)] == [200] * 3


async def test_some_requests_get_no_answer(client: Client, platform: DbtPlatform) -> None:
    platform.faults.hang_on = r"/runs/$"
    client.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.1))
    async with client.session:
        with pytest.raises(TimeoutError):
            await client.get("v2/runs/")
        assert (await client.get("v2/jobs/")).status == 200
    assert [seen.status for seen in platform.requests] == [None, 200]


async def test_artifacts_can_be_late(client: Client, platform: DbtPlatform, run: Run) -> None:
    platform.faults.artifacts_late = 2
    path = f"v2/runs/{run.id}/artifacts/catalog.json"
    assert [(await client.get(path)).status for _ in range(3)] == [404, 404, 200]


async def test_files_can_come_without_a_type_of_their_own_and_with_a_tag(
    client: Client, platform: DbtPlatform, run: Run
) -> None:
    platform.faults = Faults(octet_stream=True, send_etag=True)
    reply = await client.get(f"v2/runs/{run.id}/artifacts/catalog.json")
    assert reply.headers["Content-Type"] == "application/octet-stream"
    assert reply.headers["ETag"].startswith('"')


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize(
    "faults",
    [Faults(wrong_content_length=10), Faults(truncate_at=20), Faults(truncate_at=20, chunked_slow_s=0)],
    ids=["longer than it is", "cut", "cut in pieces"],
)
async def test_the_connection_ends_before_a_file_does(
    client: Client, platform: DbtPlatform, run: Run, faults: Faults, encoding: str
) -> None:
    platform.faults = faults
    with pytest.raises(aiohttp.ClientPayloadError):
        await client.get(f"v2/runs/{run.id}/artifacts/manifest.json?step=4", Accept_Encoding=encoding)
    platform.faults = Faults()
    assert (await client.get("v2/runs/")).status == 200


async def test_a_file_loses_its_end_when_less_is_announced(client: Client, platform: DbtPlatform, run: Run) -> None:
    platform.faults.wrong_content_length = -10
    reply = await client.get(f"v2/runs/{run.id}/artifacts/manifest.json?step=4")
    assert reply.body == MANIFEST.encode()[:-10]


async def test_a_file_can_come_slowly_and_of_unknown_length(client: Client, platform: DbtPlatform, run: Run) -> None:
    platform.faults.chunked_slow_s = 0.005
    reply = await client.get(f"v2/runs/{run.id}/artifacts/manifest.json?step=4")
    assert (reply.body, reply.headers["Transfer-Encoding"]) == (MANIFEST.encode(), "chunked")
    assert "Content-Length" not in reply.headers


async def test_a_small_answer_can_hold_a_large_file(client: Client, platform: DbtPlatform, run: Run) -> None:
    platform.faults.pad_to_bytes = 1_000_000
    reply = await client.get(f"v2/runs/{run.id}/artifacts/manifest.json?step=4", Accept_Encoding="gzip")
    assert len(reply.body) == 1_000_000
    assert int(reply.headers["Content-Length"]) < 10_000
    assert reply.json == json.loads(MANIFEST)


# Webhooks


@dataclass
class Receiver:
    """Checks signatures made with ``secret``, after failing as often as told."""

    url: str = ""
    failures: int = 0
    bodies: list[bytes] = field(default_factory=list[bytes])

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.bodies.append(body)
        if self.failures:
            self.failures -= 1
            return web.Response(status=500)
        good = hmac.new(b"secret", body, hashlib.sha256).hexdigest()
        return web.Response(status=200 if request.headers["Authorization"] == good else 401)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/dbt", receiver.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/dbt"
    yield receiver
    await runner.cleanup()


Send = Callable[..., Awaitable[list[int]]]


@pytest.fixture
def send(platform: DbtPlatform, receiver: Receiver, run: Run) -> Send:
    return lambda *args, **facts: platform.send_webhook(receiver.url, "secret", run, *args, **facts)


async def test_a_webhook_is_signed_and_tells_of_its_run(send: Send, receiver: Receiver, run: Run) -> None:
    assert await send() == [200]
    body = json.loads(receiver.bodies[0])
    assert (body["eventType"], body["accountId"]) == ("job.run.completed", run.environment.project.account.id)
    assert body["timestamp"] == "2026-11-20T06:05:00.179903936Z"
    assert (body["data"]["runId"], body["data"]["projectId"]) == (str(run.id), str(run.environment.project.id))
    assert (body["data"]["runStatus"], body["data"]["runStatusCode"]) == ("Success", 10)
    assert body["data"]["runFinishedAt"] == "2026-11-20T06:05:00Z"


async def test_kinds_of_events_differ_in_what_they_know(send: Send, receiver: Receiver, run: Run) -> None:
    run.status = Status.ERROR
    await send("job.run.started")
    await send("job.run.errored", old_payload=True)
    started, errored = (json.loads(body) for body in receiver.bodies)
    assert (started["data"]["runStatus"], "runFinishedAt" in started["data"]) == ("Running", False)
    assert (errored["data"]["runStatus"], "runErroredAt" in errored["data"]) == ("Errored", True)
    assert "webhooksID" not in errored
    assert not {"projectId", "runStatusCode"} & set(errored["data"])


async def test_a_duplicate_is_the_same_event_again(send: Send, receiver: Receiver) -> None:
    assert await send(duplicate=True) == [200, 200]
    assert await send() == [200]
    events = [json.loads(body)["eventId"] for body in receiver.bodies]
    assert (events[0] == events[1], events[1] == events[2]) == (True, False)


async def test_a_bad_signature_is_no_signature(send: Send) -> None:
    assert await send(bad_signature=True, retries=0) == [401]


async def test_a_ping_is_signed_and_about_no_run(send: Send, receiver: Receiver) -> None:
    assert await send(test_ping=True) == [200]
    assert json.loads(receiver.bodies[0])["data"] is None


async def test_a_webhook_is_sent_again_until_it_is_accepted(send: Send, receiver: Receiver) -> None:
    receiver.failures = 2
    assert await send() == [500, 500, 200]
    receiver.failures = 99
    assert await send() == [500] * 6


async def test_nobody_there_is_status_0(platform: DbtPlatform, run: Run) -> None:
    assert await platform.send_webhook("http://127.0.0.1:9/dbt", "secret", run, retries=1) == [0, 0]
