"""Which addresses an answer may link to: those of the project, as far as the admin's hosts and sense allow (pure)."""

import re
from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from knowledge.values import Node

_ODD = re.compile(r"[\s\\<>\"'`|{}^\x00-\x20\x7f-\U0010ffff]")
"""What a plain address does not hold: blanks, controls, quotes, and every letter that may look like another."""
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z][a-z0-9-]{0,62}", re.IGNORECASE)
_LONGEST = 2_000


def may_link(url: str, hosts: Collection[str]) -> bool:
    """Whether ``url`` may be linked: plain http(s), a host by name, nobody's name and password before it, no other
    address within it.

    Args: hosts: names of hosts, those below them included; empty: any. A host that stands there as it is written may be
          a number, too.
    """
    if len(url) > _LONGEST or _ODD.search(url) or "://" in url.partition("://")[2]:
        return False
    try:
        parts = urlsplit(url)
        host, _ = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc or "%" in parts.netloc:
        return False
    allowed = {each.lower().strip().rstrip(".") for each in hosts}
    if host in allowed:
        return True
    if _is_number(host) or not _HOST.fullmatch(host) or any(part.startswith("xn--") for part in host.split(".")):
        return False
    return not allowed or any(host.endswith(f".{each}") for each in allowed if each)


def address_of(node: Node, hosts: Collection[str]) -> str | None:
    """An exposure's own address where it may be linked, else the page that artifacts come with."""
    return node.url if node.url and may_link(node.url, hosts) else node.page


def _is_number(host: str) -> bool:
    """Whether it is an address in any notation that browsers read: ``127.1``, ``0x7f000001``, ``[::1]``."""
    try:
        ip_address(host)
    except ValueError:
        return re.fullmatch(r"(?:(?:0x[0-9a-f]*|\d+)\.)*(?:0x[0-9a-f]*|\d+)", host) is not None
    return True
