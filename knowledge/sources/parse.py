"""A manifest where a project has none: ``dbt parse``, as a program of its own that sees no secret."""

import asyncio
import hashlib
import importlib.util
import os
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import NotFound, Unavailable
from knowledge.sources.copying import MANIFEST, build_delivery, due, known_stamps
from knowledge.sources.process import Ended, run
from knowledge.sources.profile import write_profile
from knowledge.sources.source import Cursor, Delivery
from knowledge.values import Oddity

PROJECT_FILE = "dbt_project.yml"
ONLY_PARSED = Oddity(
    where="dbt parse",
    reason="made the manifest, so there are no columns and tables as the warehouse has them and no results of runs, "
    "and names of schemas may differ from production's. Artifacts that a job of dbt wrote have all of these.",
)
_LEFT_OUT = (".git", "target", "logs", ".venv", "venv", "node_modules", "__pycache__")
_HARMLESS = {
    "LANG": "C.UTF-8",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DO_NOT_TRACK": "1",
    "GIT_TERMINAL_PROMPT": "0",
}
_WAYS_OUT = ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "no_proxy", "SSL_CERT_FILE")
_RUN_DBT = "import sys; from dbt.cli.main import cli; sys.argv[0] = 'dbt'; cli()"
_MISSING_VARIABLE = re.compile(r"Env var required but not provided: '([^']+)'")
_REASON_CHARACTERS = 400
_NO_ARTIFACTS = "is a dbt project without artifacts"


class ProjectParser:
    """Parses projects with the dbt that is installed beside Marty (the extra ``parse``).

    Source: dbt's reference, "parse": it connects to no warehouse, but wants a profile whose adapter is installed.
    """

    def __init__(
        self, *, fetch_packages: bool = False, command: Sequence[str] | None = None, timeout_s: float = 600.0
    ) -> None:
        self._fetch_packages = fetch_packages
        self._command = command
        self._timeout_s = timeout_s

    async def fetch(self, project: Path, cursor: Cursor | None, folder: Path, *, anew: bool) -> Delivery | None:
        """The manifest of the project as it is now, or None when no file of it has changed. The project is only read.

        Raises:  NotFound and Unavailable as ``parse`` does.
        """
        copy = folder / "project"
        try:
            stamps = {MANIFEST: await asyncio.to_thread(_stamp, project)}
            if not due(stamps, known_stamps(cursor), anew=anew):
                return None
            await asyncio.to_thread(_copy, project, copy)
        except OSError as error:  # shutil's Error is one too
            raise Unavailable(f"The dbt project {project} cannot be copied to parse it.") from error
        manifest = await self.parse(copy, folder, name=str(project))
        return build_delivery({MANIFEST: manifest}, {"stamps": stamps}, oddities=[ONLY_PARSED])

    async def parse(self, project: Path, folder: Path, *, name: str) -> Path:
        """Parse a project that is ours to write in; its manifest, somewhere in ``folder``.

        Args:    name: what the admin calls the project.
        Raises:  NotFound when dbt is not installed or rejects the project, Unavailable when it takes too long.
        """
        command = self._command or _installed_dbt(name)
        job = await asyncio.to_thread(_prepare, command, project, folder, name)
        if await asyncio.to_thread(_lacks_packages, project):
            if not self._fetch_packages:
                raise NotFound(
                    f"{name} {_NO_ARTIFACTS}, and its packages are not installed (dbt deps). Set DBT_PARSE_DEPS=true "
                    "to have them fetched, or bring the artifacts that a job of dbt wrote."
                )
            await self._run(job, ["deps"], _HARMLESS | _passed(*_WAYS_OUT))
        target = folder / "parsed"
        await self._run(job, ["--no-version-check", "parse", "--target-path", str(target)], _HARMLESS)
        manifest = target / "manifest.json"
        if not manifest.is_file():
            raise NotFound(f"dbt parse wrote no manifest.json for {name}.")
        return manifest

    async def _run(self, job: "_Job", arguments: Sequence[str], environment: dict[str, str]) -> None:
        environment = environment | _passed("PATH") | {"HOME": str(job.home)}
        command = [*job.command, *arguments, *job.where]
        try:
            ended = await run(command, environment=environment, folder=job.home, timeout_s=self._timeout_s)
        except TimeoutError as error:
            limit = f"{self._timeout_s:,.0f} s"
            raise Unavailable(f"dbt parse took more than {limit} for {job.name} and was ended.") from error
        except OSError as error:
            raise Unavailable(f"dbt cannot be started to parse {job.name}.") from error
        if ended.status:
            raise NotFound(_fault(ended, job))


@dataclass(frozen=True, slots=True)
class _Job:
    """A project to be parsed, and how dbt is called for it."""

    name: str
    project: Path
    home: Path
    command: Sequence[str]
    where: Sequence[str]


def _prepare(command: Sequence[str], project: Path, folder: Path, name: str) -> _Job:
    home = folder / "home"
    home.mkdir()
    profile = write_profile(project, home)
    where = ["--project-dir", str(project), "--profiles-dir", str(home), "--profile", profile]
    options = ["--quiet", "--no-use-colors", "--log-path", str(folder / "logs")]
    return _Job(name, project, home, [*command, *options], where)


def _installed_dbt(name: str) -> list[str]:
    """How to run dbt in this Python, not looking for modules in the project."""
    if importlib.util.find_spec("dbt") is None or importlib.util.find_spec("dbt.cli") is None:
        raise NotFound(
            f"{name} {_NO_ARTIFACTS}. Run dbt in it (dbt parse writes target/manifest.json), name the place where a "
            "job's artifacts lie, or let Marty parse it: install the extra, with pip install -e '.[parse]' in Marty's "
            "folder."
        )
    return [sys.executable, "-I", "-c", _RUN_DBT]


def _passed(*names: str) -> dict[str, str]:
    return {name: os.environ[name] for name in names if name in os.environ}


def _lacks_packages(project: Path) -> bool:
    asked_for = any(
        re.search(r"^packages\s*:(?!\s*\[\s*\])", file.read_text("utf-8", "replace"), re.MULTILINE)
        for file in (project / "packages.yml", project / "dependencies.yml")
        if file.is_file()
    )
    settings = (project / PROJECT_FILE).read_text("utf-8", "replace")
    elsewhere = re.search(r"^packages-install-path\s*:\s*[\"']?([\w./-]+)", settings, re.MULTILINE)
    installed = project / (elsewhere[1] if elsewhere else "dbt_packages")
    return asked_for and not (installed.is_dir() and any(installed.iterdir()))


def _stamp(project: Path) -> str:
    """Changes when any file that dbt may read does."""
    digest = hashlib.sha256()
    for parent, folders, files in os.walk(project):
        folders[:] = sorted(set(folders) - set(_LEFT_OUT))
        for file in sorted(files):
            status = os.lstat(os.path.join(parent, file))
            digest.update(f"{parent}/{file}:{status.st_size}:{status.st_mtime_ns}\n".encode("utf-8", "replace"))
    return f"parsed:{digest.hexdigest()}"


def _copy(project: Path, copy: Path) -> None:
    shutil.copytree(project, copy, ignore=shutil.ignore_patterns(*_LEFT_OUT), ignore_dangling_symlinks=True)


def _fault(ended: Ended, job: _Job) -> str:
    said = f"{ended.output}\n{ended.complaints}"
    if variable := _MISSING_VARIABLE.search(said):
        return (
            f"{job.name} cannot be parsed: it asks for the environment variable {variable[1]}, and Marty hands dbt "
            "none. Give env_var() a default there, or bring the artifacts that a job of dbt wrote."
        )
    lines = [line.strip() for line in said.replace(str(job.project), "").splitlines()]
    reason = " ".join(re.sub(r"^\d\d:\d\d:\d\d\s+", "", line) for line in lines if line)
    if len(reason) > _REASON_CHARACTERS:
        reason = f"…{reason[-_REASON_CHARACTERS:]}"
    return f"dbt cannot parse {job.name}: {reason or f'it ended with status {ended.status} and said nothing'}"
