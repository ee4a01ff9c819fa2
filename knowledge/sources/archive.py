"""Artifacts from a zip file: a packed ``target/``, or a packed project."""

import asyncio
import os
import stat
import zlib
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

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
from knowledge.sources.scratch import scratch_folder
from knowledge.sources.source import Cursor, Delivery

_MAX_ENTRIES = 100_000
_ENCRYPTED = 0x1
_NAMES = {f"{name}{suffix}": name for name in ARTIFACTS for suffix in SUFFIXES}


class ArchiveSource:
    """The artifacts in the zip file ``path``, in whichever of its folders is nearest to the top.

    Nothing is unpacked under a name of its own: the archive cannot say where files are written.
    """

    def __init__(self, path: Path, *, retry_after_s: float = 1.0, max_size_bytes: int = MAX_SIZE_BYTES) -> None:
        self._path = Path(os.path.expanduser(path)).absolute()
        self._retry_after_s = retry_after_s
        self._max_size_bytes = max_size_bytes

    @property
    def key(self) -> str:
        return str(self._path)

    @asynccontextmanager
    async def fetch(self, cursor: Cursor | None, *, anew: bool = False) -> AsyncGenerator[Delivery | None]:
        """Copies of what is new, all of one moment. The file is not opened when it has not changed.

        Raises:  NotFound when it is no zip file or has no manifest, Unavailable when it cannot be read.
        """
        async with scratch_folder() as folder:
            yield await asyncio.to_thread(self._take, cursor, folder, anew=anew)

    def _take(self, cursor: Cursor | None, folder: Path, *, anew: bool) -> Delivery | None:
        stamp = self._stamp()
        if cursor and cursor.get("archive") == stamp and not anew:
            return None
        delivery = take(
            self._look, self._copy, cursor, folder, anew=anew, where=str(self._path), retry_after_s=self._retry_after_s
        )
        return delivery and replace(delivery, cursor={**delivery.cursor, "archive": stamp})

    def _look(self) -> dict[str, Found]:
        """Name of artifact → its entry, the manifest among them."""
        with self._opened() as archive:
            entries = {entry.filename: entry for entry in archive.infolist()}.values()  # of two alike the later counts
            if len(entries) > _MAX_ENTRIES:
                raise NotFound(f"{self._path} holds more than {_MAX_ENTRIES:,} files: pack only dbt's target folder.")
            folders: dict[PurePosixPath, dict[str, list[ZipInfo]]] = {}
            for entry in entries:
                path = PurePosixPath(entry.filename.replace("\\", "/"))
                if (name := _NAMES.get(path.name)) and not entry.is_dir():
                    folders.setdefault(path.parent, {}).setdefault(name, []).append(entry)
        chosen = self._folder({folder: found for folder, found in folders.items() if MANIFEST in found})
        return {name: _found(max(found, key=lambda entry: entry.date_time)) for name, found in chosen.items()}

    def _stamp(self) -> str:
        try:
            status = self._path.stat()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NotFound(f"{self._path} does not exist.") from error
        except OSError as error:
            raise Unavailable(f"{self._path} cannot be looked at: {error.strerror}.") from error
        if not stat.S_ISREG(status.st_mode):
            raise NotFound(f"{self._path} is no file.")
        return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ino}"

    def _folder(self, folders: dict[PurePosixPath, dict[str, list[ZipInfo]]]) -> dict[str, list[ZipInfo]]:
        """The one nearest to the top, a folder ``target`` before others."""
        if not folders:
            raise NotFound(f"There is no manifest.json or manifest.json.gz in {self._path}: pack dbt's target folder.")
        first, *others = sorted(folders, key=_depth)
        if others and _depth(others[0]) == _depth(first):
            raise NotFound(f"{self._path} holds more than one manifest.json, as in {first} and {others[0]}: pack one.")
        return folders[first]

    def _copy(self, found: Found, target: Path) -> None:
        name = f"{found.address} in {self._path}"
        with self._opened() as archive:
            entry = archive.getinfo(found.address)
            if entry.flag_bits & _ENCRYPTED:
                raise NotFound(f"{name} is protected with a password: pack it without one.")
            with archive.open(entry) as source:
                copy_limited(source, target, name=name, max_size_bytes=self._max_size_bytes)

    @contextmanager
    def _opened(self) -> Generator[ZipFile]:
        try:
            with ZipFile(self._path) as archive:
                yield archive
        except (BadZipFile, zlib.error, EOFError) as error:
            raise NotFound(f"{self._path} is no zip file, or not a whole one.") from error
        except (NotImplementedError, RuntimeError) as error:
            raise NotFound(f"{self._path} is packed in a way that cannot be read: use plain zip.") from error
        except OSError as error:
            raise Unavailable(f"{self._path} cannot be read: {error.strerror}.") from error


def _depth(folder: PurePosixPath) -> tuple[int, bool]:
    return len(folder.parts), folder.name != "target"


def _found(entry: ZipInfo) -> Found:
    return Found(entry.filename, f"{entry.filename}:{entry.file_size}:{entry.CRC:08x}")
