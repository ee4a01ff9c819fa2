"""Vectors are filled batch by batch in the background, whatever becomes of processes and of the endpoint for them."""

import asyncio
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from running import Place, StartMarty, process_in

from bot.playground import Channel, User, Workspace
from bot.upkeep_jobs import VECTOR_WAITS_S
from bot.upkeep_queue import UpkeepQueue
from bot.worker import open_queue
from knowledge import Database, open_embedder
from tests.fakes.artifacts import FakeSource, model
from tests.fakes.embeddings import FakeEmbeddings, serve_embeddings

MODEL = "hosted"


@pytest.fixture
async def endpoint() -> AsyncGenerator[FakeEmbeddings]:
    async with serve_embeddings() as endpoint:
        yield endpoint


@asynccontextmanager
async def queue_of(database: Database) -> AsyncGenerator[UpkeepQueue]:
    async with open_queue(database) as app:
        yield UpkeepQueue(app)


async def missing(database: Database) -> int:
    [row] = await database.fetch(
        "select count(distinct text_hash) as texts from passage where not exists ("
        "select from embedding where embedding.model = %(model)s and embedding.text_hash = passage.text_hash)",
        model=MODEL,
    )
    return row["texts"]


async def waiting(database: Database) -> list[tuple[int, float]]:
    """Of each job: how often the endpoint was away before it, and in how many seconds it is due."""
    rows = await database.fetch(
        "select args, extract(epoch from scheduled_at - now())::float as due_s from procrastinate_jobs"
        " where task_name = 'vectors' and status = 'todo'"
    )
    return [(row["args"]["failures"], row["due_s"] or 0.0) for row in rows]


async def test_a_refresh_has_its_vectors_made_by_jobs_until_none_is_missing(
    ws: Workspace, shop: Database, endpoint: FakeEmbeddings, start_marty: StartMarty
) -> None:
    source = FakeSource(nodes=[model(f"table_{number}", f"Number {number}.") for number in range(600)])
    async with open_embedder(MODEL, base_url=endpoint.url) as embedder:
        bots = [await start_marty(sources=lambda: (source,), embedder=embedder) for _ in range(2)]
        await bots[0].upkeep.refresh()
        assert await missing(shop) == 600

        async def complete() -> bool:
            return not await missing(shop) and not await shop.fetch("select 1 from procrastinate_jobs")

        await ws.wait_for(complete, timeout_s=30)
        embedded = [text for request in endpoint.requests for text in request["input"]]
        assert len(embedded) == len(set(embedded)) == 600


async def test_a_process_that_is_killed_over_a_batch_leaves_it_to_another(
    ws: Workspace, shop: Database, place: Place, endpoint: FakeEmbeddings, start_marty: StartMarty
) -> None:
    endpoint.held = asyncio.Event()
    async with (
        queue_of(shop) as queue,
        process_in(replace(place, embeddings_url=endpoint.url)) as process,
    ):
        await queue.fill_vectors()
        await ws.wait_for(lambda: endpoint.requests, timeout_s=20)
        process.send_signal(signal.SIGKILL)
        await process.wait()
    endpoint.held.set()
    async with open_embedder(MODEL, base_url=endpoint.url) as embedder:
        await start_marty(embedder=embedder)

        async def complete() -> bool:
            return not await missing(shop)

        await ws.wait_for(complete, timeout_s=30)


async def test_a_process_that_is_killed_beside_a_waiting_job_blocks_nothing(
    ws: Workspace, shop: Database, place: Place, endpoint: FakeEmbeddings, start_marty: StartMarty
) -> None:
    endpoint.held = asyncio.Event()
    async with (
        queue_of(shop) as queue,
        process_in(replace(place, embeddings_url=endpoint.url)) as process,
    ):
        await queue.fill_vectors()
        await ws.wait_for(lambda: endpoint.requests, timeout_s=20)
        await queue.fill_vectors(wait_s=60)
        process.send_signal(signal.SIGKILL)
        await process.wait()
    endpoint.held.set()
    async with open_embedder(MODEL, base_url=endpoint.url) as embedder:
        await start_marty(embedder=embedder)

        async def taken_over() -> bool:
            return await shop.fetch("select 1 from procrastinate_jobs where status <> 'todo'") == []

        await ws.wait_for(taken_over, timeout_s=20)
        assert len(await waiting(shop)) == 1


async def test_while_the_endpoint_is_away_it_is_tried_less_and_less_often_and_never_given_up(
    ws: Workspace, ana: User, general: Channel, shop: Database, endpoint: FakeEmbeddings, start_marty: StartMarty
) -> None:
    endpoint.failures = [(401, {})] * 4
    async with open_embedder(MODEL, base_url=endpoint.url) as embedder, queue_of(shop) as queue:
        await start_marty(embedder=embedder)
        await queue.fill_vectors(failures=len(VECTOR_WAITS_S) + 5)

        async def waits() -> list[tuple[int, float]]:
            return [(failures, due_s) for failures, due_s in await waiting(shop) if due_s > 0]

        found: list[tuple[int, float]] = await ws.wait_for(waits)
        [(failures, due_s)] = found
        assert failures == len(VECTOR_WAITS_S) + 6
        assert VECTOR_WAITS_S[-1] - 30 < due_s <= VECTOR_WAITS_S[-1]
        await queue.fill_vectors()  # as the next refresh does: the one that waits stays the only one
        assert len(await waiting(shop)) == 1
        answer = await ws.answer_to(general, await ws.post(ana, general, "@marty who owns orders?"))
        assert "orders" in answer.shown
