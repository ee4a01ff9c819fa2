"""The process's HTTP server tells whether it is alive, ready, and how it is doing."""

import socket
from collections.abc import AsyncGenerator

import aiohttp
import pytest
from prometheus_client import CollectorRegistry

from bot.http import PortTaken, serve_http
from bot.metrics import Metrics


class Served:
    """A server whose readiness a test decides."""

    def __init__(self) -> None:
        self.reasons: list[str] = []
        self.registry = CollectorRegistry()
        self.metrics = Metrics(self.registry)
        self.base = ""

    async def readiness(self) -> list[str]:
        return self.reasons


@pytest.fixture
async def served() -> AsyncGenerator[Served]:
    state = Served()
    async with serve_http(0, readiness=state.readiness, registry=state.registry) as port:
        state.base = f"http://127.0.0.1:{port}"
        yield state


async def get(url: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(url) as reply:
        return reply.status, await reply.text()


async def test_a_process_that_runs_is_healthy_whether_or_not_it_is_ready(served: Served) -> None:
    served.reasons = ["The catalog is empty."]
    assert (await get(served.base + "/healthz"))[0] == 200


async def test_it_is_ready_when_there_is_no_reason_against_it(served: Served) -> None:
    assert (await get(served.base + "/readyz"))[0] == 200


async def test_what_keeps_it_from_being_ready_is_said(served: Served) -> None:
    served.reasons = ["The catalog is empty."]
    status, body = await get(served.base + "/readyz")
    assert status == 503
    assert '"reasons": ["The catalog is empty."]' in body


async def test_metrics_count_turns_and_name_their_path(served: Served) -> None:
    served.metrics.turn_ended(outcome="answered", path="direct", seconds=0.1, tokens=None, cost_usd=None)
    served.metrics.refreshed("changed", 42, seconds=1.5)
    status, body = await get(served.base + "/metrics")
    assert status == 200
    assert 'marty_turns_total{outcome="answered",path="direct"} 1.0' in body
    assert "marty_catalog_nodes 42.0" in body


async def test_without_a_secret_the_webhook_is_not_there(served: Served) -> None:
    assert (await get(served.base + "/webhooks/dbt"))[0] == 404


async def test_a_taken_port_is_named_in_a_sentence() -> None:
    state = Served()
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} is taken"):
            async with serve_http(port, readiness=state.readiness, registry=state.registry):
                pass


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="this machine has no IPv6")
async def test_a_free_port_is_the_same_one_for_ipv4_and_ipv6(served: Served) -> None:
    assert (await get(served.base + "/healthz"))[0] == 200
    assert (await get(served.base.replace("127.0.0.1", "[::1]") + "/healthz"))[0] == 200
