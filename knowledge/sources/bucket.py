"""Artifacts from object storage: S3, Google Cloud Storage or Azure, through fsspec's backends."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from knowledge.errors import KnowledgeError, NotFound, Unavailable
from knowledge.sources.copying import (
    ARTIFACTS,
    MANIFEST,
    MAX_SIZE_BYTES,
    SUFFIXES,
    Found,
    copy_limited,
    require_size,
    take,
)
from knowledge.sources.scratch import scratch_folder
from knowledge.sources.source import Cursor, Delivery

EXTRAS = {"s3": "s3", "gs": "gs", "gcs": "gs", "abfs": "abfs", "abfss": "abfs", "az": "abfs", "adl": "abfs"}
"""Scheme of an address → the extra that installs its backend."""
_CREDENTIALS = {
    "s3": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a role of the machine",
    "gs": "GOOGLE_APPLICATION_CREDENTIALS, or an account of the machine",
    "abfs": "AZURE_STORAGE_ACCOUNT_NAME, and AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_SAS_TOKEN or an identity",
}
_STAMPS = (
    "ETag",
    "etag",
    "md5Hash",
    "generation",
    "last_modified",
    "LastModified",
    "updated",
    "created",
    "mtime",
    "ino",
)
_AGES = ("LastModified", "last_modified", "updated", "mtime", "created")
_REFUSED = (
    "credential",
    "permission",
    "forbidden",
    "denied",
    "unauthorized",
    "authenticat",
    "accountkey",
    "account_name",
)

logger = logging.getLogger(__name__)


class BucketSource:
    """The artifacts below ``url`` or in ``target`` below that. Credentials are the backend's own business."""

    def __init__(
        self, url: str, *, retry_after_s: float = 1.0, max_size_bytes: int = MAX_SIZE_BYTES, timeout_s: float = 600.0
    ) -> None:
        parts = urlsplit(url)
        self._url = url.rstrip("/")
        self._scheme = parts.scheme
        user, at, host = parts.netloc.rpartition("@")  # Azure's container stands before the @
        self.key = f"{parts.scheme}://{user.partition(':')[0]}{at}{host}{parts.path.rstrip('/')}"
        self._retry_after_s = retry_after_s
        self._max_size_bytes = max_size_bytes
        self._timeout_s = timeout_s

    @asynccontextmanager
    async def fetch(self, cursor: Cursor | None, *, anew: bool = False) -> AsyncGenerator[Delivery | None]:
        """Copies of what is new, all of one moment; where nothing is, one listing of the folder.

        Raises:  NotFound when the backend is not installed, the bucket does not exist or there is no manifest;
                 Unavailable when the storage refuses or cannot be reached.
        """
        async with scratch_folder() as folder:
            work = asyncio.to_thread(self._take, cursor, folder, anew=anew)
            try:
                delivery = await asyncio.wait_for(work, self._timeout_s)
            except TimeoutError as error:
                raise Unavailable(f"{self.key} did not answer within {self._timeout_s:,.0f} s.") from error
            yield delivery

    def _take(self, cursor: Cursor | None, folder: Path, *, anew: bool) -> Delivery | None:
        with self._sentences():
            shelf = _open(self._url)

            def look() -> dict[str, Found]:
                return self._look(*shelf)

            def copy(found: Found, target: Path) -> None:
                with shelf[0].open(found.address, "rb") as source:
                    copy_limited(source, target, name=found.address, max_size_bytes=self._max_size_bytes)

            return take(look, copy, cursor, folder, anew=anew, where=self.key, retry_after_s=self._retry_after_s)

    def _look(self, files: Any, path: str) -> dict[str, Found]:
        for folder in (path.rstrip("/"), f"{path.rstrip('/')}/target"):
            listed = _listed(files, folder)
            found = {name: found for name in ARTIFACTS if (found := self._newest(listed, name))}
            if MANIFEST in found:
                return found
        raise NotFound(f"There is no manifest.json or manifest.json.gz in {self.key} or in {self.key}/target.")

    def _newest(self, listed: dict[str, dict[str, Any]], name: str) -> Found | None:
        found = [listed[f"{name}{suffix}"] for suffix in SUFFIXES if f"{name}{suffix}" in listed]
        if not found:
            return None
        info = max(found, key=_age)
        require_size(info.get("size") or 0, name=info["name"], max_size_bytes=self._max_size_bytes)
        stamp = [f"{name}={info[name]}" for name in _STAMPS if info.get(name) is not None]
        return Found(info["name"], " ".join([info["name"].rpartition("/")[2], str(info.get("size")), *stamp]))

    @contextmanager
    def _sentences(self) -> Generator[None]:
        """What a backend raises, as a sentence. Each brings exceptions of its own, so all of them stop here."""
        extra = EXTRAS.get(self._scheme, self._scheme)
        try:
            yield
        except KnowledgeError:
            raise
        except ImportError as error:
            raise NotFound(
                f"{self.key} needs a package that is not installed. In Marty's folder, install the extra: "
                f"pip install -e '.[{extra}]'."
            ) from error
        except FileNotFoundError as error:
            raise NotFound(f"{self.key} does not exist, or this account may not see it.") from error
        except Exception as error:
            said = f"{type(error).__name__} {error}".lower()
            if isinstance(error, PermissionError) or any(word in said for word in _REFUSED):
                raise Unavailable(
                    f"{self.key} refuses. Give the storage's usual credentials: {_CREDENTIALS.get(extra, 'its own')}."
                ) from error
            logger.debug("bucket not readable", exc_info=True)
            raise Unavailable(
                f"{self.key} cannot be read now ({type(error).__name__}): check the address, the network and any proxy."
            ) from error


def _open(url: str) -> tuple[Any, str]:
    """The file system and the path in it; nothing that it remembers is from before."""
    from fsspec.core import url_to_fs

    files, path = url_to_fs(url)
    files.invalidate_cache()
    return files, str(path)


def _listed(files: Any, folder: str) -> dict[str, dict[str, Any]]:
    """Name → what the storage says of it, for each file in the folder; empty where there is no such folder."""
    files.invalidate_cache()
    try:
        entries = files.ls(folder, detail=True)
    except (FileNotFoundError, NotADirectoryError):
        if files.exists(folder.split("/", maxsplit=1)[0]):
            return {}
        raise
    return {entry["name"].rpartition("/")[2]: entry for entry in entries if entry.get("type") == "file"}


def _age(info: dict[str, Any]) -> str:
    """When the file was written, in a form that sorts among files of one storage."""
    return next((str(info[name]) for name in _AGES if info.get(name) is not None), "")
