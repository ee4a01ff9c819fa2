"""Texts to vectors: with the model that installs with Marty, or with one at an OpenAI-compatible endpoint."""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Protocol

import aiohttp
import numpy as np
from numpy.typing import NDArray

from knowledge.errors import Unavailable
from knowledge.granite import Granite
from knowledge.hosted import HostedEmbedder

Vectors = NDArray[np.float32]

OFFLINE = "offline"
_THREADS = min(4, os.cpu_count() or 1)
_TEXTS_AT_ONCE = 8
"""More texts than this are background work: shared among threads that yield to everything else."""
_NICENESS = 10


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
    model: str = OFFLINE, *, base_url: str | None = None, api_key: str | None = None
) -> AsyncGenerator[Embedder]:
    """The embedder that ``model`` names: ``offline``, or a model at the OpenAI-compatible endpoint ``base_url``."""
    if model == OFFLINE:
        yield OfflineEmbedder()
        return
    async with aiohttp.ClientSession() as session:
        yield HostedEmbedder(session, model=model, base_url=base_url, api_key=api_key)


def embedder_of(model: str, configured: Embedder) -> Embedder:
    """The embedder that makes ``model``'s vectors, as far as it can be had beside the configured one; else that one."""
    if model != configured.model:
        if model == OfflineEmbedder.model:
            return OfflineEmbedder()
        if isinstance(configured, HostedEmbedder):
            return configured.of(model)
    return configured


class OfflineEmbedder:
    """granite-embedding-30m-english in this process: no network, loaded when first needed (0.3 s), off the event loop.

    On two cores a question takes 5 ms, and 15 ms beside background work, which runs at 160 short texts a second.
    """

    model = "granite-embedding-30m-english"

    def __init__(self, pack: Path | None = None) -> None:
        """With the installed weights, or those of another ``pack``."""
        self._pack = pack
        self._granite: Granite | None = None
        self._loading = threading.Lock()

    async def embed(self, texts: Sequence[str]) -> Vectors:
        return await asyncio.to_thread(self._embed, list(texts))

    def _embed(self, texts: list[str]) -> Vectors:
        granite = self._load()
        if len(texts) <= _TEXTS_AT_ONCE:
            return granite.encode(texts)
        parts = [texts[start : start + _TEXTS_AT_ONCE] for start in range(0, len(texts), _TEXTS_AT_ONCE)]
        with ThreadPoolExecutor(_THREADS, "embedding", initializer=_yield_to_others) as pool:
            return np.concatenate(list(pool.map(granite.encode, parts)))

    def _load(self) -> Granite:
        with self._loading:
            if self._granite is None:
                try:
                    self._granite = Granite(self._pack)
                except (ImportError, OSError, ValueError) as error:
                    raise Unavailable("The offline embedding model cannot be read; install Marty anew.") from error
            return self._granite


def _yield_to_others() -> None:
    """Lower this thread's priority where the system has one per thread, so that answers come first."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
