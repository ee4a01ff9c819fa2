"""The files of one embedded Postgres: how they are made, how it is started on them, where it then listens."""

import asyncio
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Mapping
from pathlib import Path

from psycopg.conninfo import make_conninfo

from knowledge.errors import Unavailable
from knowledge.server import binaries
from knowledge.server.account import Site
from knowledge.server.failure import diagnose

USER = "marty"
PORT = 5432
"""Part of the socket's name only: nothing listens on TCP."""

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "64MB",
    "random_page_cost": "1.1",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "jit": "off",
    "log_min_messages": "warning",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
"""For a small machine, and for one that nobody administers."""


def exists(site: Site) -> bool:
    return (site.cluster / "data").exists()


async def create(site: Site) -> None:
    """Make the cluster's files. Killed in the middle, it leaves nothing that counts as a cluster.

    Raises: Unavailable when Postgres cannot make them; OSError when we cannot.
    """
    for abandoned in site.cluster.glob("data.*"):
        shutil.rmtree(abandoned, ignore_errors=True)
    staging = site.cluster / f"data.{secrets.token_hex(4)}"  # its own, should an abandoned attempt still be writing
    process = await asyncio.create_subprocess_exec(
        *_initdb(site, staging, _make_password(site)),
        env=binaries.environment(),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await process.communicate()
    finally:
        if process.returncode is None:  # cancelled
            process.kill()
            await process.wait()
    if process.returncode != 0:
        shutil.rmtree(staging, ignore_errors=True)
        raise diagnose(output.decode(errors="replace"), site.cluster)
    staging.rename(site.cluster / "data")


def _initdb(site: Site, data: Path, password: Path) -> list[str]:
    # One round of hashing suffices for a random password, and connections are made twice as fast.
    login = (f"--username={USER}", "--auth=scram-sha-256", f"--pwfile={password}", "--set=scram_iterations=1")
    culture = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    # The kernel writes new files out within seconds; waiting for the disk would double the first start.
    return site.account.command(
        site.cluster, site.programs / "initdb", f"--pgdata={data}", *login, *culture, "--no-sync"
    )


def command(site: Site, sockets: Path, settings: Mapping[str, str]) -> list[str]:
    """The command that runs Postgres on the cluster, listening in the folder ``sockets``."""
    chosen = {**SETTINGS, **settings, "port": str(PORT), "unix_socket_directories": f'"{sockets}"'}
    options = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
    return site.account.command(site.cluster, site.programs / "postgres", "-D", str(site.cluster / "data"), *options)


def socket_folder(site: Site) -> Path:
    """A folder of the cluster's own for its socket.

    Raises: OSError when there is none that can hold one.
    """
    folder = site.cluster / "run"
    folder.mkdir(mode=0o700, exist_ok=True)
    os.chown(folder, site.account.owner, -1)
    if not _holds_sockets(folder):
        folder = Path(tempfile.mkdtemp(prefix="marty-"))
        os.chown(folder, site.account.owner, -1)
    return folder


def conninfo(cluster: Path) -> str | None:
    """How to connect to the server that runs on ``cluster``, or ran last; None when that is not known.

    Raises: Unavailable when its password is lost.
    """
    try:
        # Lines: pid, data folder, start time, port, socket folder. Source: Postgres' miscadmin.h, LOCK_FILE_LINE_*.
        lines = (cluster / "data" / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 5 or not lines[4]:
        return None
    return make_conninfo(
        host=lines[4],
        port=lines[3],
        user=USER,
        password=_password(cluster),
        dbname="postgres",
        # Said outright, so that no PG… variable meant for another server changes them.
        hostaddr="",
        sslmode="disable",
        gssencmode="disable",
        channel_binding="prefer",
        target_session_attrs="any",
        options="",
    )


def _make_password(site: Site) -> Path:
    path = site.cluster / "password"
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(24))
        os.fchown(file.fileno(), site.account.owner, -1)
    return path


def _password(cluster: Path) -> str:
    try:
        return (cluster / "password").read_text()
    except FileNotFoundError as error:
        raise Unavailable(
            f"The embedded Postgres has lost its password, {cluster / 'password'}; put that file back, or remove"
            f" {cluster} to begin with an empty database."
        ) from error


def _holds_sockets(folder: Path) -> bool:
    """False for too long a path (some hundred bytes), one that libpq would split, a file system without sockets."""
    path = folder / f".s.PGSQL.{PORT}"
    if {",", '"', "\n"} & set(str(path)):
        return False
    with socket.socket(socket.AF_UNIX) as tried:
        try:
            path.unlink(missing_ok=True)
            tried.bind(os.fsencode(path))
        except OSError:
            return False
    path.unlink()
    return True
