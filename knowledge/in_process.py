"""Embeds with a model that is loaded into this process, beside whatever else it does."""

import asyncio
import ctypes
import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_THREADS = min(4, os.cpu_count() or 1)
_TEXTS_AT_ONCE = 8
"""More texts than this are background work: shared among threads that yield to everything else."""
_NICENESS = 10


class Encoder(Protocol):
    def encode(self, texts: list[str]) -> Vectors:
        """Vectors at unit length, in the order of the texts; called from several threads at once."""
        ...


class InProcessEmbedder:
    """A model that needs no network: loaded when first needed, off the event loop, questions before background work."""

    def __init__(self, load: Callable[[], Encoder]) -> None:
        """``load`` is called once, or again when it raised."""
        self._load_encoder = load
        self._encoder: Encoder | None = None
        self._loading = threading.Lock()

    async def embed(self, texts: Sequence[str]) -> Vectors:
        return await asyncio.to_thread(self._embed, list(texts))

    def _embed(self, texts: list[str]) -> Vectors:
        encoder = self._load()
        if len(texts) <= _TEXTS_AT_ONCE:
            return encoder.encode(texts)
        parts = [texts[start : start + _TEXTS_AT_ONCE] for start in range(0, len(texts), _TEXTS_AT_ONCE)]
        with ThreadPoolExecutor(_THREADS, "embedding", initializer=_yield_to_others) as pool:
            return np.concatenate(list(pool.map(encoder.encode, parts)))

    def _load(self) -> Encoder:
        with self._loading:
            if self._encoder is None:
                self._encoder = self._load_encoder()
                _one_thread_per_product()
            return self._encoder


def _yield_to_others() -> None:
    """Lower this thread's priority where the system has one per thread, so that answers come first."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


def _one_thread_per_product() -> None:
    """Make OpenBLAS, where numpy came with it, compute each product in the calling thread.

    Its own threads make callers wait for one another. Measured on two cores with the offline model: texts in two
    threads of ours run at 160 a second instead of 100, and a question that comes meanwhile waits 15 ms instead of 60.
    Where numpy uses another library everything works at that library's pace.
    """
    for library in (Path(np.__file__).parent.parent / "numpy.libs").glob("*openblas*"):
        with suppress(OSError, AttributeError):
            ctypes.CDLL(str(library)).scipy_openblas_set_num_threads64_(1)
