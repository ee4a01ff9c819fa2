"""Artifacts from the web: a static site of dbt docs, object storage, anything that serves files below an address."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

import aiohttp
import msgspec

from knowledge.errors import NotFound, Unavailable
from knowledge.sources.copying import ARTIFACTS, MANIFEST, MAX_SIZE_BYTES, SUFFIXES, build_delivery, due
from knowledge.sources.download import Downloader, Missing, Version, encoded_path, public_address
from knowledge.sources.scratch import scratch_folder
from knowledge.sources.source import Cursor, Delivery, Place

_INDEX = "index.html"
_NAMED_FILES = (_INDEX, *(f"{MANIFEST}{suffix}" for suffix in SUFFIXES))
_DOCS_LINKS = ((b'ng-app="dbt"', "/#!/{kind}/{unique_id}"), (b"dbt", "/index.html#/details/{unique_id}/"))
"""What the page of a docs site begins with, and where it shows a node: dbt 1, dbt 2."""


class _Memory(msgspec.Struct):
    """The cursor."""

    artifacts: dict[str, Version] = {}
    node_link: str | None = None


@dataclass(frozen=True, slots=True)
class _Round:
    """One look at the server."""

    downloader: Downloader
    known: Mapping[str, Version]
    into: Path
    full: bool

    def target(self, name: str) -> Path:
        return self.into / f"{name}.json"


class UrlSource:
    """The artifacts below the address ``url`` or in ``target`` below that, each ``.json`` or ``.json.gz``.

    Where each of them lies is remembered, so that when nothing is new there is one conditional request for each; of a
    file and its gzipped twin the newer is looked for at the first fetch and with ``anew``.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        max_size_bytes: int = MAX_SIZE_BYTES,
        silence_s: float = 60.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        address, mark, query = url.partition("#")[0].partition("?")
        folder, _, file = address.rpartition("/")
        address = folder if file in _NAMED_FILES else address.rstrip("/")
        self._url = f"{address}{mark}{query}"
        self._has_query = bool(query)
        self._token = token
        self._max_size_bytes = max_size_bytes
        self._silence_s = silence_s
        self._sleep = sleep
        self.key = public_address(address)

    @asynccontextmanager
    async def fetch(self, cursor: Cursor | None, *, anew: bool = False) -> AsyncGenerator[Delivery | None]:
        """What has changed on the server since.

        Raises:  NotFound when there is no manifest, or a page for people; Unavailable when the server refuses or fails.
        """
        async with scratch_folder() as folder:
            async with aiohttp.ClientSession() as session:
                downloader = Downloader(
                    session,
                    self._url,
                    token=self._token,
                    max_size_bytes=self._max_size_bytes,
                    silence_s=self._silence_s,
                    sleep=self._sleep,
                )
                delivery = await self._fetch(downloader, _memory(cursor), folder, anew=anew)
            yield delivery

    async def _fetch(self, downloader: Downloader, memory: _Memory, into: Path, *, anew: bool) -> Delivery | None:
        round_ = _Round(downloader, memory.artifacts, into, anew or MANIFEST not in memory.artifacts)
        versions = await self._versions(round_)
        digests = {name: version.digest for name, version in versions.items()}
        known = {name: version.digest for name, version in memory.artifacts.items()}
        names = due(digests, known, anew=anew)
        for name in names:
            if versions[name] is memory.artifacts.get(name):  # the same as ever, but wanted with one that is new
                versions[name] = await self._again(round_, name, versions[name])
        node_link = await self._node_link(round_, versions[MANIFEST].file) if round_.full else memory.node_link
        if versions == memory.artifacts and not names:
            return None
        return build_delivery(
            {name: round_.target(name) for name in names},
            {"artifacts": {name: asdict(version) for name, version in versions.items()}, "node_link": node_link},
            place=Place(node_link=node_link),
        )

    async def _versions(self, round_: _Round) -> dict[str, Version]:
        """Name of artifact → its version now, the manifest among them."""
        manifest = await self._known(round_, MANIFEST) or await self._search(
            round_, MANIFEST, *(f"{folder}{MANIFEST}{suffix}" for folder in ("", "target/") for suffix in SUFFIXES)
        )
        if isinstance(manifest, set):
            self._refuse(manifest)
        versions = {MANIFEST: manifest}
        folder, _, suffix = manifest.file.partition(MANIFEST)
        for name in ARTIFACTS[1:]:
            suffixes = SUFFIXES if round_.full else (suffix,)
            version = await self._known(round_, name) or await self._search(
                round_, name, *(f"{folder}{name}{suffix}" for suffix in suffixes)
            )
            if isinstance(version, Version):
                versions[name] = version
        return versions

    async def _known(self, round_: _Round, name: str) -> Version | None:
        """The artifact from where it was last time; None when it is there no more, or a full look is due."""
        known = round_.known.get(name)
        if known is None or round_.full:
            return None
        version = await round_.downloader.fetch(known.file, round_.target(name), unless=known)
        return version if isinstance(version, Version) else None

    async def _search(self, round_: _Round, name: str, *files: str) -> Version | set[Missing]:
        """The first of the files that is there, or its gzipped twin if that is newer; else what each is."""
        missing: set[Missing] = set()
        for file in files:
            version = await round_.downloader.fetch(file, round_.target(name))
            if isinstance(version, str):
                missing.add(version)
                continue
            twin, target = f"{file}.gz", round_.into / f"{name}.twin"
            if twin in files:
                newer = await round_.downloader.fetch(twin, target, newer_than=version)
                if isinstance(newer, Version):
                    target.replace(round_.target(name))
                    return newer
            return version
        return missing

    async def _again(self, round_: _Round, name: str, version: Version) -> Version:
        fetched = await round_.downloader.fetch(version.file, round_.target(name))
        if isinstance(fetched, str):
            raise Unavailable(f"The artifacts at {self.key} change while they are read.")
        return fetched

    async def _node_link(self, round_: _Round, manifest: str) -> str | None:
        """Where people see a node, if a docs site lies beside the manifest."""
        if self._has_query:
            return None
        folder = manifest.rpartition(MANIFEST)[0]
        head = await round_.downloader.fetch_head(f"{folder}{_INDEX}")
        scheme, _, address = f"{self.key}/{folder}".rstrip("/").partition("://")
        base = f"{scheme}://{encoded_path(address)}"
        return next((base + link for mark, link in _DOCS_LINKS if mark in head), None)

    def _refuse(self, missing: set[Missing]) -> NoReturn:
        if "refused" in missing:
            advice = "check DBT_ARTIFACTS_TOKEN" if self._token else "give it a token with DBT_ARTIFACTS_TOKEN"
            raise Unavailable(f"{self.key} refuses to show manifest.json (HTTP 401 or 403): {advice}.")
        if "page" in missing:
            raise NotFound(
                f"{self.key} answers with a web page where manifest.json should be: it is the wrong address, or "
                "wants a login. Name the folder in which manifest.json lies, and DBT_ARTIFACTS_TOKEN if it wants one."
            )
        raise NotFound(
            f"There is no manifest.json or manifest.json.gz below {self.key} or {self.key}/target. Name the folder in "
            "which dbt's artifacts are published."
        )


def _memory(cursor: Cursor | None) -> _Memory:
    """The cursor, if it is one of ours."""
    try:
        return msgspec.convert(dict[str, Any](cursor or {}), _Memory)
    except msgspec.ValidationError:
        return _Memory()
