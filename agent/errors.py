"""What can go wrong below ``agent``.

AgentError
└── ModelUnavailable   the model endpoint refused, hung, or talked nonsense; ``status`` is its HTTP status, if any
"""

from typing import Literal

Reason = Literal[
    "refused", "rejected_key", "busy", "unreachable", "timeout", "nonsense", "not_installed", "no_credentials"
]


class AgentError(Exception):
    """Base of this package's errors."""


class ModelUnavailable(AgentError):
    """The model could not be used for this question.

    ``reason``: refused (the endpoint will not answer such a request), rejected_key, busy (429), unreachable (no
    connection, or a fault of its own), timeout, nonsense (what came back is no answer), not_installed (its library),
    no_credentials. ``remedy`` is what an admin sets, or installs, about the last two and a rejected key.
    ``requests`` counts the HTTP requests that were made before giving up; ``begun`` says that one of them brought
    the beginning of a reply, whose tokens nobody told. ``retry_after_s`` is how long the endpoint wants to be left
    alone.
    """

    def __init__(
        self,
        reason: Reason,
        *,
        status: int | None = None,
        requests: int = 0,
        begun: bool = False,
        retry_after_s: float | None = None,
        remedy: str = "",
    ) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.status = status
        self.requests = requests
        self.begun = begun
        self.retry_after_s = retry_after_s
        self.remedy = remedy
