"""An artifact on its way to the client: plain bytes, compressed where that is accepted, spoilt as the faults say."""

import asyncio
import gzip
import hashlib
from pathlib import PurePosixPath

from aiohttp import hdrs, web

from tests.fakes.dbt_platform.faults import Faults

PIECES = 8
"""Of a body that comes slowly."""
CONTENT_TYPES = {".json": "application/json", ".parquet": "application/x-parquet"}


async def send_artifact(request: web.Request, path: str, content: bytes, faults: Faults) -> web.StreamResponse:
    """Answer with ``content``: no envelope, and nothing by which a client could ask whether it has changed."""
    if faults.pad_to_bytes is not None:
        content = content.ljust(faults.pad_to_bytes)
    response = web.StreamResponse()
    response.content_type = _content_type(path, faults)
    if faults.send_etag:
        response.headers[hdrs.ETAG] = f'"{hashlib.sha256(content).hexdigest()}"'
    if _accepts_gzip(request) and not faults.force_identity:
        content = gzip.compress(content, compresslevel=1, mtime=0)
        response.headers[hdrs.CONTENT_ENCODING] = "gzip"
    response.headers[hdrs.VARY] = "Accept-Encoding"
    if faults.chunked_slow_s is not None:
        response.enable_chunked_encoding()
    else:
        response.content_length = len(content) + faults.wrong_content_length
    await response.prepare(request)
    await _write(response, content[: faults.truncate_at], faults.chunked_slow_s)
    cut = faults.truncate_at is not None and faults.truncate_at < len(content)
    if (cut or faults.wrong_content_length) and request.transport is not None:
        request.transport.close()
    return response


async def _write(response: web.StreamResponse, content: bytes, pause_s: float | None) -> None:
    if pause_s is None:
        await response.write(content)
        return
    size = len(content) // PIECES + 1
    for start in range(0, len(content), size):
        await asyncio.sleep(pause_s)
        await response.write(content[start : start + size])


def _content_type(path: str, faults: Faults) -> str:
    usual = CONTENT_TYPES.get(PurePosixPath(path).suffix, "text/plain")
    return "application/octet-stream" if faults.octet_stream else usual


def _accepts_gzip(request: web.Request) -> bool:
    accepted = [part.replace(" ", "") for part in request.headers.get(hdrs.ACCEPT_ENCODING, "").split(",")]
    return any(part == "gzip" or (part.startswith("gzip;q=") and float(part[7:]) > 0) for part in accepted)
