"""Slack's messages → the plain text and the history that the agent understands. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from agent.values import Message

HISTORY_MESSAGES = 30
"""How many earlier messages of a thread the agent gets at most: the newest ones."""
HISTORY_CHARS = 2_000
"""How much of each."""

_REFERENCE = re.compile(r"<([^<>]*)>")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_ENTITY = re.compile("|".join(_ENTITIES))
_ADDRESSED = re.compile(r"^\s*[,:;]\s+")
"""What is left of "@marty, …" or "@marty: …" without the mention."""
_SHORTCODE = re.compile(r":[a-z0-9_+'\-]+:(?::skin-tone-\d:)?", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]")


def plain_text(text: str, *, bot_user: str) -> str:
    """Slack's notation → plain text; the bot's own mention is dropped, what Postgres cannot store as well.

    ``<@U1|dana>`` and ``<#C1|general>`` become @dana and #general, a link its address (and its label), entities the
    characters they stand for.
    """
    text = text.replace("\x00", "").encode("utf-8", "replace").decode()
    text = re.sub(rf"[ \t]*<@{re.escape(bot_user)}(?:\|[^<>]*)?>", "", text)
    # references before entities: a "<" that somebody typed arrives escaped and is no reference
    text = _REFERENCE.sub(lambda match: _spoken(match[1]), text)
    return _ADDRESSED.sub("", _ENTITY.sub(lambda match: _ENTITIES[match[0]], text)).strip()


def is_empty(question: str) -> bool:
    """Whether a plain text asks nothing: no letter or digit in it besides emoji."""
    return _WORD.search(_SHORTCODE.sub(" ", question)) is None


def wants_help(question: str) -> bool:
    """Whether a plain text asks what can be asked: by saying so, or by asking nothing."""
    return is_empty(question) or question.strip(" ?!.").lower() == "help"


def is_person(event: Mapping[str, Any]) -> bool:
    """Whether a message, or the event about it, comes from a person: not an app, a workflow or Slack itself."""
    if event.get("bot_id") or event.get("bot_profile") or event.get("subtype") == "bot_message":
        return False
    return event.get("user") not in {None, "", "USLACKBOT"}


def history_of(
    messages: Iterable[Mapping[str, Any]], *, bot_user: str, bot_id: str | None, before_ts: str
) -> tuple[Message, ...]:
    """What was said in a thread before the question: people's messages and our own, other apps' left out.

    ``messages`` are Slack's, as conversations.replies lists them. Empty ones are skipped.
    """
    said: list[Message] = []
    for message in messages:
        if message.get("ts") is None or float(message["ts"]) >= float(before_ts):
            continue
        ours = message.get("user") == bot_user or (bot_id is not None and message.get("bot_id") == bot_id)
        if not ours and not is_person(message):
            continue
        text = plain_text(str(message.get("text") or ""), bot_user=bot_user)[:HISTORY_CHARS]
        if text:
            said.append(Message(role="assistant" if ours else "user", text=text))
    return tuple(said[-HISTORY_MESSAGES:])


def _spoken(reference: str) -> str:
    """The inside of ``<…>`` as people would read it."""
    target, _, label = reference.partition("|")
    if target.startswith(("@", "#")):
        return target[0] + (label or target[1:])
    if target.startswith("!"):
        return label or "@" + target[1:].split("^")[0]
    if "://" in target or target.startswith("mailto:"):
        address = target.removeprefix("mailto:")
        return address if label in {"", address} else f"{label} ({address})"
    return f"<{reference}>"
