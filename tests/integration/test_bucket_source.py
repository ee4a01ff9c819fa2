"""Artifacts from object storage, through fsspec: its memory and file backends stand in for a cloud's."""

import asyncio
import gzip
import importlib.util
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fsspec")

from fsspec.implementations.memory import MemoryFileSystem

from knowledge.errors import NotFound, Unavailable
from knowledge.sources.bucket import BucketSource
from tests.fakes.artifact_files import catalog, fetch, manifest, must_fetch, run_results


class Bucket:
    """A folder of the storage in memory."""

    url = "memory://bucket/prod"

    def __init__(self) -> None:
        self.files = MemoryFileSystem()

    def put(self, name: str, data: bytes) -> None:
        self.files.pipe(f"/bucket/prod/{name}", data)


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]
    yield Bucket()
    MemoryFileSystem.store.clear()


def source(url: str = Bucket.url, **options: Any) -> BucketSource:
    return BucketSource(url, retry_after_s=0, **options)


@pytest.mark.parametrize("folder", ["", "target/"])
async def test_the_artifacts_lie_there_or_in_target_gzipped_or_not(bucket: Bucket, folder: str) -> None:
    bucket.put(f"{folder}manifest.json.gz", gzip.compress(manifest("dues")))
    bucket.put(f"{folder}catalog.json", catalog("dues", "ID"))
    bucket.put(f"{folder}run_results.json", gzip.compress(run_results("dues")))
    fetched = await must_fetch(source())
    assert (fetched.names, fetched.columns) == (["dues"], ["ID"])
    assert fetched.parts == {"manifest", "catalog", "run_results"}


async def test_only_what_changed_is_delivered(bucket: Bucket) -> None:
    bucket.put("manifest.json", manifest("dues"))
    bucket.put("run_results.json", run_results("dues"))
    first = await must_fetch(source())
    assert await fetch(source(), first.cursor) is None
    bucket.put("run_results.json", run_results("dues", status="error"))
    second = await must_fetch(source(), first.cursor)
    assert second.parts == {"run_results"}
    assert (await must_fetch(source(), second.cursor, anew=True)).parts == first.parts


async def test_nothing_is_opened_when_nothing_is_new(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket.put("manifest.json", manifest("dues"))
    cursor = (await must_fetch(source())).cursor
    monkeypatch.setattr(MemoryFileSystem, "open", None)
    assert await fetch(source(), cursor) is None


async def test_of_a_file_and_its_gzipped_twin_the_newer_counts(bucket: Bucket) -> None:
    bucket.put("manifest.json", manifest("old"))
    await asyncio.sleep(0.01)
    bucket.put("manifest.json.gz", gzip.compress(manifest("new")))
    assert (await must_fetch(source())).names == ["new"]


async def test_the_files_of_a_disk_are_stamped_too(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(manifest("dues"))
    named = source(f"file://{tmp_path}")
    cursor = (await must_fetch(named)).cursor
    assert await fetch(named, cursor) is None
    (tmp_path / "manifest.json").write_bytes(manifest("fees"))
    assert (await must_fetch(named, cursor)).names == ["fees"]


async def test_a_file_that_is_written_meanwhile_is_read_again(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket.put("manifest.json", manifest("old"))
    opened, later = MemoryFileSystem.open, [manifest("new")]

    def opening(files: MemoryFileSystem, path: str, mode: str = "rb", **options: Any) -> Any:
        found = opened(files, path, mode, **options)
        if mode == "rb" and later:
            bucket.put("manifest.json", later.pop())
        return found

    monkeypatch.setattr(MemoryFileSystem, "open", opening)
    assert (await must_fetch(source())).names == ["new"]


async def test_a_folder_without_a_manifest_is_told(bucket: Bucket) -> None:
    bucket.put("catalog.json", b"{}")
    with pytest.raises(
        NotFound, match=r"no manifest\.json .* in memory://bucket/prod or in memory://bucket/prod/target"
    ):
        await fetch(source())
    with pytest.raises(NotFound, match=r"memory://bucket/nowhere"):
        await fetch(source("memory://bucket/nowhere"))


async def test_a_folder_called_manifest_is_no_manifest(bucket: Bucket) -> None:
    bucket.put("manifest.json/x", b"{}")
    with pytest.raises(NotFound, match=r"There is no manifest\.json"):
        await fetch(source())


async def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.put("manifest.json", manifest("dues"))
    monkeypatch.setattr(MemoryFileSystem, "open", None)
    with pytest.raises(NotFound, match="too large"):
        await fetch(source(max_size_bytes=16))


@pytest.mark.parametrize(("scheme", "package"), [("s3", "s3fs"), ("gs", "gcsfs"), ("abfs", "adlfs")])
async def test_a_backend_that_is_not_installed_is_named_with_its_extra(scheme: str, package: str) -> None:
    if importlib.util.find_spec(package):
        pytest.skip(f"{package} is installed")
    with pytest.raises(NotFound, match=rf"pip install -e '\.\[{scheme}\]'"):
        await fetch(source(f"{scheme}://bucket/prod"))


class NoCredentialsError(Exception):
    """As botocore has it."""


@pytest.mark.parametrize(
    ("raised", "kind", "sentence"),
    [
        (PermissionError("Forbidden"), Unavailable, "refuses. Give the storage's usual credentials"),
        (NoCredentialsError("Unable to locate credentials"), Unavailable, "refuses. Give the storage's usual"),
        (
            ValueError("Must provide either a connection_string or account_name with credentials!!"),
            Unavailable,
            "refuses",
        ),
        (FileNotFoundError("The specified bucket does not exist"), NotFound, "does not exist, or this account may not"),
        (ConnectionError("secret.example.com refused"), Unavailable, r"cannot be read now \(ConnectionError\): check"),
    ],
)
async def test_what_a_backend_raises_becomes_a_sentence_without_its_words(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, raised: Exception, kind: type[Exception], sentence: str
) -> None:
    def ls(*_arguments: object, **_options: object) -> None:
        raise raised

    monkeypatch.setattr(MemoryFileSystem, "ls", ls)
    monkeypatch.setattr(MemoryFileSystem, "exists", lambda *_: False)
    with pytest.raises(kind, match=sentence) as caught:
        await fetch(source())
    assert str(raised) not in str(caught.value)


async def test_a_storage_that_does_not_answer_is_given_up(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    monkeypatch.setattr(MemoryFileSystem, "ls", lambda *_, **__: answered.wait(30))
    with pytest.raises(Unavailable, match="did not answer within"):
        await fetch(source(timeout_s=0.1))
    answered.set()


def test_the_key_names_the_container_and_no_secret() -> None:
    assert source("s3://bucket/a/").key == "s3://bucket/a"
    assert (
        source("abfs://box@account.dfs.core.windows.net/a?sig=secret").key
        == "abfs://box@account.dfs.core.windows.net/a"
    )
    assert source("abfs://box:secret@account/a").key == "abfs://box@account/a"
