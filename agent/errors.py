"""What can go wrong below ``agent``.

AgentError
└── ModelUnavailable   the model endpoint refused, hung, or talked nonsense; ``status`` is its HTTP status, if any
"""

from typing import Literal

Reason = Literal["refused", "rejected_key", "busy", "unreachable", "timeout", "nonsense"]


class AgentError(Exception):
    """Base of this package's errors."""


class ModelUnavailable(AgentError):
    """The model could not be used for this question.

    ``reason``: refused (the endpoint will not answer such a request), rejected_key, busy (429), unreachable (no
    connection, or a fault of its own), timeout, nonsense (what came back is no answer). ``requests`` counts the HTTP
    requests that were made before giving up.
    """

    def __init__(self, reason: Reason, *, status: int | None = None, requests: int = 0) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.status = status
        self.requests = requests
