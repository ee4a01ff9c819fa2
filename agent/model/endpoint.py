"""How requests are put to a chat endpoint, and what its faults mean: worth another try, how, and after how long."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from agent.errors import Reason
from agent.model.refusals import OVERLOADED, Rejection, read_rejection

OPENAI = "https://api.openai.com/v1"
PAUSE_S = 0.5  # before a second request, when the endpoint does not say how long
LONGEST_PAUSE_S = 8.0  # who asks for more patience is as good as down for a person who waits
MISSHAPEN = (ValueError, TypeError, KeyError, IndexError, AttributeError)
"""What the client raises on a reply that lacks the promised shape: an HTML page, null choices, numbers for texts."""
_CONNECTION = frozenset({
    "OSError", "APIConnectionError", "TransportError", "ClientConnectionError", "ClientPayloadError",
    "HTTPClientError", "ConnectionError",
})  # fmt: skip
"""Classes of which the libraries derive what they raise when a connection fails; some are ValueErrors as well."""
_UNREADABLE = frozenset({"ParserError", "ResponseParserError"})
"""What AWS's library raises on the same."""

_COMPLAINTS = (
    ("usage", re.compile(r"stream_options|include_usage")),
    ("choice", re.compile(r"tool_choice")),
    ("tools", re.compile(r"\btools?\b|function.?call", re.IGNORECASE)),
    (
        "system",
        re.compile(r"\bsystem\b.{0,20}\b(?:role|message|prompt|instruction)|developer instruction", re.IGNORECASE),
    ),
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
    system: bool = True
    """Give the instructions a message of their own: some models' templates know none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a request failed; ``manner`` is how to put the next one, None when there should be none."""

    reason: Reason
    manner: Manner | None = None
    status: int | None = None
    pause_s: float = 0.0
    retry_after_s: float | None = None
    """How long the endpoint asked to be left alone."""


def normal_base_url(given: str | None) -> str:
    """The address below which ``/chat/completions`` lies, however it was written."""
    address = (given or OPENAI).strip().rstrip("/")
    return address.removesuffix("/chat/completions").rstrip("/")


def read_fault(error: BaseException, manner: Manner) -> Fault:
    """What ``error`` of a client library means for a request that was put in ``manner``.

    Libraries of other makers need not be installed: their exceptions are known by what they carry.
    """
    if (answered := read_rejection(error)) is not None:
        return _answered_fault(answered, manner)
    kinds = {kind.__name__ for each in _chain(error) for kind in type(each).__mro__}
    if any("Credentials" in kind for kind in kinds) or "authentication method" in str(error):
        return Fault(reason="no_credentials")
    if isinstance(error, TimeoutError) or any("Timeout" in kind for kind in kinds):
        return Fault(reason="timeout")
    if kinds & _UNREADABLE or (isinstance(error, MISSHAPEN) and not kinds & _CONNECTION):
        return Fault(reason="nonsense", manner=replace(manner, stream=False) if manner.stream else None)
    return Fault(reason="unreachable", manner=manner, pause_s=PAUSE_S)


def _answered_fault(answered: Rejection, manner: Manner) -> Fault:
    """What to make of a status: no endpoint gave one that we may take for anything else than it says."""
    status, asked_s = answered.status, answered.retry_after_s
    if status in {401, 403}:
        return Fault(reason="rejected_key", status=status)
    if status == 400 and answered.says_key_is_wrong:
        return Fault(reason="rejected_key", status=status)
    if status in {429, OVERLOADED}:
        pause_s = asked_s or 2 * PAUSE_S
        again = None if answered.is_spent else _if_bearable(manner, pause_s)  # waiting does not fill an account
        return Fault(reason="busy", status=status, pause_s=pause_s, retry_after_s=asked_s, manner=again)
    if status >= 500 or status in {408, 409}:
        pause_s = asked_s or PAUSE_S
        again = _if_bearable(manner, pause_s)
        return Fault(reason="unreachable", status=status, pause_s=pause_s, retry_after_s=asked_s, manner=again)
    if status in {404, 405} and manner.base_url and urlsplit(manner.base_url).path == "":
        return Fault(reason="refused", status=status, manner=replace(manner, base_url=manner.base_url + "/v1"))
    return Fault(reason="refused", status=status, manner=_plainer(manner, answered.text))


def _if_bearable(manner: Manner, pause_s: float) -> Manner | None:
    return manner if pause_s <= LONGEST_PAUSE_S else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """``error`` and what it was raised from."""
    seen: list[BaseException] = []
    here: BaseException | None = error
    while here is not None and here not in seen:
        seen.append(here)
        here = here.__cause__
    return iter(seen)


def _plainer(manner: Manner, complaint: str) -> Manner | None:
    """``manner`` without what the endpoint complained of, or without the likeliest thing it may not know."""
    if _TOO_LONG.search(complaint):
        return None
    for feature, pattern in _COMPLAINTS:
        if getattr(manner, feature) and pattern.search(complaint):
            return replace(manner, **{feature: False})
    return replace(manner, usage=False) if manner.usage else None
