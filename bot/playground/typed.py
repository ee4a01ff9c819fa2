"""What Slack makes of what a person types: names become mentions, addresses links, ``& < >`` are escaped."""

import html
import re
from collections.abc import Mapping
from typing import Any

from bot.playground.plain import TOKEN

Json = dict[str, Any]

_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_SPECIAL = re.compile(
    r"<@(?P<id>[UW]\w+)>|(?<![\w@/])@(?P<name>[\w][\w.\-]*)|(?<![\w&/])#(?P<channel>[\w][\w\-]*)"
    r"|(?P<url>https?://[^\s<>]+)|[&<>]"
)
_BROADCASTS = ("channel", "here", "everyone")


def escape(text: str) -> str:
    """Escape what Slack's markup gives a meaning to."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def type_text(text: str, people: Mapping[str, str], channels: Mapping[str, str], *, labels: bool = False) -> str:
    """The ``text`` of a message that was typed.

    Args: people, channels: lower-case name to id; with ``labels`` mentions carry the name too, as in commands.
    """

    def replace(found: re.Match[str]) -> str:
        if found["id"] in people.values():
            return f"<@{found['id']}>"
        if found["name"]:
            return _mention(found["name"], people, labels=labels)
        if found["channel"] and (channel := channels.get(found["channel"].lower())):
            return f"<#{channel}|{found['channel'].lower()}>"
        if found["url"]:
            return f"<{found['url'].replace('&', '&amp;')}>"
        return escape(found[0])

    parts = _CODE.split(text)
    return "".join(escape(part) if number % 2 else _SPECIAL.sub(replace, part) for number, part in enumerate(parts))


def _mention(typed: str, people: Mapping[str, str], *, labels: bool) -> str:
    name = typed.rstrip(".-")
    rest = typed[len(name) :]
    if name.lower() in _BROADCASTS:
        return f"<!{name.lower()}>{rest}"
    if user := people.get(name.lower()):
        return f"<@{user}|{name.lower()}>{rest}" if labels else f"<@{user}>{rest}"
    return f"@{typed}"


def rich_text_of(text: str) -> Json:
    """The rich_text block that Slack's composer sends along with ``text``."""
    elements: list[Json] = []
    end = 0
    for token in TOKEN.finditer(text):
        elements += [_plain(text[end : token.start()]), _rich(token[1])]
        end = token.end()
    elements.append(_plain(text[end:]))
    section = {"type": "rich_text_section", "elements": [each for each in elements if each.get("text") != ""]}
    return {"type": "rich_text", "block_id": "typed", "elements": [section]}


def _plain(text: str) -> Json:
    return {"type": "text", "text": html.unescape(text)}


def _rich(token: str) -> Json:
    target = token.partition("|")[0]
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]}
    return {"type": "link", "url": html.unescape(target)}
