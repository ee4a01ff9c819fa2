"""What dbt's webhook sends: whether it is dbt that speaks, and what it says. Pure.

Source: docs.getdbt.com, "Webhooks for your jobs": the signature, and the payloads of its three events; older payloads
lack some of their keys and spell others differently.
"""

import hashlib
import hmac
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

LONGEST_BODY = 1024 * 1024
_ENDED = frozenset({"job.run.completed", "job.run.errored"})

Reaction = Literal["refresh", "test", "ignored"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event. Ids are what dbt wrote, as text; empty where it wrote nothing."""

    event_id: str
    event_type: str
    run_id: str
    environment_id: str = ""


def verify(secret: str, body: bytes, header: str | None) -> bool:
    """Whether ``header``, that of Authorization, is the signature of ``body``: bare hexadecimal digits, no scheme."""
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    given = (header or "").strip(" \t").lower()
    return hmac.compare_digest(signature.encode(), given.encode("utf-8", "replace"))


def read_event(body: bytes) -> Event | None:
    """The event in a body; None when there is none: what dbt sends as a test has no promised shape."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError):
        return None
    fields = _plain(payload)
    data = _plain(fields.get("data"))
    event_type, run_id = _text(fields.get("eventtype")), _text(data.get("runid"))
    if not event_type or not run_id:
        return None
    return Event(
        # Without an id, a run's event of a type is the same one whenever it comes.
        event_id=_text(fields.get("eventid")) or f"{event_type} {run_id}",
        event_type=event_type,
        run_id=run_id,
        environment_id=_text(data.get("environmentid")),
    )


def judge(event: Event | None, *, environments: Collection[str]) -> Reaction:
    """What is to be done about an event, however old: a refresh too many does no harm.

    Args:    environments: those that matter; none: all.
    """
    if event is None:
        return "test"
    if event.event_type not in _ENDED:
        return "ignored"
    if environments and event.environment_id and event.environment_id not in environments:
        return "ignored"
    return "refresh"


def _plain(value: Any) -> Mapping[str, Any]:
    """A JSON object with its keys in lower case; empty for anything else."""
    return {key.lower(): item for key, item in value.items()} if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    """An id or a word; numbers count, what Postgres cannot store does not."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).replace("\x00", "").encode("utf-8", "replace").decode().strip()[:200]
