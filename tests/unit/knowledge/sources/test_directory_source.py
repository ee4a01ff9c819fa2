"""Artifacts from a directory: where they lie, what is said when they do not, and files that change while read."""

import asyncio
import gzip
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from knowledge.errors import NotFound, Unavailable
from knowledge.sources import directory
from knowledge.sources.directory import DirectorySource
from tests.fakes.artifact_files import catalog, fetch, manifest, must_fetch, run_results


def age(file: Path, seconds: int) -> None:
    set_modified_at(file, file.stat().st_mtime_ns - seconds * 10**9)


def set_modified_at(file: Path, ns: int) -> None:
    os.utime(file, ns=(ns, ns))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with all four artifacts."""
    (tmp_path / "manifest.json").write_bytes(manifest("dues"))
    (tmp_path / "catalog.json").write_bytes(catalog("dues", "ID"))
    (tmp_path / "run_results.json").write_bytes(run_results("dues"))
    (tmp_path / "sources.json").write_text('{"results": []}')
    return tmp_path


@pytest.mark.parametrize("folder", ["", "target"])
@pytest.mark.parametrize("name", ["manifest.json", "manifest.json.gz"])
async def test_artifacts_lie_in_the_directory_or_in_its_target_gzipped_or_not(
    tmp_path: Path, folder: str, name: str
) -> None:
    (tmp_path / folder).mkdir(exist_ok=True)
    data = manifest("dues")
    (tmp_path / folder / name).write_bytes(gzip.compress(data, mtime=0) if name.endswith("gz") else data)
    assert (await must_fetch(DirectorySource(tmp_path))).names == ["dues"]


async def test_the_bytes_and_not_the_name_tell_what_is_gzipped(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(gzip.compress(manifest("dues")))
    assert (await must_fetch(DirectorySource(tmp_path))).names == ["dues"]


def test_when_the_newest_of_the_artifacts_was_written_is_known(project: Path) -> None:
    source, at = DirectorySource(project), datetime(2026, 11, 20, 12, tzinfo=UTC)
    for hour, name in enumerate(["catalog.json", "manifest.json", "sources.json", "run_results.json"]):
        set_modified_at(project / name, int((at - timedelta(hours=hour)).timestamp()) * 10**9)
    assert source.changed_at() == at
    (project / "manifest.json").unlink()
    assert source.changed_at() is None


async def test_the_manifest_itself_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(manifest("dues"))
    assert (await must_fetch(DirectorySource(tmp_path / "manifest.json"))).names == ["dues"]


async def test_a_tilde_is_the_users_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "manifest.json").write_bytes(manifest("dues"))
    source = DirectorySource(Path("~/project"))
    assert (await must_fetch(source)).names == ["dues"]
    assert source.key == str(tmp_path / "project")


async def test_of_a_file_and_its_gzipped_twin_the_newer_counts(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(manifest("old"))
    (tmp_path / "manifest.json.gz").write_bytes(gzip.compress(manifest("new")))
    age(tmp_path / "manifest.json", seconds=60)
    assert (await must_fetch(DirectorySource(tmp_path))).names == ["new"]
    age(tmp_path / "manifest.json.gz", seconds=120)
    assert (await must_fetch(DirectorySource(tmp_path))).names == ["old"]


async def test_the_other_artifacts_are_read_where_they_are(project: Path) -> None:
    (project / "run_results.json").unlink()
    (project / "run_results.json.gz").write_bytes(gzip.compress(run_results("dues")))
    (project / "sources.json").write_text("broken")
    fetched = await must_fetch(DirectorySource(project, retry_after_s=0))
    assert fetched.columns == ["ID"]
    assert len(fetched.found.results) == 1
    assert [oddity.where for oddity in fetched.oddities] == ["sources.json"]


async def test_a_directory_that_is_not_there_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"nowhere does not exist\. Name the folder .* manifest\.json"):
        await fetch(DirectorySource(tmp_path / "nowhere"))


@pytest.mark.parametrize("file", [None, "catalog.json", "target/run_results.json"])
async def test_a_directory_without_a_manifest_is_named_with_what_to_do(tmp_path: Path, file: str | None) -> None:
    (tmp_path / "target").mkdir()
    if file:
        (tmp_path / file).write_text("{}")
    with pytest.raises(NotFound, match=r"There is no manifest\.json .*target.* Name the folder"):
        await fetch(DirectorySource(tmp_path))


async def test_a_folder_called_manifest_is_no_manifest(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").mkdir()
    with pytest.raises(NotFound, match="There is no manifest"):
        await fetch(DirectorySource(tmp_path))


async def test_another_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(NotFound, match=r"notes\.txt is no folder"):
        await fetch(DirectorySource(tmp_path / "notes.txt"))


async def test_a_manifest_that_is_none_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("<html>")
    with pytest.raises(NotFound, match="is a web page, not JSON"):
        await fetch(DirectorySource(tmp_path, retry_after_s=0))


async def test_what_the_file_system_refuses_is_unavailable_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(Unavailable, match=r"loop cannot be looked at: .*symbolic links"):
        await fetch(DirectorySource(tmp_path / "loop"))


async def test_a_file_that_is_too_large_is_not_delivered(project: Path) -> None:
    with pytest.raises(NotFound, match=r"manifest\.json is too large for an artifact: more than 16 bytes"):
        await fetch(DirectorySource(project, max_size_bytes=16))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
async def test_a_file_that_may_not_be_read_is_unavailable_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(manifest("dues"))
    (tmp_path / "manifest.json").chmod(0)
    with pytest.raises(Unavailable, match="Permission denied"):
        await fetch(DirectorySource(tmp_path))


async def test_nothing_is_opened_when_nothing_is_new(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cursor = (await must_fetch(DirectorySource(project))).cursor
    monkeypatch.setattr(Path, "open", None)
    assert await fetch(DirectorySource(project), cursor) is None


async def test_nothing_new_is_delivered_all_the_same_when_it_is_asked_for_anew(project: Path) -> None:
    first = await must_fetch(DirectorySource(project))
    again = await must_fetch(DirectorySource(project), first.cursor, anew=True)
    assert first.parts == again.parts == {"manifest", "catalog", "run_results", "freshness"}


@pytest.mark.parametrize(("name", "part"), [("run_results", "run_results"), ("sources", "freshness")])
async def test_a_run_that_changed_no_definition_delivers_its_results_alone(project: Path, name: str, part: str) -> None:
    cursor = (await must_fetch(DirectorySource(project))).cursor
    age(project / f"{name}.json", seconds=1)
    fetched = await must_fetch(DirectorySource(project), cursor)
    assert fetched.parts == {part}
    assert await fetch(DirectorySource(project), fetched.cursor) is None


async def test_a_new_catalog_comes_with_the_manifest_and_a_new_manifest_with_everything(project: Path) -> None:
    first = await must_fetch(DirectorySource(project))
    age(project / "catalog.json", seconds=1)
    assert (await must_fetch(DirectorySource(project), first.cursor)).parts == {"manifest", "catalog"}
    age(project / "manifest.json", seconds=1)
    assert (await must_fetch(DirectorySource(project), first.cursor)).parts == first.parts


async def test_an_artifact_that_is_gone_is_no_news(project: Path) -> None:
    cursor = (await must_fetch(DirectorySource(project))).cursor
    (project / "sources.json").unlink()
    (project / "catalog.json").unlink()
    assert await fetch(DirectorySource(project), cursor) is None


async def test_a_file_that_is_replaced_by_one_of_equal_size_and_time_is_new(project: Path) -> None:
    file, other = project / "manifest.json", project / "other.json"
    other.write_bytes(manifest("fees"))
    set_modified_at(other, file.stat().st_mtime_ns)
    cursor = (await must_fetch(DirectorySource(project))).cursor
    other.replace(file)
    assert (await must_fetch(DirectorySource(project), cursor)).names == ["fees"]


async def test_links_are_followed_and_one_that_leads_elsewhere_is_new(tmp_path: Path) -> None:
    """As Kubernetes mounts files: a link that is swapped."""
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_bytes(manifest(name))
    (tmp_path / "target").symlink_to("old")
    first = await must_fetch(DirectorySource(tmp_path))
    assert first.names == ["old"]
    (tmp_path / "target").unlink()
    (tmp_path / "target").symlink_to("new")
    assert (await must_fetch(DirectorySource(tmp_path), first.cursor)).names == ["new"]


async def test_files_that_are_no_artifacts_are_ignored(project: Path) -> None:
    cursor = (await must_fetch(DirectorySource(project))).cursor
    (project / "graph_summary.json").write_text("{}")
    assert await fetch(DirectorySource(project), cursor) is None


async def test_a_cursor_of_another_making_delivers_everything(project: Path) -> None:
    for cursor in ({}, {"stamps": "manifest"}, {"run_id": 7}):
        assert (await must_fetch(DirectorySource(project), cursor)).names == ["dues"]


async def test_what_was_delivered_does_not_change_any_more(project: Path) -> None:
    async with DirectorySource(project).fetch(None) as delivery:
        (project / "manifest.json").write_bytes(manifest("fees"))
        assert delivery is not None
        assert delivery.manifest is not None
        assert delivery.manifest.read_bytes() == manifest("dues")
    assert not delivery.manifest.exists()


Happening = Callable[[], object]


@pytest.fixture
def after_copy(monkeypatch: pytest.MonkeyPatch) -> Callable[[Happening], None]:
    """Lets something happen right after each file was copied."""

    def install(happen: Happening) -> None:
        copy_limited = directory.copy_limited

        def copy(*arguments: object, **options: object) -> None:
            copy_limited(*arguments, **options)  # pyright: ignore[reportArgumentType]
            happen()

        monkeypatch.setattr(directory, "copy_limited", copy)

    return install


async def test_artifacts_that_change_while_they_are_read_are_read_again(
    project: Path, after_copy: Callable[[Happening], None]
) -> None:
    later = [manifest("rewritten")]
    after_copy(lambda: later and (project / "manifest.json").write_bytes(later.pop()))
    assert (await must_fetch(DirectorySource(project, retry_after_s=0))).names == ["rewritten"]


async def test_artifacts_that_keep_changing_are_unavailable_for_now(
    project: Path, after_copy: Callable[[Happening], None]
) -> None:
    after_copy(lambda: age(project / "manifest.json", seconds=1))
    with pytest.raises(Unavailable, match="dbt is still writing"):
        await fetch(DirectorySource(project, retry_after_s=0))


async def test_a_file_that_is_written_only_in_part_is_read_again(project: Path) -> None:
    (project / "manifest.json").write_bytes(manifest("dues")[:-20])
    slowly = asyncio.create_task(must_fetch(DirectorySource(project, retry_after_s=0.5)))
    await asyncio.sleep(0.1)
    (project / "manifest.json").write_bytes(manifest("dues", "fees"))
    assert (await slowly).names == ["dues", "fees"]


async def test_a_file_that_stays_half_written_is_no_manifest(project: Path) -> None:
    (project / "manifest.json").write_bytes(manifest("dues")[:-20])
    with pytest.raises(NotFound, match="not a complete JSON object"):
        await fetch(DirectorySource(project, retry_after_s=0))
