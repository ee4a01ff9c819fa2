"""As whom Postgres runs, which refuses root, and where its files lie so that this account reaches them."""

import hashlib
import os
import pwd
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from knowledge.errors import Unavailable
from knowledge.server import binaries

STORE = Path("/var/lib/marty")
"""For what an unprivileged account must reach when Marty runs as root in a folder closed to others."""
INSTEAD = "set DATABASE_URL to a Postgres with pgvector instead"
_BECOME = Path(__file__).with_name("become.py")


@dataclass(frozen=True, slots=True)
class Account:
    """Who Postgres is: ourselves, another user (root may choose), or ourselves under another number."""

    way: Literal["same", "set", "map"]
    uid: int
    gid: int

    def command(self, folder: Path, program: Path, *arguments: str) -> list[str]:
        """The command that runs ``program`` as this account, which must be able to write to ``folder``."""
        script = [sys.executable, "-I", "-S", str(_BECOME)]
        return [*script, self.way, str(self.uid), str(self.gid), str(folder), str(program), *arguments]

    @property
    def owner(self) -> int:
        """The uid that files of this account have on disk."""
        return self.uid if self.way == "set" else os.geteuid()

    def reaches(self, folder: Path, program: Path) -> bool:
        """Whether this account exists here, writes to ``folder`` and runs ``program``: tried, not guessed."""
        tried = subprocess.run(  # noqa: S603 - our own script and Postgres
            self.command(folder, program, "--version"), env=binaries.environment(), capture_output=True, check=False
        )
        return tried.returncode == 0


@dataclass(frozen=True, slots=True)
class Site:
    """Where a cluster lies, and who runs it with which programs."""

    cluster: Path
    account: Account
    programs: Path


def choose_site(folder: Path, store: Path) -> Site:
    """The site of ``folder``'s cluster: where it is, or for a new one, where it can be.

    Raises: Unavailable when no account can be found that is able to run Postgres there.
    """
    cluster = folder / "cluster"
    if (cluster / "data").exists():
        return _existing(cluster.resolve(), store)
    if cluster.is_symlink():  # what it pointed to has gone, or never came about
        cluster.unlink()
    if os.geteuid() != 0:
        return _ours(cluster)
    return _for_root(folder, cluster, store)


def _existing(cluster: Path, store: Path) -> Site:
    owner = (cluster / "data").stat()
    if os.geteuid() != 0:
        return Site(cluster, Account("same", os.geteuid(), os.getegid()), binaries.bundled())
    if owner.st_uid == 0:
        return Site(cluster, _nobody("map"), binaries.bundled())
    return _with_programs(cluster, Account("set", owner.st_uid, owner.st_gid), store)


def _ours(cluster: Path) -> Site:
    _make(cluster)
    programs = binaries.bundled()
    for account in (Account("same", os.geteuid(), os.getegid()), _nobody("map")):
        # initdb wants to know the name of the account.
        if (account.way == "map" or _has_name(account.uid)) and account.reaches(cluster, programs / "postgres"):
            return Site(cluster, account, programs)
    if _has_name(os.geteuid()):
        raise Unavailable(f"The bundled Postgres does not run on this machine ({programs}); {INSTEAD}.")
    raise Unavailable(
        f"The embedded Postgres needs a user that this machine knows by name, and uid {os.geteuid()} has none;"
        f" run Marty as a user of this machine, or {INSTEAD}."
    )


def _for_root(folder: Path, cluster: Path, store: Path) -> Site:
    owner = folder.stat()
    if owner.st_uid != 0:
        account = Account("set", owner.st_uid, owner.st_gid)
        _make(cluster, account)
        return _with_programs(cluster, account, store)
    _make(cluster)
    mapped = Site(cluster, _nobody("map"), binaries.bundled())
    if mapped.account.reaches(cluster, mapped.programs / "postgres"):
        return mapped
    shutil.rmtree(cluster)  # there is no data in it
    return _as_nobody(folder, cluster, store)


def _as_nobody(folder: Path, cluster: Path, store: Path) -> Site:
    """Under an unprivileged account: in the home if the way there is open to it, else in the store."""
    account = _nobody("set")
    folder.chmod(0o711)  # ours; what lies in it is closed file by file
    _make(cluster, account)
    try:
        return _with_programs(cluster, account, store)
    except Unavailable:
        shutil.rmtree(cluster)  # there is no data in it
    place = store / hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:12]
    store.mkdir(mode=0o755, parents=True, exist_ok=True)
    _make(place, account)
    cluster.symlink_to(place)
    return _with_programs(place, account, store)


def _with_programs(cluster: Path, account: Account, store: Path) -> Site:
    for programs in (binaries.bundled, lambda: binaries.copied(store)):
        site = Site(cluster, account, programs())
        if account.reaches(cluster, site.programs / "postgres"):
            return site
    raise Unavailable(
        f"Postgres refuses root, and the user with uid {account.uid} cannot work in {cluster}; run Marty as an ordinary"
        f" user, or {INSTEAD}."
    )


def _make(cluster: Path, account: Account | None = None) -> None:
    cluster.mkdir(mode=0o700, exist_ok=True)
    if account is not None:
        os.chown(cluster, account.uid, account.gid)


def _nobody(way: Literal["set", "map"]) -> Account:
    for known in sorted(pwd.getpwall(), key=lambda entry: entry.pw_name != "nobody"):
        if known.pw_uid != 0:
            return Account(way, known.pw_uid, known.pw_gid)
    raise Unavailable(f"Postgres refuses root, and this machine knows no other user; {INSTEAD}.")


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True
