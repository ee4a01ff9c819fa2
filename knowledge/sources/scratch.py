"""A folder for the files of one delivery, which nobody leaves behind: neither who ends early nor who is killed."""

import os
import shutil
import tempfile
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from knowledge.server.locks import FileLock

_PREFIX = "marty-artifacts-"
_LOCK = "lock"
_YOUNG_S = 60.0
"""A folder of this age may be about to be locked."""


@asynccontextmanager
async def scratch_folder() -> AsyncGenerator[Path]:
    """An empty folder, there until the block ends. Those of processes that died are removed on the way."""
    home = Path(tempfile.mkdtemp(prefix=_PREFIX))
    folder = home / "files"
    folder.mkdir()
    with FileLock(home / _LOCK, owner=os.geteuid()) as lock:
        lock.take()
        _remove_abandoned(home)
        try:
            yield folder
        finally:
            # A thread that was given up may still write into it: what it makes now goes with the next one's sweep.
            shutil.rmtree(folder, ignore_errors=True)
            shutil.rmtree(home, ignore_errors=True)


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
