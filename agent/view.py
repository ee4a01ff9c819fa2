"""An answer as text and as JSON, the same for every surface that shows one."""

from typing import Any

from agent.values import Answer


def full_text(answer: Answer) -> str:
    """What is said: the answer, then the sentences that qualify it. SQL and trust lines are shown apart from it."""
    return "\n\n".join(part for part in (answer.text, " ".join(answer.notices)) if part)


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """The answer for other programs, with the keys that ``marty ask --json`` promises."""
    return {
        "answer": full_text(answer),
        "nodes": list(answer.nodes),
        "sql": answer.sql,
        "confidence": answer.confidence,
        "trust": [{"unique_id": each.unique_id, "status": each.status, "line": each.line} for each in answer.trust],
        "refused": answer.refused,
        "path": answer.path,
        "model_calls": answer.model_calls,
        "tokens": answer.tokens,
        "seconds": answer.seconds,
    }
