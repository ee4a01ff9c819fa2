"""Hosts of the dbt platform: what an admin may write for one, and how far a token may follow a redirect."""

import ipaddress
import re

from yarl import URL

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)

_DBT = (".dbt.com", ".getdbt.com")
"""Source: the platform's access URLs, by region."""


def base_url(host: str) -> str:
    """The origin that ``host`` means: https unless it says otherwise, without user, path, query or final slash."""
    host = host.strip()
    match = _SCHEME.match(host)
    scheme = match[1].lower() if match else "https"
    rest = host[match.end() :] if match else host.lstrip("/")
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0].rpartition("@")[2]
    return f"{scheme}://{authority.strip().lower()}"


def is_same_site(origin: URL, target: URL) -> bool:
    """Whether a token meant for ``origin`` may be sent to ``target``.

    It may where the host is the same, where both are dbt's or one is below the other, and where both are this machine;
    never from https to plain http.
    """
    if origin.scheme == "https" and target.scheme != "https":
        return False
    here, there = (origin.host or "").lower(), (target.host or "").lower()
    if here == there or (_is_loopback(here) and _is_loopback(there)):
        return bool(here)
    if _is_address(here) or _is_address(there):
        return False
    is_below = here.endswith(f".{there}") or there.endswith(f".{here}")
    return (is_below and "." in here and "." in there) or (here.endswith(_DBT) and there.endswith(_DBT))


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
