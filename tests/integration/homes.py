"""Homes with an embedded server as tests see them: processes that use one, and what a look from outside shows."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psycopg

_SCRIPT = """
import asyncio, importlib.util, sys, types
from pathlib import Path

# The front door of the package imports all of it, which would take most of the time of these tests.
package = types.ModuleType("knowledge")
package.__path__ = importlib.util.find_spec("knowledge").submodule_search_locations
sys.modules["knowledge"] = package

from knowledge.errors import Unavailable
from knowledge.server import open_server

async def main():
    home, store = map(Path, sys.argv[1:])
    try:
        async with open_server(home, store=store) as server:
            print(server.conninfo, flush=True)
            await asyncio.to_thread(sys.stdin.read)
    except Unavailable as error:
        print("Unavailable:", error, flush=True)

asyncio.run(main())
"""


class User:
    """Another process, which uses the server of a home until it is told to leave."""

    def __init__(
        self, home: Path, store: Path, *, python: Sequence[str], environment: Mapping[str, str] | None
    ) -> None:
        self.process = subprocess.Popen(
            [*python, "-c", _SCRIPT, str(home), str(store)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=environment,
        )
        self._said = ""

    def said(self) -> str:
        """How it connects, or why it cannot."""
        if not self._said:
            assert self.process.stdout
            self._said = self.process.stdout.readline().strip()
        return self._said

    def leave(self) -> None:
        """Let it end, and wait until it has."""
        self.process.communicate()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


Start = Callable[..., User]
"""Starts a user of the test's home. Optional: ``home``, ``python`` (the command), ``environment``."""


NewDatabase = Callable[..., str]
"""What the fixture ``new_database`` gives: makes a database, optionally of a ``template``, and says how to connect."""


def processes(folder: Path) -> list[str]:
    """The command lines of keepers and Postgres servers that work below ``folder``."""
    ps = shutil.which("ps") or "/bin/ps"
    listed = subprocess.run([ps, "-ww", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if f"{folder}/" in line and ("keeper.py" in line or " -D " in line)]


def postmaster(home: Path) -> int:
    """The pid of the home's Postgres."""
    return int((home / "postgres/cluster/data/postmaster.pid").read_text().split()[0])


def parent(pid: int) -> int:
    ps = shutil.which("ps") or "/bin/ps"
    return int(subprocess.run([ps, "-o", "ppid=", "-p", str(pid)], capture_output=True, check=True).stdout)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(condition: Callable[[], object]) -> None:
    """Wait for ``condition``; to be in time is not what is tested, so there is plenty of it."""
    give_up_at = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < give_up_at, "waited in vain"
        time.sleep(0.02)


def ask(conninfo: str, query: str) -> object:
    """The first value of the first row."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row and row[0]


def run(conninfo: str, statement: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(statement.encode())


def answers(conninfo: str) -> bool:
    try:
        return ask(conninfo, "select 1") == 1
    except psycopg.OperationalError:
        return False


def this_python() -> list[str]:
    return [sys.executable]
