"""Artifacts from a directory: a dbt project's ``target/``, or wherever a job puts them."""

import os
import stat
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.artifacts import parse_artifacts
from knowledge.errors import NotFound, Unavailable
from knowledge.values import Artifacts

_MANIFEST = "manifest"
_ARTIFACTS = (_MANIFEST, "catalog", "run_results", "sources")
_HINT = "Name the folder in which dbt wrote manifest.json (a project's target folder), or the project above it."


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    size_bytes: int
    modified_at_ns: int
    inode: int


class DirectorySource:
    """The artifacts in ``path`` or in ``target`` below it, each ``.json`` or ``.json.gz``; of two the newer counts."""

    def __init__(self, path: Path, *, environment: str = "", retry_after_s: float = 1.0) -> None:
        self._path = Path(os.path.expanduser(path))
        self._environment = environment
        self._retry_after_s = retry_after_s

    def stamp(self) -> str:
        """What changes when any artifact does, found without opening a file.

        Raises:  NotFound when there is no manifest, Unavailable when the directory cannot be looked at.
        """
        return _stamp(self._files())

    def load(self) -> Artifacts:
        """Read and parse the artifacts, all of one moment.

        Raises:  NotFound when there is no manifest or it is none, Unavailable when a file cannot be read or dbt is
                 still writing.
        """
        artifacts = self._read()
        run_results = artifacts.get("run_results")
        try:
            return parse_artifacts(
                manifest=artifacts[_MANIFEST],
                catalog=artifacts.get("catalog"),
                run_results=[] if run_results is None else [run_results],
                sources=artifacts.get("sources"),
                environment=self._environment,
            )
        except NotFound as error:
            raise NotFound(f"{error} It was read from {self._path}.") from error

    def _read(self) -> dict[str, bytes]:
        """Name of artifact → its bytes, gzipped or not; read once more where dbt wrote meanwhile."""
        for pause_s in (0.0, self._retry_after_s):
            time.sleep(pause_s)
            files = self._files()
            artifacts = {name: data for name, file in files.items() if (data := _data(file.path)) is not None}
            if _MANIFEST in artifacts and _stamp(self._files()) == _stamp(files):
                return artifacts
        raise Unavailable(f"The artifacts in {self._path} change while they are read: dbt is still writing them.")

    def _files(self) -> dict[str, _File]:
        """Name of artifact → its file, the manifest among them."""
        status = _status(self._path)
        if status is None:
            raise NotFound(f"{self._path} does not exist. {_HINT}")
        base = self._path if stat.S_ISDIR(status.st_mode) else self._path.parent
        if base != self._path and not self._path.name.startswith("manifest.json"):
            raise NotFound(f"{self._path} is no folder. {_HINT}")
        for folder in (base, base / "target"):
            found = {name: file for name in _ARTIFACTS if (file := _newest(folder, name))}
            if _MANIFEST in found:
                return found
        raise NotFound(f"There is no manifest.json or manifest.json.gz in {base} or in {base / 'target'}. {_HINT}")


def _newest(folder: Path, name: str) -> _File | None:
    found: list[_File] = []
    for path in (folder / f"{name}.json", folder / f"{name}.json.gz"):
        status = _status(path)
        if status and stat.S_ISREG(status.st_mode):
            found.append(_File(path, status.st_size, status.st_mtime_ns, status.st_ino))
    return max(found, key=lambda file: file.modified_at_ns, default=None)


def _stamp(files: Mapping[str, _File]) -> str:
    return " ".join(f"{file.path.name}:{file.size_bytes}:{file.modified_at_ns}:{file.inode}" for file in files.values())


def _status(path: Path) -> os.stat_result | None:
    """What the file system says of ``path``; None when nothing is there."""
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise Unavailable(f"{path} cannot be looked at: {error.strerror}.") from error


def _data(path: Path) -> bytes | None:
    """The file's bytes; None when it has just been taken away."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unavailable(f"{path} cannot be read: {error.strerror}.") from error
