"""Markdown made safe for Slack and short enough for it. Nothing here can ping anybody. Pure.

Slack reads control sequences (``<!channel>``, ``<@U…>``, ``<#C…>``, ``<https://…|label>``) wherever it reads text, and
every one of them begins with ``<``. Two notations are written here:

- *mrkdwn* and the ``text`` of a message: Slack decodes ``&amp; &lt; &gt;`` everywhere, code included, so all three
  characters are always escaped.
- Markdown (``markdown`` blocks, streams): only what could begin a control sequence or an entity is escaped, so that
  ``a < b`` in code stays as it is whether or not code is decoded.

Source: docs.slack.dev, "Formatting message text", escaping text; "Markdown block", 12,000 characters a message.
"""

import re

MARKDOWN_LIMIT = 11_500
"""Characters of Markdown in one message; Slack's own limit is 12,000, escaping included."""
TEXT_LIMIT = 3_000
"""Characters of a message's ``text``; chat.update takes 4,000, and the text is only what notifications show."""

_CONTROL = re.compile(r"<(?=[!@#/A-Za-z])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_BROADCAST = re.compile(r"@(?=(?:channel|here|everyone|group)\b)", re.IGNORECASE)
_LINK_SCHEME = re.compile(r"\]\((?!https?://)", re.IGNORECASE)
_AUTOLINK = re.compile(r"<(https?://[^\s<>|]+)>")
_LINK = re.compile(r"\[([^\[\]]+)\]\((https?://[^\s()]+)\)")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_FENCE = re.compile(r"^ {0,3}(```+|~~~+)(.*)$")
_WORD_JOINER = "\u2060"


def safe_markdown(text: str) -> str:
    """Markdown from people, models or a catalog → Markdown that pings nobody and links to http(s) only.

    Works word by word, so that the safe form of a text cut after white space begins the safe form of the whole.
    """
    text = _AUTOLINK.sub(r"\1", text)
    text = _LINK_SCHEME.sub("] (", text)
    text = _BROADCAST.sub("@" + _WORD_JOINER, text)
    return _CONTROL.sub("&lt;", _ENTITY.sub("&amp;", text))


def escape_mrkdwn(text: str) -> str:
    """Plain text → the same text in mrkdwn or in a message's ``text``."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _BROADCAST.sub("@" + _WORD_JOINER, text)


def markdown_to_mrkdwn(text: str) -> str:
    """Markdown → mrkdwn, for a message's ``text``: headings, bold and links are translated, the rest stays."""
    text = escape_mrkdwn(text)
    text = _HEADING.sub(r"*\1*", text)
    text = _BOLD.sub(r"*\1*", text)
    return _LINK.sub(r"<\2|\1>", text)


def mrkdwn_link(url: str, label: str) -> str:
    """A link in mrkdwn; the bare label when ``url`` is not http(s)."""
    if not re.match(r"https?://[^\s]+$", url, re.IGNORECASE):
        return escape_mrkdwn(label)
    address = url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
    return f"<{address}|{escape_mrkdwn(label).replace('|', '¦')}>"


def settled_length(text: str) -> int:
    """How much of a text that still grows can be shown: up to and with its last white space."""
    return len(text) - len(re.split(r"\s", text)[-1])


def cut_text(text: str, limit: int) -> str:
    """``text`` in at most ``limit`` characters, an ellipsis telling that more was there."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def cut_markdown(text: str, limit: int = MARKDOWN_LIMIT) -> tuple[str, bool]:
    """Cut Markdown so that its safe form has at most ``limit`` characters, and say whether that was needed.

    Cuts between paragraphs where there are any in the second half, else between lines, else between words. An open
    code fence is closed.
    """
    if len(safe_markdown(text)) <= limit:
        return text, False
    room = limit - 8  # a closing fence
    end = min(len(text), room)
    while len(safe_markdown(text[:end])) > room:
        end -= max(1, len(safe_markdown(text[:end])) - room)
    head = text[: _boundary(text, end)].rstrip()
    fence = _open_fence(head)
    return (f"{head}\n{fence}" if fence else head), True


def _boundary(text: str, end: int) -> int:
    """The best place to cut at or before ``end``, in the second half of what fits."""
    for separator in ("\n\n", "\n", " "):
        at = text.rfind(separator, end // 2, end)
        if at > 0:
            return at + len(separator)
    return end


def _open_fence(text: str) -> str:
    """The fence that is open at the end of ``text``, or an empty string."""
    fence = ""
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if match is None:
            continue
        if not fence:
            fence = match[1]
        elif match[1].startswith(fence) and not match[2].strip():
            fence = ""
    return fence
