"""A folder for the files of one delivery, which nobody leaves behind: neither who ends early nor who is killed."""

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from knowledge.errors import Unavailable
from knowledge.server.locks import FileLock

_PREFIX = "marty-artifacts-"
_LOCK = "lock"
_YOUNG_S = 60.0
"""A folder of this age may be about to be locked."""


@asynccontextmanager
async def scratch_folder() -> AsyncGenerator[Path]:
    """An empty folder, there until the block ends. Those of processes that died are removed on the way.

    Raises:  Unavailable when there is no room for one.
    """
    home, lock = await asyncio.to_thread(_make)
    try:
        yield home / "files"
    finally:
        # Also when this task is cancelled; a thread that was given up may still write into it: what it makes now goes
        # with the next one's sweep.
        await asyncio.shield(asyncio.to_thread(_remove, home, lock))


@contextmanager
def writing() -> Generator[None]:
    """Around whatever writes into such a folder. Raises Unavailable when that fails."""
    try:
        yield
    except OSError as error:
        raise Unavailable(
            f"The folder for temporary files, {tempfile.gettempdir()}, is full or cannot be written to: make room "
            "there, or set TMPDIR to another."
        ) from error


def _make() -> tuple[Path, FileLock]:
    with writing():
        home = Path(tempfile.mkdtemp(prefix=_PREFIX))
        (home / "files").mkdir()
        lock = FileLock(home / _LOCK, owner=os.geteuid())
    lock.take()
    _remove_abandoned(home)
    return home, lock


def _remove(home: Path, lock: FileLock) -> None:
    shutil.rmtree(home / "files", ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)
    lock.close()


def _remove_abandoned(own: Path) -> None:
    """Remove folders like ``own`` whose lock is free: the kernel took it back when their process ended."""
    for lock_file in own.parent.glob(f"{_PREFIX}*/{_LOCK}"):
        if lock_file.parent == own or not os.access(lock_file, os.W_OK):
            continue
        try:
            status = lock_file.stat()
            with FileLock(lock_file, owner=status.st_uid) as lock:
                abandoned = lock.take() and time.time() - status.st_mtime > _YOUNG_S
        except OSError:  # gone meanwhile, or not ours
            continue
        if abandoned:
            shutil.rmtree(lock_file.parent, ignore_errors=True)
