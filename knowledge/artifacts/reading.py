"""From an artifact's bytes to its parts: unpacked, repaired where it is almost JSON, decoded one part at a time."""

import gzip
import json
import math
import re
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any, TypeVar

import msgspec

from knowledge.artifacts.scalars import text
from knowledge.values import Oddity

T = TypeVar("T")

NOTHING = msgspec.Raw(b"null")
"""A part that the artifact does not have."""

_MAX_SIZE_BYTES = 1024**3
_CHUNK_BYTES = 1024**2
_GZIP_MAGIC = b"\x1f\x8b"
_SCHEMA = re.compile(r"/dbt/([a-z-]+)/v\d+")
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Odd(Exception):
    """A part that cannot be read. ``str(odd)`` says why, as the end of a sentence that the part's name begins."""


class Metadata(msgspec.Struct):
    """What every artifact says of itself."""

    dbt_schema_version: Any = None
    dbt_version: Any = None
    generated_at: Any = None
    project_name: Any = None
    project_id: Any = None
    adapter_type: Any = None


def read(part: bytes | msgspec.Raw, kind: type[T]) -> T:
    """Decode one part, repairing NaN, unpaired surrogates and broken UTF-8 where Python's own JSON reader can.

    Raises:  Odd when the part is no such thing.
    """
    return _decoded(part, kind)


def read_artifact(data: bytes, kind: type[T]) -> T:
    """Unpack and decode a whole artifact; ``kind`` holds its top-level parts as Raw.

    Raises:  Odd when it is empty, damaged, a web page or anything else that is not a JSON object.
    """
    data = _unpacked(data).removeprefix(b"\xef\xbb\xbf")
    start = data[:64].lstrip()
    if not start:
        raise Odd("is empty")
    if start.startswith(b"<"):
        raise Odd("is a web page, not JSON")
    if not data[-64:].rstrip().endswith(b"}"):
        raise Odd("is not a complete JSON object")
    return read(data, kind)


def read_metadata(part: msgspec.Raw) -> Metadata:
    """The artifact's metadata, or an empty one where it has none that can be read."""
    try:
        return _decoded(part, Metadata | None) or Metadata()
    except Odd:
        return Metadata()


def artifact_kind(metadata: Metadata) -> str | None:
    """Which artifact this is by its own word: manifest, catalog, run-results, sources; None when it does not say."""
    match = _SCHEMA.search(str(metadata.dbt_schema_version))
    return match[1] if match else None


def read_parts(part: msgspec.Raw) -> dict[str, msgspec.Raw]:
    """A part that maps ids to entries; absent and null are empty. Raises Odd when it is something else."""
    return _decoded(part, dict[str, msgspec.Raw] | None) or {}


def try_parts(name: str, part: msgspec.Raw, oddities: list[Oddity]) -> dict[str, msgspec.Raw]:
    """The same for a part that the rest can do without: an odd one is noted and empty."""
    try:
        return read_parts(part)
    except Odd as odd:
        oddities.append(Oddity(where=name, reason=str(odd)))
        return {}


def read_entries(
    parts: Mapping[str, msgspec.Raw],
    kind: type[T],
    oddities: list[Oddity],
    *,
    prefix: str | tuple[str, ...] = "",
    within: str = "",
) -> Iterator[tuple[str, T]]:
    """Each (id, entry) whose id begins with ``prefix``; odd ones are noted, as parts of ``within``, and left out."""
    for unique_id, raw in parts.items():
        if unique_id.startswith(prefix):
            try:
                entry = read(raw, kind)
            except Odd as odd:
                oddities.append(Oddity(where=text(f"{within} {unique_id}"), reason=str(odd)))
            else:
                yield text(unique_id), entry


def read_list(name: str, part: msgspec.Raw, kind: type[T], oddities: list[Oddity]) -> Iterator[T]:
    """Each entry of a part that is a list; odd ones are noted and left out."""
    try:
        entries: list[msgspec.Raw] = _decoded(part, list[msgspec.Raw] | None) or []
    except Odd as odd:
        oddities.append(Oddity(where=name, reason=str(odd)))
        return
    for position, raw in enumerate(entries):
        try:
            entry = read(raw, kind)
        except Odd as odd:
            oddities.append(Oddity(where=f"{name}[{position}]", reason=str(odd)))
        else:
            yield entry


def _decoded(part: bytes | msgspec.Raw, kind: Any) -> Any:
    try:
        return msgspec.json.decode(part, type=kind)
    except _UNREADABLE:
        pass
    try:
        return msgspec.json.decode(_repaired(bytes(part)), type=kind)
    except msgspec.ValidationError as error:
        raise Odd(f"is not what dbt writes: {error}") from error
    except RecursionError as error:
        raise Odd("is nested too deeply") from error
    except ValueError as error:
        raise Odd(f"is not JSON: {error}") from error


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(_GZIP_MAGIC):
        return data
    unpacked = BytesIO()
    try:
        with gzip.GzipFile(fileobj=BytesIO(data)) as packed:
            while chunk := packed.read(_CHUNK_BYTES):
                unpacked.write(chunk)
                if unpacked.tell() > _MAX_SIZE_BYTES:
                    raise Odd("unpacks to more than 1 GiB")
    except (OSError, EOFError, zlib.error) as error:
        raise Odd(f"is a damaged gzip file: {error}") from error
    return unpacked.getvalue()


def _repaired(data: bytes) -> bytes:
    """The same JSON without what only Python writes or tolerates; numbers that are none become null."""
    decoded = data.decode("utf-8", "replace")
    value = json.loads(decoded, strict=False, parse_constant=lambda _: None, parse_float=_finite)
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None
