"""Artifacts from a zip file, which may be anybody's: whole or not, nested, encrypted, or a bomb."""

import gzip
import os
import warnings
import zipfile
from pathlib import Path

import pytest

from knowledge.errors import NotFound, Unavailable
from knowledge.sources.archive import ArchiveSource
from tests.fakes.artifact_files import catalog, fetch, manifest, must_fetch, run_results


def pack(path: Path, files: dict[str, bytes]) -> ArchiveSource:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return ArchiveSource(path, retry_after_s=0)


@pytest.mark.parametrize(
    "folder", ["", "target/", "artifacts/", "harbour-main/target/", "a/b/c/", "harbour-main\\target\\"]
)
async def test_the_artifacts_lie_in_any_folder_of_the_archive(tmp_path: Path, folder: str) -> None:
    files = {"manifest.json": manifest("dues"), "catalog.json": catalog("dues", "ID")}
    source = pack(tmp_path / "target.zip", {f"{folder}{name}": data for name, data in files.items()})
    fetched = await must_fetch(source)
    assert (fetched.names, fetched.columns) == (["dues"], ["ID"])


async def test_the_folder_nearest_to_the_top_counts_and_target_before_others(tmp_path: Path) -> None:
    files = {
        "project/dbt_packages/other/target/manifest.json": manifest("other"),
        "project/dbt_packages/manifest.json": manifest("deeper"),
        "project/target/manifest.json": manifest("dues"),
        "project/target/run_results.json": run_results("dues"),
        "catalog.json": catalog("other", "ID"),
    }
    fetched = await must_fetch(pack(tmp_path / "a.zip", files))
    assert fetched.names == ["dues"]
    assert fetched.parts == {"manifest", "run_results"}


async def test_two_projects_in_one_archive_are_refused(tmp_path: Path) -> None:
    source = pack(tmp_path / "a.zip", {"a/manifest.json": manifest("a"), "b/manifest.json": manifest("b")})
    with pytest.raises(NotFound, match=r"more than one manifest\.json, as in a and b"):
        await fetch(source)


async def test_of_a_file_and_its_gzipped_twin_the_newer_counts(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("manifest.json", (2026, 1, 1, 0, 0, 0)), manifest("old"))
        archive.writestr(zipfile.ZipInfo("manifest.json.gz", (2026, 1, 2, 0, 0, 0)), gzip.compress(manifest("new")))
    assert (await must_fetch(ArchiveSource(tmp_path / "a.zip"))).names == ["new"]


async def test_of_two_entries_of_one_name_the_later_counts(tmp_path: Path) -> None:
    with warnings.catch_warnings(), zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("manifest.json", manifest("first"))
        archive.writestr("manifest.json", manifest("second"))
    assert (await must_fetch(ArchiveSource(tmp_path / "a.zip"))).names == ["second"]


async def test_only_what_changed_inside_is_delivered(tmp_path: Path) -> None:
    files = {"manifest.json": manifest("dues"), "run_results.json": run_results("dues")}
    cursor = (await must_fetch(pack(tmp_path / "a.zip", files))).cursor
    files["run_results.json"] = run_results("dues", status="error")
    fetched = await must_fetch(pack(tmp_path / "a.zip", files), cursor)
    assert fetched.parts == {"run_results"}


async def test_an_unchanged_archive_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = pack(tmp_path / "a.zip", {"manifest.json": manifest("dues")})
    cursor = (await must_fetch(source)).cursor
    assert (await must_fetch(source, cursor, anew=True)).names == ["dues"]
    monkeypatch.setattr("knowledge.sources.archive.ZipFile", None)
    assert await fetch(source, cursor) is None


async def test_a_repacked_archive_with_the_same_artifacts_has_nothing_new(tmp_path: Path) -> None:
    cursor = (await must_fetch(pack(tmp_path / "a.zip", {"manifest.json": manifest("dues")}))).cursor
    source = pack(tmp_path / "a.zip", {"README.md": b"new", "manifest.json": manifest("dues")})
    assert await fetch(source, cursor) is None


async def test_no_path_of_the_archive_is_ever_written_to(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    files = {"../../manifest.json": manifest("dues"), "/etc/evil": b"x", "../escaped.txt": b"x"}
    assert (await must_fetch(pack(tmp_path / "inner" / "a.zip", files))).names == ["dues"]
    assert sorted(os.listdir(tmp_path) + os.listdir(tmp_path / "inner")) == ["a.zip", "inner"]


async def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    pack(tmp_path / "a.zip", {"manifest.json": b"{" + b" " * 4_000_000 + b"}"})
    assert (tmp_path / "a.zip").stat().st_size < 10_000
    with pytest.raises(NotFound, match=r"manifest\.json in .*a\.zip is too large for an artifact"):
        await fetch(ArchiveSource(tmp_path / "a.zip", max_size_bytes=1_000_000))


async def test_an_archive_of_countless_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.sources.archive._MAX_ENTRIES", 3)
    source = pack(tmp_path / "a.zip", {f"{number}.json": b"{}" for number in range(4)})
    with pytest.raises(NotFound, match="more than 3 files"):
        await fetch(source)


async def test_an_archive_with_a_password_is_refused(tmp_path: Path) -> None:
    source = pack(tmp_path / "a.zip", {"manifest.json": manifest("dues")})
    data = bytearray((tmp_path / "a.zip").read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + flags] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(NotFound, match="protected with a password"):
        await fetch(source)


@pytest.mark.parametrize("kept", [0, 10, 200, -30])
async def test_half_an_archive_is_none(tmp_path: Path, kept: int) -> None:
    source = pack(tmp_path / "a.zip", {"manifest.json": manifest("dues", "fees", "tugs")})
    whole = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(whole[:kept])
    with pytest.raises(NotFound, match="is no zip file, or not a whole one"):
        await fetch(source)


async def test_a_damaged_entry_is_told(tmp_path: Path) -> None:
    source = pack(tmp_path / "a.zip", {"manifest.json": manifest("dues")})
    data = bytearray((tmp_path / "a.zip").read_bytes())
    data[60:80] = b"\xff" * 20
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(NotFound, match="not a whole one"):
        await fetch(source)


async def test_what_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"a\.zip does not exist"):
        await fetch(ArchiveSource(tmp_path / "a.zip"))
    (tmp_path / "b.zip").mkdir()
    with pytest.raises(NotFound, match=r"b\.zip is no file"):
        await fetch(ArchiveSource(tmp_path / "b.zip"))
    with pytest.raises(NotFound, match=r"There is no manifest\.json .*pack dbt's target folder"):
        await fetch(pack(tmp_path / "c.zip", {"catalog.json": b"{}", "manifest.json/x": b"{}"}))
    (tmp_path / "loop.zip").symlink_to(tmp_path / "loop.zip")
    with pytest.raises(Unavailable, match="cannot be looked at"):
        await fetch(ArchiveSource(tmp_path / "loop.zip"))


async def test_an_archive_that_is_rewritten_meanwhile_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = pack(tmp_path / "a.zip", {"manifest.json": manifest("old")})
    pack(tmp_path / "b.zip", {"manifest.json": manifest("new")})
    opened = zipfile.ZipFile
    count = 0

    def opening(path: Path) -> zipfile.ZipFile:
        nonlocal count
        count += 1
        if count == 3:  # after looking and copying, before looking again
            os.replace(tmp_path / "b.zip", tmp_path / "a.zip")
        return opened(path)

    monkeypatch.setattr("knowledge.sources.archive.ZipFile", opening)
    assert (await must_fetch(source)).names == ["new"]
