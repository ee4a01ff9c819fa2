"""Which artifacts are new, by a stamp for each, and how they are copied so that all are of one moment."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from knowledge.artifacts.reading import GZIP_MAGIC
from knowledge.errors import NotFound, Unavailable
from knowledge.sources.scratch import writing
from knowledge.sources.source import Cursor, Delivery, Place
from knowledge.values import Oddity

MANIFEST, CATALOG, RUN_RESULTS, FRESHNESS = ARTIFACTS = ("manifest", "catalog", "run_results", "sources")
SUFFIXES = (".json", ".json.gz")
MAX_SIZE_BYTES = 1024**3
"""Of one artifact, as it lies there."""

_CHUNK_BYTES = 1024**2


@dataclass(frozen=True, slots=True)
class Found:
    """An artifact that lies somewhere."""

    address: str
    stamp: str
    """Changes when the artifact does, and can be had without reading it."""


def known_stamps(cursor: Cursor | None) -> Mapping[str, str]:
    """Name of artifact → its stamp when it was last delivered."""
    stamps = (cursor or {}).get("stamps")
    return stamps if isinstance(stamps, dict) else {}


def due(stamps: Mapping[str, str], known: Mapping[str, str], *, anew: bool = False) -> list[str]:
    """Names of the artifacts to deliver: what is new, the manifest and the catalog only together.

    With a new manifest come the others as well: of results that were published before it, nodes may have been unknown.
    """
    new = {name for name in stamps if stamps[name] != known.get(name)}
    if anew or MANIFEST in new:
        new = set(stamps)
    elif CATALOG in new:
        new.add(MANIFEST)
    return [name for name in ARTIFACTS if name in new and name in stamps]


def build_delivery(
    files: Mapping[str, Path], cursor: Mapping[str, Any], *, place: Place | None = None, oddities: Sequence[Oddity] = ()
) -> Delivery:
    """The delivery of the files, by name of artifact."""
    return Delivery(
        cursor=cursor,
        manifest=files.get(MANIFEST),
        catalog=files.get(CATALOG),
        run_results=tuple(files[name] for name in (RUN_RESULTS,) if name in files),
        freshness=tuple(files[name] for name in (FRESHNESS,) if name in files),
        place=place or Place(),
        oddities=tuple(oddities),
    )


def take(
    look: Callable[[], Mapping[str, Found]],
    copy: Callable[[Found, Path], None],
    cursor: Cursor | None,
    into: Path,
    *,
    anew: bool,
    where: str,
    retry_after_s: float,
) -> Delivery | None:
    """Copy what is new, once more where somebody wrote meanwhile; None when nothing is new.

    Args:    look: what lies there now, by name of artifact. copy: raises FileNotFoundError when it has just gone.
    Raises:  Unavailable when the artifacts keep changing, and what ``look`` and ``copy`` raise.
    """
    for is_last in (False, True):
        stamps = _stamps(found := look())
        names = due(stamps, known_stamps(cursor), anew=anew)
        if not names:
            return None
        files = {name: into / f"{name}.json" for name in names}
        copied = all(_try(copy, found[name], file) for name, file in files.items())
        if copied and (is_last or all(_is_whole(file) for file in files.values())) and _stamps(look()) == stamps:
            return build_delivery(files, {"stamps": stamps})
        if not is_last:
            time.sleep(retry_after_s)
    raise Unavailable(f"The artifacts in {where} change while they are read: dbt is still writing them.")


def copy_limited(source: IO[bytes], target: Path, *, name: str, max_size_bytes: int = MAX_SIZE_BYTES) -> None:
    """Copy a stream to a file. Raises NotFound when it is longer than an artifact can be."""
    size_bytes = 0
    with target.open("wb") as file:
        while chunk := source.read(_CHUNK_BYTES):
            size_bytes += len(chunk)
            require_size(size_bytes, name=name, max_size_bytes=max_size_bytes)
            with writing():
                file.write(chunk)


def require_size(size_bytes: int, *, name: str, max_size_bytes: int = MAX_SIZE_BYTES) -> None:
    """Raises NotFound when that is more than an artifact can have."""
    if size_bytes > max_size_bytes:
        raise NotFound(f"{name} is too large for an artifact: more than {max_size_bytes:,} bytes.")


def _stamps(found: Mapping[str, Found]) -> dict[str, str]:
    return {name: artifact.stamp for name, artifact in found.items()}


def _try(copy: Callable[[Found, Path], None], found: Found, target: Path) -> bool:
    try:
        copy(found, target)
    except FileNotFoundError:
        return False
    return True


def _is_whole(file: Path) -> bool:
    """Whether a file of JSON ends like one. What does not may be one that is being written."""
    with file.open("rb") as content:
        if content.read(2) == GZIP_MAGIC:
            return True
        content.seek(max(0, file.stat().st_size - 64))
        return content.read().rstrip().endswith(b"}")
