"""Folders for deliveries are nobody's leftovers."""

import os
import tempfile
from pathlib import Path

import pytest

from knowledge.sources.scratch import scratch_folder


@pytest.fixture(autouse=True)
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's folder for temporary files, for this test alone."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


async def test_a_folder_is_there_for_the_block_and_gone_after_it(base: Path) -> None:
    async with scratch_folder() as folder:
        (folder / "manifest.json").write_text("{}")
    assert os.listdir(base) == []


async def test_a_block_that_fails_leaves_nothing_either(base: Path) -> None:
    with pytest.raises(KeyError):
        async with scratch_folder():
            raise KeyError
    assert os.listdir(base) == []


async def test_what_a_killed_process_left_is_removed_and_what_another_one_uses_is_not(base: Path) -> None:
    left = base / "marty-artifacts-dead"
    (left / "files").mkdir(parents=True)
    (left / "lock").touch()
    os.utime(left / "lock", (0, 0))
    (base / "marty-artifacts-of-somebody").mkdir()
    async with scratch_folder() as used, scratch_folder():
        assert not left.exists()
        assert used.is_dir()
    assert os.listdir(base) == ["marty-artifacts-of-somebody"]
