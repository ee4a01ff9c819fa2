"""As whom the embedded server can be started, and what Marty says when it cannot."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from homes import Start, answers, processes, this_python

from knowledge.errors import Unavailable
from knowledge.server import open_server

WITHOUT_NAMESPACES = [sys.executable, str(Path(__file__).with_name("without_namespaces.py"))]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be root and others")


@dataclass(frozen=True)
class Ordinary:
    """How root runs a Python with our packages as somebody else."""

    setpriv: str
    python: str
    environment: Mapping[str, str]

    def command(self, uid: int) -> list[str]:
        return [self.setpriv, f"--reuid={uid}", f"--regid={uid}", "--clear-groups", self.python]


@pytest.fixture
def ordinary() -> Ordinary:
    if not (setpriv := shutil.which("setpriv")):
        pytest.skip("needs setpriv")
    ours = [path for path in sys.path if path and not path.startswith(sys.base_prefix)]
    environment = {"PYTHONPATH": os.pathsep.join(ours), "PYTHONDONTWRITEBYTECODE": "1"}
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        found = Ordinary(setpriv, python, environment)
        try_it = [
            *found.command(65534),
            "-c",
            "import os, sys, knowledge.server; os.execv(sys.executable, ['python', '-V'])",
        ]
        if subprocess.run(try_it, env=environment, capture_output=True, check=False).returncode == 0:
            return found
    pytest.skip("no Python here that other users can run with our packages")


@as_root
class TestRoot:
    def test_starts_it_below_a_closed_folder_and_adds_no_user(self, start: Start, base: Path) -> None:
        base.chmod(0o700)
        users = Path("/etc/passwd").read_text()
        assert answers(start().said())
        assert stat.S_IMODE(base.stat().st_mode) == 0o700
        assert Path("/etc/passwd").read_text() == users

    def test_starts_it_where_user_namespaces_are_forbidden(self, start: Start, home: Path) -> None:
        user = start(python=[*WITHOUT_NAMESPACES, *this_python()])
        assert answers(user.said())
        assert (home / "postgres/cluster/data").stat().st_uid != 0
        user.leave()
        assert not processes(home)
        assert answers(start().said())  # also where they are allowed

    def test_starts_it_there_below_a_closed_folder_too(self, start: Start, base: Path) -> None:
        closed = base / "closed"
        closed.mkdir(mode=0o700)
        for _ in range(2):
            user = start(home=closed / "home", python=[*WITHOUT_NAMESPACES, *this_python()])
            assert answers(user.said())
            user.leave()
            assert not processes(base)
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert (closed / "home/postgres/cluster").resolve().is_relative_to(base / "store")

    def test_is_told_when_namespaces_are_forbidden_to_data_that_need_them(self, start: Start) -> None:
        start().leave()
        said = start(python=[*WITHOUT_NAMESPACES, *this_python()]).said()
        assert "user namespaces" in said
        assert "DATABASE_URL" in said

    def test_can_use_the_home_of_an_ordinary_user_without_taking_it_over(
        self, start: Start, home: Path, ordinary: Ordinary
    ) -> None:
        home.mkdir()
        os.chown(home, 65534, 65534)
        theirs = start(python=ordinary.command(65534), environment=ordinary.environment)
        assert answers(theirs.said())
        assert start().said() == theirs.said()
        theirs.leave()
        start().leave()
        assert not [path for path in home.rglob("*") if path.stat().st_uid == 0]
        assert answers(start(python=ordinary.command(65534), environment=ordinary.environment).said())


@as_root
class TestOthers:
    def test_an_ordinary_user_starts_it(self, start: Start, home: Path, ordinary: Ordinary) -> None:
        home.mkdir(mode=0o700)
        os.chown(home, 65534, 65534)
        assert answers(start(python=ordinary.command(65534), environment=ordinary.environment).said())

    def test_a_user_without_a_name_starts_it_or_is_told_what_to_do(
        self, start: Start, home: Path, ordinary: Ordinary
    ) -> None:
        home.mkdir(mode=0o700)
        os.chown(home, 54321, 54321)
        user = start(python=ordinary.command(54321), environment=ordinary.environment)
        assert answers(user.said()) or "DATABASE_URL" in user.said()

    def test_a_user_without_a_name_is_told_what_to_do_where_namespaces_are_forbidden(
        self, start: Start, home: Path, ordinary: Ordinary
    ) -> None:
        home.mkdir(mode=0o700)
        os.chown(home, 54321, 54321)
        user = start(python=[*WITHOUT_NAMESPACES, *ordinary.command(54321)], environment=ordinary.environment)
        assert "uid 54321 has none" in user.said()
        assert "DATABASE_URL" in user.said()

    def test_another_user_of_a_home_is_told_whose_it_is(self, start: Start, ordinary: Ordinary) -> None:
        start().leave()
        said = start(python=ordinary.command(65534), environment=ordinary.environment).said()
        assert said.startswith("Unavailable: This user may not use ")
        assert "MARTY_HOME" in said


class TestSentences:
    def test_a_file_in_place_of_the_home(self, start: Start, home: Path) -> None:
        home.write_text("not a folder")
        assert "set MARTY_HOME to a" in start().said()

    async def test_data_of_another_major_version(self, home: Path) -> None:
        async with open_server(home):
            pass
        (home / "postgres/cluster/data/PG_VERSION").write_text("17\n")
        with pytest.raises(Unavailable, match="another major version of Postgres"):
            async with open_server(home):
                pass
        assert not processes(home)

    async def test_a_lost_password(self, home: Path) -> None:
        async with open_server(home):
            pass
        (home / "postgres/cluster/password").unlink()
        with pytest.raises(Unavailable, match="has lost its password"):
            async with open_server(home):
                pass
        assert not processes(home)

    async def test_settings_that_postgres_refuses_are_quoted_from_its_log(self, home: Path) -> None:
        with pytest.raises(Unavailable, match="shared_bufers"):
            async with open_server(home, {"shared_bufers": "1GB"}):
                pass
        assert not processes(home)

    async def test_damaged_data(self, home: Path) -> None:
        async with open_server(home):
            pass
        (home / "postgres/cluster/data/global/pg_control").write_bytes(b"")
        with pytest.raises(Unavailable, match=r"did not start\. The last it said: .*pg_control"):
            async with open_server(home):
                pass
