"""Artifacts from Git, through the real git: repositories on disk, and a server that asks for a token."""

import asyncio
import base64
import gzip
import os
import shutil
import subprocess
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from knowledge.errors import NotFound, Unavailable
from knowledge.sources.git.source import GitSource
from tests.fakes.artifact_files import catalog, fetch, manifest, must_fetch, run_results

TOKEN = "sesame-123"


class Origin:
    """A repository that tests commit to; its default branch is ``main``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "uploadpack.allowFilter", "true")
        self.address = f"git+file://{folder}"

    def git(self, *arguments: str) -> str:
        who = {
            f"GIT_{role}_{what}": "tests@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        clean = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        command = ["git", "-C", str(self.folder), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=clean | who).stdout.strip()

    def commit(self, files: dict[str, bytes]) -> str:
        """Commit these files as well; the commit's name."""
        for name, data in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        self.git("add", "--all", "--force")
        self.git("commit", "--quiet", "--message=x")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def origin(tmp_path: Path) -> Origin:
    return Origin(tmp_path / "origin")


async def test_the_artifacts_of_the_default_branch_are_delivered(origin: Origin) -> None:
    origin.commit(
        {
            "manifest.json": manifest("dues"),
            "catalog.json.gz": gzip.compress(catalog("dues", "ID")),
            "run_results.json": run_results("dues"),
            "models/dues.sql": b"select 1",
        }
    )
    fetched = await must_fetch(GitSource(origin.address))
    assert (fetched.names, fetched.columns) == (["dues"], ["ID"])
    assert fetched.parts == {"manifest", "catalog", "run_results"}


@pytest.mark.parametrize(
    ("lies_in", "named"),
    [("target", ""), ("dbt/target", "dbt"), ("dbt/target", "dbt/target"), ("my docs", "my%20docs")],
)
async def test_a_folder_of_the_repository_may_be_named(origin: Origin, lies_in: str, named: str) -> None:
    origin.commit({f"{lies_in}/manifest.json": manifest("dues")})
    assert (await must_fetch(GitSource(f"{origin.address}#{named}"))).names == ["dues"]


async def test_a_branch_a_tag_or_a_commit_may_be_named(origin: Origin) -> None:
    first = origin.commit({"manifest.json": manifest("first")})
    origin.git("tag", "--annotate", "v1", "--message=x")
    origin.commit({"manifest.json": manifest("second")})
    origin.git("branch", "feature/new")
    origin.commit({"manifest.json": manifest("third")})
    named = {"": "third", "@main": "third", "@feature/new": "second", "@v1": "first", f"@{first}": "first"}
    for revision, name in named.items():
        assert (await must_fetch(GitSource(origin.address + revision))).names == [name], revision


async def test_a_branch_that_has_not_moved_is_asked_about_once(
    origin: Origin, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    commit = origin.commit({"manifest.json": manifest("dues")})
    cursor = (await must_fetch(GitSource(origin.address))).cursor
    fake = logging_git(tmp_path, f"echo '{commit}\tHEAD'")
    monkeypatch.setenv("PATH", str(fake.parent), prepend=os.pathsep)
    assert await fetch(GitSource(origin.address), cursor) is None
    assert (tmp_path / "git.log").read_text().count("\n") == 1
    assert (await fetch(GitSource(f"{origin.address}@{commit}"), cursor)) is None
    assert (tmp_path / "git.log").read_text().count("\n") == 1, "a commit cannot move"


async def test_only_what_changed_is_delivered(origin: Origin) -> None:
    origin.commit({"manifest.json": manifest("dues"), "run_results.json": run_results("dues")})
    source = GitSource(origin.address)
    first = await must_fetch(source)
    origin.commit({"run_results.json": run_results("dues", status="error")})
    second = await must_fetch(source, first.cursor)
    assert second.parts == {"run_results"}
    origin.commit({"README.md": b"hello"})
    third = await must_fetch(source, second.cursor)
    assert third.parts == set(), "only the cursor has moved"
    assert await fetch(source, third.cursor) is None
    assert (await must_fetch(source, third.cursor, anew=True)).parts == first.parts


async def test_of_a_file_and_its_gzipped_twin_the_one_that_dbt_wrote_later_counts(origin: Origin) -> None:
    old, new = (manifest(name, generated_at=f"2026-11-2{name}T00:00:00Z") for name in ("1", "2"))
    origin.commit({"manifest.json": old, "manifest.json.gz": gzip.compress(new)})
    assert (await must_fetch(GitSource(origin.address))).names == ["2"]
    origin.commit({"manifest.json": new, "manifest.json.gz": gzip.compress(old)})
    assert (await must_fetch(GitSource(origin.address))).names == ["2"]


async def test_only_the_files_that_are_needed_are_fetched(origin: Origin, tmp_path: Path) -> None:
    origin.commit({"manifest.json": manifest("dues"), "huge.bin": os.urandom(3_000_000)})
    watched: list[int] = []

    async def watch() -> None:
        while True:
            watched.append(sum(file.stat().st_size for file in scratch_files(tmp_path)))
            await asyncio.sleep(0.01)

    watcher = asyncio.create_task(watch())
    await must_fetch(GitSource(origin.address))
    watcher.cancel()
    assert 0 < max(watched) < 1_000_000


def scratch_files(folder: Path) -> Sequence[Path]:
    return [Path(parent, file) for parent, _, files in os.walk(folder / "tmp") for file in files]


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the code under test makes its temporary folders."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    return tmp_path / "tmp"


async def test_nothing_is_left_behind_and_nothing_of_the_users_is_read(
    origin: Origin, temporary: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".gitconfig").write_text('[url "file:///nowhere/"]\n\tinsteadOf = file:///\n')
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    origin.commit({"manifest.json": manifest("dues")})
    await must_fetch(GitSource(origin.address))
    assert os.listdir(temporary) == []


@pytest.mark.parametrize(
    ("revision", "sentence"), [("@nowhere", "has no branch or tag nowhere"), (f"@{'a' * 40}", "has no such branch")]
)
async def test_a_revision_that_is_not_there_is_told(origin: Origin, revision: str, sentence: str) -> None:
    origin.commit({"manifest.json": manifest("dues")})
    with pytest.raises(NotFound, match=sentence):
        await fetch(GitSource(origin.address + revision))


async def test_a_repository_that_is_empty_or_not_there_is_told(origin: Origin, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="has no commit yet"):
        await fetch(GitSource(origin.address))
    with pytest.raises(NotFound, match="is not there, or may only be seen with a token"):
        await fetch(GitSource(f"git+file://{tmp_path}/nowhere"))


async def test_a_folder_without_a_manifest_is_told(origin: Origin) -> None:
    origin.commit({"catalog.json": b"{}", "dbt_project.yml": b"name: x"})
    with pytest.raises(NotFound, match=r"There is no manifest\.json .*#dbt, nor in target/"):
        await fetch(GitSource(f"{origin.address}#dbt"))


async def test_a_symbolic_link_is_not_followed(origin: Origin) -> None:
    (origin.folder / "manifest.json").symlink_to("/etc/passwd")
    origin.commit({"README.md": b"x"})
    with pytest.raises(NotFound, match=r"manifest\.json in .* is a symbolic link"):
        await fetch(GitSource(origin.address))


async def test_a_file_that_lies_in_lfs_is_explained(origin: Origin) -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 12345\n" % (b"0" * 64)
    origin.commit({"manifest.json": pointer})
    with pytest.raises(NotFound, match=r"manifest\.json in .* is kept in Git LFS"):
        await fetch(GitSource(origin.address))


async def test_a_submodule_is_not_fetched(origin: Origin) -> None:
    commit = origin.commit({"README.md": b"x"})
    origin.git("update-index", "--add", "--cacheinfo", f"160000,{commit},dbt")
    origin.git("commit", "--quiet", "--message=x")
    with pytest.raises(NotFound, match=r"dbt in .* is a submodule|There is no manifest"):
        await fetch(GitSource(f"{origin.address}#dbt"))


async def test_a_file_that_is_too_large_is_refused(origin: Origin) -> None:
    origin.commit({"manifest.json": manifest("dues")})
    with pytest.raises(NotFound, match="too large"):
        await fetch(GitSource(origin.address, max_size_bytes=16))


async def test_the_code_is_linked_to_the_commit_and_the_projects_folder(tmp_path: Path) -> None:
    origin = Origin(tmp_path / "github.example")
    commit = origin.commit(
        {"x/dbt/dbt_project.yml": b"name: x", "x/dbt/artifacts/prod/manifest.json": manifest("dues")}
    )
    async with serve_git(origin.folder) as server:
        fetched = await must_fetch(GitSource(f"git+{server.url('github.localhost')}@main#x/dbt/artifacts/prod"))
    link = fetched.delivery.place.code_link
    assert link == f"{server.url('github.localhost')}/blob/{commit}/x/dbt/{{path}}"


# Over HTTP


class GitServer:
    """``git http-backend`` behind a token, as code hosts have it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.account: str | None = None
        self.moved_to: str | None = None
        self.status: int | None = None
        self.delay_s = 0.0
        self.seen: list[str | None] = []

    def url(self, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}/{self.folder.name}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request.headers.get("Authorization"))
        await asyncio.sleep(self.delay_s)
        if self.status:
            return web.Response(status=self.status)
        if self.moved_to:
            raise web.HTTPFound(self.moved_to + request.path_qs)
        expected = self.account and f"Basic {base64.b64encode(self.account.encode()).decode()}"
        if request.headers.get("Authorization") != expected:
            return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="git"'})
        return await self._backend(request)

    async def _backend(self, request: web.Request) -> web.Response:
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.folder.parent),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "PATH_INFO": request.path,
            "QUERY_STRING": request.query_string,
            "REQUEST_METHOD": request.method,
            "CONTENT_TYPE": request.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        }
        backend = await asyncio.create_subprocess_exec(
            "git", "http-backend", env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        said, _ = await backend.communicate(await request.read())
        head, _, body = said.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
        status = int(headers.pop("Status", "200 OK").split()[0])
        return web.Response(status=status, body=body, headers=headers)


@asynccontextmanager
async def serve_git(folder: Path) -> AsyncGenerator[GitServer]:
    """The repository in ``folder``, over HTTP on loopback."""
    server = GitServer(folder)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app, auto_decompress=False, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.port = site._server.sockets[0].getsockname()[1]  # pyright: ignore
    try:
        yield server
    finally:
        await runner.cleanup()


@pytest.fixture
async def server(origin: Origin) -> AsyncGenerator[GitServer]:
    origin.commit({"target/manifest.json": manifest("dues"), "dbt_project.yml": b"name: harbour"})
    async with serve_git(origin.folder / ".git") as server:
        yield server


def logging_git(folder: Path, does: str) -> Path:
    """A ``git`` that writes its arguments down and then does something."""
    (folder / "bin").mkdir()
    fake = folder / "bin" / "git"
    fake.write_text(f'#!/bin/sh\necho "$@" >> {folder}/git.log\n{does}\n')
    fake.chmod(0o755)
    return fake


async def test_a_token_reaches_the_server_and_nobody_else(
    server: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    server.account = f"x-access-token:{TOKEN}"
    real = shutil.which("git")
    fake = logging_git(tmp_path, f'exec {real} "$@"')
    monkeypatch.setenv("PATH", str(fake.parent), prepend=os.pathsep)
    fetched = await must_fetch(GitSource(f"git+{server.url()}", token=TOKEN))
    assert fetched.names == ["dues"]
    assert set(server.seen) == {f"Basic {base64.b64encode(server.account.encode()).decode()}"}
    secrets = (TOKEN, base64.b64encode(server.account.encode()).decode())
    for text in ((tmp_path / "git.log").read_text(), str(fetched.cursor), repr(fetched.delivery), caplog.text):
        assert not any(secret in text for secret in secrets)


async def test_the_addresss_own_account_is_shown_and_named_nowhere(server: GitServer) -> None:
    server.account = f"ann:{TOKEN}"
    source = GitSource(f"git+{server.url().replace('://', f'://ann:{TOKEN}@')}")
    assert (await must_fetch(source)).names == ["dues"]
    assert source.key == f"git+{server.url()}"


@pytest.mark.parametrize("token", [None, "wrong"])
async def test_a_server_that_refuses_is_told_without_the_token(server: GitServer, token: str | None) -> None:
    server.account = f"x-access-token:{TOKEN}"
    with pytest.raises(Unavailable, match=r"refuses: check that DBT_ARTIFACTS_TOKEN") as caught:
        await fetch(GitSource(f"git+{server.url()}", token=token))
    assert "wrong" not in str(caught.value)


async def test_a_token_is_not_shown_to_where_the_repository_has_moved(server: GitServer, origin: Origin) -> None:
    async with serve_git(origin.folder / ".git") as other:
        server.moved_to = f"http://127.0.0.1:{other.port}"
        with pytest.raises(NotFound, match="has moved: use its new address"):
            await fetch(GitSource(f"git+{server.url()}", token=TOKEN))
        assert other.seen == []
        assert (await must_fetch(GitSource(f"git+{server.url()}"))).names == ["dues"], "no secret: redirects are fine"


@pytest.mark.parametrize(
    ("status", "kind", "sentence"),
    [
        (404, NotFound, "is not there, or may only be seen with a token"),
        (403, Unavailable, "refuses"),
        (500, Unavailable, "does not work now"),
        (503, Unavailable, "does not work now"),
    ],
)
async def test_what_the_server_answers_becomes_a_sentence(
    server: GitServer, status: int, kind: type[Exception], sentence: str
) -> None:
    server.status = status
    with pytest.raises(kind, match=sentence):
        await fetch(GitSource(f"git+{server.url()}"))


async def test_a_page_for_people_is_no_repository(server: GitServer, monkeypatch: pytest.MonkeyPatch) -> None:
    async def page(_server: GitServer, _request: web.Request) -> Any:
        return web.Response(text="<html>Log in</html>", content_type="text/html")

    monkeypatch.setattr(GitServer, "_backend", page)
    with pytest.raises(NotFound, match="has no commit yet, or is no repository"):
        await fetch(GitSource(f"git+{server.url()}"))


async def test_a_host_that_cannot_be_reached_is_told() -> None:
    with pytest.raises(Unavailable, match="cannot be reached: check the address"):
        await fetch(GitSource("git+http://127.0.0.1:9/o/r.git"))
    with pytest.raises(Unavailable, match="cannot be reached"):
        await fetch(GitSource("git+https://no-such-host.invalid/o/r.git"))


async def test_a_server_that_does_not_answer_is_given_up(server: GitServer, temporary: Path) -> None:
    server.delay_s = 30
    with pytest.raises(Unavailable, match="did not answer git within"):
        await fetch(GitSource(f"git+{server.url()}", timeout_s=0.5))
    assert os.listdir(temporary) == []


async def test_no_ssh_here_is_told(origin: Origin, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("git", "sh"):
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).symlink_to(shutil.which(name) or "")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(Unavailable, match="needs ssh, which is not installed here"):
        await fetch(GitSource("git+ssh://git@127.0.0.1:9/o/r.git"))


async def test_no_git_here_is_told(origin: Origin, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="git is not installed"):
        await fetch(GitSource(origin.address))
