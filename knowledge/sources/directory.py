"""Artifacts from a directory: a dbt project's ``target/``, or wherever a job puts them."""

import asyncio
import os
import stat
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from knowledge.errors import NotFound, Unavailable
from knowledge.sources.copying import (
    ARTIFACTS,
    MANIFEST,
    MAX_SIZE_BYTES,
    SUFFIXES,
    Found,
    copy_limited,
    take,
)
from knowledge.sources.parse import PROJECT_FILE, ProjectParser
from knowledge.sources.scratch import scratch_folder
from knowledge.sources.source import Cursor, Delivery

_HINT = "Name the folder in which dbt wrote manifest.json (a project's target folder), or the project above it."


class DirectorySource:
    """The artifacts in ``path`` or in ``target`` below it, each ``.json`` or ``.json.gz``; of two the newer counts.

    Where there are none, but a dbt project, the ``parser`` makes a manifest.
    """

    def __init__(
        self,
        path: Path,
        *,
        parser: ProjectParser | None = None,
        retry_after_s: float = 1.0,
        max_size_bytes: int = MAX_SIZE_BYTES,
    ) -> None:
        self._path = Path(os.path.expanduser(path)).absolute()
        self._parser = parser
        self._retry_after_s = retry_after_s
        self._max_size_bytes = max_size_bytes

    @property
    def key(self) -> str:
        return str(self._path)

    @asynccontextmanager
    async def fetch(self, cursor: Cursor | None, *, anew: bool = False) -> AsyncGenerator[Delivery | None]:
        """Copies of what is new, all of one moment. Nothing is opened when nothing is new.

        Raises:  NotFound when there is no manifest, Unavailable when a file cannot be read or dbt is still writing.
        """
        async with scratch_folder() as folder:
            if self._parser and await asyncio.to_thread(self._is_unparsed):
                yield await self._parser.fetch(self._path, cursor, folder, anew=anew)
            else:
                yield await asyncio.to_thread(self._take, cursor, folder, anew=anew)

    def changed_at(self) -> datetime | None:
        """When the newest of the artifacts was written; None where there is none that can be looked at."""
        try:
            found = [_status(Path(each.address)) for each in self._look().values()]
        except (NotFound, Unavailable):
            return None
        times = [status.st_mtime for status in found if status]
        return datetime.fromtimestamp(max(times), UTC) if times else None

    def _take(self, cursor: Cursor | None, folder: Path, *, anew: bool) -> Delivery | None:
        return take(
            self._look, self._copy, cursor, folder, anew=anew, where=str(self._path), retry_after_s=self._retry_after_s
        )

    def _is_unparsed(self) -> bool:
        status = _status(self._path)
        if status is None or not stat.S_ISDIR(status.st_mode) or _status(self._path / PROJECT_FILE) is None:
            return False
        return not any(MANIFEST in found for found in self._finds(self._path))

    def _look(self) -> dict[str, Found]:
        """Name of artifact → its file, the manifest among them."""
        status = _status(self._path)
        if status is None:
            raise NotFound(f"{self._path} does not exist. {_HINT}")
        base = self._path if stat.S_ISDIR(status.st_mode) else self._path.parent
        if base != self._path and not self._path.name.startswith("manifest.json"):
            raise NotFound(f"{self._path} is no folder. {_HINT}")
        for found in self._finds(base):
            if MANIFEST in found:
                return found
        raise NotFound(f"There is no manifest.json or manifest.json.gz in {base} or in {base / 'target'}. {_HINT}")

    def _copy(self, found: Found, target: Path) -> None:
        try:
            with Path(found.address).open("rb") as source:
                copy_limited(source, target, name=found.address, max_size_bytes=self._max_size_bytes)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise Unavailable(f"{found.address} cannot be read: {error.strerror}.") from error

    def _finds(self, base: Path) -> list[dict[str, Found]]:
        return [
            {name: found for name in ARTIFACTS if (found := _newest(folder, name))}
            for folder in (base, base / "target")
        ]


def _newest(folder: Path, name: str) -> Found | None:
    found: list[tuple[int, Found]] = []
    for suffix in SUFFIXES:
        path = folder / f"{name}{suffix}"
        status = _status(path)
        if status and stat.S_ISREG(status.st_mode):
            stamp = f"{path.name}:{status.st_size}:{status.st_mtime_ns}:{status.st_ino}"
            found.append((status.st_mtime_ns, Found(str(path), stamp)))
    return max(found, key=lambda each: each[0])[1] if found else None


def _status(path: Path) -> os.stat_result | None:
    """What the file system says of ``path``; None when nothing is there."""
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise Unavailable(f"{path} cannot be looked at: {error.strerror}.") from error
