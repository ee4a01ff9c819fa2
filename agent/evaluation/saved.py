"""What every saved run has in common: how numbers are written, and how a file is read again (pure)."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from agent.evaluation.answer_measures import Share

S = TypeVar("S")


def plain(value: Any) -> Any:
    """Numbers as JSON has them: rounded; a share as its part, its whole and their ratio."""
    if isinstance(value, Share):
        return {"part": value.part, "whole": value.whole, "share": plain(value.ratio)}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return round(value, 4) if isinstance(value, float) else value


def decode_saved(content: bytes, form: type[S]) -> S:
    """What was saved in that form. Raises: ValueError, saying why it is nothing of the sort."""
    try:
        return msgspec.json.decode(content, type=form)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from error


def convert_saved(part: Mapping[str, Any], form: type[S]) -> S:
    """A part of what was saved, in that form. Raises: ValueError, saying why it is nothing of the sort."""
    try:
        return msgspec.convert(part, form)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error
