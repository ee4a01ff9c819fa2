"""Becomes the account that Postgres may run as, then runs the given command in its place.

A script of its own, standard library only: identity can be changed only before there are threads, and it must be quick.

    become.py WAY UID GID FOLDER COMMAND…

WAY is `same` (stay who we are), `set` (become UID and GID) or `map` (a user namespace in which we appear as UID).
FOLDER must be readable and writable for whom we became. KEEPER in the environment is our parent, whose end ends us.
"""

import ctypes
import os
import signal
import sys

FAILED = 121
"""Exit status: we could not become that account, or it reaches too little."""

_CLONE_NEWUSER = 0x10000000  # linux/sched.h
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main(way: str, uid: str, gid: str, folder: str, *command: str) -> int:
    try:
        if way == "map":
            _map(int(uid), int(gid))
        elif way == "set":
            os.setgroups([])
            os.setgid(int(gid))
            os.setuid(int(uid))
    except (OSError, AttributeError) as error:
        return _fail(f"cannot change identity: {error}")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return _fail(f"{folder}: Permission denied")
    if (keeper := os.environ.get("KEEPER")) and not _end_with(int(keeper)):
        return _fail("the keeper has gone")
    try:
        os.execv(command[0], command)  # noqa: S606 - the very purpose; no shell is involved
    except OSError as error:
        return _fail(f"cannot run {command[0]}: {error}")


def _map(uid: int, gid: int) -> None:
    """Enter a user namespace in which our real user and group bear other numbers; files see the real ones."""
    maps = {"setgroups": "deny", "uid_map": f"{uid} {os.geteuid()} 1", "gid_map": f"{gid} {os.getegid()} 1"}
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    for name, text in maps.items():
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def _end_with(parent: int) -> bool:
    """Ask the kernel for an interrupt (Postgres' fast shutdown) when our parent ends; False when it has ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
    return os.getppid() == parent


def _fail(reason: str) -> int:
    sys.stderr.write(f"FATAL: {reason}\n")
    return FAILED


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
