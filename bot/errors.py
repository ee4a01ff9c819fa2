"""What went wrong, in a sentence for whoever asked: exception type → sentence.

BotError
├── SlackRefused       Slack said no and will say it again   (``code`` is its word; give up)
├── SlackBusy          Slack limits our calls                (try after ``retry_after_s``)
├── SlackUnreachable   no usable reply                       (``maybe_done``: it may have been done all the same)
├── QuestionNotTaken   a question could not be stored        (not acknowledged: Slack delivers it again)
└── NotDrawn           a picture could not be drawn          (the answer stands without it)
"""

import uuid
from collections.abc import Mapping

from agent.errors import AgentError, ModelUnavailable, Reason
from knowledge.errors import KnowledgeError, NotFound, Refused, Unavailable


class BotError(Exception):
    """Base of this package's errors. ``str(error)`` is one sentence without secrets, fit for an admin."""


class SlackRefused(BotError):
    """Slack refused a call for a reason that will not go away by itself."""

    def __init__(self, method: str, code: str) -> None:
        super().__init__(f"Slack refused {method}: {code}.")
        self.method = method
        self.code = code


class SlackBusy(BotError):
    """Slack asked us to call less often, for longer than we were willing to wait."""

    def __init__(self, method: str, retry_after_s: float) -> None:
        super().__init__(f"Slack limits {method}: again in {retry_after_s:.0f} s.")
        self.method = method
        self.retry_after_s = retry_after_s


class SlackUnreachable(BotError):
    """Slack did not answer, or not in a way that can be understood."""

    def __init__(self, method: str, *, maybe_done: bool) -> None:
        super().__init__(f"Slack did not answer {method}: check the network, any proxy and SLACK_API_URL.")
        self.method = method
        self.maybe_done = maybe_done


class QuestionNotTaken(BotError):
    """A question could not be stored, so it must not be acknowledged."""

    def __init__(self) -> None:
        super().__init__("A question could not be stored: the database does not answer.")


class NotDrawn(BotError):
    """A picture could not be drawn."""


_DATABASE = "My database does not answer just now, so I cannot look anything up. Please ask again in a minute."
_MODEL = "The language model did not work for this question. Please ask again, or ask about one model or column."
_SLACK = "Slack did not take my answer. Please ask again."
_OURS = "Something went wrong on my side, and I have no answer to this question. Please ask again."

SENTENCES: Mapping[type[BaseException], str] = {
    Exception: _OURS,
    KnowledgeError: _OURS,
    NotFound: "There is nothing about that in my catalog yet.",
    Refused: "A guard stopped this, and nothing was changed. My log tells an admin why.",
    Unavailable: _DATABASE,
    AgentError: _MODEL,
    ModelUnavailable: _MODEL,
    BotError: _SLACK,
    SlackRefused: _SLACK,
    SlackBusy: "Slack takes fewer messages from me just now than I have to send. Please ask again in a minute.",
    SlackUnreachable: _SLACK,
    QuestionNotTaken: _DATABASE,
    NotDrawn: "The picture of the lineage could not be drawn; the answer says the same in words.",
    TimeoutError: "This took too long, and I stopped. Please ask again.",
}
"""Every error of ours has its own row; any other exception gets the row of the nearest type above it."""

_MODEL_FAULTS: Mapping[Reason, str] = {
    "refused": "refuses the request: check LLM_MODEL, {remedy}",
    "rejected_key": "rejects the key: check {remedy}",
    "busy": "is busy or over its quota: try again later",
    "unreachable": "cannot be reached: check the network, {remedy}",
    "timeout": "did not answer in time: check that it is running",
    "nonsense": "answered in a way that is no chat completion: check {remedy}",
    "not_installed": "needs a library that is not installed: {remedy}",
    "no_credentials": "has no usable credentials: set {remedy}",
}

NOT_TAKEN = (
    "My database does not answer just now, so I could not take your question. Slack will hand it to me again in the "
    "next minutes; should no answer have come after five, please ask again."
)
"""For a question that could not be stored and that Slack delivers again."""


def sentence_for(error: BaseException) -> str:
    """What the asker reads; nothing of the error itself is in it."""
    return next(SENTENCES[kind] for kind in type(error).__mro__ if kind in SENTENCES)


def failure_text(error: BaseException, reference: str) -> str:
    """The sentence with the reference under which the log tells more."""
    return f"{sentence_for(error)} (reference `{reference}`)"


def new_reference(turn_id: str | None = None) -> str:
    """Eight characters that a person can quote and an admin can search the log for."""
    return (turn_id or uuid.uuid4().hex).replace("-", "")[:8]


def sentence_for_admin(error: BaseException) -> str | None:
    """What an admin reads in a terminal; None for an exception that is a fault of the program."""
    if isinstance(error, ModelUnavailable):
        status = f" (HTTP {error.status})" if error.status else ""
        remedy = error.remedy or "OPENAI_API_KEY and OPENAI_BASE_URL"
        return f"The language model {_MODEL_FAULTS[error.reason].format(remedy=remedy)}{status}."
    if isinstance(error, AgentError):
        return sentence_for(error)
    return str(error) if isinstance(error, KnowledgeError | BotError) else None
