"""JSON made readable where it almost is: NaN, unpaired surrogates, broken UTF-8, nesting and digits without end."""

import json
import math
import re
from typing import Any

_STRING_OR_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)
_MAX_NESTING = 100
"""Artifacts nest a dozen levels. Python's and msgspec's readers give up at about a thousand."""
_MAX_DIGITS = 300
"""Of a whole number: about what a float reaches, and far below where msgspec and Python refuse one."""


def repaired(data: bytes) -> bytes:
    """The same JSON without what only Python writes or tolerates; numbers that are none become null."""
    decoded = data.decode("utf-8", "replace")
    try:
        value = _loaded(decoded)
    except RecursionError:
        value = _loaded(pruned(decoded))
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def _loaded(decoded: str) -> Any:
    return json.loads(
        decoded, strict=False, parse_constant=lambda _: None, parse_float=_finite, parse_int=_of_reasonable_length
    )


def pruned(decoded: str) -> str:
    """The same JSON with null for everything that is nested too deeply."""
    kept: list[str] = []
    depth = start = 0
    for match in _STRING_OR_BRACKET.finditer(decoded):
        if match[0] in "[{":
            depth += 1
            if depth == _MAX_NESTING:
                kept.append(f"{decoded[start : match.start()]}null")
        elif match[0] in "]}":
            depth -= 1
            if depth == _MAX_NESTING - 1:
                start = match.end()
    return "".join(kept) + decoded[start:]


def _of_reasonable_length(digits: str) -> int | None:
    return int(digits) if len(digits) <= _MAX_DIGITS else None


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None
