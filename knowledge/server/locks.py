"""File locks that the kernel takes back when the process that holds them ends, however it ends."""

import asyncio
import fcntl
import os
from pathlib import Path
from typing import Self

POLL_S = 0.02


class FileLock:
    """A lock on one file, shared by many or held by one; closing the file releases it.

    It belongs to the open file, not to the process: a child that inherits the descriptor holds the lock too.
    """

    def __init__(self, path: Path, *, owner: int) -> None:
        """Open ``path``, creating it for ``owner``: root may do so for a user who must be able to open it later."""
        self.fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if os.geteuid() == 0 and os.fstat(self.fd).st_uid != owner:
            os.fchown(self.fd, owner, -1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def take(self, *, shared: bool = False) -> bool:
        """Take the lock, or change the kind of the one held; False when another holder is in the way."""
        try:
            fcntl.flock(self.fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    async def wait(self, *, shared: bool = False) -> None:
        """Take the lock as soon as it is free, however long that takes."""
        while not self.take(shared=shared):  # noqa: ASYNC110 - other processes set no event; a blocked call is uncancellable
            await asyncio.sleep(POLL_S)

    def release(self) -> None:
        fcntl.flock(self.fd, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self.fd)
