"""What is taken from the dbt platform, and with how few requests."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from knowledge.errors import NotFound
from tests.fakes.dbt_platform import Status, Trigger, rows
from tests.fakes.dbt_platform.platform import EPOCH
from tests.integration.platform_room import CATALOG, EMPTY_CATALOG, Room, open_room

pytestmark = pytest.mark.timeout(30)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def room() -> AsyncGenerator[Room]:
    async with open_room() as room:
        yield room


async def test_the_first_fetch_brings_everything(room: Room) -> None:
    room.add_run("build", name="old")
    room.add_run("source freshness", "seed", "run", "test", name="new", docs=True)
    taken = await room.taken()
    assert taken.manifest == {"name": "new"}
    assert taken.catalog["nodes"]
    assert room.of(taken) == ["new run", "new seed", "new test", "old build"]
    assert taken.freshness == [{"of": "new source freshness"}]
    assert taken.delivery.older_is_normal
    assert taken.delivery.oddities == ()


async def test_the_place_is_named_and_links_to_the_platform(room: Room) -> None:
    room.add_run()
    place = (await room.taken()).delivery.place
    assert (place.environment, place.environment_name) == ("7", "Production")
    link = f"{room.platform.url}/explore/1/projects/5/environments/production/details/{{unique_id}}"
    assert place.node_link == link
    assert room.source.key == f"{room.platform.url}/accounts/1/environments/7"


async def test_a_staging_environment_has_links_of_its_own(room: Room) -> None:
    room.environment.deployment_type = "staging"
    room.add_run()
    assert "/environments/staging/" in ((await room.taken()).delivery.place.node_link or "")


async def test_nothing_new_is_one_request(room: Room) -> None:
    room.add_run(docs=True)
    room.add_run(status=Status.ERROR)
    cursor = (await room.taken()).cursor
    assert await room.take(cursor) is None
    assert room.paths() == ["runs/"]
    assert {request.method for request in room.platform.requests} == {"GET"}


async def test_nothing_new_is_one_request_where_hundreds_ran_within_the_hour(room: Room) -> None:
    for n in range(150):
        room.add_run("deps", created_at=EPOCH + n * MINUTE / 10)
    cursor = (await room.taken()).cursor
    assert await room.take(cursor) is None
    assert len(room.platform.requests) == 1


async def test_a_new_run_brings_its_own_results_and_a_newer_manifest(room: Room) -> None:
    room.add_run(name="old", docs=True)
    cursor = (await room.taken()).cursor
    room.add_run("run", name="new")
    taken = await room.taken(cursor)
    assert (taken.manifest, room.of(taken)) == ({"name": "new"}, ["new run"])
    assert taken.delivery.place.environment_name == "Production"


async def test_a_failed_run_has_the_newest_manifest_too(room: Room) -> None:
    room.add_run(name="passed")
    room.add_run(name="failed", status=Status.ERROR)
    taken = await room.taken()
    assert taken.manifest == {"name": "failed"}
    assert room.of(taken) == ["failed build", "passed build"]


async def test_a_run_without_a_manifest_makes_room_for_the_one_before(room: Room) -> None:
    room.add_run(name="good")
    room.platform.add_run(room.environment, room.job, Status.ERROR, artifacts_saved=True)
    assert (await room.taken()).manifest == {"name": "good"}


async def test_a_long_run_that_finishes_late_brings_results_and_no_older_manifest(room: Room) -> None:
    room.add_run(name="short", docs=True, created_at=EPOCH + 20 * MINUTE)
    cursor = (await room.taken()).cursor
    room.add_run(name="long", docs=True, created_at=EPOCH, finished_at=EPOCH + 90 * MINUTE)
    taken = await room.taken(cursor)
    assert taken.delivery.manifest is None
    assert taken.delivery.catalog is None
    assert room.of(taken) == ["long build"]


async def test_a_newer_catalog_of_a_run_that_began_earlier_comes_with_the_manifest_that_serves(room: Room) -> None:
    room.add_run(name="short", created_at=EPOCH + 20 * MINUTE)
    cursor = (await room.taken()).cursor
    room.add_run(name="long", docs=True, created_at=EPOCH, finished_at=EPOCH + 90 * MINUTE)
    taken = await room.taken(cursor)
    assert taken.manifest == {"name": "short"}
    assert taken.catalog, "the long run's"
    assert await room.take(taken.cursor) is None


async def test_a_manifest_that_the_last_step_did_not_write_is_found_at_the_step_that_did(room: Room) -> None:
    room.add_run("build", "run-operation publish", name="new").steps[2].artifacts = {"other.json": b"{}"}
    assert (await room.taken()).manifest == {"name": "new"}


async def test_a_run_that_is_listed_late_is_noticed(room: Room) -> None:
    room.add_run(created_at=EPOCH + 30 * MINUTE)
    cursor = (await room.taken()).cursor
    room.add_run(name="lagging", created_at=EPOCH + 10 * MINUTE)
    assert room.of(await room.take(cursor)) == ["lagging build"]


async def test_a_run_that_ended_long_before_is_not(room: Room) -> None:
    room.add_run(created_at=EPOCH + 30 * MINUTE)
    cursor = (await room.taken()).cursor
    room.add_run(name="ancient", created_at=EPOCH - timedelta(days=2))
    assert await room.take(cursor) is None


@pytest.mark.parametrize("job_type", ["ci", "merge", "exposure_sync"])
async def test_runs_that_do_not_build_the_environment_are_left_out(room: Room, job_type: str) -> None:
    room.add_run(name="own")
    room.add_run(name="foreign", docs=True, job=room.platform.add_job(room.environment, job_type=job_type))
    taken = await room.taken()
    assert (taken.manifest, taken.catalog, room.of(taken)) == ({"name": "own"}, None, ["own build"])
    assert await room.take(taken.cursor) is None


@pytest.mark.parametrize(
    "facts", [{"schema_override": "dbt_ana"}, {"target_name_override": "dev"}, {"github_pull_request_id": 4}]
)
async def test_runs_that_build_elsewhere_are_left_out(room: Room, facts: dict[str, Any]) -> None:
    room.add_run(name="own")
    room.add_run(name="foreign", trigger=Trigger(**facts))
    taken = await room.taken()
    assert (taken.manifest, room.of(taken)) == ({"name": "own"}, ["own build"])


async def test_a_foreign_run_is_looked_at_once(room: Room) -> None:
    room.add_run()
    cursor = (await room.taken()).cursor
    room.add_run(trigger=Trigger(cause_category="ci"))
    cursor = (await room.taken(cursor)).cursor
    assert room.paths() == ["runs/"]
    assert await room.take(cursor) is None


async def test_jobs_are_looked_up_once_where_runs_do_not_tell(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "RELATED_TO_LISTED_RUNS", frozenset({"trigger"}))
    ci, gone = (room.platform.add_job(room.environment, job_type=kind) for kind in ("ci", "scheduled"))
    room.add_run(name="own")
    room.add_run(name="gone", job=gone)
    room.add_run(name="foreign", job=ci)
    room.add_run(name="foreign too", job=gone, trigger=Trigger(gitlab_merge_request_id=1))
    room.platform.jobs.remove(gone)
    taken = await room.taken()
    assert (taken.manifest, room.of(taken)) == ({"name": "gone"}, ["gone build", "own build"])
    assert room.paths().count("jobs/") == 1
    assert await room.take(taken.cursor) is None
    assert room.paths() == ["runs/"]


async def test_results_are_asked_for_by_step_and_not_of_docs(room: Room) -> None:
    run = room.add_run("deps", "build", "compile", "run-operation grant", "test", name="x", docs=True)
    taken = await room.taken()
    assert room.of(taken) == ["x build", "x test"]
    asked = [path for path in room.paths() if "run_results" in path]
    assert sorted(asked) == [f"runs/{run.id}/artifacts/run_results.json?step={step}" for step in (3, 6)]


async def test_a_step_without_results_is_nothing_strange(room: Room) -> None:
    run = room.add_run("build", "test", name="x", status=Status.ERROR, docs=True)
    run.steps[2].artifacts = {}
    taken = await room.taken()
    assert (room.of(taken), taken.delivery.oddities) == (["x build"], ())


async def test_freshness_without_a_step_of_its_own_is_asked_for_all_the_same(room: Room) -> None:
    run = room.add_run("build")
    run.steps[1].artifacts = {**run.steps[1].artifacts, "sources.json": b'{"of": "the job"}'}
    assert (await room.taken()).freshness == [{"of": "the job"}]


async def test_runs_that_appear_between_pages_come_once_and_the_newcomer_next_time(room: Room) -> None:
    for n in range(120):
        room.add_run(
            "build", name=f"{n:03}", job=room.job if n else room.platform.add_job(room.environment), docs=n == 60
        )
    room.platform.faults.new_run_between_pages = 1
    room.platform.faults.unstable_order = True
    taken = await room.taken()
    assert [path for path in room.paths() if path == "runs/"] == ["runs/"] * 2
    assert room.of(taken) == ["000 build", *(f"{n:03} build" for n in range(70, 120))]
    newcomer = room.platform.runs[-1]
    taken = await room.taken(taken.cursor)
    assert room.of(taken) == ["119 build"]
    assert f"runs/{newcomer.id}/" in room.paths()


@pytest.mark.parametrize("no_extra", [False, True])
async def test_pages_end_with_the_list(room: Room, no_extra: bool) -> None:
    room.platform.faults.no_extra = no_extra
    for _ in range(100):
        room.add_run("deps", docs=True)
    await room.taken()
    assert room.paths().count("runs/") == (2 if no_extra else 1)


async def test_at_most_five_pages_are_read(room: Room) -> None:
    for _ in range(510):
        room.add_run("deps", docs=True)
    await room.taken()
    assert room.paths().count("runs/") == 5


async def test_many_new_runs_are_all_read(room: Room) -> None:
    room.add_run(name="first", docs=True, created_at=EPOCH)
    cursor = (await room.taken()).cursor
    for n in range(130):
        room.add_run(name=f"{n:03}", created_at=EPOCH + (n + 10) * MINUTE)
    taken = await room.taken(cursor)
    assert room.of(taken) == [f"{n:03} build" for n in range(130)]
    assert room.paths().count("runs/") == 2


async def test_artifacts_that_are_not_saved_yet_are_waited_for(room: Room) -> None:
    room.add_run(name="old")
    cursor = (await room.taken()).cursor
    run = room.add_run(name="new", artifacts_saved=False)
    room.now = (run.finished_at or EPOCH) + 10 * MINUTE
    assert await room.take(cursor) is None
    assert room.paths() == ["runs/"]
    run.artifacts_saved = True
    taken = await room.taken(cursor)
    assert (taken.manifest, room.of(taken)) == ({"name": "new"}, ["new build"])


async def test_artifacts_that_are_not_saved_after_an_hour_are_given_up(room: Room) -> None:
    room.add_run(name="old")
    cursor = (await room.taken()).cursor
    run = room.add_run(name="new", artifacts_saved=False)
    room.now = (run.finished_at or EPOCH) + 60 * MINUTE
    taken = await room.taken(cursor)
    assert (taken.delivery.manifest, taken.run_results, room.paths()) == (None, [], ["runs/"])
    run.artifacts_saved = True
    assert await room.take(taken.cursor) is None


async def test_artifacts_that_are_said_to_be_saved_and_are_not_are_waited_for_too(room: Room) -> None:
    room.add_run(name="old")
    cursor = (await room.taken()).cursor
    run = room.add_run(name="new", docs=True)
    room.now = (run.finished_at or EPOCH) + MINUTE
    room.platform.faults.artifacts_late = 9
    assert await room.take(cursor) is None
    assert room.paths()[-1].endswith("run_results.json?step=2")
    room.platform.faults.artifacts_late = 0
    taken = await room.taken(cursor)
    assert (taken.manifest, room.of(taken)) == ({"name": "new"}, ["new build"])
    assert taken.catalog


async def test_results_that_come_after_the_manifest_are_waited_for(room: Room) -> None:
    room.add_run(name="old")
    cursor = (await room.taken()).cursor
    run = room.add_run(name="new")
    room.now = (run.finished_at or EPOCH) + MINUTE
    whole = run.steps[1].artifacts
    run.steps[1].artifacts = {"manifest.json": whole["manifest.json"]}
    taken = await room.taken(cursor)
    assert (taken.manifest, taken.run_results) == ({"name": "new"}, [])
    run.steps[1].artifacts = whole
    taken = await room.taken(taken.cursor)
    assert (taken.manifest, room.of(taken)) == (None, ["new build"])


async def test_they_too_are_given_up_after_an_hour(room: Room) -> None:
    room.add_run(name="old")
    cursor = (await room.taken()).cursor
    run = room.add_run(name="new")
    room.now = (run.finished_at or EPOCH) + 61 * MINUTE
    room.platform.faults.artifacts_late = 2
    cursor = (await room.taken(cursor)).cursor
    assert await room.take(cursor) is None
    assert room.paths() == ["runs/"]


async def test_the_catalog_comes_from_an_older_run_where_the_newest_has_none(room: Room) -> None:
    documented = room.add_run(name="documented", docs=True)
    room.add_run(name="new")
    taken = await room.taken()
    assert (taken.manifest, taken.catalog is not None) == ({"name": "new"}, True)
    assert f"runs/{documented.id}/artifacts/catalog.json" in room.paths()
    room.add_run(name="newer")
    taken = await room.taken(taken.cursor)
    assert (taken.manifest, taken.catalog is not None) == ({"name": "newer"}, True)
    assert sum("catalog" in path for path in room.paths()) == 2


async def test_a_catalog_is_found_where_no_run_says_that_it_wrote_one(room: Room) -> None:
    room.add_run(name="documented", docs=True)
    run = room.add_run(has_docs_generated=False)
    run.steps[1].artifacts = {**run.steps[1].artifacts, "catalog.json": CATALOG.replace(b"orders", b"newest")}
    assert "model.shop.newest" in (await room.taken()).catalog["nodes"]


async def test_a_catalog_is_found_at_the_step_that_wrote_it_and_again_without_search(room: Room) -> None:
    run = room.add_run("build", "docs generate", "test", "docs generate", "run-operation publish")
    run.steps[4].artifacts = {"catalog.json": EMPTY_CATALOG}
    taken = await room.taken()
    assert taken.catalog["nodes"]
    room.add_run()
    taken = await room.taken(taken.cursor)
    assert taken.catalog["nodes"]
    assert [path for path in room.paths() if f"{run.id}/artifacts/catalog" in path] == [
        f"runs/{run.id}/artifacts/catalog.json?step=3"
    ]


async def test_an_empty_catalog_does_not_count(room: Room) -> None:
    room.add_run(docs=True)
    run = room.add_run(docs=True)
    run.steps[2].artifacts = {**run.steps[2].artifacts, "catalog.json": EMPTY_CATALOG}
    assert (await room.taken()).catalog["nodes"]


async def test_a_catalog_is_asked_for_where_no_listed_run_has_one(room: Room) -> None:
    room.add_run(name="documented", docs=True, created_at=EPOCH - timedelta(days=9))
    for _ in range(500):
        room.add_run("deps")
    taken = await room.taken()
    assert taken.catalog["nodes"]
    assert room.platform.asked("runs/")[-1].path.endswith("catalog.json")
    assert any("has_docs_generated" in request.query for request in room.platform.requests)


async def test_where_there_is_no_catalog_the_admin_is_told(room: Room) -> None:
    room.add_run()
    taken = await room.taken()
    assert taken.delivery.catalog is None
    assert [(oddity.where, "docs" in oddity.reason) for oddity in taken.delivery.oddities] == [("catalog.json", True)]


async def test_everything_can_be_had_anew(room: Room) -> None:
    room.add_run(name="documented", docs=True)
    room.add_run(name="new")
    cursor = (await room.taken()).cursor
    taken = await room.taken(cursor, anew=True)
    assert (taken.manifest, taken.catalog is not None, room.of(taken)) == ({"name": "new"}, True, [])
    assert taken.cursor == cursor
    assert await room.take(taken.cursor) is None


async def test_the_remembered_manifest_is_had_anew_when_it_is_listed_no_more(room: Room) -> None:
    room.add_run(name="good")
    cursor = (await room.taken()).cursor
    room.platform.add_run(room.environment, room.job, Status.ERROR, artifacts_saved=True)
    cursor = (await room.taken(cursor)).cursor
    room.platform.runs[0].environment = room.platform.add_environment(room.environment.project, "Elsewhere")
    assert (await room.taken(cursor, anew=True)).manifest == {"name": "good"}


async def test_other_environments_of_the_project_are_left_alone(room: Room) -> None:
    room.add_run(name="own")
    other = room.platform.add_environment(room.environment.project, "Staging", deployment_type="staging")
    room.platform.runs.append(replace(room.add_run(name="foreign"), environment=other))
    room.platform.runs.pop(1)
    taken = await room.taken()
    assert (taken.manifest, room.of(taken)) == ({"name": "own"}, ["own build"])


async def test_an_environment_without_runs_may_be_the_wrong_one(room: Room) -> None:
    room.platform.add_run(room.environment, room.job, Status.RUNNING)
    with pytest.raises(NotFound, match=r"Environment 7 of account 1 has no finished runs yet, or .* DBT_PROD_ENV_ID"):
        await room.take()


async def test_runs_that_never_had_a_manifest_are_not_enough(room: Room) -> None:
    room.platform.add_run(room.environment, room.job, Status.ERROR, artifacts_saved=True)
    with pytest.raises(NotFound, match=r"manifest\.json"):
        await room.take()


async def test_the_files_are_gone_when_the_block_ends(room: Room) -> None:
    room.add_run()
    async with room.source.fetch(None) as delivery:
        assert delivery
        manifest = delivery.manifest
        assert manifest
        assert manifest.is_file()
    assert not manifest.parent.exists()


async def test_a_check_says_what_was_found(room: Room) -> None:
    room.add_run(finished_at=EPOCH)
    found = await room.source.check()
    assert found == "environment “Production” of project 5, last run finished 2026-11-20 06:00 UTC"
    assert len(room.platform.requests) == 2


async def test_a_check_says_when_there_are_no_runs(room: Room) -> None:
    with pytest.raises(NotFound, match="DBT_PROD_ENV_ID"):
        await room.source.check()


@pytest.mark.parametrize("year", [2036, 9999])
async def test_a_run_that_ends_in_the_future_hides_none_that_end_now(room: Room, year: int) -> None:
    at = datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)
    room.add_run(name="future", docs=True, created_at=at - MINUTE, finished_at=at)
    cursor = (await room.taken()).cursor
    room.now += timedelta(days=1)
    run = room.add_run(name="now", docs=True, created_at=room.now, finished_at=room.now)
    taken = await room.taken(cursor)
    assert (taken.manifest, room.of(taken)) == ({"name": "now"}, ["now build"])
    assert run.finished_at == room.now
