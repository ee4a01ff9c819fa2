"""Homes for tests of the embedded server."""

import shutil
import tempfile
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path

import pytest
from homes import Start, User, processes, this_python, until

IN_MEMORY = Path("/dev/shm")


@pytest.fixture
def base() -> Generator[Path]:
    """A folder with a short path, open to other users, in memory where possible; ends with nothing running in it."""
    folder = Path(tempfile.mkdtemp(prefix="marty-homes-", dir=IN_MEMORY if IN_MEMORY.is_dir() else None))
    folder.chmod(0o755)
    yield folder
    until(lambda: not processes(folder))
    shutil.rmtree(folder)


@pytest.fixture
def home(base: Path) -> Path:
    return base / "home"


@pytest.fixture
def start(base: Path, home: Path) -> Generator[Start]:
    """Starts processes that use the server of a home; those left at the end are killed."""
    started: list[User] = []
    usual = home

    def start(
        *, home: Path = usual, python: Sequence[str] = this_python(), environment: Mapping[str, str] | None = None
    ) -> User:
        started.append(User(home, base / "store", python=python, environment=environment))
        return started[-1]

    yield start
    for user in started:
        user.kill()
