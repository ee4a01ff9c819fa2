"""Artifacts that are checked in to a Git repository, or parsed from a project there."""

import asyncio
import re
import zlib
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from knowledge.artifacts.reading import GZIP_MAGIC
from knowledge.errors import NotFound
from knowledge.sources.copying import (
    ARTIFACTS,
    MANIFEST,
    MAX_SIZE_BYTES,
    SUFFIXES,
    build_delivery,
    due,
    known_stamps,
)
from knowledge.sources.git.address import GitAddress, parse_git_address
from knowledge.sources.git.repository import Blob, Repository
from knowledge.sources.parse import ONLY_PARSED, PROJECT_FILE, ProjectParser
from knowledge.sources.scratch import scratch_folder
from knowledge.sources.source import Cursor, Delivery, Place

_GENERATED_AT = re.compile(rb'"generated_at"\s*:\s*"([^"]+)"')
_HEAD_BYTES = 65536


class GitSource:
    """The artifacts in a folder of a repository or in ``target`` below it, as ``git+https://…@branch#folder`` names it.

    Where there are none, but a dbt project, the ``parser`` makes a manifest.
    """

    def __init__(
        self,
        address: str,
        *,
        token: str | None = None,
        parser: ProjectParser | None = None,
        timeout_s: float = 300.0,
        max_size_bytes: int = MAX_SIZE_BYTES,
    ) -> None:
        """Raises: NotFound when the address is none."""
        self._address: GitAddress = parse_git_address(address)
        self._token = token
        self._parser = parser
        self._timeout_s = timeout_s
        self._max_size_bytes = max_size_bytes

    @property
    def key(self) -> str:
        return self._address.key

    @asynccontextmanager
    async def fetch(self, cursor: Cursor | None, *, anew: bool = False) -> AsyncGenerator[Delivery | None]:
        """What has changed in the repository since; where its branch has not moved, one question to the server.

        Raises:  NotFound when there is no such repository, branch or manifest; Unavailable when it cannot be reached.
        """
        async with scratch_folder() as folder:
            repository = Repository(self._address, folder, token=self._token, timeout_s=self._timeout_s)
            commit = await repository.fetch_commit()
            if cursor and cursor.get("commit") == commit and not anew:
                yield None
            else:
                yield await self._delivery(repository, commit, cursor, folder, anew=anew)

    async def _delivery(
        self, repository: Repository, commit: str, cursor: Cursor | None, folder: Path, *, anew: bool
    ) -> Delivery:
        await repository.fetch(commit)
        found = await self._artifacts(repository, commit)
        if MANIFEST not in found:
            return await self._parsed(repository, commit, cursor, folder, anew=anew)
        stamps = {name: "+".join(blob.name for blob in twins) for name, twins in found.items()}
        files = {
            name: await self._read(repository, found[name], folder / name)
            for name in due(stamps, known_stamps(cursor), anew=anew)
        }
        link = self._address.code_link(commit, await self._project(repository, commit))
        return build_delivery(files, {"commit": commit, "stamps": stamps}, place=Place(code_link=link))

    async def _artifacts(self, repository: Repository, commit: str) -> Mapping[str, list[Blob]]:
        """Name of artifact → its file and its gzipped twin, of the folder that has a manifest; else nothing."""
        for folder in (self._path(), self._path("target/")):
            paths = {f"{folder}{name}{suffix}": name for name in ARTIFACTS for suffix in SUFFIXES}
            found: dict[str, list[Blob]] = {}
            for path, blob in (await repository.blobs(commit, *paths)).items():
                if path in paths:  # git may read more into a path than is meant
                    found.setdefault(paths[path], []).append(blob)
            if MANIFEST in found:
                return found
        return {}

    async def _parsed(
        self, repository: Repository, commit: str, cursor: Cursor | None, folder: Path, *, anew: bool
    ) -> Delivery:
        """What dbt makes of the project there. Raises NotFound when there is none, or nobody to parse it."""
        settings = self._path(PROJECT_FILE)
        if self._parser is None or settings not in await repository.blobs(commit, settings):
            raise NotFound(
                f"There is no manifest.json or manifest.json.gz in {self.key}, nor in target/ below that. Name the "
                "branch and the folder in which dbt's artifacts are checked in."
            )
        stamps = {MANIFEST: f"parsed:{await repository.tree(commit, self._address.folder)}"}
        files: dict[str, Path] = {}
        if due(stamps, known_stamps(cursor), anew=anew):
            checkout = folder / "checkout"
            await repository.check_out(commit, checkout)
            files[MANIFEST] = await self._parser.parse(checkout / self._address.folder, folder, name=self.key)
        place = Place(code_link=self._address.code_link(commit, self._address.folder))
        oddities = [ONLY_PARSED] if files else []
        return build_delivery(files, {"commit": commit, "stamps": stamps}, place=place, oddities=oddities)

    def _path(self, name: str = "") -> str:
        return f"{self._address.folder}/{name}" if self._address.folder else name

    async def _read(self, repository: Repository, twins: list[Blob], target: Path) -> Path:
        """Copy the artifact out. Git does not know which of two twins is newer; they themselves do."""
        files = [target.with_suffix(f".{number}") for number, _ in enumerate(twins)]
        for blob, file in zip(twins, files, strict=True):
            await repository.read(blob, file, max_size_bytes=self._max_size_bytes)
        return await asyncio.to_thread(max, files, key=_generated_at) if len(files) > 1 else files[0]

    async def _project(self, repository: Repository, commit: str) -> str:
        """The folder of the dbt project that wrote the artifacts: where its settings lie, else above ``target``."""
        parts = self._address.folder.split("/") if self._address.folder else []
        above = ["/".join(parts[:length]) for length in range(len(parts), -1, -1)]
        settings = {f"{folder}/{PROJECT_FILE}".lstrip("/"): folder for folder in above}
        found = await repository.blobs(commit, *settings)
        likely = "/".join(parts[:-1] if parts[-1:] == ["target"] else parts)
        return next((folder for path, folder in settings.items() if path in found), likely)


def _generated_at(file: Path) -> bytes:
    """When dbt wrote an artifact, by its own first words; empty where they do not say."""
    with file.open("rb") as content:
        head = content.read(_HEAD_BYTES)
    if head.startswith(GZIP_MAGIC):
        try:
            head = zlib.decompressobj(wbits=31).decompress(head, _HEAD_BYTES)
        except zlib.error:
            return b""
    match = _GENERATED_AT.search(head)
    return match[1] if match else b""
