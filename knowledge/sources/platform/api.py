"""The dbt platform's Admin API, read only: one account, at most four requests at once, patient with what passes."""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlencode

import aiohttp
import msgspec
from yarl import URL

from knowledge.artifacts.reading import NOTHING, Odd, read
from knowledge.errors import NotFound, Unavailable
from knowledge.retry_after import retry_after_s
from knowledge.sources.platform.access import Access
from knowledge.sources.platform.files import find_flaw
from knowledge.sources.platform.hosts import is_same_site
from knowledge.sources.platform.replies import (
    COOL_DOWN_S,
    NO_API,
    Fault,
    Reply,
    cooling,
    parse_message,
    parse_reply,
    refusal,
    too_large,
    unreachable,
)
from knowledge.sources.scratch import writing

T = TypeVar("T")
PAGE_SIZE = 100
"""Rows; the most there are on one page. Source: Admin API v2, pagination."""

_ATTEMPTS = 5
_ATTEMPTS_WHEN_LIMITED = 3
_LONGEST_WAIT_S = 30.0
_AT_ONCE = 4
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 5
_CHUNK_BYTES = 256 * 1024


class DbtApi:
    """Paths are below the account: ``runs/``, ``runs/1/artifacts/manifest.json``.

    Source: Admin API v2 (envelope, pagination, errors), the platform's API rate limits.
    """

    def __init__(self, session: aiohttp.ClientSession, access: Access, token: str) -> None:
        self._session = session
        self._access = access
        self._token = token
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def fetch(self, path: str, params: Mapping[str, str]) -> Reply | None:
        """The payload at ``path``; None when there is no such thing or the token may not see it.

        Raises:  Unavailable when the platform does not answer as it should.
        """
        timeout = aiohttp.ClientTimeout(total=self._access.limits.reply_s, connect=self._access.limits.connect_s)
        found = await self._get(path, params, self._read, accept="application/json", timeout=timeout)
        if isinstance(found, Fault):
            raise Unavailable(unreachable(self._access.host, found))
        return found

    async def fetch_page(
        self, path: str, params: Mapping[str, str], *, limit: int = PAGE_SIZE, offset: int = 0
    ) -> tuple[list[msgspec.Raw], bool]:
        """The rows of one page of a list, undecoded, and whether it is the last.

        Raises:  NotFound when the token sees no such list, Unavailable as ``fetch``.
        """
        reply = await self.fetch(path, {**params, "limit": str(limit), "offset": str(offset)})
        if reply is None:
            raise NotFound(
                f"The dbt platform knows no account {self._access.account_id}, or shows nothing of it to this token: "
                "check DBT_ACCOUNT_ID, DBT_PROD_ENV_ID and the permissions of DBT_TOKEN."
            )
        try:
            rows = [] if reply.data == NOTHING else read(reply.data, list[msgspec.Raw])
        except Odd as odd:
            raise Unavailable(f"The dbt platform at {self._access.host} {NO_API}") from odd
        return rows, len(rows) < limit or (reply.total is not None and offset + limit >= reply.total)

    async def fetch_pages(
        self, path: str, params: Mapping[str, str], *, at_most: int
    ) -> AsyncGenerator[list[msgspec.Raw]]:
        """The rows of each page of a list; rows may move from page to page meanwhile. Raises as ``fetch_page``."""
        for number in range(at_most):
            rows, is_last = await self.fetch_page(path, params, offset=number * PAGE_SIZE)
            yield rows
            if is_last:
                return

    async def download(self, path: str, file: Path, *, step: int | None = None) -> bool | Fault:
        """Whether an artifact is there; it is then in ``file``, whole, gzipped if it came so.

        Returns: the last fault when no attempt brought all of it.
        Raises:  Unavailable when the platform refuses.
        """

        async def save(reply: aiohttp.ClientResponse) -> Literal[True] | Fault:
            return await self._save(reply, file)

        limits = self._access.limits
        timeout = aiohttp.ClientTimeout(total=limits.artifact_s, connect=limits.connect_s, sock_read=limits.silence_s)
        params = {} if step is None else {"step": str(step)}
        return await self._get(path, params, save, accept="*/*", timeout=timeout) or False

    async def _read(self, reply: aiohttp.ClientResponse) -> Reply | Fault:
        body = await self._body(reply)
        return body if isinstance(body, Fault) else parse_reply(body, host=self._access.host, token=self._token)

    async def _body(self, reply: aiohttp.ClientResponse) -> bytes | Fault:
        """All of a reply that is meant to be small."""
        body, most_bytes = bytearray(), self._access.limits.reply_bytes
        async for chunk in reply.content.iter_chunked(_CHUNK_BYTES):
            body += chunk
            if len(body) > most_bytes:
                return Fault(reason="sends a reply without end", is_final=True)
        return bytes(body)

    async def _save(self, reply: aiohttp.ClientResponse, file: Path) -> Literal[True] | Fault:
        size_bytes, most_bytes = 0, self._access.limits.artifact_bytes
        with await asyncio.to_thread(file.open, "wb") as target:
            async for chunk in reply.content.iter_chunked(_CHUNK_BYTES):
                size_bytes += len(chunk)
                if size_bytes > most_bytes:
                    return too_large(most_bytes)
                with writing():
                    await asyncio.to_thread(target.write, chunk)
        return await asyncio.to_thread(find_flaw, file, most_bytes) or True

    async def _get(
        self,
        path: str,
        params: Mapping[str, str],
        consume: Callable[[aiohttp.ClientResponse], Awaitable[T | Fault]],
        *,
        accept: str,
        timeout: aiohttp.ClientTimeout,
    ) -> T | Fault | None:
        """What ``consume`` makes of the reply, None where nothing is, or the fault that stayed."""
        url = f"{self._access.host}/api/v2/accounts/{self._access.account_id}/{path}?{urlencode(params)}"
        attempt = 1
        while True:
            async with self._slots:
                found = await self._attempt(url, consume, accept=accept, timeout=timeout)
            if not isinstance(found, Fault) or found.is_final or (attempt == _ATTEMPTS and not found.is_limit):
                return found
            await self._access.sleep(self._pause_s(found, attempt))
            attempt += 1

    def _pause_s(self, fault: Fault, attempt: int) -> float:
        """How long to wait before the next attempt. Raises Unavailable when that is too long."""
        if not fault.is_limit:
            return 2 ** (attempt - 1) + random.uniform(0, 1)
        if fault.after_s is not None and fault.after_s <= _LONGEST_WAIT_S and attempt < _ATTEMPTS_WHEN_LIMITED:
            return fault.after_s
        wait_s = COOL_DOWN_S if fault.after_s is None or fault.after_s <= _LONGEST_WAIT_S else fault.after_s
        self._access.cool_down.until = self._access.now() + timedelta(seconds=wait_s)
        raise Unavailable(cooling(self._access.cool_down.until))

    async def _attempt(
        self,
        url: str,
        consume: Callable[[aiohttp.ClientResponse], Awaitable[T | Fault]],
        *,
        accept: str,
        timeout: aiohttp.ClientTimeout,
    ) -> T | Fault | None:
        """One request. Errors of the client end here, for they may know the token."""
        until = self._access.cool_down.until
        if until is not None and self._access.now() < until:
            raise Unavailable(cooling(until))
        try:
            address = URL(url)
        except ValueError:
            return Fault(reason="has no address that could be asked", is_final=True)
        try:
            return await self._follow(address, consume, accept=accept, timeout=timeout)
        except aiohttp.ClientPayloadError:
            return Fault(reason="sends replies that are cut short", is_damage=True)
        except TimeoutError:
            return Fault(reason="does not answer in time")
        except aiohttp.ClientSSLError:
            return Fault(reason="has a certificate that is not trusted here", is_final=True)
        except aiohttp.InvalidURL:
            return Fault(reason="has no address that could be asked", is_final=True)
        except aiohttp.ClientError:
            return Fault(reason="cannot be reached")
        except OSError:
            return Fault(reason="cannot be reached")

    async def _follow(
        self,
        url: URL,
        consume: Callable[[aiohttp.ClientResponse], Awaitable[T | Fault]],
        *,
        accept: str,
        timeout: aiohttp.ClientTimeout,
    ) -> T | Fault | None:
        """Ask, at another address too where the platform says so; the token stays where it belongs."""
        is_trusted = True
        for _ in range(_MAX_REDIRECTS + 1):
            async with self._session.get(
                url,
                headers={"Accept": accept, "Accept-Encoding": "gzip"},
                middlewares=(self._sign,) if is_trusted else (),
                allow_redirects=False,
                auto_decompress=accept != "*/*",
                timeout=timeout,
            ) as reply:
                location = reply.headers.get("Location") if reply.status in _REDIRECTS else None
                if location is None:
                    return await self._judge(reply, consume)
            target = url.join(URL(location, encoded=True))
            is_trusted = is_trusted and is_same_site(url, target)
            url = target
        return Fault(reason="redirects in a circle", is_final=True)

    async def _sign(self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        """Add the token, whatever a .netrc holds for this host."""
        request.headers["Authorization"] = f"Token {self._token}"
        return await handler(request)

    async def _judge(
        self, reply: aiohttp.ClientResponse, consume: Callable[[aiohttp.ClientResponse], Awaitable[T | Fault]]
    ) -> T | Fault | None:
        """Raises: Unavailable when another attempt would not help."""
        if reply.status == 200:
            return await consume(reply)
        if reply.status == 404:
            return None
        if reply.status == 429:
            after_s = retry_after_s(reply.headers, self._access.now())
            return Fault(reason="asks for fewer requests", is_limit=True, after_s=after_s)
        if reply.status == 408 or reply.status >= 500:
            return Fault(reason=f"fails (HTTP {reply.status})")
        body = await self._body(reply) if reply.status == 400 else b""
        message = parse_message(body) if isinstance(body, bytes) and body else None
        raise Unavailable(refusal(reply.status, message, token=self._token))
