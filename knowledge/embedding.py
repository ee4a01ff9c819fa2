"""Texts to vectors: with a model in this process, or with one at an OpenAI-compatible endpoint."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Protocol

import aiohttp

from knowledge.errors import Unavailable
from knowledge.granite import Granite
from knowledge.hosted import HostedEmbedder
from knowledge.in_process import InProcessEmbedder, Vectors
from knowledge.multilingual import Multilingual

OFFLINE, MULTILINGUAL = "offline", "multilingual"


class Embedder(Protocol):
    @property
    def model(self) -> str:
        """What names this embedder's vectors in the database: vectors of one name may be compared."""
        ...

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts, keeping their order; none may be empty.

        Returns: array of shape (len(texts), dimensions), float32, unit length.
        Raises:  Unavailable when the model cannot be had now.
        """
        ...


@asynccontextmanager
async def open_embedder(
    model: str = OFFLINE,
    *,
    base_url: str | None = None,
    api_key: str | None = None,
    on_tokens: Callable[[int | None], None] = lambda _: None,
) -> AsyncGenerator[Embedder]:
    """The embedder that ``model`` names: ``offline``, ``multilingual``, or a model at the endpoint ``base_url``.

    ``on_tokens`` hears what each request to an endpoint cost; None where it does not count.
    """
    if model in _IN_PROCESS:
        yield _IN_PROCESS[model]()
        return
    async with aiohttp.ClientSession() as session:
        yield HostedEmbedder(session, model=model, base_url=base_url, api_key=api_key, on_tokens=on_tokens)


def embedder_of(model: str, configured: Embedder) -> Embedder:
    """The embedder that makes ``model``'s vectors, as far as it can be had beside the configured one; else that one."""
    if model != configured.model:
        for embedder in _IN_PROCESS.values():
            if model == embedder.model:
                return embedder()
        if isinstance(configured, HostedEmbedder):
            return configured.of(model)
    return configured


class OfflineEmbedder(InProcessEmbedder):
    """granite-embedding-30m-english, which installs with Marty (0.3 s to load).

    On two cores a question takes 5 ms, and 15 ms beside background work, which runs at 160 short texts a second.
    """

    model = "granite-embedding-30m-english"

    def __init__(self, pack: Path | None = None) -> None:
        """With the installed weights, or those of another ``pack``."""
        super().__init__(partial(_load_granite, pack))


class MultilingualEmbedder(InProcessEmbedder):
    """universal-sentence-encoder-multilingual-3, of the extra ``multilingual`` (2 s to load).

    A question takes 5 ms, and 10 ms beside background work, which runs at 180 short texts a second of a core's time.
    """

    model = "universal-sentence-encoder-multilingual-3"

    def __init__(self) -> None:
        super().__init__(Multilingual)


_IN_PROCESS: dict[str, type[OfflineEmbedder | MultilingualEmbedder]] = {
    OFFLINE: OfflineEmbedder,
    MULTILINGUAL: MultilingualEmbedder,
}


def _load_granite(pack: Path | None) -> Granite:
    try:
        return Granite(pack)
    except (ImportError, OSError, ValueError) as error:
        raise Unavailable("The offline embedding model cannot be read; install Marty anew.") from error
