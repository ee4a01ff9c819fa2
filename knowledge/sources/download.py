"""One file over HTTP: asked for only if it has changed, a few times if the server is busy, never past a size."""

import asyncio
import hashlib
import random
import zlib
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Literal
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import aiohttp
from yarl import URL

from knowledge.artifacts.reading import GZIP_MAGIC
from knowledge.errors import Unavailable
from knowledge.sources.copying import require_size
from knowledge.sources.scratch import writing

_ATTEMPTS = 3
_CHUNK_BYTES = 2**18
_TOTAL_S, _CONNECT_S = 900, 15
_SURELY_OVER = timedelta(seconds=2)
_HEAD_BYTES = 4096
_PATH_CHARACTERS = "/%:@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """By what a file is known to be the same."""

    file: str
    digest: str
    etag: str | None = None
    modified: str | None = None
    """The server's Last-Modified."""
    is_settled: bool = False
    """``modified`` lies far enough back that it changes with the file's next change."""


Missing = Literal["absent", "refused", "page"]
"""Why there is no such file: not found, not for us, or a page for people in its stead."""


class _BusyError(Exception):
    """Another attempt may succeed."""


class Downloader:
    """Fetches files below ``address``, whose query string (a signature, say) goes with each of them.

    Source: RFC 9110, sections 8.8 and 13 (validators and conditional requests).
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        address: str,
        *,
        token: str | None = None,
        max_size_bytes: int,
        silence_s: float,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._session = session
        self._parts = urlsplit(address)
        self._headers = {"Accept-Encoding": "gzip"} | _authorization(address, token)
        self._timeout = aiohttp.ClientTimeout(total=_TOTAL_S, connect=_CONNECT_S, sock_read=silence_s)
        self._max_size_bytes = max_size_bytes
        self._sleep = sleep
        self.name = public_address(address)

    async def fetch(
        self, file: str, target: Path, *, unless: Version | None = None, newer_than: Version | None = None
    ) -> Version | Missing:
        """Download ``file`` to ``target``; ``unless`` itself is returned when it is still that version.

        Args:    newer_than: leave the file alone ("absent") unless it surely is newer than that other one.
        Raises:  NotFound when it is too large, Unavailable after three attempts.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await self._fetch(file, target, unless, newer_than)
            except _BusyError as busy:
                if attempt == _ATTEMPTS:
                    raise Unavailable(str(busy)) from busy
                await self._sleep(random.uniform(0.5, 1.0) * 2**attempt)
        raise AssertionError

    async def _fetch(
        self, file: str, target: Path, unless: Version | None, newer_than: Version | None
    ) -> Version | Missing:
        headers = self._headers | _conditions(unless)
        try:
            async with self._session.get(self._url(file), headers=headers, timeout=self._timeout) as reply:
                if unless and (reply.status == 304 or (reply.status == 200 and _is_same(reply.headers, unless))):
                    return unless
                if missing := self._missing(file, reply.status):
                    return missing
                if newer_than and not _is_newer(reply.headers, newer_than):
                    return "absent"
                digest = await self._save(file, reply.content, target)
                return _version(file, digest, reply.headers) if digest else "page"
        except aiohttp.TooManyRedirects as error:
            raise Unavailable(f"{self.name} redirects in a circle.") from error
        except ValueError as error:  # aiohttp.InvalidURL is one, yarl's complaints are others
            raise Unavailable(f"{self.name} is no address that can be asked.") from error
        except (aiohttp.ClientError, TimeoutError, zlib.error) as error:
            raise _BusyError(
                f"{self.name} cannot be reached, or stops in mid-answer: check the address, the network and any proxy."
            ) from error

    async def fetch_head(self, file: str) -> bytes:
        """The first bytes of ``file``; none where it cannot be had."""
        try:
            async with self._session.get(self._url(file), headers=self._headers, timeout=self._timeout) as reply:
                return await reply.content.read(_HEAD_BYTES) if reply.status == 200 else b""
        except (aiohttp.ClientError, TimeoutError, zlib.error, ValueError):  # also an address that is none
            return b""

    def _missing(self, file: str, status: int) -> Missing | None:
        if status in (404, 410):
            return "absent"
        if status in (401, 403):
            return "refused"
        if status == 429 or status >= 500:
            raise _BusyError(f"{self.name} does not work now: it answers HTTP {status} for {file}.")
        if status != 200:
            raise Unavailable(f"{self.name} answers HTTP {status} for {file}.")
        return None

    async def _save(self, file: str, content: aiohttp.StreamReader, target: Path) -> str | None:
        """The body's digest; None when it is a page for people."""
        digest, size_bytes = hashlib.sha256(), 0
        with await asyncio.to_thread(target.open, "wb") as saved:
            async for chunk in content.iter_chunked(_CHUNK_BYTES):
                if not size_bytes and _is_page(chunk):
                    return None
                size_bytes += len(chunk)
                require_size(size_bytes, name=f"{self.name}/{file}", max_size_bytes=self._max_size_bytes)
                digest.update(chunk)
                with writing():
                    await asyncio.to_thread(saved.write, chunk)
        return digest.hexdigest()

    def _url(self, file: str) -> URL:
        host = self._parts.netloc.rpartition("@")[2]
        path = f"{encoded_path(self._parts.path.rstrip('/'))}/{file}"
        return URL(urlunsplit((self._parts.scheme, host, path, self._parts.query, "")), encoded=True)


def encoded_path(path: str) -> str:
    """The path as an address has it, whether or not parts of it are encoded already."""
    return quote(path, safe=_PATH_CHARACTERS)


def public_address(address: str) -> str:
    """The address without what may be secret: user, password, query string."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"


def _authorization(address: str, token: str | None) -> dict[str, str]:
    parts = urlsplit(address)
    if token:
        return {"Authorization": f"Bearer {token}"}
    if not parts.username and not parts.password:
        return {}
    account = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    return {"Authorization": f"Basic {b64encode(account.encode()).decode()}"}


def _conditions(known: Version | None) -> dict[str, str]:
    """An ETag says all; a date only where there is none."""
    if known and known.etag:
        return {"If-None-Match": known.etag}
    return {"If-Modified-Since": known.modified} if known and known.modified and known.is_settled else {}


def _version(file: str, digest: str, headers: Mapping[str, str]) -> Version:
    modified, asked_at = _time(headers.get("Last-Modified")), _time(headers.get("Date"))
    is_over = modified is not None and asked_at is not None and asked_at - modified >= _SURELY_OVER
    return Version(
        file=file, digest=digest, etag=headers.get("ETag"), modified=headers.get("Last-Modified"), is_settled=is_over
    )


def _is_same(headers: Mapping[str, str], known: Version) -> bool:
    """Whether a server that takes no conditions says that the file is the known one."""
    if known.etag:
        return headers.get("ETag") == known.etag
    return known.is_settled and headers.get("Last-Modified") == known.modified


def _is_newer(headers: Mapping[str, str], other: Version) -> bool:
    mine, others = _time(headers.get("Last-Modified")), _time(other.modified)
    return mine is not None and others is not None and mine > others


def _time(value: str | None) -> datetime | None:
    try:
        time = parsedate_to_datetime(value or "")
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _is_page(chunk: bytes) -> bool:
    return not chunk.startswith(GZIP_MAGIC) and chunk.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
