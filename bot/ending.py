"""How a turn with an answer is kept, whatever surface showed it."""

from agent import Answer, answer_to_json
from knowledge import Ending


def ending_of(answer: Answer, *, shown: str, answer_ts: str | None = None, seconds: float | None = None) -> Ending:
    """The ending of a turn that was answered.

    Args:    shown: what its asker read of the answer.
             answer_ts: the message in which it stands.
             seconds: from the turn's beginning until it was shown; None: what the answer itself took.
    """
    return Ending(
        outcome="refused" if answer.refused else "answered",
        answer=shown,
        answer_ts=answer_ts,
        answer_json=answer_to_json(answer),
        model_calls=answer.model_calls,
        tokens=answer.tokens,
        seconds=round(answer.seconds if seconds is None else seconds, 3),
    )
