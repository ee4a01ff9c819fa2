"""What the last answer of a thread rested on: its SQL, what it assumed, why this node. No model is asked again."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast, get_args

from agent.direct.phrasebook import Kind
from agent.draft import Draft
from agent.values import Answer, Assumed, Choice
from agent.view import assumed_lines, choice_lines

Recounted = dict[str, Any]
"""As a thread remembers it: plain values, which every store of checkpoints can hold."""

_KINDS: frozenset[Kind] = frozenset({"sql", "assumed", "why"})
_NOT_THERE: Mapping[str, str] = {
    "sql": "My last answer came without SQL.",
    "assumed": "My last answer assumed no date, grain or filter.",
    "why": "There was nothing to choose between in my last answer.",
}


def is_recounting(kind: str) -> bool:
    """Whether a kind of question is about the last answer itself."""
    return kind in _KINDS


def to_recount(answer: Answer) -> Recounted:
    """What a thread remembers of an answer, so that it can be told again."""
    weighed = [answer.choice.use, answer.choice.runner_up] if answer.choice else []
    return {
        "sql": answer.sql,
        "assumed": asdict(answer.assumed) if answer.assumed else None,
        "choice": asdict(answer.choice) if answer.choice else None,
        "lines": {"why": choice_lines(answer), "assumed": assumed_lines(answer)},
        "nodes": list(dict.fromkeys(filter(None, [*answer.nodes, *weighed]))),
        "chosen": [each.unique_id for each in answer.trust],
    }


def recount(kind: Kind, told: Recounted, *, may_ask_model: bool) -> Draft | None:
    """The part of the last answer that is asked for; None when a model should be asked for it, since there is none.

    Args: may_ask_model: whether there is a model.
    """
    nodes, chosen = tuple(told.get("nodes", ())), tuple(told.get("chosen", ()))
    assumed, choice = _assumed(told.get("assumed")), _choice(told.get("choice"))
    sql = told.get("sql")
    if not {"sql": sql, "assumed": assumed, "why": choice}[kind]:
        return None if may_ask_model else Draft(text=_NOT_THERE[kind], kind=kind)
    text = "This is the SQL of my last answer." if kind == "sql" else "\n".join(told["lines"][kind])
    return Draft(
        text=text,
        nodes=nodes,
        chosen=chosen,
        sql=sql if kind == "sql" else None,
        choice=choice if kind == "sql" else None,
        assumed=assumed if kind == "sql" else None,
        kind=kind,
    )


def _assumed(said: Mapping[str, Any] | None) -> Assumed | None:
    return Assumed(**{**said, "filters": tuple(said["filters"])}) if said else None


def _choice(said: Mapping[str, Any] | None) -> Choice | None:
    return Choice(**said) if said else None


def kind_of(word: str | None) -> Kind | None:
    """A remembered kind of question; None for what is none any more."""
    return cast("Kind", word) if word in get_args(Kind) else None
