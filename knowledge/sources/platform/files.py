"""Downloaded artifacts, looked at before they are believed."""

import gzip
import zlib
from pathlib import Path
from typing import BinaryIO

import msgspec

from knowledge.artifacts.reading import GZIP_MAGIC, NOTHING, Odd, read_artifact, read_parts
from knowledge.sources.platform.replies import Fault, too_large

_CHUNK_BYTES = 1024**2


class _Catalog(msgspec.Struct):
    nodes: msgspec.Raw = NOTHING
    sources: msgspec.Raw = NOTHING


def find_flaw(file: Path, most_bytes: int) -> Fault | None:
    """Why a file is not a whole JSON object of at most ``most_bytes``, gzipped or not; None when it may be one."""
    try:
        start, last, size_bytes = _ends(file, most_bytes)
    except (OSError, EOFError, zlib.error):
        return Fault(reason="sends a file that is cut short", is_damage=True)
    if size_bytes > most_bytes:
        return too_large(most_bytes)
    if start == b"<":
        return Fault(reason="sends a web page instead of the file: check DBT_HOST", is_damage=True, is_final=True)
    return None if last == b"}" else Fault(reason="sends a file that is cut short", is_damage=True)


def has_relations(file: Path) -> bool:
    """Whether a catalog.json tells of any relation at all."""
    try:
        catalog = read_artifact(file.read_bytes(), _Catalog)
        return bool(read_parts(catalog.nodes) or read_parts(catalog.sources))
    except Odd:
        return False


def _ends(file: Path, most_bytes: int) -> tuple[bytes, bytes, int]:
    """First and last byte of the content, blanks aside, and its size, only counted to just above ``most_bytes``."""
    with file.open("rb") as packed:
        is_packed = packed.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        packed.seek(0)
        if not is_packed:
            return _read_ends(packed, most_bytes)
        with gzip.GzipFile(fileobj=packed) as unpacked:
            return _read_ends(unpacked, most_bytes)


def _read_ends(content: BinaryIO | gzip.GzipFile, most_bytes: int) -> tuple[bytes, bytes, int]:
    start, last, size_bytes = b"", b"", 0
    while size_bytes <= most_bytes and (chunk := content.read(_CHUNK_BYTES)):
        start = start or chunk.lstrip()[:1]
        last = chunk.rstrip()[-1:] or last
        size_bytes += len(chunk)
    return start, last, size_bytes
