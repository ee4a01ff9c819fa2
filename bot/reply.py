"""Values → what Slack shows. Pure; everything that came from outside is made safe here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agent.values import Answer, Citation
from agent.view import asking, detail_lines, options_list, shown_in_line, trust_lines
from bot.age import ago, cause
from bot.markdown import (
    TEXT_LIMIT,
    cut_markdown,
    cut_text,
    escape_mrkdwn,
    markdown_to_mrkdwn,
    mrkdwn_link,
    safe_markdown,
)
from knowledge.values import Overview, Verdict

Block = dict[str, Any]

FEEDBACK_ACTION = "feedback"
"""action_id of the buttons under every answer."""
TURN_EVENT, QUESTION_EVENT = "marty_turn", "marty_question"
"""Metadata event types: an answer, and a question that ``/ask`` posted."""
EXAMPLES = (
    ("Find a model", "Which model should I use for monthly revenue?"),
    ("Explain a column", "What does the column customer_id mean?"),
    ("Check health", "Is orders fresh and tested?"),
    ("Follow the data", "What feeds orders, and what uses it?"),
)
"""Title and message of the prompts that Slack suggests; the Slack manifest has the same."""

_SQL_LIMIT, _CONTEXT_LIMIT, _QUESTION_LIMIT = 6_000, 1_900, 2_500
_TRUST_LINES, _SOURCES = 3, 8
_DETAILS_LIMIT, _MOST_SECTIONS = 2_800, 4
_CHANNEL = re.compile(r"[CG][A-Z0-9]{6,}")
"""A channel's id, which Slack shows as its name."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One message. ``markdown`` is its main text before it was made safe: what is stored as shown."""

    markdown: str
    text: str
    blocks: tuple[Block, ...]

    @property
    def extras(self) -> tuple[Block, ...]:
        """What stands below the main text: for a message whose text was streamed already."""
        return self.blocks[1:]


def render_answer(answer: Answer, turn_id: str) -> Reply:
    """An answer: what shows it already, its text, one line of trust, notices; folded the rest; feedback buttons."""
    said = "\n\n".join(filter(None, (shown_in_line(answer.shown_in), answer.text.strip(), options_list(answer))))
    markdown, was_cut = cut_markdown(said or "I have no answer to that.")
    notices = [*answer.notices, *(["The answer was too long for Slack; this is its beginning."] if was_cut else [])]
    blocks = [
        _markdown(markdown),
        *_context(trust_lines(answer)[:1]),
        *_context(notices),
        *_whom(answer),
        *_folded(answer),
        _feedback_buttons(turn_id),
    ]
    lines = [*trust_lines(answer)[:_TRUST_LINES], *notices, asking(answer.whom)]
    return Reply(markdown, _fallback(markdown, lines, answer.sql), tuple(blocks))


def render_text(markdown: str) -> Reply:
    """A sentence or two of our own."""
    return Reply(markdown, cut_text(markdown_to_mrkdwn(markdown), TEXT_LIMIT), (_markdown(markdown),))


def render_help() -> Reply:
    """What Marty can be asked, with examples: the answer to an empty question."""
    examples = "\n".join(f"- {message}" for _, message in EXAMPLES)
    return render_text(
        "Ask me anything about the dbt project, in plain words. For example:\n"
        f"{examples}\n\n"
        "Mention me in a channel, write to me directly, or use `/ask` and your question. "
        "`/ask what changed since Monday` tells what has been added, removed, altered or broken. "
        "`/ask status` says how fresh my catalog is; for admins, `/ask refresh` reads it anew. "
        "👍 or 👎 on an answer tells me whether it helped."
    )


def render_status(overview: Overview, now: datetime, *, late: bool = False, for_admin: bool = False) -> Reply:
    """How old the catalog is and what is in it.

    Args:    late: refreshes are overdue.
             for_admin: where the artifacts lie may be shown.
    """
    failed = _failed(overview.last_refresh_failed, for_admin=for_admin)
    if overview.nodes == 0:
        reason = f"{_hidden(overview.hidden)} kept out of it" if overview.hidden else "no dbt project has been read yet"
        return render_text("\n\n".join([f"My catalog is empty: {reason}.", *failed]))
    counts = ", ".join(f"{count:,} {_plural(kind, count)}" for kind, count in sorted(overview.counts.items()) if count)
    refreshed = f"last current {ago(overview.refreshed_at, now)}" if overview.refreshed_at else "not complete yet"
    hidden = f"; {_hidden(overview.hidden)} kept out of it" if overview.hidden else ""
    lines = [f"My catalog has {counts}{hidden}; {refreshed}{', refreshes are overdue' if late else ''}."]
    for project in overview.projects:
        environment = f" ({project.environment_name or project.environment})" if project.environment else ""
        built = f", artifacts of {ago(project.generated_at, now)}" if project.generated_at else ""
        lines.append(f"- **{project.name}**{environment}{built}")
    return render_text("\n\n".join(["\n".join(lines), *failed]))


def render_question(asker: str, question: str, turn_id: str) -> dict[str, Any]:
    """The message that ``/ask`` posts for its asker: ``text``, ``blocks`` and ``metadata``."""
    quoted = "\n".join(f"> {line}" for line in escape_mrkdwn(cut_text(question, _QUESTION_LIMIT)).split("\n"))
    text = cut_text(f"<@{asker}> asked:\n{quoted}", TEXT_LIMIT)
    block = {"type": "section", "text": {"type": "mrkdwn", "text": text}, "expand": True}
    return {"text": text, "blocks": [block], "metadata": metadata_of(QUESTION_EVENT, turn_id)}


def metadata_of(event_type: str, turn_id: str) -> dict[str, Any]:
    """The metadata by which whoever takes over finds a message again."""
    return {"event_type": event_type, "event_payload": {"turn_id": turn_id}}


def feedback_of(value: str) -> tuple[Verdict, str] | None:
    """A feedback button's value → verdict and turn id; None when it is not one of ours."""
    verdict, _, turn_id = value.partition(":")
    if verdict == "up" and turn_id:
        return "up", turn_id
    if verdict == "down" and turn_id:
        return "down", turn_id
    return None


def _markdown(text: str) -> Block:
    return {"type": "markdown", "text": safe_markdown(text)}


def _context(lines: Iterable[str]) -> list[Block]:
    elements = [
        {"type": "plain_text", "text": cut_text(line.strip(), _CONTEXT_LIMIT), "emoji": False}
        for line in lines
        if line.strip()
    ]
    return [{"type": "context", "elements": elements[:10]}] if elements else []


def _sql(sql: str | None) -> list[Block]:
    """SQL as preformatted text: Slack shows such text as it is, without reading it."""
    if not sql or not sql.strip():
        return []
    text = cut_text(sql.strip("\n").rstrip(), _SQL_LIMIT)
    code = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}
    return [{"type": "rich_text", "elements": [code]}]


def _folded(answer: Answer) -> list[Block]:
    """What is there for who wants to know more: what else is said, the choice, what is assumed, SQL, sources."""
    inside = [
        *_sections(answer.more),
        *_sections("\n".join(detail_lines(answer))),
        *_sql(answer.sql),
        *_context(trust_lines(answer)[1:_TRUST_LINES]),
        *(_linked("Sources: ", answer.citations) if any(each.url for each in answer.citations) else []),
    ]
    if not inside:
        return []
    title = {"type": "plain_text", "text": "Details and SQL" if answer.sql else "Details"}
    return [
        {"type": "container", "title": title, "is_collapsible": True, "default_collapsed": True, "child_blocks": inside}
    ]


def _sections(markdown: str) -> list[Block]:
    """The text in as few blocks as it fits into, parted at ends of lines."""
    left, texts = markdown_to_mrkdwn(markdown), list[str]()
    while len(left) > _DETAILS_LIMIT and len(texts) + 1 < _MOST_SECTIONS:
        end = left.rfind("\n", 1, _DETAILS_LIMIT) + 1 or _DETAILS_LIMIT
        texts.append(left[:end])
        left = left[end:]
    texts += [cut_text(left, _DETAILS_LIMIT)] if left else []
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text}, "expand": True} for text in texts]


def _whom(answer: Answer) -> list[Block]:
    """Whom to ask instead; a channel's id becomes its name, and pings nobody."""
    names = [f"<#{each}>" if _CHANNEL.fullmatch(each) else escape_mrkdwn(each) for each in answer.whom]
    return _mrkdwn(cut_text(asking(names), _CONTEXT_LIMIT))


def _linked(head: str, citations: Iterable[Citation]) -> list[Block]:
    """Names of nodes, linked where there is an address."""
    names = [mrkdwn_link(each.url or "", each.name) for each in list(citations)[:_SOURCES]]
    text = ""
    for name in names:  # whole names only: a cut link is no link
        joined = f"{text}, {name}" if text else f"{head}{name}"
        text = joined if len(joined) <= _CONTEXT_LIMIT else text
    return _mrkdwn(text)


def _mrkdwn(text: str) -> list[Block]:
    return [{"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}] if text else []


def _feedback_buttons(turn_id: str) -> Block:
    def button(label: str, verdict: Verdict, spoken: str) -> dict[str, Any]:
        text = {"type": "plain_text", "text": label}
        return {"text": text, "value": f"{verdict}:{turn_id}", "accessibility_label": spoken}

    buttons = {
        "type": "feedback_buttons",
        "action_id": FEEDBACK_ACTION,
        "positive_button": button("Helpful", "up", "This answer helped"),
        "negative_button": button("Not helpful", "down", "This answer did not help"),
    }
    return {"type": "context_actions", "elements": [buttons]}


def _fallback(markdown: str, lines: Iterable[str], sql: str | None) -> str:
    """The message as text alone: for notifications, screen readers, and should Slack refuse the blocks."""
    text = markdown_to_mrkdwn(cut_text(markdown, TEXT_LIMIT))
    parts = [text, *(escape_mrkdwn(line) for line in lines)]
    code = f"```\n{escape_mrkdwn(sql.strip())}\n```" if sql and sql.strip() else ""
    if code and len("\n".join([*parts, code])) <= TEXT_LIMIT:
        parts.insert(1, code)
    return cut_text("\n".join(parts), TEXT_LIMIT)


def _failed(reason: str | None, *, for_admin: bool) -> list[str]:
    return [f"The newest refresh did not succeed: {reason if for_admin else cause(reason)}"] if reason else []


def _hidden(count: int) -> str:
    return "1 hidden node is" if count == 1 else f"{count:,} hidden nodes are"


def _plural(kind: str, count: int) -> str:
    name = kind.replace("_", " ")
    if count == 1:
        return name
    return name[:-1] + "ies" if name.endswith("y") else name + "s"
