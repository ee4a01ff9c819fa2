"""What replies of the dbt platform mean, in sentences for the admin that give no secret away."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from knowledge.artifacts.reading import NOTHING
from knowledge.artifacts.scalars import word
from knowledge.errors import Unavailable

COOL_DOWN_S = 300.0
"""How long the platform wants to be left alone when it does not say. Source: its API rate limits."""
_LONGEST_MESSAGE = 200
_ADVICE = {
    401: "It does not know the token, or belongs to another region: check DBT_TOKEN and DBT_HOST.",
    403: "The token may not read this account, or the account's list of allowed IP addresses leaves Marty out: check "
    "DBT_ACCOUNT_ID and the permissions of DBT_TOKEN (Job Viewer).",
}
NO_API = "answered with something that is not dbt's API: check that DBT_HOST is the account's access URL."


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why an attempt failed, when another one may succeed."""

    reason: str
    """Goes on where a sentence begins with what was asked for."""
    is_damage: bool = False
    """There was an answer, and it was not whole."""
    is_final: bool = False
    """Another attempt would end the same way."""
    is_limit: bool = False
    after_s: float | None = None
    """How long to wait, where the platform says so."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The payload of a JSON reply."""

    data: msgspec.Raw
    total: int | None
    """Of a list: how many rows there are on all pages, where it says so."""


class _Status(msgspec.Struct):
    code: Any = None
    is_success: Any = None
    user_message: Any = None


class _Envelope(msgspec.Struct):
    status: _Status | None = None
    data: msgspec.Raw = NOTHING
    extra: Any = None


def parse_reply(body: bytes, *, host: str, token: str) -> Reply | Fault:
    """Raises: Unavailable when this is not the API, or when it says that it failed."""
    try:
        envelope = msgspec.json.decode(body, type=_Envelope)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        envelope = None
    if envelope is None and body.lstrip().startswith(b"{") and not body.rstrip().endswith(b"}"):
        return Fault(reason="sends replies that are cut short", is_damage=True)
    if envelope is None or envelope.status is None:
        raise Unavailable(f"The dbt platform at {host} {NO_API}")
    if envelope.status.is_success is False:
        raise Unavailable(refusal(envelope.status.code, envelope.status.user_message, token=token))
    return Reply(envelope.data, _total(envelope.extra))


def parse_message(body: bytes) -> object:
    """What a reply that is no success says to its user."""
    try:
        return (msgspec.json.decode(body, type=_Envelope).status or _Status()).user_message
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def refusal(status: object, message: object, *, token: str) -> str:
    """The sentence for a reply that no repetition will change; its message is only quoted where we know no better."""
    code = f" (HTTP {status})" if isinstance(status, int) else ""
    if isinstance(status, int) and status in _ADVICE:
        return f"The dbt platform refused{code}. {_ADVICE[status]}"
    said = (word(message) or "").replace(token or "\0", "…")
    if not said or "<" in said:
        return f"The dbt platform refused{code}, without saying why."
    return f"The dbt platform refused{code}: “{said[:_LONGEST_MESSAGE].rstrip('.')}”."


def too_large(most_bytes: int) -> Fault:
    """An artifact of more than ``most_bytes``."""
    return Fault(reason=f"sends a file of more than {most_bytes // 1024**2} MiB", is_damage=True, is_final=True)


def unreachable(host: str, fault: Fault) -> str:
    """The sentence for a fault that stayed."""
    return (
        f"The dbt platform at {host} {fault.reason}. It is tried again with the next refresh; if this goes on, check "
        "DBT_HOST and the network."
    )


def cooling(until: datetime) -> str:
    """The sentence for a platform that wants no requests for a while."""
    return (
        f"The dbt platform asks for fewer requests (HTTP 429). It is asked again after {until:%Y-%m-%d %H:%M:%S} UTC."
    )


def _total(extra: object) -> int | None:
    pagination = extra.get("pagination") if isinstance(extra, dict) else None
    total = pagination.get("total_count") if isinstance(pagination, dict) else None
    return total if isinstance(total, int) else None
