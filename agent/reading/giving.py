"""The tool by which the model gives its answer: the prose, and beside it what it chose and assumed, as typed parts.

Giving it is the end of a turn, not a step of it: nothing is run. A model that writes its answer as text instead is
understood as well; then the typed parts are what code can read from its SQL.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import Field, ValidationError

from agent.model.replies import Reply
from agent.reading.said import Said, read_said, statements_in
from agent.tools.tool import Arguments, schema_of

NAME = "give_answer"
MOST_OPTIONS = 4


class GiveAnswer(Arguments):
    """The model's answer in parts. All of it is untrusted until it is checked."""

    answer: str = Field("", description="The answer in one to three sentences of Markdown, without SQL.")
    use: str = Field("", description="Name of the node to use, when there was a choice.")
    why: str = Field("", description="Why that one, in one sentence.")
    runner_up: str = Field("", description="Name of the node that could also have been meant.")
    why_not: str = Field("", description="Why not that one, in one sentence.")
    date_column: str = Field("", description="The date column that the answer counts by.")
    grain: str = Field("", description="What one row of the result is, in a few words.")
    filters: list[str] = Field(default_factory=list, description="What the answer leaves out or keeps, each in words.")
    sql: str = Field("", description="One SELECT statement, where a query helps.")
    no_answer: bool = Field(False, description="Whether the catalog does not hold the answer.")
    question: str = Field("", description="One question back, only when answers would differ between the options.")
    options: list[str] = Field(
        default_factory=list, description=f"Names of the two to {MOST_OPTIONS} nodes that the question back is about."
    )


def schema() -> Mapping[str, Any]:
    """The tool in OpenAI's form."""
    return schema_of(NAME, GiveAnswer)


def given_in(reply: Reply) -> GiveAnswer | None:
    """The answer that a reply gives by the tool; None when it gives none, or wants other tools' results first."""
    if not reply.calls or any(call.name != NAME for call in reply.calls):
        return None
    given = _read(reply.calls[-1].arguments or {})
    return given if given.answer or given.sql or given.question or reply.text else None


def said_in(reply: Reply) -> Said:
    """What a reply says, whichever way it gives its answer; of one that was cut off no SQL: half of it means something
    else."""
    said = _said_in(reply)
    return replace(said, queries=()) if reply.cut_off else said


def _said_in(reply: Reply) -> Said:
    given = given_in(reply)
    if given is None:
        return read_said(reply.text)
    said = read_said(given.answer or reply.text)
    # Whatever fences the statement stands in, it is the statement: its text is never read as prose.
    queries = statements_in(given.sql)
    return Said(
        prose=said.prose,
        queries=tuple(dict.fromkeys((*queries, *said.queries))),
        refused=said.refused or (given.no_answer and not queries),
    )


def _read(arguments: Mapping[str, Any]) -> GiveAnswer:
    """The arguments without those of the wrong kind: one bad part costs no answer."""
    try:
        return GiveAnswer.model_validate(arguments)
    except ValidationError as error:
        wrong = {str(fault["loc"][0]) for fault in error.errors() if fault["loc"]}
        return GiveAnswer.model_validate({name: value for name, value in arguments.items() if name not in wrong})
