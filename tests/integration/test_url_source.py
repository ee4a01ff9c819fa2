"""Artifacts from the web, through a real HTTP server: what is asked for, what is not, and servers that misbehave."""

import asyncio
import base64
import gzip
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import formatdate

import pytest
from aiohttp import web

from knowledge.errors import NotFound, Unavailable
from knowledge.sources.url import UrlSource
from tests.fakes.artifact_files import catalog, fetch, manifest, must_fetch, run_results

TOKEN = "sesame-123"
NOW = 1_790_000_000
PAGE = b"<!doctype html><html><title>Log in</title></html>"
DOCS = b'<!doctype html><html ng-app="dbt"><head><title>dbt Docs</title></head></html>'


@dataclass
class File:
    data: bytes
    etag: str | None = None
    modified_s: int | None = None
    headers: dict[str, str] = field(default_factory=dict)


class Site:
    """A web server with files, of which tests say how it behaves."""

    def __init__(self) -> None:
        self.port = 0
        self.files: dict[str, File] = {}
        self.authorization: str | None = None
        self.query = ""
        self.statuses: list[int] = []
        """What the next requests are answered with; 0 drops the connection."""
        self.always: int | None = None
        self.absent = 404
        self.fallback: bytes | None = None
        """A page for whatever is not there."""
        self.redirect: str | None = None
        self.delay_s = 0.0
        self.requests: list[tuple[str, int]] = []
        self.authorizations: set[str | None] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/docs"

    def put(self, name: str, data: bytes, *, etag: str | None = None, modified_s: int | None = None) -> None:
        self.files[f"/docs/{name}"] = File(data, etag, modified_s)

    def asked(self) -> Counter[str]:
        """What was asked for since the last time, and how it was answered."""
        asked = Counter(f"{path.removeprefix('/docs/')} {status}" for path, status in self.requests)
        self.requests.clear()
        return asked

    async def handle(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(self.delay_s)
        self.authorizations.add(request.headers.get("Authorization"))
        reply = self._reply(request)
        self.requests.append((request.path, reply.status))
        if reply.status == 418 and request.transport:
            request.transport.close()
        return reply

    def _reply(self, request: web.Request) -> web.Response:
        if self.redirect:
            return web.Response(status=302, headers={"Location": self.redirect + request.path})
        if status := self.statuses.pop(0) if self.statuses else self.always:
            return web.Response(status=status)
        if (
            self.authorization != request.headers.get("Authorization")
            or self.query != request.raw_path.partition("?")[2]
        ):
            return web.Response(status=401 if self.authorization else 403)
        file = self.files.get(request.path)
        if file is None:
            return web.Response(status=self.absent) if self.fallback is None else html(self.fallback)
        return _conditional(file, request)


def _conditional(file: File, request: web.Request) -> web.Response:
    headers = {"Date": formatdate(NOW, usegmt=True), **file.headers}
    if file.etag:
        headers["ETag"] = file.etag
    if file.modified_s is not None:
        headers["Last-Modified"] = formatdate(file.modified_s, usegmt=True)
    asked = request.headers
    same = file.etag and asked.get("If-None-Match") == file.etag
    since = headers.get("Last-Modified") and asked.get("If-Modified-Since") == headers["Last-Modified"]
    if same or since:
        return web.Response(status=304, headers=headers)
    return web.Response(body=file.data, headers=headers)


def html(data: bytes) -> web.Response:
    return web.Response(body=data, content_type="text/html")


@asynccontextmanager
async def serve() -> AsyncGenerator[Site]:
    site = Site()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", site.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    server = web.TCPSite(runner, "127.0.0.1", 0)
    await server.start()
    site.port = server._server.sockets[0].getsockname()[1]  # pyright: ignore
    try:
        yield site
    finally:
        await runner.cleanup()


@pytest.fixture
async def site() -> AsyncGenerator[Site]:
    async with serve() as site:
        yield site


def publish(site: Site, *, etags: bool = False, modified_s: int | None = None) -> None:
    """All four artifacts."""
    files = {
        "manifest": manifest("dues"),
        "catalog": catalog("dues", "ID"),
        "run_results": run_results("dues"),
        "sources": b'{"results": []}',
    }
    for name, data in files.items():
        site.put(f"{name}.json", data, etag=f'"{name}-1"' if etags else None, modified_s=modified_s)


def source(site: Site, **options: object) -> UrlSource:
    async def sleep(_seconds: float) -> None:
        pass

    return UrlSource(site.url, sleep=sleep, **options)  # pyright: ignore[reportArgumentType]


async def test_the_artifacts_below_an_address_are_delivered(site: Site) -> None:
    publish(site)
    fetched = await must_fetch(source(site))
    assert (fetched.names, fetched.columns) == (["dues"], ["ID"])
    assert fetched.parts == {"manifest", "catalog", "run_results", "freshness"}


@pytest.mark.parametrize(
    "name", ["manifest.json", "manifest.json.gz", "target/manifest.json", "target/manifest.json.gz"]
)
async def test_they_lie_there_or_in_target_gzipped_or_not(site: Site, name: str) -> None:
    folder = name.rpartition("manifest")[0]
    site.put(name, gzip.compress(manifest("dues")) if name.endswith("gz") else manifest("dues"))
    site.put(f"{folder}catalog.json.gz", gzip.compress(catalog("dues", "ID")))
    fetched = await must_fetch(source(site))
    assert (fetched.names, fetched.columns) == (["dues"], ["ID"])


async def test_gzip_is_understood_however_it_is_declared(site: Site) -> None:
    packed = gzip.compress(manifest("dues"))
    for data, headers in ((packed, {}), (packed, {"Content-Encoding": "gzip"})):
        site.put("manifest.json", data)
        site.files["/docs/manifest.json"].headers = headers
        assert (await must_fetch(source(site))).names == ["dues"]
    site.files.clear()
    site.put("manifest.json.gz", gzip.compress(packed))
    site.files["/docs/manifest.json.gz"].headers = {"Content-Encoding": "gzip"}
    assert (await must_fetch(source(site))).names == ["dues"], "packed twice"


@pytest.mark.parametrize("newer", ["manifest.json", "manifest.json.gz"])
async def test_of_a_file_and_its_gzipped_twin_the_newer_counts(site: Site, newer: str) -> None:
    for name in ("manifest.json", "manifest.json.gz"):
        model = "new" if name == newer else "old"
        site.put(name, gzip.compress(manifest(model)), modified_s=NOW - (100 if name == newer else 200))
    assert (await must_fetch(source(site))).names == ["new"]


@pytest.mark.parametrize("suffix", ["/", "/index.html", "/manifest.json", "/#!/overview", "/index.html#!/model/x"])
async def test_the_address_may_be_that_of_a_page_or_of_the_manifest(site: Site, suffix: str) -> None:
    publish(site)
    named = UrlSource(site.url + suffix)
    assert (await must_fetch(named)).names == ["dues"]
    assert named.key == site.url


@pytest.mark.parametrize("etags", [True, False])
async def test_where_nothing_is_new_each_artifact_is_asked_for_once_and_not_sent(site: Site, etags: bool) -> None:
    publish(site, etags=etags, modified_s=NOW - 60)
    cursor = (await must_fetch(source(site))).cursor
    site.asked()
    assert await fetch(source(site), cursor) is None
    expected = ["manifest.json 304", "catalog.json 304", "run_results.json 304", "sources.json 304"]
    assert site.asked() == Counter(expected)


async def test_a_server_without_validators_sends_all_but_the_bytes_tell_what_is_new(site: Site) -> None:
    publish(site)
    cursor = (await must_fetch(source(site))).cursor
    assert await fetch(source(site), cursor) is None
    site.put("run_results.json", run_results("dues", status="error"))
    assert (await must_fetch(source(site), cursor)).parts == {"run_results"}


async def test_a_server_that_takes_no_conditions_need_not_send_all_the_same(site: Site) -> None:
    publish(site)
    for file in site.files.values():
        file.headers["ETag"] = '"always-200"'
    site.put("manifest.json", manifest("dues"))
    site.files["/docs/manifest.json"].headers["ETag"] = '"manifest-1"'
    cursor = (await must_fetch(source(site))).cursor
    assert await fetch(source(site), cursor) is None
    assert site.asked()["manifest.json 304"] == 0
    site.put("manifest.json", manifest("fees"))
    site.files["/docs/manifest.json"].headers["ETag"] = '"manifest-2"'
    assert (await must_fetch(source(site), cursor)).names == ["fees"]


async def test_a_file_from_the_very_second_of_its_reading_is_read_again(site: Site) -> None:
    site.put("manifest.json", manifest("dues"), modified_s=NOW)
    cursor = (await must_fetch(source(site))).cursor
    site.put("manifest.json", manifest("fees"), modified_s=NOW)
    assert (await must_fetch(source(site), cursor)).names == ["fees"]


async def test_a_new_catalog_comes_with_the_manifest_and_a_new_manifest_with_everything(site: Site) -> None:
    publish(site, etags=True)
    first = await must_fetch(source(site))
    site.put("catalog.json", catalog("dues", "ID", "SUM"), etag='"catalog-2"')
    second = await must_fetch(source(site), first.cursor)
    assert (second.parts, second.columns) == ({"manifest", "catalog"}, ["ID", "SUM"])
    site.put("manifest.json", manifest("fees"), etag='"manifest-2"')
    site.asked()
    fetched = await must_fetch(source(site), second.cursor)
    assert (fetched.names, fetched.parts) == (["fees"], first.parts)
    assert site.asked()["run_results.json 200"] == 1
    assert await fetch(source(site), fetched.cursor) is None


async def test_a_new_name_for_old_bytes_moves_only_the_cursor(site: Site) -> None:
    publish(site, etags=True)
    cursor = (await must_fetch(source(site))).cursor
    site.put("manifest.json", manifest("dues"), etag='"manifest-2"')
    fetched = await must_fetch(source(site), cursor)
    assert fetched.parts == set()
    assert await fetch(source(site), fetched.cursor) is None


async def test_an_artifact_that_appears_is_found_and_one_that_goes_is_no_news(site: Site) -> None:
    site.put("manifest.json", manifest("dues"))
    cursor = (await must_fetch(source(site))).cursor
    site.put("run_results.json", run_results("dues"))
    fetched = await must_fetch(source(site), cursor)
    assert fetched.parts == {"run_results"}
    del site.files["/docs/run_results.json"]
    assert (await must_fetch(source(site), fetched.cursor)).parts == set()


async def test_artifacts_that_moved_are_found_again(site: Site) -> None:
    publish(site)
    cursor = (await must_fetch(source(site))).cursor
    site.files = {path.replace("/docs/", "/docs/target/"): file for path, file in site.files.items()}
    site.put("target/manifest.json", manifest("fees"))
    assert (await must_fetch(source(site), cursor)).names == ["fees"]


async def test_nothing_new_is_delivered_all_the_same_when_it_is_asked_for_anew(site: Site) -> None:
    publish(site, etags=True)
    first = await must_fetch(source(site))
    assert (await must_fetch(source(site), first.cursor, anew=True)).parts == first.parts


@pytest.mark.parametrize("cursor", [{}, {"artifacts": 7}, {"artifacts": {"manifest": {"digest": "x"}}}, {"stamps": {}}])
async def test_a_cursor_of_another_making_delivers_everything(site: Site, cursor: dict[str, object]) -> None:
    publish(site)
    assert (await must_fetch(source(site), cursor)).names == ["dues"]


# Links to the docs site


@pytest.mark.parametrize(
    ("page", "link"),
    [
        (DOCS, "/#!/{kind}/{unique_id}"),
        (b"<html><title>dbt docs</title>", "/index.html#/details/{unique_id}/"),
        (PAGE, None),
        (None, None),
    ],
)
async def test_a_docs_site_beside_the_artifacts_is_linked(site: Site, page: bytes | None, link: str | None) -> None:
    publish(site)
    if page:
        site.put("index.html", page)
    fetched = await must_fetch(source(site))
    assert fetched.delivery.place.node_link == (link and site.url + link)


async def test_the_docs_site_is_looked_for_once(site: Site) -> None:
    publish(site)
    site.put("target/x", b"")
    site.put("index.html", DOCS)
    cursor = (await must_fetch(source(site))).cursor
    site.asked()
    site.put("manifest.json", manifest("fees"))
    fetched = await must_fetch(source(site), cursor)
    assert fetched.delivery.place.node_link == site.url + "/#!/{kind}/{unique_id}"
    assert not any(asked.startswith("index") for asked in site.asked())


async def test_a_docs_site_in_target_is_linked_there_and_encoded(site: Site) -> None:
    for name, data in {"manifest.json": manifest("dues"), "index.html": DOCS}.items():
        site.put(f"my {{docs}}/target/{name}", data)
    spaced = UrlSource(f"{site.url}/my {{docs}}")
    fetched = await must_fetch(spaced)
    assert fetched.delivery.place.node_link == f"{site.url}/my%20%7Bdocs%7D/target/#!/{{kind}}/{{unique_id}}"


# Secrets


async def test_a_token_is_shown_as_a_bearer_and_nowhere_else(site: Site) -> None:
    publish(site)
    site.authorization = f"Bearer {TOKEN}"
    fetched = await must_fetch(source(site, token=TOKEN))
    assert fetched.names == ["dues"]
    assert TOKEN not in f"{fetched.cursor} {fetched.delivery!r} {source(site, token=TOKEN).key}"


async def test_the_addresss_own_account_is_shown_and_named_nowhere(site: Site) -> None:
    publish(site)
    site.authorization = f"Basic {base64.b64encode(f'ann:{TOKEN}'.encode()).decode()}"
    named = UrlSource(site.url.replace("://", f"://ann:{TOKEN}@"))
    assert (await must_fetch(named)).names == ["dues"]
    assert named.key == site.url
    site.authorization = "another"
    with pytest.raises(Unavailable) as caught:
        await fetch(named)
    assert TOKEN not in str(caught.value)


async def test_a_signature_in_the_query_goes_with_every_file_and_is_named_nowhere(site: Site) -> None:
    publish(site)
    site.put("index.html", DOCS)
    site.query = f"sv=1&sig=a%2Fb%3D{TOKEN}"
    signed = UrlSource(f"{site.url}?{site.query}")
    fetched = await must_fetch(signed)
    assert fetched.names == ["dues"]
    assert TOKEN not in f"{fetched.cursor} {fetched.delivery!r} {signed.key}"
    site.query = "expired"
    with pytest.raises(Unavailable) as caught:
        await fetch(signed)
    assert TOKEN not in str(caught.value)


async def test_redirects_are_followed_but_another_host_never_sees_the_token(site: Site) -> None:
    async with serve() as other:
        publish(other)
        site.redirect = f"http://localhost:{other.port}"
        assert (await must_fetch(source(site, token=TOKEN))).names == ["dues"]
        assert other.authorizations == {None}
        assert site.authorizations == {f"Bearer {TOKEN}"}


# What goes wrong


async def test_a_manifest_that_is_not_there_is_told_with_where_it_was_looked_for(site: Site) -> None:
    site.put("catalog.json", b"{}")
    with pytest.raises(
        NotFound, match=r"no manifest\.json or manifest\.json\.gz below http://.*/docs or .*/docs/target\."
    ):
        await fetch(source(site))


@pytest.mark.parametrize("status", [401, 403])
async def test_a_server_that_refuses_is_told_with_the_setting_to_change(site: Site, status: int) -> None:
    site.always = status
    with pytest.raises(Unavailable, match="give it a token with DBT_ARTIFACTS_TOKEN"):
        await fetch(source(site))
    with pytest.raises(Unavailable, match="check DBT_ARTIFACTS_TOKEN"):
        await fetch(source(site, token=TOKEN))


async def test_an_optional_artifact_that_is_refused_is_as_good_as_absent(site: Site) -> None:
    """Storage without the right to list says 403 of what is not there."""
    site.put("manifest.json", manifest("dues"))
    site.absent = 403
    fetched = await must_fetch(source(site))
    assert fetched.parts == {"manifest"}


async def test_a_page_for_people_is_the_wrong_address(site: Site) -> None:
    site.fallback = b"\n" + PAGE
    with pytest.raises(NotFound, match=r"answers with a web page where manifest\.json should be"):
        await fetch(source(site))


async def test_pages_in_place_of_other_artifacts_are_ignored(site: Site) -> None:
    site.put("manifest.json", manifest("dues"))
    site.fallback = PAGE
    fetched = await must_fetch(source(site))
    assert (fetched.parts, fetched.oddities) == ({"manifest"}, ())


async def test_another_kind_of_file_is_no_manifest(site: Site) -> None:
    site.put("manifest.json", b'{"name": "app", "icons": []}')
    with pytest.raises(NotFound, match="manifest"):
        await fetch(source(site))


@pytest.mark.parametrize("fault", [500, 503, 429, 418])
async def test_a_server_that_fails_twice_is_asked_a_third_time(site: Site, fault: int) -> None:
    publish(site)
    site.statuses = [fault, fault]
    assert (await must_fetch(source(site))).names == ["dues"]


async def test_a_server_that_keeps_failing_is_unavailable(site: Site) -> None:
    site.always = 503
    with pytest.raises(Unavailable, match=r"/docs does not work now: it answers HTTP 503 for manifest\.json"):
        await fetch(source(site))
    assert sum(site.asked().values()) == 3


async def test_another_answer_is_told_at_once(site: Site) -> None:
    site.always = 400
    with pytest.raises(Unavailable, match=r"answers HTTP 400 for manifest\.json"):
        await fetch(source(site))
    assert sum(site.asked().values()) == 1


async def test_a_server_that_cannot_be_reached_is_unavailable(site: Site) -> None:
    async def sleep(_seconds: float) -> None:
        pass

    for url in ("http://127.0.0.1:9/docs", "http://no-such-host.invalid/docs", "http://127.0.0.1:99999/docs"):
        with pytest.raises(Unavailable, match=r"cannot be reached|is no address"):
            await fetch(UrlSource(url, sleep=sleep))


async def test_a_server_that_redirects_in_a_circle_is_unavailable(site: Site) -> None:
    site.redirect = f"http://127.0.0.1:{site.port}"
    with pytest.raises(Unavailable, match="redirects in a circle"):
        await fetch(source(site))


async def test_a_server_that_is_too_slow_is_unavailable(site: Site) -> None:
    publish(site)
    site.delay_s = 5
    with pytest.raises(Unavailable, match="cannot be reached, or stops in mid-answer: check the address"):
        await fetch(source(site, silence_s=0.1))


async def test_a_file_that_is_too_large_is_refused_even_when_packed(site: Site) -> None:
    site.put("manifest.json", gzip.compress(b"{" + b" " * 5_000_000 + b"}"))
    site.files["/docs/manifest.json"].headers = {"Content-Encoding": "gzip"}
    with pytest.raises(NotFound, match=r"manifest\.json is too large for an artifact"):
        await fetch(source(site, max_size_bytes=1_000_000))


async def test_an_answer_that_stops_in_the_middle_is_no_artifact(site: Site) -> None:
    packed = gzip.compress(manifest("dues"))
    site.put("manifest.json", packed[:-10])
    site.files["/docs/manifest.json"].headers = {"Content-Encoding": "gzip"}
    with pytest.raises((Unavailable, NotFound), match=r"stops in mid-answer|manifest"):
        await fetch(source(site))
