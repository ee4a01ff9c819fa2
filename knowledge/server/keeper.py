"""Keeps one Postgres running as long as any process of its home uses it: restarts it, stops it, bounds its log.

A script of its own, standard library only, in a session of its own: it outlives whoever started it. Its output, and
Postgres', is the log. Descriptor 3 is the lock that says a keeper is there, taken by the starter and handed over.

    keeper.py FOLDER DATA SOCKETS COMMAND…
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

_LOCK_FD = 3
_TICK_S = 0.1
_PATIENCE_S = 60.0
"""How long a fast shutdown may take before an immediate one, which the next start recovers from."""
_LOG_BYTES = 4_000_000
_ENDED_BY_OTHERS = (0, -signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGQUIT)
"""Statuses of a Postgres that was made to end; any other means that it gave up by itself, and would again."""
_SETTLED_S = 1.0
_TRIES = 5
"""How often in a row it may be ended before it has settled (out of memory, say)."""


class Keeper:
    def __init__(self, folder: str, data: str, sockets: str, *command: str) -> None:
        self._command = command
        self._sockets = Path(sockets)
        self._leftovers = [
            Path(data, "postmaster.pid"),
            *(Path(sockets, f".s.PGSQL.5432{end}") for end in (".lock", "")),
        ]
        self._server_lock = Path(folder, "server.lock")
        self._users = os.open(Path(folder, "users.lock"), os.O_RDWR)

    def run(self) -> int:
        try:
            return self._keep()
        finally:
            if self._sockets.name.startswith("marty-"):  # made for this start alone
                with suppress(OSError):
                    self._sockets.rmdir()

    def _keep(self) -> int:
        tries = 0
        while postgres := self._start():
            started_at = time.monotonic()
            status = self._watch(postgres)
            if status is None:
                break
            tries = 1 if time.monotonic() - started_at > _SETTLED_S else tries + 1
            if status not in _ENDED_BY_OTHERS or tries == _TRIES:
                return 1  # the log says why; the next to need it may try again
            time.sleep(_TICK_S)
        return 0

    def _start(self) -> "subprocess.Popen[bytes] | None":
        """Start Postgres once no process of an earlier one is left; None when nobody waits for it any more."""
        lock = os.open(self._server_lock, os.O_RDWR)
        try:
            while not _take(lock):
                if self._unused():
                    return None
                time.sleep(_TICK_S)
            # Every process of a server inherits this lock, so none is left: what its files say of it is stale, even
            # where a process with its number lives, which Postgres would take for the old server.
            for leftover in self._leftovers:
                leftover.unlink(missing_ok=True)
            environment = {**os.environ, "KEEPER": str(os.getpid())}
            return subprocess.Popen(self._command, env=environment, stdin=subprocess.DEVNULL, pass_fds=(lock,))  # noqa: S603
        finally:
            os.close(lock)

    def _watch(self, postgres: "subprocess.Popen[bytes]") -> int | None:
        """Wait until Postgres ends by itself (its exit status), or until nobody uses it (None, having stopped it)."""
        while (status := postgres.poll()) is None:
            if self._unused():
                _stop(postgres)
                return None
            _bound_log()
            time.sleep(_TICK_S)
        return status

    def _unused(self) -> bool:
        # Once taken it is kept: whoever comes now waits until this keeper has gone, then starts another.
        return _take(self._users)


def _stop(postgres: "subprocess.Popen[bytes]") -> None:
    postgres.send_signal(signal.SIGINT)
    try:
        postgres.wait(_PATIENCE_S)
    except subprocess.TimeoutExpired:
        postgres.send_signal(signal.SIGQUIT)
        postgres.wait()


def _bound_log() -> None:
    """Once the log has grown long, keep its end."""
    log = sys.stdout.fileno()
    if (size := os.fstat(log).st_size) > _LOG_BYTES:
        end = os.pread(log, _LOG_BYTES // 4, size - _LOG_BYTES // 4)
        os.ftruncate(log, 0)
        os.write(log, end)


def _take(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _detach() -> None:
    """Hold on to nothing of the starter's: not its pipes, not its folder, not the signals that are meant for it."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        # Whoever stops all processes of a service stops the users too, and they need Postgres to finish their work.
        # A handler that does nothing, since an ignored signal would stay ignored in Postgres.
        signal.signal(number, lambda *_: None)
    for name in os.listdir("/dev/fd"):
        if int(name) > _LOCK_FD:
            with suppress(OSError):
                os.close(int(name))
    os.chdir("/")


if __name__ == "__main__":
    _detach()
    sys.exit(Keeper(*sys.argv[1:]).run())
