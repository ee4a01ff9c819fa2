"""Texts to vectors, offline and at an OpenAI-compatible endpoint."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import pytest

from knowledge.embedding import OfflineEmbedder, open_embedder
from knowledge.errors import Unavailable
from knowledge.hosted import HostedEmbedder
from tests.fakes.embeddings import FakeEmbeddings, serve_embeddings


@pytest.fixture
async def endpoint() -> AsyncIterator[FakeEmbeddings]:
    async with serve_embeddings() as fake:
        yield fake


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
async def hosted(endpoint: FakeEmbeddings, pauses: list[float]) -> AsyncIterator[HostedEmbedder]:
    async def sleep(pause_s: float) -> None:
        pauses.append(pause_s)

    async with aiohttp.ClientSession() as session:
        yield HostedEmbedder(session, model="small", base_url=endpoint.url, api_key="sk-secret", sleep=sleep)


async def test_offline_is_the_model_that_installs_with_marty() -> None:
    async with open_embedder() as embedder:
        assert isinstance(embedder, OfflineEmbedder)
        vectors = await embedder.embed(["orders", "customers"])
    assert vectors.shape == (2, 384)
    assert vectors.dtype == np.float32


async def test_many_texts_keep_their_order_and_their_vectors() -> None:
    embedder = OfflineEmbedder()
    texts = [f"model number {n} " * (1 + n % 7) for n in range(50)]
    together = await embedder.embed(texts)
    alone = [(await embedder.embed([text]))[0] for text in texts[::10]]
    assert together[::10] == pytest.approx(np.array(alone), abs=1e-4)


async def test_the_event_loop_goes_on_while_texts_are_embedded() -> None:
    embedder = OfflineEmbedder()
    await embedder.embed(["the model is loaded"])
    embedding = asyncio.create_task(embedder.embed(["one row per order and customer"] * 32))
    turns = 0
    while not embedding.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 100


async def test_questions_at_once_load_the_model_once() -> None:
    embedder = OfflineEmbedder()
    vectors = await asyncio.gather(*(embedder.embed(["orders"]) for _ in range(8)))
    assert all(np.array_equal(vector, vectors[0]) for vector in vectors)


@pytest.mark.parametrize("content", [None, b"", b"not a pack at all", b"HMSEMB01" + b"\xff" * 64])
async def test_weights_that_cannot_be_read_are_said_to_be_so(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "pack").write_bytes(content)
    with pytest.raises(Unavailable, match="cannot be read"):
        await OfflineEmbedder(tmp_path / "pack").embed(["orders"])


async def test_a_hosted_model_is_asked_with_the_key_and_answers_at_unit_length(
    endpoint: FakeEmbeddings, hosted: HostedEmbedder
) -> None:
    vectors = await hosted.embed(["abc", "abcdefgh"])
    assert endpoint.requests == [{"model": "small", "input": ["abc", "abcdefgh"], "encoding_format": "float"}]
    assert endpoint.keys == ["Bearer sk-secret"]
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1])
    assert vectors[0] == pytest.approx(np.array([3, 1, 0]) / 10**0.5)


async def test_more_texts_than_a_request_holds_are_sent_in_parts_in_order(
    endpoint: FakeEmbeddings, hosted: HostedEmbedder
) -> None:
    vectors = await hosted.embed(["x" * (n + 1) for n in range(300)])
    assert [len(request["input"]) for request in endpoint.requests] == [128, 128, 44]
    ratios = vectors[:, 0] / vectors[:, 1]
    assert ratios == pytest.approx(np.arange(1, 301), rel=1e-4)


async def test_a_base_url_alone_needs_no_key(endpoint: FakeEmbeddings) -> None:
    async with open_embedder("small", base_url=endpoint.url + "/") as embedder:
        await embedder.embed(["abc"])
    assert endpoint.keys == [None]


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_busy_endpoint_is_asked_three_times(
    endpoint: FakeEmbeddings, hosted: HostedEmbedder, pauses: list[float], status: int
) -> None:
    endpoint.failures = [(status, {}), (status, {})]
    assert len(await hosted.embed(["abc"])) == 1
    assert len(pauses) == 2
    endpoint.failures = [(status, {})] * 3
    with pytest.raises(Unavailable, match=f"HTTP {status}"):
        await hosted.embed(["abc"])
    assert len(pauses) == 4


async def test_retry_after_is_obeyed_in_both_of_its_forms_within_reason(
    endpoint: FakeEmbeddings, hosted: HostedEmbedder, pauses: list[float]
) -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=9), usegmt=True)
    endpoint.failures = [(429, {"Retry-After": "7"}), (429, {"Retry-After": soon})]
    await hosted.embed(["abc"])
    assert pauses[0] == 7
    assert 5 < pauses[1] <= 9
    endpoint.failures = [(429, {"Retry-After": "86400"}), (429, {"Retry-After": "tomorrow"})]
    await hosted.embed(["abc"])
    assert pauses[2] == 20
    assert 0 < pauses[3] <= 20


@pytest.mark.parametrize(
    ("status", "advice"),
    [(401, "OPENAI_API_KEY"), (403, "may not use"), (404, "OPENAI_BASE_URL"), (400, "EMBEDDING_MODEL")],
)
async def test_a_refusal_is_final_and_says_what_to_do_without_the_key(
    endpoint: FakeEmbeddings, hosted: HostedEmbedder, pauses: list[float], status: int, advice: str
) -> None:
    endpoint.failures = [(status, {})]
    with pytest.raises(Unavailable, match=advice) as caught:
        await hosted.embed(["abc"])
    assert "sk-secret" not in str(caught.value)
    assert pauses == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: {"data": data[:-1]},
        lambda data: {"data": []},
        lambda data: {"data": [{**item, "embedding": [0, 0, 0]} for item in data]},
        lambda data: {"data": [{**item, "embedding": [1] * (3 + item["index"])} for item in data]},
        lambda data: {"data": [{**item, "embedding": []} for item in data]},
        lambda data: {"data": "soon"},
        lambda data: {"error": "nothing"},
        lambda data: "<html>welcome</html>",
    ],
)
async def test_nonsense_is_not_taken_for_vectors(endpoint: FakeEmbeddings, hosted: HostedEmbedder, spoil: Any) -> None:
    endpoint.spoil = spoil
    with pytest.raises(Unavailable, match="embeddings endpoint"):
        await hosted.embed(["abc", "abcd"])


async def test_vectors_that_change_their_length_are_refused(endpoint: FakeEmbeddings, hosted: HostedEmbedder) -> None:
    await hosted.embed(["abc"])
    endpoint.spoil = lambda data: {"data": [{**item, "embedding": [1, 2]} for item in data]}
    with pytest.raises(Unavailable, match="changing length"):
        await hosted.embed(["abc"])


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:9", "not an address", "http://[::1", "ftp://x.example"])
async def test_an_endpoint_that_is_not_there_is_unavailable(base_url: str) -> None:
    async def sleep(_pause_s: float) -> None:
        pass

    async with aiohttp.ClientSession() as session:
        hosted = HostedEmbedder(session, model="small", base_url=base_url, api_key="sk-secret", sleep=sleep)
        with pytest.raises(Unavailable, match="OPENAI_BASE_URL"):
            await hosted.embed(["abc"])


async def test_what_an_endpoint_counts_is_told_and_what_it_does_not_is_unknown(endpoint: FakeEmbeddings) -> None:
    told: list[int | None] = []
    async with open_embedder("any", base_url=endpoint.url, on_tokens=told.append) as embedder:
        await embedder.embed(["one two", "three"])
        endpoint.spoil = lambda data: {"data": data}
        await embedder.embed(["four"])
    assert told == [3, None]
