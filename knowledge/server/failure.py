"""From what Postgres or the system says when the embedded server cannot be made or started, to what to do about it."""

import errno
from pathlib import Path

from knowledge.errors import Unavailable

_INSTEAD = "or set DATABASE_URL to another Postgres"

_SAID: tuple[tuple[str, str], ...] = (
    # First: what the kernel says when it has no user namespace to give is "No space left on device".
    (
        "cannot change identity",
        (
            "The data in {place} belong to root, whom Postgres refuses, and the user namespaces that got around that"
            f" are not permitted here any more; permit them, {_INSTEAD}."
        ),
    ),
    ("No space left on device", "The disk that holds {place} is full; make room and start Marty again."),
    ("could not extend file", "The disk that holds {place} is full; make room and start Marty again."),
    ("Disk quota exceeded", "The disk quota for {place} is used up; make room and start Marty again."),
    ("Read-only file system", "{place} is on a read-only file system; set MARTY_HOME to a folder on another."),
    (
        "incompatible with server",
        (
            "The data in {place} were written by another major version of Postgres; export them with the Marty that"
            f" wrote them, or set MARTY_HOME to another folder, {_INSTEAD}."
        ),
    ),
    (
        "could not look up effective user",
        f"The embedded Postgres needs a user that this machine knows by name; run Marty as one, {_INSTEAD}.",
    ),
    (
        "could not create shared memory",
        f"This machine lets Postgres have too little shared memory; allow at least 160 MB, {_INSTEAD}.",
    ),
    ("Cannot allocate memory", f"There is too little memory for the embedded Postgres; free some, {_INSTEAD}."),
    ("cannot run ", f"The bundled Postgres does not run on this machine; set DATABASE_URL to another, {_INSTEAD}."),
    ("error while loading shared libraries", f"The bundled Postgres does not run on this machine, {_INSTEAD}."),
    ("Permission denied", f"Postgres may not use its files in {{place}}; give them back to its user, {_INSTEAD}."),
)


def diagnose(said: str, place: Path) -> Unavailable:
    """The error for what a program of Postgres printed before it gave up on the cluster in ``place``."""
    for sign, sentence in _SAID:
        if sign in said:
            return Unavailable(sentence.format(place=place))
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "error:" in line.lower()] or lines or ["nothing"]
    return Unavailable(f"The embedded Postgres in {place} did not start. The last it said: {telling[-1]}")


def refused(error: OSError, place: Path) -> Unavailable:
    """The error for a file that we could not make or open ourselves."""
    path = error.filename or place
    other = "run Marty as the user who owns it, or set MARTY_HOME to another folder"
    sentences = {
        errno.ENOSPC: f"The disk that holds {path} is full; make room and start Marty again.",
        errno.EDQUOT: f"The disk quota for {path} is used up; make room and start Marty again.",
        errno.EROFS: f"{path} is on a read-only file system; set MARTY_HOME to a folder on another.",
        errno.EACCES: f"This user may not use {path}; {other}.",
        errno.EPERM: f"This user may not change {path}; {other}.",
        errno.ENOTDIR: f"{path} lies below something that is no folder; set MARTY_HOME to a folder.",
        errno.EEXIST: f"{path} is in the way of a folder; remove it, or set MARTY_HOME to another folder.",
    }
    fallback = f"{path} cannot be used ({error.strerror}); set MARTY_HOME to another folder."
    return Unavailable(sentences.get(error.errno or 0, fallback))
