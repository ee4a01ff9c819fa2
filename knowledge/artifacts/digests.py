"""Digests of JSON: what has the same one is the same."""

from hashlib import blake2b

import msgspec

DIGEST_BYTES = 16
"""So many that no two different values ever share them."""


def digest(value: object) -> bytes:
    """Of whatever msgspec can write as JSON; parts that are Raw count as they are written."""
    return blake2b(msgspec.json.encode(value), digest_size=DIGEST_BYTES).digest()
