"""How an answer reads in a terminal. Pure."""

from agent import Answer, detail_lines, full_text, trust_lines
from agent.untrusted import without_controls


def answer_text(answer: Answer) -> str:
    """The answer, how far it can be trusted, what stands behind it, its SQL and sources.

    Nothing in it moves a cursor or colours a line, whatever a description or a model wrote.
    """
    parts = (
        full_text(answer),
        "\n".join(trust_lines(answer)),
        answer.more,
        "\n".join(detail_lines(answer)),
        f"```sql\n{answer.sql}\n```" if answer.sql else "",
        "\n".join(f"{each.name}: {each.url}" for each in answer.citations if each.url),
    )
    return without_controls("\n\n".join(filter(None, parts)))
