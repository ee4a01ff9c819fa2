"""A manifest from ``dbt parse``: what the program is given and not given, and how it fails; the real dbt, if here."""

import asyncio
import importlib.util
import json
import os
import sys
from pathlib import Path

import pytest

from knowledge.errors import NotFound, Unavailable
from knowledge.sources.directory import DirectorySource
from knowledge.sources.git.source import GitSource
from knowledge.sources.parse import ONLY_PARSED, ProjectParser
from tests.fakes.artifact_files import fetch, manifest, must_fetch
from tests.integration.test_git_source import Origin

FAKE_DBT = """
import json, os, pathlib, sys, time
arguments = sys.argv[1:]
option = lambda name: arguments[arguments.index(name) + 1]
project = pathlib.Path(option("--project-dir"))
seen = pathlib.Path({seen!r})
calls = json.loads(seen.read_text()) if seen.exists() else []
profiles = json.loads(pathlib.Path(option("--profiles-dir"), "profiles.yml").read_text())
files = sorted(str(path.relative_to(project)) for path in project.rglob("*") if path.is_file())
environment = dict(os.environ)
calls.append(dict(arguments=arguments, environment=environment, profiles=profiles, files=files, folder=os.getcwd()))
seen.write_text(json.dumps(calls))
{does}
if "parse" in arguments:
    target = pathlib.Path(option("--target-path"))
    target.mkdir()
    (target / "manifest.json").write_bytes({manifest!r})
    (project / "scribble.txt").write_text("dbt was here")
"""


class FakeDbt:
    """A program that is called like dbt, writes down how, and then does what the test says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def parser(self, does: str = "", *, fetch_packages: bool = False, timeout_s: float = 60.0) -> ProjectParser:
        script = self.folder / "dbt.py"
        script.write_text(FAKE_DBT.format(seen=str(self.folder / "seen.json"), does=does, manifest=manifest("dues")))
        return ProjectParser(
            fetch_packages=fetch_packages, command=[sys.executable, "-I", str(script)], timeout_s=timeout_s
        )

    @property
    def calls(self) -> list[dict]:
        seen = self.folder / "seen.json"
        return json.loads(seen.read_text()) if seen.exists() else []


@pytest.fixture
def dbt(tmp_path: Path) -> FakeDbt:
    return FakeDbt(tmp_path / "dbt")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "harbour"
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text("name: harbour\nprofile: 'quay'\n")
    (folder / "profiles.yml").write_text("quay:\n  outputs:\n    dev:\n      type: oracle\n      password: hunter2\n")
    (folder / "models" / "dues.sql").write_text("select 1")
    return folder


async def test_a_project_without_artifacts_is_parsed_and_says_what_is_missing(project: Path, dbt: FakeDbt) -> None:
    fetched = await must_fetch(DirectorySource(project, parser=dbt.parser()))
    assert fetched.names == ["dues"]
    assert fetched.oddities == (ONLY_PARSED,)
    assert sorted(os.listdir(project)) == ["dbt_project.yml", "models", "profiles.yml"]


async def test_dbt_sees_no_secret_and_a_profile_that_leads_nowhere(
    project: Path, dbt: FakeDbt, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "SLACK_BOT_TOKEN",
        "DBT_TOKEN",
        "DBT_ENV_SECRET_X",
        "AWS_SECRET_ACCESS_KEY",
        "HTTPS_PROXY",
        "PYTHONPATH",
    ):
        monkeypatch.setenv(name, "secret")
    await must_fetch(DirectorySource(project, parser=dbt.parser()))
    (call,) = dbt.calls
    given = {"PATH", "HOME", "LANG", "DBT_SEND_ANONYMOUS_USAGE_STATS", "DO_NOT_TRACK", "GIT_TERMINAL_PROMPT"}
    assert set(call["environment"]) - {"LC_CTYPE", "__CF_USER_TEXT_ENCODING"} == given
    assert call["environment"]["HOME"] != os.environ["HOME"]
    assert call["environment"]["DBT_SEND_ANONYMOUS_USAGE_STATS"] == "false"
    assert call["profiles"]["quay"]["outputs"]["prod"]["type"] == "duckdb"
    assert "hunter2" not in json.dumps(call["profiles"])
    assert not call["folder"].startswith(str(project))


async def test_a_project_is_parsed_again_only_when_it_has_changed(project: Path, dbt: FakeDbt) -> None:
    source = DirectorySource(project, parser=dbt.parser())
    cursor = (await must_fetch(source)).cursor
    (project / "logs").mkdir()
    (project / "logs" / "dbt.log").write_text("…")
    assert await fetch(source, cursor) is None
    assert len(dbt.calls) == 1
    (project / "models" / "fees.sql").write_text("select 2")
    assert (await must_fetch(source, cursor)).parts == {"manifest"}
    assert (await must_fetch(source, cursor, anew=True)).parts == {"manifest"}
    assert len(dbt.calls) == 3


async def test_artifacts_are_preferred_where_there_are_some(project: Path, dbt: FakeDbt) -> None:
    (project / "target").mkdir()
    (project / "target" / "manifest.json").write_bytes(manifest("built"))
    assert (await must_fetch(DirectorySource(project, parser=dbt.parser()))).names == ["built"]
    assert dbt.calls == []


async def test_what_is_no_source_is_not_copied(project: Path, dbt: FakeDbt) -> None:
    for name in (".git/config", "target/run_results.json", ".venv/lib.py", "logs/dbt.log", "seeds/a.csv"):
        (project / name).parent.mkdir(parents=True)
        (project / name).write_text("x")
    (project / "dangling").symlink_to("/nowhere")
    await must_fetch(DirectorySource(project, parser=dbt.parser()))
    assert dbt.calls[0]["files"] == ["dbt_project.yml", "models/dues.sql", "profiles.yml", "seeds/a.csv"]


async def test_links_that_go_in_circles_are_told(project: Path, dbt: FakeDbt) -> None:
    (project / "models" / "again").symlink_to(project)
    with pytest.raises(Unavailable, match="cannot be copied to parse it"):
        await fetch(DirectorySource(project, parser=dbt.parser()))


@pytest.mark.parametrize("file", ["packages.yml", "dependencies.yml"])
async def test_packages_are_not_fetched_unless_allowed(project: Path, dbt: FakeDbt, file: str) -> None:
    (project / file).write_text("packages:\n  - package: dbt-labs/dbt_utils\n    version: 1.3.0\n")
    with pytest.raises(NotFound, match=r"packages are not installed .* Set DBT_PARSE_DEPS=true"):
        await fetch(DirectorySource(project, parser=dbt.parser()))
    assert dbt.calls == []
    await must_fetch(DirectorySource(project, parser=dbt.parser(fetch_packages=True)))
    assert [call["arguments"][4] for call in dbt.calls] == ["deps", "--no-version-check"]


async def test_packages_that_are_installed_or_none_are_not_fetched(project: Path, dbt: FakeDbt) -> None:
    (project / "dependencies.yml").write_text("projects:\n  - name: upstream\n")
    (project / "packages.yml").write_text("packages: []\n")
    await must_fetch(DirectorySource(project, parser=dbt.parser()))
    (project / "packages.yml").write_text("packages:\n  - local: ../x\n")
    (project / "dbt_project.yml").write_text("name: harbour\npackages-install-path: vendor/packages\n")
    (project / "vendor" / "packages" / "x").mkdir(parents=True)
    (project / "vendor" / "packages" / "x" / "dbt_project.yml").write_text("name: x")
    await must_fetch(DirectorySource(project, parser=dbt.parser()))
    assert len(dbt.calls) == 2


async def test_a_variable_that_is_missing_is_named(project: Path, dbt: FakeDbt) -> None:
    says = "Parsing Error\\n  Env var required but not provided: 'WAREHOUSE_DB'"
    with pytest.raises(NotFound, match="asks for the environment variable WAREHOUSE_DB"):
        await fetch(DirectorySource(project, parser=dbt.parser(f'sys.exit("{says}")')))


async def test_what_dbt_complains_of_is_told_without_our_folders(project: Path, dbt: FakeDbt) -> None:
    does = 'print(f"12:00:01  Compilation Error in model dues ({project}/models/dues.sql)"); sys.exit(2)'
    with pytest.raises(NotFound, match=r"harbour: Compilation Error in model dues \(/models/dues\.sql\)"):
        await fetch(DirectorySource(project, parser=dbt.parser(does)))
    with pytest.raises(NotFound, match="it ended with status 3 and said nothing"):
        await fetch(DirectorySource(project, parser=dbt.parser("sys.exit(3)")))
    with pytest.raises(NotFound, match=r"wrote no manifest\.json"):
        await fetch(DirectorySource(project, parser=dbt.parser("sys.exit(0)")))


async def test_a_dbt_that_takes_too_long_is_ended_with_all_that_it_started(
    project: Path, dbt: FakeDbt, tmp_path: Path
) -> None:
    late = tmp_path / "late"
    child = f"import time; time.sleep(2); open({str(late)!r}, 'w')"
    does = f"import subprocess; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(60)"
    with pytest.raises(Unavailable, match=r"dbt parse took more than 1 s for .*harbour and was ended"):
        await fetch(DirectorySource(project, parser=dbt.parser(does, timeout_s=1)))
    await asyncio.sleep(2)
    assert late.name not in os.listdir(tmp_path)


async def test_a_dbt_that_cannot_be_started_is_told(project: Path) -> None:
    with pytest.raises(Unavailable, match="dbt cannot be started"):
        await fetch(DirectorySource(project, parser=ProjectParser(command=["/nowhere/dbt"])))


@pytest.mark.skipif(importlib.util.find_spec("dbt") is not None, reason="dbt is installed")
async def test_without_dbt_the_ways_out_are_told(project: Path) -> None:
    with pytest.raises(NotFound, match=r"is a dbt project without artifacts\. Run dbt in it .* -e '\.\[parse\]'"):
        await fetch(DirectorySource(project, parser=ProjectParser()))


async def test_a_project_in_git_is_checked_out_and_parsed(tmp_path: Path, dbt: FakeDbt) -> None:
    origin = Origin(tmp_path / "origin")
    (origin.folder / "leak.sql").symlink_to("/etc/passwd")
    origin.commit({"dbt/dbt_project.yml": b"name: harbour", "dbt/models/a.sql": b"select 1", "x.sql": b""})
    source = GitSource(f"{origin.address}#dbt", parser=dbt.parser())
    fetched = await must_fetch(source)
    assert fetched.names == ["dues"]
    assert fetched.oddities == (ONLY_PARSED,)
    assert dbt.calls[0]["files"] == ["dbt_project.yml", "models/a.sql"]
    assert await fetch(source, fetched.cursor) is None
    origin.commit({"README.md": b"hello"})
    assert (await must_fetch(source, fetched.cursor)).parts == set(), "the project's folder is the same"
    origin.commit({"dbt/models/b.sql": b"select 2"})
    assert (await must_fetch(source, fetched.cursor)).parts == {"manifest"}


@pytest.mark.skipif(importlib.util.find_spec("dbt") is None, reason="the extra parse is not installed")
async def test_the_real_dbt_parses_a_project(project: Path) -> None:
    (project / "models" / "dues.sql").write_text("select {{ env_var('RATE', '1') }} as id")
    assert (await must_fetch(DirectorySource(project, parser=ProjectParser()))).names == ["dues"]
    (project / "models" / "dues.sql").write_text("select {{ env_var('RATE') }} as id")
    with pytest.raises(NotFound, match="environment variable RATE"):
        await fetch(DirectorySource(project, parser=ProjectParser()))
