"""Whom a message would notify: every mention that is not escaped, wherever Slack reads markup."""

import re
from collections.abc import Iterator
from typing import Any

from bot.playground.values import Ping

Json = dict[str, Any]

_PING = re.compile(
    r"<(?:@(?P<user>[UW]\w+)|!subteam\^(?P<group>\w+)|!(?P<all>channel|here|everyone|group))(?:\|[^>\n]*)?>"
)
_MARKUP_TYPES = ("mrkdwn", "markdown", "markdown_text", "task_update", "plan_update")


def find_pings(arguments: Json, *, channel: str, ts: str, method: str) -> Iterator[Ping]:
    """The pings in what was sent to a method that writes messages, each once."""
    seen: set[tuple[str, str]] = set()
    for text in _markup_in(arguments):
        for found in _PING.finditer(text):
            kind, target = _target(found)
            if (kind, target) not in seen:
                seen.add((kind, target))
                yield Ping(kind=kind, target=target, channel=channel, ts=ts, method=method)


def _target(found: re.Match[str]) -> tuple[Any, str]:
    if found["user"]:
        return "user", found["user"]
    if found["group"]:
        return "group", found["group"]
    broadcast = "channel" if found["all"] == "group" else found["all"]
    return broadcast, broadcast


def _markup_in(arguments: Json) -> Iterator[str]:
    yield str(arguments.get("text") or "")
    yield str(arguments.get("markdown_text") or "")
    for key in ("blocks", "chunks", "attachments"):
        yield from _markup_below(arguments.get(key), in_attachment=key == "attachments")


def _markup_below(node: object, *, in_attachment: bool) -> Iterator[str]:
    """Texts of mrkdwn and markdown, and what rich_text mentions, at any depth."""
    if isinstance(node, list):
        for each in node:
            yield from _markup_below(each, in_attachment=in_attachment)
    elif isinstance(node, dict):
        kind = node.get("type")
        if kind == "user":
            yield f"<@{node.get('user_id')}>"
        elif kind == "broadcast":
            yield f"<!{node.get('range')}>"
        elif kind == "usergroup":
            yield f"<!subteam^{node.get('usergroup_id')}>"
        for key, value in node.items():
            if isinstance(value, str) and (kind in _MARKUP_TYPES or in_attachment):
                yield value
            elif key not in ("metadata", "value"):
                yield from _markup_below(value, in_attachment=in_attachment)
