"""An answer as text and as JSON, the same facts for every surface that shows one."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from agent.shown import KIND_WORDS, code, link, listed
from agent.values import Answer, Citation


def full_text(answer: Answer) -> str:
    """What is said: what shows it already, the answer, what can be chosen from, what qualifies it, whom to ask.

    SQL, trust lines, details and sources are shown apart from it.
    """
    parts = (
        shown_in_line(answer.shown_in),
        answer.text,
        options_list(answer),
        " ".join(answer.notices),
        whom_sentence(answer),
    )
    return "\n\n".join(part for part in parts if part)


def options_list(answer: Answer) -> str:
    """What can be chosen from, numbered: a Markdown list."""
    return "\n".join(f"{number}. {_named(option)}" for number, option in enumerate(answer.options, 1))


def whom_sentence(answer: Answer) -> str:
    """Who may know what the catalog does not; empty when nobody is known."""
    return asking(answer.whom)


def asking(whom: Sequence[str]) -> str:
    """The sentence that names who could be asked, each as a surface shows them."""
    return f"You could ask {' or '.join(whom)}." if whom else ""


def detail_lines(answer: Answer) -> list[str]:
    """What stands behind an answer, folded away where a surface can: Markdown, a line each.

    Why this node and not the runner-up; which date, grain and filters are assumed.
    """
    return [*choice_lines(answer), *assumed_lines(answer)]


def choice_lines(answer: Answer) -> list[str]:
    """Why this node, and why not the runner-up."""
    choice = answer.choice
    if choice is None:
        return []
    names = {each.unique_id: each.name for each in answer.citations}
    lines = [f"**Why {code(names.get(choice.use, choice.use))}:** {choice.why}"] if choice.why else []
    if choice.runner_up:
        why_not = f" {choice.why_not}" if choice.why_not else ""
        lines.append(f"**Rather than {code(names.get(choice.runner_up, choice.runner_up))}:**{why_not}")
    return lines


def assumed_lines(answer: Answer) -> list[str]:
    """Which date, grain and filters it assumes."""
    assumed = answer.assumed
    if assumed is None:
        return []
    lines = [f"**Date:** {code(assumed.date_column)}"] if assumed.date_column else []
    lines += [f"**Grain:** {assumed.grain}"] if assumed.grain else []
    return lines + ([f"**Filters:** {'; '.join(map(_quoted, assumed.filters))}"] if assumed.filters else [])


def trust_lines(answer: Answer) -> list[str]:
    """How far the answer can be relied on: the confidence word before the first node's line, each further node's."""
    lines = [trust.line for trust in answer.trust]
    if answer.confidence is None:
        return lines
    return [" · ".join([answer.confidence.capitalize(), *lines[:1]]), *lines[1:]]


def shown_in_line(citations: Sequence[Citation]) -> str:
    """Dashboards and metrics that show already what was asked for, linked, with how a metric is computed: Markdown.

    It stands before the answer, also while that still grows; empty when there are none.
    """
    named = [f"{link(each.name, each.url)} ({each.what or KIND_WORDS[each.kind]})" for each in citations]
    computed = [f" = {_quoted(each.definition)}" if each.definition else "" for each in citations]
    names = [name + formula for name, formula in zip(named, computed, strict=True)]
    return f"Already shown in {listed(names)}." if names else ""


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """The answer for other programs, with the keys that ``marty ask --json`` promises, and the parts it is made of."""
    return {
        "answer": full_text(answer),
        "more": answer.more,
        "nodes": list(answer.nodes),
        "sql": answer.sql,
        "confidence": answer.confidence,
        "trust": [{"unique_id": each.unique_id, "status": each.status, "line": each.line} for each in answer.trust],
        "refused": answer.refused,
        "path": answer.path,
        "model_calls": answer.model_calls,
        "tokens": answer.tokens,
        "cost_usd": answer.cost_usd,
        "model": answer.model or None,
        "seconds": answer.seconds,
        "shown_in": [asdict(each) for each in answer.shown_in],
        "choice": asdict(answer.choice) if answer.choice else None,
        "assumed": asdict(answer.assumed) if answer.assumed else None,
        "options": [each.unique_id for each in answer.options],
        "whom": list(answer.whom),
        "notices": list(answer.notices),
        "sources": [asdict(each) for each in answer.citations],
    }


def _quoted(condition: str) -> str:
    """A condition as it stands in the SQL, signs included, in code style."""
    return f"`{' '.join(condition.replace('`', '').split())}`"


def _named(citation: Citation) -> str:
    return f"{code(citation.name)} ({KIND_WORDS[citation.kind]})"
