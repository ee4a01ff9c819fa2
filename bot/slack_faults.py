"""What goes wrong with a call to Slack, as errors of ours."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import SlackBusy, SlackRefused, SlackUnreachable

# Slack's words for "not now" in a reply that is otherwise well-formed.
_PASSING = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "rollup_error"})
_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})


class _HttpFaultError(Exception):
    """An HTTP status from an address that has no SDK method."""

    def __init__(self, status: int, headers: Mapping[str, str]) -> None:
        super().__init__(status)
        self.status = status
        self.headers = headers


async def translated(method: str, call: Callable[[], Awaitable[Any]]) -> Any:
    """Make the call once; what the SDK and the network raise becomes an error of ours."""
    try:
        return await call()
    except SlackApiError as error:
        raise _api_error(method, error) from error
    except _HttpFaultError as error:
        if error.status == 429:
            raise SlackBusy(method, _retry_after_s(error.headers)) from error
        raise SlackUnreachable(method, maybe_done=True) from error
    except aiohttp.ClientConnectorError as error:
        raise SlackUnreachable(method, maybe_done=False) from error
    except (SlackClientError, aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
        raise SlackUnreachable(method, maybe_done=True) from error


def check_http(method: str, status: int, headers: Mapping[str, str], text: str) -> None:
    """Raises: SlackRefused, or what ``translated`` knows, for a reply that is not 200 or the like."""
    if status == 429 or status >= 500:
        raise _HttpFaultError(status, headers)
    if status >= 400:
        raise SlackRefused(method, text[:80] or str(status))


def _api_error(method: str, error: SlackApiError) -> Exception:
    reply: Any = error.response
    data = getattr(reply, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    status = getattr(reply, "status_code", None) or getattr(reply, "status", 200)
    if status == 429 or code in _LIMITED:
        return SlackBusy(method, _retry_after_s(getattr(reply, "headers", None) or {}))
    if code is None or code in _PASSING or status >= 500:
        return SlackUnreachable(method, maybe_done=True)
    return SlackRefused(method, str(code))


def _retry_after_s(headers: Mapping[str, Any]) -> float:
    """Seconds from Retry-After; 1 when Slack left it out or wrote something else."""
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), 1)
    try:
        return max(0.0, float(value))
    except (TypeError, ValueError):
        return 1.0
