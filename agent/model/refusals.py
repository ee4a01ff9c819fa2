"""What an endpoint answered in place of a reply: status, patience asked for, and words, from any maker's exception.

OpenAI's and Anthropic's libraries raise errors with ``status_code`` and ``response``; Google's have ``code`` and
``details``; AWS's have ``response`` as a mapping. LangChain wraps some of them: what they were raised from counts, too.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from knowledge.retry_after import retry_after_s

OVERLOADED = 529
"""Anthropic's status for a service that has too much to do. Source: its API reference, errors."""
_IN_STREAM: Mapping[str, int] = {
    "overloaded_error": OVERLOADED,
    "rate_limit_error": 429,
    "authentication_error": 401,
    "permission_error": 403,
    "invalid_request_error": 400,
    "not_found_error": 404,
    "api_error": 500,
    "ThrottlingException": 429,
    "ServiceQuotaExceededException": 429,
    "throttlingException": 429,
    "serviceUnavailableException": 503,
    "modelStreamErrorException": 500,
    "internalServerException": 500,
    "validationException": 400,
}
"""Errors that come within a stream, whose own status was 200, or with a status that says less: what they stand for."""
_KEY_IS_WRONG = re.compile(r"API[ _]KEY[ _]INVALID|api key (not valid|expired)", re.IGNORECASE)
"""Google refuses a wrong key as a bad request."""
_SPENT = frozenset({"insufficient_quota", "billing_error"})
_DELAY = re.compile(r"""['"]retryDelay['"]:\s*['"](\d+(?:\.\d+)?)s['"]""")
_STEPS = 6
"""How far the causes of an exception are followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """An endpoint's refusal."""

    status: int
    retry_after_s: float | None
    text: str
    kind: str = ""
    """Its own word for it."""

    @property
    def is_spent(self) -> bool:
        """Whether an account is empty."""
        return self.kind in _SPENT

    @property
    def says_key_is_wrong(self) -> bool:
        """Whether it is about the key, whatever the status says."""
        return bool(_KEY_IS_WRONG.search(self.text))


def read_rejection(error: BaseException) -> Rejection | None:
    """The refusal that ``error`` tells of; None when no endpoint answered."""
    here: BaseException | None = error
    for _ in range(_STEPS):
        if here is None:
            return None
        kind = _kind(here)
        status = _status(here, kind)
        if status is not None and status >= 400:
            return Rejection(status=status, retry_after_s=_retry_after_s(here), text=str(error), kind=kind)
        here = here.__cause__
    return None


def _status(error: BaseException, kind: str) -> int | None:
    """The status that counts: an error within a stream has only its word, whose response began well."""
    response = getattr(error, "response", None)
    if isinstance(response, Mapping):
        return _IN_STREAM.get(kind) or response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    found = getattr(error, "status_code", None)
    if hasattr(error, "details"):  # Google's; what else has a code has one of its own kind
        found = found or getattr(error, "code", None)
    if not isinstance(found, int):
        return None
    return found if found >= 400 else _IN_STREAM.get(kind)


def _kind(error: BaseException) -> str:
    response = getattr(error, "response", None)
    if isinstance(response, Mapping):
        return str(response.get("Error", {}).get("Code", ""))
    code = getattr(error, "code", None)
    if isinstance(code, str):
        return code
    body: Any = getattr(error, "body", None)
    inner = body.get("error", body) if isinstance(body, Mapping) else None
    return str(inner.get("type") or "") if isinstance(inner, Mapping) else ""


def _retry_after_s(error: BaseException) -> float | None:
    """Seconds the endpoint asked for, in a header (a number or a date) or in Google's details."""
    response = getattr(error, "response", None)
    if isinstance(response, Mapping):
        headers: Any = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    else:
        headers = getattr(response, "headers", None) or {}
    if (asked := headers.get("retry-after") or headers.get("Retry-After")) is not None:
        return retry_after_s({"Retry-After": str(asked)}, datetime.now(UTC))
    delay = _DELAY.search(str(getattr(error, "details", "") or ""))
    return float(delay[1]) if delay else None
