"""What was removed, broke and recovered → one message, and the detail for its thread (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.changes import count_up, lines_by_sort
from agent.shown import code, listed
from agent.untrusted import one_line
from bot.markdown import MARKDOWN_LIMIT, safe_markdown
from bot.reply import Reply, render_text
from knowledge.values import Change, What

DIGEST_EVENT = "marty_digest"
"""Metadata event type of a digest."""
STATES: tuple[What, ...] = ("removed", "broke", "recovered")
"""What a digest tells of."""
_NAMES, _LINES = 5, 100
"""How many names of each sort the message has, and how many lines the thread."""
_TITLES: Mapping[What, str] = {"removed": "Removed", "broke": "Broke", "recovered": "Recovered"}


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a digest has to tell; changes are in the order of importance."""

    since: datetime
    changes: Sequence[Change]
    nodes: Mapping[What, int]
    """How many nodes each sort is about, those left out of ``changes`` among them."""


def render_digest(news: News) -> Reply:
    """The message in the channel: how many, and the most important names."""
    head = f"Since {news.since:%Y-%m-%d %H:%M} UTC, {count_up(news.nodes, 'node')}."
    lines = [f"- **{_TITLES[what]}:** {_names(news, what)}" for what in STATES if what in news.nodes]
    return render_text("\n".join([head, *lines]))


def render_detail(news: News) -> list[Reply]:
    """The messages in its thread: every node with what became of it."""
    parts: list[str] = []
    for what, lines in lines_by_sort(news.changes).items():
        shown = [f"- {line}" for line in lines[:_LINES]]
        if (left := news.nodes[what] - len(shown)) > 0:
            shown.append(f"- … and {left:,} more")
        parts += [f"**{_TITLES[what]}**", *shown]
    return [render_text(text) for text in _messages(parts)]


def digest_metadata(change_id: int) -> dict[str, Any]:
    """The metadata by which a digest is found again."""
    return {"event_type": DIGEST_EVENT, "event_payload": {"change_id": change_id}}


def change_id_of(message: Mapping[str, Any]) -> int | None:
    """How far the digest in a message tells; None when it is no digest."""
    metadata = message.get("metadata") or {}
    change_id = (metadata.get("event_payload") or {}).get("change_id")
    return change_id if metadata.get("event_type") == DIGEST_EVENT and isinstance(change_id, int) else None


def _names(news: News, what: What) -> str:
    nodes = list({change.unique_id: change for change in news.changes if change.what == what}.values())
    left = news.nodes[what] - len(nodes[:_NAMES])
    shown = [_name(change) for change in nodes[:_NAMES]]
    return f"{', '.join(shown)} and {left:,} more" if left else listed(shown)


def _name(change: Change) -> str:
    return f"{code(change.name)} ({one_line(change.package)})" if change.package else code(change.name)


def _messages(lines: Sequence[str]) -> list[str]:
    """The lines in as few texts as Slack's limit on a message allows."""
    texts = [""]
    for line in lines:
        longer = f"{texts[-1]}\n{line}" if texts[-1] else line
        if len(safe_markdown(longer)) > MARKDOWN_LIMIT:
            texts.append(line)
        else:
            texts[-1] = longer
    return texts
