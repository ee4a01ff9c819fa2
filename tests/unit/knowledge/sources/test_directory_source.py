"""Artifacts from a directory: where they lie, what is said when they do not, and files that change while read."""

import gzip
import json
import os
from pathlib import Path

import pytest

from knowledge.errors import NotFound, Unavailable
from knowledge.sources import DirectorySource

SCHEMA = "https://schemas.getdbt.com/dbt/{}.json"


def manifest(*names: str) -> bytes:
    nodes = {f"model.harbour.{name}": {"name": name, "package_name": "harbour"} for name in names}
    metadata = {"dbt_schema_version": SCHEMA.format("manifest/v12"), "project_name": "harbour"}
    return json.dumps({"metadata": metadata, "nodes": nodes, "sources": {}}).encode()


def run_results(command: str) -> bytes:
    results = [{"unique_id": "model.harbour.dues", "status": "success", "timing": [], "message": "OK"}]
    metadata = {"dbt_schema_version": SCHEMA.format("run-results/v6")}
    return json.dumps({"metadata": metadata, "results": results, "args": {"which": command}}).encode()


def names(source: DirectorySource) -> list[str]:
    return [node.name for node in source.load().nodes]


def age(file: Path, seconds: int) -> None:
    set_modified_at(file, file.stat().st_mtime_ns - seconds * 10**9)


def set_modified_at(file: Path, ns: int) -> None:
    os.utime(file, ns=(ns, ns))


@pytest.mark.parametrize("folder", ["", "target"])
@pytest.mark.parametrize("name", ["manifest.json", "manifest.json.gz"])
def test_artifacts_lie_in_the_directory_or_in_its_target_gzipped_or_not(tmp_path: Path, folder: str, name: str) -> None:
    (tmp_path / folder).mkdir(exist_ok=True)
    data = manifest("dues")
    (tmp_path / folder / name).write_bytes(gzip.compress(data, mtime=0) if name.endswith("gz") else data)
    assert names(DirectorySource(tmp_path)) == ["dues"]


def test_the_bytes_and_not_the_name_tell_what_is_gzipped(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(gzip.compress(manifest("dues")))
    assert names(DirectorySource(tmp_path)) == ["dues"]


def test_the_manifest_itself_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(manifest("dues"))
    assert names(DirectorySource(tmp_path / "manifest.json")) == ["dues"]


def test_a_tilde_is_the_users_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "manifest.json").write_bytes(manifest("dues"))
    assert names(DirectorySource(Path("~/project"))) == ["dues"]


def test_of_a_file_and_its_gzipped_twin_the_newer_counts(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(manifest("old"))
    (tmp_path / "manifest.json.gz").write_bytes(gzip.compress(manifest("new")))
    age(tmp_path / "manifest.json", seconds=60)
    assert names(DirectorySource(tmp_path)) == ["new"]
    age(tmp_path / "manifest.json.gz", seconds=120)
    assert names(DirectorySource(tmp_path)) == ["old"]


def test_the_other_artifacts_are_read_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(manifest("dues"))
    (tmp_path / "run_results.json.gz").write_bytes(gzip.compress(run_results("build")))
    columns = {"ID": {"name": "ID", "index": 1}}
    catalog = {"nodes": {"model.harbour.dues": {"columns": columns}}, "sources": {}}
    (tmp_path / "catalog.json").write_text(json.dumps(catalog))
    (tmp_path / "sources.json").write_text("broken")
    artifacts = DirectorySource(tmp_path, environment="production").load()
    assert artifacts.project.environment == "production"
    assert artifacts.nodes[0].columns_known
    assert len(artifacts.results) == 1
    assert [oddity.where for oddity in artifacts.oddities] == ["sources.json"]


def test_results_of_a_docs_run_are_ignored(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(manifest("dues"))
    (tmp_path / "run_results.json").write_bytes(run_results("generate"))
    assert DirectorySource(tmp_path).load().results == ()


def test_a_directory_that_is_not_there_is_named_with_what_to_do(tmp_path: Path) -> None:
    source = DirectorySource(tmp_path / "nowhere")
    for ask in (source.stamp, source.load):
        with pytest.raises(NotFound, match=r"nowhere does not exist\. Name the folder .* manifest\.json"):
            ask()


@pytest.mark.parametrize("file", [None, "catalog.json", "target/run_results.json"])
def test_a_directory_without_a_manifest_is_named_with_what_to_do(tmp_path: Path, file: str | None) -> None:
    (tmp_path / "target").mkdir()
    if file:
        (tmp_path / file).write_text("{}")
    with pytest.raises(NotFound, match=r"There is no manifest\.json .*target.* Name the folder"):
        DirectorySource(tmp_path).stamp()


def test_a_folder_called_manifest_is_no_manifest(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").mkdir()
    with pytest.raises(NotFound, match="There is no manifest"):
        DirectorySource(tmp_path).load()


def test_another_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "archive.zip").write_bytes(b"PK")
    with pytest.raises(NotFound, match=r"archive\.zip is no folder"):
        DirectorySource(tmp_path / "archive.zip").load()


def test_a_manifest_that_is_none_is_named_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("<html>")
    with pytest.raises(NotFound, match=rf"is a web page, not JSON.*read from {tmp_path}"):
        DirectorySource(tmp_path).load()


def test_what_the_file_system_refuses_is_unavailable_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(Unavailable, match=r"loop cannot be looked at: .*symbolic links"):
        DirectorySource(tmp_path / "loop").stamp()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_unavailable_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(manifest("dues"))
    (tmp_path / "manifest.json").chmod(0)
    with pytest.raises(Unavailable, match="Permission denied"):
        DirectorySource(tmp_path).load()


def test_the_stamp_stays_while_nothing_changes_and_changes_with_any_artifact(tmp_path: Path) -> None:
    source = DirectorySource(tmp_path)
    (tmp_path / "manifest.json").write_bytes(manifest("dues"))
    stamps = [source.stamp()]
    assert source.stamp() == stamps[0]
    for name in ("catalog", "run_results", "sources"):
        (tmp_path / f"{name}.json").write_text("{}")
        stamps.append(source.stamp())
    age(tmp_path / "catalog.json", seconds=1)
    stamps.append(source.stamp())
    (tmp_path / "sources.json").unlink()
    stamps.append(source.stamp())
    assert len(set(stamps)) == len(stamps)


def test_the_stamp_changes_when_a_file_is_replaced_by_one_of_equal_size_and_time(tmp_path: Path) -> None:
    file, other = tmp_path / "manifest.json", tmp_path / "other.json"
    file.write_bytes(manifest("dues"))
    other.write_bytes(manifest("fees"))
    set_modified_at(other, file.stat().st_mtime_ns)
    source = DirectorySource(tmp_path)
    before = source.stamp()
    other.replace(file)
    assert source.stamp() != before


def test_the_stamp_ignores_files_that_are_no_artifacts(tmp_path: Path) -> None:
    source = DirectorySource(tmp_path)
    (tmp_path / "manifest.json").write_bytes(manifest("dues"))
    before = source.stamp()
    (tmp_path / "graph_summary.json").write_text("{}")
    assert source.stamp() == before


def rewriting_reads(monkeypatch: pytest.MonkeyPatch, file: Path, times: int) -> None:
    """Let ``file`` be replaced right after each of its first ``times`` readings."""
    read, left = Path.read_bytes, [times]

    def read_bytes(path: Path) -> bytes:
        data = read(path)
        if path == file and left[0]:
            left[0] -= 1
            file.write_bytes(manifest(f"rewritten_{'x' * left[0]}"))
        return data

    monkeypatch.setattr(Path, "read_bytes", read_bytes)


def test_artifacts_that_change_while_they_are_read_are_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "manifest.json").write_bytes(manifest("dues"))
    rewriting_reads(monkeypatch, tmp_path / "manifest.json", times=1)
    assert names(DirectorySource(tmp_path, retry_after_s=0)) == ["rewritten_"]


def test_artifacts_that_keep_changing_are_unavailable_for_now(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "manifest.json").write_bytes(manifest("dues"))
    rewriting_reads(monkeypatch, tmp_path / "manifest.json", times=9)
    with pytest.raises(Unavailable, match="dbt is still writing"):
        DirectorySource(tmp_path, retry_after_s=0).load()
