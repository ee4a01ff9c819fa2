"""Files that the app uploads: an address for the bytes, the bytes, then a message that shows them.

Source: Slack's files.getUploadURLExternal and files.completeUploadExternal references.
"""

from dataclasses import dataclass, replace
from typing import Any

from bot.playground.rules.refusal import Refusal

MOST_ALT = 1_000
_SAFE_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif"}


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file. ``content`` is None until its bytes have come."""

    id: str
    name: str
    length: int
    alt_txt: str = ""
    title: str = ""
    content: bytes | None = None
    is_shared: bool = False

    @property
    def mimetype(self) -> str:
        """Pictures are known by their names; everything else is only bytes."""
        suffix = "." + self.name.rpartition(".")[2].lower()
        return _SAFE_TYPES.get(suffix, "application/octet-stream")


class Files:
    """All files, shown or not. ``origin`` is where the server listens; it is known once it does."""

    def __init__(self) -> None:
        self.origin = ""
        self._files: dict[str, File] = {}
        self._tokens: dict[str, str] = {}

    def begin(self, file: File, token: str) -> str:
        """Expect a file's bytes; returns the address for them."""
        self._files[file.id] = file
        self._tokens[token] = file.id
        return f"{self.origin}/upload/{token}"

    def receive(self, token: str, content: bytes) -> None:
        """Take a file's bytes, once and as many as were announced. Raises: Refusal."""
        file = self._files.get(self._tokens.get(token, ""))
        if file is None:
            raise Refusal("upload_not_found")
        if file.content is not None:
            raise Refusal("upload_already_done")
        if len(content) != file.length:
            raise Refusal("wrong_length")
        self._files[file.id] = replace(file, content=content)

    def share(self, file_id: str, title: str) -> File:
        """A file whose bytes are there, to be shown in a message, once. Raises: Refusal."""
        file = self._files.get(file_id)
        if file is None or file.content is None or file.is_shared:
            raise Refusal("file_not_found")
        self._files[file_id] = shared = replace(file, title=title or file.name, is_shared=True)
        return shared

    def find(self, file_id: str) -> File | None:
        """A file that was shared."""
        file = self._files.get(file_id)
        return file if file and file.is_shared else None

    def json(self, file: File) -> dict[str, Any]:
        """A file as messages carry it."""
        address = f"{self.origin}/files/{file.id}/{file.name}"
        return {
            "id": file.id, "name": file.name, "title": file.title, "mimetype": file.mimetype, "size": file.length,
            "mode": "hosted", "filetype": file.name.rpartition(".")[2].lower(), "url_private": address,
            "url_private_download": address, "alt_txt": file.alt_txt,
        }  # fmt: skip
