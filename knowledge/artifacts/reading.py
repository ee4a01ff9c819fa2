"""From an artifact's bytes to its parts: unpacked, repaired where it is almost JSON, decoded one part at a time."""

import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from mmap import mmap
from sys import intern
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin

import msgspec

from knowledge.artifacts.mending import pruned, repaired
from knowledge.artifacts.scalars import text
from knowledge.values import Oddity

T = TypeVar("T")

NOTHING = msgspec.Raw(b"null")
"""A part that the artifact does not have."""

_MAX_SIZE_BYTES = 1024**3
_CHUNK_BYTES = 1024**2
GZIP_MAGIC = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SCHEMA = re.compile(r"/dbt/([a-z-]+)/v\d+")


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


def read(part: bytes | mmap | msgspec.Raw, kind: type[T]) -> T:
    """Decode one part, repairing NaN, unpaired surrogates and broken UTF-8 where Python's own JSON reader can.

    Raises:  Odd when the part is no such thing.
    """
    return _decoded(part, kind)


def read_artifact(data: bytes | mmap, kind: type[T]) -> T:
    """Unpack and decode a whole artifact; ``kind`` holds its top-level parts as Raw.

    Raises:  Odd when it is empty, damaged, a web page or anything else that is not a JSON object.
    """
    data = _unpacked(data)
    if data[:3] == _BYTE_ORDER_MARK:
        data = data[3:]
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
    match = _SCHEMA.search(text(metadata.dbt_schema_version))
    return match[1] if match else None


def read_parts(part: msgspec.Raw) -> dict[str, msgspec.Raw]:
    """A part that maps ids to entries; absent and null are empty. Raises Odd when it is something else."""
    return cleaned(_decoded(part, dict[str, msgspec.Raw] | None) or {})


def try_parts(name: str, part: msgspec.Raw, oddities: list[Oddity]) -> dict[str, msgspec.Raw]:
    """The same for a part that the rest can do without: an odd one is noted and empty."""
    try:
        return read_parts(part)
    except Odd as odd:
        oddities.append(Oddity(where=name, reason=str(odd)))
        return {}


def cleaned(parts: Mapping[str, msgspec.Raw]) -> dict[str, msgspec.Raw]:
    """The same entries by clean ids; of several with one id the last counts."""
    return {intern(text(unique_id)): raw for unique_id, raw in parts.items()}


def read_entries(parts: Mapping[str, msgspec.Raw], kind: type[T], oddities: list[Oddity]) -> Iterator[tuple[str, T]]:
    """Each (id, entry), read like one alone."""
    for unique_id, raw in parts.items():
        entry = read_entry(unique_id, raw, kind, oddities)
        if entry is not None:
            yield unique_id, entry


def read_entry(where: str, raw: msgspec.Raw, kind: type[T], oddities: list[Oddity]) -> T | None:
    """An entry without what is odd about it, which is noted; None when it is no JSON object.

    Args:    kind: a struct whose fields all have defaults; each is Any, such a struct, or a list or dict of those.
    """
    try:
        return read(raw, kind)
    except Odd as odd:
        oddities.append(Oddity(where=where, reason=str(odd)))
        return _salvaged(raw, kind)


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


def _salvaged(part: msgspec.Raw, kind: type[T]) -> T | None:
    try:
        return _fitting(_decoded(part, Any), kind)
    except Odd:
        return None


def _fitting(value: object, kind: Any) -> Any:
    """What of ``value`` is of ``kind``: what is not becomes None, and in a list is left out."""
    for option in get_args(kind) if isinstance(kind, UnionType) else (kind,):
        shape, inner = get_origin(option) or option, get_args(option)
        if shape is Any:
            return value
        if isinstance(value, list) and shape is list:
            return [fit for item in value if (fit := _fitting(item, inner[0])) is not None]
        if isinstance(value, dict) and shape is dict:
            return {key: _fitting(item, inner[1]) for key, item in value.items()}
        if isinstance(value, dict) and issubclass(shape, msgspec.Struct):
            fields = [field for field in msgspec.structs.fields(shape) if field.encode_name in value]
            return shape(**{field.name: _fitting(value[field.encode_name], field.type) for field in fields})
    return None


def _decoded(part: bytes | mmap | msgspec.Raw, kind: Any) -> Any:
    try:
        return msgspec.json.decode(part, type=kind)
    except RecursionError:
        part = pruned(bytes(part).decode("utf-8", "replace")).encode()
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    try:
        return msgspec.json.decode(repaired(bytes(part)), type=kind)
    except msgspec.ValidationError as error:
        raise Odd(f"is not what dbt writes: {error}") from error
    except RecursionError as error:
        raise Odd("is nested too deeply") from error
    except ValueError as error:
        raise Odd(f"is not JSON: {error}") from error


def _unpacked(data: bytes | mmap) -> bytes | mmap:
    if data[:2] != GZIP_MAGIC:
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
