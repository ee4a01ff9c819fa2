"""From the text of ``DBT_ARTIFACTS`` to the source that it names."""

import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from knowledge.errors import NotFound
from knowledge.sources.archive import ArchiveSource
from knowledge.sources.bucket import EXTRAS, BucketSource
from knowledge.sources.directory import DirectorySource
from knowledge.sources.git.source import GitSource
from knowledge.sources.parse import ProjectParser
from knowledge.sources.source import Source
from knowledge.sources.url import UrlSource

_WHAT_IT_MAY_BE = (
    "Give DBT_ARTIFACTS a folder or a zip file with dbt's manifest.json, an address below which it lies (https://…, "
    "s3://…, gs://…, abfs://…), or a Git repository (git+https://…@branch#folder)."
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")  # two letters at least: C:\ is a drive
_SSH_SHORTHAND = re.compile(r"(?:git\+ssh://)?([\w.-]+@[\w.-]+):(?!\d+/)([\w./~-]+)")
_REPOSITORY_PAGE = re.compile(
    r"/((?!api/)[\w.-]+/[\w.-]+?(?:/(?!-/|tree/|blob/|src/|raw/|releases/)[\w.-]+?)*?)(?:\.git)?"
    r"(?:/(?:-/)?(?:tree|blob|src)/([^/]+)(/.*)?)?/?"
)
_CODE_HOSTS = ("github.com", "www.github.com", "gitlab.com", "bitbucket.org")


def open_source(artifacts: str, *, token: str | None = None, parse_deps: bool = False) -> Source:
    """The source that ``artifacts`` names; nothing is looked at yet.

    Args:    token: for a web address or a Git repository that asks for one.
             parse_deps: let the packages of a project be fetched that has to be parsed.
    Raises:  NotFound when it cannot be understood, saying what to write instead.
    """
    text = artifacts.strip().strip("\"'").strip()
    scheme = match[1].lower() if (match := _SCHEME.match(text)) else ""
    parser = ProjectParser(fetch_packages=parse_deps)
    if not text:
        raise NotFound(f"DBT_ARTIFACTS is empty. {_WHAT_IT_MAY_BE}")
    if shorthand := _SSH_SHORTHAND.fullmatch(text):
        raise NotFound(f"For a Git repository over SSH write git+ssh://{shorthand[1]}/{shorthand[2].lstrip('/')}.")
    text = scheme + text[len(scheme) :]
    if scheme.startswith("git+"):
        return GitSource(text, token=token, parser=parser)
    if scheme in ("http", "https"):
        _require_files(text)
        return UrlSource(text, token=token)
    if scheme in EXTRAS:
        return BucketSource(text)
    if scheme in ("", "file"):
        return _on_disk(_path(text), parser)
    if scheme in ("git", "ssh"):
        raise NotFound("A Git repository is written like git+ssh://git@host/org/repo.git@branch#folder.")
    raise NotFound(f"DBT_ARTIFACTS cannot begin with {scheme}://. {_WHAT_IT_MAY_BE}")


def _on_disk(path: Path, parser: ProjectParser) -> Source:
    return ArchiveSource(path) if path.suffix.lower() == ".zip" else DirectorySource(path, parser=parser)


def _path(text: str) -> Path:
    """A path as people write it, or of a file:// address."""
    if text.startswith("file://"):
        parts = urlsplit(text)
        text = unquote(parts.path)
        if parts.netloc not in ("", "localhost"):
            raise NotFound("A file:// address has three slashes: file:///folder/target.")
        text = text[1:] if re.match(r"/[A-Za-z]:[\\/]", text) else text  # /C:/folder
    return Path(os.path.expanduser(text))


def _require_files(address: str) -> None:
    """Raises: NotFound when it is the page of a repository, or a zip file, which are not fetched over HTTP."""
    try:
        parts = urlsplit(address)
        host = parts.netloc.rpartition("@")[2] if parts.port != 0 else ""
    except ValueError as error:
        raise NotFound(f"The host or port of DBT_ARTIFACTS is none. {_WHAT_IT_MAY_BE}") from error
    is_page = host.lower() in _CODE_HOSTS or parts.path.rstrip("/").endswith(".git")
    if is_page and (page := _REPOSITORY_PAGE.fullmatch(parts.path)):
        revision, folder = page[2], (page[3] or "").strip("/")
        written = f"{page[1]}.git@{revision or 'main'}{'#' + folder if folder else ''}"
        raise NotFound(
            f"{host} shows pages for people there. For the repository itself write git+https://{host}/{written}."
        )
    if not host:
        raise NotFound(f"DBT_ARTIFACTS is an address without a host. {_WHAT_IT_MAY_BE}")
    if parts.path.lower().endswith(".zip"):
        raise NotFound(
            "A zip file is read from this machine's disk only: name the folder in which the files are served."
        )
