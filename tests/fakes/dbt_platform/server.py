"""The Admin API over HTTP: who may ask, what each address answers, and where faults come in."""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from aiohttp import web

from tests.fakes.dbt_platform import lists, rows
from tests.fakes.dbt_platform.artifacts import send_artifact
from tests.fakes.dbt_platform.faults import find_edge_answer, html, is_hung
from tests.fakes.dbt_platform.platform import DbtPlatform
from tests.fakes.dbt_platform.values import Job, Project, Run, Seen, Status, Token

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Found = TypeVar("Found", Project, Job, Run)

V2, V3 = r"/api/v2/accounts/{account:\d+}", r"/api/v3/accounts/{account:\d+}"


class Refusal(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


INVALID_TOKEN = (401, "Invalid token.")
OTHER_ACCOUNT = (403, "Access denied: Token is not scoped to account.")
NOT_PERMITTED = (403, "You do not have permission to perform this action.")
NOT_FOUND = (404, "The requested resource was not found. Please check that you have the proper permissions.")


class AdminApi:
    """The addresses of the API."""

    def __init__(self, platform: DbtPlatform) -> None:
        self._platform = platform
        self._lists_served = 0

    def build_app(self) -> web.Application:
        @web.middleware
        async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._answer(request, handler)

        app = web.Application(middlewares=[answer])
        json_routes: dict[str, Handler] = {
            "/api/v3/accounts/": self._accounts,
            f"{V3}/projects/": self._projects,
            V3 + r"/projects/{project:\d+}/environments/": self._environments,
            f"{V2}/jobs/": self._jobs,
            V2 + r"/jobs/{job:\d+}/": self._job,
            f"{V2}/runs/": self._runs,
            V2 + r"/runs/{run:\d+}/": self._run,
            V2 + r"/runs/{run:\d+}/artifacts/": self._artifacts,
        }
        for path, handler in json_routes.items():
            app.router.add_get(path, handler, allow_head=False)
            app.router.add_get(path.removesuffix("/"), _add_slash, allow_head=False)
        app.router.add_get(V2 + r"/runs/{run:\d+}/artifacts/{path:.+}", self._artifact, allow_head=False)
        app.router.add_get(V2 + r"/jobs/{job:\d+}/artifacts/{path:.+}", self._job_artifact, allow_head=False)
        return app

    # What happens to every request

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        seen = Seen(method=request.method, path=request.path, query=request.query, headers=request.headers)
        self._platform.requests.append(seen)
        response = await self._redirect_or_edge(request) or await self._refusing(request, handler)
        seen.status = response.status
        return response

    async def _redirect_or_edge(self, request: web.Request) -> web.StreamResponse | None:
        platform, faults = self._platform, self._platform.faults
        port = request.transport.get_extra_info("sockname")[1] if request.transport else None
        if faults.legacy_host_redirect is not None and platform.legacy_url.endswith(f":{port}"):
            location = {"Location": platform.url + request.raw_path}
            return web.Response(status=faults.legacy_host_redirect, headers=location)
        if is_hung(faults, request.path):
            await platform.leaving.wait()
        return find_edge_answer(faults, request.raw_path, platform.clock())

    async def _refusing(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refusal as refusal:
            return self._reply(None, status=refusal.status, message=refusal.message)
        except lists.BadRequest as error:
            return self._reply(None, status=400, message=str(error))
        except web.HTTPNotFound:
            status, message = NOT_FOUND
            return self._reply(None, status=status, message=message) if request.path.startswith("/api/") else html(404)
        except web.HTTPMethodNotAllowed as error:
            return self._reply(None, status=error.status, message=f'Method "{request.method}" not allowed.')

    def _reply(
        self, data: Any, *, extra: lists.Row | None = None, status: int = 200, message: str = "Success!"
    ) -> web.Response:
        if self._platform.faults.is_success_false_200:
            failed = {"code": 500, "is_success": False, "user_message": "Something failed.", "developer_message": None}
            return web.json_response({"status": failed, "data": None})
        success = status == 200
        body: dict[str, Any] = {
            "status": {
                "code": status,
                "is_success": success,
                "user_message": message,
                "developer_message": "" if success else None,
            },
            "data": data,
        }
        if extra is not None and not self._platform.faults.no_extra:
            body["extra"] = extra
        return web.json_response(body, status=status)

    def _reply_list(
        self, request: web.Request, found: Sequence[lists.Row], listing: lists.Listing, *, account_id: int | None
    ) -> web.Response:
        self._lists_served += 1
        unstable = self._platform.faults.unstable_order and self._lists_served % 2 == 0
        page, extra = lists.select_page(found, _query(request), listing, account_id=account_id, reverse_ties=unstable)
        return self._reply(page, extra=extra)

    # Who asks, and for what

    def _identify(self, request: web.Request) -> Token:
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if scheme not in {"Token", "Bearer"} or value not in self._platform.tokens:
            raise Refusal(*INVALID_TOKEN)
        return self._platform.tokens[value]

    def _authorise(self, request: web.Request) -> Token:
        token = self._identify(request)
        if token.account.id != int(request.match_info["account"]):
            raise Refusal(*OTHER_ACCOUNT)
        if not token.may_read:
            raise Refusal(*NOT_PERMITTED)
        return token

    def _find_project(self, request: web.Request) -> Project:
        token, project_id = self._authorise(request), int(request.match_info["project"])
        return _first(p for p in self._platform.projects if p.id == project_id and token.may_see(p))

    def _find_job(self, request: web.Request) -> Job:
        token, job_id = self._authorise(request), int(request.match_info["job"])
        return _first(j for j in self._platform.jobs if j.id == job_id and token.may_see(j.environment.project))

    def _find_run(self, request: web.Request) -> Run:
        token, run_id = self._authorise(request), int(request.match_info["run"])
        return _first(r for r in self._platform.runs if r.id == run_id and token.may_see(r.environment.project))

    # The addresses

    async def _accounts(self, request: web.Request) -> web.Response:
        account = self._identify(request).account
        return self._reply_list(request, [rows.account_row(account)], lists.ACCOUNTS, account_id=None)

    async def _projects(self, request: web.Request) -> web.Response:
        token, related = self._authorise(request), lists.parse_related(_query(request))
        found = [
            rows.project_row(project, related, [e for e in self._platform.environments if e.project is project])
            for project in self._platform.projects
            if token.may_see(project)
        ]
        return self._reply_list(request, found, lists.PROJECTS, account_id=token.account.id)

    async def _environments(self, request: web.Request) -> web.Response:
        project = self._find_project(request)
        found = [rows.environment_row(e) for e in self._platform.environments if e.project is project]
        return self._reply_list(request, found, lists.ENVIRONMENTS, account_id=project.account.id)

    async def _jobs(self, request: web.Request) -> web.Response:
        token = self._authorise(request)
        found = [
            self._job_row(request, job)
            for job in self._platform.jobs
            if token.may_see(job.environment.project) and ("is_system" in request.query or not job.is_system)
        ]
        return self._reply_list(request, found, lists.JOBS, account_id=token.account.id)

    async def _job(self, request: web.Request) -> web.Response:
        return self._reply(self._job_row(request, self._find_job(request)))

    def _job_row(self, request: web.Request, job: Job) -> lists.Row:
        runs = [run for run in self._platform.runs if run.job is job]
        return rows.job_row(job, lists.parse_related(_query(request)), runs)

    async def _runs(self, request: web.Request) -> web.Response:
        token = self._authorise(request)
        found = [
            self._run_row(request, run, rows.RELATED_TO_LISTED_RUNS)
            for run in self._platform.runs
            if token.may_see(run.environment.project)
        ]
        response = self._reply_list(request, found, lists.RUNS, account_id=token.account.id)
        if self._platform.faults.take_new_run():
            self._platform.repeat_newest_run()
        return response

    async def _run(self, request: web.Request) -> web.Response:
        return self._reply(self._run_row(request, self._find_run(request)))

    def _run_row(self, request: web.Request, run: Run, possible: rows.Names | None = None) -> lists.Row:
        related = lists.parse_related(_query(request))
        asked = len(self._platform.requests)
        return rows.run_row(
            run, related if possible is None else related & possible, url=self._platform.url, asked=asked
        )

    async def _artifacts(self, request: web.Request) -> web.Response:
        """Those that a request for a file without ``step`` would find; ``step`` says nothing here."""
        run = self._find_run(request)
        if not run.is_complete or self._platform.faults.take_late():
            raise Refusal(*NOT_FOUND)
        return self._reply(sorted(run.find_artifacts()) or None)

    async def _artifact(self, request: web.Request) -> web.StreamResponse:
        return await self._send(request, self._find_run(request))

    async def _job_artifact(self, request: web.Request) -> web.StreamResponse:
        """Of the newest successful run that passes the filters; the answer does not say which one that is."""
        job = self._find_job(request)
        runs = {run.id: run for run in self._platform.runs if run.job is job and run.status == Status.SUCCESS}
        matching, _ = lists.filter_rows(map(rows.run_row, runs.values()), _query(request), lists.RUNS)
        newest = max((row["id"] for row in matching), default=None)
        if newest is None:
            raise Refusal(*NOT_FOUND)
        return await self._send(request, runs[newest])

    async def _send(self, request: web.Request, run: Run) -> web.StreamResponse:
        path, step = request.match_info["path"], _query(request).get("step")
        content = run.find_artifacts(None if step is None else lists.parse_whole(step, "step")).get(path)
        if content is None or self._platform.faults.take_late():
            raise Refusal(*NOT_FOUND)
        return await send_artifact(request, path, content, self._platform.faults)


@asynccontextmanager
async def open_dbt_platform(clock: Callable[[], float] = time.monotonic) -> AsyncGenerator[DbtPlatform]:
    """Serve an empty platform on two free ports of loopback: ``url`` and ``legacy_url``."""
    platform = DbtPlatform(clock)
    runner = web.AppRunner(AdminApi(platform).build_app(), shutdown_timeout=1)
    await runner.setup()
    for _ in range(2):
        await web.TCPSite(runner, "127.0.0.1", 0).start()
    platform.url, platform.legacy_url = (f"http://{host}:{port}" for host, port in runner.addresses)
    try:
        yield platform
    finally:
        platform.leaving.set()
        await runner.cleanup()


async def _add_slash(request: web.Request) -> web.Response:
    path, mark, query = request.raw_path.partition("?")
    return web.Response(status=301, headers={"Location": f"{path}/{mark}{query}"})


def _query(request: web.Request) -> dict[str, str]:
    """Of a parameter that is repeated, the last."""
    return dict(request.query.items())


def _first(visible: Iterable[Found]) -> Found:
    for found in visible:
        return found
    raise Refusal(*NOT_FOUND)
