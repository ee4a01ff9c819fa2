"""How requests are put to a chat endpoint, and what its faults mean: worth another try, how, and after how long."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import openai

from agent.errors import Reason

OPENAI = "https://api.openai.com/v1"
PAUSE_S = 0.5  # before a second request, when the endpoint does not say how long
LONGEST_PAUSE_S = 8.0  # who asks for more patience is as good as down for a person who waits
MISSHAPEN = (ValueError, TypeError, KeyError, IndexError, AttributeError)
"""What the client raises on a reply that lacks the promised shape: an HTML page, null choices, numbers for texts."""

_COMPLAINTS = (
    ("usage", re.compile(r"stream_options|include_usage")),
    ("choice", re.compile(r"tool_choice")),
    ("tools", re.compile(r"\btools?\b|function.?call", re.IGNORECASE)),
    ("stream", re.compile(r"\bstream(ing)?\b", re.IGNORECASE)),
)
_TOO_LONG = re.compile(r"context.{0,20}(length|window|size)|too (long|many tokens)|maximum.{0,20}tokens", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """What a request to this endpoint may hold; compatible endpoints differ in what they understand."""

    base_url: str
    usage: bool = True
    """Ask for token counts at the end of a stream."""
    choice: bool = True
    """Say ``tool_choice``."""
    tools: bool = True
    stream: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a request failed; ``manner`` is how to put the next one, None when there should be none."""

    reason: Reason
    manner: Manner | None = None
    status: int | None = None
    pause_s: float = 0.0


def normal_base_url(given: str | None) -> str:
    """The address below which ``/chat/completions`` lies, however it was written."""
    address = (given or OPENAI).strip().rstrip("/")
    return address.removesuffix("/chat/completions").rstrip("/")


def read_fault(error: Exception, manner: Manner) -> Fault:
    """What ``error`` of the client library means for a request that was put in ``manner``."""
    if isinstance(error, openai.APIStatusError):
        return _status_fault(error, manner)
    if isinstance(error, TimeoutError | openai.APITimeoutError):
        return Fault(reason="timeout")
    if isinstance(error, openai.APIConnectionError):
        return Fault(reason="unreachable", manner=manner, pause_s=PAUSE_S)
    if isinstance(error, MISSHAPEN):
        return Fault(reason="nonsense", manner=replace(manner, stream=False) if manner.stream else None)
    return Fault(reason="unreachable", manner=manner, pause_s=PAUSE_S)


def _status_fault(error: openai.APIStatusError, manner: Manner) -> Fault:
    status = error.status_code
    if status in {401, 403}:
        return Fault(reason="rejected_key", status=status)
    if status == 429:
        return _busy(error, manner)
    if status >= 500 or status in {408, 409}:
        pause_s = _asked_pause_s(error.response.headers) or PAUSE_S
        return Fault(reason="unreachable", status=status, pause_s=pause_s, manner=_if_bearable(manner, pause_s))
    if status in {404, 405} and urlsplit(manner.base_url).path == "":
        return Fault(reason="refused", status=status, manner=replace(manner, base_url=manner.base_url + "/v1"))
    return Fault(reason="refused", status=status, manner=_plainer(manner, str(error)))


def _busy(error: openai.APIStatusError, manner: Manner) -> Fault:
    spent = error.code == "insufficient_quota"  # waiting does not fill an account
    pause_s = _asked_pause_s(error.response.headers) or 2 * PAUSE_S
    return Fault(reason="busy", status=429, pause_s=pause_s, manner=None if spent else _if_bearable(manner, pause_s))


def _if_bearable(manner: Manner, pause_s: float) -> Manner | None:
    return manner if pause_s <= LONGEST_PAUSE_S else None


def _asked_pause_s(headers: Mapping[str, str]) -> float | None:
    try:
        return max(0.0, float(headers["retry-after"]))
    except (KeyError, ValueError):
        return None


def _plainer(manner: Manner, complaint: str) -> Manner | None:
    """``manner`` without what the endpoint complained of, or without the likeliest thing it may not know."""
    if _TOO_LONG.search(complaint):
        return None
    for feature, pattern in _COMPLAINTS:
        if getattr(manner, feature) and pattern.search(complaint):
            return replace(manner, **{feature: False})
    return replace(manner, usage=False) if manner.usage else None
