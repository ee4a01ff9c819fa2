"""What can go wrong below ``agent``.

AgentError
└── ModelUnavailable   the model endpoint refused, hung, or talked nonsense; ``status`` is its HTTP status, if any
"""


class AgentError(Exception):
    """Base of this package's errors."""


class ModelUnavailable(AgentError):
    """The model could not be used for this question.

    ``reason`` is one of: refused, rejected_key, unreachable, timeout, nonsense.
    """

    def __init__(self, reason: str, *, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
