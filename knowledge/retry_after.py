"""What a server says about when to ask again."""

import math
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

from knowledge.artifacts.scalars import moment

_LONGEST_S = 3_600.0


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds from ``now``, at most an hour; None where the server says nothing that can be understood.

    Source: RFC 9110, section 10.2.3: seconds or a date. dbt's platform documents a name of its own for some routes.
    """
    value = headers.get("Retry-After") or headers.get("x-rate-limit-retry-after-seconds") or ""
    try:
        wait_s = float(value)
    except ValueError:
        wait_s = math.nan
    if math.isnan(wait_s):
        try:
            at = parsedate_to_datetime(value)
        except (ValueError, TypeError):
            return None
        wait_s = (moment(at.isoformat()) or now).timestamp() - now.timestamp()
    return min(max(wait_s, 0.0), _LONGEST_S)
