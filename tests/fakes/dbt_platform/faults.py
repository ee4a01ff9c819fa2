"""What a test makes go wrong, and the answers of the edge before the API."""

import re
from dataclasses import dataclass, field

from aiohttp import web

HTML = "<!DOCTYPE html><html><head><title>dbt</title></head><body><div id='root'></div></body></html>"


@dataclass(kw_only=True)
class Faults:
    """All is well unless said otherwise. Numbers of requests count down by themselves to their end."""

    legacy_host_redirect: int | None = None
    """301 or 308: ``legacy_url`` sends every request on to ``url``; None: it answers like ``url``."""
    hang_on: str | None = None
    """A regular expression: requests whose path has it get no answer."""
    server_errors: int = 0
    """So many next requests fail with ``server_error_status`` and a body that is no JSON."""
    server_error_status: int = 503
    rate_limit_after: int | None = None
    """So many more requests are answered, then all get 429 until ``cooldown_s`` after the first that did."""
    cooldown_s: float = 300
    retry_after: str | None = None
    """The header of those 429."""
    html_200: bool = False
    """Every answer is a web page, as from a host that is not the API."""

    is_success_false_200: bool = False
    """JSON answers have status 200 and say in their envelope that they failed."""
    no_extra: bool = False
    """Lists come without filters, order and pagination."""
    unstable_order: bool = False
    """Rows that the asked order does not tell apart come the other way round at every second asking."""
    new_run_between_pages: int = 0
    """So many next lists of runs are each followed by a new run like the newest."""

    artifacts_late: int = 0
    """So many next requests for artifacts find none."""
    force_identity: bool = False
    """No gzip, whatever the client accepts."""
    octet_stream: bool = False
    send_etag: bool = False
    wrong_content_length: int = 0
    """So many bytes more are announced than sent; fewer when negative, and the rest is lost."""
    truncate_at: int | None = None
    """The connection ends after so many bytes of the body, counted as they travel."""
    chunked_slow_s: float | None = None
    """The body comes in pieces, with this pause before each, and its length is not announced."""
    pad_to_bytes: int | None = None
    """Spaces are added to artifacts up to this size: still JSON, and next to nothing when compressed."""

    limited_until: float | None = field(default=None, init=False)

    def take_late(self) -> bool:
        """Whether artifacts are not there yet, for one more request."""
        late = self.artifacts_late > 0
        self.artifacts_late -= late
        return late

    def take_new_run(self) -> bool:
        """Whether a run begins after this list."""
        begins = self.new_run_between_pages > 0
        self.new_run_between_pages -= begins
        return begins

    def take_server_error(self) -> bool:
        """Whether this request fails."""
        fails = self.server_errors > 0
        self.server_errors -= fails
        return fails

    def take_request(self, now_s: float) -> bool:
        """Whether one more request is within the rate limit."""
        if self.rate_limit_after is None:
            return True
        if self.rate_limit_after > 0:
            self.rate_limit_after -= 1
            return True
        if self.limited_until is None:
            self.limited_until = now_s + self.cooldown_s
        if now_s < self.limited_until:
            return False
        self.rate_limit_after = self.limited_until = None
        return True


def find_edge_answer(faults: Faults, raw_path: str, now_s: float) -> web.Response | None:
    """What is answered before the API gets to see a request; None when nothing is."""
    if "//" in raw_path.partition("?")[0]:
        return html(404)
    if faults.take_server_error():
        return web.Response(text="upstream connect error", status=faults.server_error_status)
    if not faults.take_request(now_s):
        headers = {} if faults.retry_after is None else {"Retry-After": faults.retry_after}
        return web.Response(text="Too Many Requests", status=429, headers=headers)
    return html(200) if faults.html_200 else None


def is_hung(faults: Faults, path: str) -> bool:
    """Whether a request for ``path`` is left without an answer."""
    return faults.hang_on is not None and re.search(faults.hang_on, path) is not None


def html(status: int) -> web.Response:
    """A web page, with nothing of use in it."""
    return web.Response(text=HTML, status=status, content_type="text/html")
