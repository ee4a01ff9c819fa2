"""One home's embedded Postgres as seen by one process: join it, keep it alive, leave it; the last one out stops it."""

import asyncio
import logging
import os
import sys
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

from knowledge.server import binaries, cluster
from knowledge.server.account import STORE, Site, choose_site
from knowledge.server.failure import diagnose, refused
from knowledge.server.locks import POLL_S, FileLock

logger = logging.getLogger(__name__)

_KEEPER = Path(__file__).with_name("keeper.py")
_KEEPER_LOCK_FD = 3
_LEAVE_S = 65.0
"""A little more than the keeper's patience with a slow shutdown."""
_NEWS_S = 5.0
"""How often a long wait, such as a crash recovery, is reported."""


@asynccontextmanager
async def open_server(
    home: Path, settings: Mapping[str, str] | None = None, *, store: Path = STORE
) -> AsyncGenerator["EmbeddedServer"]:
    """Use the embedded server of ``home``, starting it if this process is the first of its users.

    Args:    settings: Postgres settings beyond ours; only those of the process that starts it count.
             store: where root keeps what an unprivileged account cannot reach in ``home``.
    Raises:  Unavailable with a sentence that says what to do.
    """
    server = EmbeddedServer(_make_folder(home), settings or {}, store)
    try:
        await server.join()
        yield server
    finally:
        await server.leave()


class EmbeddedServer:
    """This process's share in the server.

    Three locks tell what is true, since pid files do not survive crashes and containers: ``users`` is shared by all
    processes that use the server, ``keeper`` is held by its keeper (before that, by the process about to start one),
    ``server`` by every process of Postgres.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str], store: Path) -> None:
        self._folder = folder
        self._log = folder / "log"
        self._settings = settings
        self._store = store
        self._keeper_pid: int | None = None
        self._owner = folder.stat().st_uid
        try:
            self._users = self._lock("users")
            self._lock("server").close()  # for the keeper, which only opens it
        except OSError as error:
            raise refused(error, folder) from error

    @property
    def conninfo(self) -> str:
        """How to connect, password included; empty before the first start."""
        return cluster.conninfo(self._folder / "cluster") or ""

    async def join(self) -> None:
        """Become a user of the server; returns when it answers."""
        await self._users.wait(shared=True)
        await self._start()

    async def ensure(self) -> str:
        """See that the server answers, waiting for it or starting it again as need be; a few ms when it does.

        Returns: how to connect now.
        Raises:  Unavailable when it cannot be started.
        """
        if not await self._answers():
            await self._start()
        return self.conninfo

    async def leave(self) -> None:
        """Stop using the server; returns when it has stopped, if nobody else uses it."""
        self._users.release()
        give_up_at = time.monotonic() + _LEAVE_S
        while self._keeper_lives() and not self._others() and time.monotonic() < give_up_at:  # noqa: ASYNC110 - it sets no event of ours
            await asyncio.sleep(POLL_S)
        if not self._keeper_lives():
            self._reap()
        self._users.close()

    async def _start(self) -> None:
        try:
            await self._until_it_answers()
        except OSError as error:
            raise refused(error, self._folder) from error

    async def _until_it_answers(self) -> None:
        """Wait as long as there is a keeper at work, starting one when there is none."""
        log_size: int | None = None
        news_at = time.monotonic() + _NEWS_S
        while not await self._answers():
            with self._lock("keeper") as lock:
                if lock.take():
                    self._reap()
                    if log_size is not None:
                        raise diagnose(self._log_since(log_size), self._folder)
                    log_size = self._spawn_keeper(await self._site(), lock)
            if time.monotonic() > news_at:
                logger.info("waiting for Postgres, which may be recovering from a crash")
                news_at += _NEWS_S
            await asyncio.sleep(POLL_S)

    async def _site(self) -> Site:
        site = await asyncio.to_thread(choose_site, self._folder, self._store)
        if not cluster.exists(site):
            await cluster.create(site)
        return site

    def _spawn_keeper(self, site: Site, lock: FileLock) -> int:
        """Start a keeper, which starts Postgres; returns where in the log their words begin."""
        sockets = cluster.socket_folder(site)
        arguments = [self._folder, site.cluster / "data", sockets]
        with FileLock(self._log, owner=self._owner) as log:  # not to be locked, but to be made in the same way
            size = os.fstat(log.fd).st_size
            self._keeper_pid = os.posix_spawn(
                sys.executable,
                [sys.executable, "-I", "-S", _KEEPER, *arguments, *cluster.command(site, sockets, self._settings)],
                binaries.environment(),
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, lock.fd, _KEEPER_LOCK_FD),
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 1, self._log, os.O_RDWR | os.O_APPEND, 0),
                    (os.POSIX_SPAWN_DUP2, 1, 2),
                ],
                setsid=True,
            )
        return size

    async def _answers(self) -> bool:
        """Whether a server answers there, be it with a refusal: the only proof that it runs."""
        if not (conninfo := self.conninfo):
            return False
        # Being asked for a password is answer enough.
        question = make_conninfo(conninfo, password="", connect_timeout=5)
        return await asyncio.to_thread(PGconn.ping, question.encode()) == Ping.OK

    def _keeper_lives(self) -> bool:
        with self._lock("keeper") as lock:
            return not lock.take()

    def _others(self) -> bool:
        """Whether another process uses the server. The keeper, once it has decided to stop it, is no user."""
        if not self._users.take(shared=True):
            return False
        alone = self._users.take()
        self._users.release()
        return not alone

    def _lock(self, name: str) -> FileLock:
        return FileLock(self._folder / f"{name}.lock", owner=self._owner)

    def _log_since(self, size: int) -> str:
        with open(self._log, "rb") as log:
            log.seek(size)
            return log.read().decode(errors="replace")

    def _reap(self) -> None:
        """See off a keeper that was our child and has let go of its lock, lest it stay in the process table."""
        if self._keeper_pid is not None:
            with suppress(ChildProcessError):
                os.waitpid(self._keeper_pid, 0)
            self._keeper_pid = None


def _make_folder(home: Path) -> Path:
    folder = home.resolve() / "postgres"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise refused(error, folder) from error
    return folder
