"""One revision of a Git repository through the git command line: asked for, fetched, and read file by file."""

import asyncio
import os
import re
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import NotFound, Unavailable
from knowledge.sources.copying import require_size
from knowledge.sources.git.address import GitAddress
from knowledge.sources.process import run

_PASSED = (
    *("PATH", "SSH_AUTH_SOCK", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO"),
    *("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "no_proxy", "all_proxy"),
)
"""What git gets to see of our environment."""
_LFS = b"version https://git-lfs.github.com/spec/"
_AUTHENTICATION = (
    r"authentication failed|could not read (username|password)|permission denied|error: 40[13]|access denied|"
    r"invalid username|terminal prompts disabled"
)
_UNREACHABLE = (
    r"could not resolve|unable to connect|failed to connect|couldn't connect|connection (refused|reset|timed out)|"
    r"network is unreachable|no route to host|timed out|could not read from remote|ssl|certificate|empty reply"
)
_FAULTS: tuple[tuple[str, type[NotFound] | type[Unavailable], str], ...] = (
    (
        _AUTHENTICATION,
        Unavailable,
        "refuses: check that DBT_ARTIFACTS_TOKEN is a token that may read it (or the SSH key, over ssh)",
    ),
    (r"host key verification failed", Unavailable, "has a host key that this account's known_hosts does not have"),
    (
        r"couldn't find remote ref|not our ref|unadvertised object|no such remote ref",
        NotFound,
        "has no such branch, tag or commit",
    ),
    (r"error: 30\d|unable to update url base from redirection", NotFound, "has moved: use its new address"),
    (r"\bssh: (command )?not found|cannot run ssh|exec.* ssh\b", Unavailable, "needs ssh, which is not installed here"),
    (r"no space left|disk quota exceeded", Unavailable, "does not fit into the folder for temporary files"),
    (r"dubious ownership", Unavailable, "belongs to another user of this machine, so git will not read it"),
    (
        r"not found|does not exist|does not appear to be a git repository|error: 404|no such file",
        NotFound,
        "is not there, or may only be seen with a token (DBT_ARTIFACTS_TOKEN)",
    ),
    (_UNREACHABLE, Unavailable, "cannot be reached: check the address, the network and any proxy"),
    (r"error: 5\d\d|error: 429|hung up", Unavailable, "does not work now"),
)
"""What git complains of (searched in this order) → what the sentence says of the repository."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A file in the repository."""

    path: str
    name: str
    """Git's own: a hash of the content."""
    is_link: bool = False


class Repository:
    """Git in a bare repository of its own below ``folder``; it reads no configuration but ours.

    Source: git-config (``GIT_CONFIG_COUNT``, ``http.extraHeader``), partial-clone, and git's ``GIT_ALLOW_PROTOCOL``.
    """

    def __init__(self, address: GitAddress, folder: Path, *, token: str | None, timeout_s: float) -> None:
        self._address = address
        self._folder = folder / "repository"
        self._home = folder / "git-home"
        self._timeout_s = timeout_s
        self._authorization = address.authorization(token)

    async def fetch_commit(self) -> str:
        """The commit that the revision is now; asks the server once. Raises NotFound when there is no such one."""
        address = self._address
        if address.is_commit and address.revision:
            return address.revision
        self._home.mkdir(exist_ok=True)
        patterns = [f"refs/heads/{address.revision}", f"refs/tags/{address.revision}"] if address.revision else ["HEAD"]
        wanted = [*patterns[:1], *(f"{tag}^{{}}" for tag in patterns[1:]), *patterns[1:]]
        listed = await self._git("ls-remote", "--", address.url, *wanted)
        refs = {ref: commit for commit, _, ref in (line.partition("\t") for line in listed.splitlines())}
        for ref in wanted:
            if ref in refs:
                return refs[ref]
        which = f"no branch or tag {address.revision}" if address.revision else "no commit yet, or is no repository"
        raise NotFound(f"{address.key} has {which}.")

    async def fetch(self, commit: str) -> None:
        """Fetch that commit alone, and of its files only the names: git gets the rest when it is read."""
        self._home.mkdir(exist_ok=True)
        await self._git("init", "--quiet", "--bare", "--template=", str(self._folder))
        settings = {"url": self._address.url, "promisor": "true", "partialCloneFilter": "blob:none"}
        for name, value in settings.items():
            await self._git("config", f"remote.origin.{name}", value)
        await self._git(
            *("fetch", "--quiet", "--depth=1", "--filter=blob:none", "--no-tags", "--no-recurse-submodules"),
            *("--no-write-fetch-head", "origin", commit),
        )

    async def blobs(self, commit: str, *paths: str) -> dict[str, Blob]:
        """Those of the paths that are files, links included. Raises NotFound when one leads into a submodule."""
        listed = await self._git("ls-tree", "-z", "--full-tree", commit, "--", *paths)
        found: dict[str, Blob] = {}
        for entry in filter(None, listed.split("\0")):
            facts, _, path = entry.partition("\t")
            mode, kind, name = facts.split(" ")
            if kind == "commit":
                raise NotFound(f"{path} in {self._address.key} is a submodule: name that repository itself.")
            if kind == "blob":
                found[path] = Blob(path, name, is_link=mode == "120000")
        return found

    async def tree(self, commit: str, folder: str) -> str:
        """Git's name of a folder: a hash of all that is in it."""
        return (await self._git("rev-parse", "--verify", "--end-of-options", f"{commit}:{folder}")).strip()

    async def read(self, blob: Blob, target: Path, *, max_size_bytes: int) -> None:
        """Copy a file out. Raises NotFound when it is too large, a symbolic link, or kept elsewhere by Git LFS."""
        where = f"{blob.path} in {self._address.key}"
        if blob.is_link:
            raise NotFound(f"{where} is a symbolic link: name the folder that it leads to.")
        size = await self._git("cat-file", "-s", blob.name)
        require_size(int(size), name=where, max_size_bytes=max_size_bytes)
        await self._git("cat-file", "blob", blob.name, output=target)
        if await asyncio.to_thread(_begins_with, target, _LFS):
            raise NotFound(
                f"{where} is kept in Git LFS, which Marty does not fetch: check in manifest.json.gz without LFS, or "
                "name another place where the artifacts lie."
            )

    async def check_out(self, commit: str, target: Path) -> None:
        """Write all files of the commit. Links become files that say where they would lead; submodules stay empty."""
        await asyncio.to_thread(target.mkdir)
        await self._git("--work-tree", str(target), "read-tree", "--reset", "-u", commit)

    async def _git(self, *arguments: str, output: Path | None = None) -> str:
        where = ["--git-dir", str(self._folder)] if self._folder.exists() else []
        try:
            ended = await run(
                ["git", *where, *arguments],
                environment=self._environment(),
                folder=self._home,
                timeout_s=self._timeout_s,
                output=output,
            )
        except FileNotFoundError as error:
            raise Unavailable("git is not installed here: a DBT_ARTIFACTS that begins with git+ needs it.") from error
        except TimeoutError as error:
            raise Unavailable(f"{self._address.key} did not answer git within {self._timeout_s:,.0f} s.") from error
        except OSError as error:
            raise Unavailable("git cannot be started.") from error
        if ended.status:
            raise self._fault(ended.complaints)
        return ended.output

    def _environment(self) -> dict[str, str]:
        """Nothing that asks a person, no configuration of the machine's, and the token, which is never an argument."""
        settings = {"core.symlinks": "false", "core.hooksPath": os.devnull, "gc.auto": "0"}
        if self._authorization:
            # Git would show the header to whichever host it is redirected to.
            settings |= {"http.extraHeader": self._authorization, "http.followRedirects": "false"}
        numbered = {f"GIT_CONFIG_KEY_{number}": name for number, name in enumerate(settings)}
        numbered |= {f"GIT_CONFIG_VALUE_{number}": value for number, value in enumerate(settings.values())}
        fixed = {
            "HOME": str(self._home),
            "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ALLOW_PROTOCOL": self._address.scheme,
            "GIT_LFS_SKIP_SMUDGE": "1",
            "GIT_SSH_COMMAND": "ssh -o BatchMode=yes -o ConnectTimeout=15",
            "GIT_CONFIG_COUNT": str(len(settings)),
        }
        return {name: os.environ[name] for name in _PASSED if name in os.environ} | fixed | numbered

    def _fault(self, complaints: str) -> NotFound | Unavailable:
        said = complaints.lower()
        for pattern, error, sentence in _FAULTS:
            if re.search(pattern, said):
                return error(f"{self._address.key} {sentence}.")
        return Unavailable(f"{self._address.key} cannot be read by git.")


def _begins_with(file: Path, head: bytes) -> bool:
    with file.open("rb") as content:
        return content.read(len(head)) == head
