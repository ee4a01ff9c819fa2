"""``git+https://host/org/repo.git@branch#folder``: what its parts are, and where its files are seen on the web."""

import re
from base64 import b64encode
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from knowledge.errors import NotFound

SCHEMES = ("https", "http", "ssh", "file")
_EXAMPLE = "git+https://github.com/org/repo.git@main#folder"
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_BAD_IN_NAMES = re.compile(r"^-|\.\.|[\x00-\x20~^:?*\[\\\x7f]|@\{")
_USERS = {"gitlab": "oauth2", "bitbucket": "x-token-auth"}
_BLOBS = {"github": "blob", "gitlab": "-/blob", "bitbucket": "src"}


@dataclass(frozen=True, slots=True)
class GitAddress:
    """A repository, a revision of it and a folder in it."""

    scheme: str
    url: str
    """For git, without password."""
    revision: str | None
    """Branch, tag or whole commit; None: the default branch."""
    folder: str
    """Without slashes at its ends; empty: the top."""
    account: str | None = field(default=None, repr=False)
    """``user:password``, where the address had them."""

    @property
    def key(self) -> str:
        """The address again, without secrets."""
        scheme, _, rest = self.url.partition("://")
        revision = f"@{self.revision}" if self.revision else ""
        return f"git+{scheme}://{rest}{revision}{'#' + self.folder if self.folder else ''}"

    @property
    def is_commit(self) -> bool:
        """Whether the revision can never become another one."""
        return bool(self.revision and _COMMIT.fullmatch(self.revision))

    def authorization(self, token: str | None) -> str | None:
        """The HTTP header by which the token, or else the address's own account, is shown.

        Source: GitHub's, GitLab's and Bitbucket's manuals on HTTPS access with a token: it is a password.
        """
        user = next((user for host, user in _USERS.items() if host in self._host), "x-access-token")
        account = f"{user}:{token}" if token else self.account
        if self.scheme not in ("https", "http") or not account:
            return None
        return f"Authorization: Basic {b64encode(account.encode()).decode()}"

    def code_link(self, commit: str, project: str) -> str | None:
        """Where people see a file of the folder ``project`` at a commit; None where that is not known of the host."""
        parts = urlsplit(self.url)
        blobs = next((blobs for host, blobs in _BLOBS.items() if host in self._host), None)
        if blobs is None:
            return None
        netloc = parts.netloc if self.scheme in ("https", "http") else self._host
        scheme = "http" if self.scheme == "http" else "https"
        path = parts.path.rstrip("/").removesuffix(".git")
        folder = f"{quote(project)}/" if project else ""
        return f"{scheme}://{netloc}{path}/{blobs}/{commit}/{folder}{{path}}"

    @property
    def _host(self) -> str:
        return urlsplit(self.url).hostname or ""


def parse_git_address(address: str) -> GitAddress:
    """Raises: NotFound when it is no such address; the sentence repeats no part that may be secret."""
    no_address = NotFound(f"DBT_ARTIFACTS is no address of a Git repository: write it like {_EXAMPLE}.")
    try:
        parts = urlsplit(address.removeprefix("git+"))
        is_one = parts.scheme in SCHEMES and (parts.hostname or parts.scheme == "file") and parts.port != 0
    except ValueError as error:
        raise no_address from error
    if not is_one or not parts.path.strip("/"):
        raise no_address
    path, revision = _split_revision(parts.path)
    folder = unquote(parts.fragment).removeprefix("subdirectory=").strip("/")
    if revision is not None and _BAD_IN_NAMES.search(revision):
        raise NotFound("The branch in DBT_ARTIFACTS (between @ and #) is none that Git could have.")
    if ".." in folder.split("/"):
        raise NotFound("The folder in DBT_ARTIFACTS (after #) leaves the repository.")
    folder = "/".join(part for part in folder.split("/") if part not in ("", "."))
    return GitAddress(parts.scheme, _without_password(parts, path), revision, folder, _account(parts))


def _split_revision(path: str) -> tuple[str, str | None]:
    """The repository's path, and what stands behind the @ after it."""
    end = path.rfind(".git@")
    at = end + len(".git") if end >= 0 else path.rfind("@")
    if at < 0 or (end < 0 and path.endswith(".git")):
        return path.rstrip("/"), None
    return path[:at].rstrip("/"), unquote(path[at + 1 :]).strip("/") or None


def _without_password(parts: SplitResult, path: str) -> str:
    """The address for git: over ssh with the user, who is no secret, else with neither."""
    account, at, host = parts.netloc.rpartition("@")
    user = f"{account.partition(':')[0]}{at}" if parts.scheme == "ssh" else ""
    return urlunsplit((parts.scheme, f"{user}{host}", path, "", ""))


def _account(parts: SplitResult) -> str | None:
    account = parts.netloc.rpartition("@")[0]
    if not account:
        return None
    user, _, password = account.partition(":")
    return f"{unquote(user)}:{unquote(password)}"
