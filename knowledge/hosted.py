"""Embeddings from an endpoint that speaks OpenAI's protocol."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from copy import copy
from datetime import UTC, datetime

import aiohttp
import msgspec
import numpy as np
from numpy.typing import NDArray

from knowledge.errors import Unavailable
from knowledge.retry_after import retry_after_s

OPENAI = "https://api.openai.com/v1"
_TEXTS_AT_ONCE = 128
_ATTEMPTS = 3
_LONGEST_WAIT_S = 20.0
_TIMEOUT = aiohttp.ClientTimeout(total=60, connect=10)
_ADVICE = {
    400: "It may not know the model, or not take texts of this length: check EMBEDDING_MODEL.",
    401: "It does not accept the key: check OPENAI_API_KEY.",
    403: "The key may not use this model: check OPENAI_API_KEY and EMBEDDING_MODEL.",
    404: "Check OPENAI_BASE_URL and EMBEDDING_MODEL.",
    429: "It asks for fewer requests, or the account has no credit left.",
}


class _Embedding(msgspec.Struct):
    embedding: list[float]
    index: int = 0


class _Usage(msgspec.Struct):
    total_tokens: int | None = None


class _Reply(msgspec.Struct):
    data: list[_Embedding]
    usage: _Usage | None = None


class _BusyError(Exception):
    """Another attempt may succeed, after ``after_s`` if the server said so."""

    def __init__(self, sentence: str, *, after_s: float | None = None) -> None:
        super().__init__(sentence)
        self.after_s = after_s


class HostedEmbedder:
    """A model at ``base_url``, asked for at most 128 texts at a time, three times if it is busy.

    Source: OpenAI's API reference, "Create embeddings" (POST /embeddings; input, encoding_format, data[].index).
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        model: str,
        base_url: str | None = None,
        api_key: str | None = None,
        on_tokens: Callable[[int | None], None] = lambda _: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """``on_tokens`` hears what each request cost; None where the endpoint does not count."""
        self.model = model
        self._session = session
        self._url = (base_url or OPENAI).rstrip("/") + "/embeddings"
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._on_tokens = on_tokens
        self._sleep = sleep
        self._dimensions: int | None = None

    def of(self, model: str) -> "HostedEmbedder":
        """Another model at the same endpoint."""
        other = copy(self)
        other.model, other._dimensions = model, None
        return other

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts, keeping their order; none may be empty.

        Returns: array of shape (len(texts), dimensions), float32, unit length.
        Raises:  Unavailable after three attempts, or at once when another would not help.
        """
        parts = [texts[start : start + _TEXTS_AT_ONCE] for start in range(0, len(texts), _TEXTS_AT_ONCE)]
        return np.concatenate([await self._embed(part) for part in parts])

    async def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        attempt = 1
        while True:
            try:
                return self._vectors(await self._post(texts), len(texts))
            except _BusyError as busy:
                if attempt == _ATTEMPTS:
                    raise Unavailable(str(busy)) from busy
                pause_s = busy.after_s if busy.after_s is not None else random.uniform(0.5, 1.0) * 2**attempt
            await self._sleep(min(pause_s, _LONGEST_WAIT_S))
            attempt += 1

    async def _post(self, texts: Sequence[str]) -> bytes:
        request = {"model": self.model, "input": list(texts), "encoding_format": "float"}
        try:
            async with self._session.post(self._url, json=request, headers=self._headers, timeout=_TIMEOUT) as reply:
                if reply.status == 429 or reply.status >= 500:
                    raise _BusyError(_refusal(reply.status), after_s=retry_after_s(reply.headers, datetime.now(UTC)))
                if reply.status != 200:
                    raise Unavailable(_refusal(reply.status))
                return await reply.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _BusyError("The embeddings endpoint cannot be reached: check OPENAI_BASE_URL.") from error
        except ValueError as error:
            raise Unavailable("OPENAI_BASE_URL is not an address the embeddings endpoint could have.") from error

    def _vectors(self, body: bytes, expected: int) -> NDArray[np.float32]:
        """Raises: Unavailable when the reply is not one vector per text, each as long as all before."""
        try:
            reply = msgspec.json.decode(body, type=_Reply)
            data = sorted(reply.data, key=lambda item: item.index)
            vectors = np.array([item.embedding for item in data], np.float32)
        except (msgspec.MsgspecError, ValueError) as error:
            raise Unavailable("The embeddings endpoint answered something else: check OPENAI_BASE_URL.") from error
        norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
        if vectors.ndim != 2 or len(vectors) != expected or not np.isfinite(norms).all() or not norms.all():
            raise Unavailable("The embeddings endpoint did not answer with one vector per text.")
        if vectors.shape[1] != (self._dimensions or vectors.shape[1]):
            raise Unavailable(f"The model {self.model} answers with vectors of changing length.")
        self._dimensions = vectors.shape[1]
        self._on_tokens(reply.usage.total_tokens if reply.usage else None)
        return vectors / norms


def _refusal(status: int) -> str:
    return f"The embeddings endpoint refused (HTTP {status}). {_ADVICE.get(status, '')}".strip()
